"""What units, rounding and wrong input may not change: payoffs of one player in cents and of another in billions."""

import importlib
import re
from fractions import Fraction

import numpy as np
import pytest

import rulewright as rw
from rulewright.behaviour.correlated import Correlated
from rulewright.behaviour.dominance import Dominance, iterated, weakly
from rulewright.behaviour.nash import Nash, NashPath, Pure, all_bimatrix, extremes, index, lemke_howson
from rulewright.behaviour.nash.many import positive
from rulewright.behaviour.nash.pure import room, within
from rulewright.behaviour.selection import margin_of_uniqueness, payoff_dominant, strictness
from rulewright.errors import InputError
from rulewright.game import trees
from rulewright.game.files import efg
from rulewright.game.game import Game
from rulewright.numerics import simple

SQUARE = np.array([[1.0, 0.0], [0.0, 2.0]])


def test_equilibria_of_exact_games_are_told_apart_however_near_they_are():
    far = 10**12
    found = Nash()(Game.normal([[[1, -1], [-far, 0]], [[2, -1], [0, 0]]]))
    mixtures = [play.strategies[1][0] for play in found.plays]
    assert len(found.plays) == 3 and found.complete and found.residual == 0
    assert any((mixture == [Fraction(1, far + 2), Fraction(far + 1, far + 2)]).all() for mixture in mixtures)


@pytest.mark.parametrize("far", [10**8, 10**10, 10**12])
def test_small_probabilities_are_not_lost_among_three(far):
    two = [[[1, -1], [-far, 1]], [[2, -1], [-1, 2]]]
    payoff = np.zeros((3, 2, 2, 2), dtype=int)
    payoff[:2] = np.array(two)[..., None]
    payoff[2, :, :, 0] = 1
    found = Nash()(Game.normal(payoff))
    assert found.complete and len(found.plays) == len(Nash()(Game.normal(two)).plays) == 3
    least = min(float(play.strategies[1][0].min()) for play in found.plays if play.strategies[1][0].min() > 0)
    assert least == pytest.approx(2 / (far + 3), rel=1e-3)


def bigger(payoff, units):
    return np.asarray(payoff, float) * np.reshape(units, (-1,) + (1,) * (np.ndim(payoff) - 1))


HARD = (
    [[[-9, 8], [-8, 7]], [[-6, -6], [1, -8]]],
    [[[7, -9], [-8, -6]], [[-2, 1], [-1, 8]]],
    [[[3, -4], [-3, -2]], [[0, 7], [0, 7]]],
)


@pytest.mark.parametrize("units", [(1, 1, 1), (1, 1e6, 1e9), (1e9, 1, 1e-9)])
def test_paths_end_at_equilibria_for_every_player_in_its_own_units(units):
    game = Game.normal(bigger(HARD, units))
    (play,) = NashPath()(game).plays
    assert (play.regrets <= 1e-8 * np.ptp(game.payoff.reshape(3, -1), axis=1)).all()
    assert any(np.allclose(play.law, other.law, atol=1e-6) for other in Nash()(game).plays)


def test_a_regret_is_little_in_the_units_of_who_has_it():
    game = Game.normal(bigger([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], (1, 1e12)))
    assert not within(rw.Play.pure(game, [0, 1]), room(game, 1e-10))
    assert within(rw.Play.pure(game, [1, 1]), room(game, 1e-10))


def test_dominance_does_not_depend_on_the_units_of_others():
    prisoners = [[[2, 0], [3, 1]], [[2, 3], [0, 1]]]
    for units in ((1, 1), (1, 1e10), (1e-10, 1)):
        game = Game.normal(bigger(prisoners, units))
        assert iterated(game).left == weakly(game).left == (((1,),), ((1,),))
        games = rw.Games(game.payoff.reshape(1, 2, 2, 2), np.arange(4.0).reshape(1, 2, 2))
        assert Dominance().many(games).count.tolist() == [1]
        assert payoff_dominant(game) is None and margin_of_uniqueness(game, (1, 1)) > 0
        assert margin_of_uniqueness(game, (0, 1)) is None  # of which the first player loses one of its own units


def test_correlated_play_of_many_games_is_measured_by_what_own_actions_change():
    large = 1e10  # what the other's action changes
    payoff = [[[large, 0], [large + 1, 1]], [[0, 0], [0, 0]]]
    spans = Correlated().many(rw.Games([payoff], [[[1.0, 1.0], [0.0, 0.0]]]))
    assert abs(spans.best[0]) < 1e-6  # the first row is worse by one whatever happens


def test_games_in_which_nobody_chooses_have_one_correlated_play():
    for coarse in (False, True):
        spans = Correlated(coarse).many(rw.Games(np.zeros((3, 2, 1, 1)), np.arange(3.0).reshape(3, 1, 1)))
        assert spans.worst.tolist() == spans.best.tolist() == [0, 1, 2]


