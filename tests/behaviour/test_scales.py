"""Behaviours do not depend on the unit of payoffs, nor on how unlikely a type is."""

from fractions import Fraction

import numpy as np
import pytest

from rulewright.assessment import certification
from rulewright.behaviour import named
from rulewright.behaviour.quantal import path
from rulewright.game.game import Game
from rulewright.game.lower import core
from rulewright.game.play import interim
from rulewright.numerics.rational import floats
from rulewright.verify.claims import Claim
from rulewright.welfare.goals import Goal


def bimatrix(a, b):
    return Goal.total().on(Game.normal(np.array([a, b])))


def distance(game, strategies, lam):
    """From the definition, σ ∝ exp(λU); types of probability one."""
    off, game = 0.0, core(game).floats
    for i, strategy in enumerate(strategies):
        worth = interim(game, strategies, i)
        weights = np.exp(lam * (worth - worth.max()))
        off = max(off, float(np.abs(strategy - weights / weights.sum()).max()))
    return off


LOGIT = {
    "target at a bifurcation": ([[4, 0], [2, 2]], [[4, 2], [0, 2]], 1),
    "corrector beyond the target": ([[3.04, 0.56], [0.2, 4.43]], [[4.1, 0.18], [0.11, 2.42]], 1),
    "steep, turned back": ([[437.0, 39.0], [77.0, 51.0]], [[5.0, 15.0], [-4.0, 271.0]], 1),
    "large payoffs": ([[3e9, 0], [5e9, 1e9]], [[3e9, 5e9], [0, 1e9]], 1e-9),
    "indifferent": ([[1, 1], [1, 1]], [[2, 2], [2, 2]], 3),
}


@pytest.mark.parametrize("case", LOGIT)
def test_logit_reaches_its_target(case):
    a, b, lam = LOGIT[case]
    found = path(bimatrix(a, b), lam)
    assert found.lambdas[-1] == lam
    assert (found.lambdas >= 0).all()
    assert found.lambdas.max() <= lam
    assert distance(bimatrix(a, b), found.points[-1], lam) < 1e-8


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("unit", [1e-6, 1e3, 1e6])
def test_logit_depends_on_payoff_times_precision_only(seed, unit):
    a, b = np.random.default_rng(seed).uniform(0, 5, (2, 3, 3))
    one, other = path(bimatrix(a, b), 4.0), path(bimatrix(a * unit, b * unit), 4.0 / unit)
    for x, y in zip(one.points[-1], other.points[-1], strict=True):
        assert np.allclose(x, y, atol=1e-7)


def test_logit_of_large_payoffs_is_found():
    for seed in range(20):
        a, b = 1000 * np.random.default_rng(seed).uniform(0, 5, (2, 3, 3))
        assert distance(bimatrix(a, b), path(bimatrix(a, b), 1.0).points[-1], 1.0) < 1e-6


def test_logit_zero_is_uniform_at_any_scale():
    play = named("logit:0")(bimatrix([[0, 10**12], [1, 0]], [[0, 1], [10**12, 0]])).plays[0]
    assert all((floats(s) == 0.5).all() for s in play.strategies[1:])


def test_nash_of_an_exact_game_with_a_huge_fine_has_no_false_equilibrium():
    """Within the fine's rounding cooperation seems stable; exactly, each gains 2 by leaving it."""
    h = 10**9
    game = bimatrix([[3, 0, -h], [5, 1, -h], [-h, -h, 0]], [[3, 5, -h], [0, 1, -h], [-h, -h, 0]])
    prediction = named("nash")(game)
    pure = {tuple(int(np.argmax(floats(s))) for s in play.strategies[1:]) for play in named("pure")(game).plays}
    assert pure == {(1, 1), (2, 2)}
    assert prediction.residual < 1e-6
    assert {tuple(int(np.argmax(floats(s))) for s in p.strategies[1:]) for p in prediction.plays} >= pure
    assert prediction.complete and prediction.residual == 0


@pytest.mark.parametrize("behaviour", ["correlated", "coarse"])
@pytest.mark.parametrize("unit", [1e-12, 1e-9, 1.0, 1e9])
def test_correlated_at_any_scale(behaviour, unit):
    game = bimatrix(np.array([[3, 0], [5, 1]]) * unit, np.array([[3, 5], [0, 1]]) * unit)
    span = named(behaviour)(game).span(game.goal)
    assert (span.worst / unit, span.best / unit) == pytest.approx((2, 2), abs=1e-6)


def test_correlated_respects_an_unlikely_type():
    payoff = np.zeros((2, 2, 1, 2, 2))
    payoff[0, 0, 0], payoff[0, 1, 0] = [[1, 1], [0, 0]], [[0, 0], [1, 1]]
    game = Goal.total().on(Game.bayesian(payoff, [[1 - 1e-10], [1e-10]]))
    span = named("correlated")(game).span(-game.goal)
    for play in (span.worst_play, span.best_play):
        law = floats(play.law).reshape(2, 2, 2)  # [type, own action, other action]
        assert law[1, 0].sum() <= 1e-6 * law[1].sum()


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_multipliers_are_those_of_the_rows_without_scale(unit):
    """Weak duality by hand: goal − Σ weight·gain is at least the bound at every profile (one type each)."""
    game = bimatrix(np.array([[6, 2], [7, 0]]) * unit, np.array([[6, 7], [2, 0]]) * unit)
    claim: Claim = certification._worst(game, [])[-1]
    inner = core(game).floats
    table = floats(game.goal).reshape(2, 2).copy()
    payoff = inner.payoff.reshape(2, 2, 2)
    for row in claim["multipliers"]:
        i = inner.players.index(row["player"])
        told, instead = (inner.actions[i].index(row[k]) for k in ("action", "instead"))
        mine, other = np.take(payoff[i], told, axis=i), np.take(payoff[i], instead, axis=i)
        weight = float(Fraction(row["weight"]))
        at = (told, slice(None)) if i == 0 else (slice(None), told)
        table[at] -= weight * (mine - other)
    span = named("correlated")(game).span(game.goal)
    assert table.min() == pytest.approx(span.worst, rel=1e-6)
