"""Being out of the game for a while, and coming back: what worlds with beams that remove have in common."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp

from .bodies import Bodies
from .map import Map
from .spawn import returned


def returning(bodies: Bodies) -> tuple[jax.Array, jax.Array]:
    """(int32 [n], steps that each still has to wait after this one; bool [n], who comes back in this step)."""
    left = jnp.maximum(bodies.out - 1, 0)
    return left, (bodies.out > 0) & (left == 0)


def removed(
    world: Map, bodies: Bodies, left: jax.Array, returns: jax.Array, struck: jax.Array, steps: int, bits: jax.Array
) -> Bodies:
    """Who is struck (bool [n]) leaves for `steps` steps, who `returns` stands at a free spawn point; `bits`: 2n random words."""
    gone = replace(bodies, cell=jnp.where(struck, world.nowhere, bodies.cell), out=jnp.where(struck, steps, left))
    return returned(world, gone, returns, bits)


def uniform(bits: jax.Array) -> jax.Array:
    """float32 in [0, 1) from the upper 24 of 32 random bits."""
    return (bits >> 8).astype(jnp.float32) * 2.0**-24
