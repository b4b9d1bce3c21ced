"""Formulas: a known answer each, and a refusal for everything that is not arithmetic."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.numerics.formula import Formula
from rulewright.numerics.rational import exact

VARIABLES = {
    "x": exact(np.array([0, 1, 2])),
    "half": exact("1/2"),
    "seller.type": np.array(["good", "bad", "good"]),
}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1 + 0.2", [F(3, 10)]),
        ("x ** 2 / 4", [0, F(1, 4), 1]),
        ("min(x, 1) + max(0, x - 1)", [0, 1, 2]),
        ("0 < x <= 1", [0, 1, 0]),
        ("x if seller.type == 'good' else -half", [0, F(-1, 2), 2]),
        ("not (x == 1 or x == 2)", [1, 0, 0]),
        ('seller.type != "bad" and x > 0', [0, 0, 1]),
        ("abs(x - 1)", [1, 0, 1]),
        ("x == '1'", [0, 1, 0]),
        ("2 ** -2", [F(1, 4)]),
        ("1 -\n half", [F(1, 2)]),
    ],
)
def test_known_values(text, values):
    found = Formula(text).value(VARIABLES)
    assert list(np.broadcast_to(found, (len(values),))) == [F(v) for v in values]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("y + 1", "found 'y'"),
        ("hal + 1", "Did you mean 'half'?"),
        ("sin(x)", "a call of sin()"),
        ("__import__('os')", "they call nothing else"),
        ("x.real()", "a call of x.real()"),
        ("[x]", "found [x]"),
        ("lambda: x", "found lambda: x"),
        ("x / (x - 1)", "a divisor other than 0"),
        ("2 ** 100", "whole powers of at most 64"),
        ("x ** half", "whole powers"),
        ("((2 ** 64) ** 64) ** 64", "at most 4096 bits"),
        ("1e999", "finite numbers"),
        ("seller.type + 1", "the label seller.type"),
        ("seller.type == 'goood'", "Did you mean 'good'?"),
        ("seller.type < 'good'", "numbers on both sides"),
        ("x == 'many'", "a number to compare numbers with"),
        ("1 +", "cannot be read"),
        ("(" * 300 + "1" + ")" * 300, "cannot be read"),
        ("-" * 200 + "1", "nested operations"),
        ("x" * 10_001, "at most 10,000 characters"),
        ("'good'", "needed a number"),
        ("True", None),
    ],
)
def test_refusals(text, says):
    if says is None:
        assert Formula(text).value({})[()] == 1
        return
    with pytest.raises(InputError) as caught:
        Formula(text).value(VARIABLES)
    assert says in str(caught.value)


@given(st.text(alphabet="x1.+-*/()<>=andortifelsmin, '", max_size=30))
def test_any_text_is_a_number_or_a_sentence(text):
    try:
        value = Formula(text).value({"x": exact(np.array([1, 2]))})
    except InputError:
        return
    assert all(type(v) is F for v in value.flat)


@given(st.fractions(max_denominator=50), st.fractions(max_denominator=50), st.sampled_from("+-*"))
def test_arithmetic_is_that_of_fractions(a, b, op):
    found = Formula(f"a {op} b").value({"a": exact(a), "b": exact(b)})[()]
    assert found == {"+": a + b, "-": a - b, "*": a * b}[op]
