"""All equilibria of many bimatrix games at once, where none is degenerate: one walk of two polytopes for each game.

In a nondegenerate game every equilibrium is a pair of vertices, x of P = {x ≥ 0 : Bᵀx ≤ 1} and y of Q = {y ≥ 0 : Ay ≤ 1}, whose
sets of facets are each other's complement: every strategy is unplayed or a best reply, and none is both. Mixtures are then the
solutions of the indifference equations on the supports. `native/vertices.c` does all of it; its twin is here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.native import count, kernel, pointer, real
from ...numerics.rational import ROUNDING, Array, floats, is_exact, numbers, spread
from ...numerics.simple import FULL, LABELS, MOST, TIE, TIED, walked


@dataclass(frozen=True, eq=False)
class Found:
    """Equilibria of many games: those of game g are x[of == g], y[of == g]."""

    x: Array
    """[equilibrium, row]; mixtures."""
    y: Array
    """[equilibrium, column]."""
    of: Array
    """[equilibrium]; the game, ascending."""
    status: Array
    """[game]; equilibria found, or TIED where the game is degenerate, or FULL where it has too many vertices."""


def all_bimatrix(a: Array, b: Array, *, most: int = MOST) -> Found:
    """All equilibria of games with payoffs a, b [game, row, column], floats; `most` vertices of each polytope.

    Games that are degenerate, or nearly, are marked and not solved: `extreme` does those. Raises InputError for shapes that
    differ or more than 64 actions in a game.
    """
    a, b = checked(a, b, axes="game, row, column", most=most, read=floats)
    if sum(a.shape[1:]) > LABELS:
        raise InputError(
            where="bimatrix games", needed=f"at most {LABELS} actions in a game", found=f"shape {a.shape[1:]}"
        )
    games, m, n = a.shape
    reserve((games, 4, m, n), "the payoffs of all games")
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    if m > LABELS // 2 or n > LABELS // 2 or (walk := kernel("bimatrix_equilibria")) is None:
        return _twin(a, b, positive(b).transpose(0, 2, 1), positive(a), most)
    masks, status = np.empty(2 * most, dtype=np.uint64), np.empty(games, dtype=np.int64)
    room = 4 * games + 64
    while True:
        x, y, of = np.empty((room, m)), np.empty((room, n)), np.empty(room, dtype=np.int64)
        out = map(pointer, (x, y, of))
        limits = count(most), real(TIE), real(ROUNDING)
        sizes = map(count, (games, m, n))
        found = walk(pointer(a), pointer(b), *sizes, pointer(masks), *limits, *out, count(room), pointer(status))
        if found != FULL:
            return _found(x[:found], y[:found], of[:found], status)
        room *= 8


def checked(
    a: Any, b: Any, *, axes: str = "row, column", most: int = 1, read: Callable[[Any], Array] = numbers
) -> tuple[Array, Array]:
    """Payoffs of both players, in the fields that `read` gives. Raises InputError for wrong shapes, numbers or limits."""
    try:
        a, b = read(a), read(b)
    except (ValueError, TypeError) as error:
        raise InputError(where="bimatrix games", needed="payoffs that are finite numbers", found=str(error)) from None
    if a.ndim != axes.count(",") + 1 or a.shape != b.shape or not all(a.shape[-2:]):
        raise InputError(
            where="bimatrix games",
            needed=f"payoffs [{axes}] of both, alike, and at least one row and one column",
            found=f"shapes {a.shape} and {b.shape}",
        )
    for payoff in (a, b):
        if not is_exact(payoff) and not (np.abs(payoff) <= np.finfo(float).max / 4).all():
            found = "NaN" if np.isnan(payoff).any() else f"{np.abs(payoff).max():.3g}"
            raise InputError(where="bimatrix games", needed="finite payoffs whose differences are finite", found=found)
    if most < 1:
        raise InputError(where="bimatrix games", needed="a limit of at least 1", found=str(most))
    return a, b


def positive(payoff: Array) -> Array:
    """Best-reply polytopes need positive payoffs [..., row, column]; a shift and a scale change no equilibrium."""
    span, rounding = spread(payoff, (-2, -1))
    same = span <= rounding  # no preference at all, and no more of one by scaling up what rounding left
    return np.where(same, 0.0, (payoff - payoff.min(axis=(-2, -1), keepdims=True)) / np.where(same, 1.0, span)) + 0.125


def _found(x: Array, y: Array, of: Array, status: Array) -> Found:
    kept = status[of] >= 0  # what was found before a game turned out degenerate is not all
    x, y = np.maximum(x[kept], 0), np.maximum(y[kept], 0)
    return Found(x / x.sum(axis=1, keepdims=True), y / y.sum(axis=1, keepdims=True), of[kept], status)


def _twin(a: Array, b: Array, by_columns: Array, by_rows: Array, most: int) -> Found:
    """The same in NumPy."""
    m, n = a.shape[1:]
    low, full = np.uint64((1 << m) - 1), np.uint64((1 << (m + n)) - 1)
    status = np.zeros(len(a), dtype=np.int64)
    xs, ys, of = [np.zeros((0, m))], [np.zeros((0, n))], [np.zeros(0, dtype=np.int64)]
    for g, (at_x, at_y) in enumerate(zip(walked(by_columns, most), walked(by_rows, most), strict=True)):
        if isinstance(at_x, int) or isinstance(at_y, int):
            status[g] = at_x if isinstance(at_x, int) else int(at_y)
            continue
        missing = at_x ^ full
        there = (missing >> np.uint64(m)) | ((missing & low) << np.uint64(n))
        met = np.isin(there, at_y) & (there != np.uint64((1 << n) - 1))
        for facets in at_x[met]:
            rows = [i for i in range(m) if not int(facets) >> i & 1]
            columns = [j for j in range(n) if int(facets) >> (m + j) & 1]
            x, y = np.zeros(m), np.zeros(n)
            try:
                x[rows], y[columns] = (
                    indifferent(b[g][np.ix_(rows, columns)].T),
                    indifferent(a[g][np.ix_(rows, columns)]),
                )
            except np.linalg.LinAlgError:
                status[g] = TIED
                continue
            xs.append(x[None])
            ys.append(y[None])
            of.append(np.array([g]))
            status[g] += status[g] >= 0
    return _found(np.concatenate(xs), np.concatenate(ys), np.concatenate(of), status)


def indifferent(square: Array) -> Array:
    """[column]: the mixture z that makes all rows of square[row, column] worth the same: square·z = v, Σz = 1."""
    k = len(square)
    system = np.zeros((k + 1, k + 1))
    system[:k, :k], system[:k, k], system[k, :k] = square, -1.0, 1.0
    side = np.zeros(k + 1)
    side[k] = 1.0
    return np.linalg.solve(system, side)[:k]
