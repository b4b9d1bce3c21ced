"""Which equilibrium? How much a profile stands out: by what margin every other profile fails to be stable."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ..game.game import Game
from ..game.lower import core
from ..numerics.rational import Array


def regrets(inner: Game) -> Array:
    """[player, *actions]: what each player would gain by its best deviation, at every profile of a game without types."""
    table = inner.payoff.reshape(inner.n, *inner.action_counts)
    return np.stack([table[i].max(axis=i, keepdims=True) - table[i] for i in range(inner.n)])


def margin_of_uniqueness(game: Game, wanted: tuple[int, ...]) -> Fraction | float | None:
    """The least, over all other pure profiles, of the most that somebody gains by leaving it; zero if another is stable.

    None if `wanted` (positions in the core) is itself unstable. Payoffs known within ±ε keep `wanted` the only
    pure equilibrium if this is more than 2ε and `wanted` is strict by more than 2ε.
    """
    inner = core(game)
    tempted = regrets(inner).max(axis=0)
    tolerance = 0 if inner.is_exact else 1e-9 * float(np.ptp(inner.payoff))
    if tempted[wanted] > tolerance:
        return None
    others = tempted.ravel()
    others = np.delete(others, np.ravel_multi_index(wanted, tempted.shape))
    return min(others) if others.size else None


def strictness(game: Game, wanted: tuple[int, ...]) -> Fraction | float | None:
    """The least that anybody loses by a single deviation from `wanted`; negative if somebody gains. None: no choice."""
    inner = core(game)
    table = inner.payoff.reshape(inner.n, *inner.action_counts)
    losses = []
    for i in range(inner.n):
        row = table[i][(*wanted[:i], slice(None), *wanted[i + 1 :])]
        losses += [row[wanted[i]] - x for a, x in enumerate(row) if a != wanted[i]]
    return min(losses, default=None)
