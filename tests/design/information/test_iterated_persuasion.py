"""Iterated persuasion: martingales, fixed points and cycles, exactly."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design.information import concavify
from rulewright.design.information.markov import iterate, misread
from rulewright.errors import InputError


def tables(seed, states):
    g = np.random.default_rng(seed)
    prior = g.integers(1, 6, states)
    law = np.array([F(int(x), int(prior.sum())) for x in prior])
    return law, g.integers(0, 5, (states, 3)), g.integers(0, 5, (states, 3))


@given(st.integers(0, 10_000), st.sampled_from([2, 3]))
@settings(max_examples=25, deadline=None)
def test_with_a_fixed_state_stages_add_nothing(seed, states):
    p, v, u = tables(seed, states)
    found = iterate(p, v, u, rounds=4)
    once = concavify(p, v, u).value
    assert found.once == once
    assert all(value == once for value in found.values)
    assert found.period == 1 and found.settled <= 1
    for r in found.rounds:
        assert (r.chances_after @ r.after == p).all()  # a martingale
        assert r.chances_after.sum() == 1


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_with_a_moving_state_the_mean_moves_with_it(seed):
    p, v, u = tables(seed, 2)
    chain = np.array([[F(3, 4), F(1, 4)], [F(1, 2), F(1, 2)]])
    found = iterate(p, v, u, moves=chain, rounds=5)
    for before, after in zip(found.rounds, found.rounds[1:], strict=False):
        assert (after.chances @ after.before == (before.chances_after @ before.after) @ chain).all()
    assert 0 <= found.change <= 1


def test_cycles_and_slow_settling():
    prior, conviction, judge = [F(3, 10), F(7, 10)], [[1, 0], [1, 0]], [[1, 0], [0, 1]]
    swap = iterate(prior, conviction, judge, moves=[[0, 1], [1, 0]], rounds=8)
    assert (swap.settled, swap.period) == (1, 2)
    slow = iterate(prior, conviction, judge, moves=[[0.9, 0.1], [0.1, 0.9]], rounds=10)
    assert slow.settled is None and 0 < slow.change < F(1, 50)  # by a factor .8 a round
    forgets = iterate(prior, conviction, judge, moves=[[0.5, 0.5], [0.5, 0.5]], rounds=5)
    assert (forgets.settled, forgets.period) == (1, 1)


def test_what_is_printed_picks_the_wrong_signal():
    found = misread([0.3, 0.7], [[1, 0], [0, 1]], [[1, 0], [0, 1]])
    assert found.apart == pytest.approx((0.7, 0.58, 0.58))  # says silence
    assert found.right == pytest.approx((0.7, 1.0, 1.0))  # telling all is best
    assert found.before == pytest.approx(0.7)


def test_wrong_input():
    with pytest.raises(InputError, match="rounds"):
        iterate([0.5, 0.5], [[1, 0], [1, 0]], [[1, 0], [0, 1]], rounds=0)
    with pytest.raises(InputError, match="moves"):
        iterate([0.5, 0.5], [[1, 0], [1, 0]], [[1, 0], [0, 1]], moves=[[1, 1], [0, 1]])
