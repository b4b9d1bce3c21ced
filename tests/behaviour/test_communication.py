"""Communication equilibria: every pair of a false report and a departure, one by one; nested in the correlated ones."""

import itertools

import numpy as np
import pytest

import rulewright as rw
from rulewright.behaviour.communication import Communication, temptation
from rulewright.numerics.linprog import Programme


def brute(game, goal, maximise):
    """One row for every (type, report, function from what is told to what is done)."""
    n, shape = game.n, game.payoff.shape[1:]
    p = Programme()
    law = p.add_columns(shape, upper=1.0)
    for theta in np.ndindex(*game.type_counts):
        p.put(p.add_rows(1, lower=1, upper=1), law[theta].ravel(), 1.0)
    for i in range(n):
        for t, r in itertools.product(range(game.type_counts[i]), repeat=2):
            for reaction in itertools.product(range(game.action_counts[i]), repeat=game.action_counts[i]):
                row = np.zeros(p.columns)
                for cell in np.ndindex(*shape):
                    if cell[i] != t:
                        continue
                    chance = game.prior[cell[:n]]
                    row[law[cell]] += chance * game.payoff[(i, *cell)]
                    said, done = list(cell), list(cell)
                    said[i], done[n + i] = r, reaction[cell[n + i]]
                    row[law[tuple(said)]] -= chance * game.payoff[(i, *done)]
                p.put(p.add_rows(1, lower=0.0), np.arange(p.columns), row)
    weight = goal * game.prior.reshape(game.prior.shape + (1,) * n)
    return p.solve(weight.ravel(), maximise=maximise).value


@pytest.mark.parametrize("seed", range(6))
def test_as_good_as_every_deviation_one_by_one(seed):
    game = rw.sample((2, 2 + seed % 2), types=(2, 1 + seed % 3), seed=seed).floats
    goal = np.random.default_rng(seed).random(game.payoff.shape[1:])
    span = Communication()(game).span(goal)
    assert span.worst == pytest.approx(brute(game, goal, False), abs=1e-7)
    assert span.best == pytest.approx(brute(game, goal, True), abs=1e-7)
    assert span.residual < 1e-7


@pytest.mark.parametrize("seed", range(4))
def test_within_the_bayes_correlated(seed):
    game = rw.sample((3, 2), types=(2, 2), seed=seed)
    goal = game.payoff.sum(axis=0)
    inside, outside = (rw.named(name)(game).span(goal) for name in ("communication", "correlated"))
    assert outside.worst - 1e-7 <= inside.worst <= inside.best <= outside.best + 1e-7


@pytest.mark.parametrize("seed", range(4))
def test_without_types_the_correlated(seed):
    game = rw.sample((3, 2, 2), seed=seed)
    goal = game.payoff.sum(axis=0)
    here, there = (rw.named(name)(game).span(goal) for name in ("communication", "correlated"))
    assert (here.worst, here.best) == pytest.approx((there.worst, there.best), abs=1e-8)


def test_a_sender_with_nothing_to_do_still_has_to_be_asked():
    """A receiver guesses the state; the sender wants one answer always: what it says carries nothing, unlike in `correlated`."""
    payoff = np.zeros((2, 2, 1, 1, 2))
    payoff[0, :, 0, 0, 1] = 1.0  # the sender wants a2
    payoff[1, 0, 0, 0, 0] = payoff[1, 1, 0, 0, 1] = 1.0
    game = rw.Game.bayesian(payoff, [[0.7], [0.3]])
    assert Communication()(game).span(game.payoff[1]).best == pytest.approx(0.7)
    assert Communication()(game).span(game.payoff[0]).best == pytest.approx(0.0)


def test_temptation_counts_lies():
    payoff = np.zeros((2, 2, 1, 1, 2))
    payoff[0, :, 0, 0, 1] = 1.0
    game = rw.Game.bayesian(payoff, [[0.5], [0.5]])
    told = np.zeros((2, 1, 1, 2))
    told[0, 0, 0, 0] = told[1, 0, 0, 1] = 1.0  # what it says is done: the first type had better lie
    assert temptation(game, told) == pytest.approx(1.0)
