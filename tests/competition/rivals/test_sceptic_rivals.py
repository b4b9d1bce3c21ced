"""What a sceptic found: answers that hung on units, one sender alone, and wrong input that went through or fell through."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import rulewright as rw
from rulewright.competition.rivals import (
    conversation,
    deviation,
    entry,
    families,
    private,
    quantal,
    quantal_games,
    rich,
    selection,
    softened,
)
from rulewright.competition.rivals.conversation import Talk
from rulewright.competition.rivals.setting import Rivals
from rulewright.competition.theorems import conditions, guarantees

NAN = float("nan")
STATE = [[0, 1], [0, 1]]
COURT = Rivals.of([Fraction(7, 10), Fraction(3, 10)], [[1, 0], [0, 1]], [STATE, [[1, 0], [1, 0]]])


def drawn(seed: int, k: int, states: int = 3, actions: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Small whole numbers, so that ties are frequent: weights of states, u, U."""
    rng = np.random.default_rng(seed)
    w, u = rng.integers(1, 4, states), rng.integers(0, 3, (states, actions))
    return w, u, rng.integers(-2, 3, (k, states, actions))


@pytest.mark.parametrize("seed", range(5, 12))
def test_one_sender_alone_by_enumeration(seed):
    """With one Bob a profile is a partition; ties on the path his way, ties off it against him."""
    w, u, bobs = drawn(seed, 1)
    prior = [Fraction(int(x), int(w.sum())) for x in w]
    rows = []
    for cells in product(range(3), repeat=3):
        hers = least = most = Fraction(0)
        for cell in set(cells):
            inside = [s for s in range(3) if cells[s] == cell]
            worth = [sum(prior[s] * int(u[s, a]) for s in inside) for a in range(3)]
            his = [sum(prior[s] * int(bobs[0, s, a]) for s in inside) for a in range(3) if worth[a] == max(worth)]
            hers, least, most = hers + max(worth), least + min(his), most + max(his)
        rows.append((hers, least, most))
    bar = max(least for _, least, _ in rows)
    assert private.worst_pure(Rivals.of(prior, u, bobs), 3).value == min(h for h, _, most in rows if most >= bar)


UNITS = [
    (Fraction(1, 10**9), Fraction(1, 10**9)),
    (1, Fraction(1, 10**10)),
    (10**9, 10**9),
    (Fraction(1, 10**9), 10**6),
]


@pytest.mark.parametrize("seed", range(8))
def test_units_do_not_matter(seed):
    w, u, bobs = drawn(seed, 1 + seed % 3)
    prior = w / w.sum()
    silence = [np.ones((3, 1))] * len(bobs)
    plain = Rivals.of(prior, u * 1.0, bobs * 1.0)
    signal = deviation.best_signal(plain, 0, silence).value
    pure, found = private.worst_pure(plain).value, private.search(plain, starts=2, rounds=4).worst
    try:
        talk = rich.rich(plain).worst
    except rw.Impossible:
        talk = None
    for hers, his in UNITS:
        scaled = Rivals.of(prior, u * float(hers), bobs * float(his))
        near = {"rel": 1e-6, "abs": 1e-6 * float(hers)}
        assert deviation.best_signal(scaled, 0, silence).value == pytest.approx(
            signal * float(his), abs=1e-6 * float(his)
        )
        assert private.worst_pure(scaled).value == pytest.approx(pure * float(hers), **near)
        assert private.search(scaled, starts=2, rounds=4).worst == pytest.approx(
            found * float(hers), nan_ok=True, **near
        )
        if talk is not None:
            assert rich.rich(scaled).worst == pytest.approx(talk * float(hers), **near)


def test_ties_of_exact_settings_are_not_settled_by_the_size_of_numbers():
    """A profile that misses a bar by a tenth of the range is no equilibrium, however small the range is."""
    for seed in (54, 117, 121, 123):
        w, u, bobs = drawn(seed, 3)
        prior = [Fraction(int(x), int(w.sum())) for x in w]
        small = Rivals.of(prior, u, (bobs * Fraction(1, 10**9)).astype(object))
        assert private.worst_pure(small).value == private.worst_pure(Rivals.of(prior, u, bobs)).value


