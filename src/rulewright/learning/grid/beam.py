"""Beams: one ray ahead, and rays beside it that start next to the shooter. Geometry of Melting Pot's engine (Beattie et al. 2020).

The centre ray covers the cells 1 … L ahead. On each side r = 1 … R a ray starts in the r-th cell beside the shooter and covers
the forward offsets 0 … L − r. A ray stops at the first thing that it hits; walls stop it. Where the first cell of a side ray stops
it, the rays farther out on that side are not fired.

A shot is written in *slots*, [ray, forward offset 0 … L], rays from left to right: the centre ray is number R.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from .bodies import Bodies
from .map import Map


@dataclass(frozen=True)
class Beam:
    """Hashable."""

    length: int
    """L."""
    radius: int
    """R."""

    def __post_init__(self) -> None:
        if self.length < 1 or not 0 <= self.radius <= self.length or self.rays * (self.length + 1) > 32:
            raise InputError(
                where="beam",
                needed="length ≥ 1, 0 ≤ radius ≤ length, and (2·radius + 1)·(length + 1) ≤ 32",
                found=f"length {self.length}, radius {self.radius}",
            )

    @property
    def rays(self) -> int:
        return 2 * self.radius + 1

    @property
    def covered(self) -> np.ndarray:
        """bool [ray, offset]: the slots that a shot in the open covers."""
        side = np.abs(np.arange(self.rays) - self.radius)[:, None]
        offset = np.arange(self.length + 1)
        return (offset >= (side == 0)) & (offset <= self.length - side)


@cache
def lanes(world: Map, beam: Beam) -> np.ndarray:
    """int32 [heading, cell, ray, offset]: the cell in each slot; `nowhere` where walls keep the shot from it.

    Raises InputError for a torus that is too small for the beam.
    """
    if world.torus and min(world.height, world.width) <= 2 * beam.length:
        raise InputError(
            where="beam",
            needed=f"a torus more than {2 * beam.length} cells high and wide, so that no shot meets its own tail",
            found=f"{world.height} × {world.width}",
        )
    found = np.full((4, world.size + 1, beam.rays, beam.length + 1), world.nowhere, np.int32)
    for heading in range(4):
        for cell in range(world.size):
            for side in sorted(range(-beam.radius, beam.radius + 1), key=abs):
                lane = found[heading, cell, side + beam.radius]
                nearer = found[heading, cell, side - np.sign(side) + beam.radius]
                if abs(side) > 1 and nearer[0] == world.nowhere:
                    continue
                for offset in range(side == 0, beam.length - abs(side) + 1):
                    to = world.ahead(cell, heading, offset, side)
                    if to < 0 or world.walls[to]:
                        break
                    lane[offset] = to
    return found


def struck(beam: Beam, stops: jax.Array) -> jax.Array:
    """bool [..., ray, offset]: the slots that are hit, given those where something stands that stops a ray."""
    found = [jnp.zeros_like(stops[..., 0, :])] * beam.rays
    for side in sorted(range(-beam.radius, beam.radius + 1), key=abs):
        ray = stops[..., side + beam.radius, :]
        passed = jnp.cumsum(ray, axis=-1) - ray
        found[side + beam.radius] = ray & (passed == 0) & _fired(beam, stops, side)
    return jnp.stack(found, axis=-2)


def swept(beam: Beam, stops: jax.Array) -> jax.Array:
    """bool [..., ray, offset]: the slots that the shot reaches, what it hits included (walls are in `lanes` already)."""
    passed = jnp.cumsum(stops, axis=-1) - stops
    sides = range(-beam.radius, beam.radius + 1)
    fired = jnp.stack([_fired(beam, stops, side) for side in sides], axis=-2)
    return (passed == 0) & fired & jnp.asarray(beam.covered)


def _fired(beam: Beam, stops: jax.Array, side: int) -> jax.Array:
    """bool [..., 1]: no ray nearer on this side was stopped in its first cell."""
    inner = [r * int(np.sign(side)) + beam.radius for r in range(1, abs(side))]
    stopped = sum(
        (stops[..., ray, :1].astype(jnp.int32) for ray in inner), jnp.zeros((*stops.shape[:-2], 1), jnp.int32)
    )
    return stopped == 0


@cache
def reach(world: Map, beam: Beam) -> np.ndarray:
    """uint32 [heading, cell]: the slots that walls leave open, as bits ray · (L + 1) + offset."""
    slots = lanes(world, beam) != world.nowhere
    weights = 1 << np.arange(beam.rays * (beam.length + 1), dtype=np.uint64)
    return (slots.reshape(4, world.size + 1, -1) * weights).sum(axis=-1).astype(np.uint32)


def hits(world: Map, beam: Beam, bodies: Bodies, fires: jax.Array) -> jax.Array:
    """bool [shooter, target]: whom the shots of those who fire (bool [n]) hit; players stop rays, nothing else but walls does.

    All shots of a step are fired before anybody is taken off the board, as in the engine.
    """
    n, span = bodies.cell.shape[0], beam.length + 1
    row, column = bodies.cell // world.width, bodies.cell % world.width
    down, right = row[None, :] - row[:, None], column[None, :] - column[:, None]
    if world.torus:
        down = (down + world.height // 2) % world.height - world.height // 2
        right = (right + world.width // 2) % world.width - world.width // 2
    way = bodies.heading[:, None]
    along, across = (way & 1) == 1, way >= 2
    forward = jnp.where(along, right, -down) * jnp.where(across, -1, 1)
    side = jnp.where(along, down, right) * jnp.where(across, -1, 1)
    out = jnp.abs(side)
    inside = (forward >= (out == 0)) & (forward <= beam.length - out) & (out <= beam.radius) & bodies.inside[None, :]
    slot = jnp.where(inside, (side + beam.radius) * span + forward, 0).astype(jnp.uint32)
    open_ = jnp.asarray(reach(world, beam)).reshape(-1)[bodies.heading * (world.size + 1) + bodies.cell]
    bit = jnp.where(inside & ~jnp.eye(n, dtype=bool), jnp.uint32(1) << slot, jnp.uint32(0)) & open_[:, None]
    stops = bit.sum(axis=1, dtype=jnp.uint32)  # nobody shares a cell, so that adding is joining
    struck_ = jnp.zeros(n, jnp.uint32)
    for ray in sorted(range(-beam.radius, beam.radius + 1), key=abs):
        lane = stops & jnp.uint32(((1 << span) - 1) << (ray + beam.radius) * span)
        inner = [r * int(np.sign(ray)) + beam.radius for r in range(1, abs(ray))]
        first = jnp.uint32(sum(1 << r * span for r in inner))
        struck_ = struck_ | jnp.where((stops & first) == 0, lane & -lane, jnp.uint32(0))
    return ((bit & struck_[:, None]) != 0) & fires[:, None]


def fires(bodies: Bodies, wants: jax.Array) -> jax.Array:
    """bool [n]: who shoots: those in the game, ready, and wanting to (bool [n])."""
    return wants & bodies.inside & (bodies.cool == 0)


def cooled(bodies: Bodies, fired: jax.Array, cooldown: int) -> jax.Array:
    """int32 [n]: waits after a step: `cooldown` for who fired, one less for the others in the game."""
    return jnp.where(fired, cooldown, jnp.where(bodies.inside, jnp.maximum(bodies.cool - 1, 0), bodies.cool))
