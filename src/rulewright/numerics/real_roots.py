"""The real roots of a polynomial with rational coefficients: how many there are, exactly, and where.

Sturm 1829: of the chain p, p′, −rem(p, p′), …, the number of sign changes at a less that at b is the number of different
roots in (a, b], for a < b where p(a) ≠ 0. Halving gives brackets with one root each; a sign on either side of each root says
which way a flow dk/dt = p(k) goes. Coefficients are in rising order: p(k) = c₀ + c₁ k + c₂ k² + …
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

from ..errors import InputError

Polynomial = tuple[Fraction, ...]
Bracket = tuple[Fraction, Fraction]
NARROW = Fraction(1, 10**14)  # roots nearer than this count as one
HALVINGS = 100


def trimmed(p: Sequence[Fraction]) -> Polynomial:
    """Without leading noughts."""
    n = len(p)
    while n and p[n - 1] == 0:
        n -= 1
    return tuple(p[:n])


def value(p: Sequence[Fraction], k: Fraction) -> Fraction:
    """p(k), by Horner's rule; floats give floats."""
    total = k * 0
    for c in reversed(p):
        total = total * k + c
    return total


def plus(*parts: Sequence[Fraction]) -> Polynomial:
    """The sum."""
    n = max(map(len, parts))
    return trimmed([sum((p[i] for p in parts if i < len(p)), Fraction(0)) for i in range(n)])


def times(*parts: Sequence[Fraction]) -> Polynomial:
    """The product."""
    found: Sequence[Fraction] = (Fraction(1),)
    for p in parts:
        made = [Fraction(0)] * (len(found) + len(p) - 1 if found and p else 0)
        for i, a in enumerate(found):
            for j, b in enumerate(p):
                made[i + j] += a * b
        found = trimmed(made)
    return tuple(found)


def scaled(p: Sequence[Fraction], by: Fraction) -> Polynomial:
    return trimmed([c * by for c in p])


def derivative(p: Sequence[Fraction]) -> Polynomial:
    return trimmed([i * c for i, c in enumerate(p)][1:])


def remainder(p: Sequence[Fraction], d: Sequence[Fraction]) -> Polynomial:
    """Of p divided by d, which is not nought."""
    left = list(p)
    while len(left) >= len(d):
        by = left[-1] / d[-1]
        for i in range(len(d)):
            left[len(left) - len(d) + i] -= by * d[i]
        left = list(trimmed(left[:-1]))
    return trimmed(left)


def sturm(p: Sequence[Fraction]) -> list[Polynomial]:
    """The chain of p."""
    chain = [trimmed(p), derivative(p)]
    while chain[-1]:
        chain.append(scaled(remainder(chain[-2], chain[-1]), Fraction(-1)))
    return chain[:-1]


def count(chain: Sequence[Polynomial], a: Fraction, b: Fraction) -> int:
    """How many different roots of chain[0] lie in (a, b]."""
    return _changes(chain, a) - _changes(chain, b)


def _changes(chain: Sequence[Polynomial], k: Fraction) -> int:
    signs = [v > 0 for v in (value(p, k) for p in chain) if v != 0]
    return sum(a != b for a, b in itertools.pairwise(signs))


def brackets(p: Sequence[Fraction], low: Fraction, high: Fraction) -> list[Bracket]:
    """(a, b] with one root of p each, rising, that hold all different roots in (low, high].

    Raises InputError for p = 0 and where p(low) = 0.
    """
    if not trimmed(p):
        raise InputError(where="polynomial", needed="one that is not nought everywhere", found="0")
    if value(p, low) == 0:
        raise InputError(where="polynomial", needed="a lower end that is no root", found=str(low))
    chain = sturm(p)
    found: list[Bracket] = []
    open_ = [(low, high, count(chain, low, high))]
    while open_:
        a, b, n = open_.pop()
        if n == 1 or (n and b - a < NARROW):
            found.append((a, b))
        elif n:
            middle = (a + b) / 2
            while value(p, middle) == 0:
                middle += (b - middle) / 3  # an end must not be a root
            left = count(chain, a, middle)
            open_ += [(a, middle, left), (middle, b, n - left)]
    return sorted(found)


def refined(p: Sequence[Fraction], bracket: Bracket) -> float:
    """The root in a bracket, as a float: by signs in floats where they differ at its ends, else by counting.

    A simple root to rounding, one of order m to about 16/m digits.
    """
    a, b = bracket
    left, right = value(p, a), value(p, b)
    if right == 0:
        return float(b)
    if (left > 0) != (right > 0):
        rough = [float(c) for c in p]
        low, high, up = float(a), float(b), right > 0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if middle in (low, high):
                break
            at = middle * 0.0
            for c in reversed(rough):
                at = at * middle + c
            low, high = (low, middle) if (at > 0) == up else (middle, high)
        return (low + high) / 2
    chain = sturm(p)
    while b - a > NARROW:
        half = (a + b) / 2
        if value(p, half) == 0:
            return float(half)
        a, b = (a, half) if count(chain, a, half) else (half, b)
    return float((a + b) / 2)
