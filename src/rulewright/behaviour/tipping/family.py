"""A family of games: one game for every value t of a parameter, read as payoff[player, *actions] and a goal.

Only those who choose are players here, types are folded into plans, and a Markov game is read through its stationary policies
(`one_shot`). Actions that come to the same for everybody are one action. What people want is the designers' payoff, or the sum of
all payoffs where nobody said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.lower import average, core, normal, one_shot, over_plans
from ...game.markov import MarkovGame
from ...numerics import rational
from ...numerics.memory import reserve
from ...numerics.rational import Array, floats

Family = Callable[[Any], Game | MarkovGame]
MOST_TESTS = 3_000_000  # profiles times deviations, of one game


@dataclass(frozen=True, eq=False)
class Form:
    """One game of the family."""

    payoff: Array = field(repr=False)
    """[player, *actions]."""
    goal: Array = field(repr=False)
    """[*actions]."""
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]

    @property
    def counts(self) -> tuple[int, ...]:
        return self.payoff.shape[1:]

    def slack(self, profile: Sequence[int]) -> Any:
        """The least that a deviation loses at a pure profile; negative where somebody gains."""
        return min((gap for i in range(len(profile)) for gap in self.gaps(profile, i)), default=np.inf)

    def choices(self, profile: Sequence[int], i: int) -> Array:
        """[action]: what player i gets by each action, the others playing the profile."""
        at: Any = (i, *profile[:i], slice(None), *profile[i + 1 :])
        return self.payoff[at]

    def gaps(self, profile: Sequence[int], i: int) -> list[Any]:
        """What each other action of player i loses at the profile."""
        row = self.choices(profile, i)
        return [row[profile[i]] - value for k, value in enumerate(row) if k != profile[i]]


class Sampled:
    """The family at the values asked for, each game made once. Raises InputError where the games differ in shape."""

    def __init__(self, family: Family, values: Sequence[Any]) -> None:
        self.family, self.exact = family, all(isinstance(t, (int, Fraction)) for t in values)
        self._made: dict[Any, Form] = {}
        self._keep: list[Array] | None = None
        self._line: tuple[Any, Any] | None = None
        ends = [self._whole(t) for t in (values[0], values[len(values) // 2], values[-1])]
        if len({form.counts for form in ends}) > 1:
            raise InputError(
                where="family of games",
                needed="the same players and actions at every value of the parameter",
                found=f"shapes {', '.join(map(str, sorted({form.counts for form in ends})))}",
            )
        reserve((len(ends[0].counts), *ends[0].counts), "one game of the family")
        self._keep = distinct(ends)

    def __call__(self, t: Any) -> Form:
        t = self.number(t)
        if t not in self._made and self._line is not None:
            self._made[t] = self._between(t)
        if t not in self._made:
            form = self._whole(t)
            if self._keep is None or [len(k) for k in form.actions] != [len(k) for k in self._keep]:
                raise InputError(
                    where=f"family of games at {float(t):g}",
                    needed="the same players and actions at every value of the parameter",
                    found=f"shape {form.counts}",
                )
            kept = np.ix_(*[np.flatnonzero(k) for k in self._keep])
            self._made[t] = Form(
                np.stack([row[kept] for row in form.payoff]),
                form.goal[kept],
                form.players,
                tuple(
                    tuple(a for a, k in zip(row, keep, strict=True) if k)
                    for row, keep in zip(form.actions, self._keep, strict=True)
                ),
            )
        return self._made[t]

    def straight(self, low: Any, high: Any) -> None:
        """Payoffs and goal are affine from low to high: from now on games in between are averages of those two."""
        self._line = (low, high)

    def _between(self, t: Any) -> Form:
        low, high = self._line  # type: ignore[misc]
        first, last = self(low), self(high)
        share = (t - low) / (high - low)
        payoff = first.payoff * (1 - share) + last.payoff * share
        return Form(payoff, first.goal * (1 - share) + last.goal * share, first.players, first.actions)

    def number(self, t: Any) -> Any:
        """t in the field of the values: a short decimal as a Fraction, or a float."""
        return rational.fraction(t) if self.exact else float(t)

    def _whole(self, t: Any) -> Form:
        game = self.family(self.number(t))
        return form_of(one_shot(game) if isinstance(game, MarkovGame) else game)


def form_of(game: Game) -> Form:
    """The normal form among those who choose, with the goal over it."""
    inner = core(game)
    shape = normal(inner)
    payoff = shape.payoff.reshape(shape.n, *shape.action_counts)
    if game.designer:
        goal = average(game, game.goal)
        goal = (over_plans(inner, goal) if inner.prior.size > 1 else goal).reshape(shape.action_counts)
    else:
        goal = payoff.sum(axis=0)
    return Form(payoff, goal, shape.players, shape.actions)


def distinct(forms: Sequence[Form]) -> list[Array]:
    """[action] per player: False for a later copy, in all the forms, of an action before it."""
    found = []
    for i, count in enumerate(forms[0].counts):
        rows = [
            np.concatenate(
                [np.moveaxis(floats(np.append(f.payoff, f.goal[None], axis=0)), i + 1, 0).ravel() for f in part]
            )
            for part in ([Form(*_only(f, i, a)) for f in forms] for a in range(count))
        ]
        seen: set[bytes] = set()
        keep = np.ones(count, bool)
        for a, row in enumerate(rows):
            key = np.round(row, 12).tobytes()
            keep[a] = key not in seen
            seen.add(key)
        found.append(keep)
    return found


def _only(form: Form, i: int, a: int) -> tuple[Array, Array, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return np.take(form.payoff, [a], axis=i + 1), np.take(form.goal, [a], axis=i), form.players, form.actions
