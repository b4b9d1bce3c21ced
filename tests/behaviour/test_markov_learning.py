"""Learning in Markov games: the compiled loop, the NumPy step and the equations written out say the same."""

from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.behaviour.markov import (
    ActorCritic,
    QLearning,
    Sarsa,
    critical_frictions,
    crld,
    follow,
    learn,
    random_starts,
    stability,
    strategy_array,
)
from rulewright.errors import InputError, Unsolved
from rulewright.game.markov import MarkovGame
from rulewright.game.markov_games import ecological_public_good
from rulewright.game.markov_play import MarkovPlay
from rulewright.numerics.native import kernel

LEARNERS = [
    ActorCritic(),
    ActorCritic(0.3, normalised=True),
    Sarsa(0.05, intensity=5.0),
    QLearning(0.05, intensity=3.0),
]


def uneven(seed=0, discount=(0.6, 0.8, 0.9)):
    """Three players with 2, 3 and 2 actions, one of them missing in a state, in 3 states."""
    rng = np.random.default_rng(seed)
    shape = (3, 2, 3, 2)
    mask = np.ones((3, 3), bool)
    mask[1, 1] = False
    return MarkovGame.of(
        rng.standard_normal((3, *shape)), rng.dirichlet(np.ones(3), shape), list(discount), available=[None, mask, None]
    )


def written_out(game, x, learner):
    """One step, action by action, from the play's own values."""
    play = MarkovPlay.of(game, [x[i, :, :k] for i, k in enumerate(game.action_counts)])
    after = np.zeros_like(x)
    for i, count in enumerate(game.action_counts):
        reward, moves = play.problem(i)
        pre = 1 - game.discount[i] if learner.normalised else 1.0
        value = pre * play.values[i]
        for s in range(game.state_count):
            for a in range(count):
                if x[i, s, a] == 0:
                    continue
                delta = pre * reward[s, 0, a] + game.discount[i] * moves[s, 0, a] @ value
                if isinstance(learner, QLearning):
                    q = pre * reward[:, 0] + game.discount[i] * moves[:, 0] @ value
                    most = np.where(game.available[i], q, -np.inf).max(axis=1)
                    delta = pre * reward[s, 0, a] + game.discount[i] * moves[s, 0, a] @ most
                if isinstance(learner, Sarsa):
                    delta = learner.intensity * delta - np.log(x[i, s, a])
                else:
                    delta -= value[s]
                after[i, s, a] = x[i, s, a] * np.exp(learner.rate * delta)
    return after / after.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("learner", LEARNERS)
def test_one_step_is_the_equation(learner):
    game = uneven()
    starts = random_starts(game, 3, seed=1)
    worlds = crld.Worlds.of(game)
    after = crld.step(worlds, np.zeros(3, np.int64), starts, learner)
    for x, y in zip(starts, after, strict=True):
        assert y == pytest.approx(written_out(game, x, learner), abs=1e-12)
    assert (after[:, 1, 1, 1] == 0).all() and (after[:, 0, :, 2] == 0).all()


@pytest.mark.skipif(kernel("learn_markov") is None, reason="no compiled kernels here")
@pytest.mark.parametrize("learner", LEARNERS)
def test_compiled_and_numpy_agree(learner, monkeypatch):
    games = [uneven(seed) for seed in (0, 1)]
    starts = random_starts(games[0], 4, seed=2)
    asked = {"steps": 800, "learner": learner, "tolerance": 3e-3, "every": 7}
    fast = learn(games, starts, **asked)
    monkeypatch.setattr(crld, "kernel", lambda name: None)
    slow = learn(games, starts, **asked)
    assert np.array_equal(fast.steps, slow.steps) and np.array_equal(fast.rests, slow.rests)
    assert fast.last == pytest.approx(slow.last, abs=1e-10)
    assert fast.points == pytest.approx(slow.points, abs=1e-10)
    assert fast.rests.any() and not np.array_equal(fast.last[0], fast.last[1])


def test_points_are_the_way():
    game = ecological_public_good()
    start = random_starts(game, 2, seed=0)
    found = learn(game, start, 50, tolerance=0, every=10)
    assert found.points.shape == (2, 6, 2, 2, 2) and (found.steps == 50).all() and not found.rests.any()
    assert np.array_equal(found.points[:, 0], start) and np.array_equal(found.points[:, -1], found.last)
    assert found.points[:, 2] == pytest.approx(learn(game, start, 20, tolerance=0).last)
    early = learn(game, start, 2000, tolerance=1e-3, every=100)
    assert early.rests.all() and np.array_equal(early.points[:, -1], early.last)


def test_many_games_are_each():
    games = [ecological_public_good(discount=F(k, 10)) for k in (6, 8)]
    starts = random_starts(games[0], 3, seed=4)
    together = learn(games, starts, 100, tolerance=0)
    assert together.last.shape == (2, 3, 2, 2, 2)
    for k, game in enumerate(games):
        assert together.last[k] == pytest.approx(learn(game, starts, 100, tolerance=0).last)
    each = learn(games, np.stack([starts, starts[::-1]]), 100, tolerance=0)
    assert each.last[1] == pytest.approx(together.last[1, ::-1])


