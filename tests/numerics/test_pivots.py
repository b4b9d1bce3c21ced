"""Exact optima over one polytope: primal and dual meet, on random, degenerate and redundant programmes."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import Unsolved
from rulewright.numerics import rational
from rulewright.numerics.pivots import Vertices


def proved(rows, sides, equal, cost, x, y):
    """Primal and dual feasible, and of one value."""
    assert (x >= 0).all() and (rows[:equal] @ x == sides[:equal]).all() and (rows[equal:] @ x >= sides[equal:]).all()
    assert (y[equal:] <= 0).all() and (rows.T @ y >= cost).all()
    assert cost @ x == y @ sides
    return cost @ x


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 4), st.integers(1, 3))
def test_optima_are_proved(seed, columns, rows, grain):
    """Small whole numbers: many ties and many rows through one vertex."""
    rng = np.random.default_rng(seed)
    sides = np.concatenate([[1], np.zeros(rows, int)])
    table = np.concatenate([np.ones((1, columns), int), rng.integers(-grain, grain + 1, (rows, columns))])
    table[1:, 0] = 1  # so that there is a point
    exact, b = rational.exact(table), rational.exact(sides)
    polytope = Vertices(exact, b, 1)
    for _ in range(3):
        cost = rational.exact(rng.integers(-3, 4, columns)) / 7
        x, y = polytope.best(cost)
        value = proved(exact, b, 1, cost, x, y)
        assert abs(float(value) - polytope.programme.solve(cost=cost.astype(float), maximise=True).value) < 1e-9


def test_equations_that_repeat_each_other():
    rows = rational.exact([[1, 1, 1], [2, 2, 2], [1, 0, -1]])
    sides = rational.exact([1, 2, 0])
    cost = rational.exact([0, 1, 3])
    x, y = Vertices(rows, sides, 2).best(cost)
    assert proved(rows, sides, 2, cost, x, y) == F(3, 2)


def test_what_the_solver_cannot_tell_apart_is_told_apart():
    """Two costs that differ by less than any tolerance: pivots go on from the solver's basis to the better column."""
    rows, sides = rational.exact([[1, 1]]), rational.exact([1])
    for more in (0, 1):
        cost = np.full(2, F(1), dtype=object)
        cost[more] += F(1, 10**13)
        x, y = Vertices(rows, sides, 1).best(cost)
        assert proved(rows, sides, 1, cost, x, y) == 1 + F(1, 10**13) and x[more] == 1


def test_points_that_the_solver_lets_through_are_mended():
    """A row that is broken by less than any tolerance: the dual pivots."""
    tiny = F(1, 10**13)
    rows = rational.filled((2, 2), [F(1), F(1), F(0), F(1)])
    sides = rational.filled((2,), [F(1), tiny])
    cost = rational.exact([1, 0])
    x, y = Vertices(rows, sides, 1).best(cost)
    assert proved(rows, sides, 1, cost, x, y) == 1 - tiny


def test_without_an_optimum():
    rows, sides = rational.exact([[1, -1]]), rational.exact([0])
    with pytest.raises(Unsolved, match="unbounded"):
        Vertices(rows, sides, 0).best(rational.exact([1, 1]))
    with pytest.raises(Unsolved, match="infeasible"):
        Vertices(rational.exact([[1, 1], [1, 1]]), rational.exact([1, 2]), 2).best(rational.exact([1, 1]))
