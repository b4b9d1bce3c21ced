"""Stress: what is left of a rule when payoffs are not quite what was written down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..behaviour.nash import Pure
from ..game.game import Game
from ..game.games import Games
from ..game.lower import average, core
from ..game.play import Play, interim
from ..numerics.rational import Array, floats
from ..report.report import NoiseRow

CONFIDENCE = 1.959963984540054  # of a two-sided 95 % interval
MOST_CELLS = 50_000  # of a core game whose pure equilibria are enumerated at every draw
MOST_NUMBERS = 2_000_000  # payoffs drawn at a time


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
        stands, worst, left = 0, [], draws
        while left:
            some = min(left, max(1, MOST_NUMBERS // inner.payoff.size))
            shaken = inner.payoff + generator.uniform(-error, error, (some, *inner.payoff.shape))
            stands += sum(_stands(replace(inner, payoff=payoff), strategies, copies) for payoff in shaken)
            if goal is not None:
                spans = Pure().many(Games(shaken.reshape(some, inner.n, *inner.action_counts), goal))
                worst += spans.worst[spans.count > 0].tolist()
            left -= some
        low, high = wilson(stands, draws)
        rows.append(NoiseRow(error, stands / draws, low, high, float(np.mean(worst)) if worst else None, draws, seed))
    return rows


def _stands(game: Game, strategies: list[Array], copies: list[Array]) -> int:
    """1 if nobody gains by an action that makes a difference, else 0."""
    for i, (strategy, same) in enumerate(zip(strategies, copies, strict=True)):
        worth = interim(game, strategies, i)
        asked = (worth * strategy).sum(axis=1, keepdims=True)
        if (np.where(same, asked, worth) > asked).any():
            return 0
    return 1


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
