"""The stock with effort: the world comes to what paper says, and efforts that are best on paper are best in the world."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.policy import Fixed
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.stock import Stock, joint, largest_catch, nash, open_access, steady

# b = .25 and r/q = 64: efforts of 12 each at Nash and 8 each together, whole levels both
WORLD = Stock(growth=0.64, capacity=100.0, catchability=0.01, price=1.0, cost=0.25, levels=48, count=3, steps=400)


@jax.jit
def earned(efforts):
    """[batch, player]: pay per step long after the start, for a batch of constant efforts."""

    def one(actions):
        def go(state, _):
            turn = WORLD.step(jax.random.key(0), state, actions)
            return turn.state, turn.base

        state, _ = jax.lax.scan(go, WORLD.reset(jax.random.key(0)), None, length=300)
        return WORLD.step(jax.random.key(0), state, actions).base

    return jax.vmap(one)(efforts)


def test_paper_and_world_agree_at_rest():
    assert nash(WORLD).effort == pytest.approx(36) and joint(WORLD).effort == pytest.approx(24)
    assert largest_catch(WORLD).catch == pytest.approx(0.64 * 100 / 4) and largest_catch(WORLD).stock == 50
    assert open_access(WORLD).stock == pytest.approx(25) and open_access(WORLD).rent == pytest.approx(0, abs=1e-12)
    for total in (8, 12, 16):
        found = earned(jnp.full((1, 3), total)).sum()
        assert float(found) == pytest.approx(steady(WORLD, 3 * total).rent, rel=1e-4, abs=1e-5)


def test_nash_and_the_joint_optimum_are_so_in_the_world():
    mine = jnp.arange(49)
    replies = earned(jnp.stack([mine, jnp.full(49, 12), jnp.full(49, 12)], axis=1))[:, 0]
    assert int(replies.argmax()) == 12
    together = earned(jnp.repeat(jnp.arange(1, 21)[:, None], 3, axis=1)).sum(axis=1)
    assert int(together.argmax()) + 1 == 8
    assert nash(WORLD, 10_000).rent < 0.001 * joint(WORLD).rent  # many players: open access


def test_several_stocks_are_independent_and_rules_read_effort():
    world = Stock(patches=5, levels=2, count=2, steps=1, catchability=0.1)
    turn = world.step(jax.random.key(0), world.reset(jax.random.key(0)), jnp.array([2, 9]))
    np.testing.assert_allclose(turn.state.stock, [62.5 - 10, 62.5, 62.5, 62.5, 62.5 - 5])
    assert world.actions[0][2] == "2 at patch 0" and world.actions[1][9] == "1 at patch 4"
    assert turn.events.code("effort").tolist() == [2, 1]
    taxed = rollout(
        rw.Contract("agent 0", on="effort of agent 0", rate=-3)(world), Fixed(jnp.array([2, 9])), jax.random.key(0)
    )
    assert taxed.transfer.tolist() == [[-6, 0]] and taxed.fund.tolist() == [6]


def test_nobody_catches_more_than_there_is():
    world = Stock(catchability=1.0, levels=5, count=3, cost=0.0)
    turn = world.step(jax.random.key(0), world.reset(jax.random.key(0)), jnp.array([5, 5, 0]))
    assert turn.base.tolist() == [25.0, 25.0, 0.0]
    with pytest.raises(rw.InputError, match="at least one player"):
        Stock(count=0)
