"""The shortest way to places of a map, walls considered and players not: for scripted players, who know the map.

A player moves in any of four directions without turning, so that distances are those of breadth-first search.
"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from .map import Map, steps

FAR = 10_000


@cache
def distances(world: Map, targets: tuple[int, ...]) -> np.ndarray:
    """int16 [cell + 1, target]: moves to each of these cells, FAR where there is no way."""
    found = np.full((world.size + 1, len(targets)), FAR, np.int16)
    found[list(targets), np.arange(len(targets))] = 0
    onward = steps(world)  # moves can be undone: from a cell to a target is as far as back
    for moves in range(1, world.size):
        reached = np.zeros(found.shape, bool)
        for to in onward:
            reached |= found[to] == moves - 1
        reached &= found == FAR
        reached[world.walls.nonzero()[0]] = False
        reached[world.nowhere] = False
        if not reached.any():
            break
        found[reached] = moves
    return found


@cache
def directions(world: Map, targets: tuple[int, ...]) -> np.ndarray:
    """int8 [cell + 1, target]: a heading that leads nearer; 0 where none does."""
    away = distances(world, targets)
    return np.stack([away[to] for to in steps(world)]).argmin(axis=0).astype(np.int8)


def step_towards(way: jax.Array, heading: jax.Array) -> jax.Array:
    """int32: the action that moves one cell in the direction `way` (0 north … 3 west) without turning."""
    return jnp.asarray([1, 4, 2, 3], jnp.int32)[(way - heading) & 3]
