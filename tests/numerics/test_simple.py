"""Vertices of simple polytopes: the kernel, its twin and the double description agree, and the proof cannot be fooled."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import TooLarge
from rulewright.numerics import polytope, simple


def random_matrix(seed, m, d):
    return np.random.default_rng(seed).random((m, d)) + 0.1


def by_double_description(matrix):
    _, tight = polytope.vertices(matrix, np.ones(len(matrix)))
    return {int(sum(1 << int(f) for f in np.flatnonzero(row))) for row in tight}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6))
def test_all_three_ways_agree(seed, m, d):
    matrix = random_matrix(seed, m, d)
    found = simple.facet_sets(matrix)
    twin = simple.walked(matrix[None], simple.MOST)[0]
    assert set(found.tolist()) == set(twin.tolist()) == by_double_description(matrix)
    assert len(found) == len(set(found.tolist()))
    assert simple.nothing_missing(matrix, found)


@pytest.mark.parametrize("lost", [0, 1, 7, -1])
def test_a_list_with_a_gap_is_not_proved(lost):
    matrix = random_matrix(3, 5, 5)
    found = simple.facet_sets(matrix)
    assert simple.nothing_missing(matrix, found)
    assert not simple.nothing_missing(matrix, np.delete(found, lost))


def test_a_list_with_a_stranger_is_not_proved():
    matrix = random_matrix(4, 4, 4)
    found = simple.facet_sets(matrix)
    everything = [s for s in range(1 << 8) if s.bit_count() == 4 and s not in found.tolist()]
    for stranger in everything:
        assert not simple.nothing_missing(matrix, np.append(found, np.uint64(stranger)))


def test_two_components_would_need_both():
    """The vertices of another polytope are no vertices of this one."""
    matrix = random_matrix(5, 4, 4)
    others = simple.facet_sets(random_matrix(6, 4, 4))
    assert not simple.nothing_missing(matrix, others)


def test_ties_are_told():
    assert simple.facet_sets(np.ones((3, 3))) is None
    assert simple.walked(np.ones((1, 3, 3)), simple.MOST) == [simple.TIED]


def test_almost_a_tie_is_not_proved():
    """Two rows nearer to each other than rounding: whoever lists the vertices cannot know which of them is tight."""
    matrix = np.array([[1.0, 0.5], [np.nextafter(1.0, 2), 0.25]])
    for sets in ([0b0011, 0b1010, 0b1100, 0b0101], [0b0011, 0b0110, 0b0101]):
        assert not simple.nothing_missing(matrix, np.array(sets, dtype=np.uint64))


def test_size_is_limited():
    with pytest.raises(TooLarge, match="at most 100 vertices"):
        simple.facet_sets(random_matrix(1, 9, 9), most=100)


def test_the_twin_takes_many_at_once():
    matrices = np.stack([random_matrix(seed, 3, 4) for seed in range(5)])
    for matrix, found in zip(matrices, simple.walked(matrices, simple.MOST), strict=True):
        assert set(found.tolist()) == set(simple.facet_sets(matrix).tolist())
