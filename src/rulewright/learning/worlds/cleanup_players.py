"""Scripted players of clean-up, who know the map and the state: who cleans, who eats, and who does what is needed.

A cleaner turns and walks until its beam would meet dirt, and fires when it can; an eater walks to the nearest apple by the
shortest way, and waits where it is when there is none. One step in ten strays, so that they do not block each other for ever.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..grid.spawn import unit
from ..grid.ways import directions, distances, step_towards
from ..policy import Policy
from ..world import Seen, World, draws, pytree
from .cleanup import CLEAN, CleanUp, CleanUpState, sweeps

TURN_LEFT, TURN_RIGHT = 5, 6


@pytree
class Split(Policy):
    """The first `cleaners` players clean, all the others eat; from a share of dirt `from_` on only, the others eat as well.

    `Split(0)`: everybody eats. `Split(2)`: two clean for ever. `Split(7, 0.05)`: all clean when it is dirty, else eat.
    """

    cleaners: jax.Array | int
    from_: jax.Array | float = 0.0
    """Share of the river at or above which cleaners clean."""
    stray: jax.Array | float = 0.1
    """Chance of a move in any direction instead."""

    def act(self, key: jax.Array, world: World, state: CleanUpState, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del seen
        if not isinstance(world, CleanUp):
            raise InputError(where="policy Split", needed="a world of clean-up", found=type(world).__name__)
        cleans = (jnp.arange(world.n) < self.cleaners) & (state.dirty.mean() >= self.from_) & state.dirty.any()
        wanted = jnp.where(cleans, to_clean(world, state), to_eat(world, state))
        bits = draws.bits(key, (2, world.n))
        return jnp.where(unit(bits[0]) < self.stray, 1 + (bits[1] & 3).astype(jnp.int32), wanted), memory


def to_eat(world: CleanUp, state: CleanUpState) -> jax.Array:
    """int32 [player]: a step towards the nearest apple."""
    return _towards(world, state, ("tree",), state.apples)


def to_clean(world: CleanUp, state: CleanUpState) -> jax.Array:
    """int32 [player]: fire where it cleans, else turn to where it would, else walk to the nearest dirt."""
    rays = jnp.asarray(sweeps(world.map, world.clean))[:, state.bodies.cell]
    found = jnp.append(state.dirty, False)[rays].any(-1).sum(-1)  # [heading, player], how many rays meet dirt
    ahead = jnp.take_along_axis(found, state.bodies.heading[None], axis=0)[0]
    best = found.argmax(axis=0)
    turn = jnp.where(((best - state.bodies.heading) & 3) == 3, TURN_LEFT, TURN_RIGHT)
    fire = jnp.where(state.cleaner == 0, CLEAN, 0)
    walk = _towards(world, state, ("river", "soiled"), state.dirty)
    return jnp.where(ahead > 0, fire, jnp.where(found.max(axis=0) > 0, turn, walk)).astype(jnp.int32)


def _towards(world: CleanUp, state: CleanUpState, words: tuple[str, ...], wanted: jax.Array) -> jax.Array:
    targets = tuple(world.map.cells(*words).tolist())
    away = jnp.asarray(distances(world.map, targets))[state.bodies.cell]
    nearest = jnp.where(wanted, away, jnp.iinfo(away.dtype).max).argmin(axis=1)
    way = jnp.asarray(directions(world.map, targets))[state.bodies.cell, nearest].astype(jnp.int32)
    return jnp.where(wanted.any(), step_towards(way, state.bodies.heading), 0)
