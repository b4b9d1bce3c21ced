"""The range certificate: what a mix may lose people, case by case.

    ρ  = min_{w ≥ 0} Σ_y p(y) [ max_a f(a, y) − min_a f(a, y) ],       f = Σ_i w_i U_i − u_P
    ρ* = min_{w ≥ 0} Σ_y p(y) [ max_a f(a, y) − f(a*(y), y) ],         a*(y) what is best for people in case y

If no AI prefers the full-information law I* to an equilibrium, weighing and adding up gives E Σ w U (equilibrium) ≥ E Σ w U (I*),
so people lose u_P(I*) − u_P(equilibrium) ≤ E f(equilibrium) − E f(I*). The law of cases is nobody's choice: the first term is at
most Σ p max_a f, the second at least Σ p min_a f, and exactly Σ p f(a*(y), y) where I* takes the best action in each case. Hence
loss ≤ ρ* ≤ ρ, and ρ ≤ 2ε for every offset of `near`, one per case included: 2ε bounds the range in the worst case, ρ is its
average. ρ asks nothing about I*; ρ* needs cases to be all that the AIs know, and the best action to be the one that I* takes.
Range certificate: our sharpening of Definition 1 of Collina, Goel, Roth, Ryu & Shi 2025 (arXiv 2509.15090).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.exact import ONE, ZERO, inner
from ...numerics.given import law as exact_law
from ...numerics.given import numbers
from ...numerics.rational import Array
from . import exact
from .gap import ABOVE, BELOW, KINDS, Extremes, InMemory, Master, extremes, known, measured, tell_nothing
from .table import Table

AGAINST = ("worst", "best")
CLOSE = 1e-9
ROUNDS = 500
NEXT = 2_000  # cases that get rows in one round
MOST_CASES = 2_000  # beyond, weights are fitted to evenly spaced cases and judged on all
MOST_EXACT = 60
EXACT_BY_ITSELF = 20_000


@dataclass(frozen=True, eq=False)
class Range:
    """ρ with its weights and its witness. Exact or floating throughout."""

    kind: str
    against: str
    rho: Any
    """What the weights reach; no equilibrium that the theorem speaks of loses people more. Units of people's utility."""
    bound: Any
    """No weights reach less; NaN where they were fitted to some of the cases."""
    weights: Array = field(repr=False)
    """[i]."""
    ranges: Array = field(repr=False)
    """[case]; the range of f in each."""
    law: Array = field(repr=False)
    """p[case]."""
    rows: Array = field(repr=False)
    witness: Array = field(repr=False)
    """ν on `rows`: Σ ν = 0 in each case, positive parts at most p(y), ⟨ν, U_i⟩ ≤ 0, ⟨ν, u_P⟩ = ρ."""
    complete: bool = True
    how: str = ""

    @property
    def exact(self) -> bool:
        return rational.is_exact(self.weights)

    @property
    def value(self) -> float:
        return float(self.rho)


def certificate(
    table: Table,
    *,
    kind: str = "cone",
    against: str = "worst",
    law: Any = None,
    weights: Array | None = None,
    exactly: bool | None = None,
    seconds: float = np.inf,
    tell: Callable[[str], Any] = tell_nothing,
) -> Range:
    """ρ of a table; without cases all rows are actions of one. `law`[case]: chances of cases, uniform if None.

    `weights`[i]: judge these instead of looking for the best. Raises InputError.
    """
    known(kind, "kind", KINDS)
    known(against, "against", AGAINST)
    cases = np.zeros(table.n, int) if table.cases is None else table.cases
    count = int(cases.max()) + 1
    p = law_of(law, count)
    base = None if against == "worst" else best_rows(table.people, cases)
    fitted = _fitted(table, cases, count) if weights is None else None
    problem = _Fit(table if fitted is None else fitted.table, kind, base, p, fitted)
    if weights is not None:
        ranges = _ranges(table, cases, np.asarray(weights), base, rational.is_exact(np.asarray(weights)))
        rho = inner(rational.exact(p), ranges) if rational.is_exact(ranges) else float(rational.floats(p) @ ranges)
        none = np.zeros(0, int), np.zeros(0)
        return Range(kind, against, rho, np.nan, np.asarray(weights), ranges, p, *none, how="weights given")
    found = problem.solve(seconds, tell)
    if fitted is not None:
        ranges = _ranges(table, cases, found.weights, base, False)
        rho = float(rational.floats(p) @ ranges)
        how = f"{found.how}; weights fitted to {len(fitted.which):,} of {count:,} cases, ρ over all of them"
        return Range(kind, against, rho, np.nan, found.weights, ranges, p, found.rows, found.witness, False, how)
    if exactly is None:
        exactly = rational.is_exact(table.ais) or table.n * table.k <= EXACT_BY_ITSELF
    return _proved(table, found, cases, base) if exactly and found.complete and count <= MOST_EXACT else found


