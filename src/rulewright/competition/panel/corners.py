"""The fewest objections to anything harmful, by walking all corners of an arrangement of at most three dimensions.

Mixes x ≥ 0 of proposals are cut by the reviewers' hyperplanes ⟨A_i, x⟩ = 0 into cells; every cell with c·x < 0 has a ray on its
closure with c·x < 0, where no more reviewers object (ties approve). Rays with s proposals in them have s − 1 reviewers
tied, and by Carathéodory s ≤ r, the rank of c and A together:

    s = 1   e_q          s = 2   (−A_iq′, A_iq)          s = 3   A_i × A_j on three proposals

No division: the error of every product is bounded (after Higham 2002, Accuracy and Stability of Numerical Algorithms, 3.1),
objections are counted that are certain, and only rays that could lower the count are evaluated again, in whole numbers.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np

from ...numerics.rational import Array
from .coverage import Gains

LARGEST_RANK = 3
UNIT = 2.0**-52  # twice the rounding of one operation
PRODUCTS = 12  # operations behind one number, generously
CHUNK = 1 << 21  # numbers held at once


def candidates(n: int, proposals: int, rank: int) -> int:
    """How many rays there are to look at, two directions of each."""
    sizes = range(1, min(rank, proposals) + 1)
    return sum(2 * math.comb(proposals, s) * math.comb(n, s - 1) for s in sizes)


def rays(rows: Array, size: int) -> tuple[Array, Array]:
    """(x [..., ray, 2, size], error bound of each) on `size` proposals, from rows[..., i, size]; both directions."""
    n = rows.shape[-2]
    if size == 1:
        x = np.ones((*rows.shape[:-2], 1, 1))
        bound = np.zeros_like(x)
    elif size == 2:
        x = np.stack([-rows[..., 1], rows[..., 0]], axis=-1)
        bound = UNIT * np.abs(x)
    else:
        i, j = np.triu_indices(n, 1)
        a, b = rows[..., i, :], rows[..., j, :]
        left, right = a[..., [1, 2, 0]] * b[..., [2, 0, 1]], a[..., [2, 0, 1]] * b[..., [1, 2, 0]]
        x = left - right
        bound = PRODUCTS * UNIT * (np.abs(left) + np.abs(right))
    return np.stack([x, -x], axis=-2), np.stack([bound, bound], axis=-2)


def harmful(cost: Array, x: Array, bound: Array) -> tuple[Array, Array]:
    """(possible, certain [..., ray]): may the ray be a harmful mix, and is it one for sure.

    cost[..., q], x and bound [..., ray, q].
    """
    gain = (x @ cost[..., None])[..., 0]
    size = bound + PRODUCTS * UNIT * (np.abs(x) + bound)
    off = (size @ np.abs(cost)[..., None])[..., 0]
    return (x >= -bound).all(axis=-1) & (gain < off), (x > bound).all(axis=-1) & (gain < -off)


def objections(rows: Array, x: Array, bound: Array) -> Array:
    """[..., ray]: how many object for sure. rows[..., i, q], x and bound [..., ray, q]."""
    wrong = bound + PRODUCTS * UNIT * (np.abs(x) + bound)
    turned, high = np.swapaxes(rows, -1, -2), np.swapaxes(np.abs(rows), -1, -2)
    return np.asarray((x @ turned + wrong @ high < 0).sum(axis=-1))


def lowest(known: Gains) -> tuple[Array, int]:
    """(mix [q], rays looked at): a harmful mix with the fewest objections, exact. Something harmful there must be."""
    cost, rows = known.floats
    n, q = rows.shape
    best = _Best(known)
    tried = 0
    for size in range(1, min(known.rank, q, LARGEST_RANK) + 1):
        for support in itertools.combinations(range(q), size):
            some = list(support)
            x, bound = (part.reshape(-1, size) for part in rays(rows[:, some], size))
            tried += len(x)
            left = np.flatnonzero(harmful(cost[some], x, bound)[0])
            step = max(1, CHUNK // n)
            for first in range(0, len(left), step):
                part = left[first : first + step]
                least = objections(rows[:, some], x[part], bound[part])
                for k in np.argsort(least, kind="stable"):
                    if least[k] >= best.objections:
                        break
                    best.look(some, int(part[k]))
    assert best.mix is not None
    return best.mix, tried


class _Best:
    """The best exact ray so far."""

    def __init__(self, known: Gains) -> None:
        self.known = known
        self.objections = known.n + 1
        self.mix: Array | None = None

    def look(self, support: list[int], ray: int) -> None:
        """Evaluate one ray in whole numbers, by its place in `rays`."""
        known, size = self.known, len(support)
        pair, sign = ray // 2, 1 - 2 * (ray % 2)
        rows = known.rows[:, support]
        if size == 1:
            x = [1]
        elif size == 2:
            x = [-rows[pair, 1], rows[pair, 0]]
        else:
            (a, b, c), (d, e, f) = (rows[k] for k in _pair(pair, known.n))
            x = [b * f - c * e, c * d - a * f, a * e - b * d]
        x = [sign * one for one in x]
        if min(x) < 0 or not any(x):
            return
        if sum(c * one for c, one in zip(known.cost[support], x, strict=True)) >= 0:
            return
        count = int((rows.dot(np.array(x, dtype=object)) < 0).sum())
        if count < self.objections:
            self.objections = count
            self.mix = np.full(len(known.cost), Fraction(0), dtype=object)
            total = sum(x)
            for k, one in zip(support, x, strict=True):
                self.mix[k] = Fraction(one, total)


def _pair(k: int, n: int) -> tuple[int, int]:
    """The k-th of the pairs i < j, in the order of `numpy.triu_indices`."""
    i = 0
    while k >= n - 1 - i:
        k -= n - 1 - i
        i += 1
    return i, i + 1 + k
