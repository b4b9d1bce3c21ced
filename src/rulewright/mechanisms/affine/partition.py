"""The best way to part m items among n bidders, where a bidder's number of items is boosted: exact, over all (n + 1)^m ways.

    W(S) = Σ_i [w_i v_i(S_i) + c_i(|S_i|)]          F_j[s] = max(F_{j−1}[s], max_i F_{j−1}[s − e_i] + w_i v_ij)

s says how many items each bidder has: C(m + n, n) states instead of (n + 1)^m allocations. What the others come to without i,
h_i = max_S W(S) with v_i = 0, is read off the same table: items that nobody else has may be i's for the sake of its boost.
Kernel: numerics/native/affine.c.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb

import numpy as np

from ...errors import TooLarge
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array

MOST_STATES = 200_000


@dataclass(frozen=True, eq=False)
class States:
    """Numbers of items, by their sum."""

    items: Array
    """int64 [state, bidder]"""
    before: Array
    """int64 [state, bidder]: the state with one item less of that bidder; −1: there is none."""
    ends: Array
    """int64 [items + 1]: how many states have at most j items."""


@cache
def states(bidders: int, items: int) -> States:
    """Raises TooLarge for more than 200,000."""
    found = comb(items + bidders, bidders)
    if found > MOST_STATES:
        raise TooLarge(
            where="size-boosted auction",
            needed=f"at most {MOST_STATES} ways to count the items of each bidder",
            found=str(found),
            remedy="Use a menu of some allocations (AffineMaximiser), or fees over the auction item by item.",
        )
    bars = np.array(list(combinations(range(items + bidders), bidders)), dtype=np.int64).reshape(found, bidders)
    counts = np.diff(bars, axis=1, prepend=-1) - 1
    counts = counts[np.lexsort((*counts.T[::-1], counts.sum(axis=1)))]
    place = {tuple(row): k for k, row in enumerate(counts.tolist())}
    before = np.full((found, bidders), -1, np.int64)
    for k, row in enumerate(counts.tolist()):
        for i in range(bidders):
            if row[i]:
                before[k, i] = place[(*row[:i], row[i] - 1, *row[i + 1 :])]
    return States(
        counts, before, np.searchsorted(counts.sum(axis=1), np.arange(items + 1), side="right").astype(np.int64)
    )


@dataclass(frozen=True, eq=False)
class Partition:
    """Best allocations of many profiles."""

    owner: Array
    """int64 [profile, item]: who gets it; the number of bidders: nobody."""
    welfare: Array
    """[profile]: W."""
    without: Array
    """[profile, bidder]: h."""


def part(values: Array, boosts: Array, *, native: bool = True) -> Partition:
    """For weighted values [profile, bidder, item] and boosts [bidder, 0 … items]. Raises TooLarge.

    Ties go to the state that comes first (fewest items), then to nobody, then to the bidder who comes first.
    """
    profiles, n, m = values.shape
    table = states(n, m)
    each = np.take_along_axis(boosts, table.items.T, axis=1).T  # [state, bidder]
    boost = np.zeros(len(each))
    for i in range(n):  # in a fixed order, so that sums have the same bits everywhere
        boost = boost + each[:, i]
    left = m - table.items.sum(axis=1)
    free = np.maximum.accumulate(boosts, axis=1)
    alone = np.empty_like(each)
    for i in range(n):
        others = np.zeros(len(each))
        for k in range(n):
            others = others + (free[i, left] if k == i else each[:, k])
        alone[:, i] = np.where(table.items[:, i] == 0, others, -np.inf)
    values = np.ascontiguousarray(values, float)
    found = kernel("size_boosted") if native else None
    if found is None:
        return _twin(values, table, boost, alone)
    out = Partition(np.empty((profiles, m), np.int64), np.empty(profiles), np.empty((profiles, n)))
    arrays = (table.before, table.ends, boost, alone, values, out.owner, out.welfare, out.without)
    sizes = (count(v) for v in (profiles, n, m, len(each)))
    if found(*sizes, *(pointer(np.ascontiguousarray(a)) for a in arrays)):
        raise MemoryError
    return out


def _twin(values: Array, table: States, boost: Array, alone: Array) -> Partition:
    profiles, n, m = values.shape
    layers = np.full((m + 1, len(boost), profiles), -np.inf)
    layers[0, 0] = 0
    for j in range(m):
        layers[j + 1] = layers[j]
        for i in range(n):
            there = np.flatnonzero(table.before[:, i] >= 0)
            layers[j + 1, there] = np.maximum(layers[j + 1, there], layers[j, table.before[there, i]] + values[:, i, j])
    total = layers[m] + boost[:, None]
    state, row = total.argmax(axis=0), np.arange(profiles)
    owner = np.full((profiles, m), n, np.int64)
    for j in reversed(range(m)):
        now, open_ = layers[j + 1, state, row], layers[j, state, row] != layers[j + 1, state, row]
        for i in range(n):
            back = table.before[state, i]
            took = open_ & (back >= 0) & (layers[j, back, row] + values[:, i, j] == now)
            owner[took, j] = i
            state, open_ = np.where(took, back, state), open_ & ~took
    without = np.stack([(layers[m] + alone[:, i, None]).max(axis=0) for i in range(n)], axis=1)
    return Partition(owner, total.max(axis=0), without)
