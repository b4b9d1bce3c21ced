"""Rational inattention: closed forms of one player, optimality conditions, and equilibria by their own definition."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named
from rulewright.behaviour.inattentive import Inattentive, attentive, information
from rulewright.errors import InputError
from rulewright.game.play import interim, marginal
from rulewright.game.sample import sample


def net(worth, chance, sigma, kappa):
    return float((chance[:, None] * sigma * worth).sum()) - kappa * information(sigma, chance)


@pytest.mark.parametrize("kappa", [0.1, 0.4, 2.0])
def test_two_equal_states_in_closed_form(kappa):
    """Payoff 1 for what fits the state: right with probability e^{1/κ} / (1 + e^{1/κ})."""
    sigma, gap = attentive(np.eye(2), np.array([0.5, 0.5]), kappa)
    right = 1 / (1 + math.exp(-1 / kappa))
    assert np.allclose(sigma, [[right, 1 - right], [1 - right, right]], atol=1e-12)
    assert gap < 1e-12


@pytest.mark.parametrize("safe", [0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("good", [0.2, 0.5, 0.7])
@pytest.mark.parametrize("kappa", [0.15, 0.5, 3.0])
def test_a_risky_and_a_safe_action_in_closed_form(safe, good, kappa):
    """Risky pays 1 with probability `good`, else 0. From g(risky) = g(safe) = 1; at the ends nothing is learnt."""
    e, r = math.exp(1 / kappa), math.exp(safe / kappa)
    risky = r * (good * (e - r) - (1 - good) * (r - 1)) / ((e - r) * (r - 1))
    sigma, _ = attentive(np.array([[1.0, safe], [0.0, safe]]), np.array([good, 1 - good]), kappa)
    assert good * sigma[0, 0] + (1 - good) * sigma[1, 0] == pytest.approx(min(max(risky, 0), 1), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 6), st.floats(-2, 1))
def test_the_optimum_has_no_gap_and_no_choice_is_better(seed, types, actions, exponent):
    generator = np.random.default_rng(seed)
    worth, chance = generator.integers(-3, 4, (types, actions)).astype(float), generator.dirichlet(np.ones(types))
    kappa = 10.0**exponent
    sigma, gap = attentive(worth, chance, kappa)
    assert gap <= 1e-9
    best = net(worth, chance, sigma, kappa)
    for other in generator.dirichlet(np.full(actions, 0.5), (30, types)):
        assert net(worth, chance, other, kappa) <= best + 1e-9
        near = 0.95 * sigma + 0.05 * other
        assert net(worth, chance, near, kappa) <= best + 1e-9


def test_a_grid_finds_nothing_better():
    worth, chance, kappa = np.array([[1.0, 0.4], [0.0, 0.4], [0.7, 0.5]]), np.array([0.3, 0.5, 0.2]), 0.3
    sigma, _ = attentive(worth, chance, kappa)
    grid = np.linspace(0, 1, 21)
    best = max(
        net(worth, chance, np.array([[p, 1 - p] for p in choice]), kappa)
        for choice in itertools.product(grid, repeat=3)
    )
    here = net(worth, chance, sigma, kappa)
    assert best <= here + 1e-12
    assert best >= here - 5e-3


def gains(game, strategies, kappa):
    """What each player could gain net of attention, by an optimum of its own."""
    for i in range(game.n):
        p = marginal(game, i)
        worth = interim(game, strategies, i) / np.where(p > 0, p, 1)[:, None]
        if (p > 0).sum() > 1:
            sigma, gap = attentive(worth, p, kappa)
            best = net(worth, p, sigma, kappa) + gap
        else:
            best = float(p @ worth.max(axis=1))
        yield best - net(worth, p, strategies[i], kappa)


@pytest.mark.parametrize("kappa", [0.05, 0.3, 1.0, 5.0])
@pytest.mark.parametrize("shape", [((2, 2), (2, 2)), ((3, 3), (2, 1)), ((3, 2), (1, 3)), ((2, 2, 2), (2, 2, 2))])
def test_equilibria_leave_nothing_to_gain(kappa, shape):
    for seed in range(4):
        game = sample(shape[0], types=shape[1], seed=seed, span=3).floats
        play = Inattentive(kappa)(game).plays[0]
        assert max(gains(game, play.strategies, kappa)) < 1e-6


def test_alone_it_is_the_single_players_problem():
    game = rw.Game.bayesian(np.array([[[1.0, 0.3], [0.0, 0.3]]]), np.array([0.4, 0.6]))
    found = Inattentive(0.4)(game)
    sigma, _ = attentive(game.payoff[0], game.prior, 0.4)
    assert np.allclose(found.plays[0].strategies[0], sigma, atol=1e-10)
    assert found.complete


def test_without_types_it_is_nash():
    game = rw.Goal.total().on(rw.library.bach_or_stravinsky())
    ours, plain = Inattentive(0.3)(game), rw.Nash()(game)
    assert [p.describe() for p in ours.plays] == [p.describe() for p in plain.plays]
    assert "nobody has types to attend to" in ours.how


def test_attention_that_costs_too_much_is_not_paid():
    game = sample((2, 2), types=(2, 2), seed=1).floats
    dear = Inattentive(1e4)(game).plays[0]
    assert all(np.allclose(s[0], s[1], atol=1e-2) for s in dear.strategies)
    assert information(dear.strategies[0], marginal(game, 0)) < 1e-4
    cheap = Inattentive(1e-3)(rw.Game.bayesian(np.array([[[1.0, 0.3], [0.0, 0.3]]]), np.array([0.4, 0.6])))
    assert np.allclose(cheap.plays[0].strategies[0], np.eye(2), atol=1e-9)


@pytest.mark.parametrize("name", ["inattentive:0", "inattentive", "inattentive:x"])
def test_names_that_are_none(name):
    with pytest.raises(InputError, match="a cost per nat"):
        named(name)
