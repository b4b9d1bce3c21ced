"""Stress: what is left of a rule when payoffs are not quite what was written down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..behaviour.nash import pure_profiles
from ..game.game import Game
from ..game.lower import average, core
from ..game.play import Play, interim
from ..numerics.rational import Array, floats
from ..report.report import NoiseRow

CONFIDENCE = 1.959963984540054  # of a two-sided 95 % interval
MOST_CELLS = 50_000  # of a core game whose pure equilibria are enumerated at every draw


def noise(play: Play, errors: Sequence[float], *, draws: int, seed: int) -> list[NoiseRow]:
    """Payoffs drawn independently and uniformly within ±error: is the asked play still an equilibrium?"""
    game = play.game.floats
    inner = core(game)
    if not game.active or play.strategies is None:
        return []
    strategies = [floats(play.strategies[i]) for i in game.active]
    plain = max(inner.type_counts) == 1 and inner.payoff.size <= MOST_CELLS
    goal = floats(average(game, game.goal)).reshape(inner.action_counts) if plain else None
    copies = [play.copies(i) for i in game.active]  # acts that come to the same are no deviation, whatever the noise
    generator = np.random.default_rng(seed)
    rows = []
    for error in errors:
        stable, worst = 0, []
        for _ in range(draws):
            shaken = replace(inner, payoff=inner.payoff + generator.uniform(-error, error, inner.payoff.shape))
            stable += _stands(shaken, strategies, copies)
            if goal is not None:
                found = pure_profiles(shaken)
                worst.append(goal[tuple(found.T)].min() if len(found) else math.nan)
        low, high = wilson(int(stable), draws)
        known = [w for w in worst if not math.isnan(w)]
        rows.append(
            NoiseRow(error, float(stable) / draws, low, high, float(np.mean(known)) if known else None, draws, seed)
        )
    return rows


def _stands(game: Game, strategies: list[Array], copies: list[Array]) -> bool:
    """Whether nobody gains by an action that makes a difference."""
    for i, (strategy, same) in enumerate(zip(strategies, copies, strict=True)):
        worth = interim(game, strategies, i)
        asked = (worth * strategy).sum(axis=1, keepdims=True)
        if (np.where(same, asked, worth) > asked).any():
            return False
    return True


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22)."""
    z2, share = CONFIDENCE**2, successes / trials
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = CONFIDENCE * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    return max(0.0, centre - half), min(1.0, centre + half)


def default_errors(game: Game, expected: float) -> list[float]:
    """Around the error that the rule is designed for, else around a hundredth of the range of payoffs."""
    if expected > 0:
        return [expected / 2, expected, 2 * expected, 4 * expected]
    payoff = floats(game.payoff[list(game.strategic)])
    size = float(np.ptp(payoff)) or 1.0
    return [size * share for share in (0.01, 0.03, 0.1)]
