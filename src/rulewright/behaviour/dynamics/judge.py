"""What many plays of many games are worth and what they leave to be gained, evaluated afresh from the payoffs.

Leading axis: rows; payoff[row or 1, player, *actions], law[row, *actions]. External regret is what a player gains by the best
fixed action; a law without any is a coarse correlated equilibrium (Moulin & Vial 1978, Int. J. Game Theory 7).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...numerics.rational import Array


def joint(mixtures: Sequence[Array]) -> Array:
    """law[row, *actions] of independent mixtures[player][row, action]."""
    law = mixtures[0]
    for mixture in mixtures[1:]:
        law = law[..., None] * mixture.reshape(len(mixture), *(1,) * (law.ndim - 1), mixture.shape[-1])
    return law


def deviations(payoff: Array, law: Array) -> list[Array]:
    """Per player [row, own action]: what the action would get against the others' part of the law, less what they get."""
    found = []
    n = payoff.shape[1]
    for i in range(n):
        others = law.sum(axis=1 + i)  # [row, *others]
        table = np.moveaxis(payoff[:, i], 1 + i, -1)
        could = (table * others[..., None]).sum(axis=tuple(range(1, n)))
        had = (payoff[:, i] * law).sum(axis=tuple(range(1, n + 1)))
        found.append(could - had[:, None])
    return found


def regret(payoff: Array, law: Array) -> Array:
    """[row]: the largest external regret of any player; payoff units. Of independent play: what the best reply gains."""
    return np.max([gain.max(axis=1) for gain in deviations(payoff, law)], axis=0)


def mean(table: Array, law: Array) -> Array:
    """[row]: expectation of table[row or 1, *actions]."""
    return (table * law).sum(axis=tuple(range(1, law.ndim)))


def unit(payoff: Array) -> Array:
    """[row]: the most that an own action changes a payoff; 1 where none does."""
    spans = [np.ptp(payoff[:, i], axis=1 + i).reshape(len(payoff), -1).max(axis=1) for i in range(payoff.shape[1])]
    found = np.max(spans, axis=0)
    return np.where(found > 0, found, 1.0)


def relative(payoff: Array) -> Array:
    """The same game for whoever learns: each own action's payoff less the least, whatever the others do."""
    tables = [payoff[:, i] - payoff[:, i].min(axis=1 + i, keepdims=True) for i in range(payoff.shape[1])]
    return np.stack(tables, axis=1)
