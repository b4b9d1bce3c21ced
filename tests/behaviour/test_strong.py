"""Strong and coalition-proof equilibria against their definitions, written out."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named
from rulewright.behaviour.coalitions import CoalitionProof, Strong
from rulewright.errors import InputError, TooLarge
from rulewright.game.games import Games
from rulewright.game.lower import core


def profiles(prediction):
    """Positions of pure plays, of those who choose."""
    game = prediction.game
    return {
        tuple(int(np.argmax(np.asarray(play.strategies[i][0], float))) for i in game.active)
        for play in prediction.plays
    }


def groups(members):
    return [c for k in range(1, len(members) + 1) for c in itertools.combinations(members, k)]


def deviations(counts, profile, members):
    for joint in itertools.product(*[range(counts[i]) for i in members]):
        other = list(profile)
        for i, a in zip(members, joint, strict=True):
            other[i] = a
        yield tuple(other)


def strong_by_hand(u, size):
    n, counts = len(u), u.shape[1:]
    return {
        s
        for s in itertools.product(*map(range, counts))
        if not any(
            all(u[(i, *other)] > u[(i, *s)] for i in c)
            for c in groups(range(n))
            if len(c) <= size
            for other in deviations(counts, s, c)
        )
    }


def proof_by_hand(u):
    counts = u.shape[1:]

    def enforcing(members, s):
        return all(proof(k, s) for k in groups(members) if len(k) < len(members))

    def proof(members, s):
        if len(members) == 1:
            (i,) = members
            return all(u[(i, *other)] <= u[(i, *s)] for other in deviations(counts, s, members))
        return enforcing(members, s) and not any(
            all(u[(i, *other)] > u[(i, *s)] for i in members) and enforcing(members, other)
            for other in deviations(counts, s, members)
        )

    return {s for s in itertools.product(*map(range, counts)) if proof(tuple(range(len(u))), s)}


SHAPES = st.sampled_from([(2, 2), (3, 2), (2, 2, 2), (3, 2, 2), (2, 2, 2, 2)])


@settings(max_examples=60, deadline=None)
@given(SHAPES, st.integers(0, 10**6), st.integers(1, 6))
def test_as_written_out(counts, seed, span):
    game = rw.sample(counts, seed=seed, span=span)
    u = game.payoff.reshape(len(counts), *counts)
    for size in range(1, len(counts) + 1):
        assert profiles(Strong(size)(game)) == strong_by_hand(u, size)
    assert profiles(Strong()(game)) == strong_by_hand(u, len(counts))
    assert profiles(CoalitionProof()(game)) == proof_by_hand(u)
    assert profiles(CoalitionProof()(game.floats)) == proof_by_hand(u)


@settings(max_examples=30, deadline=None)
@given(SHAPES, st.integers(0, 10**6))
def test_the_order_of_the_notions(counts, seed):
    """Strong ⊆ coalition-proof ⊆ Nash; 1-strong is Nash; fewer survive larger coalitions."""
    game = rw.sample(counts, seed=seed, span=3)
    pure = profiles(named("pure")(game))
    assert profiles(named("strong:1")(game)) == pure
    assert profiles(named("strong")(game)) <= profiles(named("coalition-proof")(game)) <= pure
    assert profiles(named("strong")(game)) <= profiles(named("strong:2")(game)) <= pure


@pytest.mark.parametrize("size", [None, 1, 2])
def test_many_is_the_loop(size):
    games = Games.of([rw.Goal.total().on(rw.sample((3, 2, 2), seed=k, span=4)) for k in range(40)])
    found, loop = Strong(size).many(games), super(Strong, Strong(size)).many(games)
    assert found.count.sum() > 0
    assert (found.count == 0).any()
    for column in ("worst", "best", "mean", "count", "residual", "complete"):
        assert np.allclose(getattr(found, column), getattr(loop, column), equal_nan=True), column


def test_with_types_plans_are_compared():
    game = rw.sample((2, 2), types=(2, 2), seed=3, span=3)
    plays = Strong()(game).plays
    form = rw.game.lower.normal(core(game))
    assert len(plays) == len(strong_by_hand(form.payoff.reshape(2, *form.action_counts), 2))
    assert all(play.regret == 0 for play in plays)


def test_nobody_chooses():
    game = rw.Game.normal(np.zeros((2, 1, 1)))
    assert len(Strong()(game).plays) == len(CoalitionProof()(game).plays) == 1


def test_what_is_refused():
    with pytest.raises(InputError, match="at least 1"):
        named("strong:0")
    with pytest.raises(InputError, match="no argument"):
        named("coalition-proof:2")
    with pytest.raises(TooLarge, match="comparisons"):
        CoalitionProof()(rw.Game.normal(np.zeros((15, *(2,) * 15))))
