"""Affine maximisers: the table of counts against all allocations, menus against outcomes, and that no misreport ever gains."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge
from rulewright.mechanisms import Uniform, auction, bundle_auction
from rulewright.mechanisms.affine import AffineMaximiser, SizeBoosted, deterministic
from rulewright.mechanisms.affine.partition import part
from rulewright.mechanisms.itemwise import myerson_uniform

DUST = 1e-9
seeds = st.integers(0, 2**31 - 1)


def sized(seed, n, m, demand="additive", reserves=False):
    draw = np.random.default_rng(seed)
    boosts = np.concatenate([np.zeros((n, 1)), draw.uniform(-1, 0 if reserves else 0.5, (n, m))], axis=1)
    held = draw.uniform(0, 0.5, (n, m)) if reserves else None
    return SizeBoosted(auction(n, m, demand=demand), boosts, tuple(draw.uniform(0.5, 2, n)), held)


def listed(seed, n, m, options):
    """A menu of random lotteries, nothing first."""
    draw = np.random.default_rng(seed)
    menu = np.concatenate([np.zeros((1, n, m)), draw.dirichlet(np.ones(n + 1), (options, m))[..., :n].swapaxes(1, 2)])
    return AffineMaximiser(auction(n, m), menu, draw.uniform(-1, 0.5, options + 1), tuple(draw.uniform(0.5, 2, n)))


def best_of_all(mechanism, values):
    """W and payments of one profile, by going through every allocation."""
    n, m = values.shape
    w, c = np.asarray(mechanism.weights), mechanism.boosts

    def total(owners, values):
        worth = sum(w[i] * values[i, j] - mechanism.reserves[i, j] for j, i in enumerate(owners) if i < n)
        return worth + sum(c[i, owners.count(i)] for i in range(n))

    ways = list(product(range(n + 1), repeat=m))
    best = max(total(way, values) for way in ways)
    without = [max(total(way, np.where(np.arange(n)[:, None] == i, 0, values)) for way in ways) for i in range(n)]
    return best, without, total


@given(
    seeds,
    st.sampled_from([(1, 3), (2, 2), (2, 3), (3, 2), (3, 3)]),
    st.booleans(),
    st.sampled_from(["additive", "unit"]),
)
@settings(max_examples=25, deadline=None)
def test_the_table_finds_what_all_allocations_hold(seed, size, reserves, demand):
    mechanism = sized(seed, *size, demand, reserves)
    values = mechanism.environment.profiles(1, seed)
    found = mechanism.outcome(values)
    best, without, total = best_of_all(mechanism, values[0])
    owners = tuple(int(c.argmax()) if c.any() else size[0] for c in found.decision[0].T)
    worth = (values[0] * found.decision[0]).sum(axis=1)
    pays = (np.array(without) - (best - np.asarray(mechanism.weights) * worth)) / mechanism.weights
    assert abs(total(owners, values[0]) - best) < DUST
    assert np.allclose(found.payments[0], pays, atol=DUST)


@given(seeds, st.sampled_from([(1, 4), (2, 5), (3, 3), (4, 2)]))
@settings(max_examples=15, deadline=None)
def test_the_kernel_and_its_twin_give_the_same_bits(seed, size):
    draw = np.random.default_rng(seed)
    values = np.round(draw.random((9, *size)), draw.integers(1, 9))  # with ties
    boosts = np.concatenate([np.zeros((size[0], 1)), np.round(draw.normal(size=size), 1)], axis=1)
    one, other = part(values, boosts), part(values, boosts, native=False)
    for name in ("owner", "welfare", "without"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_without_fees_and_with_equal_reserves_it_is_the_auction_item_by_item():
    there = auction(3, 4)
    types = there.profiles(300, 0)
    ours, theirs = (m.outcome(types) for m in (SizeBoosted(there, -0.5 * np.arange(5)), myerson_uniform(there)))
    assert np.array_equal(ours.decision, theirs.decision) and np.allclose(ours.payments, theirs.payments)


def test_all_allocations_in_a_list_are_the_same_auction():
    there = auction(2, 3)
    boosted = SizeBoosted(there, np.array([[0, -0.6, -0.9, -1], [0, -0.4, -0.5, -0.9]]), (1.0, 1.5))
    menu = deterministic(there)
    size = menu.sum(axis=2).astype(int)
    same = AffineMaximiser(there, menu, boosted.boosts[np.arange(2), size].sum(axis=1), boosted.weights)
    types = there.profiles(200, 1)
    ours, theirs = boosted.outcome(types), same.outcome(types)
    assert np.array_equal(ours.decision, theirs.decision) and np.allclose(ours.payments, theirs.payments)


def every(seed):
    bundles = bundle_auction((Uniform((1.0,) * 3, (2.0,) * 3), Uniform((1.0,) * 3, (5.0,) * 3)), 2)
    rows = deterministic(bundles)
    draw = np.random.default_rng(seed)
    combinatorial = AffineMaximiser(bundles, rows, draw.normal(size=len(rows)), (1.0, 0.6))
    return (
        sized(seed, 3, 3),
        sized(seed, 2, 4, reserves=True),
        sized(seed, 3, 2, "unit"),
        listed(seed, 2, 3, 9),
        combinatorial,
    )


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_no_misreport_gains_and_nobody_loses(seed):
    for mechanism in every(seed):
        there = mechanism.environment
        types, lies = there.profiles(30, seed), there.profiles(30, seed + 1)
        found = mechanism.outcome(types)
        truth = mechanism.utilities(types, found)
        assert (
            truth.min() > -DUST
            and (found.payments > -DUST).all()
            and there.decisions.excess(found.decision).max() < DUST
        )
        for i in range(there.agents):
            false = types.copy()
            false[:, i] = lies[:, i]
            assert (mechanism.utilities(types, mechanism.outcome(false))[:, i] < truth[:, i] + DUST).all()


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_a_menu_offers_what_the_outcome_says(seed):
    for mechanism in every(seed):
        types = mechanism.environment.profiles(10, seed)
        truth = mechanism.utilities(types, mechanism.outcome(types))
        for i in range(types.shape[1]):
            menu = mechanism.menu(i, np.delete(types, i, axis=1))
            worth = (menu.options * types[:, None, i]).sum(axis=-1) - menu.prices
            assert not menu.options[:, 0].any() and not menu.prices[:, 0].any()
            assert np.allclose(worth.max(axis=1), truth[:, i], atol=DUST)


def test_what_is_no_affine_maximiser_is_told():
    there = auction(2, 2)
    menu = deterministic(there)
    wrong = (
        lambda: SizeBoosted(there, np.array([0.1, 0, 0])),
        lambda: SizeBoosted(there, np.array([0, np.nan, 0])),
        lambda: SizeBoosted(there, np.zeros(3), (1.0, 0.0)),
        lambda: SizeBoosted(there, np.array([0, 0.1, 0]), reserves=np.full((2, 2), 0.1)),
        lambda: SizeBoosted(auction(2, 2, low=-1.0), np.zeros(3)),
        lambda: AffineMaximiser(there, menu[1:], np.zeros(8)),
        lambda: AffineMaximiser(there, menu, np.zeros(8)),
        lambda: AffineMaximiser(there, np.concatenate([menu, np.ones((1, 2, 2))]), np.zeros(10)),
        lambda: AffineMaximiser(there, menu, np.zeros(9), (1.0, -1.0)),
    )
    for one in wrong:
        with pytest.raises(InputError, match="needed"):
            one()
    for many in (lambda: SizeBoosted(auction(8, 20), np.zeros(21)), lambda: deterministic(auction(3, 12))):
        with pytest.raises(TooLarge):
            many()
