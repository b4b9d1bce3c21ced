"""Exact linear programmes: a solver's point and prices become rationals, and weak duality says how good the point is.

    minimise  c·x   subject to   A x ≥ b  (the first `equal` rows with equality),   low ≤ x ≤ high

For any prices y (≥ 0 on inequalities) no feasible x costs less than

    y·b + Σ_j min { (c − A'y)_j x_j : low_j ≤ x_j ≤ high_j },

whatever found y. Where a vertex is found exactly, point and bound meet, and the optimum is a rational number. Else the
point is rounded into the inside of its rows (solved again with a cushion) and the bound is a hair below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import Unsolved
from . import rational
from .given import infinite
from .linear import unique_solution
from .linprog import INFINITY, Programme, Solution
from .rational import Array

NEAR = 1e-9  # a solver's number this close to a bound, relative to the programme's size, may be meant to be on it
CUSHIONS = (1e-9, 1e-7, 1e-5)  # added to every row, relative to the programme's size, until rounding breaks none
LARGEST_SYSTEM = 80  # unknowns of a linear system that is solved exactly
ZERO: Any = Fraction(0)
ONE: Any = Fraction(1)


def dot(rows: Array, x: Array) -> Array:
    """rows @ x for exact arrays; zeros of x cost nothing."""
    used = np.flatnonzero(x)
    if not len(used):
        return np.full(rows.shape[:-1], ZERO, dtype=object)
    return np.asarray(rows[..., used].dot(x[used]), dtype=object)


def inner(a: Array, b: Array) -> Any:
    """a·b of two exact vectors."""
    return dot(a, b)[()]


def multipliers(found: Solution) -> Array:
    """[row]; the solver's."""
    if found.duals is None:
        raise Unsolved(where="linear programme", needed="multipliers of an optimum", found=found.status)
    return found.duals


@dataclass(frozen=True, eq=False)
class Exact:
    """What is known exactly about one linear programme."""

    x: Array = field(repr=False)
    """[column]; breaks no row and no bound."""
    value: Fraction
    """c·x."""
    prices: Array = field(repr=False)
    """[row]; y, the witness of `bound`."""
    bound: Fraction
    """No feasible point costs less. Equal to `value` where a vertex was found."""

    @property
    def gap(self) -> Fraction:
        return self.value - self.bound


