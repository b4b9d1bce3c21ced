"""Promises that make a play the only thing to do: closed forms, free promises, and why there are none."""

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour.dominance import iterated
from rulewright.design.design import design
from rulewright.design.implementation import implement
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible
from rulewright.game import library
from rulewright.game.sample import sample
from rulewright.welfare.goals import Goal, wanted


def total(name):
    return Goal.total().on(library.game(name))


def own(low, high, **changes):
    pay = tuple(Payment(p, (f"action of {p}",), F(low), F(high)) for p in ("row", "column"))
    return Rules(payments=pay, margin=F(1, 10), **changes)


def joint(low, high, **changes):
    both = ("action of row", "action of column")
    return Rules(
        payments=tuple(Payment(p, both, F(low), F(high)) for p in ("row", "column")), margin=F(1, 10), **changes
    )


def test_prisoners_are_paid_their_temptation():
    """Cooperation must gain more than T − R = 2 on defection: 2.1 each with slack .1."""
    promise = implement(total("prisoners"), (0, 0, 0), own(0, 9))
    assert promise.paid == F(42, 10)
    assert promise.dominant


def test_a_strict_equilibrium_costs_nothing():
    """Monderer & Tennenholtz 2004: a strict equilibrium is implementable at zero cost on the path."""
    promise = implement(total("stag_hunt"), (0, 0, 0), joint(-9, 9))
    assert promise.paid == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_whatever_is_implemented_is_the_only_thing_to_do(seed):
    """Checked by iterated dominance on the induced game, which knows nothing of the programme."""
    game = Goal.total().on(sample((2, 3), seed=seed))
    best = wanted(game)[0]
    both = ("action of player 1", "action of player 2")
    rules = Rules(payments=tuple(Payment(p, both, F(0), F(99)) for p in ("player 1", "player 2")), margin=F(1, 10))
    promise = implement(game, best, rules)
    survivors = iterated(promise.institution(game))
    assert survivors.unique
    assert tuple(s[0][0] for s in survivors.left) == best


def test_slack_for_payoff_errors_is_twice_the_error():
    bare = implement(total("prisoners"), (0, 0, 0), own(0, 9)).paid
    robust = implement(total("prisoners"), (0, 0, 0), own(0, 9, payoff_error=F(1, 4))).paid
    assert robust - bare == 2 * 2 * F(1, 4)


def test_bounds_that_are_too_tight():
    with pytest.raises(Impossible, match=r"0\.6 more on both sides of every bound"):
        implement(total("prisoners"), (0, 0, 0), own(0, F(9, 10)))


def test_a_budget_that_is_too_small():
    with pytest.raises(Impossible, match=r"smallest budget that would do is 4\.2"):
        implement(total("prisoners"), (0, 0, 0), own(0, 9, budget=F(4)))


def test_payments_that_do_not_reach():
    rules = Rules(payments=(Payment("row", ("action of column",), F(0), F(9)),), margin=F(1, 10))
    with pytest.raises(Impossible, match="those of the allowed form do not reach the temptation"):
        implement(total("prisoners"), (0, 0, 0), rules)


def test_the_next_best_play_where_the_best_cannot_be_had():
    """Cooperation of the row player alone is the best that paying only it can bring about."""
    rules = Rules(payments=(Payment("row", ("action of row",), F(0), F(9)),), margin=F(1, 10))
    designed = design([({}, total("prisoners"))], rules, aim="only", floor=2.0)
    assert designed.goal == 5
    assert designed.paid == F(11, 10)


def test_equal_contracts_are_equal():
    pay = tuple(Payment(p, (f"action of {p}",), F(0), F(9), group="same") for p in ("row", "column"))
    promise = implement(total("stag_hunt"), (0, 0, 0), Rules(payments=pay, margin=F(1, 10)))
    (_, first), (_, second) = promise.amounts
    assert list(first) == list(second)
    assert promise.paid == 2 * F(31, 10)
