"""All equilibria of an exchange of two goods, with a proof that there are no others.

r = p_1/p_2. Consumer i wants  x_i1(r) = (ω_i1 r + ω_i2) / (r + κ_i r^σ),  κ = α_2/α_1, so that excess demand for good 1 is

    z(r) = Σ_i s_i(r) (ω_i1 + ω_i2/r) − Ω_1             s_i = α_1 r^(1−σ) / (α_1 r^(1−σ) + α_2)

s_i is monotone in r and the bracket falls, so that ends of an interval bound z on it; z′ is bounded likewise. An interval holds no
root where the bounds of z have one sign, and at most one where those of z′ do; others are halved. Below r demand for good 1 is at
least Σ ω_i2/(r + κ_i r^σ), and above it the same holds of good 2: beyond where that exceeds all there is, there is no root.
Bounds are floats, with SLACK of room. The index of a root is the sign of −z′: over all roots it sums to one (Dierker 1972,
Econometrica 40), and z falls through the roots with +1, to which tâtonnement returns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics.rational import Array
from .economy import Economy

SLACK = 1e-12
MOST = 200_000  # intervals
NARROW = 1e-12  # of log r: a root that is closer to another is not told from it


@dataclass(frozen=True)
class Root:
    """One equilibrium."""

    ratio: float
    """p_1/p_2."""
    index: int
    """+1: tâtonnement returns to it; −1: it leaves."""


def _parts(e: Economy, logs: Array) -> tuple[Array, Array]:
    """(s[n, ...], ω_1 + ω_2/r) at log r."""
    a1, a2 = e.shares[:, :1], e.shares[:, 1:]
    with np.errstate(divide="ignore", over="ignore"):
        odds = np.log(a1) - np.log(a2) + (1 - e.elasticity[:, None]) * logs
        s = np.where(a2 == 0, 1.0, np.where(a1 == 0, 0.0, 1 / (1 + np.exp(-odds))))
    return s, e.endowment[:, :1] + e.endowment[:, 1:] * np.exp(-logs)


def excess_of_first(economy: Economy, ratios: Array) -> Array:
    """z of good 1 [...] at price ratios r [...]."""
    e = economy.floats
    s, worth = _parts(e, np.log(np.atleast_1d(ratios)))
    found: Array = (s * worth).sum(axis=0) - e.total[0]
    return found


def _bounds(e: Economy, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
    """(least, most) of z, then of dz/d log r, on intervals of log r [m]."""
    (s0, w0), (s1, w1) = _parts(e, low), _parts(e, high)
    least, most = np.minimum(s0, s1), np.maximum(s0, s1)
    below, above = (least * w1).sum(axis=0) - e.total[0], (most * w0).sum(axis=0) - e.total[0]
    # dz/d log r = Σ s [ (1 − σ)(1 − s) w − ω_2/r ]
    tilt = (1 - e.elasticity)[:, None]
    c0, c1 = tilt * (1 - most), tilt * (1 - least)
    inner_low = np.minimum(np.minimum(c0 * w0, c0 * w1), np.minimum(c1 * w0, c1 * w1))
    inner_high = np.maximum(np.maximum(c0 * w0, c0 * w1), np.maximum(c1 * w0, c1 * w1))
    inner_low = inner_low - e.endowment[:, 1:] * np.exp(-low)
    inner_high = inner_high - e.endowment[:, 1:] * np.exp(-high)
    falls = np.where(inner_low < 0, most * inner_low, least * inner_low).sum(axis=0)
    rises = np.where(inner_high > 0, most * inner_high, least * inner_high).sum(axis=0)
    return below, above, falls, rises


def _tail(endowment: Array, kappa: Array, sigma: Array, total: float) -> float:
    """log r below which Σ ω/(r + κ r^σ) exceeds all there is; −∞ where that is never so."""
    kept = (endowment > 0) & np.isfinite(kappa)
    if not kept.any():
        return -np.inf
    low, high = -500.0, 500.0

    def enough(x: float) -> bool:
        with np.errstate(over="ignore"):
            return bool((endowment[kept] / (np.exp(x) + kappa[kept] * np.exp(sigma[kept] * x))).sum() > total)

    if not enough(low):
        return -np.inf
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


def all_equilibria(economy: Economy) -> list[Root]:
    """All of them, by price ratio.

    Raises InputError unless two goods are exchanged with finite elasticities, Unsolved where roots touch or the ends are open: with
    Leontief tastes or endowments in which somebody has nothing that others want.
    """
    e = economy.floats
    if e.goods != 2 or len(e.activities) or not np.isfinite(e.elasticity).all():
        raise InputError(where="economy", needed="two goods, exchanged, with finite elasticities", found="another")
    with np.errstate(divide="ignore"):
        kappa = e.shares[:, 1] / e.shares[:, 0]
        other = e.shares[:, 0] / e.shares[:, 1]
    first = _tail(e.endowment[:, 1], kappa, e.elasticity, e.total[0])
    last = -_tail(e.endowment[:, 0], other, e.elasticity, e.total[1])
    if not np.isfinite([first, last]).all() or first >= last:
        raise Unsolved(
            where="all equilibria",
            needed="ends beyond which one good is in excess demand",
            found="none",
            remedy="Give somebody who has the one good a wish for the other, with an elasticity above 0.",
        )
    edges = np.linspace(first, last, 257)
    low, high = edges[:-1], edges[1:]
    single: list[tuple[float, float]] = []
    looked = 0
    while len(low):
        looked += len(low)
        below, above, falls, rises = _bounds(e, low, high)
        open_ = (below <= SLACK * e.total[0]) & (above >= -SLACK * e.total[0])
        one = open_ & ((falls > 0) | (rises < 0))
        single += list(zip(low[one], high[one], strict=True))
        left = open_ & ~one
        low, high = low[left], high[left]
        if looked > MOST or (len(low) and (high - low).min() < NARROW):
            raise Unsolved(
                where="all equilibria",
                needed="roots that can be told apart",
                found=f"roots that touch near r = {np.exp(low[0]):.6g}",
            )
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return _rooted(e, sorted(single))


def _rooted(e: Economy, intervals: list[tuple[float, float]]) -> list[Root]:
    """The root of each interval on which z is monotone and changes sign; neighbours that share an end count once."""
    found: list[Root] = []
    for a, b in intervals:
        za, zb = (float(excess_of_first(e, np.exp(v))[0]) for v in (a, b))
        if za == 0 or za * zb < 0:
            index = 1 if (za or -zb) > 0 else -1
            low, high = a, b
            for _ in range(200 if za else 0):
                middle = (low + high) / 2
                if not low < middle < high:
                    break
                low, high = (middle, high) if float(excess_of_first(e, np.exp(middle))[0]) * za > 0 else (low, middle)
            at = float(np.exp((low + high) / 2 if za else a))
            if not found or abs(np.log(at / found[-1].ratio)) > NARROW:
                found.append(Root(at, index))
    return found
