"""Environments beyond auctions: their signs and units, their bounds, NumPy and JAX alike, wrong settings."""

import numpy as np
import pytest

from rulewright.errors import InputError, TooLarge
from rulewright.mechanisms import REVENUE, SURPLUS, WELFARE, Triangle, Uniform, auction
from rulewright.mechanisms.environments import (
    bandwidth,
    bilateral_trade,
    budget_auction,
    club_good,
    compute_sharing,
    double_auction,
    facility_location,
    grid,
    identical_items,
    makespan,
    public_good,
    shared_production,
    stock,
    task_allocation,
)

ALL = (
    public_good(3, levels=3, curve=0.5),
    club_good(3),
    identical_items(3, 2),
    facility_location(3, places=2, dimensions=2),
    facility_location(2, distance="squared"),
    shared_production(3, cost=2.0),
    bandwidth(3),
    compute_sharing(3),
    task_allocation(3, 2, goal="makespan"),
    bilateral_trade(),
    double_auction(2, 3),
    stock(2, 3, inflow=0.1, discount=0.9),
    budget_auction(2, 2, budget=0.3),
)


@pytest.mark.parametrize("there", ALL, ids=lambda e: e.name)
def test_values_are_the_same_in_numpy_and_jax(there):
    jnp = pytest.importorskip("jax.numpy")
    drawn = np.random.default_rng(0)
    types, decision = there.profiles(5, 0), drawn.random((5, *there.decisions.shape)) / 4
    payments = drawn.random((5, there.agents))
    here = there.values(types, decision), there.achieved(types, decision, payments)
    there_ = (
        there.values(jnp.asarray(types), jnp.asarray(decision)),
        there.achieved(jnp.asarray(types), jnp.asarray(decision), jnp.asarray(payments)),
    )
    assert here[0].shape == (5, there.agents) and here[1].shape == (5,)
    for ours, theirs in zip(here, there_, strict=True):
        assert np.allclose(ours, np.asarray(theirs), atol=1e-5)
    # values of one profile at each of several decisions: what maximisers over a range ask
    assert there.values(types[:, None], decision).shape == (5, 5, there.agents)


def one(there, types, decision, payments=0.0):
    """Values, what people get, what the rule-maker loses, for one profile."""
    types, decision = np.array(types, float).reshape(there.agents, -1), np.array(decision, float)
    paid = np.zeros(there.agents) + payments
    return (
        there.values(types, decision).tolist(),
        float(there.achieved(types, decision, paid)),
        float(there.shortfall(decision, paid)),
    )


@pytest.mark.parametrize(
    ("there", "types", "decision", "payments", "values", "achieved", "shortfall"),
    [
        (public_good(2, cost=0.8), (0.5, 1), (0, 1), 0.25, [0.5, 1], 0.7, 0.3),
        (public_good(2, cost=0.8, levels=4, curve=0.5), (0.5, 1), (0, 1, 0, 0, 0), 0, [0.25, 0.5], 0.55, 0.2),
        (club_good(2, cost=0.6), (0.5, 1), (0, 2), (0, 0.6), [0, 1], 0.4, 0),
        (facility_location(2, dimensions=2), (0, 0, 1, 1), [[0, 0.5]], 0, [-0.5, -1.5], -2, 0),
        (facility_location(2, dimensions=2, distance="l2"), (0, 0, 1, 1), [[0.6, 0.8]], 0, [-1, -(0.2**0.5)], -1 - 0.2**0.5, 0),
        (facility_location(2, places=2), (0.25, 0.875), [[0], [1]], 0, [-0.25, -0.125], -0.375, 0),
        (task_allocation(2, 2, worth=3), (1, 2, 3, 4), [[1, 0], [0, 1]], (-1.5, -4), [-1, -4], 0.5, -0.5),
        (task_allocation(2, 2, worth=3, goal="welfare"), (1, 2, 3, 4), [[1, 0], [0, 1]], 9, [-1, -4], 1, -24),
        (task_allocation(2, 2, worth=3, goal="makespan"), (1, 2, 3, 4), [[1, 0], [0, 0]], 0, [-1, 0], -4, -3),
        (bilateral_trade(), (0.75, 0.5), (0, 1), (0.6, -0.6), [0.75, -0.5], 0.25, 0),
        (bilateral_trade(), (0.75, 0.5), (1, 0), 0, [0, 0], 0, 0),
        (double_auction(1, 2), (0.75, 0.25, 0.5), [[0, 1]], 0, [0.75, 0, -0.5], 0.25, 0),
        (bandwidth(2, scale=0.5), (1, 0.5), (0.5, 0), 0, [np.log(2), 0], np.log(2), 0),
        (compute_sharing(2), (1, 0.5), (0.25, 0.75), 0, [0.5, 0.375], 0.875, 0),
        (shared_production(2, cost=2), (1, 0.5), (0.25, 0.25), 0.125, [0.25, 0.125], 0.125, 0),
        (identical_items(2, 1), (1, 0.5), [[1], [0]], (0.5, 0), [1, 0], 0.5, -0.5),
        (stock(1, 2, curve="saturating", discount=0.5), (1, 0.5), [[1], [0.25]], 0, [0.55], 0.55, 0),
    ],
    ids=lambda v: getattr(v, "name", None),
)  # fmt: skip
def test_signs_and_units(there, types, decision, payments, values, achieved, shortfall):
    found = one(there, types, decision, payments)
    assert np.allclose(found[0], values) and np.allclose(found[1:], (achieved, shortfall))


def test_who_bears_the_cost():
    there = task_allocation(1, 1, worth=2.0)
    types, done, paid = np.array([[0.5]]), np.ones((1, 1)), np.array([-1.0])
    got = [float(there.achieved(types, done, paid, goal)) for goal in (REVENUE, WELFARE, SURPLUS, makespan(1))]
    assert got == [1.0, 1.5, 0.5, -0.5]


def test_what_is_not_used_is_there_tomorrow():
    space = stock(1, 3, first=1.0, inflow=0.5).decisions
    plan = np.array([[0.25], [1.25], [0.5]])
    assert space.stocks(plan).tolist() == [1.0, 1.25, 0.5] and space.excess(plan) == 0
    assert space.excess(plan + np.array([[0], [0], [0.125]])) == 0.125


def test_a_grid_has_equally_likely_types():
    first, second = grid(task_allocation(2, 2), 2)
    assert first.tolist() == [[0.25, 0.25], [0.25, 0.75], [0.75, 0.25], [0.75, 0.75]] and (first == second).all()
    assert len(grid(auction(1, 2, law=Triangle()), 3)[0]) == 9
    with pytest.raises(TooLarge, match="fewer points"):
        grid(auction(1, 8), 100)
    with pytest.raises(InputError, match="spread"):
        grid(auction(1, 1, law=Uniform((1.0,), (1.0,))), 2)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: public_good(0),
        lambda: public_good(2, cost=float("nan")),
        lambda: public_good(2, levels=0),
        lambda: public_good(2, low=1.0),
        lambda: club_good(2, cost=-1.0),
        lambda: facility_location(2, distance="air"),
        lambda: facility_location(2, low=float("-inf")),
        lambda: identical_items(2, 2),
        lambda: task_allocation(2, 2, goal="fun"),
        lambda: bandwidth(2, scale=0.0),
        lambda: stock(2, 2, discount=0.0),
        lambda: budget_auction(2, 2, budget=0.0),
        lambda: double_auction(2, True),
    ],
)
def test_what_makes_no_sense_is_told(wrong):
    with pytest.raises(InputError, match="needed"):
        wrong()
