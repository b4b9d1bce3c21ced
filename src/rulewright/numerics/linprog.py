"""Linear and mixed-integer programmes for HiGHS, assembled from blocks of coefficients without a loop over rows.

    minimise  c·x   subject to   lower ≤ A x ≤ upper,   bounds on x,   some x integer

A block is three arrays (row, column, value); blocks are appended, and duplicates added up, when the matrix is made.
HiGHS: Huangfu & Hall 2018, Math. Program. Comput. 10.
"""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from ..errors import Unsolved
from .rational import Array

INFINITY = float("inf")
OPTIONS: tuple[tuple[str, bool | int | float], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 0),  # same programme, same bytes
    ("primal_feasibility_tolerance", 1e-9),
    ("dual_feasibility_tolerance", 1e-9),
    ("mip_rel_gap", 0.0),  # an optimum is an optimum with whole columns, too
    ("mip_abs_gap", 1e-9),
)


@dataclass(frozen=True, eq=False)
class Solution:
    """What the solver found. `x` is None unless `status` is "optimal", or "stopped" with a point in hand."""

    status: str
    """"optimal", "infeasible", "unbounded", or "stopped" (at the gap or the time allowed, if that was accepted)."""
    value: float
    x: Array | None = field(default=None, repr=False)
    """[column]."""
    duals: Array | None = field(default=None, repr=False)
    """[row]; change of the optimal value per unit of the row's right-hand side."""
    reduced: Array | None = field(default=None, repr=False)
    """[column]; change of the optimal value per unit of the column, moved off its bound."""
    bound: float = float("nan")
    """No point is better than this; the value itself if optimal."""

    def point(self) -> Array:
        """`x`, or Unsolved where there is none."""
        if self.x is None:
            raise Unsolved(needed="an optimal point", found=f"a programme that is {self.status}")
        return self.x


class Programme:
    """A programme under construction: add columns, then rows, then `solve`."""

    def __init__(self) -> None:
        self._cost: list[Array] = []
        self._bounds: list[tuple[Array, Array]] = []
        self._integer: list[Array] = []
        self._blocks: list[tuple[Array, Array, Array]] = []
        self._sides: list[tuple[Array, Array]] = []
        self.columns = 0
        self.rows = 0

    def add_columns(
        self,
        shape: int | tuple[int, ...],
        *,
        lower: float | Array = 0.0,
        upper: float | Array = INFINITY,
        cost: float | Array = 0.0,
        integer: bool = False,
    ) -> Array:
        """New variables; returns their column numbers in the shape asked for."""
        shape = (shape,) if isinstance(shape, int) else shape
        count = int(np.prod(shape))
        self._cost.append(np.broadcast_to(np.asarray(cost, float), shape).ravel())
        self._bounds.append(
            (
                np.broadcast_to(np.asarray(lower, float), shape).ravel(),
                np.broadcast_to(np.asarray(upper, float), shape).ravel(),
            )
        )
        self._integer.append(np.full(count, integer))
        first, self.columns = self.columns, self.columns + count
        return np.arange(first, first + count).reshape(shape)

    def add_rows(
        self, shape: int | tuple[int, ...], *, lower: float | Array = -INFINITY, upper: float | Array = INFINITY
    ) -> Array:
        """New rows lower ≤ … ≤ upper, empty so far; returns their row numbers in the shape asked for."""
        shape = (shape,) if isinstance(shape, int) else shape
        count = int(np.prod(shape))
        low, high = (np.broadcast_to(np.asarray(side, float), shape).ravel().copy() for side in (lower, upper))
        self._sides.append((low, high))
        first, self.rows = self.rows, self.rows + count
        return np.arange(first, first + count).reshape(shape)

    def tighten(self, rows: Array, *, upper: float) -> None:
        """Give rows added before another upper side."""
        first = 0
        for _, side in self._sides:
            inside = (rows >= first) & (rows < first + len(side))
            side[np.asarray(rows)[inside] - first] = upper
            first += len(side)

    def put(self, rows: Array, columns: Array, values: Array | float) -> None:
        """Add values to coefficients; the three arrays are broadcast against each other. Zeros are dropped."""
        r, c, v = np.broadcast_arrays(rows, columns, np.asarray(values, float))
        keep = v != 0
        self._blocks.append((r[keep], c[keep], v[keep]))

    def fixed(self, columns: Array, values: Array) -> Programme:
        """A copy with these columns at given values and no column whole any more: what is left is linear."""
        there = copy(self)
        low, high = (np.concatenate([bound[k] for bound in self._bounds]) for k in range(2))
        low[columns] = high[columns] = values
        there._bounds = [(low, high)]
        there._integer = [np.zeros(self.columns, bool)]
        there._cost, there._blocks = [*self._cost], [*self._blocks]
        there._sides = [(lower.copy(), upper.copy()) for lower, upper in self._sides]
        return there

    def needs_columns(self) -> bool:
        """Whether some row excludes zero, so that a programme without columns would be infeasible."""
        return any((lower > 0).any() or (upper < 0).any() for lower, upper in self._sides)

    def matrix(self) -> tuple[Array, Array, Array]:
        """Compressed rows (start, column, value), duplicates added up."""
        return compressed(self._blocks, self.columns, self.rows)

    def add_cost(self, total: Array) -> None:
        """Add `total`[column] to the columns' costs, before the first solve."""
        edges = np.cumsum([0, *map(len, self._cost)])
        self._cost = [c + total[a:b] for c, a, b in zip(self._cost, edges, edges[1:], strict=False)]

    def sides(self) -> tuple[Array, Array, Array, Array]:
        """([row] least, [row] most, [column] least, [column] most)."""
        rows = [np.concatenate([s[k] for s in self._sides]) if self._sides else np.zeros(0) for k in range(2)]
        columns = [np.concatenate([b[k] for b in self._bounds]) for k in range(2)]
        return rows[0], rows[1], columns[0], columns[1]

    def cost(self) -> Array:
        return np.concatenate(self._cost)

    def hand_to(self, solver, cost: Array | None, maximise: bool) -> None:
        """Give HiGHS the programme, for the columns' costs, or for `cost`[column] instead."""
        least, most, low, high = self.sides()
        sides = self.cost() if cost is None else np.asarray(cost, float), low, high, least, most
        hand(solver, sides, self.matrix(), maximise, np.concatenate(self._integer))

    def solve(
        self,
        cost: Array | None = None,
        *,
        maximise: bool = False,
        seconds: float = INFINITY,
        gap: float = 0.0,
        start: Array | None = None,
        partial: bool = False,
    ) -> Solution:
        """Solve for the columns' costs, or for `cost`[column] instead. Raises Unsolved if HiGHS gives no verdict.

        Integer programmes may be stopped at an absolute `gap`, given a `start`[column], and with `partial` return the best
        point found in `seconds`, with its bound, instead of raising.
        """
        import highspy  # here, because it takes longer to import than all of rulewright

        solver = self._ready(highspy, cost, maximise, seconds)
        if gap:
            solver.setOptionValue("mip_abs_gap", float(gap))
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = [float(value) for value in start]
            solver.setSolution(given)
        solver.run()
        return read(solver, highspy, partial=partial, integer=bool(np.concatenate(self._integer).any()))

    def sweep(self, costs: Array, *, maximise: bool = False, seconds: float = INFINITY) -> Array:
        """[objective]: the optimal value for each of `costs`[objective, column], every one from the last one's basis.

        NaN where `seconds`, which are for all of them, have run out, or where there is no optimum.
        """
        import highspy

        solver = self._ready(highspy, costs[0], maximise, seconds)
        columns = np.arange(self.columns, dtype=np.int32)
        found = np.full(len(costs), np.nan)
        for k, cost in enumerate(costs):
            solver.changeColsCost(self.columns, columns, np.asarray(cost, float))
            solver.run()
            if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                found[k] = solver.getInfo().objective_function_value
        return found

    def _ready(self, highspy, cost: Array | None, maximise: bool, seconds: float):
        """A solver that holds the programme."""
        solver = highspy.Highs()
        for option, setting in OPTIONS:
            solver.setOptionValue(option, setting)
        if seconds < INFINITY:
            solver.setOptionValue("time_limit", float(seconds))
        self.hand_to(solver, cost, maximise)
        return solver


