"""Bounds on both error rates at every threshold at once: a threshold that is picked by looking needs them.

N(t) of n independent scores of one class are at least t, each with chance p(t). For a threshold that was fixed before the
scores were seen, Clopper & Pearson's bound b(N(t)) holds with its confidence. For all thresholds at once:

    ranks    Clopper & Pearson's bound at every rank, at one risk γ < α that makes all of them hold together (`ranks`)
    dkw      p(t) ≥ N(t)/n − √( ln(1/α) / 2n )     (Dvoretzky, Kiefer & Wolfowitz 1956; the constant of Massart 1990, for α ≤ 1/2)

`ranks` is much the tighter near 0 and 1, where a monitor works, and about as tight between; for more than 500 acts of a class it
is `dkw` as well, whose distance is small by then. The risk is halved between the two classes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...behaviour.estimation.confidence import binomial
from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from ..enforcement.confidence import GRID, RateBound, at_least, at_most
from ..enforcement.deterrence import number
from ..enforcement.monitor import Monitor
from .ranks import MOST, risk_per_rank

METHODS = ("ranks", "dkw", "fixed")
MOST_CUTS = 400  # thresholds that are bounded, evenly over the ranks, where scores are more


@dataclass(frozen=True, eq=False)
class Band:
    """A curve with bounds on it. Floats but for the counts."""

    thresholds: Array = field(repr=False)
    """[threshold], highest first; an act is flagged when its score is at least this."""
    hits: Array = field(repr=False)
    """[threshold]: flagged among `bad`."""
    alarms: Array = field(repr=False)
    """[threshold]: flagged among `good`."""
    bad: int
    good: int
    measured: Monitor = field(repr=False)
    """The curve as it was seen, at every score."""
    monitor: Monitor = field(repr=False)
    """tpr at its lower and fpr at its upper bound, all of them at once (or at the fixed thresholds)."""
    confidence: Fraction
    method: str

    @cached_property
    def tpr(self) -> Array:
        """[threshold, (low, high)]: Clopper–Pearson, two-sided, at each threshold by itself."""
        return _both(self.hits, self.bad, float(self.confidence))

    @cached_property
    def fpr(self) -> Array:
        """[threshold, (low, high)]: Clopper–Pearson, two-sided, at each threshold by itself."""
        return _both(self.alarms, self.good, float(self.confidence))

    def describe(self) -> str:
        sure = rational.decimal(100 * self.confidence)
        how = {
            "ranks": "at every threshold at once (one risk for every rank)",
            "dkw": "at every threshold at once (Dvoretzky–Kiefer–Wolfowitz)",
            "fixed": "at thresholds fixed beforehand (Clopper–Pearson)",
        }[self.method]
        return f"{self.bad} acts of misconduct and {self.good} honest ones: both rates are bounded {how}, confidence {sure} %."


def band(
    scores: Any, labels: Any, confidence: Any = Fraction(95, 100), *, method: str = "ranks", at: Any = None
) -> Band:
    """Of suspicion scores [row] and labels [row] (0/1). `at`: thresholds that were fixed beforehand, with method "fixed" only.

    Raises InputError.
    """
    if method not in METHODS or (method == "fixed") != (at is not None):
        raise InputError(
            where="bounds", needed=f"{', '.join(METHODS)}; thresholds with fixed, and only then", found=repr(method)
        )
    sure, monitor = number(confidence, "confidence", most=1), Monitor.from_scores(scores, labels)
    if not 0 < sure < 1:
        raise InputError(where="confidence", needed="a number between 0 and 1, such as 0.95", found=str(confidence))
    assert monitor.counts is not None and monitor.thresholds is not None
    bad, good = monitor.counts
    kept = _kept(len(monitor.fpr))
    cuts = np.array([float(x) for x in monitor.thresholds[1:]])[kept]
    hits = np.array([int(x * bad) for x in monitor.tpr[1:]])[kept]
    alarms = np.array([int(x * good) for x in monitor.fpr[1:]])[kept]
    if method == "fixed":
        bounded = monitor.bounded(sure, at=at)
    else:
        bounds = {"ranks": _ranks, "dkw": _dkw}[method]
        points = [bounds(int(k), bad, int(c), good, sure) for k, c in zip(hits, alarms, strict=True)]
        bounded = _bounded(cuts, points, sure, (bad, good))
    return Band(cuts, hits, alarms, bad, good, monitor, bounded, sure, method)


def _kept(points: int) -> Array:
    """Positions of the thresholds that are looked at, of `points` − 1."""
    last = points - 1
    return np.unique(np.linspace(0, last - 1, min(last, MOST_CUTS)).round().astype(int))


def _both(counts: Array, n: int, level: float) -> Array:
    found = {int(k): binomial(int(k), n, level) for k in np.unique(counts)}
    return np.array([(found[int(k)].low, found[int(k)].high) for k in counts])


def _ranks(k: int, bad: int, c: int, good: int, sure: Fraction) -> tuple[RateBound, RateBound]:
    """Which way a class is bounded depends on its size alone, which the scores have no part in."""
    risk = (1 - sure) / 2
    wide = _dkw(k, bad, c, good, sure)
    low = at_least(k, bad, 1 - risk_per_rank(bad, risk)) if bad <= MOST else wide[0]
    high = at_most(c, good, 1 - risk_per_rank(good, risk)) if good <= MOST else wide[1]
    return low, high


def _dkw(k: int, bad: int, c: int, good: int, sure: Fraction) -> tuple[RateBound, RateBound]:
    risk = (1 - sure) / 2
    low = Fraction(k, bad) - _distance(bad, risk)
    high = Fraction(c, good) + _distance(good, risk)
    return (
        RateBound(k, bad, 1 - risk, "at least", max(low, Fraction(0)), False),
        RateBound(c, good, 1 - risk, "at most", min(high, Fraction(1)), False),
    )


def _distance(n: int, risk: Fraction) -> Fraction:
    """√( ln(1/risk) / 2n ), rounded up to a millionth."""
    return Fraction(math.ceil(math.sqrt(math.log(1 / risk) / (2 * n)) * GRID) + 1, GRID)


def _bounded(
    cuts: Array, points: list[tuple[RateBound, RateBound]], sure: Fraction, counts: tuple[int, int]
) -> Monitor:
    """The curve at its bounds, with flagging nothing and everything, which need no trials."""
    fpr = [Fraction(0), *(high.bound for _, high in points), Fraction(1)]
    tpr = [Fraction(0), *(low.bound for low, _ in points), Fraction(1)]
    arrays = rational.filled((len(fpr),), fpr), rational.filled((len(tpr),), tpr)
    said = np.array([None, *map(rational.fraction, cuts), None], dtype=object)
    return Monitor(*arrays, said, bounds=((), *points, ()), confidence=sure, counts=counts)
