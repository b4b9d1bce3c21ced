"""The worst or best (coarse) correlated equilibrium, with few of the rows and columns of its programme.

Of the laws' cells few are played, and of the departures few tempt: the programme starts with the cells that are worth most
and without incentives. With its prices λ every cell is worth

    goal(θ, a) − v(θ) + Σ_i Σ_{a_i′} λ_i(θ_i, a_i, a_i′) · p(θ) · ( u_i(θ, a) − u_i(θ, a_i′, a_-i) ),

one matrix product per player; cells that pay are added (column generation: Gilmore & Gomory 1961, Oper. Res. 9), and so are
departures that its point does not forbid (Kelley 1960, J. SIAM 8). Where the cells so far admit no equilibrium, mass stays away
at a price (an artificial column, "big M"). When nothing pays, nobody is tempted and no mass is away, the point and the prices
are an optimum of the whole programme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...errors import Unsolved
from ...game.game import Game
from ...numerics.linprog import INFINITY, OPTIONS
from ...numerics.rational import Array
from .polytope import allowance, optimum, polytope, units

SMALL = 20_000  # coefficients; below it the whole programme is written down at once
PAYS, TEMPTS = 1e-9, 1e-10  # in units of the goal's range, and of a player's
CELLS, DEPARTURES = 1, 3  # added in each round: for each own action of each type
EASE = (0.0, 1e-10, 1e-9)  # by which rows are relaxed, in turn, where rounding leaves no equilibrium at all
AWAY, FAR = 2.0, 1e6  # price of mass that stays away, in units of the goal's range: at first, and at most
ROUNDS = 5_000
WHOLE, SHARE = (
    4_000_000,
    40,
)  # up to so many coefficients: one simplex step for each SHARE of them, then all is written down


@dataclass(frozen=True, eq=False)
class Extreme:
    """The best or worst law for a goal."""

    value: float
    law: Array = field(repr=False)
    """π(a | θ), [*types, *actions]."""
    bound: float
    """No equilibrium is better (worse) than this, by the prices; goal units."""
    multipliers: tuple[Array, ...] = field(repr=False)
    """Per player [type, told, instead], or [type, instead] if coarse: λ ≥ 0, goal units per payoff unit."""
    cells: int
    """Cells of the law that the solver has seen."""


def extreme(
    inner: Game,
    goal: Array,
    *,
    maximise: bool = False,
    coarse: bool = False,
    slack: float | Sequence[float] | Array | None = None,
    allowed: Array | None = None,
) -> Extreme:
    """The law that is best (`maximise`) or worst for goal[*types, *actions], prior included, in a floating core game.

    `allowed`[*types, *actions] says which cells may be played at all (dominance); multipliers are then a proof among those.
    Raises Unsolved where HiGHS gives no verdict.
    """
    size = inner.payoff[0].size * sum(inner.action_counts)
    if size > SMALL:
        for ease in EASE if size > WHOLE else EASE[:1]:
            found = _Generation(inner, goal, maximise, coarse, slack, allowed, ease).run()
            if found is not None:
                return found
    programme, law, rows, scales = polytope(inner, coarse=coarse, slack=slack)
    whole = optimum(programme, goal, maximise=maximise)
    if whole.duals is None:
        raise Unsolved(where="correlated equilibrium", needed="an optimal law", found=whole.status)
    duals = whole.duals
    weights = tuple(
        np.abs(duals[rows[i]]) / scales[i].reshape((-1,) + (1,) * (rows[i].ndim - 1)) for i in range(inner.n)
    )
    return Extreme(whole.value, _law(inner, whole.point()[law]), whole.value, weights, law.size)


def _law(inner: Game, x: Array) -> Array:
    """x without the solver's rounding: not negative, and summing to one at each type profile."""
    x = np.maximum(x, 0)
    return x / x.sum(axis=tuple(range(inner.n, 2 * inner.n)), keepdims=True)


