"""How likely each AI is to come out on top, when its value V_i is seen with noise.

    sampled     V̂_i the share of n items of its own that it gets right: binomial, exact in either field
    probit      V̂_i = V_i + s·z_i, z_i independent standard normals                    (Thurstone 1927, Psychol. Rev. 34)
    softmax     Pr(i) ∝ exp(β·V_i): errors of Gumbel's law                                (Luce 1959; McFadden 1974)

Ties of shares are broken by a fair draw (or are lost, where a bound wants the worst). With u a uniform draw, the chance that a
fair draw favours i among T ties is E 1/(1 + T) = ∫₀¹ E u^T du, so one polynomial in u per count holds all ties.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.binomial import exactly, log_choose
from ...numerics.rational import Array

TABLE_TO = 9.0
STEP = 2.0**-12
TIES = ("random", "lost")


@lru_cache(maxsize=1)
def _table() -> tuple[Array, Array, Array]:
    x = np.arange(-TABLE_TO, TABLE_TO + STEP / 2, STEP)
    return x, np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in x]), np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def normal(x: Any) -> Array:
    """Φ(x), arrays: a table and two terms of Taylor's series; error below 1e-12."""
    points, table, density = _table()
    z = np.clip(np.asarray(x, float), -TABLE_TO, TABLE_TO)
    k = np.rint((z + TABLE_TO) / STEP).astype(int)
    h, at = z - points[k], density[k]
    return table[k] + at * h - points[k] * at * h * h / 2


@lru_cache(maxsize=4)
def nodes(count: int = 64) -> tuple[Array, Array]:
    """Points and weights for averages over a standard normal (Gauss and Hermite)."""
    x, w = np.polynomial.hermite_e.hermegauss(count)
    return x, w / w.sum()


def softmax(values: Any, beta: float) -> Array:
    """[..., i] from values [..., i]. Raises InputError for a β that is negative or not finite."""
    if not 0 <= beta < math.inf:
        raise InputError(where="beta", needed="a finite number of at least 0", found=f"{beta:g}")
    scaled = beta * np.asarray(values, float)
    weight = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return weight / weight.sum(axis=-1, keepdims=True)


def probit(values: Any, scale: float) -> Array:
    """[..., i] from values [..., i]; `scale` is the standard deviation s of each AI's error. Raises InputError for s ≤ 0."""
    if not 0 < scale < math.inf:
        raise InputError(where="scale", needed="a finite number above 0", found=f"{scale:g}")
    v = np.asarray(values, float) / scale
    k = v.shape[-1]
    if k == 2:
        first = normal((v[..., 0] - v[..., 1]) / math.sqrt(2))
        return np.stack([first, 1 - first], axis=-1)
    z, weight = nodes()
    found = []
    for i in range(k):
        others = np.ones((*v.shape[:-1], len(z)))
        for j in range(k):
            if j != i:
                others *= normal(z + (v[..., i] - v[..., j])[..., None])
        found.append(others @ weight)
    chances = np.stack(found, axis=-1)
    return chances / chances.sum(axis=-1, keepdims=True)


def binomial_law(p: Any, n: int) -> Array:
    """[count 0 … n]; exact for a Fraction."""
    if isinstance(p, Fraction):
        return rational.filled((n + 1,), [exactly(n, x, p) for x in range(n + 1)])
    return binomial_laws(p, n)


def binomial_laws(p: Any, n: int) -> Array:
    """[..., count 0 … n] for floats p of any shape, in [0, 1]."""
    share = np.asarray(p, float)[..., None]
    x, inside = np.arange(n + 1), np.clip(share, 1e-300, 1 - 2.0**-53)
    law = np.exp(log_choose(n) + x * np.log(inside) + (n - x) * np.log1p(-inside))
    return np.where(share >= 1, x == n, np.where(share <= 0, x == 0, law))


def sampled(values: Any, n: int, *, ties: str = "random") -> Array:
    """[i]: the chance that AI i has the largest share right of n items of its own, `values`[i] being its true share.

    Exact (Fractions) if the values are. ties "random": a fair draw; "lost": only a strict lead counts, and the chances sum to less
    than one. Raises InputError for values outside [0, 1].
    """
    v = rational.numbers(values)
    if v.ndim != 1 or v.min() < 0 or v.max() > 1 or n < 1 or ties not in TIES:
        raise InputError(
            where="chances of selection",
            needed="values[i] in [0, 1], n ≥ 1 items and ties random or lost",
            found=f"values from {v.min()} to {v.max()}, n = {n}, ties {ties}",
        )
    at = np.stack([binomial_law(p, n) for p in v])  # [i, count]
    below = np.cumsum(at, axis=1) - at
    found = []
    for i in range(len(v)):
        rivals = [j for j in range(len(v)) if j != i]
        if ties == "lost":
            found.append((at[i] * below[rivals].prod(axis=0)).sum())
            continue
        poly = [rational.like(np.ones(n + 1), at)]  # coefficients of u⁰, u¹, …, each [count]
        for j in rivals:
            up = [c * at[j] for c in poly]
            poly = [c * below[j] for c in poly] + [0 * up[0]]
            poly = [c + (up[d - 1] if d else 0) for d, c in enumerate(poly)]
        found.append((at[i] * sum(c / (d + 1) for d, c in enumerate(poly))).sum())
    return np.array(found, dtype=v.dtype)
