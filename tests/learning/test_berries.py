"""Berries: poison that works late and not before, marks that show at once, who pays for a zap, and the six measures."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.grid import ZAP
from rulewright.learning.policy import Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.berries import COLOURS, OTHER, berries
from rulewright.learning.worlds.berries_measures import measures
from rulewright.learning.worlds.berries_poison import after, well
from rulewright.learning.worlds.fishery import Fishery

STEP = jax.jit(lambda world, key, state, actions: world.step(key, state, actions))
DUO = {"players": 2, "regrowth": 0.0}


def test_poison_works_after_the_delay_for_its_duration_and_the_mark_at_once():
    health, ill, marked = well(1), [], []
    for t in range(12):
        first = jnp.array([t == 0])
        health = after(health, first, first, jnp.zeros(1, bool), 3, 4, 2)
        ill.append(bool(health.ill[0]))
        marked.append(bool(health.mark[0]))
    assert np.flatnonzero(ill).tolist() == [3, 4, 5, 6] and np.flatnonzero(marked).tolist() == [0, 1]


def at_berry(world, name, k=0):
    """A state in which player 0 is south of a lone berry of that colour and looks at it; player 1 is far away."""
    plan, state = world.map, world.reset(jax.random.key(0))
    for cell in plan.cells(name)[k:]:
        below = int(cell) + plan.width
        if not plan.walls[below]:
            break
    ripe = jnp.asarray(plan.cells(*COLOURS) == cell)
    far = next(c for c in plan.cells("spawn") if abs(c // plan.width - below // plan.width) > 4)
    bodies = replace(state.bodies, cell=jnp.array([below, far]), heading=jnp.array([0, 0]))
    return replace(state, bodies=bodies, ripe=ripe)


@pytest.mark.parametrize(
    ("rule", "marks"),
    [("none", ()), ("important", ("red",)), ("silly", ("red", "yellow"))],
    ids=["none", "imp", "silly"],
)
def test_which_colours_mark(rule, marks):
    world = berries(rule, **DUO)
    for name in COLOURS:
        turn = STEP(world, jax.random.key(0), at_berry(world, name), jnp.array([1, 0]))
        assert turn.base.tolist() == [1.0, 0.0]
        assert bool(turn.state.health.mark[0]) == bool(turn.events.code("taboo")[0]) == (name in marks)
        assert bool(turn.state.health.due[0]) == (name == "red")


def test_the_poisoned_get_a_quarter_and_do_not_see_why():
    world = berries("none", **DUO)
    state = at_berry(world, "blue")
    sick = replace(state, health=replace(state.health, ill=jnp.array([5, 0])))
    assert STEP(world, jax.random.key(0), sick, jnp.array([1, 0])).base.tolist() == [0.25, 0.0]
    one, other = jax.jit(world.observe)(sick), jax.jit(world.observe)(state)
    assert (one.view == other.view).all() and (one.numbers == other.numbers).all()


@pytest.mark.parametrize("marked", [False, True])
def test_a_zap_costs_a_little_hurts_more_and_pays_at_the_marked(marked):
    world = berries("important", **DUO)
    state = at_berry(world, "blue")
    cell = state.bodies.cell
    near = cell.at[1].set(cell[0] - world.map.width)
    health = replace(state.health, mark=jnp.array([0, 9 * marked]))
    state = replace(state, bodies=replace(state.bodies, cell=near), health=health, ripe=jnp.zeros_like(state.ripe))
    turn = STEP(world, jax.random.key(0), state, jnp.array([ZAP, 0]))
    assert turn.base.tolist() == pytest.approx([-0.3 + 1.2 * marked, -4.0])
    assert int(turn.events.code("hit")[0, 1]) == 1 + marked and not turn.state.health.mark[1]
    seen = jax.jit(world.observe)(state).view[0]
    assert int(seen[8, 5]) == OTHER + 4 * marked


def test_the_six_measures_are_counts_of_what_happened():
    world = berries("silly", delay=5)
    played = rollout(world, Uniform(), jax.random.key(0), batch=4, steps=200)
    found = measures(world, played)
    hits = np.asarray(played.counts[3])[..., 1:].sum(axis=(1, 2))
    assert (found.misdirected + found.punished == hits.sum(axis=1)).all() and found.punished.sum() > 0
    meals = np.asarray(played.counts[1]).sum(axis=1)
    assert (found.taboo == meals[:, 1] + meals[:, 2]).all() and found.taboo.min() > 0
    assert ((found.marked > 0) & (found.marked < 1) & (found.poisoned > 0) & (found.poisoned < 1)).all()
    np.testing.assert_allclose(found.collective, np.asarray(played.base).sum(axis=1))
    with pytest.raises(rw.InputError, match="world of berries"):
        measures(Fishery(), played)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rule": "strange"}, "none, important, silly"),
        ({"side": 5}, "at most"),
        ({"players": 33}, "spawn point"),
        ({"weakened": 2.0}, "between 0 and 1"),
        ({"delay": -1}, "negative"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(wrong, said):
    with pytest.raises(rw.InputError, match=said):
        berries(**wrong)
