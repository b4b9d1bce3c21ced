"""The one linear programme of this room, in whole numbers and in batches of floats.

    minimise  c·x   subject to   A x ≥ 0,   Σ x ≤ 1,   x ≥ 0

c[q] is what the principal gets from proposal q, A[i, q] what reviewer i gets, x a mix of proposals: the most harmful one that all
rows of A approve. x = 0 is feasible, so the simplex method needs no first phase. Its last row gives λ ≥ 0 with
c − λA ≥ −ε, and −ε is the value: both answers of the duality come out of one tableau (Farkas 1902). In whole numbers every entry is
a minor of the data over the last pivot (Edmonds 1967, J. Res. Natl. Bur. Stand. 71B), and nothing is ever rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...numerics import rational
from ...numerics.linear import unique_solution
from ...numerics.rational import Array

STALLED = 20  # pivots in one place, per row and column, after which Bland's rule takes over (1977, Math. Oper. Res. 2)
TIE = 1e-11  # of floats, in units of a row's largest entry
NEAR = 1e-9
LARGE = 150  # entries from which floats are asked first
MOST_ROUNDS = 2_000
CHUNK = 1 << 22  # numbers in one batch of tableaux


@dataclass(frozen=True, eq=False)
class Optimum:
    """The exact answer. value = c·mix = −ε, and c − weights·A ≥ value on every proposal."""

    value: Fraction
    mix: Array = field(repr=False)
    """[q]; x."""
    weights: Array = field(repr=False)
    """[i]; λ; positive for no more reviewers than proposals are linearly independent."""


def whole(rows: Array) -> tuple[Array, list[int]]:
    """Rows of Fractions as Python integers, each times its own positive constant; and the constants."""
    common = [math.lcm(*(x.denominator for x in row)) for row in rows]
    made = [[x.numerator * (m // x.denominator) for x in row] for row, m in zip(rows, common, strict=True)]
    table = np.empty(rows.shape, dtype=object)
    for k, row in enumerate(made):
        shared = math.gcd(*row) or 1
        table[k] = [x // shared for x in row]
        common[k] = Fraction(common[k], shared)  # type: ignore[call-overload]
    return table, common


def least(cost: Array, rows: Array) -> Optimum:
    """The optimum for cost[q] and rows[i, q] of Python integers: what floats find, if it can be proved, else by pivots."""
    found = guessed(cost, rows) if rows.size >= LARGE else None
    return found or pivots(cost, rows)


def guessed(cost: Array, rows: Array) -> Optimum | None:
    """The vertex that floats find, solved for and proved in rationals; None where that fails, as it may where there are ties."""
    peak, tall = max(map(abs, cost.tolist())) or 1, as_floats(rows)
    short = rational.floats([c / peak for c in cost.tolist()])
    _, mix, weights, settled = (part[0] for part in batch(short[None], tall[None]))
    tied, used = np.flatnonzero(weights > NEAR), np.flatnonzero(mix > NEAR)
    if not settled or (len(used) and len(used) != len(tied) + 1):
        return None
    m, q = rows.shape
    lam: Array = np.full(m, Fraction(0), dtype=object)
    x: Array = np.full(q, Fraction(0), dtype=object)
    epsilon = Fraction(0)
    if len(used):
        meeting = [*rows[np.ix_(tied, used)].tolist(), [1] * len(used)]
        point = unique_solution(meeting, [0] * len(tied) + [1])  # type: ignore[arg-type, list-item]
        prices = unique_solution([list(column) for column in zip(*meeting, strict=True)], cost[used].tolist())
        if point is None or prices is None:
            return None
        x[used], lam[tied], epsilon = point, prices[:-1], -prices[-1]
    elif len(tied):
        even = np.flatnonzero(np.abs(short - weights @ tall) <= NEAR)
        prices = unique_solution(rows[np.ix_(tied, even)].T.tolist(), cost[even].tolist()) if len(even) else None
        if prices is None:
            return None
        lam[tied] = prices
    common = math.lcm(*(v.denominator for v in (*lam, epsilon)))
    scaled = np.array([v.numerator * (common // v.denominator) for v in lam], dtype=object)
    below = cost * common - scaled.dot(rows) + epsilon.numerator * (common // epsilon.denominator)
    point_common = math.lcm(*(v.denominator for v in x))
    whole_x = np.array([v.numerator * (point_common // v.denominator) for v in x], dtype=object)
    proved = (below >= 0).all() and (scaled >= 0).all() and epsilon >= 0 and (whole_x >= 0).all()
    if not proved or (rows.dot(whole_x) < 0).any() or cost.dot(x) != -epsilon:
        return None
    return Optimum(-epsilon, x, lam)


def pivots(cost: Array, rows: Array) -> Optimum:
    """The optimum by the simplex method without fractions."""
    m, q = rows.shape
    table = np.zeros((m + 2, q + 1), dtype=object)
    table[:m, :q], table[m, :q], table[m, q], table[m + 1, :q] = rows, -1, 1, cost
    out, inside = list(range(q)), list(range(q, q + m + 1))  # labels: x_q, then the rows' slacks, then that of Σ x ≤ 1
    unit, stalled, limit = 1, 0, STALLED + m + q
    while (table[-1, :q] < 0).any():
        falling = np.flatnonzero(table[-1, :q] < 0)
        c = int(min(falling, key=lambda j: out[j] if stalled > limit else (table[-1, j], out[j])))
        blocking = np.flatnonzero(table[:-1, c] < 0)
        r = int(min(blocking, key=lambda k: (Fraction(table[k, q], -table[k, c]), inside[k])))
        stalled = stalled + 1 if table[r, q] == 0 else 0
        table, unit = pivoted(table, unit, r, c)
        out[c], inside[r] = inside[r], out[c]
    mix, weights = (np.full(k, Fraction(0), dtype=object) for k in (q, m))
    for k, label in enumerate(inside):
        if label < q:
            mix[label] = Fraction(table[k, q], unit)
    for j, label in enumerate(out):
        if q <= label < q + m:
            weights[label - q] = Fraction(table[-1, j], unit)
    return Optimum(Fraction(table[-1, q], unit), mix, weights)


def pivoted(table: Array, unit: int, r: int, c: int) -> tuple[Array, int]:
    """The dictionary with basic r and nonbasic c exchanged; entries are table / unit, and unit stays positive."""
    pivot, row, column = table[r, c], table[r].copy(), table[:, c].copy()
    table = (table * pivot - np.multiply.outer(column, row)) // unit
    table[r], table[:, c] = -row, column
    table[r, c] = unit
    return (-table, -pivot) if pivot < 0 else (table, pivot)


def batch(cost: Array, rows: Array) -> tuple[Array, Array, Array, Array]:
    """(value [b], mix [b, q], weights [b, i], settled [b]) for floats cost[b, q] and rows[b, i, q]; a row of zeros is nobody.

    All programmes pivot in step. `settled` is false where rounding sent one in circles: ask `least`.
    """
    b, m, q = rows.shape
    step = max(1, CHUNK // ((m + 2) * (q + 1)))
    if b > step:
        parts = [batch(cost[k : k + step], rows[k : k + step]) for k in range(0, b, step)]
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))  # type: ignore[return-value]
    size = np.abs(rows).max(axis=2)
    size[size == 0] = 1
    unit = np.abs(cost).max(axis=1)
    unit[unit == 0] = 1
    table = np.zeros((b, m + 2, q + 1))
    table[:, :m, :q], table[:, m, :q], table[:, m, q] = rows / size[:, :, None], -1, 1
    table[:, m + 1, :q] = cost / unit[:, None]
    out, inside = np.tile(np.arange(q), (b, 1)), np.tile(np.arange(q, q + m + 1), (b, 1))
    left = np.arange(b)
    for k in range(MOST_ROUNDS):
        left = left[(table[left, -1, :q] < -TIE).any(axis=1)]
        if not len(left):
            break
        _pivot_all(table, out, inside, left, bland=k > 3 * (m + q))
    settled = np.ones(b, bool)
    settled[left] = False
    mix, weights = np.zeros((b, q + m + 1)), np.zeros((b, q + m + 1))
    np.put_along_axis(mix, inside, table[:, :-1, q], axis=1)
    np.put_along_axis(weights, out, table[:, -1, :q], axis=1)
    value = np.minimum(table[:, -1, q], 0) * unit
    weights = np.maximum(weights[:, q : q + m], 0) * unit[:, None] / size
    return value, np.maximum(mix[:, :q], 0), weights, settled


def _pivot_all(table: Array, out: Array, inside: Array, left: Array, *, bland: bool) -> None:
    """One pivot of each programme in `left`, in place."""
    part = table[left]
    q = part.shape[2] - 1
    gain = part[:, -1, :q]
    first = np.where(gain < -TIE, out[left], np.iinfo(int).max).argmin(axis=1)
    c = first if bland else gain.argmin(axis=1)
    each = np.arange(len(left))
    column = part[each, :-1, c]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(column < -TIE, np.maximum(part[:, :-1, q], 0) / -column, np.inf)
    near = ratio <= ratio.min(axis=1, keepdims=True) + TIE
    steep = np.where(near, column, 0).argmin(axis=1)  # of the tied rows that with the largest pivot, or the first label
    r = np.where(near, inside[left], np.iinfo(int).max).argmin(axis=1) if bland else steep
    inverse = 1 / part[each, r, c]
    row, whole_column = part[each, r].copy(), part[each, :, c].copy()
    part -= whole_column[:, :, None] * (row * inverse[:, None])[:, None, :]
    part[each, r] = -row * inverse[:, None]
    part[each, :, c] = whole_column * inverse[:, None]
    part[each, r, c] = inverse
    table[left] = part
    out[left, c], inside[left, r] = inside[left, r], out[left, c]


def rank(rows: Array) -> int:
    """Of a table of Python integers, by elimination without fractions."""
    table, found = rows.copy(), 0
    for column in range(table.shape[1]):
        at = np.flatnonzero(table[found:, column])
        if not len(at):
            continue
        pivot = found + int(at[0])
        table[[found, pivot]] = table[[pivot, found]]
        rest = table[found + 1 :]
        rest = rest * table[found, column] - np.multiply.outer(rest[:, column], table[found])
        shared = np.gcd.reduce(rest, axis=1, keepdims=True, initial=0) if rest.size else rest
        table[found + 1 :] = np.where(shared > 1, rest // np.where(shared == 0, 1, shared), rest) if rest.size else rest
        found += 1
        if found == len(table):
            break
    return found


def as_floats(table: Array) -> Array:
    """Python integers, however long, as floats in units of each row's largest."""
    peak = [max(map(abs, row), default=1) or 1 for row in table.tolist()]
    return rational.floats([[x / p for x in row] for row, p in zip(table.tolist(), peak, strict=True)])
