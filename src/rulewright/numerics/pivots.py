"""Many exact linear programmes over one polytope: HiGHS finds a basis, rationals check it, and exact pivots mend it if need be.

    maximise  c·x   subject to   A x = b in the first `equal` rows, A x ≥ b in the others,   x ≥ 0

A basis B of the columns of [A, −I] gives the point B⁻¹b and the prices c_B·B⁻¹ (the slack of equations is zero). Where the
point breaks no bound and no column is worth more than its price, both are exactly optimal: degeneracy does not matter, as no
decimals are read. Else Bland's rule (1977, Math. Oper. Res. 2) pivots on from there, in rationals, primal or dual, whichever
still holds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import Unsolved
from . import rational
from .exact import ZERO, dot
from .incremental import Growing
from .linear import unique_solution
from .linprog import INFINITY
from .rational import Array

MOST_PIVOTS = 200  # exact ones; a few at most are ever needed where the solver's tolerance hides a sign


class Vertices:
    """The polytope; `best` goes to an optimal vertex. All arrays exact: rows[row, column], sides[row]."""

    def __init__(self, rows: Array, sides: Array, equal: int) -> None:
        self.rows, self.sides = rows, sides
        self.equal = equal
        size = np.array([float(abs(row).max()) or 1.0 for row in rows])
        self.programme = Growing()
        self.x = self.programme.add_columns(rows.shape[1])
        lower = rational.floats(sides) / size
        upper = np.where(np.arange(len(rows)) < equal, lower, INFINITY)
        number = self.programme.add_rows(len(rows), lower=lower, upper=upper)
        self.programme.put(number[:, None], self.x[None], rational.floats(rows) / size[:, None])
        slack = np.full((len(rows), len(rows)), ZERO, dtype=object)
        np.fill_diagonal(slack, ZERO - 1)
        self.whole = np.concatenate([rows, slack], axis=1)
        self.none = rows.shape[1] + np.arange(equal)
        """Columns for the slack of equations: may be basic where an equation repeats others, at zero."""

    def best(self, cost: Array) -> tuple[Array, Array]:
        """(x[column], y[row]): an optimal vertex, and prices that prove it: y ≤ 0 on inequalities, A'y ≥ c, y·b = c·x.

        Raises Unsolved where the programme has no optimum, or none is found from the solver's basis.
        """
        size = float(abs(cost).max()) or 1.0
        self.programme.solve(cost=rational.floats(cost) / size, maximise=True).point()
        c = np.concatenate([cost, np.full(len(self.rows), ZERO, dtype=object)])
        basis = self._basis()
        for _ in range(MOST_PIVOTS):
            point, prices = self._solved(basis, self.sides), self._priced(basis, c)
            worth = c - dot(self.whole.T, prices)
            worth[self.none] = ZERO
            if (point[np.isin(basis, self.none)] != 0).any():
                break
            if (worth <= 0).all():
                if (point >= 0).all():
                    x = np.full(len(c), ZERO, dtype=object)
                    x[basis] = point
                    return x[: len(cost)], prices
                self._dual_pivot(basis, point, worth)
            elif (point >= 0).all():
                self._primal_pivot(basis, point, worth)
            else:
                break
        raise Unsolved(where="exact linear programme", needed="an optimal basis", found="none near the solver's")

    def _basis(self) -> Array:
        """Columns of `whole` that the solver calls basic."""
        import highspy

        found, basic = self.programme._solver.getBasis(), highspy.HighsBasisStatus.kBasic
        columns = [k for k, status in enumerate(found.col_status) if status == basic]
        loose = [self.rows.shape[1] + r for r, status in enumerate(found.row_status) if status == basic]
        return np.array(columns + loose, dtype=int)

    def _solved(self, basis: Array, sides: Array) -> Array:
        found = unique_solution(self.whole[:, basis].tolist(), sides.tolist())
        return self._checked(found)

    def _priced(self, basis: Array, cost: Array) -> Array:
        return self._checked(unique_solution(self.whole[:, basis].T.tolist(), cost[basis].tolist()))

    @staticmethod
    def _checked(found: list[Any] | None) -> Array:
        if found is None:
            raise Unsolved(where="exact linear programme", needed="a basis", found="columns that depend on each other")
        return rational.filled((len(found),), found)

    def _primal_pivot(self, basis: Array, point: Array, worth: Array) -> None:
        entering = int(np.flatnonzero(worth > 0)[0])
        change = self._solved(basis, self.whole[:, entering])
        rows = np.flatnonzero(change > 0)
        if not len(rows):
            raise Unsolved(where="exact linear programme", needed="an optimum", found="none: it is unbounded")
        basis[min(rows, key=lambda r: (point[r] / change[r], basis[r]))] = entering

    def _dual_pivot(self, basis: Array, point: Array, worth: Array) -> None:
        leaving = min(np.flatnonzero(point < 0), key=lambda r: basis[r])
        unit = np.full(len(basis), ZERO, dtype=object)
        unit[leaving] = unit[leaving] + 1
        row = dot(self.whole.T, self._checked(unique_solution(self.whole[:, basis].T.tolist(), unit.tolist())))
        row[basis] = ZERO
        row[self.none] = ZERO
        columns = np.flatnonzero(row < 0)
        if not len(columns):
            raise Unsolved(where="exact linear programme", needed="a point", found="none: it is infeasible")
        basis[leaving] = min(columns, key=lambda j: (worth[j] / row[j], j))
