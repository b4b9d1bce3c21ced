"""ε-equilibria, against every profile tried with `Play.regret`, and by inclusion."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named
from rulewright.behaviour.near import NearCorrelated, NearPure, near_nash
from rulewright.errors import InputError, TooLarge
from rulewright.game.games import Games
from rulewright.game.sample import sample

SHAPES = [((2, 3), None), ((2, 2), (2, 2)), ((2, 3), (1, 2)), ((2, 2, 2), None), ((2, 2, 2), (2, 1, 2))]


def by_hand(game, epsilon):
    """Goals of all pure profiles of plans that nobody gains more than ε by leaving; `Play.regret` is exact."""
    plans = [
        list(itertools.product(range(a), repeat=t))
        for a, t in zip(game.action_counts[1:], game.type_counts[1:], strict=True)
    ]
    plays = [rw.Play.pure(game, [0, *map(list, profile)]) for profile in itertools.product(*plans)]
    return sorted(float(play.goal) for play in plays if play.regret <= epsilon)


@pytest.mark.parametrize("exact", [True, False])
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(SHAPES), st.sampled_from([F(0), F(1, 2), F(3, 2), F(3)]))
def test_pure_ones_are_those_found_by_hand(exact, seed, shape, epsilon):
    game = rw.Goal.total().on(sample(shape[0], types=shape[1], seed=seed, span=3))
    wanted = by_hand(game, epsilon)
    found = NearPure(epsilon)(game if exact else game.floats)
    assert np.allclose(sorted(float(play.goal) for play in found.plays), wanted)
    assert found.residual <= epsilon + 1e-12
    assert found.complete


def test_at_the_edge_exact_games_decide_exactly():
    game = rw.Goal.total().on(rw.Game.normal(np.array([[[F(0), F(0)], [F(1, 3), F(1, 3)]], [[F(0)] * 2] * 2])))
    assert len(NearPure(F(1, 3))(game).plays) == 4
    assert len(NearPure(F(1, 3) - F(1, 10**30))(game).plays) == 2
    assert named("near-pure:1/3").epsilon == F(1, 3)


def test_many_games_at_once_are_as_one_by_one():
    generator = np.random.default_rng(3)
    games = Games(generator.integers(0, 5, (40, 3, 2, 3, 2)).astype(float), generator.random((40, 2, 3, 2)))
    together = NearPure(F(1, 2)).many(games)
    for k, game in enumerate(games):
        alone = NearPure(F(1, 2))(game).span(game.goal)
        mean = np.nan if alone.mean is None else alone.mean
        ours = [together.worst[k], together.best[k], together.mean[k], together.count[k], together.residual[k]]
        assert np.allclose(ours, [alone.worst, alone.best, mean, alone.count, alone.residual], equal_nan=True)
    assert (together.count == 0).any()
    assert np.isnan(together.worst[together.count == 0]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(SHAPES))
def test_without_slack_they_are_the_correlated_ones(seed, shape):
    game = rw.Goal.total().on(sample(shape[0], types=shape[1], seed=seed))
    for coarse in (False, True):
        ours, plain = NearCorrelated(F(0), coarse)(game).span(game.goal), rw.Correlated(coarse)(game).span(game.goal)
        assert (ours.worst, ours.best) == pytest.approx((plain.worst, plain.best), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(SHAPES), st.sampled_from([F(1, 2), F(2)]))
def test_correlated_ones_keep_within_the_slack_and_cover_all_others(seed, shape, epsilon):
    """Every product law that regrets at most ε is inside: pure ones, and mixtures drawn near equilibria."""
    game = rw.Goal.total().on(sample(shape[0], types=shape[1], seed=seed, span=4))
    span, wide = (NearCorrelated(epsilon, coarse)(game).span(game.goal) for coarse in (False, True))
    for play in (span.worst_play, span.best_play):
        assert float(play.regret) <= epsilon + 1e-6
    assert wide.worst <= span.worst + 1e-6
    assert wide.best >= span.best - 1e-6
    generator = np.random.default_rng(seed)
    inside = by_hand(game, epsilon)
    for _ in range(100):
        rows = [
            generator.dirichlet(np.full(a, 0.3), t) for t, a in zip(game.type_counts, game.action_counts, strict=True)
        ]
        play = rw.Play.of(game.floats, rows)
        inside += [float(play.goal)] if play.regret <= epsilon else []
    assert all(span.worst - 1e-6 <= value <= span.best + 1e-6 for value in inside)


def test_somebody_who_gains_more_is_outside():
    """Prisoners: cooperating with certainty costs 2 or 1, so that with ε < 1 it has to be rare."""
    game = rw.Goal.total().on(rw.library.prisoners())
    for epsilon in (F(0), F(1, 4), F(1, 2)):
        assert NearCorrelated(epsilon)(game).span(game.goal).best == pytest.approx(2 + 6 * float(epsilon))


def test_bounds_of_nash_from_both_sides():
    game = rw.Goal.total().on(rw.library.chicken())
    found = near_nash(game, F(1, 2), game.goal)
    assert found.worst[0] <= found.worst[1] <= found.best[0] <= found.best[1]
    exact = near_nash(rw.Goal.total().on(rw.library.prisoners()), 0, np.full((1,) * 4 + (2, 2), 1.0))
    assert exact.worst == exact.best == pytest.approx((1, 1))


def test_who_has_no_choice_is_near_anything():
    game = rw.Goal.total().on(rw.Game.normal(np.zeros((2, 1, 1))))
    assert len(NearPure(F(0))(game).plays) == 1


def test_too_many_to_list():
    with pytest.raises(TooLarge, match="near-correlated"):
        NearPure(F(1))(rw.Game.normal(np.zeros((2, 150, 150))))


@pytest.mark.parametrize("name", ["near-pure:-1", "near-pure", "near-correlated:x", "near-coarse:1/0", "near-pure:nan"])
def test_names_that_are_none(name):
    with pytest.raises(InputError, match="at least 0 in payoff units"):
        named(name)


@pytest.mark.parametrize("name", ["near-pure:1/3", "near-correlated:0.1", "near-coarse:2"])
def test_names_are_read_back(name):
    assert named(name).name == name
