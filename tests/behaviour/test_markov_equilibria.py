"""Equilibria of Markov games: the two ways to each must agree, and the play itself says how far it is from what it claims."""

from fractions import Fraction as F

import numpy as np
import pytest

import rulewright as rw
from rulewright.behaviour.markov import (
    branch,
    finite_horizon,
    first_best,
    perfect_pure,
    shapley,
    stationary_correlated,
)
from rulewright.errors import InputError, TooLarge
from rulewright.game.lower import one_shot, policies
from rulewright.game.markov import MarkovGame
from rulewright.game.markov_games import ecological_public_good, repeated
from rulewright.game.markov_play import MarkovPlay

PENNIES = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
CHICKEN = np.array([[[6, 2], [7, 0]], [[6, 7], [2, 0]]])


def random_game(seed, players=2, states=3, actions=2, discount=0.8, zero=False, missing=False):
    rng = np.random.default_rng(seed)
    shape = (states,) + (actions,) * players
    payoff = rng.standard_normal((players, *shape))
    if zero:
        payoff[1] = -payoff[0]
    available = None
    if missing:
        mask = np.ones((states, actions), bool)
        mask[0, 0] = False
        available = [mask] + [None] * (players - 1)
    return MarkovGame.of(payoff, rng.dirichlet(np.ones(states), shape), discount, available=available)


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_pure_perfect_equilibria_are_those_of_the_one_shot_form(seed, missing):
    game = random_game(seed, missing=missing)  # the first state is drawn from all
    found = perfect_pure(game)
    form = one_shot(game)
    wanted = set()
    for play in rw.Pure()(form).plays:
        plan = [policies(game, i)[int(play.strategies[i][0].argmax())] for i in range(2)]
        wanted.add(tuple(int(a) for row in plan for a in row))
    got = {tuple(int(a) for row in play.strategies for a in row.argmax(axis=1)) for play in found.plays}
    assert got == wanted and found.complete and found.residual < 1e-9


def test_pure_equilibria_in_rationals_and_cut_short():
    game = ecological_public_good()
    found = perfect_pure(game)
    assert len(found.plays) == 8 and found.residual == 0 and found.span(game.total).best == 8
    worst = found.sorted_by(game.total)[0]
    assert worst.describe().startswith("p1 in prosperous: defect")
    short = perfect_pure(game, profiles=3, partial=True)
    assert not short.complete and "first 3" in short.how and len(short.plays) == 2
    assert not perfect_pure(game, most=1).complete
    with pytest.raises(TooLarge, match="16 profiles"):
        perfect_pure(game, profiles=15)
    said = []
    perfect_pure(game, tell=said.append)
    assert said == ["16 of 16 profiles, 8 equilibria"]
    empty = perfect_pure(repeated(PENNIES, F(1, 2)))
    assert empty.complete and not empty.plays and np.isnan(empty.span(np.zeros((1, 2, 2))).worst)


def test_a_tie_is_decided_in_rationals():
    tiny = F(1, 10**15)
    stage = np.array([[[F(1), F(0)], [F(1) + tiny, F(0)]], [[F(1), F(0)], [F(1), F(0)]]], dtype=object)
    found = perfect_pure(repeated(stage, F(1, 2)))
    plays = {play.describe() for play in found.plays}
    assert plays == {
        "player 1 in ·: a2; player 2 in ·: a1",
    }


@pytest.mark.parametrize(("seed", "players", "missing"), [(0, 2, False), (1, 2, True), (2, 3, False), (3, 3, True)])
def test_the_branch_ends_at_an_equilibrium(seed, players, missing):
    game = random_game(seed, players, missing=missing)
    found = branch(game)
    assert found.residual < 1e-6 and not found.complete and found.plays[0].regret <= found.residual


@pytest.mark.parametrize("seed", [9, 22])
def test_the_branch_passes_narrow_folds(seed):
    """Two strands of these branches run so close that a step which only looks at directions jumps over, and comes back to λ = 0."""
    found = branch(random_game(seed, players=3, states=3, actions=3))
    assert found.residual < 1e-9 and (np.diff(found.lambdas) < 0).any()


def test_a_branch_through_a_symmetric_meeting_goes_on():
    stag = np.array([[[4, 0], [3, 3]], [[4, 3], [0, 3]]])
    found = branch(repeated(np.array([[[1, 0], [0, 1]], [[1, 0], [0, 1]]]), 0.5))
    assert found.residual < 1e-9 and found.plays[0].strategies[0][0] == pytest.approx([0.5, 0.5])
    assert branch(repeated(stag, 0.5)).residual < 1e-6


