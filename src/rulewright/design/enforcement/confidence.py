"""One-sided Clopper–Pearson bounds on a rate, checked in rational numbers (Clopper & Pearson 1934, Biometrika 26).

With k successes in n trials, the lower bound at confidence 1 − α is the rate p at which P(X ≥ k | n, p) = α, X binomial.
Bisection in floats finds it; the tail at the bound, rounded away from k/n, is then summed up exactly and is at most α.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.binomial import log_choose, tail
from .deterrence import number

GRID = 10**6  # bounds are multiples of a millionth
MOST_EXACT = 5_000  # trials; the exact tail of more takes seconds, so floats are believed and a millionth is given away
STEPS = 60


@dataclass(frozen=True)
class RateBound:
    """A rate known from trials; holds for trials drawn independently and like the acts that it is applied to."""

    successes: int
    trials: int
    confidence: Fraction
    """1 − α, one-sided."""
    side: str
    """"at least" or "at most"."""
    bound: Fraction
    """A multiple of a millionth."""
    exact: bool
    """Whether the binomial tail at `bound` was summed up in rationals, and is at most α."""
    grade: str = "bounded with confidence"

    @property
    def rate(self) -> Fraction:
        """What was observed."""
        return Fraction(self.successes, self.trials)

    def describe(self) -> str:
        return (
            f"{self.successes} of {self.trials}: the rate is {self.side} {rational.decimal(self.bound)} with confidence "
            f"{rational.decimal(100 * self.confidence)} % (one-sided, Clopper–Pearson)"
        )


def _log_tail(k: int, n: int, p: float, choose: np.ndarray) -> float:
    j = np.arange(k, n + 1)
    terms = choose[k:] + j * math.log(p) + (n - j) * math.log1p(-p)
    peak = terms.max()
    return float(peak + math.log(np.exp(terms - peak).sum()))


@lru_cache(maxsize=100_000)
def _lower(k: int, n: int, alpha: Fraction) -> tuple[Fraction, bool]:
    """(bound, checked exactly?): the largest multiple of 1/GRID found at which P(X ≥ k) is at most α."""
    if k == 0:
        return Fraction(0), True
    choose, target = log_choose(n), math.log(alpha)
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        p = (low + high) / 2
        low, high = (p, high) if _log_tail(k, n, p, choose) <= target else (low, p)
    steps = math.floor(low * GRID)
    if n > MOST_EXACT:
        return Fraction(max(steps - 1, 0), GRID), False
    while steps > 0 and tail(n, k, Fraction(steps, GRID)) > alpha:
        steps -= 1
    return Fraction(steps, GRID), True


def _checked(successes: int, trials: int, confidence: Any) -> Fraction:
    if not (isinstance(successes, (int, np.integer)) and isinstance(trials, (int, np.integer))) or not (
        0 <= successes <= trials and trials > 0
    ):
        raise InputError(
            where="rate from trials", needed="whole numbers 0 ≤ successes ≤ trials", found=f"{successes} of {trials}"
        )
    sure = number(confidence, "confidence", most=1)
    if not 0 < sure < 1:
        raise InputError(where="confidence", needed="a number between 0 and 1, such as 0.95", found=str(confidence))
    return sure


def at_least(successes: int, trials: int, confidence: Any = Fraction(95, 100)) -> RateBound:
    """The rate that `successes` of `trials` show at the least. Raises InputError."""
    sure = _checked(successes, trials, confidence)
    bound, exact = _lower(int(successes), int(trials), 1 - sure)
    return RateBound(int(successes), int(trials), sure, "at least", bound, exact)


def at_most(successes: int, trials: int, confidence: Any = Fraction(95, 100)) -> RateBound:
    """The rate that `successes` of `trials` show at the most: one minus the lower bound on failures. Raises InputError."""
    sure = _checked(successes, trials, confidence)
    bound, exact = _lower(int(trials - successes), int(trials), 1 - sure)
    return RateBound(int(successes), int(trials), sure, "at most", 1 - bound, exact)
