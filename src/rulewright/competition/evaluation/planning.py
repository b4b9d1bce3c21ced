"""How many items before the AI that scores best is within Δ of the best, with confidence 1 − α?

A rival i whose value is more than Δ below that of the best, b, is picked only if its mean is at least b's. There are at most
k − 1 such rivals, and for each the chance is, for scores in an interval of length b ("span"),

    items of its own    exp( −nΔ²/b² )                     (Hoeffding 1963, theorem 2: 2n terms of length b/n)
    the same items      exp( −nΔ²/2b² )                    (n differences, each in an interval of length 2b, whatever they hide)
    the same items, differences of standard deviation σ at most
                        exp( −nΔ² / (2σ² + 4bΔ/3) )        (Bernstein 1924: a difference exceeds its mean by at most 2b)
    right or wrong, items of its own: exact binomial chances, the worst over all k-tuples of values.

For the last: the chance that the best is strictly ahead of all falls in each rival's value, so the worst rivals are all at p − Δ
(Sobel & Huyett 1957, Bell Syst. Tech. J. 36); over a cell a ≤ p ≤ c it is at least what the best at a and rivals at c − Δ
give. With cells fine enough that is a proof for every p, up to the rounding of floats (1e-12).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .bounds import least, level
from .chances import binomial_laws

FINE = 200
CELLS = 50
CHUNK = 2**20
POINTS = 65
MOST_BINARY = 5_000  # items for which binomial chances are summed up
ROUNDING = 1e-12
OWN, SAME, SPREAD, BINARY = (
    "Hoeffding, items of its own",
    "Hoeffding, the same items",
    "Bernstein",
    "exact, right or wrong",
)


@dataclass(frozen=True)
class Option:
    """A number of items that suffices, and what it supposes."""

    method: str
    items: int
    """Per AI."""
    supposes: str


@dataclass(frozen=True, eq=False)
class Plan:
    """The question and its answers, the one that needs fewest items first."""

    k: int
    within: float
    """Δ, in units of the scores."""
    confidence: float
    low: float
    high: float
    options: tuple[Option, ...] = field(repr=False)

    @property
    def items(self) -> int:
        """Per AI, by the first option."""
        return self.options[0].items

    @property
    def evaluations(self) -> int:
        """Of all AIs together."""
        return self.k * self.items

    def describe(self) -> str:
        best = self.options[0]
        return (
            f"Score each of {self.k} AIs on {best.items:,} items ({self.evaluations:,} scores) and pick the best mean: it is "
            f"within {self.within:g} of the best AI with confidence {100 * self.confidence:g} % ({best.method}; {best.supposes})."
        )


def plan(
    k: int,
    within: float,
    confidence: float = 0.95,
    *,
    low: float = 0.0,
    high: float = 1.0,
    same_items: bool = False,
    spread: float | None = None,
    binary: bool = False,
) -> Plan:
    """Items per AI so that the best mean is within `within` of the best AI.

    same_items: every AI answers the same items. spread: what the standard deviation of differences between two AIs' scores on one
    item is known not to exceed (with same_items). binary: scores are `low` or `high` only (with items of its own).
    Raises InputError for numbers out of range and for options that do not go together.
    """
    alpha, b = level(confidence), high - low
    if k < 2 or not 0 < within < b:
        raise InputError(
            where="plan", needed=f"k ≥ 2 AIs and 0 < within < {b:g}, the range", found=f"k = {k}, within = {within:g}"
        )
    if spread is not None and not (same_items and 0 < spread <= b):
        raise InputError(where="spread", needed=f"same_items, and a spread between 0 and {b:g}", found=f"{spread:g}")
    if binary and same_items:
        raise InputError(
            where="binary",
            needed="items of its own for each AI",
            found="the same items",
            remedy="Leave `binary` out: how two AIs' errors hang together is not known beforehand.",
        )
    log = math.log((k - 1) / alpha)
    if same_items:
        found = [Option(SAME, math.ceil(2 * b * b * log / within**2), "nothing more than the range of scores")]
        if spread is not None:
            n = math.ceil((2 * spread**2 + 4 * b * within / 3) * log / within**2)
            found.append(Option(SPREAD, n, f"differences on one item have a standard deviation of at most {spread:g}"))
    else:
        found = [Option(OWN, math.ceil(b * b * log / within**2), "items are drawn independently for each AI")]
        if binary and (exact := binary_items(k, within / b, alpha, found[0].items)) is not None:
            found.append(
                Option(BINARY, exact, "every score is right or wrong, items are drawn independently for each AI")
            )
    return Plan(k, within, confidence, low, high, tuple(sorted(found, key=lambda o: o.items)))


def within(k: int, items: int, confidence: float = 0.95, *, span: float = 1.0, same_items: bool = False) -> float:
    """Δ that n items per AI buy, by Hoeffding; `span` where they buy nothing."""
    log = math.log((k - 1) / level(confidence)) if k > 1 else 0.0
    return min(span, span * math.sqrt(max(log, 0.0) * (2 if same_items else 1) / items))


def curve(k: int, items: Sequence[int], confidence: float = 0.95, *, span: float = 1.0) -> Array:
    """[item count, 2]: Δ bought with items of its own, and with the same items: data of a picture."""
    return np.array([[within(k, n, confidence, span=span, same_items=same) for same in (False, True)] for n in items])


def binary_items(k: int, gap: float, alpha: float, most: int) -> int | None:
    """Items at which `binary_wrong_at_most` holds, a percent or so above the fewest, not above `most`; None beyond MOST_BINARY.

    The fewest that hold at points are found first; from there n grows until every value is proved.
    """
    if most > MOST_BINARY:
        return None
    points = np.linspace(gap, 1, POINTS)
    n = least(lambda n: bool((binary_wrong(points, points - gap, n, k) <= alpha).all()), most=2 * most)
    while n is not None and n <= most:
        if binary_wrong_at_most(n, k, gap, alpha):
            return n
        n += max(1, n // 200)
    return None


def binary_wrong(best: Any, rival: Any, n: int, k: int) -> Array:
    """The chance that one of k − 1 rivals of value `rival` has at least as many right as the best one; ties are lost. Any shape."""
    at, other = binomial_laws(best, n), binomial_laws(rival, n)
    below = np.clip(np.cumsum(other, axis=-1) - other, 0, 1)
    return np.asarray(1 - (at * below ** (k - 1)).sum(axis=-1))


def binary_wrong_at_most(n: int, k: int, gap: float, alpha: float) -> bool:
    """Whether n right-or-wrong items are proved to pick an AI within `gap` of the best with chance 1 − alpha, whatever their
    values."""
    cells = int(np.ceil(2 * FINE * (1 - gap) / gap))  # an error of gap/FINE in p costs about 2/FINE of n
    edges = np.linspace(gap, 1, max(CELLS, cells) + 1)
    a, c = edges[:-1], np.maximum(edges[1:], gap)
    step = max(1, CHUNK // n)
    for first in range(0, len(a), step):
        low, high = a[first : first + step], c[first : first + step] - gap
        if (binary_wrong(low, high, n, k) > alpha - ROUNDING).any():
            return False
    return True
