"""Commitment: brute force over mixtures, two programmes that must agree, and the one programme of design."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import Stackelberg, named
from rulewright.behaviour.stackelberg import (
    dobss,
    harsanyi_programmes,
    multiple_programmes,
    value_of_commitment,
)
from rulewright.design import Rules, solve
from rulewright.errors import InputError
from rulewright.game.sample import sample
from rulewright.testing import behaviour_laws

LEADER, FOLLOWER = np.array([[2, 4], [1, 3]]), np.array([[1, 0], [0, 2]])  # Conitzer & Sandholm 2006


def worth(x, a, b, tie=1e-9):
    """What the leader gets by committing to x, by the definition."""
    replies = x @ b
    return (x @ a)[replies >= replies.max() - tie].max()


@pytest.mark.parametrize("seed", range(6))
def test_no_mixture_on_a_grid_does_better(seed):
    a, b = np.random.default_rng(seed).integers(-9, 10, (2, 3, 4)).astype(float)
    found = multiple_programmes(a, b)
    assert worth(found.strategy, a, b, 1e-7) == pytest.approx(found.value)
    steps = range(41)
    grid = [np.array([i, j, 40 - i - j]) / 40 for i in steps for j in steps if i + j <= 40]
    assert max(worth(x, a, b) for x in grid) <= found.value + 1e-9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 3), st.integers(2, 3))
def test_one_integer_programme_agrees_with_many_linear_ones(seed, types, rows, columns):
    draw = np.random.default_rng(seed)
    a, b = draw.integers(-9, 10, (2, types, rows, columns))
    chances = draw.dirichlet(np.ones(types))
    one, many = dobss(a, b, chances), harsanyi_programmes(a, b, chances)
    assert one.value == pytest.approx(many.value, abs=1e-5)
    for found in (one, many):
        by_type = [worth(found.strategy, a[t], b[t], 1e-5) for t in range(types)]
        assert np.dot(chances, by_type) == pytest.approx(found.value, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (4, 2)]))
def test_commitment_is_worth_at_least_every_equilibrium(seed, actions):
    a, b = (np.array(t.reshape(actions), dtype=float) for t in sample(actions, seed=seed).payoff)
    found = value_of_commitment(a, b)
    assert found.committed >= found.best_equilibrium - 1e-9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (2, 4)]))
def test_the_designer_is_the_leader(seed, actions):
    """One follower: the one programme, whose designer commits to a lottery over decisions, is worth the same; private advice
    adds nothing (Conitzer & Korzhyk 2011, AAAI 25)."""
    game = replace(sample(actions, seed=seed), designer=True)
    a, b = (np.array(t.reshape(actions), dtype=float) for t in game.payoff)
    found = multiple_programmes(a, b).value
    assert solve(game, Rules()).value == pytest.approx(found, abs=1e-6)
    assert solve(game, Rules(recommend=False)).value <= found + 1e-6


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_designer_who_asks_does_no_worse_than_a_leader_who_does_not(seed):
    game = replace(sample((2, 2), types=(1, 2), seed=seed), designer=True)
    play = Stackelberg(game.players[0])(game).plays[0]
    assert solve(game, Rules()).value >= float(play.values[0]) - 1e-6


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), types=st.sampled_from([None, (1, 2)]))
def test_the_behaviour_keeps_the_laws(seed, types):
    behaviour_laws(named("stackelberg"), rw.Goal.total().on(sample((2, 3), types=types, seed=seed)))


def test_the_classical_game():
    game = rw.Game.normal([LEADER, FOLLOWER])
    assert worth(np.array([0.5, 0.5]), LEADER, FOLLOWER) == 3.5
    (play,) = named("stackelberg")(game).plays
    assert float(play.values[0]) == pytest.approx(11 / 3)
    assert "from" not in value_of_commitment(LEADER, FOLLOWER).describe()
    other = Stackelberg("player 2")(game).plays[0]
    assert other.values[1] == pytest.approx(multiple_programmes(FOLLOWER.T, LEADER.T).value)


def test_types_reply_for_themselves():
    """Two types of follower; the reply of each is best given the commitment, and the residual says so."""
    game = sample((3, 3), types=(1, 2), seed=4)
    found = Stackelberg(game.players[0])(game)
    assert found.residual < 1e-9
    tables = np.array(game.payoff, dtype=float)[:, 0]  # [player, type, row, column]
    chances = np.array(game.prior, dtype=float)[0]
    same = dobss(tables[0], tables[1], chances)
    assert float(found.plays[0].values[0]) == pytest.approx(same.value, abs=1e-5)


def test_games_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="two players choose"):
        Stackelberg()(sample((2, 2, 2)))
    with pytest.raises(InputError, match="without private types"):
        Stackelberg("player 2")(sample((2, 2), types=(1, 2)))
    with pytest.raises(InputError, match="chances"):
        dobss(LEADER, FOLLOWER, [F(1, 2)])
    with pytest.raises(InputError, match="shapes"):
        multiple_programmes(LEADER, FOLLOWER[:1])
