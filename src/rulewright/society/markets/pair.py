"""All equilibria of an exchange of two goods, with a proof that there are no others.

r = p_1/p_2. Consumer i wants  x_i1(r) = (ω_i1 r + ω_i2) / (r + κ_i r^σ),  κ = α_2/α_1, so that excess demand for good 1 is

    z(r) = Σ_i s_i ω_i2/r − Σ_i (1 − s_i) ω_i1           s_i = α_1 r^(1−σ) / (α_1 r^(1−σ) + α_2)

what those buy who have good 2, less what those sell who have good 1: no digits cancel, however far r is from 1. s_i is monotone in
r, so that ends of an interval bound z on it; z′ is bounded likewise. An interval holds no root where the bounds of z have one sign,
and at most one where those of z′ do; others are halved. Below r demand for good 1 is at least Σ ω_i2/(r + κ_i r^σ), and above it
the same holds of good 2: beyond where that exceeds all there is, there is no root.
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
MARGIN = 1e-3  # of log r
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
    """(s, 1 − s) [n, ...] at log r, each with all its digits."""
    a1, a2 = e.shares[:, :1], e.shares[:, 1:]
    with np.errstate(divide="ignore", over="ignore"):
        odds = np.log(a1) - np.log(a2) + (1 - e.elasticity[:, None]) * logs
        return 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))


def excess_of_first(economy: Economy, ratios: Array) -> Array:
    """z of good 1 [...] at price ratios r [...]."""
    e = economy.floats
    logs = np.log(np.atleast_1d(ratios))
    s, t = _parts(e, logs)
    found: Array = (s * e.endowment[:, 1:]).sum(axis=0) * np.exp(-logs) - (t * e.endowment[:, :1]).sum(axis=0)
    return found


def _bounds(e: Economy, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
    """(least, most) of z, then of dz/d log r, on intervals of log r [m], with room for rounding."""
    (s0, t0), (s1, t1) = _parts(e, low), _parts(e, high)
    least, most, rest, all_ = np.minimum(s0, s1), np.maximum(s0, s1), np.minimum(t0, t1), np.maximum(t0, t1)
    first, dear, cheap = e.endowment[:, :1], e.endowment[:, 1:] * np.exp(-low), e.endowment[:, 1:] * np.exp(-high)
    bought, sold = (most * dear).sum(axis=0), (all_ * first).sum(axis=0)
    room = SLACK * (bought + sold)
    below, above = (least * cheap).sum(axis=0) - sold - room, bought - (rest * first).sum(axis=0) + room
    # dz/d log r = Σ (1 − σ) s (1 − s) ω_1 − Σ s [s + σ (1 − s)] ω_2/r
    sigma = e.elasticity[:, None]
    ends = most + sigma * rest, least + sigma * all_  # s + σ (1 − s) is monotone in s
    up, down = (1 - sigma) * first * most * all_, (1 - sigma) * first * least * rest
    fall = (most * np.maximum(*ends) * dear).sum(axis=0)
    falls = np.minimum(up, down).sum(axis=0) - fall
    rises = np.maximum(up, down).sum(axis=0) - (least * np.minimum(*ends) * cheap).sum(axis=0)
    room = SLACK * (np.abs(up).sum(axis=0) + fall)
    return below, above, falls - room, rises + room


def _tail(endowment: Array, kappa: Array, sigma: Array, total: float) -> float:
    """log r below which Σ ω/(r + κ r^σ) exceeds all there is; −∞ where that is never so."""
    kept = (endowment > 0) & np.isfinite(kappa)
    if not kept.any():
        return -np.inf
    low, high = -500.0, 500.0

    def enough(x: float) -> bool:
        with np.errstate(over="ignore", divide="ignore"):
            powers = np.exp(np.log(kappa[kept]) + sigma[kept] * x)
            return bool((endowment[kept] / (np.exp(x) + powers)).sum() > total)

    if not enough(low):
        return -np.inf
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low - MARGIN  # a root may lie at the bound, but for rounding


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
        open_ = (below <= 0) & (above >= 0)
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
    found = _rooted(e, sorted(single))
    if sum(root.index for root in found) != 1:
        raise Unsolved(where="all equilibria", needed="indices that sum to one", found="others: prices beyond rounding")
    return found


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
