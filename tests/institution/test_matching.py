"""Matching without money: stability, optimality for the proposers, the core, and truth, each against all possibilities."""

import importlib.util
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge
from rulewright.institution.classical import (
    DeferredAcceptance,
    RandomSerialDictatorship,
    SerialDictatorship,
    TopTradingCycles,
    blocking_pairs,
    deferred_acceptance,
    serial_dictatorship,
    top_trading_cycles,
)
from rulewright.institution.classical import settings as games
from rulewright.testing import institution_laws


def preferences(seed, n, m=None):
    rng = np.random.default_rng(seed)
    return np.argsort(rng.random((n, m or n)), axis=1)


def cut(lists, seed):
    """The same lists, each ended at a random place."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, lists.shape[1] + 1, len(lists))
    return np.where(np.arange(lists.shape[1])[None, :] < ends[:, None], lists, -1)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(0, 10**6))
def test_the_best_stable_matching_for_every_proposer(n, seed):
    left, right = preferences(seed, n), preferences(seed + 1, n)
    found = deferred_acceptance(left, right)
    stable = [m for m in itertools.permutations(range(n)) if not len(blocking_pairs(m, left, right))]
    assert tuple(found) in stable
    place = np.argsort(left, axis=1)
    for i in range(n):
        assert place[i, found[i]] == min(place[i, m[i]] for m in stable)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 10**6))
def test_stable_with_incomplete_lists(n, m, seed):
    left, right = cut(preferences(seed, n, m), seed), cut(preferences(seed + 1, m, n), seed + 1)
    found = deferred_acceptance(left, right)
    assert len(blocking_pairs(found, left, right)) == 0
    for i, j in enumerate(found):
        assert j < 0 or (j in left[i] and i in right[j])
    assert len(set(found[found >= 0])) == (found >= 0).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_capacities_are_as_many_copies_of_a_receiver(seed):
    students, schools, seats = preferences(seed, 6, 3), preferences(seed + 1, 3, 6), np.array([1, 2, 3])
    found = deferred_acceptance(students, schools, seats)
    copies = np.repeat(np.arange(3), seats)
    wishes = np.array([[c for j in row for c in np.flatnonzero(copies == j)] for row in students])
    assert copies[deferred_acceptance(wishes, schools[copies])].tolist() == found.tolist()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_no_proposer_gains_by_any_list(seed):
    left, right = preferences(seed, 3), preferences(seed + 1, 3)
    honest, place = deferred_acceptance(left, right), np.argsort(left, axis=1)
    for i, told in itertools.product(range(3), itertools.permutations(range(3))):
        lie = left.copy()
        lie[i] = told
        assert place[i, deferred_acceptance(lie, right)[i]] >= place[i, honest[i]]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10**6))
def test_trading_cycles_are_the_core(n, seed):
    wishes = preferences(seed, n)
    owned = np.random.default_rng(seed).permutation(n)
    found, place = top_trading_cycles(wishes, owned), np.argsort(wishes, axis=1)
    assert sorted(found) == list(range(n))
    for size in range(1, n + 1):
        for group in itertools.combinations(range(n), size):
            for shares in itertools.permutations(owned[list(group)]):
                then = [place[i, h] for i, h in zip(group, shares, strict=True)]
                now = [place[i, found[i]] for i in group]
                assert not (all(a <= b for a, b in zip(then, now, strict=True)) and then != now)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 4), st.integers(0, 10**6))
def test_nobody_gains_from_a_lie_about_houses(n, seed):
    wishes = preferences(seed, n)
    place = np.argsort(wishes, axis=1)
    for rule in (top_trading_cycles, serial_dictatorship):
        honest = rule(wishes)
        for i, told in itertools.product(range(n), itertools.permutations(range(n))):
            lie = wishes.copy()
            lie[i] = told
            assert place[i, rule(lie)[i]] >= place[i, honest[i]]


@pytest.mark.parametrize(
    "make", [lambda: games.houses(13), lambda: games.vote(3, "abcdefghijk"), lambda: games.item(40)]
)
def test_what_does_not_fit_is_refused_before_it_is_made(make):
    with pytest.raises(TooLarge, match="private values"):
        make()


def test_large_markets_are_stable():
    left, right = preferences(0, 300), preferences(1, 300)
    assert len(blocking_pairs(deferred_acceptance(left, right), left, right)) == 0
    same = np.tile(np.arange(300), (300, 1))
    assert top_trading_cycles(same).tolist() == list(range(300))


def test_dictators_as_arrays_and_as_a_mechanism():
    market = games.houses(3)
    for order in ((0, 1, 2), (2, 0, 1)):
        strategy, _ = SerialDictatorship(order).rule(market.game)
        for at in itertools.product(range(6), repeat=3):
            told = np.array([games.rankings("ABC")[k] for k in at])
            assert market.holds[strategy[at].argmax()].tolist() == serial_dictatorship(told, order).tolist()
    shares, _ = RandomSerialDictatorship().rule(market.game)
    assert (shares.sum(axis=-1) == 1).all()
    same = shares[0, 0, 0]  # all want A, then B, then C: every order is as likely
    assert {str(p) for p in same} == {"1/6"}


@pytest.mark.parametrize(
    "mechanism",
    [
        TopTradingCycles(games.houses(2)),
        SerialDictatorship(),
    ],
    ids=lambda m: m.describe(),
)
def test_laws_of_institutions(mechanism):
    institution_laws(mechanism, games.houses(2).game)


def test_both_sides_may_propose():
    both = [[(0, 1), (1, 0)]] * 2
    market = games.marriage(both, both)
    left, _ = DeferredAcceptance(market).rule(market.game)
    right, _ = DeferredAcceptance(market, "right").rule(market.game)
    at = (0, 1, 1, 0)  # left 1 likes right 1, left 2 right 2; right 1 likes left 2, right 2 left 1
    assert market.game.actions[0][left[at].argmax()] == "1–1, 2–2"
    assert market.game.actions[0][right[at].argmax()] == "1–2, 2–1"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: deferred_acceptance([[0, 0]], [[0], [0]]), "proposers, list 0"),
        (lambda: deferred_acceptance([[0, 2]], [[0], [0]]), "0 to 1"),
        (lambda: deferred_acceptance([[-1, 0]], [[0], [0]]), "then −1 to the end"),
        (lambda: deferred_acceptance([[0.5, 1]], [[0], [0]]), "integers"),
        (lambda: top_trading_cycles([[0, -1], [0, 1]]), "complete ranking"),
        (lambda: top_trading_cycles([[0, 1], [0, 1]], [0, 0]), "one owner each"),
        (lambda: DeferredAcceptance(games.houses(2))(games.houses(2).game), "marriage"),
        (lambda: TopTradingCycles(games.houses(2))(games.houses(3, [(0, 1, 2)]).game), "made for"),
        (lambda: SerialDictatorship((0, 0))(games.houses(2).game), "different players"),
        (lambda: TopTradingCycles(games.vote())(games.vote().game), "houses"),
        (lambda: games.marriage([[(0,)]], []), "equal size"),
        (lambda: games.marriage([[(1,)]], [[(0,)]]), "left 1.*different rankings"),
        (lambda: games.houses(2, [(0, 0)]), "different rankings"),
        (lambda: games.houses(2, objects=("A",)), "2 names"),
        (lambda: games.vote(2, scale=(2, 2, 0)), "3 decreasing"),
        (lambda: games.vote(0), "at least one player"),
    ],
)
def test_refusals(make, said):
    with pytest.raises(InputError, match=said):
        make()


@pytest.mark.skipif(importlib.util.find_spec("matching") is None, reason="the oracle is not installed")
@pytest.mark.parametrize("seed", range(3))
def test_against_the_matching_package(seed):
    from matching.games import StableMarriage

    left, right = preferences(seed, 12), preferences(seed + 100, 12)
    suitors = {f"m{i}": [f"w{j}" for j in row] for i, row in enumerate(left)}
    reviewers = {f"w{j}": [f"m{i}" for i in row] for j, row in enumerate(right)}
    solved = StableMarriage.create_from_dictionaries(suitors, reviewers).solve(optimal="suitor")
    theirs = {str(m): str(w) for m, w in solved.items()}
    assert [theirs[f"m{i}"] for i in range(12)] == [f"w{j}" for j in deferred_acceptance(left, right)]
