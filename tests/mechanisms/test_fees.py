"""Entry fees: what was exact stays exact, whatever the fee; and what the best of them earn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.mechanisms import auction, estimate
from rulewright.mechanisms.affine import SizeBoosted
from rulewright.mechanisms.fees import BestAgainst, Constant, EntryFees, Fee, Index
from rulewright.mechanisms.itemwise import Itemwise, myerson_uniform

DUST = 1e-9
seeds = st.integers(0, 2**31 - 1)


class Wild(Fee):
    """Any function of the others' reports will do."""

    def at(self, agent, others):
        return np.abs(np.sin(17 * others.sum(axis=(-1, -2)) + agent)) * 0.4


def index(seed):
    draw = np.random.default_rng(seed)
    knots = np.linspace(0, 1, 5)
    return Index(knots, draw.random((1, 5)), np.linspace(0, 3, 6), draw.uniform(-0.1, 0.4, (1, 6)))


def with_fees(seed):
    there = auction(3, 3)
    boosts = np.concatenate([[0], np.random.default_rng(seed).uniform(-1, 0.3, 3)])
    sample = there.profiles(20, 3)[:, 0]
    item_by_item, boosted = Itemwise(there, (0.3,) * 3), SizeBoosted(there, boosts)
    fees = (Wild(), Constant(0.2), index(seed), BestAgainst(boosted, sample))
    return [EntryFees(base, fee) for base in (item_by_item, boosted) for fee in fees]


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_whatever_the_fee_no_misreport_gains_and_nobody_loses(seed):
    for mechanism in with_fees(seed):
        there = mechanism.environment
        types, lies = there.profiles(12, seed), there.profiles(12, seed + 1)
        found = mechanism.outcome(types)
        truth = mechanism.utilities(types, found)
        assert truth.min() > -DUST and there.decisions.excess(found.decision).max() <= 0
        for i in range(3):
            false = types.copy()
            false[:, i] = lies[:, i]
            assert (mechanism.utilities(types, mechanism.outcome(false))[:, i] < truth[:, i] + DUST).all()
            menu = mechanism.menu(i, np.delete(types, i, axis=1))
            worth = (menu.options * types[:, None, i]).sum(axis=-1) - menu.prices
            assert np.allclose(worth.max(axis=1), truth[:, i], atol=DUST)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_fees_only_make_bidders_leave(seed):
    for mechanism in with_fees(seed):
        types = mechanism.environment.profiles(20, seed)
        before, after = mechanism.base.outcome(types), mechanism.outcome(types)
        stays = after.decision.any(axis=-1)
        assert np.array_equal(after.decision[stays], before.decision[stays]) and not after.payments[~stays].any()


def test_the_best_fee_of_a_sample_is_the_best_of_all_fees_on_it():
    there = auction(2, 2)
    base, sample = myerson_uniform(there), there.profiles(40, 5)[:, 0]
    fee = BestAgainst(base, sample)
    for other in there.profiles(6, 7)[:, :1]:
        types = np.stack([sample, np.broadcast_to(other, sample.shape)], axis=1)
        found = base.outcome(types)
        left, paid = base.utilities(types, found)[:, 0], found.payments[:, 0]
        earns = [np.where(left >= e - DUST, paid + e, 0).sum() for e in (*left, fee.at(0, other))]
        assert earns[-1] >= max(earns) - 1e-6


def test_one_bidder_pays_the_fee_that_is_best_for_a_bundle():
    # two items at no price and a fee: the bundle alone, at √(2/3), earns (2/3)·√(2/3) = .5443
    there = auction(1, 2)
    sale = EntryFees(Itemwise(there, (0.0, 0.0)), Constant((2 / 3) ** 0.5))
    found = estimate(sale, profiles=200_000)
    assert found.low < (2 / 3) ** 1.5 < found.high


def test_fees_over_what_is_not_truthful_are_refused():
    base = myerson_uniform(auction(2, 2))
    sale = EntryFees(base, Constant())
    object.__setattr__(base, "proof", "")
    for wrong in (lambda: EntryFees(base, Constant()),):
        with pytest.raises(InputError, match="truthful"):
            wrong()
    assert sale.proof
