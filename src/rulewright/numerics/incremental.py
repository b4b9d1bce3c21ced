"""A programme that stays in the solver and grows: rows and columns added after a solve start from the last basis.

For rows that are too many to write down (incentives, Border's inequalities): solve with a few, look for those that the
point breaks, add them, solve again (Kelley 1960, J. SIAM 8). Use it as a Programme; `solve` passes on only what is new:

    p = Growing()
    x = p.add_columns(3, cost=1.0)
    …
    while len(broken := separate(p.solve(maximise=True).point()[x])):
        p.put(p.add_rows(len(broken), upper=…)[:, None], x[broken], …)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import InputError
from .linprog import INFINITY, OPTIONS, Programme, Solution, compressed, read
from .rational import Array
from .sieve import Sieve, worthwhile

METHODS = ("simplex", "interior", "interior with crossover")

INTERIOR_TOLERANCE = 1e-6


class Growing(Programme):
    """A Programme whose second and later solves are warm. Coefficients go into rows added since the last solve only."""

    def __init__(self) -> None:
        super().__init__()
        self._solver: Any = None
        self._passed = (0, 0, 0, 0)  # rows, columns, and numbers of side and column blocks that the solver has
        self._sieve: Sieve | None = None
        self.seconds = 0.0
        """Wall-clock seconds inside the solver so far."""

    def solve(  # type: ignore[override]  # continuous only: no gap, no start
        self,
        cost: Array | None = None,
        *,
        maximise: bool = False,
        seconds: float = INFINITY,
        method: str = "simplex",
    ) -> Solution:
        """Solve for the columns' costs, or for `cost`[column]; raises Unsolved if HiGHS gives no verdict.

        `method`: "simplex" starts from the last basis; "interior" starts afresh, is the fastest on large degenerate
        programmes, and leaves a point in the middle of the optimal face, without a basis; "interior with crossover" moves
        on to a vertex, from which simplex can go on.
        """
        import highspy

        if method not in METHODS:
            raise InputError(where="method", needed=" or ".join(METHODS), found=repr(method))
        if self._solver is None:
            self._solver = highspy.Highs()
            for option, setting in OPTIONS:
                self._solver.setOptionValue(option, setting)
            if method == "simplex" and worthwhile(self):
                self._sieve = Sieve(self, maximise, cost)
                self._sieve.hand_to(self._solver, maximise)
            else:
                self.hand_to(self._solver, cost, maximise)
        else:
            self._pass_news()
            if cost is not None:
                self._change_cost(np.asarray(cost, float))
            sense = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
            self._solver.changeObjectiveSense(sense)
        if self._sieve is not None and method != "simplex":
            self._sieve.end(self._solver)
        self._blocks.clear()
        self._passed = (self.rows, self.columns, len(self._sides), len(self._bounds))
        option = self._solver.setOptionValue
        option("solver", "simplex" if method == "simplex" else "ipm")
        option("run_crossover", "on" if method == "interior with crossover" else "off")
        option("presolve", "off" if method == "interior" else "choose")  # it cannot take duals back without a basis
        for side in ("primal", "dual"):  # a point that is no vertex meets its rows to less than nine digits
            option(f"{side}_feasibility_tolerance", INTERIOR_TOLERANCE if method == "interior" else 1e-9)
        option("time_limit", self._solver.getRunTime() + seconds if seconds < INFINITY else INFINITY)
        before = self._solver.getRunTime()
        self._solver.run()
        while self._sieve is not None and self._sieve.more(self._solver, maximise):
            self._solver.run()
        self.seconds += self._solver.getRunTime() - before
        found = read(self._solver, highspy)
        return found if self._sieve is None else self._sieve.whole(found)

    def _change_cost(self, cost: Array) -> None:
        if self._sieve is not None:
            cost = self._sieve.change_cost(cost)
        self._solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def tighten(self, rows: Array, *, upper: float) -> None:
        """Give rows added before another upper side, in the solver too."""
        super().tighten(rows, upper=upper)
        if self._solver is None:
            return
        lower = np.concatenate([side[0] for side in self._sides])
        old = np.unique(np.asarray(rows)[np.asarray(rows) < self._passed[0]])
        for row in old.tolist():
            self._solver.changeRowBounds(row, lower[row], upper)

    def put(self, rows: Array, columns: Array, values: Array | float) -> None:
        """As in Programme; raises InputError for a row that the solver has already."""
        if np.size(rows) and np.min(rows) < self._passed[0]:
            raise InputError(
                where="growing programme",
                needed=f"coefficients in rows added since the last solve (from {self._passed[0]})",
                found=f"row {np.min(rows)}",
            )
        super().put(rows, columns, values)

    def _pass_news(self) -> None:
        rows, columns, sides, bounds = self._passed
        none = np.zeros(0, np.int32)
        if count := self.columns - columns:
            lower, upper = (np.concatenate([b[k] for b in self._bounds[bounds:]]) for k in range(2))
            cost = np.concatenate(self._cost[bounds:])
            self._solver.addCols(count, cost, lower, upper, 0, np.zeros(count, np.int32), none, np.zeros(0))
            if self._sieve is not None:
                self._sieve.grow(cost, lower, upper)
            if np.concatenate(self._integer[bounds:]).any():
                raise InputError(
                    where="growing programme", needed="continuous variables after a solve", found="integers"
                )
        if count := self.rows - rows:
            lower, upper = (np.concatenate([s[k] for s in self._sides[sides:]]) for k in range(2))
            start, index, value = compressed(self._blocks, self.columns, self.rows, first=rows)
            if self._sieve is not None:
                start, index, value = self._sieve.keep(start, index, value)
            self._solver.addRows(count, lower, upper, len(index), start[:-1], index, value)
