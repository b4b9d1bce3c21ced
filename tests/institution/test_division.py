"""Cake cutting: what each is sure of, by every cut and every chooser."""

from fractions import Fraction as F

import numpy as np
import pytest

import rulewright as rw
from rulewright.errors import InputError
from rulewright.institution.classical import CutAndChoose, DivideAndChoose, cake, guarantees
from rulewright.institution.classical import settings as games
from rulewright.testing import institution_laws


def test_halving_is_what_a_cutter_is_sure_of():
    shared = cake()
    induced = CutAndChoose()(shared.game)
    sure = guarantees(induced, "cutter")
    for t, measure in enumerate(((1, 1, 1, 1), (3, 1, 1, 1), (1, 1, 1, 3))):
        by_hand = [F(min(sum(measure[:k]), sum(measure[k:])), sum(measure)) for k in range(5)]
        assert sure[t].tolist() == by_hand
        assert sure[t].max() == F(1, 2)
    assert guarantees(induced, "chooser").max(axis=1).tolist() == [F(1, 2)] * 3


def test_the_rule_cuts_where_the_cutter_is_surest_and_takes_the_better_for_the_chooser():
    shared = cake()
    strategy, money = DivideAndChoose().rule(shared.game)
    assert money is None
    said = shared.game.actions[0]
    assert said[strategy[0, 1].argmax()] == "cut after 2, chooser left"
    assert said[strategy[0, 2].argmax()] == "cut after 2, cutter left"
    assert said[strategy[1, 2].argmax()] == "cut after 1, cutter left"
    institution_laws(DivideAndChoose(), shared.game)


def test_no_rule_gives_both_more_than_half_for_sure():
    """Where both may be alike, at every decision their shares add up to one."""
    game = cake().game
    for t in range(3):
        assert (game.payoff[1:, 0, t, t].sum(axis=0) == 1).all()


def test_fairness_as_the_goal():
    """The custom of taking after cutting leaves the other nothing; choosing second leaves both a half."""
    shared = cake(measures=((1, 1, 1, 1),))
    game = rw.Goal.worst_off().on(shared.game)
    induced = CutAndChoose()(game)
    pure = rw.Pure()(induced)
    assert pure.span(induced.goal).worst == pytest.approx(0.5)
    assert game.goal.max() == F(1, 2)


def test_swapping_pieces():
    shared = cake()
    v = shared.game.payoff[1:, 0]
    for d in range(len(shared.game.actions[0])):
        assert shared.swapped[d].diagonal().tolist() == [d, d]
        e = shared.swapped[d, 0, 1]
        assert (v[0, ..., e, 0, 0] + v[0, ..., d, 0, 0] == 1).all()


def test_refusals():
    with pytest.raises(InputError, match="measures"):
        cake([[0, 0]])
    with pytest.raises(InputError, match=r"division\.cake"):
        DivideAndChoose()(games.vote(3).game)
    with pytest.raises(InputError, match="split one whole"):
        DivideAndChoose()(games.item(2, units=2).game)


def test_goals_of_nash_and_gini():
    dollar = rw.Game.normal(np.array([[[k, 10 - k] for k in range(11)], [[10 - k, k] for k in range(11)]]))
    nash, gini = rw.Goal.nash().table(dollar), rw.Goal.gini().table(dollar)
    assert nash.max() == 25
    assert np.argwhere(nash == 25).tolist() == [[0, 0, 5, 0], [0, 0, 5, 1]]
    assert gini[0, 0, 5, 0] == 10
    assert gini[0, 0, 0, 0] == 5  # all to one of two: a Gini coefficient of 1/2
    assert rw.Goal.nash(outside=6).table(dollar).max() == 0
    assert rw.Goal.gini(0).table(dollar).tolist() == rw.Goal.total().table(dollar).tolist()