TALK = Talk.of(COURT, [2])
SILENCE = [[[1.0], [1.0]]] * 2
KNOWN = conditions.cases(COURT)
WRONG = {
    "a joint law below 0": lambda: Rivals.observing([[[-0.1, 0.6]], [[0.25, 0.25]]], [[1, 0], [0, 1]], [STATE]),
    "complex chances": lambda: Rivals.of([0.5 + 0j, 0.5], STATE, [STATE]),
    "names that are a number": lambda: Rivals.of([0.5, 0.5], STATE, [STATE], names=5),
    "no such AI": lambda: COURT.only([7]),
    "an AI by letters": lambda: COURT.only("x"),
    "half an AI": lambda: entry.without(COURT, 1.5),
    "changes that are none": lambda: entry.market_changes(COURT, [("exit", "x", None)]),
    "changes that are a number": lambda: entry.market_changes(COURT, 5),
    "entrants that are names": lambda: entry.market_changes(COURT, [], entrants=["x"]),
    "nobody": lambda: entry.without(COURT, None),
    "alone": lambda: selection.alone(COURT, 1.5),
    "a truth value": lambda: softened.best_signal(COURT, True, 1.0),
    "a sender by letters": lambda: deviation.best_signal(COURT, "x", SILENCE),
    "a signal of NaN": lambda: quantal.value(COURT, [[NAN, 1], [1, 0]], 1.0),
    "others' signals of NaN": lambda: deviation.best_signal(COURT, 0, [[[NAN], [1.0]]] * 2),
    "a rate by letters": lambda: softened.best_signal(COURT, 0, "fast"),
    "a rate of None": lambda: quantal.closeness(COURT, None),
    "a message of NaN": lambda: quantal.closeness(COURT, 1.0, [NAN, 0]),
    "a tolerance below 0": lambda: softened.best_signal(COURT, 0, 1.0, tolerance=-1),
    "no cells": lambda: softened.best_signal(COURT, 0, 1.0, most=0),
    "an endless epsilon": lambda: quantal_games.select(COURT, 1.0, epsilon=float("inf")),
    "a grid of nothing": lambda: quantal_games.rich(COURT, 1.0, parts=(0,)),
    "no grids": lambda: quantal_games.rich(COURT, 1.0, parts=()),
    "messages of None": lambda: private.as_game(COURT, None, ties="first action"),
    "parts by letters": lambda: private.as_game(COURT, parts="x", ties="first action"),
    "half a start": lambda: private.search(COURT, starts=1.5),
    "a seed below 0": lambda: private.search(COURT, starts=1, seed=-1),
    "signals of some": lambda: private.settled(COURT, [np.eye(2)], [0, 0]),
    "bars of NaN": lambda: private.settled(COURT, [np.eye(2)] * 2, [NAN, 0]),
    "no starts": lambda: conversation.search(COURT, TALK, ties="first action", starts=0),
    "rounds that are a number": lambda: Talk.of(COURT, 2),
    "draws by letters": lambda: families.measure("hull", "x"),
    "half a state": lambda: families.family("hull").draw(0, states=1.5),
    "ties that are a number": lambda: KNOWN.chosen(0),
    "corners by letters": lambda: rich.rich(COURT, most="x"),
    "revealed acts that are not best": lambda: guarantees.guarantee(KNOWN, "full", revealed=[1, 1]),
    "revealed acts of some cases": lambda: guarantees.guarantee(KNOWN, "full", revealed=[0]),
    "floors of some": lambda: guarantees.guarantee(KNOWN, "full", floor=[0]),
    "weights below 0": lambda: guarantees.evaluated(KNOWN, "full", [-1, 1]),
    "weights of NaN": lambda: guarantees.evaluated(KNOWN, "full", [NAN, 0]),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_input_gets_a_sentence(what):
    with pytest.raises(rw.InputError):
        WRONG[what]()


def test_units_do_not_matter_to_a_quantal_alice():
    """Bounds said to be proved were off by a thousandth of the range where utilities were of the order of 1e-6."""
    rng = np.random.default_rng([5, 1])
    actions, k = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    prior, u, bobs = rng.dirichlet(np.ones(2)), rng.random((2, actions)), rng.random((k, 2, actions))
    rate = float(rng.choice([2, 10]))
    plain = quantal_games.select(Rivals.of(prior, u, bobs), rate)
    for unit in (1e-6, 1e6):
        scaled = quantal_games.select(Rivals.of(prior, u * unit, bobs * unit), rate / unit)
        assert scaled.worst == pytest.approx(plain.worst * unit, rel=1e-6)
        assert scaled.low == pytest.approx(plain.low * unit, rel=1e-6)
