"""The fishery: what is promised about stocks, shares and collapse, and a tax on the catch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.fishery import Fishery


def test_the_sustainable_catch_lasts_all_year_and_one_ton_more_does_not():
    restrained = rollout(Fishery(), Fixed(jnp.full(5, 10)), jax.random.key(0))
    assert restrained.base.tolist() == [[120.0] * 5] and restrained.episodes.tolist() == [1]
    greedy = rollout(Fishery(), Fixed(jnp.full(5, 20)), jax.random.key(0), steps=1)
    assert greedy.base.tolist() == [[20.0] * 5] and greedy.episodes.tolist() == [1]


def test_a_tax_moves_money_and_nothing_else():
    world, tax = Fishery(), rw.Contract("agent 0", on="catch of agent 0", rate=-0.5)
    free, taxed = (rollout(w, Uniform(), jax.random.key(1), batch=4) for w in (world, tax(world)))
    assert (free.base == taxed.base).all()
    np.testing.assert_allclose(taxed.transfer[:, 0], -0.5 * taxed.base[:, 0])
    assert (taxed.transfer.sum(axis=1) + taxed.fund == 0).all()


def test_an_event_that_the_world_does_not_emit_is_named():
    with pytest.raises(rw.InputError, match="“catch”.*'meal of agent 0'"):
        rw.Contract("agent 0", on="meal of agent 0", rate=-1)(Fishery())
