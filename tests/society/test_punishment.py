"""Punishment in groups: payoffs, all rests, who resists whom, and a crowd that agrees."""

from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.assessment import assess
from rulewright.behaviour.dynamics.finite import compositions
from rulewright.errors import InputError
from rulewright.scenario.load import load
from rulewright.society.model import Plan
from rulewright.society.punishment import Punishment, Stage, edge, invasion
from rulewright.society.punishment.rests import gains
from rulewright.society.punishment.several import flow, starts, states
from rulewright.society.punishment.stage import D, E, M, P, R

STAGE = Stage(16, F(3), F(1), F(1, 5), F(1, 2), F(10))

small = st.builds(
    Stage,
    st.integers(2, 6),
    st.fractions(-3, 4, max_denominator=4),
    st.fractions(0, 2, max_denominator=4),
    st.fractions(0, 1, max_denominator=5),
    st.fractions(0, 2, max_denominator=4),
    st.integers(0, 12).map(F),
    st.sampled_from([F(0), F(1, 10), F(1, 4)]),
)


def counts(**those):
    return np.array([those.get(t, 0) for t in "prmed"])


@pytest.mark.parametrize("j", range(17))
def test_payoffs_by_number_of_punishers_without_errors(j):
    b, c, k, p, w, n = F(3), F(1), F(1, 5), F(1, 2), F(10), 16
    earned = STAGE.members(counts(p=j, r=n - j))
    if j:
        assert earned[P] == b * j / n - c - k * (n - j) + w * (b - c)
    if j < n:
        assert earned[R] == (b * j / n - p * j + w * (b - c) if j else 0)


def test_the_difference_in_closed_form():
    """Linear in x, and one power: what the binomial sum comes to."""
    b, c, k, p, w, n = F(3), F(1), F(1, 5), F(1, 2), F(10), 16
    for x in (F(0), F(1, 7), F(1, 2), F(1)):
        worth = STAGE.expected(np.array([x, 1 - x, F(0), F(0), F(0)], dtype=object))
        closed = b / n - c - k * (n - 1) + (k + p) * (n - 1) * x + w * (b - c) * (1 - x) ** (n - 1)
        assert worth[P] - worth[R] == closed


