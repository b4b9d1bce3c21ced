"""The two programmes of one state that bracket the sender's value as a function of what it has promised (see `patient`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....errors import Unsolved
from ....numerics.linprog import INFINITY, OPTIONS, Programme
from ....numerics.rational import Array, floats
from ..persuasion import unit
from .process import Process
from .receiver import rate_of

AGAIN = (
    ("presolve", "off", "off"),
    ("presolve", "on", "off"),
    ("simplex_strategy", 4, 1),
    ("solver", "ipm", "simplex"),
)
"""(option, setting, what it is otherwise) of HiGHS: tried in turn where there was no optimum."""


class _State:
    """What both programmes share: x(θ,a), its law, and obedience without what is promised. In units of the payoffs' ranges."""

    def __init__(self, process: Process, s: int, threats: Array, margin: float) -> None:
        law, u, v = floats(process.law)[s], floats(process.receiver), floats(process.sender)
        self.size_u, self.size_v = unit(u), unit(v)
        self.rho, self.delta = rate_of(process), float(process.discount)
        self.live = np.flatnonzero(law > 0)
        self.next = floats(process.moves)[s][self.live]  # [θ, a, s′]
        self.u, self.v = u[s][self.live] / self.size_u, v[s][self.live] / self.size_v
        self.states, self.acts = process.states, process.acts
        self.programme = Programme()
        self.x = self.programme.add_columns(self.u.shape, cost=self.v)
        laws = self.programme.add_rows(len(self.live), lower=law[self.live], upper=law[self.live])
        self.programme.put(laws[:, None], self.x, 1.0)
        instead = self.u + self.rho * (
            self.next @ (threats / self.size_u)
        )  # [θ, b]: disobey, and be told nothing any more
        self.told, done = np.nonzero(~np.eye(self.acts, dtype=bool))
        self.rows = self.programme.add_rows(len(self.told), lower=0.0)
        edge = self.u[:, self.told] - instead[:, done] - margin / self.size_u
        self.programme.put(self.rows[:, None], self.x[:, self.told].T, edge.T)
        self.promise = self.programme.add_rows(1, lower=-INFINITY)
        self.programme.put(self.promise, self.x.ravel(), self.u.ravel())

    def later(self, columns: Array, weight: Array | float) -> None:
        """Columns [a, s′, …] times weight are what is promised for after a: into obedience and promise."""
        flat = columns.reshape(self.acts, -1)
        weight = np.broadcast_to(weight, columns.shape).reshape(self.acts, -1) * self.rho
        self.programme.put(self.rows[:, None], flat[self.told], weight[self.told])
        self.programme.put(self.promise, flat.ravel(), weight.ravel())

    def mass(self, rows: Array, factor: Array | float = 1.0) -> None:
        """Subtract factor·p(a,s′) in rows [a, s′]."""
        each = -np.broadcast_to(factor, rows.shape)[None] * self.next
        self.programme.put(rows[None], self.x[:, :, None], each)

    def solver(self) -> Any:
        import highspy

        found = highspy.Highs()
        for option, setting in OPTIONS:
            found.setOptionValue(option, setting)
        found.setOptionValue("presolve", "off")
        self.programme.hand_to(found, None, True)
        return found

    def swept(self, solver: Any, promises: Array) -> tuple[Array, Array]:
        """(value, slope [k]) for each promise, one after the other from the last basis."""
        import highspy

        row, statuses = int(self.promise[0]), highspy.HighsModelStatus
        values, slopes = np.zeros((2, len(promises)))
        for k, promise in enumerate(promises / self.size_u):
            solver.changeRowBounds(row, float(promise), INFINITY)
            solver.run()
            for option, setting, usual in AGAIN:  # a stale basis is the usual culprit
                if solver.getModelStatus() == statuses.kOptimal:
                    break
                solver.clearSolver()
                solver.setOptionValue(option, setting)
                solver.run()
                solver.setOptionValue(option, usual)
            if solver.getModelStatus() != statuses.kOptimal:
                raise Unsolved(
                    where="promises", needed="an optimum", found=solver.modelStatusToString(solver.getModelStatus())
                )
            values[k] = solver.getInfo().objective_function_value
            slopes[k] = min(solver.getSolution().row_dual[row], 0.0)
        return values * self.size_v, slopes * self.size_v / self.size_u


class Inside:
    """Promises from the grid [s′, k] by public lottery. Only what the next step is worth changes between solves."""

    def __init__(self, process: Process, s: int, threats: Array, grid: Array, margin: float = 0.0) -> None:
        self._state = state = _State(process, s, threats, margin)
        shape = (state.acts, *grid.shape)
        self._y = state.programme.add_columns(shape)
        link = state.programme.add_rows(shape[:2], lower=0.0, upper=0.0)
        state.programme.put(link[..., None], self._y, 1.0)
        state.mass(link)
        state.later(self._y, grid / state.size_u)
        self._solver = state.solver()

    def values(self, later: Array, promises: Array) -> Array:
        """[k]: what the sender gets for each of `promises`, if from the next step on it gets later[s′, k]."""
        cost = np.broadcast_to(self._state.delta * later / self._state.size_v, self._y.shape)
        columns = self._y.ravel().astype(np.int32)
        self._solver.changeColsCost(len(columns), columns, np.ascontiguousarray(cost).ravel())
        return self._state.swept(self._solver, promises)[0]


def outer_values(
    process: Process,
    s: int,
    ends: tuple[Array, Array],
    tangents: tuple[Array, Array],
    promises: Array,
    margin: float = 0.0,
) -> tuple[Array, Array]:
    """(value, slope [k]): at least what the sender can get for each promise, and a tangent's slope there.

    `ends` are the least and the largest promise [s′], the least being the threat; `tangents` are (c, g)[s′, j]: V ≤ c + g·ι.
    """
    state = _State(process, s, ends[0], margin)
    low, high = (end / state.size_u for end in ends)
    p, shape = state.programme, (state.acts, state.states)
    w = p.add_columns(shape, lower=-INFINITY)
    t = p.add_columns(shape, lower=-INFINITY, cost=state.delta)
    least, most = p.add_rows(shape, lower=0.0), p.add_rows(shape, upper=0.0)
    p.put(least, w, 1.0)
    state.mass(least, low)
    p.put(most, w, 1.0)
    state.mass(most, high)
    c, g = tangents[0] / state.size_v, tangents[1] * state.size_u / state.size_v
    for j in range(c.shape[1]):
        rows = p.add_rows(shape, upper=0.0)  # t − g w − c p ≤ 0
        p.put(rows, t, 1.0)
        p.put(rows, w, -g[:, j])
        state.mass(rows, c[:, j])
    state.later(w, 1.0)
    return state.swept(state.solver(), promises)
