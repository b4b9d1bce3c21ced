"""Real roots: polynomials made from roots that are known."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.numerics.real_roots import brackets, count, plus, refined, remainder, scaled, sturm, times, value

numbers = st.fractions(-3, 3, max_denominator=20)


def made(roots):
    return times(*[(-r, F(1)) for r in roots])


@given(st.lists(numbers, min_size=1, max_size=6), st.lists(numbers, max_size=2))
@settings(deadline=None, max_examples=50)
def test_as_many_as_were_put_in(roots, complex_):
    """(k − a)² + 1 has no real root; a root put in twice counts once."""
    p = times(made(roots), *[plus(times((-a, F(1)), (-a, F(1))), (F(1),)) for a in complex_])
    low, high = F(-7, 2), F(2) + F(1, 1000)
    wanted = sorted({r for r in roots if low < r <= high})
    found = brackets(p, low, high)
    assert len(found) == len(wanted) == count(sturm(p), low, high)
    for bracket, root in zip(found, wanted, strict=True):
        assert bracket[0] < root <= bracket[1]
        assert refined(p, bracket) == pytest.approx(float(root), abs=1e-2 if len(roots) > 2 else 1e-6)


@given(st.lists(numbers, min_size=1, max_size=6), st.lists(numbers, min_size=1, max_size=4), numbers)
def test_division_and_products(p, d, k):
    if d[-1] == 0:
        d = [*d[:-1], F(1)]
    left = remainder(p, d)
    assert len(left) < len(d)
    assert value(times(p, d), k) == value(p, k) * value(d, k)
    assert value(plus(p, scaled(d, k)), k) == value(p, k) + k * value(d, k)
    rough = np.polydiv([float(c) for c in reversed(p)], [float(c) for c in reversed(d)])[1]
    assert float(value(left, F(1, 2))) == pytest.approx(float(np.polyval(rough, 0.5)), abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("p", [(), (F(0),), (F(0), F(1))])
def test_what_has_no_answer(p):
    with pytest.raises(InputError, match="polynomial"):
        brackets(p, F(0), F(1))
