"""What a number may be, given what was seen: intervals that name their level, their method and their n.

Two kinds. *Asymptotic*: 2(ℓ(θ̂) − ℓ(θ)) is about χ²_k at the true θ (Wilks 1938, Ann. Math. Stat. 9). *Bounded with
confidence*, for every n:

    Chernoff    one parameter λ of an exponential family, Pr( ℓ(λ̂) − ℓ(λ) ≥ x on either side ) ≤ 2 e^{−x}
                (Chernoff 1952, Ann. Math. Stat. 23: the bound's exponent is the log-likelihood ratio itself)
    split       θ̂ from one half, ℓ of the other: Pr( ℓ(θ̂) − ℓ(θ) ≥ log 1/α ) ≤ α for any model
                (Wasserman, Ramdas & Balakrishnan 2020, Proc. Natl. Acad. Sci. 117)
    ball        frequencies p̂ of n draws from A outcomes, Pr( ½‖p̂ − p‖₁ ≥ r ) ≤ (2^A − 2) e^{−2 n r²}
                (Weissman et al. 2003, Hewlett-Packard Labs HPL-2003-97)
    binomial    Clopper & Pearson 1934, Biometrika 26

The *mean* of n draws has Student's interval (1908, Biometrika 6), exact for normal ones and about right for means of many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

MOST_TERMS = 100_000
ASYMPTOTIC = "asymptotic"
BOUNDED = "bounded with confidence"
GIVEN = "bounded with confidence, given what the others did"  # as if their frequencies were what was replied to
AS_SEEN = "as observed"  # no sampling noise is allowed for


@dataclass(frozen=True)
class Interval:
    """Low and high ends, inclusive; infinite where nothing bounds the number."""

    low: float
    high: float
    level: float
    """Chance that such an interval holds the true value, at the least or (asymptotically) about."""
    n: int
    """Observations that it is made of."""
    method: str
    grade: str = ASYMPTOTIC
    """"asymptotic", or "bounded with confidence" where the level holds for every n; "…, given what the others did" where it does
    if the frequencies that were seen, not the chances behind them, are what was replied to."""

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def within(self, low: float, high: float) -> Interval:
        """The part of it between bounds that are known."""
        return Interval(max(self.low, low), min(self.high, high), self.level, self.n, self.method, self.grade)

    @property
    def empty(self) -> bool:
        """Whether nothing is left: the model is rejected at this level."""
        return self.low > self.high


def checked(level: float) -> float:
    """A confidence level. Raises InputError unless it lies between 0 and 1."""
    if not 0 < level < 1:
        raise InputError(where="confidence", needed="a level between 0 and 1, for example 0.95", found=f"{level:g}")
    return level


def wilks(level: float, parameters: int = 1) -> float:
    """The drop in log-likelihood that is allowed: half the χ² quantile."""
    return chi_square(checked(level), parameters) / 2


def chernoff(level: float) -> float:
    """The drop in log-likelihood that is allowed to one parameter of an exponential family: log 2/α."""
    return math.log(2 / (1 - checked(level)))


def split(level: float) -> float:
    """The drop below the log-likelihood, on one half, of the estimate from the other half: log 1/α."""
    return math.log(1 / (1 - checked(level)))


def ball(level: float, outcomes: int, n: float) -> float:
    """r: the frequencies of n draws are within this total variation distance of the truth; 1 where n = 0."""
    if outcomes < 2 or n <= 0:
        return 0.0 if outcomes < 2 else 1.0
    ways = outcomes * math.log(2) + math.log1p(-(2.0 ** (1 - outcomes)))  # log(2^A − 2)
    return min(1.0, math.sqrt((ways - math.log(1 - checked(level))) / (2 * n)))


def chi_square(level: float, freedom: int) -> float:
    """The `level` quantile of χ² with `freedom` degrees of freedom."""
    high = float(freedom)
    while _gamma(freedom / 2, high / 2) < level:
        high *= 2
    return crossing(lambda x: _gamma(freedom / 2, x / 2) < level, 0.0, high)


def _gamma(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function, by its series (NIST Handbook 8.11.4); for moderate a and x."""
    if x <= 0:
        return 0.0
    term = total = 1 / a
    k = a
    while term > total * 1e-17:
        k += 1
        term *= x / k
        total += term
    return min(1.0, total * math.exp(a * math.log(x) - x - math.lgamma(a)))


