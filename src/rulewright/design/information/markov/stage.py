"""One state's obedience programme, kept in the solver: only what the sender wants changes from one solve to the next.

    maximise  Σ_{θ,a} x(θ,a)·w(θ,a)    subject to    Σ_a x(θ,a) = μ(θ),   Σ_θ x(θ,a)·(u(θ,a) − u(θ,b) − m) ≥ 0,   x ≥ 0

The rows stay, so that the last basis stays feasible and a few pivots lead from one w to the next.
"""

from __future__ import annotations

import numpy as np

from ....errors import Impossible, Unsolved
from ....numerics.linprog import OPTIONS, Programme
from ....numerics.rational import Array
from ..persuasion import unit


class Stage:
    """For law[θ], receiver[θ, a] and a margin in the receiver's units."""

    def __init__(self, law: Array, receiver: Array, margin: float = 0.0) -> None:
        import highspy  # here, because it takes longer to import than all of rulewright

        self._live = np.flatnonzero(law > 0)
        self._law, self._shape = law[self._live] / law[self._live].sum(), receiver.shape
        self._best = receiver.argmax(axis=1)
        self._size = unit(receiver)
        u = receiver[self._live] / self._size
        acts = receiver.shape[1]
        self._told, self._done = np.nonzero(~np.eye(acts, dtype=bool))
        programme = Programme()
        x = programme.add_columns(u.shape)
        programme.put(programme.add_rows(len(u), lower=self._law, upper=self._law)[:, None], x, 1.0)
        rows = programme.add_rows(len(self._told), lower=0.0)
        edge = u[:, self._told] - u[:, self._done] - margin / self._size
        programme.put(rows[:, None], x[:, self._told].T, edge.T)
        self._statuses, self._solver = highspy.HighsModelStatus, highspy.Highs()
        for option, setting in OPTIONS:
            self._solver.setOptionValue(option, setting)
        self._solver.setOptionValue("presolve", "off")  # smaller than presolve is worth, and a basis stays at hand
        programme.hand_to(self._solver, None, False)
        self._columns = np.arange(programme.columns, dtype=np.int32)

    def best(self, wanted: Array) -> tuple[Array, Array]:
        """(σ[θ, a], y[a, b] ≥ 0): the best signal for `wanted`[θ, a], and the prices of obedience, in wanted per receiver's unit.

        Raises Impossible where no signal has the margin.
        """
        live = wanted[self._live]
        shift, size = live.mean(), unit(live)
        self._solver.changeColsCost(len(self._columns), self._columns, -((live - shift) / size).ravel())
        self._solver.run()
        status = self._solver.getModelStatus()
        if status not in (self._statuses.kOptimal, self._statuses.kInfeasible):
            self._solver.clearSolver()  # a stale basis is the usual culprit
            self._solver.run()
            status = self._solver.getModelStatus()
        if status == self._statuses.kInfeasible:
            raise Impossible(where="obedience", needed="a signal that is obeyed", found="none")
        if status != self._statuses.kOptimal:
            raise Unsolved(where="obedience", needed="an optimum", found=self._solver.modelStatusToString(status))
        found = self._solver.getSolution()
        x = np.maximum(np.asarray(found.col_value).reshape(live.shape), 0.0)
        signal, mass = np.eye(self._shape[1])[self._best], x.sum(axis=1)
        seen = mass > 0  # of a parameter that is rarer than the solver's tolerance nothing is found: it is told
        signal[self._live[seen]] = x[seen] / mass[seen, None]
        prices = np.zeros((self._shape[1], self._shape[1]))
        duals = np.asarray(found.row_dual)[len(self._live) :]
        prices[self._told, self._done] = np.maximum(duals, 0.0) * size / self._size
        return signal, prices
