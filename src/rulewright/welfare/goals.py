"""What people want: a number for every play, fixed before any rule is made.

A goal is read in the base game and then carried, as the designer's payoff, through every institution. Rules move
money; they do not move value: transfers never change what a goal counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.play import Play
from ..numerics import rational
from ..numerics.rational import Array


@dataclass(frozen=True)
class Goal:
    """A named goal. `goal.table(game)` is [*types, *actions]; `goal(play)` its expectation; `goal.on(game)` books it."""

    name: str
    rule: Callable[[Game], Array] = field(repr=False)

    @staticmethod
    def total() -> Goal:
        """The sum of all players' payoffs (utilitarian)."""
        return Goal("total", lambda game: game.payoff[list(game.strategic)].sum(axis=0))

    @staticmethod
    def worst_off() -> Goal:
        """The smallest of the players' payoffs, outcome by outcome (after Rawls)."""
        return Goal("worst-off", lambda game: game.payoff[list(game.strategic)].min(axis=0))

    @staticmethod
    def nash(outside: Any = 0) -> Goal:
        """The product of what the players gain over `outside`, no gain counting as zero (Nash 1950, Econometrica 18)."""

        def product(game: Game) -> Array:
            over = game.payoff[list(game.strategic)] - rational.like(outside, game.payoff)[()]
            return np.where(over > 0, over, over * 0).prod(axis=0)

        return Goal("nash", product)

    @staticmethod
    def gini(weight: Any = 1) -> Goal:
        """The sum of payoffs less weight · Σ_{i<j} |u_i − u_j| / n, weight from 0 to 1.

        At 1 it is the total times one less its Gini coefficient (Sen 1976, Rev. Econ. Stud. 43).
        """

        def averse(game: Game) -> Array:
            rows = [game.payoff[i] for i in game.strategic]
            apart = sum(
                (abs(x - y) for k, x in enumerate(rows) for y in rows[:k]), rational.zeros(rows[0].shape, rows[0])
            )
            return sum(rows[1:], rows[0]) - rational.like(weight, game.payoff)[()] * apart / len(rows)

        return Goal("gini", averse)

    @staticmethod
    def of(player: str) -> Goal:
        """One player's own payoff: a principal's."""
        return Goal(player, lambda game: game.payoff[game.index(player)])

    @staticmethod
    def given(values: Any, name: str = "given") -> Goal:
        """Any table [*types, *actions]."""
        return Goal(name, lambda game: rational.like(values, game.payoff))

    def table(self, game: Game) -> Array:
        values = self.rule(game)
        if values.shape != game.payoff.shape[1:]:
            raise InputError(
                where=f"goal {self.name}", needed=f"shape {game.payoff.shape[1:]}", found=str(values.shape)
            )
        return values

    def __call__(self, play: Play) -> float:
        return float((self.table(play.game) * play.law).sum())

    def on(self, game: Game) -> Game:
        """The game with a designer whose payoff is this goal."""
        return game.with_goal(self.table(game))


BY_NAME = {"total": Goal.total, "worst-off": Goal.worst_off, "nash": Goal.nash, "gini": Goal.gini}


def first_best(game: Game, *, money_weight: Any = 0, outside: Mapping[str, Any] | None = None) -> Any:
    """What people get from the best play of all: whoever knows every type chooses every action, the designer's too.

    Where money counts (κ = `money_weight` > 0), players who may stay away (`outside`: what they then get) are paid
    just enough to stay, so that the best play maximises goal + κ·Σ_i (u_i − outside_i).
    """
    worth = game.goal
    for player, stays_for in (outside or {}).items():
        surplus = game.payoff[game.index(player)] - rational.like(stays_for, game.payoff)[()]
        worth = worth + rational.like(money_weight, game.payoff)[()] * surplus
    return (game.prior * worth.max(axis=tuple(range(game.n, 2 * game.n)))).sum()


def kept(game: Game, money_weight: Any = 0) -> Array:
    """[*types, *actions]: what people are left with, the goal minus κ times what rules pay to all players together."""
    if not money_weight:
        return game.goal
    paid = game.transfer[list(game.strategic)].sum(axis=0)
    return game.goal - rational.like(money_weight, game.payoff)[()] * paid


def wanted(game: Game) -> list[tuple[int, ...]]:
    """Action profiles of a game without types, from the best for the goal to the worst; ties in C order."""
    if max(game.type_counts) > 1:
        raise InputError(where="wanted play", needed="a game without types", found=repr(game))
    values = game.goal.reshape(game.action_counts)
    order = np.argsort(-rational.floats(values).ravel(), kind="stable")
    return [tuple(int(k) for k in np.unravel_index(at, values.shape)) for at in order]