@settings(max_examples=25, deadline=None)
@given(small, st.lists(st.integers(0, 3), min_size=5, max_size=5).filter(any))
def test_mean_payoffs_are_sums_over_groups(stage, weights):
    x = np.array([F(v, sum(weights)) for v in weights], dtype=object)
    summed, acted = np.zeros(5, dtype=object), np.zeros(5, dtype=object)
    for others in compositions(stage.group - 1, 5):
        chance = F(factorial(stage.group - 1))
        for t in range(5):
            chance *= x[t] ** int(others[t]) / F(factorial(int(others[t])))
        for i in range(5):
            group = others + np.eye(5, dtype=int)[i]
            summed[i] += chance * stage.members(group)[i]
            acted[i] += chance * stage.follows(group)[i]
    assert (stage.expected(x) == summed).all() and (stage.following(x) == acted).all()
    assert stage.expected(x.astype(float)) == pytest.approx(summed.astype(float), abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(small, st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_a_period_with_errors_played_out(stage, weights):
    """Every way in which members err, with its chance: against the formula in S."""
    kinds = [t for t in range(5) for _ in range(weights[t])]
    if len(kinds) < 2:
        return
    stage = replace(stage, group=len(kinds))
    group = np.bincount(kinds, minlength=5)
    first, then = stage._chances(group.astype(object))
    for d in (first, then):
        played = [F(0)] * len(kinds)
        for way in np.ndindex(*[2] * len(kinds)):
            chance = F(1)
            for member, wrong in enumerate(way):
                chance *= d[kinds[member]] if wrong else 1 - d[kinds[member]]
            for i, one in enumerate(kinds):
                got = stage.benefit / len(kinds) * (len(kinds) - sum(way)) - stage.cost * (1 - way[i])
                for other, two in enumerate(kinds):
                    if other != i:
                        got -= stage.punishing * _punishes(one, two, way[other], any(way))
                        got -= stage.punished * _punishes(two, one, way[i], any(way))
                played[i] += chance * got
        formula = stage._period(group.astype(object), d)
        assert all(played[i] == formula[one] for i, one in enumerate(kinds))


def _punishes(one, other, wrong, anybody):
    idle = other in (R, E, D)
    return one in (P, M) and (bool(wrong) or (one == M and idle and anybody))


@pytest.mark.parametrize(("n", "mix", "tips"), [(16, 0.131, 0.361), (32, 0.0365, 0.328), (64, 0.0065, 0.307)])
def test_published_rests(n, mix, tips):
    stable, unstable = edge(replace(STAGE, group=n), P, R).inner
    assert stable.stable and abs(stable.x - mix) < 5e-4
    assert unstable.stable is False and abs(unstable.x - tips) < 1e-3


def test_small_groups_go_to_punishers_and_large_ones_cannot_begin():
    assert [r.stable for r in edge(replace(STAGE, group=8), P, R).rests] == [False, True]
    large = edge(replace(STAGE, group=128), P, R)
    assert [r.stable for r in large.rests] == [True, False, True] and abs(large.inner[0].x - 0.297) < 5e-4
    assert sum(r.basin for r in large.rests) == pytest.approx(1)


def test_the_mix_shrinks_with_the_group_and_then_vanishes():
    mixes = [[r.x for r in edge(replace(STAGE, group=n), P, R).inner if r.stable] for n in range(12, 117, 8)]
    there = [m[0] for m in mixes if m]
    assert len(there) > 5 and all(a > b for a, b in pairwise(there))
    assert mixes[0] and not mixes[-1] and not any(mixes[len(there) :])


@settings(max_examples=40, deadline=None)
@given(small)
def test_thresholds_are_signs_of_gains(stage):
    stage = replace(stage, errors=F(0))
    n, b, c, k, p, w = stage.group, stage.benefit, stage.cost, stage.punishing, stage.punished, stage.later
    d = gains(stage, P, R)
    assert d[0] == b / n - c - k * (n - 1) + w * (b - c)
    if n > 2:
        assert d[1] == p - (c - b / n + k * (n - 2))
    assert (gains(stage, R, M)[0] < 0) == (p * (n - 1) > c - b / n)  # cooperation, or anything else: b of any sign


@settings(max_examples=40, deadline=None)
@given(small)
def test_convex_where_cooperation_pays_and_never_more_than_two_rests(stage):
    stage = replace(stage, errors=F(0))
    found = edge(stage, P, R)
    assert len(found.inner) <= 2
    for rest in found.inner:
        at = [bernstein_value(found.gains, x) for x in (rest.low, rest.high)]
        assert at[0] * at[1] <= 0


def bernstein_value(c, x):
    m = len(c) - 1
    return sum(v * comb(m, j) * x**j * (1 - x) ** (m - j) for j, v in enumerate(c))


def test_punishing_those_who_let_pass_needs_errors():
    harm = Stage(16, F(-1), F(1, 2), F(1, 5), F(1, 2), F(10))
    assert invasion(harm, M, R) == -1  # held up though it harms all
    assert invasion(harm, M, E) == 0  # without errors there is nothing to punish, and nobody can tell
    erring = replace(harm, errors=F(1, 10))
    assert [invasion(erring, M, t) for t in (R, E, D)] == [-1, -1, -1]
    assert invasion(erring, P, E) == 1  # whoever lets pass and is not punished for it spreads


def test_flows_end_where_rests_are():
    stage = Stage(16, F(-1), F(1, 2), F(1, 5), F(1, 2), F(10), F(1, 10))
    found = states(stage, (M, R, E, D))
    assert sum(s.reached for s in found) == pytest.approx(1)
    moral = next(s for s in found if s.shares[M] == 1)
    assert moral.stable and moral.reached > 0
    assert not any(s.reached for s in found if s.stable is False)
    assert starts((M, E), 4, 0)[:, [P, R, D]].sum() == 0


def test_three_types_live_side_by_side():
    """Those who cooperate and do not punish beside punishers and reluctant, as the abstract has it, sometimes: a rest inside."""
    stage = Stage(8, F(3), F(1), F(1, 5), F(1, 2), F(10), F(1, 50))
    inside = next(s for s in states(stage, (P, R, E)) if s.kind == "found")
    worth = stage.expected(inside.shares)[[P, R, E]]
    assert inside.stable and inside.reached > 0.5 and (inside.shares[[P, R, E]] > 0.1).all()
    assert np.ptp(worth) < 1e-4
    pushed = inside.shares + np.array([0.02, -0.01, 0, -0.01, 0])
    assert flow(stage, (P, R, E), pushed[None])[0] == pytest.approx(inside.shares, abs=1e-3)


def test_flows_agree_with_exact_basins():
    found = {s.shares[P]: s.reached for s in states(STAGE, (P, R)) if s.reached}
    exact = {r.x: r.basin for r in edge(STAGE, P, R).rests if r.basin}
    assert found.keys() == exact.keys() and all(abs(found[x] - exact[x]) < 0.2 for x in exact)


def test_a_crowd_comes_to_the_mix():
    model = Punishment(start=(0.2, 0.8))
    course = model.simulate(Plan(40_000, 200, (0, 1)))  # standard deviations of a seed: .0016, .05, .003
    mix = model.outcomes()[1]
    late = course.measures["punishers"][:, -100:].mean(axis=1)
    assert abs(late - mix.measures["punishers"]).max() < 0.01
    assert abs(course.measures["payoff"][:, -100:].mean() - mix.measures["payoff"]) < 0.15
    assert abs(course.measures["cooperation"][:, -100:].mean() - mix.measures["cooperation"]) < 0.01


def test_a_crowd_earns_what_the_formula_says():
    """Five types with errors: one generation of 800,000 agents in real groups."""
    model = Punishment(group=8, errors=0.1, types=("punisher", "reluctant", "moralist", "easygoing", "defector"))
    course = model.simulate(Plan(800_000, 1, (3,)))
    expected = model.measured(np.full(5, 0.2))
    for name, values in course.measures.items():
        assert values[0, 0] == pytest.approx(expected[name], abs=0.02 if name == "payoff" else 2e-3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"group": 1}, "group"),
        ({"cost": -1.0}, "cost"),
        ({"errors": 1.0}, "errors"),
        ({"benefit": float("nan")}, "benefit"),
        ({"types": ("punisher",)}, "two types"),
        ({"types": ("punisher", "judge")}, "judge"),
        ({"start": (0.5, 0.6)}, "start"),
        ({"mutation": 2.0}, "mutation"),
    ],
)
def test_absurd_settings_are_refused(wrong, words):
    with pytest.raises(InputError, match=words):
        Punishment(**wrong)


@pytest.mark.parametrize("name", ["punishment", "moralists"])
def test_shipped_scenarios_say_what_they_are_for(name):
    scenario = load(name)
    assert scenario.rules
    small = scenario.file.model_copy(update={"simulate": None, "vary": []})
    report = assess(replace(scenario, file=small)).report
    today, *others = report.rules
    if name == "punishment":
        assert today.worst == pytest.approx(16.948, abs=1e-3) and all(r.worst == pytest.approx(22) for r in others)
    else:
        assert today.worst == pytest.approx(-26.4) and others[0].worst == pytest.approx(0, abs=1e-9)
