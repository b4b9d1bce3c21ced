"""What may not be believed: mechanisms where they are no longer truthful, units of money, absurd numbers, crooked goals."""

from fractions import Fraction

import numpy as np
import pytest

from rulewright.errors import InputError, TooLarge
from rulewright.mechanisms import auction
from rulewright.mechanisms.catalogue import method
from rulewright.mechanisms.compatible.learn import learn_compatible
from rulewright.mechanisms.environments import (
    bandwidth,
    bilateral_trade,
    club_good,
    double_auction,
    identical_items,
    public_good,
    shared_production,
    task_allocation,
)
from rulewright.mechanisms.exact import (
    EfficientDivision,
    EqualShares,
    Maximal,
    PostedTrade,
    Procurement,
    Redistribution,
    SerialShares,
    pivotal,
    redistributing,
)
from rulewright.mechanisms.exact.capacity import filled
from rulewright.mechanisms.goals import goal
from rulewright.mechanisms.itemwise import Itemwise, myerson_uniform
from rulewright.mechanisms.kept import kept
from rulewright.mechanisms.laws import Pieces, Uniform
from rulewright.mechanisms.menus import learn_menu

WRONG = {
    "costs are no bids": lambda: myerson_uniform(task_allocation(2, 2)),
    "costs are no bids for identical items": lambda: Redistribution(task_allocation(3, 1), (0.0, 0.0)),
    "costs are no bids in menus": lambda: learn_compatible(task_allocation(2, 2), cells=2, steps=1),
    "bids are no costs": lambda: Procurement(auction(2, 2), (0.5, 0.5)),
    "a good for all is no trade": lambda: PostedTrade(public_good(2), 0.5),
    "a club is no oven": lambda: SerialShares(club_good(2)),
    "an oven is no club": lambda: EqualShares(shared_production(2)),
    "a market has two sides": lambda: Redistribution(double_auction(2, 1), (0.0, 0.0)),
    "a share of a negative price is no gift": lambda: Redistribution(auction(3, 1, low=-1.0), (0.0, 0.0)),
    "a reserve is a number": lambda: Itemwise(auction(1, 1), (float("nan"),)),
    "reserves are finite": lambda: Itemwise(auction(1, 1), (float("inf"),)),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_mechanism_knows_whom_it_is_truthful_for(wrong):
    with pytest.raises(InputError):
        wrong()


ABSURD = {
    "ends of another number": lambda: auction(1, 2, low=(0.0, 0.0, 0.0)),
    "a law that is none": lambda: auction(1, 1, law=1.0),
    "beyond every price": lambda: auction(1, 1, high=1e308),
    "edges that are none": lambda: Pieces(((0.0, float("nan"), 1.0),), ((0.5, 0.5),)),
    "more edges than chances": lambda: Pieces(((0.0, 1.0),), ()),
    "a seed below 0": lambda: auction(1, 1).profiles(10, -1),
    "a seed of a method": lambda: method("menu", {"seed": -1}, Fraction),
    "a setting that the scenario has": lambda: method("VCG", {"environment": 1}, Fraction),
}


@pytest.mark.parametrize("absurd", ABSURD.values(), ids=ABSURD.keys())
def test_absurd_numbers_are_told(absurd):
    with pytest.raises(InputError):
        absurd()


@pytest.mark.parametrize(
    "large",
    [
        lambda: auction(10**9, 2),
        lambda: auction(1, 10**9),
        lambda: bandwidth(10**9),
        lambda: double_auction(10**5, 10**5),
        lambda: pivotal(public_good(2, levels=30_000)),
        lambda: pivotal(auction(3, 20_000)),
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_made(large):
    with pytest.raises(TooLarge):
        large()


@pytest.mark.parametrize(
    "text",
    [
        "max(revenue, 0)",
        "abs(revenue)",
        "min(revenue, 10**60)",
        "revenue if revenue > 0 else 0",
        "revenue * (not welfare)",
        "revenue * (welfare - 1) + revenue",
        "10**64 * 10**64 * revenue",
    ],
)
def test_goals_that_are_no_weighted_sums_are_refused(text):
    with pytest.raises(InputError, match="goal"):
        goal(text)


def test_cases_and_bounds_of_parameters_are_weights():
    assert goal("max(w, 1) * revenue if w > 0 else welfare", {"w": Fraction(2)}).says == "2 × revenue"
    with pytest.raises(InputError, match="names of their own"):
        goal("revenue + welfare", {"revenue": Fraction(2)})


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_promises_are_measured_in_the_unit_of_money(unit):
    there = identical_items(5, 2, high=unit)
    good = redistributing(there)
    assert kept(good, there.profiles(500, 1)).most == 0
    generous = Redistribution(there, tuple(c + 0.1 for c in good.coefficients))
    assert 1e-6 * unit < kept(generous, there.profiles(500, 1)).deficit < 2 * unit


def test_a_capacity_far_below_its_scale_is_divided_exactly():
    levels = np.array([[3.0, 2.0, 1.0], [1.0, 1.0, 1.0]])
    for capacity, scale in ((1e-9, 1e9), (1.0, 1.0), (1e9, 1e-9)):
        share = filled(levels, scale, capacity)
        assert share.sum(axis=-1) == pytest.approx(capacity, rel=1e-12)
    assert filled(levels, 1e9, 1e-9)[0].tolist() == [1e-9, 0, 0] and filled(levels, 1.0, 1.0)[0] == pytest.approx(
        [0.8, 0.2, 0]
    )


def test_one_agent_is_a_crowd_too():
    alone = pivotal(bandwidth(1))
    found = alone.outcome(np.array([[[0.5]]]))
    assert found.decision == pytest.approx(1) and found.payments == pytest.approx(0)
    assert EfficientDivision(bandwidth(1)).outcome(np.array([[[0.5]]])).decision == pytest.approx(1)


def test_many_options_are_looked_at_in_parts(monkeypatch):
    there = auction(2, 2)
    types = there.profiles(50, 3).reshape(5, 10, 2, 2)
    whole = pivotal(there).outcome(types)
    monkeypatch.setattr("rulewright.mechanisms.exact.maximal.AT_ONCE", 40)
    parts = pivotal(there).outcome(types)
    assert isinstance(pivotal(there), Maximal)
    assert np.array_equal(whole.decision, parts.decision) and np.array_equal(whole.payments, parts.payments)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_a_menu_is_learned_in_any_unit(unit):
    found = learn_menu(auction(1, 2, high=unit), steps=60)
    assert found.value == pytest.approx(0.549 * unit, rel=2e-3)
    assert found.mechanism.environment.laws[0] == Uniform((0.0, 0.0), (unit, unit))


def test_trade_needs_money_of_its_own_pair():
    assert PostedTrade(bilateral_trade(), 0.5).proof
