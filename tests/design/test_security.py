"""Coverage of many sites: the compact programme against commitment in the full game, and against the definition."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rulewright.behaviour.stackelberg import dobss
from rulewright.design.enforcement import Sites, cover, deter, deterring_coverage
from rulewright.design.enforcement.security import lowest_levels
from rulewright.errors import InputError


def sites(types, count, budget, seed, **options):
    draw = np.random.default_rng(seed)
    high, low, bad, good = draw.integers(1, 10, (4, types, count))
    return (high, -low, -bad, good), Sites.of(
        high, -low, -bad, good, budget=budget, chances=draw.dirichlet(np.ones(types)), **options
    )


def full_game(tables, budget):
    """Payoffs [type, schedule, site] of both when a schedule covers `budget` of the sites: the leader mixes over all of them."""
    high, low, bad, good = tables
    count = high.shape[1]
    covered = np.array([[s in chosen for s in range(count)] for chosen in itertools.combinations(range(count), budget)])
    people = np.where(covered, good[:, None], bad[:, None])
    return people, np.where(covered, low[:, None], high[:, None])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(3, 5), st.integers(1, 2))
@example(0, 3, 5, 1)
def test_the_compact_form_is_the_full_game(seed, types, count, budget):
    tables, compact = sites(types, count, budget, seed)
    found = cover(compact)
    people, attacker = full_game(tables, budget)
    assert found.optimal
    assert found.value == pytest.approx(dobss(people, attacker, compact.chances).value, abs=1e-4)
    assert compact.value(found.coverage) == found.value
    assert compact.cost @ found.coverage <= budget + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_no_coverage_is_above_the_bound(seed, types):
    _, compact = sites(types, 12, 3, seed)
    found = cover(compact)
    draw = np.random.default_rng(seed)
    for _ in range(300):
        some = draw.dirichlet(np.full(12, 0.3)) * 3
        some = np.minimum(some, 1)
        assert compact.value(some) <= found.bound + 1e-5


def test_the_lowest_level_of_one_type_is_what_the_budget_buys():
    _, compact = sites(1, 30, 4, 5)
    level = lowest_levels(compact)[0]
    needs = np.clip((compact.gain - level) / compact.bite, 0, None).sum()
    assert needs == pytest.approx(4)
    draw = np.random.default_rng(0)
    for _ in range(200):
        assert compact.levels(np.minimum(draw.dirichlet(np.full(30, 0.5)) * 4, 1))[0] >= level - 1e-9


def test_attackers_may_stay_away():
    """With enough budget everybody stays away: what that costs is the deterring coverage, in closed form."""
    draw = np.random.default_rng(1)
    gains, harm = draw.integers(1, 9, (3, 8)), draw.integers(1, 9, 8)
    need = deterring_coverage(gains, 2, F(9, 10), cost=1)
    covered = gains * (1 - 0.9) - 0.9 * 2
    people = np.broadcast_to(-harm, gains.shape)
    for budget, safe in ((float(need.cost) + 1e-6, True), (float(need.cost) * 0.9, False)):
        compact = Sites.of(gains, covered, people, people * 0.1, budget=budget, stay_away=0)
        found = cover(compact)
        assert (found.value > -1e-9) == safe
        assert found.optimal
    rates = [deter(max(gains[:, s]), 2, F(9, 10), 0).rate for s in range(8)]
    assert need.coverage.tolist() == rates
    assert need.feasible
    hopeless = deterring_coverage([1, 50], 2, F(1, 2), F(2, 5))
    assert not hopeless.feasible
    assert hopeless.cost == float("inf")


def test_a_stop_leaves_a_bound():
    _, compact = sites(6, 60, 6, 3)
    whole, early = cover(compact), cover(compact, seconds=0.0)
    loose = cover(compact, gap=0.5)
    assert early.value <= whole.value + 1e-6
    for found in (early, loose):
        assert found.bound >= whole.value - 1e-6
    assert loose.gap <= 0.5 + 1e-6


def test_sites_that_do_not_fit_are_told():
    with pytest.raises(InputError, match="never helps"):
        Sites.of([[1]], [[2]], [[0]], [[0]], budget=1)
    with pytest.raises(InputError, match="one shape"):
        Sites.of([[1, 2]], [[0]], [[0]], [[0]], budget=1)