def test_the_branch_is_made_of_logit_equilibria():
    game = random_game(5, missing=True)
    found = branch(game, to=30, sharpen=False)
    for k in (len(found.path) // 2, len(found.path) - 1):
        play = MarkovPlay.of(game, [row / row.sum(axis=1, keepdims=True) for row in found.path[k]])
        for i, gains in enumerate(play.advantages):
            weight = np.exp(found.lambdas[k] * gains) * game.available[i]
            assert play.strategies[i] == pytest.approx(weight / weight.sum(axis=1, keepdims=True), abs=1e-6)
    stopped = branch(game, steps=2)
    assert "no way on" in stopped.how and len(stopped.lambdas) <= 3
    with pytest.raises(InputError, match="positive"):
        branch(game, to=0)


def test_mixed_equilibrium_of_a_repeated_game():
    skewed = np.array([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    play = branch(repeated(skewed, 0.9)).plays[0]
    assert play.strategies[0][0] == pytest.approx([0.5, 0.5])
    assert play.strategies[1][0] == pytest.approx([0.1, 0.9])


@pytest.mark.parametrize("seed", range(4))
def test_the_value_is_the_fixed_point_of_shapleys_map(seed):
    game = random_game(seed, states=4, actions=3, zero=True)
    found = shapley(game)
    assert found.complete and (found.upper - found.lower < 1e-8).all()
    for s in range(4):  # Nash equilibria of the stage game come from another solver
        stage = game.stage(s, np.stack([found.values, -found.values]))
        value = float(rw.Nash()(stage).plays[0].values[0])
        assert value == pytest.approx(found.values[s], abs=1e-8)


def test_value_with_missing_actions_a_people_and_exact_numbers():
    game = random_game(8, states=2, actions=2, zero=True, missing=True).with_goal(np.zeros((2, 2, 2)))
    found = shapley(game)
    assert found.residual < 1e-8 and found.plays[0].strategies[1][0, 0] == 0
    assert shapley(repeated(PENNIES, F(1, 2))).values == pytest.approx([0.0])
    for wrong, said in (
        (random_game(0), "one sum"),
        (random_game(0, discount=[0.5, 0.6], zero=True), "one discount"),
        (random_game(0, players=3), "two players"),
    ):
        with pytest.raises(InputError, match=said):
            shapley(wrong)


@pytest.mark.parametrize("missing", [False, True])
def test_first_best_by_brute_force(missing):
    game = random_game(3, missing=missing)
    worth = [float(MarkovPlay.pure(game, [a, b]).worth.sum()) for a in policies(game, 0) for b in policies(game, 1)]
    assert first_best(game).worth == pytest.approx(max(worth))
    assert first_best(game, worst=True).worth == pytest.approx(min(worth))
    assert first_best(game).residual < 1e-9
    exact = first_best(ecological_public_good())
    assert exact.worth == 8 and isinstance(exact.worth, F)


@pytest.mark.parametrize("seed", range(3))
def test_correlated_play_is_obeyed_and_no_worse_than_the_branch(seed):
    game = random_game(seed)
    total = game.total
    top = first_best(game).worth
    best, worst = stationary_correlated(game), stationary_correlated(game, worst=True)
    for found in (best, worst):
        assert found.residual <= 1e-5 and not found.complete
    values = [float(p.plays[0].discounted(total, game.discount[0]) @ game.start) for p in (worst, best)]
    assert values[0] <= values[1] + 1e-6 and values[1] <= top + 1e-9


def test_correlated_chicken_over_and_over():
    game = repeated(CHICKEN, F(1, 2))
    found = stationary_correlated(game)
    assert found.plays[0].worth.sum() == pytest.approx(2 * 10.5)  # Aumann 1974, over the discounted rounds
    short = finite_horizon(game, 3)
    assert short.worth == pytest.approx(10.5 * (1 + 0.5 + 0.25)) and short.residual < 1e-7
    assert finite_horizon(game, 3, worst=True).worth < short.worth
    with pytest.raises(InputError, match="one round"):
        finite_horizon(game, 0)
    with pytest.raises(InputError, match="goal"):
        finite_horizon(game, 2, np.zeros(3))


def test_the_better_future_is_not_missed():
    game = ecological_public_good()
    assert stationary_correlated(game).plays[0].worth.sum() == pytest.approx(8)
    assert stationary_correlated(game, worst=True).plays[0].worth.sum() < -10


def test_a_horizon_with_people_and_missing_actions():
    game = random_game(6, missing=True).with_goal(random_game(6).total)
    found = finite_horizon(game, 5)
    assert found.residual < 1e-7 and found.laws.sum(axis=(2, 3, 4)) == pytest.approx(1)
    assert (found.laws[:, 0, :, 0] == 0).all()
    assert found.goal[0] == pytest.approx(found.values[0, 0])


def test_discounts_and_goals_are_read_in_the_field_of_the_game():
    """A plain .5 beside an exact game was an AttributeError, and a discount of 2 gave a number that means nothing."""
    game = ecological_public_good()
    plays = perfect_pure(game)
    assert plays.span(game.total, discount=0.5) == plays.span(game.total, discount=F(1, 2))
    assert first_best(game, discount=0.5).worth == first_best(game, discount="1/2").worth == 4
    assert finite_horizon(game, 2, discount=1).worth < 10  # rounds are counted: no discounting will do
    for wrong in (
        lambda: first_best(game, discount=2),
        lambda: plays.span(game.total, discount=1),
        lambda: stationary_correlated(game, discount=np.nan),
        lambda: finite_horizon(game, 2, discount=1.1),
        lambda: first_best(game, np.zeros((2, 2))),
        lambda: plays.span(np.zeros((2, 2, 3))),
        lambda: stationary_correlated(game, rounds=0),
    ):
        with pytest.raises(InputError):
            wrong()
