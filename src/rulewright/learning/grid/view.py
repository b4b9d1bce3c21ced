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
    margin, heading = view.margin, bodies.heading[:, None, None]
    picture = codes.reshape(world.height, world.width)
    wide = jnp.pad(picture, margin, mode="wrap") if world.torus else jnp.pad(picture, margin)
    width = world.width + 2 * margin
    ahead = jnp.where(heading & 1, 1, width) * jnp.where((heading == 0) | (heading == 3), -1, 1)
    right = jnp.where(heading & 1, width, 1) * jnp.where(heading >= 2, -1, 1)
    cell = jnp.where(bodies.inside, bodies.cell, 0)
    here = (cell // world.width + margin) * width + cell % world.width + margin
    forward, aside = np.mgrid[view.ahead : -view.behind - 1 : -1, -view.left : view.right + 1]
    at = here[:, None, None] + ahead * forward + right * aside
    views = jax.lax.optimization_barrier(wide).reshape(-1).at[at].get(mode="promise_in_bounds")
    return jnp.where(bodies.inside[:, None, None], views, 0)


def drawn(codes: jax.Array, bodies: Bodies, marks: jax.Array) -> jax.Array:
    """int8 [cell]: the picture `codes` with the players on it, `marks` int8 [n] being their codes."""
    number, cell = jnp.arange(codes.shape[0], dtype=jnp.int16), bodies.cell.astype(jnp.int16)
    for i in range(cell.shape[0]):
        codes = jnp.where(number == cell[i], marks[i], codes)
    return codes


def relative(views: jax.Array, bodies: Bodies, first: int) -> jax.Array:
    """int8: views with the headings of others as seen from one's own. Codes from `first` on are `first` + 4·kind + heading."""
    turned = first + ((views - first) & ~3) + ((views - first - bodies.heading.astype(jnp.int8)[:, None, None]) & 3)
    return jnp.where(views >= first, turned, views).astype(jnp.int8)
