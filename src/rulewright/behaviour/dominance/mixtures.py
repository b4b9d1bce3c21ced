"""A mixture that dominates an action: found in floats, proved in whole numbers.

    minimise Σ_b m_b   subject to   Σ_b m_b · ( u(b, c) − u(a, c) ) ≥ s_g for every cell c of g,   Σ_g p_g·s_g ≥ 1,   m ≥ 0

whose optimum is one over the largest margin. Asking for a gain of one, instead of for weights of one, is what finds margins of
1e-10 of the payoffs: the traveler's dilemma with 100 claims has such ones. Weights are then taken over 2^60 and the margin
computed without rounding.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from ...errors import Unsolved
from ...numerics import rational
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array

HALF = 30  # bits of a weight in each of two int64 numbers, so that products with payoffs stay exact
NEAT, FEW = 1e-10, 16  # so many weights, and no more, are made simple within this, where that keeps the margin
PIVOT = 1e-12
Groups = list[tuple[Fraction | float | int, Array]]


def mixture(groups: Groups, k: int) -> Array | None:
    """[action] ≥ 0, summing to one and 0 at k: the mixture that is better than k by most, in floats; None if there is none."""
    tables = [rational.floats(table) for _, table in groups]
    chance = np.array([float(p) for p, _ in groups])
    chance /= chance.sum()
    count = len(tables[0])
    others = np.delete(np.arange(count), k)
    unit = max(float(np.abs(table - table[k]).max()) for table in tables) or 1.0
    if len(groups) == 1:
        quick = pivoted((tables[0][others] - tables[0][k]) / unit)
        if quick is not None:
            weights = np.zeros(count)
            weights[others] = quick
            return weights / weights.sum() if weights.any() else None
    programme = Programme()
    m = programme.add_columns(len(others), cost=1.0)
    for g, table in enumerate(tables):
        gain = (table[others] - table[k]) / unit
        if len(groups) == 1:
            programme.put(programme.add_rows(gain.shape[1], lower=1.0)[:, None], m[None], gain.T)
            continue
        s = programme.add_columns(1, lower=-INFINITY)
        rows = programme.add_rows(gain.shape[1], lower=0.0)
        programme.put(rows[:, None], m[None], gain.T)
        programme.put(rows, s, -1.0)
        tables[g] = s
    if len(groups) > 1:
        programme.put(programme.add_rows(1, lower=1.0)[:, None], np.concatenate(tables)[None], chance[None])
    try:
        found = programme.solve()
    except Unsolved:
        return None
    if found.x is None:
        return None
    weights = np.zeros(count)
    weights[others] = np.maximum(found.x[m], 0)
    return weights / weights.sum() if weights.any() else None


def pivoted(gain: Array) -> Array | None:
    """[action]: weights m of the programme above for one group, gain[action, cell] = u(b, c) − u(a, c); all 0 if there are none.

    Its dual, max Σ y, gain·y ≤ 1, y ≥ 0, starts at y = 0, and ends without bound after few pivots where nothing dominates. A dense
    tableau in extended precision, since weights may range over ten digits and more. None where it takes too many pivots.
    """
    rows, columns = gain.shape
    tableau = np.zeros((rows + 1, columns + 1), dtype=np.longdouble)
    tableau[:rows, :columns] = gain
    tableau[:rows, columns] = 1
    tableau[rows, :columns] = -1
    basic, free = np.arange(columns, columns + rows), np.arange(columns)  # labels: cells, then actions' slacks
    for _ in range(4 * (rows + columns)):
        c = int(tableau[rows, :columns].argmin())
        if tableau[rows, c] >= -PIVOT:
            weights = np.zeros(rows)
            slack = free >= columns
            weights[free[slack] - columns] = np.maximum(tableau[rows, :columns][slack], 0)
            return weights
        up = tableau[:rows, c] > PIVOT
        if not up.any():
            return np.zeros(rows)
        ratio = np.full(rows, np.inf, dtype=np.longdouble)
        ratio[up] = tableau[:rows, columns][up] / tableau[:rows, c][up]
        r = int(ratio.argmin())
        row, column, pivot = tableau[r].copy(), tableau[:, c].copy(), tableau[r, c]
        row /= pivot
        row[c] = 1 / pivot
        column[r] = 0
        tableau[:, c] = 0
        tableau[r] = 0
        used = np.flatnonzero(column)
        tableau[used] -= column[used, None] * row
        tableau[r] = row
        basic[r], free[c] = free[c], basic[r]
    return None


def margin(groups: Groups, k: int, weights: Array) -> Fraction | float | int:
    """Σ_g p_g · min_c ( Σ_b w_b·u(b, c) / Σ w − u(k, c) ), in the tables' units; w are floats, or whole numbers (objects).

    Without rounding, as a Fraction, where the weights are whole numbers and the tables are int64 or Fractions.
    """
    if weights.dtype != object:
        return sum(p * (weights @ table - weights.sum() * table[k]).min() / weights.sum() for p, table in groups)
    total = sum(weights)
    used = np.flatnonzero(weights)
    chosen = weights[used]
    high = np.array([w >> HALF for w in chosen])
    low = np.array([w & ((1 << HALF) - 1) for w in chosen])
    found: Fraction | int = 0
    for p, table in groups:
        gains = table[used] - table[k]
        if table.dtype == np.int64:
            parts = (high.astype(np.int64) @ gains).astype(object) * (1 << HALF) + (low.astype(np.int64) @ gains)
        else:
            parts = chosen @ gains
        found = found + p * min(parts)
    return Fraction(found) / total


def whole(weights: Array) -> Array:
    """The same weights over 2^60, as Python whole numbers."""
    scaled = np.rint(weights / weights.sum() * 2.0 ** (2 * HALF - 1))
    found = np.empty(len(weights), dtype=object)
    found[:] = [int(w) for w in scaled]
    return found


def fits(table: Array) -> bool:
    """Whether products of the table and half a weight stay within int64."""
    return table.dtype != np.int64 or float(np.abs(table).max()) * 2 * len(table) < 2.0 ** (62 - HALF)


def neat(weights: Array) -> Array | None:
    """Whole numbers in the proportions of simple rationals near the weights; None where they are many or do not fit."""
    if np.count_nonzero(weights > NEAT) > FEW:
        return None
    near = rational.simplest(weights, NEAT)
    common = math.lcm(*(w.denominator for w in near))
    if common >= 1 << (2 * HALF - 1):
        return None
    found = np.empty(len(weights), dtype=object)
    found[:] = [int(w * common) for w in near]
    return found if any(found) else None
