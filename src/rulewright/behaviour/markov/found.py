"""What is found in a Markov game: plays, how they were found, how far they are from what they claim to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics.rational import Array
from ..prediction import Span


@dataclass(frozen=True, eq=False)
class MarkovPlays:
    """A finite list of stationary plays, possibly empty. `residual`: the largest regret at any state, re-evaluated."""

    game: MarkovGame
    plays: tuple[MarkovPlay, ...]
    how: str
    residual: float
    complete: bool

    def span(self, goal: Array | None = None, discount: Any = None) -> Span:
        """Worst, best and average discounted worth of goal[state, *actions] from the law of the first state.

        goal: the game's own where None; discount: the first player's where None.
        """
        table = self.game.goal if goal is None else goal
        delta = self.game.rate(discount)
        worth = [float(play.discounted(table, delta) @ self.game.start) for play in self.plays]
        if not worth:
            return Span(float("nan"), float("nan"), None, 0, self.residual)
        return Span(min(worth), max(worth), sum(worth) / len(worth), len(worth), self.residual)

    def sorted_by(self, goal: Array) -> tuple[MarkovPlay, ...]:
        """The plays, worst for goal[state, *actions] first."""
        worth = [float(play.discounted(goal, self.game.discount[0]) @ self.game.start) for play in self.plays]
        return tuple(self.plays[k] for k in np.argsort(worth, kind="stable"))


def plays_of(game: MarkovGame, plays: Sequence[MarkovPlay], how: str, complete: bool) -> MarkovPlays:
    """With the residual re-evaluated from the plays."""
    return MarkovPlays(game, tuple(plays), how, max([0.0, *(float(p.regret) for p in plays)]), complete)
