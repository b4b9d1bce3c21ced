"""Promises that no group of 2 … k players gains by upsetting together; rows added lazily, as deviations are found.

With side payments, what all members of a group gain together by any joint deviation must be at most −slack: linear in
the coefficients. Without, some member of every group that deviates must lose by slack at least: one of as many linear
rows as there are members, a choice made by binary columns (Aumann 1959, on strong equilibria, asks it of all groups).

Members who do not move gain or lose by what the others do. Without side payments they can be left out: where one of
those who move loses, no larger group gains. With side payments they are the ones who pay.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...errors import InputError, TooLarge, Unsolved
from ...numerics.linprog import Programme, Solution
from ...numerics.rational import Array
from .family import Family

MOST_DEVIATIONS = 5_000_000
ADDED = 20  # deviations per set of movers, worst first, that are added in one round
ROUNDS = 200
SHORT = 1e-8  # relative; what a deviation may be short of the slack by before its row is added


@dataclass(frozen=True)
class Groups:
    """Which groups must not gain."""

    size: int = 1
    """Groups of 2 … size players; 1: none is considered."""
    side_payments: bool = False

    def __post_init__(self) -> None:
        if self.size < 1:
            raise InputError(where="coalition", needed="a size of at least 1", found=str(self.size))


@dataclass(frozen=True)
class _Upset:
    """A joint deviation: the cell it leads to, and the group whose gains count."""

    cell: int
    members: tuple[int, ...]


class Guard:
    """The deviations found so far from one wanted profile, and the rows that break them."""

    def __init__(self, family: Family, star: tuple[int, ...], groups: Groups) -> None:
        self.family, self.star, self.groups = family, star, groups
        self.at = int(family.cells[star])
        self.known: list[_Upset] = []
        self.programme: Programme | None = None  # the one that has their rows
        self.choices: list[tuple[Array, Array]] = []
        active = family.game.active
        size = min(groups.size, len(active))
        self.movers = [
            m for k in range(1 if groups.side_payments else 2, size + 1) for m in itertools.combinations(active, k)
        ]
        tries = sum(int(np.prod([family.shape[i] for i in m])) for m in self.movers) if groups.size > 1 else 0
        if tries > MOST_DEVIATIONS:
            raise TooLarge(
                where="coalition",
                needed=f"at most {MOST_DEVIATIONS:,} joint deviations",
                found=f"{tries:,}",
                remedy="Ask for smaller groups.",
            )

    def solve(self, programme: Programme, columns: Array, cost: Array | None = None) -> Solution:
        """The optimum of a programme in which no group gains; deviations are added to it until that is so.

        The programme keeps the rows. Raises Unsolved after too many rounds.
        """
        if programme is not self.programme:
            self.programme = programme
            self.choices = [self._row(programme, columns, upset) for upset in self.known]
        for _ in range(ROUNDS):
            width = programme.columns
            wide = None if cost is None else np.concatenate([cost, np.zeros(width - len(cost))])
            found = programme.solve(wide)
            if found.x is None or self.groups.size < 2:
                return found
            new = list(self.upsets(found.x[columns]))
            if not new:
                return self._settled(programme, wide, found)
            self.known += new
            self.choices += [self._row(programme, columns, upset) for upset in new]
        raise Unsolved(where="coalition", needed=f"no new deviation within {ROUNDS} rounds", found="more of them")

    def upsets(self, c: Array) -> Iterator[_Upset]:
        """Joint deviations that fall short at coefficients c, the worst of each set of movers first."""
        family = self.family
        payoff = (family.payoff + family.transfer(c)).reshape(family.game.n, -1)
        gain = payoff - payoff[:, [self.at]]  # [player, cell]
        known = {(upset.cell, upset.members) for upset in self.known}
        for movers in self.movers if self.groups.size > 1 else ():
            cells = self._cells(movers)
            members, worth = self._judged(movers, gain[:, cells])
            short = np.flatnonzero(worth > -family.slack + SHORT * family.size)
            for k in short[np.argsort(-worth[short], kind="stable")][:ADDED]:
                upset = _Upset(int(cells[k]), tuple(int(i) for i in members[k]))
                if (upset.cell, upset.members) not in known:
                    yield upset

    def _cells(self, movers: tuple[int, ...]) -> Array:
        """Cells that differ from a* in exactly these players' actions."""
        index = [[a] for a in self.star]
        for i in movers:
            index[i] = [a for a in range(self.family.shape[i]) if a != self.star[i]]
        return self.family.cells[np.ix_(*index)].ravel()

    def _judged(self, movers: tuple[int, ...], gain: Array) -> tuple[list[tuple[int, ...]], Array]:
        """(group [cell], what it gains [cell]): together, with the idle who gain most; or its least lucky member."""
        if not self.groups.side_payments:
            return [movers] * gain.shape[1], gain[list(movers)].min(axis=0)
        idle = [i for i in self.family.game.active if i not in movers]
        room = min(self.groups.size - len(movers), len(idle))
        order = np.argsort(-gain[idle], axis=0, kind="stable")[:room] if idle else np.zeros((0, gain.shape[1]), int)
        best = np.take_along_axis(gain[idle], order, axis=0)
        joins = best > 0
        joins[: 1 if len(movers) == 1 else 0] = True  # a group has two members
        members = [
            (*movers, *(idle[i] for i, yes in zip(order[:, k], joins[:, k], strict=True) if yes))
            for k in range(gain.shape[1])
        ]
        return members, gain[list(movers)].sum(axis=0) + np.where(joins, best, 0).sum(axis=0)

    def _row(self, programme: Programme, columns: Array, upset: _Upset) -> tuple[Array, Array]:
        """(rows, binary columns): what breaks one deviation; no binaries where the gains are added up."""
        family, members = self.family, upset.members
        gain = np.array([family.payoff[i].flat[upset.cell] - family.payoff[i].flat[self.at] for i in members])
        if self.groups.side_payments:
            rows = programme.add_rows(1, upper=-family.slack - gain.sum())
            for i in members:
                self._change(programme, rows, columns, i, upset.cell)
            return rows, np.zeros(0, int)
        most = np.array([self._most(i, upset.cell) for i in members])
        loses = programme.add_columns(len(members), upper=1.0, integer=True)
        programme.put(programme.add_rows(1, lower=1.0), loses, 1.0)
        rows = programme.add_rows(
            len(members), upper=most
        )  # t(cell) − t(a*) ≤ most, and ≤ −slack − gain where it loses
        programme.put(rows, loses, most + family.slack + gain)
        for k, i in enumerate(members):
            self._change(programme, rows[[k]], columns, i, upset.cell)
        return rows, loses

    def _change(self, programme: Programme, rows: Array, columns: Array, i: int, cell: int) -> None:
        for cells, sign in ((cell, 1.0), (self.at, -1.0)):
            self.family.put_payment(programme, rows, columns, i, np.array([cells]), sign)

    def _most(self, i: int, cell: int) -> float:
        """The most that payments may add to what i gains by the deviation."""
        family = self.family
        change = np.zeros(len(family.low))
        np.add.at(change, family.which[i][cell], family.amount[i][cell])
        np.add.at(change, family.which[i][self.at], -family.amount[i][self.at])
        return float((np.maximum(change, 0) * family.high + np.minimum(change, 0) * family.low).sum())

    def _settled(self, programme: Programme, cost: Array | None, found: Solution) -> Solution:
        """With who loses fixed, a linear programme: binaries that are nearly whole leave no play in large rows."""
        binaries = [loses for _, loses in self.choices if len(loses)]
        if not binaries or found.x is None:
            return found
        chosen = np.concatenate(binaries)
        return programme.fixed(chosen, np.round(found.x[chosen])).solve(cost)
