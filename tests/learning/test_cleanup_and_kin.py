"""What every grid world of this kind promises: codes within their ranges, nobody on another, the same seed gives the same bytes."""

import jax
import numpy as np
import pytest

from rulewright.learning.worlds.allelopathic import allelopathic
from rulewright.learning.worlds.altared import altared
from rulewright.learning.worlds.altared_berries import altared_berries
from rulewright.learning.worlds.berries import berries
from rulewright.learning.worlds.cleanup import clean_up

WORLDS = {
    "clean-up": lambda: clean_up(most=0.5, depletion=0.9),
    "allelopathic": lambda: allelopathic(("red", "green", "blue") * 3, base=1e-3),
    "berries": lambda: berries("silly", delay=5, duration=7),
    "altared": lambda: altared(least=10, enough=11),
    "altared berries": lambda: altared_berries("stale", period=10.0),
}
STEPS = 60


@pytest.mark.parametrize("name", WORLDS)
def test_laws_of_a_grid_world(name):
    world = WORLDS[name]()
    n = world.n

    def play(key):
        def one(state, key):
            a, b = jax.random.split(key)
            actions = jax.random.randint(a, (n,), 0, world.action_counts[0])
            turn = world.step(b, state, actions)
            bodies = getattr(turn.state, "inner", turn.state).bodies
            kept = (world.observe(state), turn.base, turn.transfer, turn.fund, turn.events.codes, bodies.cell)
            return turn.state, kept

        first, loop = jax.random.split(key)
        return jax.lax.scan(one, world.reset(first), jax.random.split(loop, STEPS))[1]

    play = jax.jit(play)
    found = play(jax.random.key(4))
    again = play(jax.random.key(4))
    assert all((a == b).all() for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(again), strict=True))
    seen, base, transfer, fund, codes, cells = jax.tree.map(np.asarray, found)
    assert seen.view.dtype == np.int8 and seen.view.shape == (STEPS, n, 11, 11)
    assert seen.view.min() >= 0 and seen.view.max() < world.view_codes
    assert seen.numbers.shape[2] == len(world.number_names) and np.abs(seen.numbers).max() <= 1
    assert np.isfinite(base).all() and not transfer.any() and not fund.any()
    shapes = {"player": (n,), "pair": (n, n), "world": ()}
    for kind, code in zip(world.kinds, codes, strict=True):
        assert code.shape == (STEPS, *shapes[kind.among]) and code.min() >= 0 and code.max() < len(kind.outcomes), kind
    size = getattr(world, "inner", world).map.size
    for row in cells:
        inside = row[row < size]
        assert len(set(inside)) == len(inside)
