"""The two players of a picture: payoffs as floats and as they are, labels, equilibria with their components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...behaviour.nash import Components, Extremes, components, extremes
from ...errors import InputError
from ...game.game import Game
from ...game.lower import core, normal
from ...numerics.rational import Array, floats
from .frame import mixture, said


@dataclass(frozen=True, eq=False)
class Pair:
    """A bimatrix game in the words of a picture."""

    game: Game
    """The normal form of those two who choose."""

    @staticmethod
    def of(game: Game, what: str) -> Pair:
        """Raises InputError unless two players choose."""
        if len(game.active) != 2:
            raise InputError(
                where=what,
                needed="a game in which two players choose",
                found=f"{len(game.active)} who choose, of {game.n} players",
                remedy="Fix the others' actions first, or draw `logit_path` or `tree`.",
            )
        return Pair(normal(core(game)))

    @property
    def players(self) -> tuple[str, ...]:
        return self.game.players

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return self.game.actions

    @cached_property
    def exact(self) -> tuple[Array, Array]:
        a, b = self.game.payoff.reshape(2, *self.game.action_counts)
        return a, b

    @cached_property
    def tables(self) -> tuple[Array, Array]:
        """Per player [own action, other's action], floats."""
        a, b = map(floats, self.exact)
        return a, b.T

    @cached_property
    def found(self) -> Extremes:
        return extremes(*self.exact)

    @cached_property
    def spanned(self) -> Components:
        return components(self.found)

    @cached_property
    def mixtures(self) -> tuple[Array, Array]:
        """Per player [equilibrium, action], floats."""
        return floats(self.found.x), floats(self.found.y)

    def worth(self) -> list[tuple[Any, Any]]:
        """Per equilibrium, what the two get."""
        a, b = self.exact
        return [(x @ a @ y, x @ b @ y) for x, y in zip(self.found.x, self.found.y, strict=True)]

    def listed(self, most: int = 8) -> list[str]:
        """Every extreme equilibrium in words, numbered from 1; what they span after them."""
        rows = []
        for k, (x, y, (u, v)) in enumerate(zip(self.found.x, self.found.y, self.worth(), strict=True)):
            plays = (
                f"{self.players[0]}: {mixture(x, self.actions[0])}; {self.players[1]}: {mixture(y, self.actions[1])}"
            )
            rows.append(f"({k + 1}) {plays}; pays {said(u)}, {said(v)}")
        left = len(rows) - most
        rows = rows[:most] + [f"and {left} more"] * (left > 0)
        if len(self.found) and not all(self.spanned.isolated):
            rows.append(f"Together: {self.spanned.describe()}")
        return rows

    def sentence(self) -> str:
        """How many equilibria there are, for the text alternative."""
        return f"{self.spanned.describe()}: {'; '.join(self.listed(4))}" if len(self.found) else "no equilibrium found"


def grouped(points: Sequence[Any] | Array) -> list[tuple[tuple[float, ...], list[int]]]:
    """Points that lie on each other, once, with the positions that they had."""
    seen: dict[tuple[float, ...], list[int]] = {}
    for k, point in enumerate(points):
        seen.setdefault(tuple(np.round(np.asarray(point, float), 6).tolist()), []).append(k)
    return list(seen.items())
