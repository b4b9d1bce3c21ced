"""Vertices of a polytope {x : A x ≤ b} by the double description method, with the facets that each lies on.

Motzkin et al. 1953; adjacency by shared facets (Fukuda & Prodon 1996). One inequality is added at a time: vertices on
its wrong side are cut off, and every edge that crosses it contributes one. Which facets a new vertex lies on follows
from the two it came from, so degenerate polytopes, where more facets than dimensions meet, need no special care;
only the sign of a vertex against the inequality being added is a floating decision. In exact polytopes rays are whole
numbers and nothing is a decision.
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import TooLarge
from . import rational
from .rational import Array

TOLERANCE = 1e-9
MOST = 20_000  # vertices kept at any time
MOST_PAIRS = (
    200_000_000  # pairs of vertices tried as edges, in all; with the next, what bounds the time (ten seconds or so)
)
MOST_WORK = (
    500_000_000  # words of 64 facets compared with those of such pairs, in all: what counts where there are many facets
)


def vertices(matrix: Array, bound: Array) -> tuple[Array, Array]:
    """Vertices of {x ≥ 0 : matrix·x ≤ bound}, bounded, with bound > 0.

    matrix is [row, dimension], bound [row], both exact or both floats. Returns points [vertex, dimension] in the same
    field and tight [vertex, dimension + row], whether x_k = 0 and whether a row holds with equality. The origin is among
    them. Raises TooLarge beyond `MOST`, `MOST_PAIRS` or `MOST_WORK`.
    """
    d = matrix.shape[1]
    exact = rational.is_exact(matrix)
    rows = _whole(np.column_stack([bound, -matrix])) if exact else np.column_stack([bound, -matrix])
    # Rays of the cone over the polytope, homogenised by a first coordinate: generators x of {x_0 ≥ 0, x ≥ 0} to start.
    rays = np.eye(d + 1, dtype=int).astype(object) if exact else np.eye(d + 1)
    pairs = work = 0
    tight = ~np.eye(d + 1, dtype=bool)  # columns: x_0 ≥ 0 (the hyperplane at infinity), x_1 ≥ 0, …
    for row in rows:
        side = rays @ row if exact else _side(rays, row)
        pairs += int((side > 0).sum()) * int((side < 0).sum())
        if len(rays) > MOST or pairs > MOST_PAIRS:
            raise _too_large(len(rays), pairs)
        rays, tight, spent = _cut(rays, tight, side, d, MOST_WORK - work)
        work += spent
        if work > MOST_WORK:
            raise _too_large(len(rays), pairs)
    finite = np.asarray(rays[:, 0] > (0 if exact else TOLERANCE), dtype=bool)
    tight = np.delete(tight[finite], 0, axis=1)
    if exact:
        return rational.exact(rays[finite, 1:]) / rational.exact(rays[finite, :1]), tight
    return np.maximum(rays[finite, 1:] / rays[finite, :1], 0), tight


def _too_large(rays: int, pairs: int) -> TooLarge:
    return TooLarge(
        where="enumeration of vertices",
        needed=f"at most {MOST:,} vertices, {MOST_PAIRS:,} pairs of them, and {MOST_WORK:,} comparisons of their facets",
        found=f"{rays:,} vertices and {pairs:,} pairs, and growing",
        remedy="Ask for `pure`, for `lemke-howson`, or for `correlated`, whose worst and best need no list of all equilibria.",
    )


def _whole(rows: Array) -> Array:
    """Rows of rationals as whole numbers, each times a positive constant."""
    common = [math.lcm(*(x.denominator for x in row)) for row in rows]
    whole = [[x.numerator * (c // x.denominator) for x in row] for row, c in zip(rows, common, strict=True)]
    return np.array(whole, dtype=object)


def _side(rays: Array, row: Array) -> Array:
    """[ray]: how far inside the inequality; what is as good as on it is on it."""
    side = (rays[:, 0] * row[0] + rays[:, 1:] @ row[1:]) / (float(np.abs(row[1:]).max()) or 1.0)
    side[np.abs(side) <= TOLERANCE * np.abs(rays).max(axis=1)] = 0
    return side


def _cut(rays: Array, tight: Array, side: Array, d: int, most: int) -> tuple[Array, Array, int]:
    """Keep the rays with side ≥ 0, add one for each edge that crosses; and the comparisons that took, not beyond `most`."""
    above, on, below = (np.asarray(x, dtype=bool) for x in (side > 0, side == 0, side < 0))
    with_row = np.column_stack([tight, on])
    if not below.any():
        return rays, with_row, 0
    first, second, spent = _edges(tight, np.flatnonzero(above), np.flatnonzero(below), d, most)
    new = rays[first] * -side[second][:, None] + rays[second] * side[first][:, None]
    if new.dtype == object:
        new //= np.gcd.reduce(new, axis=1, keepdims=True, initial=0)
    else:
        new /= np.abs(new).max(axis=1, keepdims=True)
    shared = np.column_stack([tight[first] & tight[second], np.ones(len(first), dtype=bool)])
    keep = above | on
    return np.vstack([rays[keep], new]), np.vstack([with_row[keep], shared]), spent


def _edges(tight: Array, above: Array, below: Array, d: int, most: int) -> tuple[Array, Array, int]:
    """Pairs (above, below) that span an edge: no third ray lies on all the facets that the two share.

    And how many words were compared; soon after `most` it stops.
    """
    words, spent = _packed(tight), 0
    found: list[tuple[Array, Array]] = []
    for a in above:
        shared = words[a] & words[below]  # [below, word]
        likely = np.bitwise_count(shared).sum(axis=1) >= d - 1
        candidates, common = below[likely], shared[likely]
        if not len(candidates):
            continue
        spent += len(candidates) * words.size
        if spent > most:
            break
        on_all = ((words[None] & common[:, None]) == common[:, None]).all(axis=2).sum(axis=1)  # [candidate]
        chosen = candidates[on_all == 2]
        found.append((np.full(len(chosen), a), chosen))
    if not found:
        return np.zeros(0, int), np.zeros(0, int), spent
    return np.concatenate([f for f, _ in found]), np.concatenate([s for _, s in found]), spent


def _packed(bits: Array) -> Array:
    """[row, 64-bit word]: booleans as bits."""
    width = -(-bits.shape[1] // 64) * 64
    padded = np.zeros((len(bits), width), dtype=bool)
    padded[:, : bits.shape[1]] = bits
    return np.packbits(padded, axis=1).view(np.uint64)
