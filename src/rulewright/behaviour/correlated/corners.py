"""All extreme (coarse) correlated equilibria of a small game: the vertices of their polytope.

ρ = p·π is in the cone ρ ≥ 0, G ρ ≥ 0 of the incentives, with Σ_a ρ(θ, a) = p(θ). Listed by the double description method over
Σ ρ ≤ 1, whose only other vertex is the origin. Floats find a vertex; in rationals it is confirmed: the simplest rationals near
it meet every row exactly.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...errors import TooLarge, Unsolved
from ...game.game import Game
from ...numerics import rational
from ...numerics.polytope import vertices
from ...numerics.rational import Array


def incentives(inner: Game, *, coarse: bool = False) -> Array:
    """[row, cell]: what a unit of ρ(θ, a) loses by departing, in the game's own field. Rows that are all zero are left out."""
    n, shape, size = inner.n, inner.payoff.shape[1:], inner.payoff[0].size
    at = np.unravel_index(np.arange(size), shape)
    rows = []
    for i in range(n):
        table = inner.payoff[i]
        for instead in range(inner.action_counts[i]):
            loss = (table - np.take(table, [instead], axis=n + i)).ravel()
            for t in range(inner.type_counts[i]):
                there = at[i] == t
                for told in [None] if coarse else range(inner.action_counts[i]):
                    row = rational.zeros((size,), inner.payoff)
                    here = there if told is None else there & (at[n + i] == told)
                    row[here] = loss[here]
                    if (row != 0).any():
                        rows.append(row)
    return np.stack(rows) if rows else rational.zeros((0, size), inner.payoff)


def corners(inner: Game, *, coarse: bool = False, exact: bool = False, most: int = 2_000) -> list[Array]:
    """Laws ρ[*types, *actions] of a core game, prior included, floating or (`exact`) in rationals; no two are alike.

    Raises TooLarge beyond `most` cells and rows together, or where there are too many vertices; Unsolved as above.
    """
    size = inner.payoff[0].size
    count = size + sum(
        t * a * (1 if coarse else a) for t, a in zip(inner.type_counts, inner.action_counts, strict=True)
    )
    if count > most:
        raise TooLarge(
            where="extreme correlated equilibria",
            needed=f"at most {most:,} cells and incentives together",
            found=f"{count:,}",
            remedy="Ask for the worst and the best of a goal (`span`), which need no list.",
        )
    floating = inner.floats
    rows = incentives(floating, coarse=coarse)
    each = np.kron(np.eye(inner.prior.size), np.ones(size // inner.prior.size))  # [θ, cell]
    off = each - floating.prior.reshape(-1, 1)  # Σ_a ρ(θ, a) − p(θ)·Σ ρ = 0
    off = off[: len(off) - 1] if len(off) > 1 else off[:0]
    matrix = np.concatenate([np.ones((1, size)), -rows, off, -off])
    points, _ = vertices(matrix, np.concatenate([[1.0], np.zeros(len(matrix) - 1)]))
    points = points[points.sum(axis=1) > 0.5]
    points = points[np.lexsort(points.round(9).T[::-1])]
    if not exact:
        return [point.reshape(inner.payoff.shape[1:]) for point in points]
    wanted = inner.exact
    return [_proved(point, wanted, incentives(wanted, coarse=coarse)) for point in points]


def _proved(point: Array, inner: Game, rows: Array) -> Array:
    """The vertex in rationals, every row checked. Raises Unsolved where none of several finenesses serves."""
    shape = (inner.prior.size, -1)
    prior = inner.prior.reshape(-1)
    for fineness in (1e-10, 1e-8, 1e-12):
        near = rational.filled(point.shape, rational.simplest(point, fineness))
        sums = near.reshape(shape).sum(axis=1)
        if all(s == p for s, p in zip(sums, prior, strict=True)) and all(r >= Fraction(0) for r in rows.dot(near)):
            return near.reshape(inner.payoff.shape[1:])
    raise Unsolved(
        where="extreme correlated equilibrium",
        needed="simple rationals that meet every incentive exactly",
        found=f"none near {np.array2string(point, precision=6)}",
        remedy="Ask for the floating vertices (exact=False).",
    )
