"""All extreme equilibria of two players.

Payoff matrices A, B: the best-reply polytopes P = {x ≥ 0 : Bᵀx ≤ 1}, Q = {y ≥ 0 : Ay ≤ 1} have a
facet for every pure strategy (its own, if unplayed; the other's, if a best reply). A pair of vertices is an
equilibrium when every strategy is unplayed or a best reply (Mangasarian 1964; von Stengel 2002). All equilibria are
convex combinations of these extreme ones, so worst and best for a goal are among them, in degenerate games as well.

Three ways. Nondegenerate games in floats: a walk of the graph of P (`many`). The same with exact payoffs: both graphs are
walked, error bounds prove that no vertex was missed, and rationals repair every equilibrium and check it. Degenerate games:
vertices by the double description method, in the game's own field, and pairs of vertices whose labels cover everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...game.game import Game
from ...numerics import polytope, rational
from ...numerics.linear import unique_solution
from ...numerics.rational import Array
from ...numerics.simple import FULL, LABELS, MOST, facet_sets, nothing_missing, too_large
from ..dominance import iterated
from .many import all_bimatrix, checked, positive

FEW = 26  # actions of both players, up to which dominance by mixtures costs more than it saves
MARGIN = 1e-9  # relative to the range of payoffs: by how much a dominated action of a floating game must be worse
CHUNK = 2**24  # pairs of vertices compared at a time


@dataclass(frozen=True, eq=False)
class Extremes:
    """The extreme equilibria of a bimatrix game, in its own field."""

    x: Array
    """[equilibrium, row]; mixtures."""
    y: Array
    """[equilibrium, column]."""
    complete: bool
    """Whether nothing is missing: proved for exact payoffs, and as far as floats tell otherwise."""
    how: str

    def __len__(self) -> int:
        return len(self.x)


def extreme(a: Array, b: Array) -> list[tuple[Array, Array]]:
    """All extreme equilibria of the bimatrix game with payoffs a, b [row action, column action], as mixtures."""
    found = extremes(a, b)
    return list(zip(found.x, found.y, strict=True))


def extremes(a: Array, b: Array, *, most: int = MOST) -> Extremes:
    """All extreme equilibria of the game with payoffs a, b [row, column], both exact or both floats.

    Exact payoffs give exact mixtures, each checked in rationals. Raises TooLarge beyond `most` vertices, and InputError for
    payoffs that are not two finite tables of one shape.
    """
    a, b = checked(a, b, most=most)
    exact = rational.is_exact(a) and rational.is_exact(b)
    if not exact:
        a, b = rational.floats(a), rational.floats(b)
    m, n = a.shape
    rows, columns = undominated(a, b)  # no equilibrium uses anything else
    inner_a, inner_b = a[np.ix_(rows, columns)], b[np.ix_(rows, columns)]
    found = (_exact if exact else _floating)(inner_a, inner_b, most)
    x, y = rational.zeros((len(found), m), a), rational.zeros((len(found), n), a)
    x[:, rows], y[:, columns] = found.x, found.y
    order = np.lexsort(-rational.floats(np.hstack([x, y])).T[::-1])  # first actions first, however they were found
    return Extremes(x[order], y[order], found.complete, found.how)


def undominated(a: Array, b: Array) -> tuple[list[int], list[int]]:
    """Rows and columns that survive iterated strict dominance: by pure strategies in small games, by mixtures in others."""
    if sum(a.shape) > FEW:
        left = iterated(Game.normal(np.stack([a, b]))).left
        return list(left[0][0]), list(left[1][0])
    u, v = (rational.comparable(payoff) for payoff in (a, b))
    slack: list[Any] = [0, 0]
    if not rational.is_exact(a):
        slack = [(MARGIN * span + rounding).item() for span, rounding in map(rational.spread, (a, b))]
    rows, columns = np.arange(a.shape[0]), np.arange(a.shape[1])
    while True:
        before = len(rows) + len(columns)
        rows = rows[~_worse(u[np.ix_(rows, columns)], slack[0])]
        columns = columns[~_worse(v[np.ix_(rows, columns)].T, slack[1])]
        if len(rows) + len(columns) == before:
            return rows.tolist(), columns.tolist()


def _worse(table: Array, slack: float) -> Array:
    """[row]: whether another row is better by more than `slack` in every column."""
    better = np.asarray(table[:, None] > table[None] + slack, dtype=bool)
    return np.any(np.all(better, axis=2), axis=0, keepdims=False).reshape(-1)


def _floating(a: Array, b: Array, most: int) -> Extremes:
    if sum(a.shape) <= LABELS:
        found = all_bimatrix(a[None], b[None], most=most)
        if found.status[0] >= 0:
            return Extremes(
                found.x,
                found.y,
                True,
                "all vertices of a best-reply polytope, by walking its graph, each with what answers it",
            )
        if found.status[0] == FULL:
            raise too_large(most)
    return _degenerate(a, b)


def _exact(a: Array, b: Array, most: int) -> Extremes:
    found = _proved(a, b, most) if sum(a.shape) <= LABELS else None
    return _degenerate(a, b) if found is None else found


def _proved(a: Array, b: Array, most: int) -> Extremes | None:
    """All equilibria of a nondegenerate exact game, found in floats, each repaired in rationals; None if anything fails.

    The polytopes are those of the payoffs shifted and scaled in rationals and rounded to floats entry by entry.
    """
    m, n = a.shape
    of_columns, of_rows = (rational.floats(_positive(payoff)) for payoff in (b.T, a))
    at_x = facet_sets(of_columns, most=most)
    at_y = None if at_x is None else facet_sets(of_rows, most=most)
    if at_x is None or at_y is None or not (nothing_missing(of_columns, at_x) and nothing_missing(of_rows, at_y)):
        return None
    missing = at_x ^ np.uint64((1 << (m + n)) - 1)
    there = (missing >> np.uint64(m)) | ((missing & np.uint64((1 << m) - 1)) << np.uint64(n))
    xs, ys = [], []
    for facets in at_x[np.isin(there, at_y) & (there != np.uint64((1 << n) - 1))]:
        rows = [i for i in range(m) if not int(facets) >> i & 1]
        columns = [j for j in range(n) if int(facets) >> (m + j) & 1]
        x, y = indifferent(b.T, columns, rows), indifferent(a, rows, columns)
        if x is None or y is None:
            return None
        xs.append(x)
        ys.append(y)
    how = "all vertices of the best-reply polytopes, none missing by error bounds; equilibria repaired and checked in rationals"
    return Extremes(_stacked(xs, m), _stacked(ys, n), True, how)


def _positive(payoff: Array) -> Array:
    least = payoff.min()
    return (payoff - least) / ((payoff.max() - least) or Fraction(1)) + Fraction(1, 8)


def _stacked(mixtures: list[Array], width: int) -> Array:
    return np.array(mixtures, dtype=object).reshape(len(mixtures), width)


def indifferent(payoff: Array, rows: list[int], columns: list[int]) -> Array | None:
    """[column]: the exact mixture on `columns` that makes `rows` the best rows of payoff[row, column]; None if there is none."""
    one, zero = Fraction(1), Fraction(0)
    square = payoff[np.ix_(rows, columns)].tolist()
    system = [[*row, -one] for row in square] + [[one] * len(columns) + [zero]]
    solved = unique_solution(system, [zero] * len(rows) + [one])
    if solved is None or min(solved[:-1]) < 0:
        return None
    mixture = np.full(payoff.shape[1], zero, dtype=object)
    mixture[columns] = solved[:-1]
    worth = payoff[:, columns].dot(mixture[columns])
    return mixture if max(worth) <= solved[-1] else None


def _degenerate(a: Array, b: Array) -> Extremes:
    """By the double description method: any game, more slowly."""
    exact = rational.is_exact(a)
    (m, n), scaled = a.shape, _positive if exact else positive
    one = rational.like(np.ones(max(m, n)), a)
    x, x_tight = polytope.vertices(scaled(b).T, one[:n])  # labels: rows unplayed, then columns that are best replies
    y, y_tight = polytope.vertices(scaled(a), one[:m])  # labels: columns unplayed, then rows that are best replies
    y_tight = np.column_stack([y_tight[:, n:], y_tight[:, :n]])
    some_x, some_y = (np.asarray(z.sum(axis=1) > 0, dtype=bool) for z in (x, y))  # not the origin
    x, x_tight, y, y_tight = x[some_x], x_tight[some_x], y[some_y], y_tight[some_y]
    left_x, left_y = (~x_tight).astype(np.float32), (~y_tight).astype(np.float32)
    step = max(1, CHUNK // max(1, len(x)))
    pairs = [np.zeros((0, 2), dtype=int)]
    for k in range(0, len(y), step):
        met = np.argwhere(left_y[k : k + step] @ left_x.T == 0)  # every label is at x or at y
        pairs.append(np.column_stack([met[:, 1], met[:, 0] + k]))
    at_x, at_y = np.concatenate(pairs).T
    x, y = x / x.sum(axis=1, keepdims=True), y / y.sum(axis=1, keepdims=True)
    how = "all pairs of vertices of the best-reply polytopes, by the double description method" + (
        ", exactly" if exact else ""
    )
    return Extremes(x[at_x], y[at_y], True, how)
