"""Strict dominance in many games of one shape at once, by pure actions; floats, with a tolerance.

kept[player][game, action] says what is left; a round compares every two actions of every player in all games.
"""

from __future__ import annotations

import numpy as np

from ...numerics.rational import Array, spread
from ..prediction import Spans
from .survivors import TOLERANCE

AT_ONCE = 4_000_000  # numbers in one comparison


def survivors(payoff: Array) -> list[Array]:
    """Per player [game, action], bool: what survives iterated dominance by pure actions in payoff[game, player, *actions]."""
    games, n, *actions = payoff.shape
    kept = [np.ones((games, count), dtype=bool) for count in actions]
    least = TOLERANCE * ranges(payoff)
    open_ = np.arange(games)
    while len(open_):
        changed = np.zeros(len(open_), dtype=bool)
        for i in range(n):
            share = max(1, AT_ONCE // payoff[0, i].size)
            for k in range(0, len(open_), share):
                at = open_[k : k + share]
                table, there = _table(payoff, kept, i, at)
                for a in range(actions[i]):
                    gain = np.where(there[:, None], table - table[:, a : a + 1], np.inf).min(
                        axis=2
                    )  # [game, dominator]
                    doomed = ((gain > least[at, i, None]) & kept[i][at]).any(axis=1) & kept[i][at, a]
                    changed[k : k + share] |= doomed
                    kept[i][at[doomed], a] = False
        open_ = open_[changed]
    return kept


def ranges(payoff: Array) -> Array:
    """[game, player]: the range of its payoffs; 1 where all are the same."""
    flat = payoff.reshape(*payoff.shape[:2], -1)
    span, rounding = (part[..., 0] for part in spread(flat, (2,)))
    return np.where(span > rounding, span, np.maximum(1.0, np.abs(flat).max(axis=2)))


def _table(payoff: Array, kept: list[Array], i: int, at: Array) -> tuple[Array, Array]:
    """([game, own action, cell], [game, cell] whether the others may still play so)."""
    n, count = payoff.shape[1], payoff.shape[2 + i]
    table = np.moveaxis(payoff[at, i], 1 + i, 1).reshape(len(at), count, -1)
    there = np.ones((len(at), 1), dtype=bool)
    for j in range(n):
        if j != i:
            there = (there[:, :, None] & kept[j][at][:, None]).reshape(len(at), -1)
    return table, there


def open_to_mixtures(payoff: Array, kept: list[Array]) -> Array:
    """[game]: whether an action left is a best reply to no sure play of the others left, and there are two more."""
    games, n = payoff.shape[:2]
    found = np.zeros(games, dtype=bool)
    least = TOLERANCE * ranges(payoff)
    share = max(1, AT_ONCE // payoff[0, 0].size)
    for i in range(n):
        for k in range(0, games, share):
            at = np.arange(k, min(games, k + share))
            table, there = _table(payoff, kept, i, at)
            table = np.where(kept[i][at][:, :, None], table, -np.inf)
            best = table >= table.max(axis=1, keepdims=True) - least[at, i, None, None]
            never = kept[i][at] & ~(best & there[:, None]).any(axis=2)
            found[at] |= never.any(axis=1) & (kept[i][at].sum(axis=1) > 2)
    return found


def spans(goal: Array, kept: list[Array]) -> Spans:
    """Of goal[game, *actions] over the corners that are left."""
    games = len(goal)
    inside = np.ones((games, 1), dtype=bool)
    for mask in kept:
        inside = (inside[:, :, None] & mask[:, None]).reshape(games, -1)
    flat = goal.reshape(games, -1)
    count = inside.sum(axis=1)
    worst, best = np.where(inside, flat, np.inf).min(axis=1), np.where(inside, flat, -np.inf).max(axis=1)
    mean = np.where(inside, flat, 0.0).sum(axis=1) / count
    how = "iterated dominance, by pure actions in all games at once, by mixtures where these could do more"
    return Spans(worst, best, mean, count, np.zeros(games), np.ones(games, dtype=bool), how)
