"""All roots of a polynomial on (0, 1), proved: Bernstein coefficients count them, halving isolates them.

    p(x) = Σ_j c_j C(m, j) x^j (1 − x)^(m−j)

p has at most as many roots in (0, 1) as c has changes of sign, counted with multiplicity, and the difference is even
(Descartes' rule of signs in this form). One change: exactly one root. De Casteljau's scheme
gives the coefficients on either half of an interval, so that halving comes to intervals with none or one (Lane & Riesenfeld
1981, BIT 21). All of it in whole numbers: no root is missed and none invented. The expected payoff of an n-player game with two
strategies is such a polynomial, of degree n − 1, with the payoffs by number of others as coefficients.
Polynomials in powers, of low degree: `real_roots`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from . import rational
from .rational import Array

DEEPEST = (
    80  # halvings of an interval with two changes or more, after which it is given up: a root of even order, or nearly
)
WIDTH = Fraction(1, 2**50)  # of an interval around a root


@dataclass(frozen=True)
class Root:
    """One root, between two rationals."""

    low: Fraction
    high: Fraction
    """Equal to `low` where the root is that rational."""
    slope: int
    """Sign of p after the root less that before, halved: 1 rising, −1 falling, 0 touching."""

    @property
    def x(self) -> float:
        return float((self.low + self.high) / 2)


@dataclass(frozen=True)
class Roots:
    """All roots in (0, 1), in order."""

    found: tuple[Root, ...]
    unsettled: tuple[tuple[Fraction, Fraction], ...] = ()
    """Intervals in which there may be a root of even order: the rest of (0, 1) has none but `found`."""
    everywhere: bool = False
    """Whether p is nought."""


def changes(coefficients: Any) -> int:
    """Changes of sign, noughts left out."""
    signs = [c > 0 for c in coefficients if c != 0]
    return sum(a != b for a, b in pairwise(signs))


def weights(degree: int, x: Any) -> Array:
    """float[..., j]: C(m, j) x^j (1 − x)^(m−j), in logarithms, so that nothing underflows on the way; x within [0, 1]."""
    x = np.asarray(x, float)[..., None]
    j = np.arange(degree + 1)
    ways = np.concatenate([[0.0], np.cumsum(np.log(np.arange(degree, 0, -1)) - np.log(np.arange(1, degree + 1)))])
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(j > 0, j * np.log(x), 0.0)
        down = np.where(j < degree, (degree - j) * np.log1p(-x), 0.0)
    return np.exp(ways + up + down)


def value(coefficients: Array, x: Any) -> Any:
    """p at x: exact where coefficients are exact and x is a Fraction, else float[...] of an array x."""
    if rational.is_exact(coefficients) and isinstance(x, Fraction):
        whole, common = _whole(coefficients)
        return Fraction(_at(_terms(whole), x), common * x.denominator ** (len(whole) - 1))
    return weights(len(coefficients) - 1, x) @ rational.floats(coefficients)


def roots(coefficients: Any) -> Roots:
    """All roots within (0, 1) of the polynomial with these Bernstein coefficients: rationals, or floats taken as the decimals
    they print as.
    """
    whole, _ = _whole(rational.exact(coefficients))
    if not any(whole):
        return Roots((), (), True)
    terms = _terms(whole)
    found: list[Root] = []
    unsettled: list[tuple[Fraction, Fraction]] = []
    todo = [(Fraction(0), Fraction(1), np.array(whole, dtype=object), 0)]
    while todo:
        low, high, c, depth = todo.pop()
        some = changes(c)
        if some == 1:
            found.append(_narrow(terms, low, high, 1 if next(v for v in c[::-1] if v) > 0 else -1))
        elif some and depth == DEEPEST:
            unsettled.append((low, high))
        elif some:
            middle = (low + high) / 2
            left, right = _halves(c)
            if left[-1] == 0:
                found.append(Root(middle, middle, _crossing(left, right)))
            todo += [(low, middle, left, depth + 1), (middle, high, right, depth + 1)]
    return Roots(tuple(sorted(found, key=lambda r: r.low)), tuple(sorted(unsettled)))


def _whole(coefficients: Array) -> tuple[list[int], int]:
    """(whole numbers, what they are to be divided by)."""
    common = math.lcm(*{c.denominator for c in coefficients})
    return [c.numerator * (common // c.denominator) for c in coefficients], common


def _terms(whole: list[int]) -> list[int]:
    return [c * math.comb(len(whole) - 1, j) for j, c in enumerate(whole)]


def _at(terms: list[int], x: Fraction) -> int:
    """p(x) times a positive number: Σ t_j a^j (d − a)^(m−j) for x = a/d."""
    a, rest = x.numerator, x.denominator - x.numerator
    total, power = 0, 1
    for t in terms:
        total = total * rest + t * power
        power *= a
    return total


def _halves(c: Array) -> tuple[Array, Array]:
    """Coefficients on either half, times 2^m."""
    m = len(c) - 1
    left, right, row = np.empty_like(c), np.empty_like(c), c
    for k in range(m + 1):
        left[k], right[m - k] = row[0] << (m - k), row[-1] << (m - k)
        row = row[:-1] + row[1:]
    return left, right


def _crossing(left: Array, right: Array) -> int:
    before = next((v for v in left[::-1] if v), 0)
    after = next((v for v in right if v), 0)
    return 0 if (before > 0) == (after > 0) else 1 if after > 0 else -1


def _narrow(terms: list[int], low: Fraction, high: Fraction, slope: int) -> Root:
    """The one root between low and high, by halving with exact signs; floats say first where to look."""
    near, reach = _guess(terms, float(low), float(high), slope), Fraction(1, 2**44)
    first = [Fraction(near) - reach, Fraction(near) + reach]
    while high - low > WIDTH:
        x = first.pop() if first else (low + high) / 2
        if not low < x < high:
            continue
        sign = _at(terms, x) * slope
        low, high = (x, x) if sign == 0 else (low, x) if sign > 0 else (x, high)
    return Root(low, high, slope)


def _guess(terms: list[int], low: float, high: float, slope: int) -> float:
    """About where; any answer will do, for signs are looked at afterwards."""
    j = np.arange(len(terms))
    logs = np.array([math.log(abs(t)) if t else -math.inf for t in terms])
    signs = np.sign(np.array(terms, dtype=object)).astype(float) * slope
    for _ in range(60):
        x = (low + high) / 2
        if not low < x < high:
            break
        powers = logs + j * math.log(x) + j[::-1] * math.log1p(-x)
        low, high = (low, x) if signs @ np.exp(powers - powers.max()) > 0 else (x, high)
    return (low + high) / 2
