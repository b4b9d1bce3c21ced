"""Whole columns: solved to the optimum, then fixed, so that what is left is linear."""

import numpy as np

from rulewright.numerics.linprog import Programme


def knapsack():
    """Weights 5, 4, 3 and a room of 7; a linear column worth a little."""
    programme = Programme()
    whole = programme.add_columns(3, upper=1.0, cost=np.array([5.0, 4.0, 3.0]), integer=True)
    rest = programme.add_columns(1, upper=10.0, cost=1e-6)
    row = programme.add_rows(1, upper=7.0)
    programme.put(row, whole, np.array([5.0, 4.0, 3.0]))
    programme.put(row, rest, 1.0)
    return programme, whole, rest


def test_fixed_columns_leave_a_linear_programme():
    programme, whole, rest = knapsack()
    best = programme.solve(maximise=True)
    assert np.allclose(best.x[whole], [0, 1, 1])
    there = programme.fixed(whole, np.array([1.0, 0.0, 0.0]))
    found = there.solve(maximise=True)
    assert np.allclose(found.x[whole], [1, 0, 0])
    assert np.isclose(found.x[rest[0]], 2.0)
    assert found.duals is not None


def test_a_copy_grows_alone():
    programme, whole, _ = knapsack()
    there = programme.fixed(whole, np.zeros(3))
    extra = there.add_columns(1)
    there.put(there.add_rows(1, upper=1.0), extra, 1.0)
    assert (programme.columns, programme.rows) == (4, 1)
    assert np.isclose(programme.solve(maximise=True).value, 7.0)