def hand(solver, sides: tuple[Array, ...], matrix: tuple[Array, Array, Array], maximise: bool, integer: Array) -> None:
    """Give HiGHS arrays, which is far faster than its own object: (cost, low, high [column], least, most [row]), rows."""
    import highspy

    sense = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
    layout = int(highspy.MatrixFormat.kRowwise)
    sizes = len(sides[0]), len(sides[3]), len(matrix[1])
    kinds = integer.astype(np.int32)  # HighsVarType: 0 continuous, 1 integer
    solver.passModel(*sizes, layout, int(sense), 0.0, *sides, *matrix, kinds)


def compressed(
    blocks: list[tuple[Array, Array, Array]], columns: int, rows: int, *, first: int = 0
) -> tuple[Array, Array, Array]:
    """Blocks as compressed rows (start, column, value) of the rows from `first` on, duplicates added up."""
    if not blocks:
        return np.zeros(rows - first + 1, np.int32), np.zeros(0, np.int32), np.zeros(0)
    r, c, v = (np.concatenate([block[k] for block in blocks]) for k in range(3))
    key = r.astype(np.int64) * max(columns, 1) + c
    order = np.argsort(key, kind="stable")
    key, v = key[order], v[order]
    edge = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, int)
    total = np.add.reduceat(v, edge) if len(key) else v
    at, index = key[edge] // max(columns, 1), key[edge] % max(columns, 1)
    start = np.searchsorted(at, np.arange(first, rows + 1))
    return start.astype(np.int32), index.astype(np.int32), total


def read(solver, highspy, *, partial: bool = False, integer: bool = False) -> Solution:
    """What HiGHS has found; raises Unsolved where that is no verdict."""
    statuses = highspy.HighsModelStatus
    status, info = solver.getModelStatus(), solver.getInfo()
    value, bound = info.objective_function_value, info.mip_dual_bound if integer else info.objective_function_value
    if status == statuses.kOptimal:
        if not math.isfinite(bound):  # solved without a tree, from a point given: HiGHS then leaves its bound unset
            bound = value
        found = solver.getSolution()
        x, duals, reduced = (np.array(part) for part in (found.col_value, found.row_dual, found.col_dual))
        return Solution("optimal", value, x, duals, reduced, bound)
    if partial and status == statuses.kTimeLimit:
        has = info.primal_solution_status == 2  # kSolutionStatusFeasible
        point = np.array(solver.getSolution().col_value) if has else None
        return Solution("stopped", value if has else float("nan"), point, bound=bound)
    if status == statuses.kInfeasible:
        return Solution("infeasible", float("nan"))
    if status in (statuses.kUnbounded, statuses.kUnboundedOrInfeasible):
        return Solution("unbounded", float("nan"))
    raise Unsolved(
        where="linear programme",
        needed="an optimum or a proof that there is none",
        found=solver.modelStatusToString(status),
        remedy="Scale the payoffs to a moderate range, or allow more time.",
    )
