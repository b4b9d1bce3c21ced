"""The small map of the tragedy, and common reward by degrees. What is learned there is tested by papers/commons/tragedy-2026."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from rulewright.learning.institutions import density_tax
from rulewright.learning.learners import common
from rulewright.learning.many import many
from rulewright.learning.policy import Uniform
from rulewright.learning.worlds.harvest import harvest
from rulewright.learning.worlds.harvest_maps import harvest_map


def test_the_orchard_has_two_diamonds_and_room_for_ten():
    plan, world = harvest_map("orchard"), harvest("orchard", 3, steps=40)
    assert (plan.height, plan.width) == (9, 16) and len(plan.cells("spawn")) == 10
    assert np.bincount(world.patch).tolist() == [13, 13]
    assert world.horizon == 40 and harvest().horizon == 1000


@pytest.fixture(scope="module")
def played():
    """Own, half and common reward, then a tax: one program."""
    land = harvest("orchard", 3, steps=60)
    worlds = [density_tax(theta, 3)(common(land, weight=w)) for w, theta in ((0, 0), (0.5, 0), (1, 0), (0, 2))]
    return many(worlds).rollout(Uniform(), jax.random.key(0), seeds=4)


def test_common_reward_is_the_group_s_by_degrees(played):
    group = played.base.sum(axis=-1, keepdims=True)
    assert (group > 0).all()
    for k, weight in enumerate((0, 0.5, 1)):
        assert jnp.allclose(played.base[k] + played.care[k], (1 - weight) * played.base[k] + weight * group[k])


def test_arms_are_the_same_world_and_a_tax_only_moves_money(played):
    assert (played.base == played.base[0]).all()
    assert (played.transfer[:3] == 0).all() and (played.fund == 0).all()
    assert jnp.abs(played.transfer[3]).max() > 0 and (played.transfer[3].sum(axis=-1) == 0).all()
