"""Proxies climbed: the closed form of the worked example, first-order conditions, what never happens; best of n by brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.society.proxies import BestOfN, Proxy
from rulewright.welfare.proxies import Wants, ascent, best_of_n, limit, optimum
from rulewright.welfare.proxies.best_of_n import weights

ONES = np.ones(4)


def example(**others):
    return Wants(ONES, ONES, 8.0, ONES, **others)


def test_two_phases_of_the_worked_example():
    course = ascent(example(), (0, 1), steps=2100, size=0.002)
    assert course.utility[course.peak] == pytest.approx(2 * np.log(3), abs=2e-3)
    assert abs(course.peak - course.bound) <= 1
    assert (np.diff(course.proxy) > -1e-12).all()
    assert (np.diff(course.utility[: course.peak]) > 0).all() and (np.diff(course.utility[course.peak + 1 :]) < 0).all()
    assert (
        limit(example(), (0, 1)).proxy == pytest.approx(2 * np.log(4)) and limit(example(), (0, 1)).utility == -np.inf
    )


def test_a_step_follows_the_closed_form():
    """Mentioned attributes at 1 + t/√2; once 2 + 2t/√2 + 2 is 8, the others fall as these rise."""
    course = ascent(example(), (0, 1), steps=2000, size=0.002)
    t = np.arange(2001) * 0.002 / np.sqrt(2)
    x = 1 + t
    y = np.where(x <= 3, 1.0, 4 - x)
    assert np.abs(course.states[:, 0] - x).max() < 1e-9 and np.abs(course.states[:, 2] - y).max() < 1e-9


def test_impact_stops_and_never_falls():
    course = ascent(example(), (0, 1), steps=3000, remedy="impact")
    assert (np.diff(course.utility) > -1e-12).all() and course.utility[-1] == pytest.approx(2 * np.log(3))
    assert (course.states[:, 2:] == 1).all()


@given(st.integers(2, 5), st.integers(0, 10_000), st.sampled_from(["log", "root", "saturating"]))
@settings(max_examples=40, deadline=None)
def test_the_optimum_is_not_beaten(length, seed, family):
    rng = np.random.default_rng(seed)
    wants = Wants(rng.uniform(0.5, 2, length), rng.uniform(0.5, 2, length), 10.0, np.full(length, 0.5), 0.1, family)
    best = optimum(wants)
    assert best.residual < 1e-8
    others = rng.dirichlet(np.ones(length), 200) * (10.0 - 0.1 * wants.prices.sum()) / wants.prices + 0.1
    assert (wants.utility(others) <= best.utility + 1e-9).all()
    ended = limit(wants, tuple(range(length - 1)))
    assert ended.utility <= best.utility + 1e-9 and ended.state[-1] == 0.1


@given(st.integers(0, 1000), st.sampled_from(["impact", "interactive"]), st.integers(1, 40))
@settings(max_examples=15, deadline=None)
def test_remedies_never_end_below_the_start(seed, remedy, every):
    rng = np.random.default_rng(seed)
    wants = Wants(rng.uniform(0.5, 2, 4), ONES, 8.0, ONES)
    course = ascent(wants, (0, 1), steps=1500, size=0.004, remedy=remedy, every=every)
    assert course.utility.min() >= course.utility[0] - 1e-9


def test_rarer_rewriting_is_worse():
    found = [Proxy(remedy="interactive", every=m).outcomes()[0].measures["utility"] for m in (1, 50, 200, 500, 1500)]
    assert (np.diff(found) < 0).all()


def test_nothing_is_lost_where_returns_do_not_diminish():
    wants = example(family="linear")
    assert limit(wants, (0, 1)).utility == pytest.approx(optimum(wants).utility)


@pytest.mark.parametrize("ties", [False, True])
def test_best_of_n_by_brute_force(ties):
    rng = np.random.default_rng(3)
    proxy = rng.integers(0, 4, 9).astype(float) if ties else rng.standard_normal(9)
    true = rng.standard_normal(9)
    curve = best_of_n(proxy, true, 9, draws=2)
    for n, found in zip(curve.n, curve.true, strict=True):
        sets = [list(s) for s in itertools.combinations(range(9), int(n))]
        best = [np.mean([true[k] for k in s if proxy[k] == max(proxy[j] for j in s)]) for s in sets]
        if not ties:
            assert found == pytest.approx(np.mean(best))
        else:  # a tie is broken by lot among all samples of that score, so each set's winner is one of them
            scores = [max(proxy[j] for j in s) for s in sets]
            shared = [true[proxy == score].mean() for score in scores]
            assert found == pytest.approx(np.mean(shared))


def test_weights_are_chances():
    table = weights(50, np.array([1, 2, 17, 50]))
    assert table.sum(axis=1) == pytest.approx(np.ones(4)) and table[3, -1] == pytest.approx(1)
    uniform = best_of_n(np.arange(1, 101) / 101, np.arange(1, 101) / 101, 10, draws=2)
    assert uniform.true == pytest.approx(uniform.n / (uniform.n + 1))


def test_over_optimisation_is_seen_where_it_is_and_not_elsewhere():
    harmful, harmless = BestOfN(samples=20_000, most=256, harm=1.2), BestOfN(samples=20_000, most=256)
    assert harmful.curve.over_optimised and 2 <= harmful.curve.peak <= 40
    assert not harmless.curve.over_optimised and harmless.curve.peak == 256


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Proxy(mentioned=(5,)), "attributes among"),
        (lambda: Proxy(mentioned=()), "attributes among"),
        (lambda: Proxy(budget=3.0), "budget"),
        (lambda: Proxy(remedy="hope"), "none, impact, interactive"),
        (lambda: Proxy(utility="cubic"), "log"),
        (lambda: Proxy(weights=(1.0,)), "4 numbers"),
        (lambda: Proxy(start=(1.0, float("nan"), 1.0, 1.0)).wants, "finite"),
        (lambda: ascent(example(), (0, 1), steps=0), "above 0"),
        (lambda: BestOfN(proxy=(1.0, 2.0)), "both lists"),
        (lambda: BestOfN(noise=-1.0), "at least 0"),
        (lambda: best_of_n([1.0, 2.0], [1.0]), "same length"),
        (lambda: best_of_n([1.0, 2.0], [1.0, 2.0], 5), "from 2 to 2"),
    ],
)
def test_wrong_settings_are_told(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_a_peak_that_was_sought_in_the_same_samples_is_no_evidence_by_itself():
    """A proxy that says nothing: a fall is found as often as was said (5 %), not as often as one finds a peak to fall from."""
    alarms = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        found = best_of_n(rng.standard_normal(200), rng.standard_normal(200), 200, draws=100, seed=seed)
        alarms += found.over_optimised
        assert found.drop_low <= found.drop
    assert alarms <= 12


def test_the_budget_binds_at_every_step_and_nobody_does_better_than_at_the_optimum():
    rng = np.random.default_rng(0)
    for remedy in ("none", "impact", "interactive"):
        for family in ("root", "linear", "saturating", "log"):
            for floor in (0, 0.1):  # a whole number too
                start = floor + rng.choice([0.05, 0.5, 1], 3)
                wants = Wants(rng.choice([0.1, 1, 3], 3), rng.choice([0.2, 1, 2.5], 3), 0.0, start * 0, 0.0, "linear")
                wants = Wants(wants.weights, wants.prices, float(wants.prices @ start) + 0.1, start, floor, family)
                course = ascent(wants, (0, 2), steps=150, size=0.1, remedy=remedy)
                assert (course.states @ wants.prices).max() <= wants.budget + 1e-9
                assert course.utility.max() <= optimum(wants).utility + 1e-9
                assert limit(wants, (0, 2)).residual < 1e-9


def test_slopes_are_taken_where_the_state_is_even_below_nought():
    wants = Wants(np.ones(2), np.ones(2), 1.0, np.array([-3.0, 0.0]), -5.0, "saturating")
    step = np.diff(ascent(wants, (0, 1), steps=1, size=0.01).states, axis=0)[0]
    assert step[0] / step[1] == pytest.approx(np.exp(3))


def test_what_floats_found_is_not_called_proved():
    assert Proxy().outcomes()[0].grade == "proved"  # −∞: somebody is left out
    assert Proxy(remedy="impact").outcomes()[0].grade == "searched only"
