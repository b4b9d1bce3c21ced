"""The emergency merge: limits, costs, crashes, and what a contract can read."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.merge import Merge, MergeState

KEY = jax.random.key(0)
WORLD = Merge(cars=2)
KEEP, BRAKE, GO = 0, 1, 2


def at(place, speed):
    return MergeState(jnp.array(place, jnp.float32), jnp.array(speed, jnp.float32), jnp.int32(0))


def test_speeds_have_limits_and_time_has_its_price():
    state = WORLD.reset(KEY)
    assert state.place.tolist() == [-10, -1, -2]
    for _ in range(5):
        turn = WORLD.step(KEY, state, jnp.full(3, GO))
        state = turn.state
    np.testing.assert_allclose(state.speed, [0.5, 0.25, 0.25], rtol=1e-5)
    assert turn.base.tolist() == [-100, -1, -1] and not turn.done
    home = WORLD.step(KEY, at([10, 3, 2], [0, 0, 0]), jnp.full(3, KEEP))
    assert home.base.tolist() == [0, -1, -1]
    over = WORLD.step(KEY, at([10, 9.9, 10], [0, 0.2, 0]), jnp.full(3, KEEP))
    assert over.terminated and over.base.tolist() == [0, -1, 0] and int(over.events.code("crash")) == 0


def test_a_crash_is_where_somebody_is_caught_up_with_in_one_lane():
    crash = WORLD.step(KEY, at([0.5, 1.0, -5], [1, 0, 0]), jnp.full(3, KEEP))
    assert crash.terminated and crash.base.tolist() == [-10_100, -10_001, -10_001]
    beside = WORLD.step(KEY, at([-3, -2.5, -5], [1, 0, 0]), jnp.full(3, KEEP))
    assert not beside.terminated  # two lanes before the merge
    behind = WORLD.step(KEY, at([-9, 1.0, 0.9], [0, 0, 0.2]), jnp.full(3, KEEP))
    assert behind.terminated
    # a car may stay behind the ambulance that passes it before the merge
    passed = WORLD.step(KEY, at([-0.5, -0.2, -5], [1, 0, 0]), jnp.full(3, KEEP))
    assert not passed.terminated


def test_a_contract_pays_by_the_distance_to_those_behind():
    world = (
        rw.Contract("car 0", on="room of ambulance on car 0", rate=5)
        >> rw.Contract("ambulance", on="room of ambulance on car 0", rate=-5)
        >> rw.Contract("car 1", on="wait of ambulance on car 1", rate=-2)
    )(WORLD)
    turn = world.step(KEY, at([-0.5, -3.0, 2.9], [1, 0, 0]), jnp.full(3, KEEP))
    assert turn.transfer.tolist() == [-15, 15, -4] and float(turn.fund) == 4
    assert turn.events.code("merged").tolist() == [1, 0, 0]
    after = world.step(KEY, at([0.5, -3.0, 4.9], [1, 0, 0]), jnp.full(3, KEEP))
    assert not after.transfer.any()  # it merges once


def test_it_ends_and_bad_numbers_are_refused():
    played = rollout(WORLD, Uniform(), KEY, batch=4)
    assert (played.episodes >= 1).all()
    idle = rollout(WORLD, Fixed(jnp.zeros(3)), KEY)
    assert idle.base.tolist() == [[-20_000, -200, -200]]
    with pytest.raises(rw.InputError, match="1 to 20 cars"):
        Merge(cars=0)
