"""All equilibria of many bimatrix games at once, where none is degenerate: one walk of a polytope for each game.

In a nondegenerate game every equilibrium is a vertex x of P = {x ≥ 0 : Bᵀx ≤ 1} with the one mixture y of its best replies that
makes the rows it plays best replies: P's graph is walked, and at every vertex the indifference equations are solved.
`native/vertices.c` does all of it; its twin is here.
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

SINGULAR = 1e-14  # a determinant of payoffs between 1/8 and 9/8: the supports do not say what is played


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
    masks, status = np.empty(most, dtype=np.uint64), np.empty(games, dtype=np.int64)
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
    """The same in NumPy: all vertices of all games, together those whose supports are of one size."""
    games, m, n = a.shape
    status = np.zeros(games, dtype=np.int64)
    owner, facets = [], []
    for g, sets in enumerate(walked(by_columns, most)):
        if isinstance(sets, int):
            status[g] = sets
        else:
            facets.append(sets[1:])  # not the origin, which is no mixture
            owner.append(np.full(len(sets) - 1, g))
    of, sets = np.concatenate([*owner, np.zeros(0, dtype=int)]), np.concatenate([*facets, np.zeros(0, dtype=np.uint64)])
    labels = (sets[:, None] >> np.arange(m + n, dtype=np.uint64)) & np.uint64(1) > 0
    plays, size = ~labels[:, :m], (~labels[:, :m]).sum(axis=1)
    x, y, met = np.zeros((len(of), m)), np.zeros((len(of), n)), np.zeros(len(of), dtype=np.int64)
    for k in np.unique(size):
        at = np.flatnonzero(size == k)
        rows, columns = (np.nonzero(part[at])[1].reshape(-1, k) for part in (plays, labels[:, m:]))
        mixture, _ = indifferent(by_columns[of[at]], columns, rows)
        reply, value = indifferent(by_rows[of[at]], rows, columns)
        full_x, full_y = np.zeros((len(at), m)), np.zeros((len(at), n))
        np.put_along_axis(full_x, rows, mixture, axis=1)
        np.put_along_axis(full_y, columns, reply, axis=1)
        x[at], y[at] = full_x, full_y
        lead = np.where(plays[at], np.inf, value[:, None] - np.einsum("gij,gj->gi", by_rows[of[at]], full_y))
        least = np.minimum(reply.min(axis=1), lead.min(axis=1))
        met[at] = np.where(least < -TIE, 0, np.where(least > TIE, 1, TIED))  # NaN, of singular equations: TIED
    np.minimum.at(status, of[met == TIED], TIED)
    np.add.at(status, of[(met == 1) & (status[of] >= 0)], 1)
    return _found(x[met == 1], y[met == 1], of[met == 1], status)


def indifferent(tables: Array, rows: Array, columns: Array) -> tuple[Array, Array]:
    """(mixture [game, k], its value [game]): z on `columns` [game, k] that makes `rows` [game, k] of tables[game, row, column]
    worth the same, M z = v, Σz = 1. NaN where the equations are singular, or nearly.
    """
    k = rows.shape[1]
    system = np.zeros((len(rows), k + 1, k + 1))
    system[:, :k, :k] = np.take_along_axis(
        np.take_along_axis(tables, rows[:, :, None], axis=1), columns[:, None], axis=2
    )
    system[:, :k, k], system[:, k, :k] = -1.0, 1.0
    singular = np.abs(np.linalg.det(system)) < SINGULAR
    system[singular] = np.eye(k + 1)
    side = np.zeros((k + 1, 1))
    side[k] = 1.0
    solved = np.linalg.solve(system, np.broadcast_to(side, (len(rows), k + 1, 1)))[..., 0]
    solved[singular] = np.nan
    return solved[:, :k], solved[:, k]
