"""Scarf 1960: a market that clears at one set of prices, to which prices that rise with excess demand never come.

`python papers scarf-1960` for the claims. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from rulewright.society.markets import stability, tatonnement
from rulewright.society.markets.economy import Economy, excess
from rulewright.society.markets.solve import equilibrium

START = np.array([1.3, 0.9, 0.8])


@cache
def path(fast: bool) -> tatonnement.Path:
    return tatonnement.flow(tatonnement.scarf(), START, time=40 if fast else 400)


def period(fast: bool) -> float:
    """Mean time between crossings of one by the first price, near the equilibrium."""
    near = tatonnement.flow(tatonnement.scarf(), np.array([1.01, 1.0, 0.99]), time=80 if fast else 400)
    d = near.prices[:, 0] - 1
    up = np.flatnonzero((d[:-1] < 0) & (d[1:] >= 0))
    step = near.times[1]
    at = near.times[up] - d[up] / (d[up + 1] - d[up]) * step
    return float(np.diff(at).mean())


def drift(of: Callable[[np.ndarray], np.ndarray], fast: bool) -> float:
    kept = of(path(fast).prices)
    return float(np.abs(kept / kept[0] - 1).max())


def substitutes() -> Economy:
    """The same owners with Cobb–Douglas tastes: gross substitutes."""
    return tatonnement.scarf().having(elasticity=np.ones(3))


CLAIMS: dict[str, Callable[[bool], float]] = {
    "price of each good where markets clear": lambda fast: float(equilibrium(tatonnement.scarf()).prices[0]),
    "excess demand at prices 2, 1, 1 for the second good": lambda fast: float(
        excess(tatonnement.scarf(), np.array([2.0, 1.0, 1.0]))[1]
    ),
    "drift of the sum of squared prices": lambda fast: drift(lambda p: (p**2).sum(axis=1), fast),
    "drift of the product of prices": lambda fast: drift(lambda p: p.prod(axis=1), fast),
    "least excess demand on the way, part of a good": lambda fast: float(path(fast).excess.min()),
    "period of small circles": period,
    "index of the equilibrium": lambda fast: float(stability.index(tatonnement.scarf(), np.ones(3))),
    "with Cobb–Douglas tastes markets clear at the end (1: yes)": lambda fast: float(
        tatonnement.flow(substitutes(), START, time=60).arrived
    ),
}

if __name__ == "__main__":
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.6g}")
