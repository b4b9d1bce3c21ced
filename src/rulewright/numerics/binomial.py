"""How many of n do what each does with chance p, independently of the others: exact where p is a Fraction.

b(n, k, p) = C(n, k) p^k (1 − p)^(n−k)          B(n, k, p) = Σ_{j ≥ k} b(n, j, p)
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np

from .rational import Array


def exactly(n: int, k: int, p: Any) -> Any:
    """b(n, k, p), in the numbers of p; 0 for k outside 0 … n."""
    return comb(n, k) * p**k * (1 - p) ** (n - k) if 0 <= k <= n else p * 0


def tail(n: int, k: int, p: Any) -> Any:
    """B(n, k, p), in the numbers of p; 1 for k ≤ 0.

    Of a Fraction p = m/(m + r) in whole numbers: A_j = m·A_{j+1} + C(n, j)·r^{n−j}, from j = n down to k.
    """
    if not isinstance(p, Fraction):
        return sum((exactly(n, j, p) for j in range(max(k, 0), n + 1)), p * 0)
    if k <= 0:
        return Fraction(1)
    if k < n - k:  # the other side is shorter
        return 1 - tail(n, n - k + 1, 1 - p)
    m, r = p.numerator, p.denominator - p.numerator
    total, choose, power = 0, 1, 1
    for j in range(n, k - 1, -1):
        total = total * m + choose * power
        choose, power = choose * j // (n - j + 1), power * r
    return Fraction(total * m**k, p.denominator**n)


@lru_cache(maxsize=64)
def log_choose(n: int) -> Array:
    """float[k]: log C(n, k), for k = 0 … n."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    return logs[n] - logs - logs[::-1]
