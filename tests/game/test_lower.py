"""Conversions: cores keep payoffs, normal forms keep values, plans come back as behaviour."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.game.lower import core, lifted, normal, over_plans, plans, unplanned
from rulewright.game.play import Play
from rulewright.game.sample import sample
from rulewright.numerics.rational import exact, floats


def mixture(generator, rows, columns):
    weights = exact(generator.integers(1, 5, (rows, columns)))
    return weights / weights.sum(axis=1, keepdims=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_core_keeps_interim_payoffs(seed):
    """A player with types but no choice is averaged out; the others' values stay."""
    base = sample((1, 2, 3), types=(2, 2, 1), seed=seed)
    generator = np.random.default_rng(seed)
    inner = core(base)
    assert inner.players == base.players[1:]
    strategies = [mixture(generator, t, a) for t, a in zip(inner.type_counts, inner.action_counts, strict=True)]
    play, here = lifted(base, strategies), Play.of(inner, strategies)
    assert list(play.values[1:]) == list(here.values)
    assert list(play.regrets[1:]) == list(here.regrets)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_normal_form_values_are_expectations_over_types(seed):
    base = sample((2, 2), types=(2, 3), seed=seed)
    form = normal(base)
    assert form.action_counts == (4, 8)
    generator = np.random.default_rng(seed)
    mixtures = [mixture(generator, 1, count)[0] for count in form.action_counts]
    as_plans = Play.of(form, [m[None] for m in mixtures])
    as_behaviour = Play.of(base, [unplanned(base, i, m) for i, m in enumerate(mixtures)])
    assert list(as_plans.values) == list(as_behaviour.values)


def test_over_plans_of_a_constant_is_that_constant():
    base = sample((2, 3), types=(3, 2), seed=1).floats
    assert np.allclose(over_plans(base, np.ones(base.payoff.shape[1:])), 1)
    assert plans(base, 0).shape == (8, 3)


def test_a_game_without_types_is_its_own_normal_form():
    base = sample((2, 3), seed=3)
    assert normal(base) is base
    assert floats(core(base).payoff).shape == base.payoff.shape
