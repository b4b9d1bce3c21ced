"""Silly rules: the policy against a recursion in rationals, the law against enumeration, both kernels, the three signs."""

import itertools
from dataclasses import replace
from fractions import Fraction as F
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.institution import order
from rulewright.institution.order import Codebook
from rulewright.numerics.native import kernel
from rulewright.society.model import Plan
from rulewright.society.silly import (
    Act,
    Groups,
    SillyRules,
    classified,
    critical_cost,
    density,
    drawn,
    fixed,
    law,
    policy,
    simulate,
)
from rulewright.society.silly.course import silly_events
from rulewright.society.silly.stopping import ABSTAIN, LEAVE, TAKE_PART

DENSITIES = (0.0, 0.25, 0.5, 0.75, 0.9)
PROBABILITY = st.integers(0, 19).map(lambda k: F(k, 20))
COUNT = st.integers(1, 8)


def recursion(d, c, a, b, gain, harm, g, last):
    """V and what is done, in rationals, by the equations as they stand (variant A: γ = g)."""

    @cache
    def worth(i, n):
        m = F(a + i) / (a + b + n)
        important = m * gain - (1 - m) * harm
        if n == last:
            value = ((1 - d) * max(0, important) - d * c) / (1 - g)
            return (value, TAKE_PART if important >= 0 else ABSTAIN) if value > 0 else (F(0), LEAVE)
        after = m * worth(i + 1, n + 1)[0] + (1 - m) * worth(i, n + 1)[0]
        taking = (1 - d) * (important + g * after) + d * (-c + g * after)
        waiting = d * (-c + g * after) / (1 - (1 - d) * g)
        best = max(F(0), taking, waiting)
        return best, LEAVE if best == 0 else TAKE_PART if taking >= waiting else ABSTAIN

    return worth


@settings(max_examples=40, deadline=None)
@given(PROBABILITY, PROBABILITY, COUNT, COUNT, COUNT, COUNT, st.integers(0, 18).map(lambda k: F(k, 19)))
def test_policy_is_the_recursion(d, c, a, b, gain, harm, g):
    last = 7
    exact = recursion(d, c / 4, a, b, gain, harm, g, last)
    found = policy(
        float(d),
        float(c / 4),
        (a, b),
        reward=gain,
        loss=harm,
        discount=float(g),
        observations=last,
        variant="displacing",
        keep=True,
    )
    acts = found.acts()
    for n in range(last + 1):
        for i in range(n + 1):
            value, act = exact(i, n)
            assert found.worth[n, i] == pytest.approx(float(value), abs=1e-9)
            if found.worth[n, i] > 1e-9 and acts[n, i] != act:  # only a tie may be told otherwise in floats
                assert {acts[n, i], act} == {ABSTAIN, TAKE_PART} and abs(
                    margin(exact, d, c / 4, a, b, gain, harm, g, i, n, last)
                ) < 1e-9


def margin(exact, d, c, a, b, gain, harm, g, i, n, last):
    """What taking part adds to waiting for the next silly event."""
    m = F(a + i) / (a + b + n)
    if n == last:
        return float(m * gain - (1 - m) * harm)
    after = m * exact(i + 1, n + 1)[0] + (1 - m) * exact(i, n + 1)[0]
    heard = d * (-c + g * after)
    return float((1 - d) * (m * gain - (1 - m) * harm + g * after) + heard - heard / (1 - (1 - d) * g))


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0, 0.95),
    st.floats(0.5, 8),
    st.floats(0.5, 8),
    st.floats(0.2, 3),
    st.floats(0, 0.99),
    st.sampled_from(["added", "displacing"]),
)
def test_value_and_policy_have_the_shape_that_is_proved(d, a, b, harm, g, variant):
    costs = np.linspace(0, 0.5, 12)
    found = policy(d, costs, (a, b), loss=harm, discount=g, observations=40, variant=variant, keep=True)
    worth = found.worth[..., np.tril(np.ones((41, 41), bool))]
    assert (np.diff(worth, axis=0) <= 1e-9 * (1 + worth[:-1])).all()  # does not grow with the cost
    assert (np.nan_to_num(np.diff(found.worth, axis=-1), nan=0.0) >= -1e-9).all()  # grows with punishments seen
    n = np.arange(41)
    lone = np.ceil(harm / (1 + harm) * (a + b + n) - a - 1e-9)
    assert (found.joins <= np.maximum(found.stays, lone)).all()  # what can be learnt only lowers the threshold


