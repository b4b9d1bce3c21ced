"""The fishery: what is promised about stocks, shares and collapse, and a tax on the catch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.fishery import Fishery, FisheryState, pasture, pollution, sustainable


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
    with pytest.raises(rw.InputError, match=r"“catch”.*'meal of agent 0'"):
        rw.Contract("agent 0", on="meal of agent 0", rate=-1)(Fishery())


@pytest.mark.parametrize("lottery", [False, True])
def test_where_there_is_not_enough_all_share_what_there_is(lottery):
    world = Fishery(lottery=lottery)
    state = FisheryState(jnp.int32(30), jnp.int32(0))
    wanted = jnp.array([20, 20, 10, 10, 0])
    step = jax.jit(jax.vmap(lambda key: world.step(key, state, wanted)))
    shares = np.asarray(step(jax.random.split(jax.random.key(0), 4_000)).base)
    assert (shares <= np.asarray(wanted)).all() and (shares.sum(axis=1) == 30).all()
    fair = np.array([10, 10, 5, 5, 0])
    if lottery:  # hypergeometric: variance of the first share 30·(1/3)·(2/3)·30/59
        assert abs(shares.mean(axis=0) - fair).max() < 4 * np.sqrt(30 * 2 / 9 * 30 / 59 / 4_000)
        assert shares[:, 0].var() == pytest.approx(30 * 2 / 9 * 30 / 59, rel=0.1)
    else:
        assert (shares == fair).all()


def test_growth_is_swept_in_one_call_and_the_sustainable_catch_is_govsims():
    months = [rollout(world, Fixed(jnp.full(5, 10)), jax.random.key(0)) for world in (pasture(), pollution())]
    assert all(m.base.sum() == 600 for m in months)
    assert pasture().signal("grazed of agent 1").outcomes[20] == "20" and pollution().signal("clean water")
    growth = jnp.array([1.0, 1.5, 2.0])
    worlds = Fishery(growth=growth)
    axes = jax.tree.map(lambda leaf: 0 if leaf is growth else None, worlds)
    fixed, key = Fixed(jnp.full(5, 10)), jax.random.key(0)
    left = jax.vmap(lambda w: rollout(w, fixed, key, steps=1).state.stock, (axes,))(worlds)
    assert left.tolist() == [[50], [75], [100]]
    assert sustainable(100) == 10 and sustainable(99) == 9


def test_a_fishery_without_players_is_refused():
    with pytest.raises(rw.InputError, match="at least one player"):
        Fishery(count=0)
