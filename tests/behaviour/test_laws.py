"""Laws of behaviours on random games, and inclusions between them; every residual is re-evaluated."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour import named
from rulewright.errors import InputError
from rulewright.game.sample import sample
from rulewright.testing import behaviour_laws
from rulewright.welfare.goals import Goal

NAMES = ("pure", "nash", "correlated", "coarse", "dominance", "logit:2", "level:2", "regret-matching")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), types=st.sampled_from([None, (2, 1)]))
def test_every_behaviour_keeps_the_laws(name, seed, types):
    behaviour_laws(named(name), Goal.total().on(sample((2, 3), types=types, seed=seed)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (4, 2)]), st.integers(1, 9))
def test_pure_within_nash_within_correlated_within_coarse(seed, actions, span):
    """Small integer payoffs make most of these games degenerate."""
    game = Goal.total().on(sample(actions, seed=seed, span=span))
    spans = [named(name)(game).span(game.goal) for name in ("pure", "nash", "correlated", "coarse")]
    spans = spans if spans[0].count else spans[1:]
    for inner, outer in itertools.pairwise(spans):
        assert outer.worst <= inner.worst + 1e-6
        assert inner.best <= outer.best + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (3, 4)]))
def test_generic_games_have_an_odd_number_of_equilibria(seed, actions):
    """Wilson 1971 (SIAM J. Appl. Math. 21); payoffs from a million values are generic for all purposes."""
    game = Goal.total().on(sample(actions, seed=seed, span=10**6))
    prediction = named("nash")(game)
    assert len(prediction.plays) % 2 == 1
    assert prediction.residual <= 1e-7 * 2 * 10**6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_pure_bayesian_equilibria_are_those_found_by_hand(seed):
    """Every pure plan profile tried with `Play.regret`, which is exact."""
    from itertools import product

    from rulewright.game.play import Play

    game = sample((2, 2), types=(2, 1), seed=seed, span=3).with_goal(np.zeros((2, 1, 2, 2), dtype=int))
    by_hand = sum(
        Play.pure(game, [0, list(first), second]).regret <= 0
        for first, second in product(product((0, 1), repeat=2), (0, 1))
    )
    assert named("pure")(game).span(game.goal).count == by_hand


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nesh", "Did you mean 'nash'"),
        ("logit", "a number of at least 0"),
        ("logit:-1", "at least 0"),
        ("logit:nan", "at least 0"),
        ("level:1.5", "a whole number"),
        ("pure:3", "no argument"),
        ("", "one of"),
    ],
)
def test_names_that_are_none(name, says):
    with pytest.raises(InputError) as caught:
        named(name)
    assert says in str(caught.value)