def test_a_batch_is_its_settings_one_by_one():
    d, c = np.array([[0.0], [0.5]]), np.array([0.0, 0.01, 0.2])
    found = policy(d, c, (np.array([[2.0], [6.0]]), 5.0), observations=30)
    assert found.value.shape == (2, 3) and found.stays.shape == (2, 3, 31)
    for i, j in itertools.product(range(2), range(3)):
        alone = policy(d[i, 0], c[j], ((2.0, 6.0)[i], 5.0), observations=30)
        assert alone.value == found.value[i, j] and (alone.joins == found.joins[i, j]).all()


@pytest.mark.parametrize(("d", "variant"), [(0.5, "added"), (0.75, "added"), (0.3, "displacing")])
def test_the_law_is_an_enumeration_of_all_that_may_befall(d, variant):
    slots, theta, last = 3, 0.6, 5
    what = policy(d, 0.01, (3, 3), observations=last, variant=variant)
    acts = what.acts()
    kinds = [k for n in silly_events(d, slots) for k in (0, *[1] * n)] if variant == "added" else [None] * slots
    totals, there = np.zeros(3), 0.0

    def follow(e, n, i, chance, sums):
        nonlocal totals, there
        if acts[n, i] == LEAVE or e == len(kinds):
            totals = totals + chance * np.array(sums)
            there += chance * (acts[n, i] != LEAVE)
            return
        for silly, weight in ((0, 1.0), (1, 1.0)) if kinds[e] is None else ((kinds[e], None),):
            p = chance * (1.0 if weight is None else (d if silly else 1 - d))
            if not silly and acts[n, i] == ABSTAIN:
                follow(e + 1, n, i, p, sums)
                continue
            for hit in (0, 1):
                more = list(sums)
                more[2 if silly else hit] += 1
                step = n < last
                follow(e + 1, n + step, i + hit * step, p * (theta if hit else 1 - theta), more)

    follow(0, 0, 0, 1.0, [0, 0, 0])
    found = law(what, fixed(theta), slots, d, variant=variant)
    assert found.totals == pytest.approx(totals, abs=1e-12)
    assert found.mean("size")[-1] == pytest.approx(there, abs=1e-12)


CASES = [(0.25, 0.005, (2, 6), 7), (0.9, 0.0005, (6, 3), 10), (0.5, 0.005, (2, 8), 1), (0.0, 0.0, (3, 3), 4)]


@pytest.mark.parametrize("variant", ["added", "displacing"])
@pytest.mark.parametrize(("d", "c", "belief", "members"), CASES)
def test_the_kernel_and_its_twin_count_the_same(d, c, belief, members, variant):
    if kernel("silly_groups") is None:
        pytest.skip("no kernels were compiled here")
    what = policy(d, c, belief, variant=variant, observations=50)
    for here in (
        fixed(0.8),
        drawn(20, 0.3),
        drawn(20, (2.0, 3.0)),
        Groups(np.array([0.8]), np.ones(1), np.array([0.1]), 20),
    ):
        runs = [
            simulate(
                what,
                here,
                d,
                groups=40,
                members=members,
                slots=45,
                variant=variant,
                native=native,
                seed=3,
                threads=threads,
            )
            for native, threads in ((True, 1), (True, 3), (False, 2))
        ]
        for name in ("theta", "size", "active", "punished", "silly", "groups"):
            assert all((getattr(runs[0], name) == getattr(run, name)).all() for run in runs[1:]), name


@pytest.mark.parametrize("observation", ["private", "public"])
def test_the_members_agree_with_their_law(observation):
    model = SillyRules(density=0.5, cost=0.005, types="drawn", members=50, slots=80, observation=observation)
    course = model.simulate(Plan(50 * 400, 80, range(5)))
    outcomes = model.outcomes()
    for name in model.MEASURES:
        ended = course.measures[name][:, -1]
        expected = sum(o.basin * o.measures[name] for o in outcomes)
        assert abs(ended.mean() - expected) < 6 * ended.std(ddof=1) / np.sqrt(5) + 1e-9, name
    assert len(outcomes) == (2 if observation == "public" else 1)
    assert sum(o.basin for o in outcomes) == pytest.approx(1)


def test_theta_that_changes_is_followed():
    model = SillyRules(density=0.5, belief=(6, 3), punishers=0.8, change=(20.0, 0.1), slots=120, members=20)
    size = model.law.mean("size")
    assert size[20] > 0.95 and size[-1] < 0.2
    run = model.simulate(Plan(20 * 500, 120, range(4)))
    assert run.measures["size"][:, -1].mean() == pytest.approx(20 * size[-1], abs=0.5)


def sizes(cost, belief=(2.0, 8.0)):
    return [SillyRules(density=d, cost=cost, belief=belief).law.mean("size")[-1] for d in DENSITIES]


def test_cheap_silly_rules_make_recovery_possible_and_more_of_them_help():
    found = sizes(0.0005)
    assert found[0] == 0 and found[1] > 0.97 and found == sorted(found)


