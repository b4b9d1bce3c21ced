"""How far the mean of n scores may be from the truth: one-sided radii r with Pr( μ > mean + r ) ≤ α, whatever the law.

Scores lie in an interval of length b ("span"); items are drawn independently and alike.

    Hoeffding     r = b·√( log(1/α) / 2n )                                     (1963, J. Am. Stat. Assoc. 58, theorem 2)
    Bernstein     r = √( 2V·log(2/α) / n ) + 7b·log(2/α) / (3(n − 1)),  V the sample variance
                                                   (Maurer & Pontil 2009, COLT, theorem 4: "empirical Bernstein")
    at any time   r_t = √( (v + ρ)·log( (v + ρ) / ρα² ) ) / t,   v = t·b²/4
                                 (Robbins 1970, Ann. Math. Stat. 41: a mixture of exponential martingales; two-sided)

The last holds for all t at once: one may look after every item and stop when one likes. Its proof: for every θ the process
exp(θS_t − θ²v/2) is a supermartingale (Hoeffding's lemma); so is its average over θ drawn from N(0, 1/ρ), which is
√(ρ/(v+ρ))·exp( S²/2(v+ρ) ); that exceeds 1/α ever with chance at most α (Ville 1939).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...behaviour.estimation.confidence import checked
from ...errors import InputError
from ...numerics.given import numbers
from ...numerics.rational import Array, floats

METHODS = ("hoeffding", "bernstein", "better")
FIRST_LOOK = 100  # items at which the any-time radius is tuned to be short
MOST_ITEMS = 2**40


def hoeffding(n: Any, alpha: float, span: float = 1.0) -> Any:
    """One-sided, needs no variance; n may be an array."""
    return span * np.sqrt(math.log(1 / alpha) / (2 * np.asarray(n, float)))


def bernstein(variance: Any, n: Any, alpha: float, span: float = 1.0) -> Any:
    """One-sided, from the unbiased sample variance; infinite for fewer than two scores."""
    count, log = np.asarray(n, float), math.log(2 / alpha)
    with np.errstate(divide="ignore"):
        return np.sqrt(2 * np.asarray(variance) * log / count) + 7 * span * log / (3 * np.maximum(count - 1, 0))


def better(variance: Any, n: Any, alpha: float, span: float = 1.0) -> Any:
    """The shorter of both, each at α/2: choosing afterwards is paid for."""
    return np.minimum(hoeffding(n, alpha / 2, span), bernstein(variance, n, alpha / 2, span))


RADII: dict[str, Callable[[Any, Any, float, float], Any]] = {
    "hoeffding": lambda variance, n, alpha, span: hoeffding(n, alpha, span),
    "bernstein": bernstein,
    "better": better,
}


def radius(method: str, variance: Any, n: Any, alpha: float, span: float) -> Any:
    """By name. Raises InputError for a name that is none of METHODS."""
    if method not in RADII:
        raise InputError(where="method", needed=f"one of {', '.join(METHODS)}", found=method)
    return RADII[method](variance, n, alpha, span)


def any_time(t: Any, alpha: float, span: float = 1.0, *, look: float = FIRST_LOOK) -> Any:
    """Two-sided, for all t at once; about shortest near t = `look`."""
    v = np.asarray(t, float) * span**2 / 4
    wish = look * span**2 / 4
    log = math.log(1 / alpha**2)
    rho = wish / (log + math.log1p(log))  # near the minimiser of the radius at v = wish
    return np.sqrt((v + rho) * (np.log((v + rho) / rho) + log)) / np.asarray(t, float)


def least(enough: Callable[[int], bool], *, most: int = MOST_ITEMS) -> int | None:
    """The smallest n ≥ 1 with enough(n), where `enough` stays true once it is; None beyond `most`."""
    high = 1
    while not enough(high):
        high *= 2
        if high > most:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def scores_in(scores: Any, low: float, high: float) -> Array:
    """scores[m, i] as floats, inside [low, high]. Raises InputError for other shapes, NaN, or a score outside."""
    table = floats(numbers(scores, "scores", (None, None)))
    if not -math.inf < low < high < math.inf:
        raise InputError(where="range of scores", needed="finite numbers, low < high", found=f"{low:g} and {high:g}")
    if table.min() < low or table.max() > high:
        bad = table.min() if table.min() < low else table.max()
        raise InputError(
            where="scores",
            needed=f"scores between {low:g} and {high:g}",
            found=f"{bad:g}",
            remedy="State the range that scores can have; no bound holds without one.",
        )
    return table


def level(confidence: float) -> float:
    """α = 1 − confidence. Raises InputError."""
    if isinstance(confidence, (str, bytes)):
        raise InputError(
            where="confidence", needed="a number between 0 and 1, for example 0.95", found=repr(confidence)
        )
    return 1 - checked(float(confidence))
