"""Exact arrays: what a float stands for, and that no denominator is invented."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.errors import TooLarge
from rulewright.numerics import memory, rational


def test_a_float_is_the_decimal_it_prints_as():
    assert list(rational.exact([0.1, 1e-3, 2.5])) == [F(1, 10), F(1, 1000), F(5, 2)]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), True, "a third", "1/0", None])
def test_not_a_number(bad):
    with pytest.raises(ValueError, match=r"."):
        rational.fraction(bad)


def test_numpy_integers_inside_a_fraction_cannot_overflow():
    value = rational.fraction(F(np.int64(2**62), 1)) * 4
    assert value == 2**64


@given(st.lists(st.fractions(), min_size=1, max_size=5))
def test_exact_and_back(values):
    table = rational.exact(values)
    assert rational.is_exact(table)
    assert list(rational.floats(table)) == [float(v) for v in values]


@given(st.lists(st.fractions(max_denominator=1000), min_size=2, max_size=8))
def test_comparable_keeps_order(values):
    table = rational.exact(values)
    scaled = rational.comparable(table)
    assert [bool(scaled[0] >= v) for v in scaled] == [table[0] >= v for v in table]


@given(st.lists(st.fractions(), min_size=2, max_size=8))
def test_whole_numbers_keep_sums_and_order(values):
    table = rational.exact(values)
    scaled = rational.whole(table, 10**9)
    assert all(type(v) is int for v in scaled)
    assert [bool(scaled[0] + scaled[1] >= v) for v in scaled] == [table[0] + table[1] >= v for v in table]
    assert rational.whole(rational.floats(table)).dtype == float and rational.whole(table, 0) is table


def test_comparable_keeps_fractions_that_would_overflow():
    table = rational.exact([F(1, 2**70), F(1)])
    assert rational.is_exact(rational.comparable(table))


@given(st.integers(1, 40), st.integers(1, 40))
def test_simplest_finds_small_rationals(p, q):
    assert rational.simplest([p / q], 1e-9) == [F(p, q)]


@given(st.floats(-1e6, 1e6), st.sampled_from([1e-3, 1e-6, 1e-9]))
def test_simplest_is_within_tolerance(value, tolerance):
    assert abs(rational.simplest([value], tolerance)[0] - F(value)) <= tolerance


def test_laws_sum_to_one_exactly():
    law = rational.exact_law(np.array([[0.8, 1 - 0.8], [1 / 3, 2 / 3]]))
    assert list(law.sum(axis=-1)) == [1, 1]
    assert law[0, 1] == F(1, 5)


def test_too_large_says_how_large_before_allocating():
    with pytest.raises(TooLarge, match=r"100000 × 1000000 = 100,000,000,000 numbers, 745\.0 GiB"):
        memory.reserve((10**5, 10**6), "a table")
    with pytest.raises(TooLarge, match="far too many bytes"):
        memory.reserve((10**200, 10**200), "a table")