def test_dear_silly_rules_turn_the_sign():
    found = sizes(0.02, (2.0, 6.0))
    assert found[0] == 0 and min(found[1:4]) > 0.7 and found[4] == 0
    assert max(sizes(0.02)) == 0


def test_leaving_a_bad_group_costs_a_tenth():
    losses = [SillyRules(density=d, punishers=0.3, belief=(6.0, 3.0)).law.totals[0] for d in DENSITIES]
    assert losses == sorted(losses, reverse=True) and 8 < losses[0] / losses[-1] < 12


def test_critical_cost_parts_who_stays_from_who_leaves():
    d = np.array([0.25, 0.5, 0.9])
    least = critical_cost(d, (2, 8))
    assert (policy(d, least * (1 - 1e-9), (2, 8)).value > 0).all()
    assert (policy(d, least * (1 + 1e-9) + 1e-12, (2, 8)).value == 0).all()
    assert critical_cost(0.0, (2, 8)) == 0 and critical_cost(0.0, (8, 2)) == np.inf


def test_compositions_thinned_have_the_same_moments():
    whole = drawn(100, 0.8)
    few = whole.thinned(8)
    for power in range(1, 16):
        assert few.weight @ few.theta**power == pytest.approx(whole.weight @ whole.theta**power, rel=1e-12)
    assert drawn(4, (1.0, 1.0)).weight == pytest.approx(np.full(5, 0.2))
    assert drawn(10, 1.0).theta == [1.0]


def test_density_of_acts():
    acts = {"theft": Act(1, True, -1), "hat": Act(3, True, 0), "greeting": Act(5, False, 0)}
    assert density(acts) == 0.75
    assert SillyRules(acts={"theft": (1, 1, -1), "hat": (3, 1, 0), "greeting": (5, 0, 0)}).d == 0.75
    code = Codebook(np.array([[[0, 1, 1, 1]]]), "act", ("not done",))
    same = classified(code, {"nothing": (1, 0), "theft": (1, -2), "hat": (1, 0), "shoes": (1, 0)})
    assert density(same) == pytest.approx(order.density(code, [0, -2, 0, 0])) == pytest.approx(2 / 3)
    with pytest.raises(InputError, match="none with an effect"):
        density({"hat": Act(3, True, 0)})
    with pytest.raises(InputError, match=r"acts\.hat"):
        density({"hat": Act(-1, True, 0)})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"density": 1.0}, "density"),
        ({"density": 0.1, "acts": {"a": (1, 1, 1)}}, "not both"),
        ({"acts": {"a": (1, 2, 1)}}, "acts.a"),
        ({"cost": -1.0}, "cost"),
        ({"cost": float("nan")}, "cost"),
        ({"discount": 1.0}, "discount"),
        ({"punishers": 1.5}, "punishers"),
        ({"belief": (1.0,)}, "belief"),
        ({"prior": (0.0, 1.0)}, "prior"),
        ({"change": (3.5, 0.1)}, "change"),
        ({"change": (3.0, 1.1)}, "change"),
        ({"variant": "other"}, "variant"),
        ({"observation": "secret"}, "observation"),
        ({"types": "some"}, "types"),
        ({"members": 0}, "members"),
        ({"observations": 10**6}, "observations"),
    ],
)
def test_absurd_settings_are_refused(said, words):
    with pytest.raises(InputError, match=words):
        SillyRules(**said)


def test_wrong_calls_are_refused():
    batch = policy(np.array([0.1, 0.2]), 0.0, (1, 1), observations=3)
    with pytest.raises(InputError, match="one setting"):
        law(batch, fixed(0.5), 3, 0.1)
    with pytest.raises(InputError, match="one setting"):
        simulate(batch, fixed(0.5), 0.1, groups=1, members=1, slots=1)
    with pytest.raises(InputError, match="at least 1"):
        simulate(policy(0.1, 0.0, (1, 1)), fixed(0.5), 0.1, groups=0, members=1, slots=1)


def test_claims_hold_and_sections_are_drawn():
    for model in (
        SillyRules(density=0.0, observations=80, slots=60),
        SillyRules(density=0.5, punishers=0.3, belief=(6.0, 3.0), observations=80, slots=50),
    ):
        assert all(claim.holds for claim in model.claims())
        names = [figure.name for section in model.sections() for figure in section.figures]
        assert names == ["size", "activity", "policy", "critical-cost"] or model.belief == (6.0, 3.0)
        mixed = replace(model, prior=(2.0, 2.0), members=20, slots=20)
        assert "Groups differ" in [section.name for section in mixed.sections()]
        assert replace(model, density=0.9).d == 0.9 and model.describe()
