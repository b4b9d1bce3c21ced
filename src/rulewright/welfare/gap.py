"""The alignment gap: what people could have had, minus what they get.

The yardstick is the first best, the goal of the best play of all, unless another one is named (such as the best that any
allowed rule can bring about). The headline is the gap of the worst play predicted, never of a good one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..game.game import Game
from ..numerics.rational import Array
from .goals import Goal, first_best


class _Span(Protocol):
    @property
    def worst(self) -> float: ...
    @property
    def best(self) -> float: ...


class _Prediction(Protocol):
    def span(self, goal: Array, /) -> _Span: ...


@dataclass(frozen=True)
class Gap:
    """Goal units. `worst` and `best` are gaps: yardstick minus what people get in the worst and the best play."""

    yardstick: float
    worst: float
    best: float


def gap(game: Game, prediction: _Prediction, goal: Goal, *, yardstick: float | None = None) -> Gap:
    """How far a prediction for `game` is from what people want."""
    table = goal.table(game)
    ideal = float(first_best(goal.on(game))) if yardstick is None else yardstick
    span = prediction.span(table)
    return Gap(ideal, ideal - span.worst, ideal - span.best)
