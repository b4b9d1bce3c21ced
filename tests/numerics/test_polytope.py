"""Vertices: of cubes, simplices and cyclic polytopes by count; of random ones by brute force."""

import itertools
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import TooLarge
from rulewright.numerics import polytope, rational


def brute(matrix, bound):
    """Vertices by solving every choice of d tight inequalities."""
    _rows, d = matrix.shape
    a = np.vstack([-np.eye(d), matrix])
    b = np.concatenate([np.zeros(d), bound])
    found = []
    for tight in itertools.combinations(range(len(a)), d):
        if abs(np.linalg.det(a[list(tight)])) > 1e-9:
            x = np.linalg.solve(a[list(tight)], b[list(tight)])
            if (a @ x <= b + 1e-9).all() and not any(np.allclose(x, other, atol=1e-7) for other in found):
                found.append(x)
    return np.array(found)


@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_cube(d):
    points, tight = polytope.vertices(np.eye(d), np.ones(d))
    assert {tuple(p) for p in points} == set(itertools.product((0.0, 1.0), repeat=d))
    assert (tight.sum(axis=1) == d).all()


@pytest.mark.parametrize("d", [1, 2, 5])
def test_simplex_with_repeated_facets(d):
    points, tight = polytope.vertices(np.ones((3, d)), np.ones(3))
    assert len(points) == d + 1
    assert (tight.sum(axis=1) >= d).all()


@pytest.mark.parametrize(("d", "n"), [(3, 7), (4, 8), (5, 9)])
def test_cyclic_polytopes_have_the_most_vertices(d, n):
    """The dual of a cyclic polytope with n facets meets McMullen's upper bound."""
    t = np.linspace(-1, 1, n)
    moments = np.stack([t**k for k in range(1, d + 1)], axis=1)
    facets = moments - moments.mean(axis=0)
    # {x : facet·x ≤ 1} shifted into the positive orthant, so that x ≥ 0 never binds
    shift = 1e3
    _points, tight = polytope.vertices(facets, 1 + shift * facets.sum(axis=1))
    inner = tight[:, :d].sum(axis=1) == 0
    half = d // 2
    most = comb(n - half - 1, half) + comb(n - (d - half), n - d) if d % 2 == 0 else 2 * comb(n - half - 1, half)
    if d % 2 == 0:
        most = n * comb(n - half, half) // (n - half)
    assert inner.sum() == most


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3), st.integers(1, 5), st.integers(0, 10**6), st.booleans())
def test_agrees_with_brute_force(d, rows, seed, degenerate):
    generator = np.random.default_rng(seed)
    matrix = generator.integers(1, 4 if degenerate else 1000, (rows, d)).astype(float)
    bound = generator.integers(1, 3 if degenerate else 1000, rows).astype(float)
    points, tight = polytope.vertices(matrix, bound)
    apart = np.abs(points[:, None] - brute(matrix, bound)[None]).max(axis=2)
    assert (apart.min(axis=1) < 1e-7).all() and (apart.min(axis=0) < 1e-7).all() and len(points) == apart.shape[1]
    slack = np.column_stack([points, bound - points @ matrix.T])
    assert (tight == (abs(slack) < 1e-7)).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 10**6), st.integers(1, 3))
def test_exact_vertices_are_on_what_they_are_said_to_be_on(d, rows, seed, largest):
    """The same vertices as in floats, as Fractions; degenerate polytopes are the rule here, not the exception."""
    generator = np.random.default_rng(seed)
    matrix, bound = generator.integers(1, largest + 1, (rows, d)), generator.integers(1, largest + 1, rows)
    exact, tight = polytope.vertices(rational.exact(matrix) / 3, rational.exact(bound) / 7)
    points, _ = polytope.vertices(matrix / 3, bound / 7)
    assert len(exact) == len({tuple(p) for p in exact}) == len(points)
    slack = np.column_stack([exact, rational.exact(bound) / 7 - exact.dot((rational.exact(matrix) / 3).T)])
    assert (np.asarray(slack == 0, dtype=bool) == tight).all() and np.asarray(slack >= 0, dtype=bool).all()


def test_a_bound_on_the_work(monkeypatch):
    monkeypatch.setattr(polytope, "MOST", 100)
    with pytest.raises(TooLarge, match="vertices"):
        polytope.vertices(np.eye(10), np.ones(10))
