"""All extreme equilibria of two players.

Payoff matrices A, B: the best-reply polytopes P = {x ≥ 0 : Bᵀx ≤ 1}, Q = {y ≥ 0 : Ay ≤ 1} have a
facet for every pure strategy (its own, if unplayed; the other's, if a best reply). A pair of vertices is an
equilibrium when every strategy is unplayed or a best reply (Mangasarian 1964; von Stengel 2002). All equilibria are
convex combinations of these extreme ones, so worst and best for a goal are among them, in degenerate games as well.
"""

from __future__ import annotations

import numpy as np

from ...game.game import Game
from ...numerics.polytope import vertices
from ...numerics.rational import Array
from ..dominance import iterated


def extreme(a: Array, b: Array) -> list[tuple[Array, Array]]:
    """All extreme equilibria of the bimatrix game with payoffs a, b [row action, column action], as mixtures."""
    m, n = a.shape
    survivors = iterated(Game.normal(np.stack([a, b]).astype(float))).left  # no equilibrium uses anything else
    kept_rows, kept_columns = (np.array(left[0]) for left in survivors)
    a, b = (_positive(x[np.ix_(kept_rows, kept_columns)]) for x in (a, b))
    rows, columns = a.shape
    x, x_tight = vertices(b.T, np.ones(columns))  # labels: rows unplayed, then columns that are best replies
    y, y_tight = vertices(a, np.ones(rows))  # labels: columns unplayed, then rows that are best replies
    x_labels, y_labels = x_tight, np.column_stack([y_tight[:, columns:], y_tight[:, :columns]])
    found = []
    x_sum, y_sum = x.sum(axis=1), y.sum(axis=1)
    missing = (~x_labels).astype(np.float32)
    for k in np.flatnonzero(y_sum > 0):
        complete = missing @ (~y_labels[k]).astype(np.float32) == 0  # every label is at x or at y
        for h in np.flatnonzero(complete & (x_sum > 0)):
            row, column = np.zeros(m), np.zeros(n)
            row[kept_rows], column[kept_columns] = x[h] / x_sum[h], y[k] / y_sum[k]
            found.append((row, column))
    return found


def _positive(payoff: Array) -> Array:
    """Best-reply polytopes need positive payoffs; a shift and a scale change no equilibrium."""
    return (payoff - payoff.min()) / max(float(np.ptp(payoff)), 1e-300) + 1
