"""Noisy payoffs: choice probabilities against closed forms and draws, equilibria against their own equations."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named
from rulewright.behaviour.noisy import Noisy, box, cumulative, probit
from rulewright.errors import InputError
from rulewright.game.play import interim, marginal
from rulewright.game.sample import sample


def phi(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def test_the_normal_law_is_right_to_the_last_digits():
    z = np.linspace(-8.6, 25, 5001)
    by_hand = np.array([phi(x) for x in z])
    assert abs(cumulative(z) - by_hand).max() < 1e-15
    assert abs(cumulative(z) / by_hand - 1).max() < 1e-10


@pytest.mark.parametrize("gap", [0.0, 0.3, 1.7, 6.0, 40.0])
def test_two_actions_in_closed_form(gap):
    assert probit(np.array([gap, 0.0]))[0] == pytest.approx(phi(gap / math.sqrt(2)), abs=1e-14)
    assert box(np.array([gap, 0.0]))[0] == pytest.approx(1 - max(0.0, 2 - gap) ** 2 / 8, abs=1e-14)


def test_equal_actions_are_equally_likely():
    for count in (1, 2, 7, 60):
        assert np.allclose(probit(np.zeros(count)), 1 / count, atol=1e-14)
        assert np.allclose(box(np.zeros(count)), 1 / count, atol=1e-14)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-4, 4), min_size=2, max_size=6))
def test_three_and_more_actions_by_a_finer_rule(worth):
    """The same integrals by Simpson's rule, with Φ from the standard library."""
    x = np.array(worth)
    nodes = np.linspace(x.max() - 11, x.max() + 11, 2001)
    weight = np.where(np.arange(2001) % 2 == 1, 4.0, 2.0) * 22 / 2000 / 3
    weight[[0, -1]] /= 2
    density = np.exp(-((nodes - x[:, None]) ** 2) / 2) / math.sqrt(2 * math.pi)
    below = np.array([[phi(z) for z in nodes - a] for a in x])
    others = np.array([np.delete(below, a, axis=0).prod(axis=0) for a in range(len(x))])
    assert np.allclose(probit(x), (density * others) @ weight, atol=1e-12)


def test_uniform_errors_as_drawn():
    x = np.array([0.3, -0.2, 1.0, 0.9, 0.0, -3.0])
    drawn = (x + np.random.default_rng(5).uniform(-1, 1, (400_000, 6))).argmax(axis=1)
    assert np.allclose(box(x), np.bincount(drawn, minlength=6) / 400_000, atol=0.004)
    assert box(x)[5] == 0


@pytest.mark.parametrize(("uniform", "choice"), [(False, probit), (True, box)])
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from([((2, 3), None), ((2, 2), (2, 2)), ((2, 2, 2), None)]),
    size=st.sampled_from([0.3, 2.0, 10.0]),
)
def test_equilibria_solve_their_equations(uniform, choice, seed, shape, size):
    game = sample(shape[0], types=shape[1], seed=seed).floats
    play = Noisy(size, uniform)(game).plays[0]
    for i, strategy in enumerate(play.strategies):
        chance = marginal(game, i)
        for t in np.flatnonzero(chance > 0):
            worth = interim(game, play.strategies, i)[t] / chance[t]
            assert np.allclose(strategy[t], choice(worth / size), atol=1e-7)


@pytest.mark.parametrize("kind", ["noisy", "noisy-uniform"])
def test_only_the_ratio_of_payoffs_and_errors_matters(kind):
    game = sample((3, 3), seed=4).floats
    larger = rw.Game.normal(game.payoff[:, 0, 0] * 1000)
    one, other = named(f"{kind}:0.7")(game).plays[0], named(f"{kind}:700")(larger).plays[0]
    assert np.allclose(one.law, other.law, atol=1e-8)


def test_prisoners_by_bisection():
    """Symmetric play p of cooperation solves p = Φ(−(1 + p)/(s√2)): defection gains 2 from a cooperator, 1 from others."""
    size = 1.5
    low, high = 0.0, 1.0
    for _ in range(60):
        p = (low + high) / 2
        low, high = (p, high) if p < phi(-(1 + p) / (size * math.sqrt(2))) else (low, p)
    play = Noisy(size)(rw.library.prisoners()).plays[0]
    assert play.strategies[0][0, 0] == pytest.approx(p, abs=1e-9)
    assert play.strategies[1][0, 0] == pytest.approx(p, abs=1e-9)


def test_large_errors_are_play_at_random_and_small_ones_an_equilibrium():
    game = rw.Goal.total().on(rw.library.stag_hunt())
    assert np.allclose(Noisy(1e6)(game).plays[0].law, 0.25, atol=1e-5)
    assert Noisy(0.01)(game).plays[0].describe() == "row: hare; column: hare"  # it has the larger basin
    pennies = Noisy(0.001)(rw.library.matching_pennies()).plays[0]
    assert np.allclose(pennies.law, 0.25, atol=1e-9)


def test_symmetric_branches_that_meet_are_passed_straight():
    game = rw.Game.normal(np.stack([np.eye(2), np.eye(2)]))
    assert np.allclose(
        Noisy(0.05)(game).plays[0].law, 0.25, atol=1e-9
    )  # beyond the fork at s = 1/√π, where two others begin


def test_no_choice_and_no_stakes():
    assert Noisy(1.0)(rw.Game.normal(np.zeros((2, 1, 1)))).residual == 0
    assert np.allclose(Noisy(1.0)(rw.Game.normal(np.zeros((2, 2, 3)))).plays[0].law, 1 / 6)


@pytest.mark.parametrize("name", ["noisy:0", "noisy", "noisy:-1", "noisy-uniform:inf"])
def test_names_that_are_none(name):
    with pytest.raises(InputError, match="above 0"):
        named(name)
