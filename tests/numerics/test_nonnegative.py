"""Nonnegative and simplex least squares against every possible support, against each other, and where columns depend."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.numerics import nonnegative as nn


def every_support(a, b, *, simplex=False):
    """The least |a w − b|² by trying all supports, on the rows themselves (QR, no cross products)."""
    k = a.shape[1]
    best = np.inf if simplex else float(b @ b)
    for size in range(1, k + 1):
        for chosen in combinations(range(k), size):
            some = a[:, chosen]
            if simplex:  # w_0 = 1 − the others
                step = np.linalg.lstsq(some[:, 1:] - some[:, :1], b - some[:, 0], rcond=None)[0]
                w = np.concatenate([[1 - step.sum()], step])
            else:
                w = np.linalg.lstsq(some, b, rcond=None)[0]
            if w.min() >= -1e-12:
                best = min(best, float(np.sum((some @ w - b) ** 2)))
    return best


def away(a, b):
    return (a - b[:, None]).T @ (a - b[:, None])


def table(draw, seed):
    rng = np.random.default_rng(seed)
    n, k = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    a, b = rng.normal(size=(n, k)), rng.normal(size=n)
    kind = draw(st.sampled_from(["plain", "whole", "copies", "zeros", "dependent", "constant"]))
    if kind == "whole":
        a, b = np.round(2 * a), np.round(2 * b)
    if kind == "copies":
        a[:, -1] = a[:, 0]
    if kind == "zeros":
        a[:, 0] = 0
    if kind == "dependent":
        a[:, -1] = a[:, :-1].sum(axis=1)
    if kind == "constant":
        b[:] = 1
    return a, b


@st.composite
def tables(draw):
    return table(draw, draw(st.integers(0, 10**6)))


@settings(max_examples=150, deadline=None)
@given(tables())
def test_nonnegative_is_the_best_of_all_supports(given):
    a, b = given
    found = nn.nonnegative(a.T @ a, a.T @ b)
    assert (found.weights >= 0).all() and np.sum((a @ found.weights - b) ** 2) == pytest.approx(
        every_support(a, b), abs=1e-9
    )
    assert found.residual < 1e-9
    assert found.dual == pytest.approx(a.T @ (a @ found.weights - b), abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_simplex_is_the_best_of_all_supports(given):
    a, b = given
    found = nn.simplex(away(a, b))
    assert (found.weights >= 0).all() and found.weights.sum() == pytest.approx(1, abs=1e-12)
    best = every_support(a, b, simplex=True)
    assert np.sum((a @ found.weights - b) ** 2) == pytest.approx(best, abs=1e-9)
    assert found.residual < 1e-9


@settings(max_examples=80, deadline=None)
@given(tables())
def test_one_column_at_a_time_finds_the_same_fit(given):
    a, b = given
    length = np.linalg.norm(a, axis=0)
    if length.min() == 0 or not (a.T @ b).any():
        return
    scaled = nn._Scaled((a / length).T @ (a / length), a.T @ b / length, np.zeros(a.shape[1]), length, 1.0)
    x = nn._one_by_one(scaled)[0]
    assert x.min() >= 0 and np.sum((a / length @ x - b) ** 2) == pytest.approx(every_support(a, b), abs=1e-9)


def problems(count=200, k=12, n=9, seed=0):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(count, n, k)), rng.normal(size=(count, n))
    a[::5, :, 3] = a[::5, :, 1]
    a[::7, :, 2] = 0
    b[0] = 0
    return a, b


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("n", [9, 30])
def test_many_are_each_alone(native, n):
    a, b = problems(n=n)
    gram, cross = np.swapaxes(a, 1, 2) @ a, (b[:, None] @ a)[:, 0]
    weights = nn.many(gram, cross, native=native)
    assert weights.min() >= 0
    for p in range(len(a)):
        alone = nn.nonnegative(gram[p], cross[p]).weights
        assert a[p] @ weights[p] == pytest.approx(a[p] @ alone, abs=1e-8)


@pytest.mark.parametrize("native", [True, False])
def test_many_on_the_simplex_are_each_alone(native):
    a, b = problems()
    apart = np.array([away(*pair) for pair in zip(a, b, strict=True)])
    weights = nn.many_simplex(apart, native=native)
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(a)))
    for p in range(len(a)):
        assert a[p] @ weights[p] == pytest.approx(a[p] @ nn.simplex(apart[p]).weights, abs=1e-7)


def test_compiled_and_numpy_agree_where_the_answer_is_one():
    a, b = problems(n=40, seed=1)
    a[::5, :, 3] = np.random.default_rng(2).normal(size=a[::5, :, 3].shape)
    gram, cross = np.swapaxes(a, 1, 2) @ a, (b[:, None] @ a)[:, 0]
    assert nn.many(gram, cross) == pytest.approx(nn.many(gram, cross, native=False), abs=1e-10)


def test_large_and_from_a_start():
    rng = np.random.default_rng(3)
    a, b = rng.random((400, 120)), rng.random(400)
    gram, cross = a.T @ a, a.T @ b
    found = nn.nonnegative(gram, cross)
    again = nn.nonnegative(gram, cross, start=found.weights)
    assert again.weights == pytest.approx(found.weights, abs=1e-12) and again.steps == 1 < found.steps
    y = gram @ found.weights - cross
    assert y.min() > -1e-9 and abs(y[found.used]).max() < 1e-9


def test_equal_columns_say_that_others_do_as_well():
    a = np.array([[1.0, 1, 0], [0, 0, 1], [0, 0, 0]])
    b = np.array([0.5, 0.2, 1])
    gram = a.T @ a
    found = nn.examined(gram, nn.nonnegative(gram, a.T @ b))
    assert found.weights == pytest.approx([0.5, 0, 0.2]) and not found.unique
    alone = nn.examined(gram[1:, 1:], nn.nonnegative(gram[1:, 1:], (a.T @ b)[1:]))
    assert alone.unique and alone.condition == pytest.approx(1)


def test_nothing_points_towards_the_people():
    found = nn.nonnegative(np.eye(2), np.array([-1.0, 0.0]))
    assert not found.weights.any() and found.dual.tolist() == [1.0, 0.0]
    assert not nn.nonnegative(np.zeros((2, 2)), np.zeros(2)).weights.any()


def test_hull_of_one_point_twice():
    assert nn.simplex(np.zeros((3, 3))).weights.sum() == pytest.approx(1)
    assert nn.simplex(np.ones((1, 1))).weights == pytest.approx([1])


def test_a_precise_slope_makes_weights_precise():
    """Near copies: the cross products alone do not fix the weights, residuals on the rows do."""
    rng = np.random.default_rng(4)
    a = rng.random((300, 1)) + 3e-6 * rng.normal(size=(300, 4))
    w = np.array([0.3, 0.2, 0.4, 0.1])
    b = a @ w
    gram = a.T @ a
    first = nn.nonnegative(gram, gram @ w + 1e-9)  # a slope off by more than rounding
    weights = first.weights
    for _ in range(2):
        weights = nn.nonnegative(gram, a.T @ (b - a @ weights), at=weights, size=float(np.linalg.norm(b))).weights
    assert abs(first.weights - w).max() > 1e-6 and weights == pytest.approx(w, abs=1e-8)


def test_the_simplex_made_precise():
    rng = np.random.default_rng(5)
    a = rng.random((300, 1)) + 1e-5 * rng.normal(size=(300, 4))
    w = np.array([0.3, 0.0, 0.6, 0.1])
    b = a @ w - 1e-3 * (np.eye(300)[0] + np.eye(300)[1])
    apart = away(a, b)
    exact = nn.simplex(apart).weights
    off = np.maximum(exact + 1e-3 * np.array([1, 0, -1, 0]), 0)
    slope = (a - b[:, None]).T @ (a @ off - b)
    assert nn.simplex_again(apart, off, slope).weights == pytest.approx(exact, abs=1e-7)


@pytest.mark.parametrize("scales", [(1.0, 1e9, 1e3), (1e-9, 1.0, 1e8), (1e9, 1e9, 1e-3)])
def test_the_simplex_of_columns_of_very_different_scales(scales):
    """A row of ones as long as the mean column drowned the short columns."""
    a = np.random.default_rng(6).normal(size=(40, 3)) * np.array(scales) + np.array([0.5, 0, 0])
    b = 1.0 + np.random.default_rng(7).normal(size=40)
    apart = away(a, b)
    found = nn.simplex(apart).weights
    error = ((a @ found - b) ** 2).sum()
    assert error <= min(((a @ w - b) ** 2).sum() for w in np.eye(3)) * (1 + 1e-9)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        start, way = a[:, i] - b, a[:, j] - a[:, i]
        nearest = start + np.clip(-(start @ way) / (way @ way), 0, 1) * way
        assert error <= nearest @ nearest * (1 + 1e-6)
    assert nn.many_simplex(apart[None])[0] == pytest.approx(found, abs=1e-9)
