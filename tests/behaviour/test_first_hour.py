"""What somebody new tries in the first hour: it ends soon, and in words."""

import numpy as np
import pytest

import rulewright as rw
from rulewright.behaviour import behaviour
from rulewright.game.markov_games import ecological_public_good
from rulewright.numerics import polytope


def test_a_prediction_prints_as_words():
    said = str(rw.Nash()(rw.library.stag_hunt()))
    assert said.startswith("nash: 3 plays, complete, residual 0\n")
    assert "row: stag; column: stag" in said and "Fraction" not in said
    many = str(rw.Nash()(rw.Game.normal(np.zeros((2, 6, 6), dtype=int))))
    assert many.startswith("nash: 36 plays") and many.endswith("…") and len(many.splitlines()) == 23


@pytest.mark.parametrize("name", ["pure", "nash", "logit:1", "dominance", "level:1", "replicator"])
def test_a_markov_game_is_no_game_for_behaviours(name):
    with pytest.raises(rw.InputError, match=r"behaviour\.markov"):
        rw.named(name)(ecological_public_good())


def test_large_games_without_ties_are_cut_short_and_say_so(monkeypatch):
    """Beyond 64 actions in all vertices are enumerated by double description, whose work is bounded."""
    monkeypatch.setattr(polytope, "MOST_WORK", 200_000)
    game = rw.Game.normal(np.random.default_rng(0).random((2, 40, 40)))
    found = rw.Nash()(game)
    assert not found.complete and len(found.plays) > 0 and "comparisons" in found.how
    assert found.residual < 1e-9


def test_the_work_of_double_description_is_counted(monkeypatch):
    matrix, bound = np.random.default_rng(1).random((12, 8)), np.ones(12)
    assert len(polytope.vertices(matrix, bound)[0]) > 8
    monkeypatch.setattr(polytope, "MOST_WORK", 1_000)
    with pytest.raises(rw.TooLarge, match="comparisons"):
        polytope.vertices(matrix, bound)


@pytest.mark.parametrize("table", [[[[1, 2], [3]], [[1, 2], [3, 4]]], [[["a", "b"]]], 5, []])
def test_what_is_no_table_of_payoffs_is_told_in_words(table):
    with pytest.raises(rw.InputError, match="table"):
        rw.Game.normal(table)


def test_flows_that_do_not_settle_still_give_laws_of_play():
    """With types, and far from rest, integration drifts off the simplices by some 10⁻⁷."""
    game = rw.Goal.total().on(rw.sample((2, 2, 2), types=(2, 2, 1), seed=1))
    found = rw.named("replicator")(game)
    span = found.span(game.goal)
    assert not found.complete and span.worst <= span.best
    assert all(abs(float(play.law.sum()) - 1) < 1e-9 for play in found.plays)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("qre:5", "logit"), ("Nash", "nash"), ("lemke_howson", "lemke-howson"), ("SPE", "subgame-perfect")],
)
def test_a_name_from_elsewhere_is_answered_with_ours(said, meant):
    assert set(behaviour.ELSEWHERE.values()) <= set(behaviour.known())
    with pytest.raises(rw.InputError, match=f"Did you mean '{meant}'"):
        rw.named(said)


@pytest.mark.parametrize(
    "name", ["nash", "correlated", "communication", "near-correlated:1", "dominance", "regret-matching:10"]
)
def test_a_goal_of_another_game_is_told_apart(name):
    game = rw.library.chicken()
    found = rw.named(name)(game)
    table = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert found.span(table).worst == pytest.approx(found.span(table[None, None]).worst)
    with pytest.raises(rw.InputError, match="goal: needed numbers of shape"):
        found.span(np.ones((3, 3)))
