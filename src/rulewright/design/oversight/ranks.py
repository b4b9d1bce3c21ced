"""One risk for every rank, so that Clopper–Pearson's bounds hold at all thresholds at once. Exact distribution, no union bound.

Of n independent scores of one class N(t) are at least t, each with chance p(t). Let b(k) be Clopper & Pearson's lower bound on k
of n at risk γ. Among the thresholds with N(t) ≥ k the lowest p(t) is at the k-th highest score, and is at least the k-th smallest
U_(k) of n uniform numbers (as large for continuous scores, larger for ties). So

    Pr( p(t) ≥ b(N(t)) for every t )  ≥  Pr( U_(k) ≥ b(k) for k = 1 … n )

and γ is set so that the right side is 1 − α; it lies between α/n and α. (Equal risk at every rank: after Berk & Jones 1979, Z.
Wahrscheinlichkeitstheorie 47, and their followers; the argument about thresholds is spelt out here.) The right side is the chance
that a Poisson process of rate n stays below k points up to b(k), given that it has n points in all: a convolution per rank.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np

from ...numerics.binomial import log_choose
from ...numerics.rational import Array

MOST = 500  # observations of a class; beyond that `band` uses another bound
HALVINGS = 26
ROUNDS = 14
GIVEN_AWAY = Fraction(999, 1000)  # of γ, for the rounding of floats


def lower_bounds(n: int, risk: float) -> Array:
    """[k − 1]: b(k), where P( Bin(n, b) ≥ k ) = risk, from below; floats."""
    k, j = np.arange(1, n + 1)[:, None], np.arange(n + 1)[None, :]
    choose, counted = log_choose(n)[None, :], j >= k
    low, high = np.zeros((n, 1)), np.ones((n, 1))
    for _ in range(HALVINGS):
        p = (low + high) / 2
        terms = np.exp(choose + j * np.log(p) + (n - j) * np.log1p(-p))
        right = (terms * counted).sum(axis=1, keepdims=True) <= risk
        low, high = np.where(right, p, low), np.where(right, high, p)
    return np.asarray(low[:, 0])


def above(bounds: Array) -> float:
    """Pr( U_(k) ≥ bounds[k − 1] for k = 1 … n ), for bounds that rise."""
    n = len(bounds)
    law, before = np.ones(1), 0.0
    for k, b in enumerate(bounds, 1):
        law = np.convolve(law, _poisson(n * (b - before), k))[:k]  # at most k − 1 points up to b(k)
        before = b
    rest = _poisson(n * (1 - before), n + 1)
    whole = float((law * rest[n - np.arange(n)]).sum())
    return whole / math.exp(n * math.log(n) - n - math.lgamma(n + 1))


def _poisson(rate: float, most: int) -> Array:
    """[0 … most − 1]: chances."""
    j = np.arange(most)
    if rate <= 0:
        return (j == 0).astype(float)
    logs = j * math.log(rate) - rate - np.array([math.lgamma(x + 1) for x in range(most)])
    return np.exp(logs)


@lru_cache(maxsize=64)
def risk_per_rank(n: int, risk: Fraction) -> Fraction:
    """γ: the risk at each rank at which all hold with chance 1 − risk, a thousandth given away for rounding."""
    low, high = float(risk) / n, float(risk)
    for _ in range(ROUNDS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if above(lower_bounds(n, middle)) >= 1 - float(risk) else (low, middle)
    return Fraction(low) * GIVEN_AWAY
