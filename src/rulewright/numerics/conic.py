"""Sums of logarithms over linear rows: an exponential cone for each, solved by Clarabel (extra [conic]).

    maximise  Σ_i log w_i   subject to the rows and bounds of a Programme, w some of its columns

Goulart & Chen 2024, arXiv 2405.12762: an interior point method; its point is optimal to about 1e-8.
"""

from __future__ import annotations

import numpy as np

from ..errors import MissingExtra, Unsolved
from .linprog import Programme, Solution
from .rational import Array


def maximise_logs(programme: Programme, columns: Array) -> Solution:
    """The largest Σ log of `columns` [k] over the programme's rows and bounds; its linear costs count as well.

    Raises MissingExtra without Clarabel, Unsolved where it gives no verdict.
    """
    try:
        import clarabel
        from scipy import sparse
    except ImportError:
        raise MissingExtra(
            where="Nash welfare",
            needed="the conic solver Clarabel",
            found="no such package",
            remedy="Install it with: pip install 'rulewright[conic]'",
        ) from None
    start, index, value = programme.matrix()
    lower, upper, low, high = programme.sides()
    n, k = programme.columns, len(columns)
    rows = sparse.csr_matrix((value, index, start), shape=(programme.rows, n + k)).tocsr()
    unit = sparse.eye(n, n + k, format="csr")
    same, fixed = lower == upper, low == high
    blocks = [rows[same], unit[fixed]]
    sides = [lower[same], low[fixed]]
    equal = sum(len(s) for s in sides)
    for matrix, least, most, free in ((rows, lower, upper, ~same), (unit, low, high, ~fixed)):
        above, below = free & np.isfinite(least), free & np.isfinite(most)
        blocks += [-matrix[above], matrix[below]]
        sides += [-least[above], most[below]]
    bounded = sum(len(s) for s in sides) - equal
    cone, shift = _logarithms(sparse, columns, n, k)
    matrix = sparse.vstack([*blocks, cone]).tocsc()
    cones = [clarabel.ZeroConeT(equal), clarabel.NonnegativeConeT(bounded), *[clarabel.ExponentialConeT()] * k]
    costs = -np.concatenate([programme.cost(), np.ones(k)])
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-10
    nothing = sparse.csc_matrix((n + k, n + k))
    found = clarabel.DefaultSolver(nothing, costs, matrix, np.concatenate([*sides, shift]), cones, settings).solve()
    status = str(found.status)
    if status == "Solved":  # not "AlmostSolved"
        return Solution("optimal", -float(found.obj_val), np.array(found.x)[:n])
    if status == "PrimalInfeasible":
        return Solution("infeasible", float("nan"))
    raise Unsolved(where="conic programme", needed="an optimum or a proof that there is none", found=status)


def _logarithms(sparse, columns: Array, n: int, k: int):
    """s = shift − A·x in the exponential cone: (τ_i, 1, w_i), so that τ_i ≤ log w_i."""
    at = np.arange(k)
    r, c = np.concatenate([3 * at, 3 * at + 2]), np.concatenate([n + at, columns])
    shift = np.zeros(3 * k)
    shift[1::3] = 1.0
    return sparse.csr_matrix((-np.ones(2 * k), (r, c)), shape=(3 * k, n + k)), shift