def test_what_averages_leave_in_the_last_digit_is_no_preference():
    # on average over the types of a bystander: 0.1 + 0.2 and 0.7 − 0.1 − 0.2·1.5, both 3/10
    prior, worth = np.array([0.1, 0.2, 0.7]), np.array([[1, 1, 0], [-1, -1.5, 1]])
    alone = np.zeros((2, 1, 3, 2, 1))
    alone[0, 0, :, :, 0] = worth.T
    two = np.zeros((3, 1, 1, 3, 2, 2, 1))
    two[0, 0, 0, :, :, :, 0] = worth.T[:, :, None]
    two[1, 0, 0, :, 0, 0, 0] = 1
    for payoff, law in ((alone, prior.reshape(1, 3)), (two, prior.reshape(1, 1, 3))):
        game = Game.bayesian(payoff, law)
        assert np.ptp(rw.game.lower.core(game).payoff[0]) > 0  # or this says nothing
        for behaviour in (Pure(), Nash(), rw.named("strong")):
            assert len(behaviour(game).plays) == len(behaviour(game.exact).plays), behaviour
        assert iterated(game).left == iterated(game.exact).left
        games = rw.Games.of([game.with_goal(np.zeros(payoff.shape[1:]))])
        assert Pure().many(games).count.tolist() == [len(Pure()(game.exact).plays)]


# ── wrong input ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wrong",
    [
        (np.array([[1.0, np.nan], [0.0, 1.0]]), SQUARE),
        (np.array([[1.0, np.inf], [0.0, 1.0]]), SQUARE),
        (np.array([[1e308, -1e308], [0.0, 1.0]]), SQUARE),
        (SQUARE, np.ones((2, 3))),
        (np.ones(2), np.ones(2)),
        (np.ones((0, 2)), np.ones((0, 2))),
        ([["a"]], [["b"]]),
    ],
)
def test_functions_of_two_tables_refuse_what_is_no_game(wrong):
    calls = [
        lambda a, b: extremes(a, b),
        lambda a, b: lemke_howson(a, b),
        lambda a, b: all_bimatrix([a], [b]),
        lambda a, b: index(a, b, np.array([1.0, 0.0]), np.array([1.0, 0.0])),
    ]
    for call in calls:
        with pytest.raises(InputError):
            call(*wrong)


def test_limits_and_mixtures_that_make_no_sense_are_refused():
    with pytest.raises(InputError, match="at least 1"):
        extremes(SQUARE, SQUARE, most=0)
    with pytest.raises(InputError, match="mixtures of 2 rows"):
        index(SQUARE, SQUARE, np.array([1.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    with pytest.raises(InputError, match="at least one game"):
        rw.Games(np.zeros((0, 2, 2, 2)))


@pytest.mark.parametrize("function", [margin_of_uniqueness, strictness])
@pytest.mark.parametrize("wanted", [(5, 5), (0,), (-1, 0)])
def test_margins_are_asked_for_profiles_that_exist(function, wanted):
    with pytest.raises(InputError, match="positions"):
        function(Game.normal([SQUARE, SQUARE]), wanted)


@pytest.mark.parametrize("name", ["pure", "nash", "correlated", "coarse", "communication", "dominance", "strong"])
@pytest.mark.parametrize("goal", [np.zeros((3, 3)), np.full((1, 1, 2, 2), np.nan), "much"])
def test_goals_of_another_shape_are_refused(name, goal):
    with pytest.raises(InputError, match="goal"):
        rw.named(name)(Game.normal([SQUARE, SQUARE])).span(goal)


# ── the walk and the path, without their kernels ────────────────────────────────────────────────────────────────────


def test_an_empty_list_is_not_all_vertices():
    assert not simple.nothing_missing(np.ones((2, 2)), np.zeros(0, dtype=np.uint64))


TIED = np.array(
    [
        [[-4, 3, 1, 2, -3], [2, 0, -1, 0, 2], [-1, -3, -3, -3, 2], [-4, 0, -4, -4, 2]],
        [[-4, 4, -1, 1, -4], [-2, -2, -3, -2, 2], [-2, 3, -3, -2, 1], [-4, -3, -1, 2, -4]],
    ]
)


def test_rounding_below_zero_does_not_stop_a_path(monkeypatch):
    monkeypatch.setattr(importlib.import_module("rulewright.behaviour.nash.lemke_howson"), "kernel", lambda name: None)
    for label in range(9):
        (play,) = rw.named(f"lemke-howson:{label}")(Game.normal(TIED.astype(float))).plays
        assert float(play.regret) < 1e-9


@pytest.mark.parametrize("text", [trees.HORSE, trees.BREAKFAST, trees.ENTRY])
def test_sequential_equilibria_do_not_depend_on_the_units_of_one_player(text):
    """The last player's payoffs in millionths: one λ for all would leave the others undecided."""

    def rescaled(numbers):
        *rest, last = numbers.group(1).replace(",", " ").split()
        return "{ " + " ".join([*rest, f"{last}000000"]) + " }"

    large = efg.parse(re.sub(r"\{ ([0-9, ]+) \}", rescaled, text), "large units")
    ours, theirs = (rw.named("sequential")(game) for game in (efg.parse(text, "units of one"), large))
    assert ours.residual == theirs.residual == 0
    assert (ours.plays[0].law == theirs.plays[0].law).all()


def test_kernel_and_twin_take_the_same_path_where_zeros_are_rounded():
    module = importlib.import_module("rulewright.behaviour.nash.lemke_howson")
    if module.kernel("lemke_howson") is None:
        pytest.skip("no kernels compiled")
    a, b = (positive(table) for table in TIED.astype(float))
    for label in range(9):
        ours, twin = (walk(np.ascontiguousarray(b.T), a, label, 1000) for walk in (module.pivoted, module.twin))
        assert ours[0] == twin[0]
        assert all(np.allclose(x, y, atol=1e-9) for x, y in zip(ours[1:], twin[1:], strict=True))
