"""Roots of polynomials in Bernstein form: none missed, none invented."""

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.numerics import bernstein


def product(roots, degree):
    """Bernstein coefficients of Π (x − r), raised to `degree`."""
    c = [F(1)]
    for r in roots:
        m = len(c)
        up = [F(0)] * (m + 1)
        for j in range(m + 1):  # times x(1 − r) − (1 − x) r
            up[j] = (F(j, m) * c[j - 1] * (1 - r) if j else 0) - (F(m - j, m) * c[j] * r if j < m else 0)
        c = up
    while len(c) <= degree:
        m = len(c)
        c = [(F(j, m) * c[j - 1] if j else 0) + (F(m - j, m) * c[j] if j < m else 0) for j in range(m + 1)]
    return c


rationals = st.integers(-8, 24).map(lambda a: F(a, 16) + F(1, 97))


@given(st.lists(rationals, min_size=1, max_size=5, unique=True), st.integers(0, 7))
def test_simple_roots_are_all_found_and_nothing_else(roots, more):
    found = bernstein.roots(product(roots, len(roots) + more))
    inside = sorted(r for r in roots if 0 < r < 1)
    assert len(found.found) == len(inside) and not found.unsettled
    assert all(
        one.low <= r <= one.high and one.high - one.low <= bernstein.WIDTH
        for one, r in zip(found.found, inside, strict=True)
    )
    slopes = [one.slope for one in found.found]
    assert all(a == -b for a, b in pairwise(slopes))


def test_roots_that_are_dyadic_or_double():
    (one,) = bernstein.roots(product([F(1, 2), F(1, 2)], 4)).found
    assert (one.low, one.high, one.slope) == (F(1, 2), F(1, 2), 0)
    double = bernstein.roots(product([F(1, 3), F(1, 3)], 2))
    assert not double.found and len(double.unsettled) >= 1
    assert any(low <= F(1, 3) <= high for low, high in double.unsettled)
    assert bernstein.roots([F(0)] * 4).everywhere
    assert bernstein.roots([F(0), F(1), F(0)]) == bernstein.Roots(())  # noughts at the ends are no inner roots


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=12), st.integers(0, 16))
def test_value_by_two_ways(coefficients, sixteenths):
    c, x = np.array([F(v) for v in coefficients], dtype=object), F(sixteenths, 16)
    exactly = bernstein.value(c, x)
    assert bernstein.value(c, float(x)) == pytest.approx(float(exactly), abs=1e-12)


def test_weights_of_high_degree_sum_to_one():
    assert bernstein.weights(1000, np.linspace(0, 1, 21)).sum(axis=-1) == pytest.approx(1, abs=1e-11)
