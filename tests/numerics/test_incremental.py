"""A programme that grows must end where the whole programme, solved at once, ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.numerics.incremental import METHODS, Growing
from rulewright.numerics.linprog import Programme


def grown(kind, generator, method):
    """Maximise over a box cut by random rows, half of them, a column and a tightened side added after a first solve."""
    programme = kind()
    x = programme.add_columns(6, upper=1.0, cost=generator.random(6))
    rows = programme.add_rows(4, upper=1.5)
    programme.put(rows[:, None], x, generator.random((4, 6)))
    options = {} if kind is Programme else {"method": method}
    programme.solve(maximise=True, **options)
    y = programme.add_columns(2, upper=1.0, cost=generator.random(2))
    more = programme.add_rows(4, lower=-3.0, upper=1.0)
    programme.put(more[:, None], np.r_[x, y], generator.random((4, 8)))
    programme.tighten(np.array([1, 5]), upper=0.5)
    return programme.solve(maximise=True, **options)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(METHODS))
def test_warm_and_cold_agree(seed, method):
    cold = grown(Programme, np.random.default_rng(seed), method)
    warm = grown(Growing, np.random.default_rng(seed), method)
    assert abs(warm.value - cold.value) < 1e-6
    if method != "interior":
        assert np.allclose(warm.duals @ warm.duals, cold.duals @ cold.duals, atol=1e-5)


def test_rows_that_the_solver_has_stay_as_they_are():
    programme = Growing()
    x = programme.add_columns(1, upper=1.0, cost=1.0)
    row = programme.add_rows(1, upper=0.5)
    programme.put(row, x, 1.0)
    assert programme.solve(maximise=True).value == 0.5
    with pytest.raises(InputError):
        programme.put(row, x, 1.0)
    assert programme.solve(np.array([-1.0]), maximise=True).value == 0.0
    with pytest.raises(InputError):
        programme.solve(method="guess")
