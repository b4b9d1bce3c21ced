"""How often somebody does what is not best, for payoffs that are taken as known.

k choices of n that bring less than another action would against what the others were seen doing, or are known to do. The share has
Clopper & Pearson's interval (1934, Biometrika 26), if choices are independent; all players' intervals hold together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...numerics.rational import Array
from .confidence import Interval, binomial, checked
from .family import worth_of
from .observations import Observations

TIE = 1e-9  # relative to the range of payoffs


@dataclass(frozen=True)
class Mistakes:
    """Of one player."""

    player: str
    count: int
    n: int
    share: Interval
    """Of choices that are not best; exact, and together with those of the other players at the level asked for."""


def mistakes(
    observations: Observations, *, others: Sequence[Array] | None = None, level: float = 0.95
) -> tuple[Mistakes, ...]:
    """One entry per player who chooses, in the order of the game. Players never seen have a share anywhere from 0 to 1."""
    game, found = observations.game, []
    each = 1 - (1 - checked(level)) / game.n
    for i, player in enumerate(game.players):
        against = observations.others(i, others)
        worth = worth_of(game, game.payoff[i][None], against, i)[..., 0]
        room = TIE * max(float(np.ptp(game.payoff[i])), 1e-300)
        wrong = worth < worth.max(axis=1, keepdims=True) - room
        counts = observations.counts[i]
        count, n = int(counts[wrong].sum()), int(counts.sum())
        found.append(Mistakes(player, count, n, binomial(count, n, each)))
    return tuple(found)
