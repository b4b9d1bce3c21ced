"""Two players: equilibria against brute force over supports, degenerate games against textbooks, kernels against twins."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.nash import (
    Extremes,
    all_bimatrix,
    components,
    extreme,
    extremes,
    index,
    lemke_howson,
    many,
)
from rulewright.behaviour.nash.lemke_howson import pivoted, twin
from rulewright.behaviour.nash.many import positive
from rulewright.errors import InputError, TooLarge, Unsolved
from rulewright.numerics import rational
from rulewright.numerics.linear import unique_solution
from rulewright.numerics.simple import TIED


def integers(seed, m, n, span=9):
    return np.random.default_rng(seed).integers(-span, span + 1, (2, m, n))


def regret(a, b, x, y):
    return max(max(a.dot(y)) - x.dot(a).dot(y), max(x.dot(b)) - x.dot(b).dot(y))


def by_supports(a, b):
    """All equilibria with supports of equal size and a unique solution: in a nondegenerate game, all of them. Exact."""
    a, b = rational.exact(a), rational.exact(b)
    m, n = a.shape
    found = set()
    for k in range(1, min(m, n) + 1):
        for rows, columns in itertools.product(
            itertools.combinations(range(m), k), itertools.combinations(range(n), k)
        ):
            mixtures = []
            for payoff, own, other in ((b.T, columns, rows), (a, rows, columns)):
                system = [[*payoff[i, list(other)], F(-1)] for i in own] + [[F(1)] * k + [F(0)]]
                solved = unique_solution(system, [F(0)] * k + [F(1)])
                mixture = [F(0)] * payoff.shape[1]
                for j, p in zip(other, solved[:-1] if solved else [F(-1)] * k, strict=True):
                    mixture[j] = p
                mixtures.append(mixture)
            x, y = (np.array(z, dtype=object) for z in mixtures)
            if min(x) >= 0 and min(y) >= 0 and regret(a, b, x, y) == 0:
                found.add((tuple(x), tuple(y)))
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4))
def test_generic_games_against_all_supports(seed, m, n):
    a, b = integers(seed, m, n, span=10**6)
    exact = extremes(a, b)
    assert {(tuple(x), tuple(y)) for x, y in zip(exact.x, exact.y, strict=True)} == by_supports(a, b)
    assert exact.complete and "none missing by error bounds" in exact.how
    close = extremes(a.astype(float), b.astype(float))
    assert sorted(map(tuple, np.round(np.hstack([close.x, close.y]), 9))) == sorted(
        map(tuple, np.round(np.hstack([exact.x, exact.y]).astype(float), 9))
    )


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4))
def test_degenerate_games_hold_and_hold_all(seed, m, n):
    """Payoffs 0, 1, 2: every extreme equilibrium is one, exactly, and every other found by supports is in their span."""
    a, b = np.random.default_rng(seed).integers(0, 3, (2, m, n))
    found = extremes(a, b)
    u, v = rational.exact(a), rational.exact(b)
    assert len(found) and found.complete
    assert all(regret(u, v, x, y) == 0 for x, y in zip(found.x, found.y, strict=True))
    assert len({(tuple(x), tuple(y)) for x, y in zip(found.x, found.y, strict=True)}) == len(found)
    spans = [s for component in components(found).components for s in component]
    parts = components(found)
    for x, y in by_supports(a, b):
        inside = [
            set(np.flatnonzero(np.array(x))) <= set(np.flatnonzero(parts.x[list(s.x)].sum(axis=0)))
            and set(np.flatnonzero(np.array(y))) <= set(np.flatnonzero(parts.y[list(s.y)].sum(axis=0)))
            for s in spans
        ]
        assert any(inside)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_every_pair_of_a_nash_subset_is_an_equilibrium(seed):
    a, b = np.random.default_rng(seed).integers(0, 2, (2, 3, 3))
    parts = components(extremes(a, b))
    u, v = rational.exact(a), rational.exact(b)
    for subset in itertools.chain(*parts.components):
        for i, j in itertools.product(subset.x, subset.y):
            assert regret(u, v, parts.x[i], parts.y[j]) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 5))
def test_indices_sum_to_one(seed, m, n):
    a, b = integers(seed, m, n, span=10**6)
    found = extremes(a, b)
    assert sum(index(a, b, x, y) for x, y in zip(found.x, found.y, strict=True)) == 1
    assert len(found) % 2 == 1


def test_strict_equilibria_have_index_one_and_the_mixed_one_between_them_not():
    a = np.array([[2, 0], [0, 1]])
    found = {tuple(x): index(a, a, x, y) for x, y in extreme(a, a)}
    assert found == {(1, 0): 1, (0, 1): 1, (F(1, 3), F(2, 3)): -1}
    with pytest.raises(InputError, match="nondegenerate"):
        index(np.zeros((2, 2)), np.zeros((2, 2)), np.array([0.5, 0.5]), np.array([1.0, 0.0]))


# von Stengel 2002 (Handbook of Game Theory 3, ch. 45), figure 1's 3 × 2 game: three equilibria, all isolated
def test_von_stengels_example():
    found = extremes([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])
    parts = components(found)
    assert {(tuple(x), tuple(y)) for x, y in zip(found.x, found.y, strict=True)} == {
        ((1, 0, 0), (1, 0)),
        ((F(4, 5), F(1, 5), 0), (F(2, 3), F(1, 3))),
        ((0, F(1, 3), F(2, 3)), (F(1, 3), F(2, 3))),
    }
    assert parts.isolated == (True, True, True) and parts.describe() == "3 isolated equilibria"


def test_a_component_that_is_an_edge():
    """Against row 1 the columns are tied, and row 1 is a best reply while the first has half: an edge. (2, 2) is strict."""
    parts = components(extremes([[1, 1], [0, 2]], [[1, 1], [0, 1]]))
    spans = {
        (tuple(map(tuple, parts.x[list(s.x)])), tuple(sorted(map(tuple, parts.y[list(s.y)]))))
        for s in itertools.chain(*parts.components)
    }
    assert spans == {(((1, 0),), ((F(1, 2), F(1, 2)), (1, 0))), (((0, 1),), ((0, 1),))}
    assert parts.describe() == "1 isolated equilibrium and 1 component of infinitely many"
    everything = components(extremes(np.zeros((2, 3), int), np.zeros((2, 3), int)))
    assert (
        len(everything) == 1 and everything.components[0][0].x == (0, 1) and everything.components[0][0].y == (0, 1, 2)
    )
    assert everything.describe() == "1 component of infinitely many"


def test_two_maximal_subsets_in_one_component():
    """A corner where two edges meet: x is free against column 1, y is free against row 1, and not both at once."""
    parts = components(extremes([[1, 1], [1, 0]], [[1, 1], [1, 0]]))
    assert [len(c) for c in parts.components] == [2]
    assert {(len(s.x), len(s.y)) for s in parts.components[0]} == {(1, 2), (2, 1)}


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (5, 3), (4, 4)])
def test_many_games_are_as_each(shape):
    a, b = np.random.default_rng(7).random((2, 40, *shape))
    found = all_bimatrix(a, b)
    for g in range(40):
        mine = np.hstack([found.x, found.y])[found.of == g]
        one = extremes(a[g], b[g])
        assert found.status[g] == len(mine) == len(one)
        assert np.allclose(np.array(sorted(map(tuple, mine))), np.array(sorted(map(tuple, np.hstack([one.x, one.y])))))


def test_the_twin_of_the_kernel():
    a, b = np.random.default_rng(8).random((2, 30, 4, 3))
    a[3], b[3] = 1.0, 1.0  # degenerate
    found = all_bimatrix(a, b)
    by_rows, by_columns = positive(a), positive(b).transpose(0, 2, 1)
    same = many._twin(a, b, by_columns, by_rows, 1000)
    assert (same.status == found.status).all() and found.status[3] == TIED
    for g in range(30):
        mine, other = (sorted(map(tuple, np.round(np.hstack([f.x, f.y])[f.of == g], 9))) for f in (found, same))
        assert mine == other


def test_spans_of_many_games_with_degenerate_ones_among_them():
    payoff = np.random.default_rng(9).integers(0, 4, (50, 2, 3, 3)).astype(float)
    goal = np.random.default_rng(10).random((50, 3, 3))
    games = rw.Games(payoff, goal)
    spans = rw.Nash().many(games)
    assert (all_bimatrix(payoff[:, 0], payoff[:, 1]).status < 0).any()
    for k, game in enumerate(games):
        span = rw.Nash()(game).span(game.goal)
        assert (spans.worst[k], spans.best[k]) == pytest.approx((span.worst, span.best))
        assert spans.count[k] == span.count and spans.residual[k] < 1e-9
        assert spans.mean[k] == pytest.approx(span.mean)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6), st.booleans(), st.data())
def test_every_label_leads_to_an_equilibrium(seed, m, n, degenerate, data):
    a, b = integers(seed, m, n, span=1 if degenerate else 1000)
    label = data.draw(st.integers(0, m + n - 1))
    path = lemke_howson(a, b, label=label)
    assert regret(rational.numbers(a), rational.numbers(b), path.x, path.y) <= 1e-12
    u, v = np.ascontiguousarray(positive(b.astype(float)).T), np.ascontiguousarray(positive(a.astype(float)))
    pivots, x, y = pivoted(u, v, label, 10**5)
    same, x_twin, y_twin = twin(u, v, label, 10**5)
    assert pivots == same and np.allclose(x, x_twin) and np.allclose(y, y_twin)


def test_lemke_howson_is_exact_where_the_game_is():
    a, b = integers(1, 12, 12)
    path = lemke_howson(a, b)
    assert rational.is_exact(path.x) and regret(rational.exact(a), rational.exact(b), path.x, path.y) == 0


def test_lemke_howson_of_a_large_game():
    a, b = np.random.default_rng(2).random((2, 60, 60))
    path = lemke_howson(a, b)
    assert regret(a, b, path.x, path.y) < 1e-12
    game = rw.Goal.total().on(rw.Game.normal(np.stack([a, b])))
    found = rw.named("lemke-howson")(game)
    assert found.residual < 1e-12 and not found.complete and "pivots" in found.how
    assert rw.named("lemke-howson:3").name == "lemke-howson:3"


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: lemke_howson(np.eye(2), np.eye(2), label=4), InputError, "a label from 0 to 3"),
        (
            lambda: lemke_howson(*np.random.default_rng(0).random((2, 30, 30)), label=1, most=2),
            Unsolved,
            "after 2 pivots",
        ),
        (lambda: rw.named("lemke-howson:x"), InputError, "a label from 0 on"),
        (lambda: rw.named("lemke-howson")(rw.library.public_goods()), InputError, "two players choose"),
        (lambda: all_bimatrix(np.zeros((1, 2, 3)), np.zeros((1, 3, 2))), InputError, "alike"),
        (lambda: all_bimatrix(np.zeros((1, 40, 40)), np.zeros((1, 40, 40))), InputError, "at most 64 actions"),
        (lambda: extremes(*np.random.default_rng(0).random((2, 9, 9)), most=50), TooLarge, "at most 50 vertices"),
        (lambda: rw.Nash()(rw.Game.normal(np.zeros((2, 3200, 3200)))), TooLarge, "lemke-howson"),
    ],
)
def test_what_is_refused(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_too_many_vertices_gives_some_equilibria_and_says_so():
    a, b = np.random.default_rng(4).random((2, 12, 12))
    game = rw.Goal.total().on(rw.Game.normal(np.stack([a, b])))
    some, everything = rw.Nash(most=100)(game), rw.Nash()(game)
    assert not some.complete and everything.complete and 0 < len(some.plays) <= len(everything.plays)
    assert "Lemke–Howson" in some.how and "at most 100 vertices" in some.how
    assert some.residual < 1e-12


def test_exact_games_have_exact_equilibria():
    game = rw.Goal.total().on(rw.library.chicken())
    plays = rw.Nash()(game).plays
    assert all(play.regret == 0 and rational.is_exact(play.law) for play in plays)
    assert {play.goal for play in plays} == {9, F(28, 3)}


def test_an_empty_answer_keeps_its_shape():
    none = Extremes(np.zeros((0, 2)), np.zeros((0, 2)), True, "")
    assert len(components(none)) == 0 and components(none).describe() == "no equilibria"
