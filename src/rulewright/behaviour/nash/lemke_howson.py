"""One equilibrium of a large bimatrix game, by complementary pivoting (Lemke & Howson 1964, J. SIAM 12).

Of the polytopes P = {x ≥ 0 : Bᵀx ≤ 1} and Q = {y ≥ 0 : Ay ≤ 1}, every strategy is a label: it is at a vertex where it is
unplayed or a best reply. At the two origins all labels are present; one is dropped, what comes in twice is dropped on the
other side, and the path ends at an equilibrium. Ties are broken lexicographically, so that degenerate games do not cycle.
Paths from different labels differ in length by orders of magnitude: all labels are tried, with a limit that grows from
round to round.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array
from .bimatrix import indifferent
from .many import checked, positive

TOO_MANY, RAY, NO_MEMORY = -1, -2, -3
TINY, TIE = 1e-11, 1e-12
MOST = 5_000_000  # pivots
LARGEST_SUPPORT = 60  # of which the equations are solved in rationals


@dataclass(frozen=True, eq=False)
class Path:
    """An equilibrium, and how the path went that led there."""

    x: Array = field(repr=False)
    """[row]; mixture."""
    y: Array = field(repr=False)
    """[column]."""
    label: int
    """Dropped at the start: a row, or m + a column."""
    pivots: int
    """Of this path and of all that were given up before it."""


def lemke_howson(a: Array, b: Array, *, label: int | None = None, most: int = MOST) -> Path:
    """One equilibrium of the game with payoffs a, b [row, column], from `label` or from the best of all labels.

    Exact payoffs give an exact equilibrium where the supports have at most 60 actions and the equations have one solution,
    else one in floats. Raises Unsolved after `most` pivots, and InputError for a label that there is not, and for
    payoffs that are not two finite tables of one shape.
    """
    a, b = checked(a, b, most=most)
    u, v = rational.floats(a), rational.floats(b)
    m, n = u.shape
    if label is not None and not 0 <= label < m + n:
        raise InputError(where="Lemke–Howson", needed=f"a label from 0 to {m + n - 1}", found=str(label))
    by_columns, by_rows = np.ascontiguousarray(positive(v).T), np.ascontiguousarray(positive(u))
    spent, limit = 0, most if label is not None else 2 * (m + n)
    while spent < most:
        for k in [label] if label is not None else range(m + n):
            pivots, x, y = pivoted(by_columns, by_rows, int(k), min(limit, most - spent))
            if pivots >= 0:
                return _polished(a, b, x, y, int(k), spent + pivots)
            if pivots != TOO_MANY:
                raise Unsolved(
                    where=f"Lemke–Howson from label {k}",
                    needed="a path that ends at an equilibrium",
                    found="no memory" if pivots == NO_MEMORY else "a ray: payoffs too far apart for floats",
                    remedy="Scale the payoffs, or start from another label.",
                )
            spent += limit
            if spent >= most:
                break
        limit *= 4
    raise Unsolved(
        where="Lemke–Howson", needed="an equilibrium", found=f"none after {most:,} pivots", remedy="Allow more."
    )


def pivoted(by_columns: Array, by_rows: Array, label: int, most: int) -> tuple[int, Array, Array]:
    """(pivots or a negative reason, x, y unscaled): the path from `label` in the polytopes of the two matrices."""
    walk = kernel("lemke_howson")
    if walk is None:
        return twin(by_columns, by_rows, label, most)
    m, n = by_rows.shape
    x, y = np.zeros(m), np.zeros(n)
    sizes = map(count, (m, n, label, most))
    return int(walk(pointer(by_columns), pointer(by_rows), *sizes, pointer(x), pointer(y))), x, y


def _polished(a: Array, b: Array, x: Array, y: Array, label: int, pivots: int) -> Path:
    """The same supports, their equations solved anew: in rationals where the game is exact."""
    rows, columns = np.flatnonzero(x > 0), np.flatnonzero(y > 0)
    x, y = np.maximum(x, 0), np.maximum(y, 0)  # in degenerate games rounding may leave it below zero
    x, y = x / x.sum(), y / y.sum()
    if rational.is_exact(a) and rational.is_exact(b) and len(rows) == len(columns) <= LARGEST_SUPPORT:
        better = indifferent(b.T, columns.tolist(), rows.tolist()), indifferent(a, rows.tolist(), columns.tolist())
        if better[0] is not None and better[1] is not None:
            return Path(better[0], better[1], label, pivots)
    return Path(x, y, label, pivots)


class _Dictionary:
    """z ≥ 0 and the slacks of M z ≤ 1 in terms of those of them that are zero; variable columns + i is the slack of row i."""

    def __init__(self, matrix: Array) -> None:
        self.rows, self.columns = matrix.shape
        self.table = np.column_stack([matrix, np.ones(self.rows)])
        self.inside = self.columns + np.arange(self.rows)
        self.outside = np.arange(self.columns)

    def leaving(self, c: int) -> int | None:
        entry = self.table[:, c]
        able = np.flatnonzero(entry > TINY)
        if not len(able):
            return None
        value = self.table[able, -1] / entry[able]
        least = value.min()
        able = able[
            value <= least + TIE * max(least, 1.0)
        ]  # not of `least` alone: zeros come out as 1e-16 or below zero
        for s in range(self.rows) if len(able) > 1 else ():
            value = self._slack(s)[able] / entry[able]
            able = able[value <= value.min() + TIE]
            if len(able) == 1:
                break
        return int(able[0])

    def _slack(self, s: int) -> Array:
        """[row]: the column of the slack of row s in the full tableau."""
        at = np.flatnonzero(self.outside == self.columns + s)
        return self.table[:, at[0]] if len(at) else (self.inside == self.columns + s).astype(float)

    def exchange(self, r: int, c: int) -> None:
        inverse = 1.0 / self.table[r, c]
        row, factor = self.table[r] * inverse, self.table[:, c].copy()
        row[c], factor[r] = inverse, 0.0
        self.table[:, c] = 0.0
        self.table[r] = row
        self.table -= np.outer(factor, row)
        self.inside[r], self.outside[c] = self.outside[c], self.inside[r]

    def mixture(self) -> Array:
        played = self.inside < self.columns
        z = np.zeros(self.columns)
        z[self.inside[played]] = self.table[played, -1]
        return z


def twin(by_columns: Array, by_rows: Array, label: int, most: int) -> tuple[int, Array, Array]:
    """The kernel in NumPy."""
    m, n = by_rows.shape
    sides = (_Dictionary(by_columns), _Dictionary(by_rows))
    at, entering = (0 if label < m else 1), label
    for pivots in range(1, most + 1):
        it = sides[at]
        variable = entering if at == 0 else (n + entering if entering < m else entering - m)
        c = int(np.flatnonzero(it.outside == variable)[0])
        r = it.leaving(c)
        if r is None:
            return RAY, np.zeros(m), np.zeros(n)
        out = int(it.inside[r])
        it.exchange(r, c)
        entering = out if at == 0 else (m + out if out < n else out - n)
        at = 1 - at
        if entering == label:
            return pivots, sides[0].mixture(), sides[1].mixture()
    return TOO_MANY, np.zeros(m), np.zeros(n)
