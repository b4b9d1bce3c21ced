"""Bridging: what people of different views agree on, after the matrix factorisation of Community Notes (Wojcik et al. 2022).

    y(i, x) ≈ μ + b_i + c_x + f_i · g_x        one factor; b, c intercepts, f, g views of people and slants of cases

fitted by alternating least squares with ridges λ_b on intercepts and λ_f on factors. The slant g
explains what is liked by one side only; what is left in the intercept c is liked across. The published system has more terms,
filters and thresholds; this is its idea in kind. That a case is decided yes where μ + c_x, the fitted judgement of a person in
the middle (b = f = 0), is above 1/2, is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .aggregator import Aggregator
from .judgements import Judgements


@dataclass(frozen=True, eq=False)
class Fit:
    """The terms; the sign of the factors is fixed so that the largest slant is positive."""

    mean: float
    people: Array
    """b[i]."""
    cases: Array
    """c[x]."""
    views: Array
    """f[i]."""
    slants: Array
    """g[x]."""
    rounds: int
    change: float
    """Largest step of a case's intercept in the last round."""


def fit(
    judgements: Judgements,
    weights: Array | None = None,
    *,
    ridge: tuple[float, float] = (0.15, 0.03),
    seed: int = 0,
    rounds: int = 200,
    close: float = 1e-6,
) -> Fit:
    """Alternating least squares from random views. `ridge` is (λ_b, λ_f), each times the mean number of judgements per row."""
    if min(ridge) <= 0:
        raise InputError(where="ridge", needed="two numbers above 0", found=str(ridge))
    x, i, y = judgements.case, judgements.person, judgements.value
    w = np.ones(len(y)) if weights is None else weights[i].astype(float)
    mean = float(w @ y / w.sum())
    n, k = len(judgements.people), judgements.n
    b, c, g = np.zeros(n), np.zeros(k), np.zeros(k)
    f = np.random.default_rng(seed).normal(size=n)
    change = np.inf
    each = (ridge[0], ridge[1])
    used = 0
    while change >= close and used < rounds:
        used += 1
        before = c
        c, g = _half(x, y - mean - b[i], f[i], w, k, each)
        b, f = _half(i, y - mean - c[x], g[x], w, n, each)
        change = float(np.abs(c - before).max())
    sign = -1.0 if g[np.abs(g).argmax()] < 0 else 1.0
    return Fit(mean, b, c, sign * f, sign * g, used, change)


def _half(
    row: Array, target: Array, feature: Array, w: Array, count: int, ridge: tuple[float, float]
) -> tuple[Array, Array]:
    """Per row, intercept and slope of target on feature, with ridges: two normal equations each."""
    s0 = np.bincount(row, w, minlength=count)
    s1 = np.bincount(row, w * feature, minlength=count)
    s2 = np.bincount(row, w * feature * feature, minlength=count)
    t0 = np.bincount(row, w * target, minlength=count)
    t1 = np.bincount(row, w * target * feature, minlength=count)
    typical = max(1.0, float(s0.mean()))
    a, d = s0 + ridge[0] * typical, s2 + ridge[1] * typical
    det = a * d - s1 * s1
    return (d * t0 - s1 * t1) / det, (a * t1 - s1 * t0) / det


@dataclass(frozen=True)
class Bridging(Aggregator):
    """Yes where a person in the middle is fitted above 1/2."""

    ridge: tuple[float, float] = (0.15, 0.03)
    seed: int = 0
    dear = True

    @property
    def name(self) -> str:
        return "bridging"

    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        middle = self.score(judgements, weights)
        return np.where(middle > 0.5, 1.0, np.where(middle < 0.5, 0.0, np.nan))

    def score(self, judgements: Judgements, weights: Array | None = None) -> Array:
        """μ + c[x]; NaN where nobody judged."""
        found = fit(judgements, weights, ridge=self.ridge, seed=self.seed)
        seen = judgements.tally(np.ones(judgements.m), weights) > 0
        return np.where(seen, found.mean + found.cases, np.nan)
