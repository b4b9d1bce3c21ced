"""Columns that a programme may leave out for now: of many that are alike only few are ever used.

The solver gets some columns; with its prices y the others are worth c − yᵀA, one product; those that pay are passed on, until
none does. Then the optimum is one of the whole programme, to the solver's own tolerance (column generation: Gilmore & Gomory
1961, Oper. Res. 9; sifting: Bixby et al. 1992, Oper. Res. 40). Where the columns so far meet no rows, the ray that proves it
prices the others (Farkas' lemma). Only columns that may be zero are left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .linprog import Programme, Solution, hand
from .rational import Array

MANY, RATIO = 20_000, 10  # columns are left out where there are so many, and so many times as many as rows
FIRST, NEXT = 20, 20  # columns of each kind to begin with, and in each round
PAYS = 1e-9  # the solver's own tolerance


def worthwhile(programme: Programme) -> bool:
    return programme.columns > max(MANY, RATIO * programme.rows)


class Sieve:
    """Which columns the solver has, and the whole matrix. Columns whose first row is the same are of one kind."""

    def __init__(self, programme: Programme, maximise: bool, cost: Array | None) -> None:
        self._cost = programme.cost() if cost is None else np.asarray(cost, float)
        *sides, self._low, self._high = programme.sides()
        self._sides = sides
        self._place = np.full(programme.columns, -1)  # [column]: its number in the solver, or −1
        self._passed = np.zeros(0, int)  # [number in the solver]: the column
        self._entries: tuple[Array, Array, Array] = (np.zeros(0, int), np.zeros(0, int), np.zeros(0))
        self._rows = 0
        start, index, value = programme.matrix()
        self.keep(start, index, value)
        self._kind = np.full(programme.columns, -1)
        row, column, _ = self._entries
        self._kind[column[::-1]] = row[::-1]  # written last: the first row
        free = np.flatnonzero((self._low == 0) & (self._kind >= 0))
        chosen = np.setdiff1d(np.arange(programme.columns), free)
        worth = self._cost if maximise else -self._cost
        self._mark(np.union1d(chosen, self._best(worth, free, FIRST)))

    def hand_to(self, solver: Any, maximise: bool) -> None:
        """Give the solver the first programme."""
        row, column, value = self._entries
        there = self._place[column] >= 0
        start = np.searchsorted(row[there], np.arange(self._rows + 1)).astype(np.int32)
        matrix = start, self._place[column[there]].astype(np.int32), value[there]
        sides = *(a[self._passed] for a in (self._cost, self._low, self._high)), *self._sides
        hand(solver, sides, matrix, maximise, np.zeros(len(self._passed), bool))

    def grow(self, cost: Array, low: Array, high: Array) -> None:
        """Columns that come later are never left out; the solver has them already."""
        first, count = len(self._place), len(cost)
        self._cost, self._low, self._high = (
            np.concatenate(pair) for pair in zip((self._cost, self._low, self._high), (cost, low, high), strict=True)
        )
        self._place = np.concatenate([self._place, np.full(count, -1)])
        self._kind = np.concatenate([self._kind, np.full(count, -1)])
        self._mark(np.arange(first, first + count))

    def keep(self, start: Array, index: Array, value: Array) -> tuple[Array, Array, Array]:
        """Remember new rows (start, column, value); returns them as the solver takes them."""
        row = np.repeat(np.arange(self._rows, self._rows + len(start) - 1), np.diff(start))
        old = self._entries
        self._entries = (
            np.concatenate([old[0], row]),
            np.concatenate([old[1], index]),
            np.concatenate([old[2], value]),
        )
        self._rows += len(start) - 1
        there = self._place[index] >= 0
        count = np.concatenate([[0], np.cumsum(there)])
        return count[start].astype(np.int32), self._place[index[there]].astype(np.int32), value[there]

    def change_cost(self, cost: Array) -> Array:
        """Costs[column] from now on; returns those of the columns that the solver has."""
        self._cost = cost
        return cost[self._passed]

    def more(self, solver: Any, maximise: bool) -> bool:
        """Pass on the columns that pay at the solver's prices; whether there were any."""
        import highspy

        out = np.flatnonzero(self._place < 0)
        status, statuses = solver.getModelStatus(), highspy.HighsModelStatus
        if not len(out):
            return False
        if status == statuses.kOptimal:
            worth = self._cost - self._product(np.array(solver.getSolution().row_dual))
            worth = worth if maximise else -worth
            wanted = self._best(worth, out[worth[out] > PAYS], NEXT)
        elif status == statuses.kInfeasible:
            # old versions do not tell the ray: then all that is left is passed on
            _, known, ray = solver.getDualRay() if hasattr(solver, "getDualRay") else (None, False, ())
            worth = self._product(np.array(ray)) if known else np.zeros(len(self._place))
            wanted = self._best(worth, out[worth[out] > PAYS], NEXT)
            wanted = wanted if len(wanted) else out  # that there is no point is said of the whole programme only
        else:
            wanted = out if status == statuses.kUnboundedOrInfeasible else out[:0]
        if len(wanted):
            self._pass_on(solver, wanted)
        return len(wanted) > 0

    def end(self, solver: Any) -> None:
        """Pass on all that is left: the method to come has no prices as exact as those of a vertex."""
        self._pass_on(solver, np.flatnonzero(self._place < 0))

    def whole(self, found: Solution) -> Solution:
        """With the columns that were left out, which are zero."""
        if found.x is None:
            return found
        x = np.zeros(len(self._place))
        x[self._passed] = found.x
        reduced = None if found.duals is None else self._cost - self._product(found.duals)
        return replace(found, x=x, reduced=reduced)

    def _mark(self, columns: Array) -> None:
        self._place[columns] = np.arange(len(self._passed), len(self._passed) + len(columns))
        self._passed = np.concatenate([self._passed, columns])

    def _product(self, prices: Array) -> Array:
        """[column]: yᵀA."""
        row, column, value = self._entries
        return np.bincount(column, value * prices[row], minlength=len(self._place))

    def _best(self, worth: Array, candidates: Array, most: int) -> Array:
        """Of the candidates (column numbers), the `most` of each kind that are worth most."""
        order = candidates[np.lexsort((-worth[candidates], self._kind[candidates]))]
        kind = self._kind[order]
        first = np.flatnonzero(np.concatenate([[True], kind[1:] != kind[:-1]])) if len(kind) else np.zeros(0, int)
        rank = np.arange(len(kind)) - np.repeat(first, np.diff(np.append(first, len(kind))))
        return np.sort(order[rank < most])

    def _pass_on(self, solver: Any, columns: Array) -> None:
        row, column, value = self._entries
        number = np.full(len(self._place), -1)
        number[columns] = np.arange(len(columns))
        at = np.flatnonzero(number[column] >= 0)
        owner = number[column[at]]
        order = np.argsort(owner, kind="stable")
        starts = np.searchsorted(owner[order], np.arange(len(columns))).astype(np.int32)
        rows, values = row[at][order].astype(np.int32), value[at][order]
        cost, low, high = (a[columns] for a in (self._cost, self._low, self._high))
        solver.addCols(len(columns), cost, low, high, len(rows), starts, rows, values)
        self._mark(columns)
