"""Promises that no group upsets: against the checker, and against all deviations written out at once."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design.design import design
from rulewright.design.implementation import Family, Groups, implement
from rulewright.design.implementation.coalitions import Guard
from rulewright.design.implementation.promises import _Case, costing, spending
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible, InputError
from rulewright.game import library
from rulewright.game.play import Play
from rulewright.game.sample import sample
from rulewright.verify import claims
from rulewright.verify.certificate import statement
from rulewright.verify.prover import prove
from rulewright.welfare.goals import Goal, wanted


def on_all(game, low, high, margin=F(1, 10), **changes):
    acts = tuple(f"action of {game.players[i]}" for i in game.active)
    pay = tuple(Payment(game.players[i], acts, F(low), F(high)) for i in game.active)
    return Rules(payments=pay, margin=margin, **changes)


def claimed(game, promise, size, side_payments):
    play = Play.pure(promise.institution(game), list(promise.wanted))
    said = statement(game, promise.institution.as_data(game), play)
    return prove(claims.coalition(size, side_payments=side_payments), said)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 3), st.booleans())
def test_the_checker_agrees(seed, size, side_payments):
    game = Goal.total().on(sample((2, 3, 2), seed=seed, span=4))
    star = wanted(game)[seed % 4]
    promise = implement(game, star, on_all(game, -20, 20), groups=Groups(size, side_payments))
    assert claimed(game, promise, size, side_payments).holds


def prisoners():
    return Goal.total().on(library.prisoners())


def test_two_prisoners_who_may_share_are_paid_what_they_would_gain_together():
    """Defection is wanted, worth 2; together they would gain 4 by cooperating, which a promise of theirs must match."""
    alone = implement(prisoners(), (0, 1, 1), on_all(prisoners(), 0, 9))
    assert not claimed(prisoners(), alone, 2, True).holds
    together = implement(prisoners(), (0, 1, 1), on_all(prisoners(), 0, 9), groups=Groups(2, True))
    assert together.paid == 4 + F(1, 10)
    assert claimed(prisoners(), together, 2, True).holds


def test_without_side_payments_one_who_loses_is_enough():
    """One of the two is paid its gain of 2 from joint cooperation; the other need not be."""
    promise = implement(prisoners(), (0, 1, 1), on_all(prisoners(), 0, 9), groups=Groups(2))
    assert promise.paid == 2 + F(1, 10)


def cheapest_by_choice(family, star, groups):
    """Without side payments: over every choice of who loses, for every deviation, the cheapest dominant promise."""
    case = _Case(family, star, groups)
    cells = [at for at in np.ndindex(*family.shape) if sum(a != b for a, b in zip(at, star, strict=True)) > 1]
    movers = [[i for i in range(family.game.n) if at[i] != star[i]] for at in cells]
    best = None
    for losers in itertools.product(*movers):
        programme, columns, _ = case.build(family.game.active, dominant=True)
        for at, i in zip(cells, losers, strict=True):
            row = programme.add_rows(1, upper=-family.slack - family.payoff[i][at] + family.payoff[i][star])
            for cell, sign in ((family.cells[at], 1.0), (family.cells[star], -1.0)):
                family.put_payment(programme, row, columns, i, np.array([cell]), sign)
        found = programme.solve(costing(programme, spending(programme, case.path, columns)))
        best = found.value if found.x is not None and (best is None or found.value < best) else best
    return best


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_lazy_choices_are_as_cheap_as_all_choices(seed):
    game = Goal.total().on(sample((2, 3), seed=seed, span=4))
    pay = tuple(Payment(p, (f"action of {p}",), F(0), F(9)) for p in game.players[1:])
    family = Family(game, Rules(payments=pay, margin=F(1, 10)))
    star, groups = wanted(game)[seed % 6], Groups(2)
    case = _Case(family, star, groups)
    promise, best = case.solve(game.active, dominant=True), cheapest_by_choice(family, star, groups)
    assert (promise is None) == (best is None)
    assert promise is None or abs(float(promise.spent) - best) < 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 3), st.booleans())
def test_no_upset_is_missed(seed, size, side_payments):
    """At random payments the guard finds a deviation exactly when the checker does (slack as good as none)."""
    game = Goal.total().on(sample((2, 2, 2), seed=seed, span=3))
    family = Family(game, on_all(game, -3, 3, margin=F(1, 10**6)))
    c = np.random.default_rng(seed).integers(-3, 4, len(family.low)).astype(float)
    star = wanted(game)[seed % 8]
    found = list(Guard(family, star, Groups(size, side_payments)).upsets(c))
    _, institution = family.said(family.rational(c))
    play = Play.pure(institution(game), list(star))
    if play.slack is not None and play.slack > 0:  # single players are held back by other rows
        said = statement(game, institution.as_data(game), play)
        result = prove(claims.coalition(size, side_payments=side_payments), said)
        assert bool(found) == (not result.holds or result.margin == 0)


def test_groups_that_cannot_be_held_back():
    with pytest.raises(Impossible, match="no group of up to 2 gains"):
        implement(prisoners(), (0, 1, 1), on_all(prisoners(), 0, 1), groups=Groups(2, True))


def test_groups_are_for_one_aim():
    with pytest.raises(InputError, match='aim = "only"'):
        design([({}, prisoners())], on_all(prisoners(), 0, 1), aim="best", groups=Groups(2))
