"""Scripted players of commons harvest, who see the whole map: greedy, restrained, and mixtures of them.

A player with threshold k goes the shortest way to the nearest apple with at least k live neighbours and eats only such apples; it
treads on no others. Where there is none it steps off the places where apples grow and waits. k = 0 is greed. Nobody zaps.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..grid import Map
from ..grid.map import near, steps
from ..policy import Policy
from ..world import Seen, World, draws, pytree
from ..world.wrapper import base_state, base_world
from .harvest import Harvest, HarvestState, apple_at

FAR = 1000.0
MOVES = (1, 4, 2, 3)
"""The action that goes ahead, to the right, back and to the left."""


@cache
def distances(world: Map) -> np.ndarray:
    """float32 [apple, cell]: steps to each apple on a map without players; FAR from nowhere and where there is no way."""
    apples, table = world.cells("apple"), steps(world)
    found = np.full((len(apples), world.size + 1), FAR, np.float32)
    for k, apple in enumerate(apples):
        ring, away = np.array([apple]), 0
        while len(ring):
            found[k, ring] = away
            ring, away = np.unique(table[:, ring]), away + 1
            ring = ring[found[k, ring] == FAR]
    return found


@pytree
class Thresholds(Policy):
    """Each player eats only apples with at least `least` live neighbours."""

    least: jax.Array
    """int [player]; 0 for the greedy."""

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del seen
        inner, now = base_world(world), base_state(world, state)
        assert isinstance(inner, Harvest) and isinstance(now, HarvestState)
        plan, cell = inner.map, now.bodies.cell
        noise = draws.uniform(key, (inner.count, len(now.apples) + 4))
        beside = now.apples.astype(jnp.float32) @ jnp.asarray(near(plan, "apple").astype(np.float32))
        fit = now.apples & (beside >= self.least[:, None])
        table = jnp.asarray(distances(plan))
        to = table[:, cell].T + 0.5 * noise[:, 4:]
        target = jnp.where(fit, to, FAR).argmin(axis=1)

        there = jnp.asarray(steps(plan))[:, cell].T
        apple = jnp.asarray(apple_at(plan))[there]
        grows = jnp.append(now.apples, False)[apple]
        mine = jnp.take_along_axis(jnp.pad(fit, ((0, 0), (0, 1))), apple, axis=1)
        shut = (there == cell[:, None]) | (there[..., None] == cell).any(axis=-1) | (grows & ~mine)
        hungry = fit.any(axis=1)
        step = jnp.where(shut, 2 * FAR, table[target[:, None], there] + 0.5 * noise[:, :4])
        off = jnp.where(shut, 2 * FAR, (apple < len(now.apples)) + 0.5 * noise[:, :4])  # away from where apples grow
        way = jnp.where(hungry[:, None], step, off)
        waits = ~hungry & (jnp.asarray(apple_at(plan))[cell] == len(now.apples))
        relative = (way.argmin(axis=1) - now.bodies.heading) & 3
        action = jnp.asarray(MOVES)[relative]
        return jnp.where(waits | shut.all(axis=1), 0, action).astype(jnp.int32), memory


def greedy(players: int = 7) -> Thresholds:
    """Everybody goes for the nearest apple."""
    return Thresholds(jnp.zeros(players, jnp.int32))


def restrained(least: int = 3, players: int = 7, greedy: int = 0) -> Thresholds:
    """Everybody leaves apples with fewer than `least` live neighbours alone, but for the last `greedy` players."""
    return Thresholds(jnp.where(jnp.arange(players) < players - greedy, least, 0))
