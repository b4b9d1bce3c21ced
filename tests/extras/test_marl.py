"""Worlds out: the tests of conformance of the packages themselves, and what ours add to them."""

import warnings

import gymnasium
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test
from pettingzoo.utils.conversions import parallel_to_aec

import rulewright as rw
from rulewright.extras.marl import to_gymnasium, to_jaxmarl, to_pettingzoo
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.worlds.fishery import Fishery

WORLD = Fishery(count=3, capacity=30, months=6)
TAX = rw.Contract("agent 0", on="catch of agent 0", rate=-0.5)
UNBOUNDED = [  # numbers are of order one but without bounds, as stocks and balances are; a false bound would be worse
    "Agent's minimum observation space value is -infinity. This is probably too low.",
    "Agent's maximum observation space value is infinity. This is probably too high",
    ".*A Box observation space minimum value is -infinity. This is probably too low.*",
    ".*A Box observation space maximum value is infinity. This is probably too high.*",
]


@pytest.fixture
def without_bounds():
    with warnings.catch_warnings():
        for message in UNBOUNDED:
            warnings.filterwarnings("ignore", message)
        yield


@pytest.mark.parametrize("world", [WORLD, TAX(WORLD)], ids=["free", "taxed"])
@pytest.mark.parametrize("options", [{}, {"observations": "dict", "mask": "observations"}], ids=["flat", "dict"])
def test_pettingzoo_takes_it(world, options):
    parallel_api_test(to_pettingzoo(world, seed=1, **options), num_cycles=30)
    parallel_seed_test(lambda: to_pettingzoo(world, seed=1, **options), num_cycles=30)


def test_pettingzoo_takes_it_turn_by_turn(without_bounds):
    api_test(parallel_to_aec(to_pettingzoo(TAX(WORLD), seed=1, render=True)), num_cycles=40)


def test_what_is_paid_is_told_apart():
    env = to_pettingzoo(TAX(WORLD), seed=1)
    env.reset()
    _, rewards, ended, cut, infos = env.step({"agent_0": 4, "agent_1": 2, "agent_2": 0})
    assert rewards == {"agent_0": 2.0, "agent_1": 2.0, "agent_2": 0.0}
    mine = infos["agent_0"]
    assert (mine["base"], mine["transfer"], mine["care"], mine["fund"]) == (4.0, -2.0, 0.0, 2.0)
    assert mine["events"] == ("action of agent 0: 4", "catch of agent 0: 4", "stock: 30")
    assert not any(ended.values()) and not any(cut.values())
    assert env.state().tolist() == [30.0, 1.0] and env.state() in env.state_space


def test_the_end_is_told_by_its_cause():
    env = to_pettingzoo(WORLD)
    env.reset()
    *_, ended, cut, _ = env.step(dict.fromkeys(env.agents, 10))
    assert all(ended.values()) and not any(cut.values()) and env.agents == []
    env.reset()
    for _ in range(6):
        *_, ended, cut, _ = env.step(dict.fromkeys(env.agents, 0))
    assert all(cut.values()) and not any(ended.values())


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ({"agent_0": 1}, "an action of each of agent_0, agent_1, agent_2"),
        ({"agent_0": 99, "agent_1": 0, "agent_2": 0}, "whole number from 0 to 20, found 99"),
    ],
)
def test_wrong_actions_are_told(actions, message):
    env = to_pettingzoo(WORLD)
    with pytest.raises(rw.InputError, match="Call reset"):
        env.step(actions)
    env.reset()
    with pytest.raises(rw.InputError, match=message):
        env.step(actions)


def test_gymnasium_takes_it(without_bounds):
    check_env(to_gymnasium(TAX(WORLD), "agent 0", Uniform(), seed=3), skip_render_check=True)


def test_the_others_do_what_their_policy_says():
    env = to_gymnasium(WORLD, 1, Fixed(jnp.array([3, 9, 5])))
    env.reset()
    assert isinstance(env.action_space, gymnasium.spaces.Discrete)
    _, reward, *_, info = env.step(2)
    assert reward == 2.0 and np.isclose(env._host.look.numbers[0, 0], 2 * (30 - 10) / 30 if 40 < 30 else 1.0)
    assert info["events"] == ("action of agent 1: 2", "catch of agent 1: 2", "stock: 30")
    with pytest.raises(rw.InputError, match="a policy"):
        to_gymnasium(WORLD, 1, "greedy")


# ── the functional signature ────────────────────────────────────────────────────────────────────────────────────────


def test_the_functional_signature_scans_and_batches():
    env, batch, steps = to_jaxmarl(TAX(WORLD), events=True), 4, 13
    assert env.agents == ["agent_0", "agent_1", "agent_2"] and env.num_agents == 3 and env.name == "Paid"
    key = jax.random.key(0)
    assert env.action_space("agent_0").n == 21 and 0 <= env.action_space("agent_0").sample(key) < 21
    assert env.observation_space("agent_0").shape == (2,)

    def one(carry, key):
        state, lengths = carry
        act, move = jax.random.split(key)
        keys = jax.random.split(act, (batch, 3))
        actions = {a: jax.vmap(lambda k: jax.random.randint(k, (), 0, 3))(keys[:, i]) for i, a in enumerate(env.agents)}
        obs, state, reward, done, info = jax.vmap(env.step)(jax.random.split(move, batch), state, actions)
        return (state, lengths), (obs, reward, done, info, state.step)

    obs, state = jax.vmap(env.reset)(jax.random.split(key, batch))
    assert obs["agent_0"].shape == (batch, 2)
    _, (obs, reward, done, info, at) = jax.jit(lambda c, k: jax.lax.scan(one, c, k))(
        (state, 0), jax.random.split(key, steps)
    )
    assert set(done) == {*env.agents, "__all__"} and done["__all__"].shape == (steps, batch)
    assert done["__all__"].all(axis=1).nonzero()[0].tolist() == [5, 11]  # six months, and anew
    assert (at[5] == 0).all() and (obs["agent_1"][5, :, 1] == 0).all()  # the first month of the next year is seen
    np.testing.assert_allclose(info["transfer"][..., 0], -0.5 * info["base"][..., 0])
    np.testing.assert_allclose(reward["agent_0"], 0.5 * info["base"][..., 0])
    np.testing.assert_array_equal(info["events"]["catch"], info["base"])


def test_steps_of_the_functional_signature_end_or_go_on():
    env = to_jaxmarl(WORLD)
    key = jax.random.key(0)
    _, first = env.reset(key)
    greedy = {agent: jnp.int32(10) for agent in env.agents}
    _, after, reward, done, info = env.step_env(key, first, greedy)
    assert bool(after.done) and after.world.stock == 0 and float(reward["agent_2"]) == 10 and "events" not in info
    _, chosen, *_ = env.step_env(key, first, {agent: jnp.int32(1) for agent in env.agents})
    _, anew, *_ = env.step(key, first, greedy, chosen)
    assert int(anew.world.month) == 1 and bool(done["__all__"])
    assert env.get_avail_actions(first)["agent_0"].shape == (21,)
    assert env.get_obs(first)["agent_0"].tolist() == [1.0, 0.0]
