"""Dilemmas of many: what each choice pays, by how many others cooperate (Schelling 1973, J. Conflict Resolution 17).

C(m), D(m): what who cooperates, and who does not, has when m of the n − 1 others cooperate. Two curves say everything about a
symmetric game of two actions:

    rests         m cooperators such that none of them gains by leaving, C(m−1) ≥ D(m−1), and nobody else by joining, D(m) ≥ C(m)
    optimum       the m that maximises m·C(m−1) + (n−m)·D(m)
    coalition     Schelling's k: the least number that does better cooperating together than if nobody does, C(k−1) > D(0)
    greed         D(n−1) − C(n−1), what the last one gains by defecting
    fear          D(0) − C(0), what the first one loses by cooperating

A social dilemma (after Leibo et al. 2017, AAMAS, and Hughes et al. 2018, NeurIPS): all cooperating is better for each than nobody,
C(n−1) > D(0), and than cooperating alone, C(n−1) > C(0); and greed or fear tempts. For two players the ordinal types of R = C(1),
S = C(0), T = D(1), P = D(0) have names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from ..numerics.rational import Array

BOTH = "greed and fear"
KINDS = {
    (True, True): "prisoner's dilemma",
    (True, False): "chicken",
    (False, True): "stag hunt",
    (False, False): "harmony",
}
"""{(greed > 0, fear > 0): name} where all are better off if all cooperate than if nobody does."""


@dataclass(frozen=True)
class Rest:
    """A number of cooperators that lasts, if one at a time may change its mind."""

    cooperators: int
    total: Fraction
    """Of all payoffs."""
    strict: bool
    """Whether everybody would lose by changing."""
    starts: int
    """How many of the n + 1 numbers of cooperators lead here when whoever gains moves; at ties nobody moves."""


@dataclass(frozen=True)
class Schelling:
    """The two curves, exact: lists of n Fractions."""

    cooperate: tuple[Fraction, ...]
    defect: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if len(self.cooperate) != len(self.defect) or len(self.cooperate) < 2:
            raise InputError(
                where="Schelling diagram",
                needed="two curves of the same length, for two players or more",
                found=f"{len(self.cooperate)} and {len(self.defect)} numbers",
            )

    @staticmethod
    def by(cooperate: Sequence[Any], defect: Sequence[Any]) -> Schelling:
        """From numbers of any exact kind. Raises InputError for numbers that are not finite."""
        try:
            return Schelling(*(tuple(rational.fraction(x) for x in curve) for curve in (cooperate, defect)))
        except ValueError:
            raise InputError(where="Schelling diagram", needed="finite numbers", found="one that is not") from None

    @staticmethod
    def of(game: Game) -> Schelling:
        """From a symmetric game of two actions, the first of which is to cooperate. Raises InputError where it is another."""
        n = game.n
        if game.designer or max(game.type_counts) > 1 or set(game.action_counts) != {2}:
            raise InputError(where="Schelling diagram", needed="two actions each, no types", found=repr(game))
        payoff = game.payoff.reshape(n, *game.action_counts)
        others = np.indices((2,) * n) == 0
        curves: Array = np.empty((2, n), dtype=object)
        for m in range(n):
            for a in range(2):
                cells = [
                    payoff[i][(others[i] == (a == 0)) & (others.sum(axis=0) - others[i] == m)].ravel() for i in range(n)
                ]
                found = {rational.fraction(x) for x in np.concatenate(cells)}
                if len(found) > 1:
                    raise InputError(
                        where="Schelling diagram",
                        needed="a symmetric game",
                        found=f"{len(found)} payoffs for one count",
                    )
                curves[a, m] = found.pop()
        return Schelling(tuple(curves[0]), tuple(curves[1]))

    @property
    def n(self) -> int:
        return len(self.cooperate)

    def total(self, m: int) -> Fraction:
        """Of all payoffs when m cooperate."""
        first = m * self.cooperate[m - 1] if m else Fraction(0)
        return first + ((self.n - m) * self.defect[m] if m < self.n else Fraction(0))

    def pull(self, m: int) -> Fraction:
        """What one player gains by cooperating when m others do."""
        return self.cooperate[m] - self.defect[m]

    @property
    def greed(self) -> Fraction:
        return -self.pull(self.n - 1)

    @property
    def fear(self) -> Fraction:
        return -self.pull(0)

    @property
    def optimum(self) -> int:
        """The number of cooperators that is best for all together; the largest of several."""
        return max(range(self.n + 1), key=lambda m: (self.total(m), m))

    @property
    def coalition(self) -> int | None:
        """Schelling's k; None where not even all of them do better than nobody."""
        return next((k for k in range(1, self.n + 1) if self.cooperate[k - 1] > self.defect[0]), None)

    @property
    def is_dilemma(self) -> bool:
        all_of_them = self.cooperate[-1]
        return all_of_them > self.defect[0] and all_of_them > self.cooperate[0] and (self.greed > 0 or self.fear > 0)

    @property
    def kind(self) -> str:
        """In words; the names of two-player games are used for many where greed and fear are alike."""
        if self.cooperate[-1] <= self.defect[0]:
            return "deadlock: nobody is better off if all cooperate"
        name = KINDS[self.greed > 0, self.fear > 0]
        inside = [self.pull(m) > 0 for m in range(self.n)]
        turns = sum(a != b for a, b in pairwise(inside))
        return name if turns <= 1 else f"{name} at the ends, with {turns} turns between"

    def rests(self) -> list[Rest]:
        """All of them, from few cooperators to many; starts that lead to none of them walk between ties."""
        n = self.n
        ends = [self._end(m) for m in range(n + 1)]
        found = []
        for m in range(n + 1):
            if (m == 0 or self.pull(m - 1) >= 0) and (m == n or self.pull(m) <= 0):
                strict = (m == 0 or self.pull(m - 1) > 0) and (m == n or self.pull(m) < 0)
                found.append(Rest(m, self.total(m), strict, ends.count(m)))
        return found

    def _end(self, m: int) -> int | None:
        """Where one at a time, whoever gains moving, ends; None where joining and leaving both gain and it may go either way."""
        seen = set()
        while m not in seen:
            seen.add(m)
            joins, leaves = m < self.n and self.pull(m) > 0, m > 0 and self.pull(m - 1) < 0
            if joins and leaves:
                return None
            m += joins - leaves
        return m
