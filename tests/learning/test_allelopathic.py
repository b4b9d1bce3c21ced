"""Allelopathic harvest: published constants, ripening by colour, planting beams, sanctions that escalate."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.grid import ZAP
from rulewright.learning.worlds.allelopathic import PLANT, allelopathic
from rulewright.learning.worlds.allelopathic_berries import planted, ripening
from rulewright.learning.worlds.allelopathic_marking import none, sanctioned

STEP = jax.jit(lambda world, key, state, actions: world.step(key, state, actions))
PAIR = allelopathic(("red", "green"), base=0.0)


def test_constants_of_the_published_world():
    world = allelopathic()
    assert (world.map.height, world.map.width, world.map.torus, world.n, world.horizon) == (30, 29, True, 16, 2000)
    assert [len(world.map.cells(c)) for c in ("red", "green", "blue")] == [116] * 3
    assert world.actions[0][8:] == ("plant red", "plant green", "plant blue") and np.bincount(world.likes).tolist() == [
        8,
        8,
    ]


@pytest.mark.parametrize(("share", "chance"), [(116, 0.00058), (348, 0.00174)])
def test_a_monoculture_ripens_three_times_as_fast(share, chance):
    colour = jnp.where(jnp.arange(348) < share, 0, 1)
    got = ripening(colour, jnp.zeros(348, int), 3, 5e-6)
    assert float(got[0]) == pytest.approx(chance) and not ripening(colour, jnp.ones(348, int), 3, 5e-6).any()


def test_the_first_berry_met_is_recoloured_if_it_is_unripe_and_of_another_colour():
    colour, ripe = jnp.array([0, 1, 2, 0]), jnp.array([False, False, False, True])
    paths = jnp.array([[4, 1, 0], [3, 0, 4], [2, 4, 4], [1, 4, 4]])
    new, at = planted(colour, ripe, paths, jnp.array([0, 1, 2, 2]), jnp.array([1, 2, 3, 0]))
    assert new.tolist() == [0, 2, 2, 0] and at.tolist() == [4, 4, 4, 1]


def test_marks_freeze_then_fine_then_lapse():
    marks, seen = none(1), []
    for t in range(120):
        hits = jnp.array([1 if t in (0, 10, 30) else 0])
        marks, fines, out = sanctioned(marks, hits, jnp.ones(1, bool), 25, 50)
        seen.append((int(fines[0]), bool(out[0]), bool(marks.marked[0]), int(marks.frozen[0])))
    assert seen[0] == (0, False, True, 25) and seen[9] == (0, False, True, 16)
    assert seen[10] == (1, True, False, 0) and seen[30] == (0, False, True, 25)
    assert [s[2] for s in seen[30:]].index(False) == 49 and sum(s[0] for s in seen) == 1
    twice, fines, out = sanctioned(none(1), jnp.array([2]), jnp.ones(1, bool), 25, 50)
    assert int(fines[0]) == 1 and bool(out[0]) and not twice.marked[0]


def test_a_favourite_berry_pays_two_and_another_one():
    for likes, pay in ((0, 2.0), (1, 1.0)):
        state = PAIR.reset(jax.random.key(0))
        berry, width = int(PAIR.map.cells("red")[5]), PAIR.map.width
        k = int(np.searchsorted(PAIR.map.cells("red", "green", "blue"), berry))
        below = (berry + width) % PAIR.map.size
        bodies = replace(
            state.bodies, cell=jnp.array([below, (below + 9 * width) % PAIR.map.size]), heading=jnp.array([0, 0])
        )
        state = replace(state, bodies=bodies, ripe=state.ripe.at[k].set(True))
        world = replace(PAIR, likes=jnp.array([likes, 1]))
        turn = STEP(world, jax.random.key(0), state, jnp.array([1, 0]))
        assert turn.base.tolist() == [pay, 0.0] and turn.events.code("meal").tolist() == [1, 0]
        assert not turn.state.ripe[k] and int(turn.state.wait[k]) == PAIR.least - 1


def test_who_is_frozen_may_plant_but_neither_move_nor_zap():
    state = PAIR.reset(jax.random.key(0))
    state = replace(state, marks=replace(state.marks, frozen=jnp.array([5, 0]), marked=jnp.array([True, False])))
    for action in (1, ZAP, PLANT):
        turn = STEP(PAIR, jax.random.key(0), state, jnp.array([action, 0]))
        assert int(turn.state.bodies.cell[0]) == int(state.bodies.cell[0])
        assert bool(turn.state.planter[0]) == (action == PLANT) and not turn.events.code("zap").any()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: allelopathic(("violet",)), "red, green, blue"),
        (lambda: allelopathic(each=300), "leave room"),
        (lambda: allelopathic(("red",) * 97), "spawn point"),
        (lambda: allelopathic(freeze=-1), "no negative number"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(make, said):
    with pytest.raises(rw.InputError, match=said):
        make()