class _Generation:
    """The programme so far, in the solver, and the game that prices what is left out. Always a maximum."""

    def __init__(
        self,
        inner: Game,
        goal: Array,
        maximise: bool,
        coarse: bool,
        slack: float | Sequence[float] | Array | None,
        allowed: Array | None,
        ease: float,
    ) -> None:
        n, self.inner, self.coarse, self.ease = inner.n, inner, coarse, ease
        self.shape = inner.payoff.shape[1:]
        self.sign = 1.0 if maximise else -1.0
        signed = self.sign * goal
        least = signed.min(axis=tuple(range(n, 2 * n)), keepdims=True)
        self.least, self.unit = float(least.sum()), float((signed - least).max()) or 1.0
        self.goal = ((signed - least) / self.unit).reshape(int(np.prod(inner.type_counts)), -1)  # [θ, a]
        self.open = np.ones(self.goal.shape, bool) if allowed is None else allowed.reshape(self.goal.shape).copy()
        self.spread, self.likely = units(inner)
        chance = inner.prior.reshape(inner.prior.shape + (1,) * n)
        self.worth: list[Array] = []  # [own type, own action, the rest]: what the rows' coefficients are made of
        for i in range(n):
            moved = np.moveaxis(chance * inner.payoff[i] / self.spread[i], (i, n + i), (0, 1))
            flat = moved.reshape(inner.type_counts[i], inner.action_counts[i], -1)
            self.worth.append(flat / self.likely[i][:, None, None])
        told = [1 if coarse else count for count in inner.action_counts]
        self.row = [
            np.full((inner.type_counts[i], told[i], inner.action_counts[i]), -1) for i in range(n)
        ]  # number in the solver
        self.cells = np.zeros(0, int)  # [column of π]: the cell; columns of slack come before
        eased = allowance(inner, slack)
        self.eased = np.zeros(n) if eased is None else eased / self.spread
        self.gain = [np.zeros((0, 0), int)] * n  # [type, told]: columns of slack, if any
        self._begin(eased is not None and not coarse)

    def _begin(self, gains: bool) -> None:
        import highspy

        self.solver = highspy.Highs()
        for option, setting in OPTIONS:
            self.solver.setOptionValue(option, setting)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self.rows = self.first = size = len(self.goal)
        ones, zero, far = np.ones(size), np.zeros(size), np.full(size, INFINITY)
        each = np.arange(size, dtype=np.int32)
        self.solver.addCols(
            size, -AWAY * ones, zero, far, 0, zero.astype(np.int32), zero[:0].astype(np.int32), zero[:0]
        )
        self.solver.addRows(size, ones, ones, size, each, each, ones)
        self.away = AWAY
        for i in range(self.inner.n) if gains else ():
            types, told = self.row[i].shape[:2]
            self.gain[i] = self.first + np.arange(types * told).reshape(types, told)
            starts = (np.arange(types) * told).astype(np.int32)
            zeros, many = np.zeros(types * told), np.full(types * told, INFINITY)
            no = np.zeros(types * told, np.int32), np.zeros(0, np.int32), np.zeros(0)
            self.solver.addCols(types * told, zeros, zeros, many, 0, *no)
            sides = np.full(types, -INFINITY), np.full(types, self.eased[i])
            self.solver.addRows(types, *sides, types * told, starts, self.gain[i].ravel().astype(np.int32), zeros + 1)
            self.rows, self.first = self.rows + types, self.first + types * told
        most = min(self.goal.shape[1], max(4, min(4 * sum(self.inner.action_counts), 20_000 // len(self.goal))))
        worth = np.where(self.open, self.goal, -1.0)
        best = np.argpartition(-worth, most - 1, axis=1)[:, :most]
        cells = (np.arange(len(self.goal))[:, None] * self.goal.shape[1] + best).ravel()
        self._add_cells(np.sort(cells[self.open.ravel()[cells]]))

    def _place(self, i: int, cells: Array) -> tuple[Array, Array, Array, Array]:
        """(own type, what is told, own action, the rest) of cells, as in `worth` and `row`."""
        n = self.inner.n
        at = np.unravel_index(cells, self.shape)
        others = [k for k in range(2 * n) if k not in (i, n + i)]
        rest = np.zeros(len(cells), int)
        for k in others:
            rest = rest * self.shape[k] + at[k]
        return at[i], np.zeros_like(at[i]) if self.coarse else at[n + i], at[n + i], rest

    def _losses(self, i: int, cells: Array) -> tuple[Array, Array, Array]:
        """(own type, told, [cell, instead]): what a unit of the cell loses by each action instead."""
        kind, told, own, rest = self._place(i, cells)
        table = self.worth[i]
        return kind, told, table[kind, own, rest][:, None] - table[kind, :, rest]

    def _add_cells(self, cells: Array) -> None:
        parts = [(cells // self.goal.shape[1], np.arange(len(cells)), np.ones(len(cells)))]
        for i in range(self.inner.n):
            kind, told, losses = self._losses(i, cells)
            number = self.row[i][kind, told]
            at, instead = np.nonzero((number >= 0) & (losses != 0))
            parts.append((number[at, instead], at, losses[at, instead]))
        start, index, value = _packed(parts, 1, len(cells))
        cost, low, high = self.goal.ravel()[cells], np.zeros(len(cells)), np.full(len(cells), INFINITY)
        self.solver.addCols(len(cells), cost, low, high, len(value), start, index, value)
        self.cells = np.concatenate([self.cells, cells])
        self.open.ravel()[cells] = False

    def _add_departures(self, i: int, kind: Array, told: Array, instead: Array) -> None:
        count = len(kind)
        self.row[i][kind, told, instead] = self.rows + np.arange(count)
        its_type, its_told, losses = self._losses(i, self.cells)
        number = self.row[i][its_type, its_told] - self.rows
        at, other = np.nonzero((number >= 0) & (losses != 0))
        parts = [(number[at, other], self.first + at, losses[at, other])]
        if self.gain[i].size:
            parts.append((np.arange(count), self.gain[i][kind, told], np.ones(count)))
        start, index, value = _packed(parts, 0, count)
        low = np.full(count, -self.ease - (self.eased[i] if self.coarse else 0.0))
        self.solver.addRows(count, low, np.full(count, INFINITY), len(value), start, index, value)
        self.rows += count

    def _prices(self, i: int, duals: Array) -> Array:
        """[type, told, instead]: −λ ≤ 0 in the solver's units."""
        return np.where(self.row[i] >= 0, duals[np.maximum(self.row[i], 0)], 0.0)

    def _pay(self, duals: Array) -> Array:
        """[θ, a]: what each cell would add."""
        n = self.inner.n
        total = self.goal - duals[: len(self.goal), None]
        for i in range(n):
            price = self._prices(i, duals)
            if price.any():
                due = self.worth[i] * price.sum(axis=2, keepdims=True) - price @ self.worth[i]
                rest = [c for k, c in enumerate(self.shape) if k not in (i, n + i)]
                due = np.moveaxis(due.reshape(self.shape[i], self.shape[n + i], *rest), (0, 1), (i, n + i))
                total = total - due.reshape(total.shape)
        return total

    def run(self) -> Extreme | None:
        """None where not even all cells admit an equilibrium, which is rounding, or where the solver takes too many steps."""
        import highspy

        size = self.inner.payoff[0].size * sum(self.inner.action_counts)
        steps = size // SHARE if size <= WHOLE else 10_000_000
        for _ in range(ROUNDS):
            self.solver.setOptionValue("simplex_iteration_limit", steps)
            self.solver.run()
            steps -= max(self.solver.getInfo().simplex_iteration_count, 1)
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal or steps <= 0:
                return None
            solution = self.solver.getSolution()
            x, duals = np.array(solution.col_value), np.array(solution.row_dual)
            pay = self._pay(duals)
            tempted, more = self._tempted(x), self._more(pay)
            if tempted or more:
                continue
            away = np.arange(len(self.goal), dtype=np.int32)
            if x[away].sum() <= PAYS:
                return self._found(x, duals, pay)
            if self.away >= FAR:
                return None
            self.away *= 30
            self.solver.changeColsCost(len(away), away, np.full(len(away), -self.away))
        return None

    def _tempted(self, x: Array) -> bool:
        """Write down the departures that tempt most at x; whether there are any."""
        played = np.flatnonzero(x[self.first :] > 0)
        some = False
        for i in range(self.inner.n):
            kind, told, losses = self._losses(i, self.cells[played])
            total = np.zeros(self.row[i].shape)
            np.add.at(total, (kind, told), losses * x[self.first + played, None])
            total += x[self.gain[i]][:, :, None] if self.gain[i].size else self.eased[i]
            total[self.row[i] >= 0] = 0.0
            most = min(total.shape[2], DEPARTURES * (10 if self.coarse else 1))
            instead = np.argpartition(total, most - 1, axis=2)[:, :, :most]
            chosen = np.take_along_axis(total, instead, axis=2) < -TEMPTS - self.ease
            if chosen.any():
                k, t, at = np.nonzero(chosen)
                self._add_departures(i, k, t, instead[k, t, at])
                some = True
        return some

    def _more(self, pay: Array) -> bool:
        """Add the cells that pay most; whether there are any. For each own action of each type, the best."""
        cells = np.flatnonzero((pay > PAYS) & self.open)
        if not len(cells):
            return False
        kept, value = [], pay.ravel()
        for i in range(self.inner.n):
            kind, _, own, _ = self._place(i, cells)
            group = kind * self.inner.action_counts[i] + own
            order = np.lexsort((-value[cells], group))
            first = np.flatnonzero(np.diff(group[order], prepend=-1))
            rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
            kept.append(cells[order[rank < CELLS]])
        self._add_cells(np.unique(np.concatenate(kept)))
        return True

    def _found(self, x: Array, duals: Array, pay: Array) -> Extreme:
        law = np.zeros(self.goal.size)
        law[self.cells] = x[self.first :]
        total = self.solver.getInfo().objective_function_value
        closed = self.open.ravel()
        closed[self.cells] = True  # of what may be played
        over = np.where(closed.reshape(pay.shape), pay, -np.inf).max(axis=1)
        value, bound = (self.sign * (self.unit * v + self.least) for v in (total, total + np.maximum(over, 0).sum()))
        weights = []
        for i in range(self.inner.n):
            scale = (self.likely[i] * self.spread[i])[:, None, None]
            weight = np.maximum(-self._prices(i, duals), 0) * self.unit / scale
            weights.append(weight[:, 0] if self.coarse else weight)
        return Extreme(value, _law(self.inner, law.reshape(self.shape)), bound, tuple(weights), len(self.cells))


def _packed(parts: list[tuple[Array, Array, Array]], by: int, count: int) -> tuple[Array, Array, Array]:
    """Entries (row, column, value) in compressed form by row (0) or column (1): starts, the other index, values."""
    row, column, value = (np.concatenate([part[k] for part in parts]) for k in range(3))
    major, minor = (row, column) if by == 0 else (column, row)
    order = np.argsort(major, kind="stable")
    starts = np.searchsorted(major[order], np.arange(count))
    return starts.astype(np.int32), minor[order].astype(np.int32), value[order]
