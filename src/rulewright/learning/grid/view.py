"""What a player sees of a grid: a window of codes that turns with its heading, more of it ahead than behind.

Codes are the world's; 0 is what lies outside of the map, and all that players see who are out of the game. Row 0 of a view is
farthest ahead, column 0 farthest to the left.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from .bodies import Bodies
from .map import Map


@dataclass(frozen=True)
class View:
    """Hashable. Eleven by eleven in Melting Pot."""

    left: int = 5
    right: int = 5
    ahead: int = 9
    behind: int = 1

    @property
    def rows(self) -> int:
        return self.ahead + self.behind + 1

    @property
    def columns(self) -> int:
        return self.left + self.right + 1

    @property
    def margin(self) -> int:
        return max(self.left, self.right, self.ahead, self.behind)


def seen(world: Map, view: View, codes: jax.Array, bodies: Bodies) -> jax.Array:
    """int8 [n, row, column]: what everybody sees of a picture `codes`, int8 [cell]."""
    heading = bodies.heading[:, None, None]
    sign = jnp.where((heading == 0) | (heading == 3), -1, 1)
    down, right = jnp.where(heading & 1, 0, sign), jnp.where(heading & 1, sign, 0)  # of a step ahead
    cell = jnp.where(bodies.inside, bodies.cell, 0)[:, None, None]
    forward = np.arange(view.ahead, -view.behind - 1, -1)[:, None]
    aside = np.arange(-view.left, view.right + 1)
    row = jax.lax.div(cell, world.width) + down * forward + right * aside
    column = jax.lax.rem(cell, world.width) + right * forward - down * aside
    there = bodies.inside[:, None, None]
    if world.torus:
        row, column = row % world.height, column % world.width
    else:
        there &= (row >= 0) & (row < world.height) & (column >= 0) & (column < world.width)
    at = jnp.where(there, row * world.width + column, 0)
    return jnp.where(there, codes.at[at.astype(jnp.uint32)].get(mode="promise_in_bounds"), 0)


def drawn(codes: jax.Array, bodies: Bodies, marks: jax.Array) -> jax.Array:
    """int8 [cell]: the picture `codes` with the players on it, `marks` int8 [n] being their codes.

    In two strokes of a loop, whose result XLA writes down: it would draw a mere choice anew for every cell of every view.
    """
    number, cell = jnp.arange(codes.shape[0], dtype=jnp.int16), bodies.cell.astype(jnp.int16)
    half = (len(marks) + 1) // 2

    def stroke(k: jax.Array, picture: jax.Array) -> jax.Array:
        for i in range(half):
            j = jnp.minimum(k * half + i, len(marks) - 1)
            picture = jnp.where(number == cell[j], marks[j], picture)
        return picture

    return jax.lax.fori_loop(0, 2, stroke, codes)


def relative(views: jax.Array, bodies: Bodies, first: int) -> jax.Array:
    """int8: views with the headings of others as seen from one's own. Codes from `first` on are `first` + 4·kind + heading."""
    turned = first + ((views - first) & ~3) + ((views - first - bodies.heading.astype(jnp.int8)[:, None, None]) & 3)
    return jnp.where(views >= first, turned, views).astype(jnp.int8)
