"""Optimal marginal rates from what can be measured: the law of incomes, an elasticity, and how much people care (Saez 2001).

    τ(z) = (1 − Ḡ(z)) / (1 − Ḡ(z) + α(z)·e)        Ḡ: mean weight of those who earn more than z, over the mean of all
                                                   α(z) = z·h(z) / (1 − H(z)): how thick the law of incomes is at z
    bracket: the same, with Ḡ weighted by what each pays in it, and α = (income of those whose income lies in it) / (what
             one unit of its rate takes from all who reach it)
    linear:  τ = (1 − ḡ) / (1 − ḡ + e)             ḡ = Σ g·z / Σ z, weights of mean 1
    top:     τ = (1 − g) / (1 − g + a·e)           a: the Pareto number of the top incomes

The incomes are those that are earned *under* the rates, so that the formula is a fixed point. It knows those who bunch at an edge
as people of that bracket, although they answer no more, and nothing of those who jump over an edge where rates fall: there the best
rates differ from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array


def linear_rate(weight: float, e: float) -> float:
    """The best single rate, for a weight ḡ and an elasticity e of income; 1/(1 + e) where only what it brings in counts.

    Below 0 for weights above 1; at 1 + e and above there is no best one. Raises InputError.
    """
    _positive(e)
    _bounded(weight, 1 + e)
    return (1 - weight) / (1 - weight + e)


def top_rate(a: float, e: float, weight: float = 0.0) -> float:
    """The best rate of the last bracket where top incomes follow Pareto's law with number a. Raises InputError."""
    _positive(e)
    _positive(a, "Pareto number")
    _bounded(weight, 1 + a * e)
    return (1 - weight) / (1 - weight + a * e)


def elasticity(kept: Any, incomes: Any) -> float:
    """The slope of log mean income over log of what is kept of a unit (1 − τ), by least squares over several single rates."""
    kept, incomes = np.asarray(kept, float), np.asarray(incomes, float)
    known = np.isfinite(kept).all() and np.isfinite(incomes).all() and (kept > 0).all() and (incomes > 0).all()
    if kept.shape != incomes.shape or kept.size < 2 or not known or np.ptp(kept) == 0:
        raise InputError(
            where="elasticity",
            needed="at least two different shares kept, above 0, and incomes above 0",
            found=f"{kept}, {incomes}",
        )
    x, y = np.log(kept), np.log(incomes)
    return float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())


def saez_rates(incomes: Any, weights: Any, edges: Sequence[float], e: float) -> Array:
    """[bracket]: rates for brackets that begin at 0 and at `edges`, from incomes and people's weights [worker].

    A bracket that nobody's income reaches has the rate of the one below it (0 for the first). Rates are from 0 to 1.
    Raises InputError for numbers that make no sense.
    """
    _positive(e)
    z, g = np.asarray(incomes, float), np.asarray(weights, float)
    known = np.isfinite(z).all() and np.isfinite(g).all() and (z >= 0).all() and (g >= 0).all()
    if z.shape != g.shape or not z.size or not known or g.sum() <= 0:
        raise InputError(where="Saez", needed="incomes and weights of at least 0, one for each", found=f"{z}, {g}")
    if not np.isfinite(edges).all() or not (np.diff([0.0, *edges]) > 0).all():
        raise InputError(where="Saez", needed="rising edges above 0", found=str(edges))
    g = g / g.mean()
    starts, ends = np.array([0.0, *edges]), np.array([*edges, np.inf])
    rates = np.zeros(len(starts))
    for b, (low, high) in enumerate(zip(starts, ends, strict=True)):
        paid = np.clip(z - low, 0, high - low)  # what one unit of the rate takes from each
        if paid.sum() <= 0:
            rates[b] = rates[b - 1] if b else 0.0
            continue
        beyond = (g * paid).sum() / paid.sum()
        alpha = z[(z >= low) & (z < high)].sum() / paid.sum()  # 0 where all who pay are beyond it: nobody there answers
        rates[b] = (1 - beyond) / (1 - beyond + alpha * e) if beyond < 1 else 0.0
    return rates


def _positive(x: float, what: str = "elasticity") -> None:
    if not (np.isfinite(x) and x > 0):
        raise InputError(where="Saez", needed=f"a finite {what} above 0", found=str(x))


def _bounded(weight: float, below: float) -> None:
    if not 0 <= weight < below:
        raise InputError(where="Saez", needed=f"a weight of at least 0 and below {below:g}", found=str(weight))