def test_follow_goes_on_from_where_it_was():
    games = [ecological_public_good(discount=F(k, 10)) for k in (6, 8)]
    start = random_starts(games[0], 1, seed=4)[0]
    ends = follow(games, start, 30, Sarsa())
    first = learn(games[0], start, 30, Sarsa(), tolerance=0).last
    assert ends[1] == pytest.approx(learn(games[1], first, 30, Sarsa(), tolerance=0).last)


def test_a_play_is_a_start_and_an_end():
    game = uneven()
    play = MarkovPlay.of(game, [mask / mask.sum(axis=1, keepdims=True) for mask in game.available])
    found = learn(game, play, 5)
    assert found.play().strategies[1][1, 1] == 0 and found.steps.shape == ()
    with pytest.raises(InputError, match="independent"):
        strategy_array(MarkovPlay.joint(game, play.law))


@pytest.mark.parametrize("discount", [0.7, 0.95])
def test_the_exponent_is_the_growth_of_a_small_departure(discount):
    game = ecological_public_good(discount=discount)
    for at in (0, 1):
        found = stability(game, [at, at], ActorCritic(0.05))
        x = strategy_array(MarkovPlay.pure(game, [at, at]))
        x[0, 0, 1 - at], x[0, 0, at] = 1e-9, 1 - 1e-9
        after = crld.step(crld.Worlds.of(game), np.zeros(1, np.int64), x[None], ActorCritic(0.05))[0]
        assert np.log(after[0, 0, 1 - at] / 1e-9) == pytest.approx(found.entering[0, 0, 1 - at], abs=1e-6)
        assert found.stable == (found.exponent < 0) and np.isnan(found.entering[0, 1]).all()


def test_stability_of_learners_that_explore():
    game = ecological_public_good(discount=F(4, 5))
    for share in (0.9, 0.1):
        start = np.array([[[share, 1 - share], [0.5, 0.5]]] * 2)
        rest = learn(game, start, 10**4, Sarsa(), tolerance=0).last
        found = stability(game, rest, Sarsa())
        assert found.stable
        nudged = rest * np.exp(1e-4 * np.array([1.0, 0.0]))
        nudged /= nudged.sum(axis=-1, keepdims=True)
        path = learn(game, nudged, 600, Sarsa(), tolerance=0, every=300).points
        odds = np.log(path[..., 0] / path[..., 1]) - np.log(rest[..., 0] / rest[..., 1])
        left = np.abs(odds).max(axis=(1, 2))
        assert np.log(left[2] / left[1]) / 300 == pytest.approx(found.exponent, rel=0.02)
    with pytest.raises(InputError, match="explore"):
        stability(game, [0, 0], Sarsa())
    with pytest.raises(Unsolved, match="point of rest"):
        stability(game, np.full((2, 2, 2), 0.5), Sarsa())


@pytest.mark.parametrize("players", [2, 3, 5])
def test_critical_frictions_are_where_stability_changes(players):
    tipping = critical_frictions(F(13, 20), players=players)
    for friction, profile, stable in (
        (tipping.collapse + F(1, 1000), 0, True),
        (tipping.collapse - F(1, 1000), 0, False),
        (tipping.recovery - F(1, 1000), 1, True),
        (tipping.recovery + F(1, 1000), 1, False),
    ):
        game = ecological_public_good(players, discount=F(13, 20), friction=friction)
        assert stability(game, [profile] * players).stable == stable
    assert tipping.margin(tipping.collapse) == 0 and tipping.fee(0) == tipping.recovery


def test_restoring_the_friction_does_not_restore_cooperation():
    """κ falls below k_C and comes back to where it was: the collapse stays; a fee up to k_D brings cooperation back."""
    tipping = critical_frictions(F(13, 20))
    costs = [F(1, 2), F(0), F(1, 2), tipping.recovery + F(1, 10)]
    assert costs[1] < tipping.collapse < costs[0] < tipping.recovery
    games = [ecological_public_good(discount=F(13, 20), friction=cost) for cost in costs]
    ends = follow(games, np.array([[[0.99, 0.01], [0.5, 0.5]]] * 2), 20_000, Sarsa(), tolerance=1e-12)
    cooperation = ends[:, 0, 0, 0]
    assert cooperation[0] > 0.9 and cooperation[1] < 0.1 and cooperation[2] < 0.1 and cooperation[3] > 0.9


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda game: learn(game, np.full((2, 2, 3), 1 / 3), 1), "last axes"),
        (lambda game: learn(game, np.full((2, 2, 2), 0.6), 1), "sum to 1"),
        (lambda game: learn([], np.full((2, 2, 2), 0.5), 1), "at least one"),
        (lambda game: learn([game, ecological_public_good(3)], np.full((2, 2, 2), 0.5), 1), "one shape"),
        (lambda game: learn(game, np.full((2, 2, 2), 0.5), -1), "steps"),
        (lambda game: ActorCritic(0), "positive"),
        (lambda game: Sarsa(intensity=-1), "positive"),
        (lambda game: ecological_public_good(0), "at least one player"),
        (lambda game: ecological_public_good(collapse=2), "probabilities"),
    ],
)
def test_bad_requests(call, said):
    with pytest.raises(InputError, match=said):
        call(ecological_public_good())
