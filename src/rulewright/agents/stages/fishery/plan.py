"""The lake: what grows back, and what people could have of it at best.

    s′ = g(s − h),   g(x) = 0 if x < least, else min(capacity, 2 x)         whole fish, one month
    V_t(s) = max_h  h + V_{t+1}(g(s − h)),   V_{T+1}(s) = s                 what is left at the end belongs to people as well

Constants after GovSim (Piatti et al. 2024, NeurIPS; its public code): capacity 100, least 5, twelve months, five fishers, the rest
doubles up to the capacity; a share is sustainable up to ⌊⌊s/2⌋/n⌋. The worth of the last stock is ours.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ....numerics.rational import Array


def grown(left: int | Array, capacity: int, least: int) -> Array:
    """g: fish at the start of the next month."""
    left = np.asarray(left)
    return np.where(left < least, 0, np.minimum(capacity, 2 * left))


def threshold(stock: int, fishers: int) -> int:
    """What each of `fishers` may take so that the lake is as full again next month."""
    return stock // 2 // fishers


@lru_cache(maxsize=64)
def values(capacity: int, least: int, months: int) -> Array:
    """[month, stock]: V, months counted from 0 and one row for after the last; fish."""
    stocks = np.arange(capacity + 1)
    found = np.empty((months + 1, capacity + 1))
    found[months] = stocks
    harvest = stocks[None, :]
    left = stocks[:, None] - harvest
    for t in range(months - 1, -1, -1):
        after = found[t + 1][grown(np.maximum(left, 0), capacity, least)]
        found[t] = np.where(left >= 0, harvest + after, -np.inf).max(axis=1)
    return found
