"""Certificates of a market in rationals: a small exact programme on the rows that bind, then every row is checked.

The dual of the small programme is one of the whole table: rows left out have the price zero. So its bound holds for all; its point
holds where no row sticks out further. Which rows might is told in floats with a bound on their rounding,
|fl(f) − f| ≤ γ (Σ |U| w + |u_P|), and only those are worked out in rationals.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import Unsolved
from ...numerics import rational
from ...numerics.exact import ONE, ZERO, Linear, dot
from ...numerics.rational import Array
from .gap import ABOVE, BELOW, InMemory
from .table import Table

ROUNDS = 12
UNIT = 2.0**-53
FREE: Any = float("-inf")
WITHOUT: Any = float("inf")


@dataclass(frozen=True)
class Problem:
    """Which mixes, which offset, which sides."""

    kind: str
    offset: str
    sides: str = "both"


@dataclass(frozen=True, eq=False)
class Made:
    """All exact."""

    epsilon: Fraction
    bound: Fraction
    weights: Array
    offsets: Array
    rows: Array
    witness: Array


@dataclass(frozen=True, eq=False)
class Span:
    """Where f is largest and least in each group, exactly."""

    high: Array
    """[group]; Fractions, None where a group is empty."""
    low: Array
    high_row: Array
    low_row: Array


def in_units(table: Table) -> tuple[Table, Fraction]:
    """(the table in units in which people's utilities are about one, that unit): solvers' tolerances are absolute."""
    size = max(float(np.abs(rational.floats(part)).max(initial=0.0)) for part in (table.people, table.ais))
    people = float(np.abs(rational.floats(table.people)).max(initial=0.0)) or size
    if not people or 1e-3 < people < 1e3:
        return table, ONE
    unit = Fraction(2) ** int(np.round(np.log2(people)))
    u, ais = (np.asarray(rational.exact(part) / unit, dtype=object) for part in (table.people, table.ais))
    return Table(u, ais, table.names, table.rows, table.cases, table.case_names), unit


def gaps(table: Table, w: Array, rows: Array) -> Array:
    """f(r) of these rows, exact, for exact weights."""
    used = np.flatnonzero(w)
    mixed = dot(rational.exact(table.ais[np.ix_(rows, used)]), w[used]) if len(used) else np.full(len(rows), ZERO)
    return np.asarray(mixed - rational.exact(table.people[rows]), dtype=object)


def span(table: Table, w: Array, cases: Array | None) -> Span:
    """The ends of f at exact weights, in each case, or overall."""
    groups = 1 if cases is None else int(cases.max()) + 1
    used = np.flatnonzero(w)
    weights = rational.floats(w[used])
    gamma = (len(used) + 8) * UNIT * 1.01
    f, off = np.empty(table.n), np.empty(table.n)
    for first, u, ais, _ in InMemory.of(table).blocks():
        part = ais[:, used]
        f[first : first + len(u)] = part @ weights - u
        off[first : first + len(u)] = gamma * (np.abs(part) @ weights + np.abs(u))
    label = np.zeros(table.n, int) if cases is None else cases
    surely_high, surely_low = np.full(groups, -np.inf), np.full(groups, np.inf)
    np.maximum.at(surely_high, label, f - off)
    np.minimum.at(surely_low, label, f + off)
    ends = []
    for maybe, sign in ((f + off >= surely_high[label], 1), (f - off <= surely_low[label], -1)):
        rows = np.flatnonzero(maybe)
        value: Array = np.full(groups, None, dtype=object)
        where = np.full(groups, -1)
        for r, v in zip(rows.tolist(), gaps(table, w, rows), strict=True):
            g = int(label[r])
            if value[g] is None or sign * v > sign * value[g]:
                value[g], where[g] = v, r
        ends.append((value, where))
    (high, high_row), (low, low_row) = ends
    return Span(high, low, high_row, low_row)


def linear(table: Table, kind: str, rows: Array, sides: Array, ends: Array, cost: Array, low: Array) -> Linear:
    """minimise cost·z over w ≥ 0 and z ≥ low with f(r) + ends[row]·z ≤ 0 (side 1) or ≥ 0 (side −1)."""
    u, ais = rational.exact(table.people[rows]), rational.exact(table.ais[rows])
    sign = np.array([Fraction(-int(s)) for s in sides], dtype=object)
    body = np.concatenate([ais, ends], axis=1) * sign[:, None]
    right = u * sign
    if kind == "hull":
        first = np.array([[ONE] * table.k + [ZERO] * len(cost)], dtype=object)
        body, right = np.concatenate([first, body]), np.concatenate([np.array([ONE], dtype=object), right])
    weights: Array = np.full(table.k, ZERO, dtype=object)
    return Linear(
        np.concatenate([weights, cost]),
        body,
        right,
        np.concatenate([weights, low]),
        np.full(table.k + len(cost), WITHOUT, dtype=object),
        equal=int(kind == "hull"),
    )


def moved(rows: Array, sides: Array, prices: Array) -> tuple[Array, Array]:
    """(rows, ν): prices of ≥-rows with their signs, both sides added up."""
    found: dict[int, Fraction] = {}
    for r, s, y in zip(rows.tolist(), sides.tolist(), prices, strict=True):
        found[r] = found.get(r, ZERO) - s * y
    kept = sorted(r for r, y in found.items() if y)
    return np.array(kept, dtype=int), rational.filled((len(kept),), [found[r] for r in kept])


def exactly(table: Table, problem: Problem, rows: Array) -> Made | str:
    """ε in rationals, starting from the rows that bind in floats; or why that did not work."""
    cases = table.cases if problem.offset == "case" else None
    cut = {(int(r), s) for r in rows for s in _sides(problem)}
    for _ in range(ROUNDS):
        pairs = sorted(cut)
        at, sides = np.array([r for r, _ in pairs], int), np.array([s for _, s in pairs], int)
        try:
            found = _programme(table, problem, at, sides).exactly()
        except Unsolved as error:
            return f"{error.needed}: {error.found}"
        w = found.x[: table.k]
        ends = span(table, w, cases)
        reached, offsets, worst = _reached(problem, ends)
        if reached <= found.value or worst <= cut:
            break
        cut |= worst
    first = int(problem.kind == "hull")
    which, nu = moved(at, sides, found.prices[first:])
    return Made(reached, min(found.bound, reached), w, offsets, which, nu)


def _sides(problem: Problem) -> tuple[int, ...]:
    return {"both": (ABOVE, BELOW), "above": (ABOVE,), "below": (BELOW,)}[problem.sides]


def _programme(table: Table, problem: Problem, rows: Array, sides: Array) -> Linear:
    """Columns after the weights: the offsets that the rows need, then ε."""
    if problem.offset == "none":
        offset = np.zeros((len(rows), 0), dtype=object)
    else:
        label = np.zeros(len(rows), int) if problem.offset == "constant" else np.asarray(table.cases)[rows]
        each = np.unique(label)
        offset = np.where(label[:, None] == each[None], ONE, ZERO)
    epsilon = np.array([Fraction(-int(s)) for s in sides], dtype=object)[:, None]
    ends = np.concatenate([offset, epsilon], axis=1)
    free: Array = np.full(offset.shape[1], FREE, dtype=object)
    zeros: Array = np.full(offset.shape[1], ZERO, dtype=object)
    one, zero = np.array([ONE], dtype=object), np.array([ZERO], dtype=object)
    return linear(table, problem.kind, rows, sides, ends, np.concatenate([zeros, one]), np.concatenate([free, zero]))


def _reached(problem: Problem, ends: Span) -> tuple[Fraction, Array, set[tuple[int, int]]]:
    """(ε over all rows, offsets, the rows where it is reached)."""
    seen = np.flatnonzero(ends.high_row >= 0)
    if problem.offset == "none":
        above, below = ends.high[seen].max(), -ends.low[seen].min()
        sides = {ABOVE: above, BELOW: below}
        reached = max(ZERO, *(sides[s] for s in _sides(problem)))
        rows = {ABOVE: ends.high_row[0], BELOW: ends.low_row[0]}
        return reached, np.zeros(0, dtype=object), {(int(rows[s]), s) for s in _sides(problem)}
    offsets: Array = np.full(len(ends.high), ZERO, dtype=object)
    offsets[seen] = -(ends.high[seen] + ends.low[seen]) / 2
    width = (ends.high[seen] - ends.low[seen]) / 2
    g = int(seen[int(np.argmax(width))])
    worst = {(int(ends.high_row[g]), ABOVE), (int(ends.low_row[g]), BELOW)}
    return Fraction(width.max()), offsets, worst