def crossing(below: Callable[[float], bool], low: float, high: float, *, steps: int = 200) -> float:
    """Where `below` turns from true (at `low`) to false (at `high`), by bisection."""
    for _ in range(steps):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2


def root(height: Callable[[float], float], inside: float, outside: float, *, close: float = 1e-11) -> float:
    """Where `height` falls from ≥ 0 at `inside` to < 0 at `outside`, on the outer side of the rounding; regula falsi (Illinois).

    A height of NaN counts as negative, and is halved away from.
    """
    here, there = height(inside), height(outside)
    if here < 0:
        return inside
    before = 0
    for _ in range(100):
        if abs(outside - inside) <= close * max(1.0, abs(inside)):
            break
        straight = np.isfinite(there) and np.isfinite(here) and here > 0
        between = inside + (outside - inside) * (here / (here - there) if straight else 0.5)
        if not min(inside, outside) < between < max(inside, outside):
            between = (inside + outside) / 2
            if between in (inside, outside):
                break
        value = height(between)
        if value >= 0:
            inside, here = between, value
            there = there / 2 if before > 0 else there
            before = 1
        else:
            outside, there = between, value
            here = here / 2 if before < 0 else here
            before = -1
    return outside


def binomial(successes: int, n: int, level: float = 0.95) -> Interval:
    """Clopper & Pearson's interval of a share, exact."""
    tail = (1 - checked(level)) / 2

    def at_least(k: int, p: float) -> float:
        return float(p >= 1 or k <= 0) if p <= 0 or p >= 1 or k <= 0 else _beta(k, n - k + 1, p)

    low = 0.0 if successes == 0 else crossing(lambda p: at_least(successes, p) < tail, 0.0, 1.0)
    high = 1.0 if successes == n else crossing(lambda p: 1 - at_least(successes + 1, p) > tail, 0.0, 1.0)
    return Interval(low, high, level, n, "Clopper–Pearson", BOUNDED)


@lru_cache(maxsize=256)
def student(level: float, freedom: int) -> float:
    """How many standard errors either way hold a share `level` of Student's t with `freedom` degrees of freedom."""
    tail = 1 - checked(level)
    return crossing(lambda t: _beta(freedom / 2, 0.5, freedom / (freedom + t * t)) > tail, 1e-9, 1e9)


def two_sided(t: float, freedom: float) -> float:
    """How likely a Student's t as far from 0 is by chance; 0 where it is not finite."""
    if not math.isfinite(t):
        return 0.0
    return 1.0 if t == 0 else float(_beta(freedom / 2, 0.5, freedom / (freedom + t * t)))


def mean(values: Sequence[float] | Array, level: float = 0.95) -> Interval:
    """Student's interval of the mean of independent draws, one per seed say; unbounded where there is one draw only.

    Raises InputError where there is none, or one that is not finite.
    """
    drawn = np.asarray(values, float).ravel()
    if not drawn.size or not np.isfinite(drawn).all():
        raise InputError(where="mean", needed="finite numbers, at least one", found=f"{drawn.size} numbers")
    if drawn.size == 1:
        return Interval(-math.inf, math.inf, level, 1, "Student")
    half = student(level, drawn.size - 1) * float(drawn.std(ddof=1)) / math.sqrt(drawn.size)
    return Interval(float(drawn.mean()) - half, float(drawn.mean()) + half, level, drawn.size, "Student")


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function for 0 < x < 1, by its continued fraction (NIST Handbook 8.17.22)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    above, below = 1.0, 1 / (1 - (a + b) * x / (a + 1))  # by the method of Lentz, as modified by Thompson & Barnett
    value = below
    for m in range(1, MOST_TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            below, above = 1 / (1 + term * below), 1 + term / above
            value *= above * below
        if abs(above * below - 1) < 1e-15:
            break
    return min(1.0, math.exp(log) * value / a)
