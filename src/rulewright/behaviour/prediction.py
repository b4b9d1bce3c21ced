"""What a behaviour answers: a set of plays, and for any goal the worst and the best of them.

A prediction is either a list of plays (equilibria found, runs of a learner) or a whole polytope of laws (correlated
equilibria), whose worst and best play for a goal are linear programmes. It says how it was found, how far it is
from what it claims to be (`residual`), and whether anything may be missing (`complete`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.play import Play
from ..numerics.rational import Array, floats

SHOWN = 20  # plays of a prediction that is printed


@dataclass(frozen=True)
class Span:
    """Worst, best and average of a goal over a prediction; None where it has no meaning. Goal units."""

    worst: float
    best: float
    mean: float | None
    count: int | None
    residual: float
    worst_play: Play | None = field(default=None, repr=False)
    best_play: Play | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Spans:
    """`Span`s of many games at once, as arrays over the games. Goal units; residual in payoff units."""

    worst: Array
    """[game]; NaN where nothing was found."""
    best: Array
    mean: Array
    count: Array
    """[game], int: plays found."""
    residual: Array
    """[game]: the largest regret of a play found, re-evaluated from the payoffs."""
    complete: Array
    """[game], bool: whether nothing may be missing."""
    how: str = ""

    def __len__(self) -> int:
        return len(self.worst)


def goal_on(game: Game, goal: Any) -> Array:
    """goal[*types, *actions] in floats, for one game. Raises InputError where it has another shape or is not finite."""
    shape = game.payoff.shape[1:]
    try:
        table = np.broadcast_to(floats(goal), shape)
    except (ValueError, TypeError):
        found = f"shape {np.shape(goal)}"
        raise InputError(where="goal", needed=f"numbers of shape {shape} [*types, *actions]", found=found) from None
    if not np.isfinite(table).all():
        raise InputError(where="goal", needed="finite numbers", found="NaN or infinity")
    return table


class Prediction(ABC):
    """What agents will do in one game."""

    name: str
    game: Game
    how: str
    residual: float
    complete: bool

    @abstractmethod
    def span(self, goal: Array) -> Span:
        """Worst and best of goal[*types, *actions] over the prediction."""


@dataclass(frozen=True, eq=False)
class Plays(Prediction):
    """A finite list of plays, possibly empty."""

    name: str
    game: Game
    plays: tuple[Play, ...]
    how: str
    residual: float
    complete: bool = True

    def __str__(self) -> str:
        """How it was found, whether all is there, and the first plays in words."""
        many = f"{len(self.plays):,} play{'' if len(self.plays) == 1 else 's'}"
        known = "complete" if self.complete else "others may exist"
        lines = [f"{self.name}: {many}, {known}, residual {self.residual:.2g}", f"  {self.how}"]
        lines += [f"  {play.describe()}" for play in self.plays[:SHOWN]]
        return "\n".join([*lines, *["  …"][: len(self.plays) > SHOWN]])

    def span(self, goal: Array) -> Span:
        table = goal_on(self.game, goal)
        worth = [float((floats(play.law) * table).sum()) for play in self.plays]
        if not worth:
            nan = float("nan")
            return Span(nan, nan, None, 0, self.residual)
        low, high = worth.index(min(worth)), worth.index(max(worth))
        return Span(
            worth[low],
            worth[high],
            sum(worth) / len(worth),
            len(worth),
            self.residual,
            self.plays[low],
            self.plays[high],
        )


def residual_of(plays: Any) -> float:
    """The largest regret among plays, re-evaluated by `Play`, never taken from the solver."""
    return max((float(play.regret) for play in plays), default=0.0)


def spans_of(spans: list[Span], complete: list[bool], how: str) -> Spans:
    """Spans found one by one, as arrays."""

    def column(values: list[float | None]) -> Array:
        return np.array([np.nan if value is None else value for value in values], dtype=float)

    return Spans(
        column([s.worst for s in spans]),
        column([s.best for s in spans]),
        column([s.mean for s in spans]),
        np.array([s.count or 0 for s in spans]),
        column([s.residual for s in spans]),
        np.array(complete, dtype=bool),
        how,
    )
