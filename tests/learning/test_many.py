"""Many worlds in one call: each is what it would be alone; what is shared is kept once; what differs is named."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.many import bytes_of, many
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.fishery import Fishery

KEY = jax.random.key(5)
POND = Fishery(count=2, most=2, capacity=9, least=1, months=4)


def tax(rate):
    return rw.Contract("agent 0", on="catch of agent 0", rate=-rate) >> rw.Contract("agent 1", on="stock", rate=0.5)


WORLDS = [tax(rate)(POND) for rate in (0, 0.5, 2)]


def test_each_world_is_what_it_would_be_alone():
    played = many(WORLDS).rollout(Uniform(), KEY, seeds=3)
    assert played.base.shape == (3, 3, 2)
    alone = rollout(WORLDS[2], Uniform(), KEY, batch=3)
    for one, other in zip(jax.tree.leaves(played), jax.tree.leaves(alone), strict=True):
        np.testing.assert_allclose(one[2], other, rtol=1e-6)
    assert (played.base[0] == played.base[1]).all() and (played.transfer[0, :, 0] == 0).all()
    np.testing.assert_allclose(played.transfer[2, :, 0], -2 * played.base[2, :, 0])


def test_what_is_shared_is_kept_once_and_chunks_give_the_same():
    group = many(WORLDS)
    assert len(group.leaves) == sum(1 for _ in jax.tree.leaves(WORLDS[0])) and sum(group.stacked) == 1
    assert many([WORLDS[0], WORLDS[0]]).stacked_bytes == 0
    whole = group.rollout(Uniform(), KEY, seeds=3)
    one = bytes_of(POND, Uniform()) * 3
    part = group.rollout(Uniform(), KEY, seeds=3, memory=2.9 * one)
    for one, other in zip(jax.tree.leaves(whole), jax.tree.leaves(part), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_policies_may_differ_as_well():
    policies = [Fixed(jnp.array([k, 0])) for k in range(3)]
    played = many(WORLDS).rollout(policies, KEY, steps=1)
    assert played.base[:, 0, 0].tolist() == [0.0, 1.0, 2.0]


def test_what_differs_and_what_does_not_fit_is_told():
    with pytest.raises(rw.InputError, match=r"world 1: .*world\.inner\.months: 4 and 5"):
        many([WORLDS[0], tax(1)(Fishery(count=2, most=2, capacity=9, least=1, months=5))])
    with pytest.raises(rw.InputError, match=r"world\.amounts\[0\]: shape \(1, 3, 2\) float32 and \(2, 3, 2\)"):
        many([WORLDS[0], (tax(1) >> rw.Contract("agent 0", on="catch of agent 1", rate=1))(POND)])
    with pytest.raises(rw.InputError, match="world: Paid and Fishery"):
        many([WORLDS[0], POND])
    with pytest.raises(rw.TooLarge, match=r"found 2e-05 GB. seeds=\d+ would fit"):
        many(WORLDS).rollout(Uniform(), KEY, seeds=1000, memory=20_000)
    with pytest.raises(rw.InputError, match="one policy, or one for each of 3 worlds"):
        many(WORLDS).rollout([Uniform()] * 2, KEY)
    with pytest.raises(rw.InputError, match="at least one world"):
        many([])
