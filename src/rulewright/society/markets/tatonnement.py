"""Prices that rise where more is wanted than there is: tâtonnement (Walras 1874; Samuelson 1941).

    by steps       p_j ← p_j · exp( h z_j/Ω_j )          h falls where excess demand stops falling
    as a flow      dp/dt = z(p)                          by Runge and Kutta's fourth order

With gross substitutes both come to the one equilibrium (Arrow, Block & Hurwicz 1959, Econometrica 27). Scarf (1960, International
Economic Review 1): with three consumers and Leontief tastes the flow circles for ever. Along the flow Σ p_j² stays what it is,
since p·z = 0; in Scarf's example the product of prices does as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .economy import Economy, excess

ENOUGH = 1e-9
FLOOR = 1e-9  # of the largest price


@dataclass(frozen=True)
class Path:
    """Prices over time."""

    times: Array
    """[t]."""
    prices: Array
    """[t, k]."""
    excess: Array
    """[t]: largest |z_j|/Ω_j."""

    @property
    def arrived(self) -> bool:
        """Whether markets clear at its end, within 1e-6 of each good."""
        return bool(self.excess[-1] < 1e-6)


def _relative(economy: Economy, p: Array) -> Array:
    found: Array = excess(economy, p) / np.where(economy.floats.total > 0, economy.floats.total, 1.0)
    return found


def _start(economy: Economy, start: Array | None) -> Array:
    p = np.ones(economy.goods) if start is None else np.asarray(start, float)
    if p.shape != (economy.goods,) or not (np.isfinite(p) & (p > 0)).all():
        raise InputError(where="start", needed=f"{economy.goods} prices above 0", found=str(p))
    if len(economy.activities):
        raise InputError(where="tâtonnement", needed="an exchange economy", found="activities, whose supply jumps")
    return p


def steps(economy: Economy, start: Array | None = None, *, most: int = 2000, size: float = 0.5) -> Path:
    """By steps, with step control; prices sum to one. It stops when markets clear, or after `most` steps."""
    p = _start(economy, start)
    p = p / p.sum()
    z = _relative(economy, p)
    h, prices, sizes = size, [p], [float(np.abs(z).max())]
    for _ in range(most):
        if sizes[-1] < ENOUGH:
            break
        new = p * np.exp(np.clip(h * z, -1, 1))
        new = np.maximum(new / new.sum(), FLOOR)
        there = _relative(economy, new)
        if z @ there < 0 and np.abs(there).max() > 0.9 * sizes[-1]:  # it swings: a shorter step
            h = max(h / 2, 1e-4)
        else:
            h = min(h * 1.05, 4 * size)
        p, z = new, there
        prices.append(p)
        sizes.append(float(np.abs(z).max()))
    return Path(np.arange(len(prices), dtype=float), np.array(prices), np.array(sizes))


def flow(economy: Economy, start: Array | None = None, *, time: float = 20.0, step: float = 0.01) -> Path:
    """dp/dt = z(p) from `start` (of one) for so long; [time/step + 1] points."""
    p = _start(economy, start)
    count = max(1, round(time / step))
    prices, sizes = [p], [float(np.abs(_relative(economy, p)).max())]
    least = FLOOR * p.max()
    for _ in range(count):
        a = excess(economy, p)
        b = excess(economy, np.maximum(p + step / 2 * a, least))
        c = excess(economy, np.maximum(p + step / 2 * b, least))
        d = excess(economy, np.maximum(p + step * c, least))
        p = np.maximum(p + step / 6 * (a + 2 * b + 2 * c + d), least)
        prices.append(p)
        sizes.append(float(np.abs(_relative(economy, p)).max()))
    return Path(step * np.arange(count + 1), np.array(prices), np.array(sizes))


def scarf(goods: int = 3) -> Economy:
    """Scarf's example: consumer i owns one of good i, and wants goods i and i + 1 in equal amounts."""
    owned = np.eye(goods)
    return Economy(owned, owned + np.roll(owned, 1, axis=1), np.zeros(goods))
