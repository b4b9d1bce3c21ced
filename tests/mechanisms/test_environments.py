"""Environments: laws, decisions, profiles by counting; and the auction item by item, whose revenue is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.mechanisms import (
    Allocation,
    Bundles,
    Choice,
    Exponential,
    Pieces,
    Place,
    Shares,
    Triangle,
    Uniform,
    auction,
    estimate,
)
from rulewright.mechanisms.itemwise import myerson_uniform

LAWS = (
    Uniform((2.0, 0.0), (3.0, 1.0)),
    Exponential((1.0, 2.0)),
    Triangle(),
    Pieces(((0.0, 1.0, 3.0), (0.0, 2.0)), ((0.25, 0.75), (1.0,))),
)
MEANS = ((2.5, 0.5), (1.0, 2.0), (1 / 3, 1 / 3), (0.125 + 1.5, 1.0))


@pytest.mark.parametrize(("law", "means"), list(zip(LAWS, MEANS, strict=True)), ids=lambda v: type(v).__name__)
def test_a_law_has_its_mean_and_its_box(law, means):
    types = law.at(np.random.default_rng(0).random((100_000, 2)))
    assert np.allclose(types.mean(axis=0), means, atol=0.02) and law.holds(types).all()


@given(st.integers(0, 50), st.integers(0, 2**31 - 1))
def test_profiles_are_one_sequence_wherever_one_begins(start, seed):
    there = auction(3, 3)
    assert np.array_equal(there.profiles(60, seed)[start:], there.profiles(60 - start, seed, start=start))


@pytest.mark.parametrize(
    ("space", "allowed", "over"),
    [
        (Allocation(2, 2), [[0.5, 1], [0.5, 0]], [[0.5, 1], [0.75, 0]]),
        (Allocation(1, 2, "unit"), [[0.5, 0.5]], [[0.5, 0.75]]),
        (Bundles(2, 2), [[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0.25, 0, 0]]),
        (Choice(2), [0.5, 0.5], [0.5, 0.25]),
        (Shares(2), [0.5, 0.5], [0.5, 0.75]),
        (Place(), [[1.0]], [[1.25]]),
    ],
    ids=lambda v: type(v).__name__,
)
def test_a_space_knows_what_is_allowed(space, allowed, over):
    assert space.excess(np.array(allowed, float)) == 0 and space.excess(np.array(over, float)) == 0.25
    assert np.shape(allowed) == space.shape


@pytest.mark.parametrize(
    ("bidders", "items", "revenue"), [(1, 1, 1 / 4), (2, 1, 5 / 12), (3, 1, 0.53125), (2, 2, 5 / 6), (3, 10, 5.3125)]
)
def test_item_by_item_earns_what_myerson_says(bidders, items, revenue):
    found = estimate(myerson_uniform(auction(bidders, items)), profiles=200_000)
    assert abs(found.mean - revenue) < 3 * (found.high - found.low)


@given(st.integers(0, 1000))
def test_a_menu_offers_what_the_outcome_says(seed):
    there = auction(3, 2)
    sale = myerson_uniform(there)
    types = there.profiles(20, seed)
    found = sale.outcome(types)
    for i in range(3):
        menu = sale.menu(i, np.delete(types, i, axis=1))
        worth = (menu.options * types[:, None, i]).sum(-1) - menu.prices
        assert np.allclose(worth.max(axis=1), sale.utilities(types, found)[:, i])


def test_what_is_no_auction_is_told():
    for wrong in (lambda: auction(0, 1), lambda: auction(1, 2, law=Uniform()), lambda: Uniform((1.0,), (0.0,))):
        with pytest.raises(InputError, match="needed"):
            wrong()
