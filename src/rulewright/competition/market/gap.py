"""The gap between a mix of AIs and people, row by row, and the programme that grows by the rows that matter.

    f(r) = Σ_i w_i U[r, i] − u_P[r],   w ≥ 0 ("cone"), or also Σ w = 1 ("hull")

Both certificates of a market, the sup-norm one (`near`) and the range one (`range`), are linear programmes with two rows for each
row of the table: f(r) ≤ top and f(r) ≥ bottom, where the ends are made of other variables. A solution is held up by some k rows,
however many there are: solve with a few, look through the table for rows that stick out furthest, add them, solve again (Kelley
1960, J. SIAM 8). The table is looked through in blocks, never copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.incremental import Growing
from ...numerics.linprog import INFINITY, Solution
from ...numerics.rational import Array
from .table import Table

KINDS = ("cone", "hull")
BLOCK = 2**22  # numbers of a block, 32 MiB
NOTHING = 1e-9  # a solver's number below this, in units of what is measured, is zero
LARGEST = 1e100  # utilities whose squares and sums are numbers
ABOVE, BELOW = 1, -1

Block = tuple[int, Array, Array, "Array | None"]
"""(number of its first row, people[r], ais[r, i], cases[r] or None)."""


class Rows(Protocol):
    """A table that may be too long to hold: what it takes to look through it."""

    @property
    def k(self) -> int: ...

    def blocks(self) -> Iterator[Block]: ...

    def take(self, rows: Array) -> tuple[Array, Array]: ...

    def note(self, rows: Array, u: Array, ais: Array) -> None: ...

    def forget(self) -> None: ...


@dataclass(frozen=True, eq=False)
class InMemory:
    """A Table as blocks of floats: views where it holds floats; also of arrays that are mapped from a file."""

    table: Table

    @classmethod
    def of(cls, table: Table) -> InMemory:
        if not rational.is_exact(table.ais) and not rational.is_exact(table.people):
            return cls(table)
        floating = rational.floats(table.people), rational.floats(table.ais)
        return cls(Table(*floating, table.names, table.rows, table.cases, table.case_names))

    @property
    def k(self) -> int:
        return self.table.k

    def blocks(self) -> Iterator[Block]:
        """Slices of the table."""
        t, step = self.table, max(1, BLOCK // max(1, self.table.k))
        for first in range(0, t.n, step):
            part = slice(first, first + step)
            cases = None if t.cases is None else t.cases[part]
            yield first, rational.floats(t.people[part]), rational.floats(t.ais[part]), cases

    def take(self, rows: Array) -> tuple[Array, Array]:
        """(people, ais) of these rows."""
        return rational.floats(self.table.people[rows]), rational.floats(self.table.ais[rows])

    def note(self, rows: Array, u: Array, ais: Array) -> None:
        """Nothing to do: all is held."""

    def forget(self) -> None:
        """Nothing to do."""


def rows_of(source: Table | Rows) -> Rows:
    return InMemory.of(source) if isinstance(source, Table) else source


def known(value: str, where: str, among: tuple[str, ...]) -> str:
    """The option, or InputError."""
    if value not in among:
        raise InputError(where=where, needed=" or ".join(map(repr, among)), found=repr(value))
    return value


@dataclass(frozen=True, eq=False)
class Scale:
    """Sizes that a first look at the table finds; the solver works in units of them."""

    unit: float
    """The largest |u_P|, or of the AIs where people want nothing at all."""
    columns: Array
    """[i]; the largest |U_i|, 1 where it is nothing."""
    rows: int
    groups: int
    """Number of cases; 1 without cases."""


def measured(source: Rows, grouped: bool) -> Scale:
    """One pass. Raises InputError where cases are asked for and there are none."""
    size, people, n, groups = np.zeros(source.k), 0.0, 0, 1
    for _, u, table, cases in source.blocks():
        np.maximum(size, np.maximum(table.max(axis=0), -table.min(axis=0)), out=size)
        people, n = max(people, float(np.abs(u).max())), n + len(u)
        if grouped:
            if cases is None:
                raise InputError(
                    where="offset per case",
                    needed="a table with cases",
                    found="none",
                    remedy="Name the column of cases.",
                )
            groups = max(groups, int(cases.max()) + 1)
    if max(people, float(size.max(initial=0.0))) > LARGEST:
        raise InputError(
            where="table", needed=f"utilities below {LARGEST:g}", found="larger ones", remedy="Choose other units."
        )
    return Scale(people or float(size.max()) or 1.0, np.where(size > 0, size, 1.0), n, groups)


@dataclass(frozen=True, eq=False)
class Extremes:
    """Where f is largest and least: overall, and in each group."""

    high: Array
    """[group]."""
    low: Array
    high_row: Array
    """[group]; −1 where a group has no rows."""
    low_row: Array
    above: tuple[Array, Array]
    """(rows where f is largest overall, f there), in falling order; none where there are groups."""
    below: tuple[Array, Array]
    """Where f is least."""


def extremes(source: Rows, w: Array, groups: int, many: int) -> Extremes:
    """One pass over the table with weights w[i]; with one group, `many` rows on each side."""
    used = np.flatnonzero(w)
    seen = _Seen(groups, many)
    for first, u, table, cases in source.blocks():
        f = (table @ w if 2 * len(used) > source.k else table[:, used] @ w[used]) - u
        seen.add(source, first, f, (u, table, cases))
    return seen.found()


def extremes_of_many(source: Rows, w: Array, groups: int, many: int) -> list[Extremes]:
    """The same of several mixes w[i, m] in one pass."""
    seen = [_Seen(groups, many) for _ in range(w.shape[1])]
    for first, u, table, cases in source.blocks():
        f = np.ascontiguousarray((table @ w - u[:, None]).T)
        for m, each in enumerate(seen):
            each.add(source, first, f[m], (u, table, cases))
    return [each.found() for each in seen]


class _Seen:
    """Extremes of one f, block by block; only rows that are among the furthest so far are noted."""

    def __init__(self, groups: int, many: int) -> None:
        self.groups, self.many = groups, many
        self.kept = {ABOVE: (np.zeros(0, int), np.zeros(0)), BELOW: (np.zeros(0, int), np.zeros(0))}  # f times the side
        if groups > 1:
            self.high, self.low = np.full(groups, -np.inf), np.full(groups, np.inf)
            self.high_row, self.low_row = np.full(groups, -1), np.full(groups, -1)

    def add(self, source: Rows, first: int, f: Array, block: tuple[Array, Array, Array | None]) -> None:
        u, table, cases = block
        if self.groups == 1:
            for side in (BELOW, ABOVE):
                new = self._furthest(first, f, side)
                source.note(first + new, u[new], table[new])
            return
        assert cases is not None
        for sign, best, where in ((1, self.high, self.high_row), (-1, self.low, self.low_row)):
            before = best[cases]
            (np.maximum if sign > 0 else np.minimum).at(best, cases, f)
            here = np.flatnonzero((f == best[cases]) & (f != before))
            where[cases[here][::-1]] = first + here[::-1]  # written last: the first row of those that tie

    def _furthest(self, first: int, f: Array, side: int) -> Array:
        """The rows of a block that are among the furthest so far; of equals the first."""
        rows, values = self.kept[side]
        far = side * f
        new = np.flatnonzero(far > values[-1]) if len(values) == self.many else np.arange(len(f))
        if len(new) > self.many:
            new = np.sort(new[np.argpartition(-far[new], self.many)[: self.many]])
        rows, values = np.concatenate([rows, first + new]), np.concatenate([values, far[new]])
        order = np.lexsort((rows, -values))[: self.many]
        self.kept[side] = rows[order], values[order]
        return new

    def found(self) -> Extremes:
        if self.groups > 1:
            none = np.zeros(0, int), np.zeros(0)
            return Extremes(self.high, self.low, self.high_row, self.low_row, none, none)
        above, below = ((rows, side * values) for side, (rows, values) in self.kept.items())
        return Extremes(above[1][:1], below[1][:1], above[0][:1], below[0][:1], above, below)


class Master:
    """The programme so far: weights, other variables of whoever asks, and rows of the table with the end that bounds them."""

    def __init__(self, scale: Scale, kind: str) -> None:
        self.scale, self.kind = scale, kind
        self.size = scale.columns / scale.unit if kind == "cone" else np.full(len(scale.columns), 1.0)
        self.programme = Growing()
        self.w = self.programme.add_columns(len(scale.columns))
        self.fixed = 0
        if kind == "hull":
            self.programme.put(self.programme.add_rows(1, lower=1.0, upper=1.0)[:, None], self.w[None], 1.0)
            self.fixed = 1
        self.rows: list[Array] = []
        self.sides: list[Array] = []
        self._there: set[tuple[int, int]] = set()

    def add(
        self, source: Rows, rows: Array, side: int, columns: Array, values: Array | float, *, equal: bool = False
    ) -> int:
        """f(r) + values·columns ≤ 0 (side 1) or ≥ 0 (side −1) for rows not there yet; columns[row, term]. How many were new."""
        new = np.array([(int(r), side) not in self._there for r in rows], dtype=bool)
        if not new.any():
            return 0
        rows, columns = rows[new], columns[new]
        self._there |= {(int(r), side) for r in rows}
        u, table = source.take(rows)
        u, table = u / self.scale.unit, table / (self.scale.unit * self.size)
        low = u if equal or side == BELOW else -INFINITY
        high = u if equal or side == ABOVE else INFINITY
        at = self.programme.add_rows(len(rows), lower=low, upper=high)[:, None]
        self.programme.put(at, self.w[None], table)
        self.programme.put(at, columns, np.broadcast_to(values, columns.shape))
        self.rows.append(rows)
        self.sides.append(np.full(len(rows), side))
        return len(rows)

    def solve(self) -> Solution:
        return self.programme.solve()

    def weights(self, found: Solution) -> Array:
        """[i]; in the table's own units, nothing below zero, summing to one where they must."""
        x = np.where(found.point()[self.w] > NOTHING, found.point()[self.w], 0.0)
        if self.fixed:
            return x / x.sum()
        return x / self.size

    def witness(self, found: Solution) -> tuple[Array, Array]:
        """(rows, ν on them): the prices of rows, both sides added up, those of nothing left out, rows in order."""
        assert found.duals is not None
        prices = found.duals[self.fixed :]
        rows = np.concatenate([*self.rows, np.zeros(0, int)])[: len(prices)]  # not those added since
        order, back = np.unique(rows, return_inverse=True)
        nu = np.zeros(len(order))
        np.add.at(nu, back, prices)
        kept = np.abs(nu) > NOTHING
        return order[kept], nu[kept]


def tell_nothing(_: str) -> Any:
    """No progress."""
