"""Relational contracts and reputation, against discounted sums worked out period by period."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design.contracts import (
    best_relational,
    complies,
    hidden_action,
    longest_memory,
    relational,
    reputation_weight,
)
from rulewright.errors import Impossible, InputError

seeds = st.integers(0, 10**6)
unit = st.fractions(F(0), F(19, 20), max_denominator=20)


def instance(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    weights = rng.integers(1, 5, (n, m))
    table = [[F(int(x), int(row.sum())) for x in row] for row in weights]
    return table, rng.integers(0, 4, n).tolist(), rng.integers(0, 20, m).tolist()


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(0, 3))
def test_a_promise_is_kept_from_the_least_patience_on(seed, outside):
    table, cost, reward = instance(seed)
    a = seed % len(cost)
    try:
        found = relational(table, cost, reward, a, outside=outside)
    except Impossible:
        with pytest.raises(Impossible):
            hidden_action(table, cost, reward, action=a)
        return
    assert 0 <= found.spread - found.least_spread <= F(1, 10**9)
    assert found.play.regret == 0
    if found.patience is None:
        assert not found.keeps(F(99, 100))
        return
    for delta in (found.patience, found.patience + (1 - found.patience) / 9, found.patience * F(9, 10)):
        kept = found.keeps(delta)
        assert kept == (delta >= found.patience)
        if not kept:
            with pytest.raises(Impossible):
                found.gains(delta)
            continue
        principal, agent = found.gains(delta)
        assert principal + agent == found.surplus
        future = delta / (1 - delta)
        for bonus in found.bonus:  # neither walks away, whatever came out
            assert future * principal >= bonus and future * agent >= -bonus


def test_nothing_smaller_than_the_least_spread_will_do():
    found = relational([[0.8, 0.2], [0.2, 0.8]], [1, 0], [10, 0], 0)
    assert (found.spread, found.surplus, found.patience) == (F(5, 3), 7, F(5, 26))
    with pytest.raises(Impossible):
        hidden_action([[0.8, 0.2], [0.2, 0.8]], [1, 0], [10, 0], action=0, high=found.spread - F(1, 1000))


def test_the_best_action_rises_with_patience():
    arrays = [[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]], [3, 1, 0], [20, 0]
    surplus = [best_relational(*arrays, delta).surplus for delta in (0, 0.3, 0.9)]
    assert surplus == sorted(surplus) and surplus[0] < surplus[-1] == 15


@settings(max_examples=100, deadline=None)
@given(st.fractions(0, 3, max_denominator=20), st.fractions(F(1, 20), 3, max_denominator=20), unit, unit)
def test_compliance_is_what_discounted_scores_say(gain, loss, memory, discount):
    """Two histories of scores, with and without a misdeed now; enough periods that the rest cannot turn the comparison."""
    lam, delta = float(memory), float(discount)
    steps = 2000
    score = np.zeros(2)
    total = np.zeros(2)
    for t in range(steps):
        behaviour = np.array([1.0, 1.0 - float(loss) * (t == 0)])
        score = lam * score + (1 - lam) * behaviour
        total += delta**t * score
    harm = total[0] - total[1]
    assert harm == pytest.approx(float(reputation_weight(memory, discount) * loss), abs=1e-9)
    if abs(harm - float(gain)) > 1e-9:
        assert complies(gain, loss, memory=memory, discount=discount) == (harm > float(gain))


@settings(max_examples=100, deadline=None)
@given(st.fractions(0, 3, max_denominator=20), st.fractions(F(1, 20), 3, max_denominator=20), unit)
def test_the_longest_memory_is_the_edge(gain, loss, discount):
    longest = longest_memory(gain, loss, discount=discount)
    if longest is None:
        assert not complies(gain, loss, memory=0, discount=discount)
        return
    if longest < 1:
        assert complies(gain, loss, memory=longest, discount=discount)
        assert not complies(gain, loss, memory=(longest + 1) / 2, discount=discount)


def test_memory_and_discount_are_below_one():
    with pytest.raises(InputError, match="memory"):
        reputation_weight(1, 0.5)
    with pytest.raises(InputError, match="gain of at least 0"):
        longest_memory(-1, 1, discount=0.5)
