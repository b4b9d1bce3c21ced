"""Many games of one shape as one array: sweeps, noise, candidate rules. Behaviours that vectorise take them in one call.

    payoff[game, player, *actions]

Only those who choose are players here, types are folded into plans (the normal form), and numbers are floats: what is
found in bulk is for looking at many; what matters of it is asked again, one game at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..errors import InputError
from ..numerics.memory import reserve
from ..numerics.rational import Array, floats, frozen
from .game import Game, labels
from .lower import average, core, normal, over_plans


@dataclass(frozen=True, eq=False)
class Games:
    """Frozen and checked once. Make one with `Games.of` or from payoff[game, player, *actions]."""

    payoff: Array = field(repr=False)
    """[game, player, *actions]; payoff units."""
    goal: Array | None = field(default=None, repr=False)
    """[game, *actions]; what people want, if that was said."""

    def __post_init__(self) -> None:
        payoff = floats(self.payoff)
        if payoff.ndim < 3 or payoff.shape[1] != payoff.ndim - 2 or not payoff.size:
            raise InputError(
                where="games",
                needed="payoffs [game, player, *actions] with one axis of actions for each player, and at least one game",
                found=f"shape {payoff.shape}",
            )
        _finite(payoff, "payoffs")
        object.__setattr__(self, "payoff", frozen(payoff))
        if self.goal is None:
            return
        shape = (payoff.shape[0], *payoff.shape[2:])
        goal = floats(self.goal)
        if goal.shape not in (shape, shape[1:]):
            raise InputError(
                where="games", needed=f"a goal of shape {shape} or {shape[1:]}", found=f"shape {goal.shape}"
            )
        _finite(goal, "goal")
        object.__setattr__(self, "goal", frozen(np.broadcast_to(goal, shape)))

    @staticmethod
    def of(games: Sequence[Game]) -> Games:
        """The same games as one array; the goal is the designers', where all have one.

        Raises InputError where none is given or their shapes differ, and TooLarge where they do not fit.
        """
        forms = [normal(core(game.floats)) for game in games]
        shapes = {form.action_counts for form in forms}
        if len(shapes) != 1:
            raise InputError(
                where="games",
                needed="at least one game, all with the same numbers of actions among those who choose",
                found=f"{len(games)} games of shapes {', '.join(map(str, sorted(shapes)))}" if shapes else "none",
            )
        counts = forms[0].action_counts
        reserve((len(forms), 2 * len(counts), *counts), "the payoffs of all games")
        payoff = np.stack([form.payoff.reshape(form.n, *counts) for form in forms])
        return Games(payoff, np.stack([_goal(g) for g in games]) if all(g.designer for g in games) else None)

    def __len__(self) -> int:
        return len(self.payoff)

    def __getitem__(self, k: int) -> Game:
        """The k-th game, with its goal where there is one."""
        game = Game.normal(self.payoff[k], actions=[labels("a", count) for count in self.action_counts])
        return game if self.goal is None else game.with_goal(self.goal[k].reshape(game.payoff.shape[1:]))

    def __iter__(self) -> Iterator[Game]:
        return (self[k] for k in range(len(self)))

    @property
    def n(self) -> int:
        return self.payoff.shape[1]

    @property
    def action_counts(self) -> tuple[int, ...]:
        return self.payoff.shape[2:]


def _goal(game: Game) -> Array:
    """[*plans]: what people want, over the normal form of those who choose."""
    inner = core(game.floats)
    goal = average(game.floats, floats(game.goal))
    return (over_plans(inner, goal) if inner.prior.size > 1 else goal).reshape(normal(inner).action_counts)


def _finite(array: Array, what: str) -> None:
    if not np.isfinite(array).all():
        at = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        raise InputError(where=f"{what} at {at}", needed="finite numbers", found=str(array[at]))