def best_rows(people: Array, cases: Array) -> Array:
    """[case]: the row that is best for people, the first of those that tie."""
    order = np.lexsort((np.arange(len(cases)), -rational.floats(people), cases))
    first = np.flatnonzero(np.r_[True, cases[order][1:] != cases[order][:-1]])
    found = np.full(int(cases.max()) + 1, -1)
    found[cases[order[first]]] = order[first]
    return found


def law_of(law: Any, count: int) -> Array:
    if law is None:
        return np.full(count, Fraction(1, count), dtype=object)
    p = numbers(law, "law of cases", (count,))
    if (p < 0).any() or abs(float(p.sum()) - 1) > 1e-9:
        raise InputError(where="law of cases", needed="chances that sum to one", found=f"sum {float(p.sum()):g}")
    return exact_law(p)


@dataclass(frozen=True, eq=False)
class _Part:
    """Some of the cases of a long table."""

    table: Table
    which: Array


def _fitted(table: Table, cases: Array, count: int) -> _Part | None:
    if count <= MOST_CASES:
        return None
    which = np.arange(0, count, -(-count // MOST_CASES))
    place = np.full(count, -1)
    place[which] = np.arange(len(which))
    rows = np.flatnonzero(place[cases] >= 0)
    part = Table(table.people[rows], table.ais[rows], table.names, (), place[cases[rows]])
    return _Part(part, which)


def _ranges(table: Table, cases: Array, w: Array, base: Array | None, exactly: bool) -> Array:
    """[case]: the range of f, or how far it exceeds f of the base row."""
    if exactly:
        ends = exact.span(table, w, cases)
        low = ends.low if base is None else exact.gaps(table, w, base)
        return np.asarray(ends.high - low, dtype=object)
    source = InMemory.of(table)
    count = int(cases.max()) + 1
    seen = extremes(source, rational.floats(w), count, 1)
    if base is None:
        return seen.high - seen.low
    u, ais = source.take(base)
    return seen.high - (ais @ rational.floats(w) - u)


class _Fit:
    """The programme of ρ, with rows as they are needed."""

    def __init__(self, table: Table, kind: str, base: Array | None, p: Array, part: _Part | None) -> None:
        self.kind = kind
        self.cases = np.zeros(table.n, int) if table.cases is None else table.cases
        self.count = int(self.cases.max()) + 1
        self.law = p
        weigh = rational.floats(p if part is None else p[part.which])
        self.p = weigh / weigh.sum()
        self.base = base if part is None or base is None else best_rows(table.people, self.cases)
        self.source = InMemory.of(Table(table.people, table.ais, table.names, table.rows, self.cases, table.case_names))
        self.scale = measured(self.source, True)
        self.master = Master(self.scale, kind)
        self.low = self.master.programme.add_columns(self.count, lower=-np.inf)
        self.width = self.master.programme.add_columns(self.count, cost=self.p)

    def add(self, rows: Array, side: int, *, equal: bool = False) -> int:
        case = self.cases[rows]
        columns = np.stack([self.low[case], self.width[case]], axis=1)
        ends = np.array([-1.0, -1.0 if side == ABOVE else 0.0])
        return self.master.add(self.source, rows, side, columns, ends, equal=equal)

    def begin(self) -> None:
        everything = np.arange(len(self.cases))
        if self.base is not None:
            self.add(self.base, BELOW, equal=True)
        if len(everything) <= 2_000:
            self.add(everything, ABOVE)
            if self.base is None:
                self.add(everything, BELOW)
            return
        u, _ = self.source.take(everything)
        self.add(best_rows(-u, self.cases), ABOVE)
        if self.base is None:
            self.add(best_rows(u, self.cases), BELOW)

    def solve(self, seconds: float, tell: Callable[[str], Any]) -> Range:
        start, unit, complete, rounds = time.monotonic(), self.scale.unit, True, 0
        self.begin()
        while True:
            rounds += 1
            solution = self.master.solve()
            w, point = self.master.weights(solution), solution.point()
            seen = extremes(self.source, w, self.count, 1)
            low = seen.low if self.base is None else self._bases(w)
            ranges = seen.high - low
            rho, bound = float(self.p @ ranges), float(solution.value) * unit
            tell(f"round {rounds}: ρ between {bound:.6g} and {rho:.6g}")
            if rho - bound <= CLOSE * unit or not self._widen(seen, ranges, point):
                break
            if rounds >= ROUNDS or time.monotonic() - start > seconds:
                complete = False
                break
        rows, nu = self.master.witness(solution)
        how = f"linear programme with {self.master.programme.rows:,} rows, {rounds} rounds"
        against = "worst" if self.base is None else "best"
        return Range(self.kind, against, rho, min(bound, rho), w, ranges, self.law, rows, nu, complete, how)

    def _bases(self, w: Array) -> Array:
        u, ais = self.source.take(self.base)  # type: ignore[arg-type]
        return np.asarray(ais @ w - u)

    def _widen(self, seen: Extremes, ranges: Array, point: Array) -> int:
        more = self.p * (ranges / self.scale.unit - point[self.width])
        out = np.flatnonzero(more > CLOSE / (4 * self.count))
        out = out[np.argsort(-more[out], kind="stable")][:NEXT]
        new = self.add(seen.high_row[out], ABOVE)
        return new if self.base is not None else new + self.add(seen.low_row[out], BELOW)


def _proved(table: Table, found: Range, cases: Array, base: Array | None) -> Range:
    """The same in rationals; floats stay, with the reason, where that does not work."""
    count, p = len(found.law), rational.exact(found.law)
    table, unit = exact.in_units(table)
    cut = {(int(r), s) for r in found.rows for s in (ABOVE, BELOW) if base is None or s == ABOVE}
    for _ in range(exact.ROUNDS):
        rows, sides, ends = _ends(sorted(cut), cases, count, base)
        low: Array = np.array([exact.FREE] * count + [ZERO] * count, dtype=object)
        cost = np.concatenate([np.full(count, ZERO, dtype=object), p])
        try:
            made = exact.linear(table, found.kind, rows, sides, ends, cost, low).exactly()
        except Unsolved as error:
            return replace(found, how=f"{found.how}; in floating point: {error.needed}: {error.found}")
        w = made.x[: table.k]
        span = exact.span(table, w, cases)
        ranges = np.asarray(span.high - (span.low if base is None else exact.gaps(table, w, base)), dtype=object)
        rho = inner(p, ranges)
        more = {(int(r), ABOVE) for r in span.high_row} | {(int(r), BELOW) for r in span.low_row if base is None}
        if rho <= made.value or more <= cut:
            break
        cut |= more
    which, nu = exact.moved(rows, sides, made.prices[int(found.kind == "hull") :])
    how = f"{found.how}; exact on {len(which)} binding rows, {table.n:,} rows checked in rationals"
    return Range(
        found.kind, found.against, rho * unit, min(made.bound, rho) * unit, w, ranges * unit, p, which, nu, True, how
    )


def _ends(cut: list[tuple[int, int]], cases: Array, count: int, base: Array | None) -> tuple[Array, Array, Array]:
    """(rows, sides, [row, (low of each case, width of each case)]): f ≤ low + width, f ≥ low, and f = low on base rows."""
    listed = [(r, s, s == ABOVE) for r, s in cut]
    if base is not None:
        listed += [(int(r), s, False) for r in base for s in (ABOVE, BELOW)]
    rows, sides = np.array([r for r, _, _ in listed], int), np.array([s for _, s, _ in listed], int)
    ends: Array = np.full((len(listed), 2 * count), ZERO, dtype=object)
    each = np.arange(len(listed))
    ends[each, cases[rows]] = -ONE
    ends[each, count + cases[rows]] = np.array([-ONE if wide else ZERO for *_, wide in listed], dtype=object)
    return rows, sides, ends
