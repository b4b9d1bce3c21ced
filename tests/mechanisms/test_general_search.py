"""The search without gradients: same seed same bytes, known best numbers, never below its start, what is asked is kept."""

import inspect

import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.mechanisms import REVENUE, WORST_OFF, Goal
from rulewright.mechanisms.environments import (
    bilateral_trade,
    club_good,
    compute_sharing,
    double_auction,
    facility_location,
    identical_items,
    public_good,
    shared_production,
    task_allocation,
)
from rulewright.mechanisms.exact import methods, search

REACHED = Goal(
    "reached",
    "the chance that everybody is within a half",
    lambda types, values, payments: (values.min(axis=-1) >= -0.5) * 1.0,
)


def test_the_same_seed_finds_the_same():
    first, second = (search("phantom places", facility_location(3), budget=100, profiles=500, fresh=1000) for _ in "ab")
    assert first.parameters.tobytes() == second.parameters.tobytes() and first.found == second.found
    assert first.evaluations <= 100 and first.mechanism.proof


def test_the_broker_who_wants_revenue_asks_for_a_third():
    # margin m around ½: m((1 − m)/2)², largest at m = ⅓
    found = search("posted prices", bilateral_trade(), goal=REVENUE, profiles=5000)
    assert np.allclose(found.parameters, (2 / 3, 1 / 3), atol=0.03)
    assert abs(found.found.mean - 1 / 27) < 0.001 and found.broken == 0


def test_reserves_are_found():
    there = task_allocation(3, 2)
    found = search("task reserves", there, profiles=3000, budget=150, fresh=20_000)
    assert np.allclose(found.parameters, 0.5, atol=0.06) and abs(found.found.mean - 2 * 0.53125) < 0.01


@pytest.mark.parametrize("goal", [WORST_OFF, REACHED], ids=lambda g: g.name)
def test_a_goal_with_jumps_is_no_obstacle(goal):
    # the middle of the ends would be best, which no truthful rule can take
    found = search("phantom places", facility_location(3), goal=goal, budget=300, profiles=2000)
    assert found.found.low > found.before.high
    assert found.goals[-1] > found.goals[0] and sorted(found.steps) == list(found.steps)


def test_what_the_environment_asks_comes_first():
    there = public_good(2, cost=0.8)
    found = search("choice boosts", there, budget=300, profiles=1000, fresh=5000)
    assert found.broken < 1e-6 and found.before.mean > found.found.mean  # VCG does not cover its cost
    # built if θ₁ + θ₂ ≥ L, which takes 2L − θ₁ − θ₂: enough at (1, 1) for L = 1.4, worth ∫ (s − .8)(2 − s) ds from there
    assert found.found.mean >= 0.6**2 / 2 * 0.8 - 0.01
    free = search("choice boosts", public_good(2, cost=0.8, deficit=float("inf")), budget=60, profiles=1000)
    assert free.found.mean >= free.before.mean - 0.01 and free.broken == 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: search("prices", bilateral_trade()),
        lambda: search("posted prices", bilateral_trade(), budget=0),
        lambda: search("phantom places", bilateral_trade()),
        lambda: search("choice boosts", facility_location(2), budget=1),
        lambda: search("posted prices", bilateral_trade(), goal=Goal("odd", "", lambda t, v, p: v.sum(-1) * np.nan)),
    ],
)
def test_what_cannot_be_searched_is_told(wrong):
    with pytest.raises(InputError, match="needed"):
        wrong()


GOOD, TRADE, PLACES = public_good(3), bilateral_trade(), facility_location(3)
WAYS = {
    "vcg": GOOD,
    "expected_externality": GOOD,
    "percentiles": PLACES,
    "phantom_median": PLACES,
    "posted_price": TRADE,
    "second_best": TRADE,
    "split_the_gap": TRADE,
    "mcafee": double_auction(2, 2),
    "equal_shares": club_good(3),
    "serial_shares": shared_production(3),
    "procurement": task_allocation(3, 2),
    "efficient_division": compute_sharing(3),
    "proportional_share": compute_sharing(3),
    "equal_split": compute_sharing(3),
    "redistribution": identical_items(3, 1),
}

SETTINGS = {"posted_price": {"price": 0.5}, "expected_externality": {"draws": 50}}


@pytest.mark.parametrize("name", WAYS)
def test_a_way_says_what_it_breaks(name):
    found = getattr(methods, name)(WAYS[name], **SETTINGS.get(name, {}))
    breaks = {"vcg": "out of pocket", "expected_externality": "would lose"}
    assert any(breaks[name] in note for note in found.notes) if name in breaks else "would" not in str(found.notes)


def test_ways_take_plain_settings():
    plain = {"Environment", "str", "float", "int", "bool", "tuple[float, ...]"}
    for name in [*WAYS, "search"]:
        assert {p.annotation for p in inspect.signature(getattr(methods, name)).parameters.values()} <= plain
    found = methods.search(TRADE, "posted prices", budget=30, profiles=200)
    assert found.curve is not None and "numbers found" in found.notes[0]
    for wrong in (lambda: methods.vcg(GOOD, "much"), lambda: methods.redistribution(WAYS["redistribution"], "mine")):
        with pytest.raises(InputError, match="needed"):
            wrong()
