"""What people have in an allocation: how much, how equally, and how much more there could be for everybody.

mean, nash, worst   mean, geometric mean, least of u_i        utility is money at prices of one
gini                Σ|u_i − u_k| / (2 n² mean)
gap                 t − 1, with t the largest so that everybody could have t u_i (Debreu 1951): 0 where it is efficient
used                1/t, Debreu's coefficient of resource utilization: 1 where nothing is lost
best_worst          the largest least utility of any feasible allocation
best_nash           the largest geometric mean
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from ...errors import Unsolved
from ...numerics.rational import Array
from . import linear
from .economy import Economy
from .solve import Equilibrium, fisher, multiple

MEASURES: Mapping[str, str] = {
    "mean": "mean utility; utility is money at prices of one",
    "nash": "geometric mean of utilities",
    "worst": "least utility",
    "gini": "Gini coefficient of utilities: 0 where all have the same",
    "gap": "by what part everybody could have more at once: 0 where nothing is lost",
    "used": "part of all resources with which everybody could have what they have: 1 where nothing is lost",
    "best_worst": "the largest least utility that is feasible",
    "best_nash": "the largest geometric mean that is feasible",
}


def gini(u: Array) -> float:
    """0 for equal u[n] ≥ 0, (n − 1)/n where one has all."""
    ordered, n = np.sort(u), len(u)
    whole = ordered.sum()
    return float(2 * (np.arange(1, n + 1) @ ordered) / (n * whole) - (n + 1) / n) if whole > 0 else 0.0


def nash(u: Array) -> float:
    """Geometric mean."""
    return float(np.exp(np.log(u).mean())) if (u > 0).all() else 0.0


def most(economy: Economy, u: Array) -> tuple[float, Equilibrium | None]:
    """(t, how) of `solve.multiple`; NaN where no method finds it, or all have nothing."""
    if not (u > 0).any():
        return float("nan"), None
    try:
        return linear.multiple(economy, u) if economy.linear else multiple(economy, u)
    except Unsolved:
        return float("nan"), None


def best(economy: Economy) -> tuple[float, float]:
    """(largest least utility, largest geometric mean) of any feasible allocation; NaN where no method finds it."""
    e = economy.floats
    given = (e.total, e.shares, e.elasticity, e.activities)
    return _best(e.endowment.shape, len(e.activities), *(np.asarray(v, float).tobytes() for v in given))


@lru_cache(maxsize=256)
def _best(shape: tuple[int, ...], made: int, *given: bytes) -> tuple[float, float]:
    """The same; it depends on what there is in all, not on who owns it, and is asked for under every rule."""
    total, shares, sigma, activities = (np.frombuffer(v) for v in given)
    economy = Economy(
        np.broadcast_to(total / shape[0], shape), shares.reshape(shape), sigma, activities.reshape(made, shape[1])
    )
    level, _ = most(economy, np.ones(economy.consumers))
    if economy.linear:
        return level, float("nan")
    try:
        return level, nash(fisher(economy).utility)
    except Unsolved:
        return level, float("nan")


def measured(economy: Economy, u: Array, ends: tuple[float, float] | None = None) -> dict[str, float]:
    """All measures of utilities [n]; `ends` as `best` gives them."""
    low, high = ends or best(economy)
    t = most(economy, u)[0]
    return {
        "mean": float(u.mean()),
        "nash": nash(u),
        "worst": float(u.min()),
        "gini": gini(u),
        "gap": float(np.maximum(0.0, t - 1)),  # NaN where t was not found, which max() would make 0
        "used": float(np.minimum(1.0, 1 / t)),
        "best_worst": low,
        "best_nash": high,
    }
