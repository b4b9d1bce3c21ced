"""Levels and the cognitive hierarchy, against their definitions written out by hand."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named
from rulewright.behaviour.hierarchy import Hierarchy, poisson
from rulewright.behaviour.levels import Level
from rulewright.errors import InputError
from rulewright.game.games import Games
from rulewright.game.sample import sample


def beauty(claims=163, step=50 / 81, share=2 / 3):
    """Two players guess 0 to 100; each wants to be at `share` of what the other guesses. 50·(2/3)^k is on the grid, k ≤ 4."""
    guesses = np.arange(claims) * step
    loss = (guesses[:, None] - share * guesses) ** 2
    return guesses, rw.Goal.total().on(rw.Game.normal(-np.stack([loss, loss.T])))


def worth_by_hand(game, strategies, i, t, a):
    """U_i(a | t) by summing over everything that can happen."""
    total, chance = 0.0, 0.0
    n = game.n
    for theta in itertools.product(*map(range, game.type_counts)):
        if theta[i] != t:
            continue
        chance += float(game.prior[theta])
        for acts in itertools.product(*map(range, game.action_counts)):
            if acts[i] == a:
                p = math.prod(strategies[j][theta[j]][acts[j]] for j in range(n) if j != i)
                total += float(game.prior[theta]) * p * float(game.payoff[(i, *theta, *acts)])
    return total / chance if chance else 0.0


def best_by_hand(game, strategies):
    found = []
    for i in range(game.n):
        rows = []
        for t in range(game.type_counts[i]):
            worth = [worth_by_hand(game, strategies, i, t, a) for a in range(game.action_counts[i])]
            tied = np.array([x >= max(worth) - 1e-9 for x in worth], dtype=float)
            rows.append(tied / tied.sum())
        found.append(np.array(rows))
    return found


def random_play(game):
    return [np.full((t, a), 1 / a) for t, a in zip(game.type_counts, game.action_counts, strict=True)]


SHAPES = [((2, 3), None), ((3, 2), (2, 2)), ((2, 2, 2), None), ((2, 2, 2), (1, 2, 1))]


@pytest.mark.parametrize("k", range(5))
def test_guesses_fall_by_a_third_with_each_level(k):
    guesses, game = beauty()
    for strategy in Level(k)(game).plays[0].strategies[1:]:
        assert strategy[0] @ guesses == pytest.approx(50 * (2 / 3) ** k, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(SHAPES), st.integers(0, 3))
def test_levels_are_best_replies_to_the_level_below(seed, shape, k):
    game = sample(shape[0], types=shape[1], seed=seed)
    strategies = random_play(game)
    for _ in range(k):
        strategies = best_by_hand(game, strategies)
    for ours, by_hand in zip(Level(k)(game).plays[0].strategies, strategies, strict=True):
        assert np.allclose(ours, by_hand, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(SHAPES), st.sampled_from([0.0, 0.4, 1.5, 4.0]))
def test_the_hierarchy_is_its_definition(seed, shape, tau):
    game = sample(shape[0], types=shape[1], seed=seed)
    frequency = [math.exp(-tau) * tau**k / math.factorial(k) for k in range(30)]
    levels = [random_play(game)]
    for k in range(1, 30 if tau else 1):
        known = sum(frequency[:k])
        beliefs = [sum(frequency[h] / known * levels[h][i] for h in range(k)) for i in range(game.n)]
        levels.append(best_by_hand(game, beliefs))
    found = Hierarchy(tau)(game).plays[0].strategies
    for i in range(game.n):
        assert np.allclose(found[i], sum(f * level[i] for f, level in zip(frequency, levels, strict=False)), atol=1e-10)
    thinkers = Hierarchy(tau).levels(game)
    assert np.allclose(thinkers.shares[:-1], frequency[: len(thinkers.shares) - 1])
    assert thinkers.shares.sum() == pytest.approx(1, abs=1e-15)
    for play, level in zip(thinkers.plays, levels, strict=False):
        assert all(np.allclose(ours, by_hand) for ours, by_hand in zip(play.strategies, level, strict=True))


def test_poisson_shares_sum_to_one_and_have_their_mean():
    for tau in (0.0, 0.3, 1.5, 20.0, 100.0):
        shares = poisson(tau)
        assert shares.sum() == pytest.approx(1, abs=1e-12)
        assert shares @ np.arange(len(shares)) == pytest.approx(tau, abs=1e-9)


NAMES = ("level:0", "level:3", "level:2,first", "level-noisy:2,0.7", "hierarchy:1.5", "hierarchy-noisy:1.5,2")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("actions", [(2, 3), (2, 2, 3)])
def test_many_games_at_once_are_as_one_by_one(name, actions):
    generator = np.random.default_rng(7)
    shape = (25, len(actions), *actions)
    games = Games(generator.integers(-3, 4, shape).astype(float), generator.random((25, *actions)))
    together = named(name).many(games)
    for k, game in enumerate(games):
        alone = named(name)(game).span(game.goal)
        assert together.worst[k] == together.best[k] == pytest.approx(alone.worst, abs=1e-12)
        assert together.residual[k] == pytest.approx(alone.residual, abs=1e-12)
    assert together.complete.all()


def test_many_games_need_a_goal():
    with pytest.raises(InputError, match="a goal"):
        Hierarchy(1.5).many(Games(np.zeros((3, 2, 2, 2))))


def test_level_zero_can_be_anything_that_stands_out():
    game = rw.Goal.total().on(rw.library.stag_hunt())
    assert Level(0, "hare")(game).plays[0].describe() == "row: hare; column: hare"
    assert Level(0, "first")(game).plays[0].describe() == "row: stag; column: stag"
    assert named("level:3,stag")(game).plays[0].describe() == "row: stag; column: stag"
    assert named("level:3")(game).plays[0].describe() == "row: hare; column: hare"
    with pytest.raises(InputError, match="'deer'"):
        named("level:1,deer")(game)


def test_players_without_the_focal_action_choose_at_random():
    game = rw.Game.normal(np.zeros((2, 2, 2)), actions=[("left", "right"), ("up", "down")])
    play = Level(0, "left")(game).plays[0]
    assert [s.tolist() for s in play.strategies] == [[[1, 0]], [[0.5, 0.5]]]


def test_noisy_levels_are_logit_replies():
    game = rw.library.prisoners()
    gain = 0.5 * (5 - 3) + 0.5 * (1 - 0)  # of defection, against random play
    play = named("level-noisy:1,0.8")(game).plays[0]
    assert play.strategies[0][0, 1] == pytest.approx(1 / (1 + math.exp(-0.8 * gain)))
    assert np.allclose(named("level-noisy:2,1000")(game).plays[0].law, Level(2)(game).plays[0].law)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("level:2,", None),
        ("level:x", "a whole number"),
        ("level:-1", "a whole number"),
        ("hierarchy:-0.1", "at least 0"),
        ("hierarchy:101", "between 0 and 100"),
        ("hierarchy", "at least 0"),
        ("level-noisy:2", "a level and a λ"),
        ("hierarchy-noisy:1,x", "a mean level and a λ"),
    ],
)
def test_names(name, says):
    if says is None:
        assert named(name) == Level(2)
        return
    with pytest.raises(InputError, match=says):
        named(name)


@pytest.mark.parametrize("name", [*NAMES, "level:1,stag", "hierarchy:1.5,stag"])
def test_names_are_read_back(name):
    assert named(name).name == name