@dataclass(frozen=True, eq=False)
class Linear:
    """minimise cost·x subject to rows·x ≥ sides (the first `equal` with =), low ≤ x ≤ high. All exact, dense."""

    cost: Array
    rows: Array
    """[row, column]."""
    sides: Array
    low: Array
    """[column]; Fractions, or −inf."""
    high: Array
    equal: int = 0

    def solve(self, cushion: float = 0.0) -> Solution:
        """By HiGHS, in units of `size`; every inequality holds by `cushion` more than asked."""
        unit, programme = self.size, Programme()
        columns = programme.add_columns(
            len(self.cost),
            cost=rational.floats(self.cost),
            lower=rational.floats(self.low) / unit,
            upper=rational.floats(self.high) / unit,
        )
        lower = rational.floats(self.sides)
        upper = np.where(np.arange(len(lower)) < self.equal, lower, INFINITY)
        lower = lower + np.where(np.arange(len(lower)) < self.equal, 0, cushion)
        rows = programme.add_rows(len(lower), lower=lower / unit, upper=upper / unit)
        programme.put(rows[:, None], columns, self.floating)
        found = programme.solve()
        return found if found.x is None else replace(found, x=found.x * unit, value=found.value * unit)

    @property
    def floating(self) -> Array:
        return rational.floats(self.rows)

    @property
    def size(self) -> float:
        """The order of magnitude of what is paid: the solver's tolerances are relative to it."""
        return float(np.abs(rational.floats(self.sides)).max(initial=0.0)) or 1.0

    def breaks(self, x: Array) -> bool:
        """Whether x breaks a row or a bound."""
        slack = dot(self.rows, x) - self.sides
        wrong = (slack[self.equal :] < 0).any() or (slack[: self.equal] != 0).any()
        return bool(wrong or (x < self.low).any() or (x > self.high).any())

    def least(self, prices: Array) -> tuple[Array, Fraction | None]:
        """(y, bound): prices made admissible, shrunk towards none where a bound would else be lost, and what they prove."""
        y = prices.copy()
        y[self.equal :] = np.maximum(y[self.equal :], ZERO)
        reduced = self.cost - dot(self.rows.T, y)
        shrink = ZERO
        for c, r, low, high in zip(self.cost, reduced, self.low, self.high, strict=True):
            if (r < 0 and infinite(high)) or (r > 0 and infinite(low)):
                if c == r or (c > 0) == (r > 0) or c == 0:
                    return y, None
                shrink = max(shrink, r / (r - c))
        if shrink:
            y = y * (1 - shrink)
            reduced = self.cost - dot(self.rows.T, y)
        total = inner(y, self.sides) if len(y) else ZERO
        for r, low, high in zip(reduced, self.low, self.high, strict=True):
            if r:
                total += r * (low if r > 0 else high)
        return y, total

    def exactly(self) -> Exact:
        """The optimum in rationals. Raises Unsolved where no rational point or prices near the solver's serve."""
        found = self.solve()
        point = self.point(found)
        y, bound = self.priced(found)
        if bound is None:
            raise Unsolved(where="linear programme", needed="prices that prove a bound in rationals", found="none")
        return Exact(point, inner(self.cost, point), y, bound)

    def _near(self, x: Array) -> float:
        return NEAR * max(float(np.abs(x).max(initial=0)), self.size)

    def point(self, found: Solution) -> Array:
        """[column]; the solver's vertex in rationals, or a point near it, that breaks nothing. Raises Unsolved."""
        vertex = self._vertex(found.point())
        return vertex if vertex is not None else self._rounded(found.point())

    def _vertex(self, x: Array) -> Array | None:
        """The exact basic point: bounds where x is on them, tight rows solved for the rest."""
        near = self._near(x)
        low, high = rational.floats(self.low), rational.floats(self.high)
        on_low, on_high = x <= low + near, x >= high - near
        point = np.where(on_low, self.low, np.where(on_high, self.high, ZERO))
        free = np.flatnonzero(~on_low & ~on_high)
        if len(free) > LARGEST_SYSTEM:
            return None
        if len(free):
            slack = np.abs(self.floating @ x - rational.floats(self.sides))
            tight = np.flatnonzero((slack <= near) | (np.arange(len(slack)) < self.equal))
            if len(tight) < len(free):
                return None
            rest = self.sides[tight] - dot(self.rows[tight], point)
            solved = unique_solution(self.rows[np.ix_(tight, free)].tolist(), rest.tolist())
            if solved is None:
                return None
            point[free] = solved
        return None if self.breaks(point) else point

    def priced(self, found: Solution) -> tuple[Array, Fraction | None]:
        """(y, bound): the best of a few readings of the solver's prices.

        Exactly such that columns inside their bounds break even; such that all do that seem to; the decimals, rounded.
        """
        x, duals, cost = found.point(), multipliers(found), rational.floats(self.cost)
        near = self._near(x)
        rows = np.flatnonzero((np.abs(duals) > NEAR) | (np.arange(len(duals)) < self.equal))
        inside = (x > rational.floats(self.low) + near) & (x < rational.floats(self.high) - near)
        even = np.abs(cost - self.floating.T @ duals) <= NEAR * max(1.0, np.abs(cost).max())
        readings = [self._breaking_even(rows, np.flatnonzero(columns)) for columns in (inside, even, inside & even)]
        readings.append(rational.simplest(duals[rows], 1e-10))
        readings.append(rational.simplest(duals[rows], 1e-14))
        best: tuple[Array, Fraction | None] = np.full(len(duals), ZERO, dtype=object), None
        for reading in readings:
            if reading is None:
                continue
            prices: Array = np.full(len(duals), ZERO, dtype=object)
            prices[rows] = reading
            y, bound = self.least(prices)
            if bound is not None and (best[1] is None or bound > best[1]):
                best = y, bound
                if abs(float(bound) - found.value) <= 1e-15 * abs(found.value):
                    break
        return best

    def _breaking_even(self, rows: Array, columns: Array) -> list[Fraction] | None:
        if not 0 < len(rows) <= min(len(columns), LARGEST_SYSTEM):
            return None
        return unique_solution(self.rows[np.ix_(rows, columns)].T.tolist(), self.cost[columns].tolist())

    def _rounded(self, x: Array) -> Array:
        """Simple rationals near x, or near the optimum with a cushion, that break nothing."""
        if self.equal:
            raise Unsolved(where="linear programme", needed="an exact point on its equations", found="decimals")
        for cushion in (0.0, *CUSHIONS):
            if cushion:
                found = self.solve(cushion * self.size)
                if found.x is None:
                    break
                x = found.x
            point = rational.filled(x.shape, rational.simplest(x, max(cushion / 10, 1e-12) * self.size))
            point = np.minimum(np.maximum(point, self.low), self.high)
            if not self.breaks(point):
                return point
        raise Unsolved(
            where="linear programme", needed="a rational point that breaks no row", found="none near the optimum"
        )
