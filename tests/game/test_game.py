"""Games: axes checked by name, exact and floating fields, goals in front."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.game import library
from rulewright.game.game import Game, Signal
from rulewright.game.play import Play
from rulewright.game.sample import sample, with_signal
from rulewright.testing import same


def game(payoff=None, **changes):
    table = np.zeros((2, 1, 1, 2, 3)) if payoff is None else payoff
    return Game.bayesian(table, np.ones((1, 1)), players=("ann", "bob"), **changes)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: game(actions=(("a", "b"), ("c", "d"))), "axis 4 (actions of bob): needed 2 entries, found 3"),
        (lambda: game(np.full((2, 1, 1, 2, 3), np.nan)), "payoff of ann at ann plays a1, bob plays a1"),
        (lambda: Game.bayesian(np.zeros((2, 1, 1, 2, 3)), [[0.9]]), "sum to 1, found a sum of 0.9"),
        (lambda: Game.bayesian(np.zeros((1, 2, 2)), [1.5, -0.5]), "at least 0, found -0.5"),
        (lambda: Game.normal(np.zeros((3, 2, 2))), "3 action axes after the player axis"),
        (lambda: Game.bayesian(np.zeros((2, 2)), [1]), "1 + 2 × players"),
        (lambda: game(types=(("t",), ("t", "u"))), "axis 1 (types of bob): needed 2 entries, found 1"),
        (lambda: game(actions=(("a", "a"), ("c", "d", "e"))), "all different"),
        (
            lambda: game(signals=[Signal("s", ("y", "z"), np.full((1, 1, 2, 3, 2), 0.4))]),
            "signal s: needed probabilities that sum to 1, found a sum of 0.8",
        ),
        (lambda: game().index("cem"), "one of ann, bob, found 'cem'"),
        (lambda: game().signal("mood"), "found 'mood'"),
        (lambda: game().goal, "a designer (player 0)"),
    ],
)
def test_mistakes_are_told_by_place(make, says):
    with pytest.raises(InputError) as caught:
        make()
    assert says in str(caught.value)


def test_arrays_are_frozen():
    with pytest.raises(ValueError, match="read-only"):
        library.prisoners().payoff[0] = 1


def test_fields_convert_and_come_back():
    exact = with_signal(sample((2, 3), types=(2, 1), seed=5))
    assert exact.is_exact
    assert not exact.floats.is_exact
    assert same(exact.floats.exact, exact)


@given(st.integers(0, 1000))
def test_a_goal_in_front_changes_nothing_else(seed):
    base = with_signal(sample((2, 2), types=(1, 2), seed=seed))
    total = base.payoff.sum(axis=0)
    led = base.with_goal(total)
    assert led.players[0] == "people"
    assert (led.goal.reshape(total.shape) == total).all()
    assert (led.payoff[1:].reshape(base.payoff.shape) == base.payoff).all()
    assert same(led.with_goal(led.goal), led)


def test_values_and_regrets_of_the_prisoners():
    base = library.prisoners()
    both = Play.pure(base, {"row": "cooperate", "column": "cooperate"})
    assert list(both.values) == [3, 3]
    assert both.regret == 2
    assert both.temptation() == (2, "row gains 2 by “defect”")
    assert Play.pure(base, {"row": "defect", "column": "defect"}).regret == 0


def test_regret_of_a_correlated_play():
    base = library.chicken()
    law = np.array([[F(1, 2), F(1, 4)], [F(1, 4), F(0)]], dtype=object).reshape(1, 1, 2, 2)
    assert Play.joint(base, law).regret == 0
    uniform = np.full((1, 1, 2, 2), F(1, 4), dtype=object)
    # told to dare, a driver who expects an even chance of the other daring would rather yield: (2+6)/2 − (7+0)/2
    assert Play.joint(base, uniform).regret == F(1, 4)


def test_types_of_probability_zero_have_no_regret():
    base = Game.bayesian(np.arange(4).reshape(1, 2, 2), [1, 0])
    assert Play.pure(base, [[1, 0]]).regret == 0


@pytest.mark.parametrize("name", sorted(library.GAMES))
def test_library_games_are_exact_and_documented(name):
    found = library.game(name)
    assert found.is_exact
    assert len(library.GAMES[name].__doc__) > 20


def test_unknown_game_names_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'prisoners'"):
        library.game("prisoner")
