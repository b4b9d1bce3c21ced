"""Where a population of two types rests, who resists whom, and where several types come to.

With j others of the first type among the n − 1, the first earns d_j more than the second. At a share x of the first

    W_1(x) − W_2(x) = Σ_j d_j C(n−1, j) x^j (1 − x)^(n−1−j)

so that all inner rests are the roots of a polynomial in Bernstein form, none missed (`numerics/bernstein.py`). A type resists
another if d, read from its own end, has its first number that is not nought on its side (Broom, Cannings & Vickers 1997, Bull.
Math. Biol. 59: an evolutionarily stable strategy of a game of n players).

P against R without errors is convex in x if W (b − c) > 0, and has at most two inner rests:

    W_P − W_R = b/n − c − k (n−1) + (k + p)(n−1) x + W (b − c) (1 − x)^(n−1)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from ...numerics import bernstein, rational
from ...numerics.rational import Array
from .stage import EVERYBODY, Stage


@dataclass(frozen=True)
class Rest:
    """A share of the first type at which neither grows."""

    low: Fraction
    high: Fraction
    """The share is within these; equal where it is rational and known."""
    stable: bool | None
    """Within the two types; None: neither grows nearby either."""
    basin: float = 0.0
    """Share of starts from which it is reached."""

    @property
    def x(self) -> float:
        return float((self.low + self.high) / 2)


@dataclass(frozen=True)
class Edge:
    """Two types alone."""

    first: int
    second: int
    gains: Array
    """Fraction [j]: what the first earns more than the second beside j others of the first."""
    rests: tuple[Rest, ...]
    """In order of x, from 0 to 1; only the ends where all shares are rests."""
    complete: bool
    """Whether these are all: False where a root of even order could not be told from none."""

    @property
    def neutral(self) -> bool:
        """Whether nobody can tell the two apart, in any group."""
        return not any(self.gains)

    @property
    def inner(self) -> tuple[Rest, ...]:
        return self.rests[1:-1]


def gains(stage: Stage, first: int, second: int) -> Array:
    """Fraction [j], j = 0 … n − 1 others of the first type."""
    return _gains(stage, first, second) if first < second else -_gains(stage, second, first)[::-1]


@lru_cache(maxsize=64)
def _gains(stage: Stage, first: int, second: int) -> Array:
    """The same, looked up again and again by whoever asks who resists whom."""
    j = np.arange(stage.group)
    counts = np.zeros((2, stage.group, len(EVERYBODY)), np.int64)
    counts[:, :, first] += j + np.array([[1], [0]])
    counts[:, :, second] += stage.group - 1 - j + np.array([[0], [1]])
    earned = stage.members(counts)
    return rational.frozen(np.array(earned[0, :, first] - earned[1, :, second], dtype=object))


def invasion(stage: Stage, resident: int, mutant: int) -> int:
    """Sign of what a few mutants gain on residents: 1 they invade, −1 they are driven out, 0 nobody can tell them apart."""
    d = gains(stage, mutant, resident)
    return int(np.sign(next((v for v in d if v), 0)))


def edge(stage: Stage, first: int, second: int) -> Edge:
    """All rests of a population of two types, with their stability and basins: exact."""
    d = gains(stage, first, second)
    roots = bernstein.roots(d)
    signs = [int(np.sign(next((v for v in order if v), 0))) for order in (d, d[::-1])]
    if roots.everywhere:
        ends = (Rest(Fraction(0), Fraction(0), None), Rest(Fraction(1), Fraction(1), None))
        return Edge(first, second, d, ends, True)
    inner = [Rest(r.low, r.high, r.slope < 0) for r in roots.found]
    rests = [Rest(Fraction(0), Fraction(0), signs[0] < 0), *inner, Rest(Fraction(1), Fraction(1), signs[1] > 0)]
    return Edge(first, second, d, tuple(_basins(rests, roots, signs[0])), not roots.unsettled)


def _basins(rests: list[Rest], roots: bernstein.Roots, sign: int) -> list[Rest]:
    """Every stretch between two rests belongs to the one that it leads to."""
    owned = [0.0] * len(rests)
    for k in range(len(rests) - 1):
        owned[k + 1 if sign > 0 else k] += rests[k + 1].x - rests[k].x
        if k < len(roots.found) and roots.found[k].slope:
            sign = roots.found[k].slope
    return [Rest(r.low, r.high, r.stable, b) for r, b in zip(rests, owned, strict=True)]
