"""What a player sees of a grid: a window of codes that turns with its heading, more of it ahead than behind.

Codes are the world's; 0 is what lies outside of the map, and all that players see who are out of the game. Row 0 of a view is
farthest ahead, column 0 farthest to the left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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


@cache
def offsets(view: View, width: int) -> np.ndarray:
    """int32 [heading, row · column]: where in a flat picture `width` wide the cells of a view lie, seen from its player's."""
    forward, right = np.mgrid[view.ahead : -view.behind - 1 : -1, -view.left : view.right + 1].reshape(2, -1)
    down, along = np.array([-1, 0, 1, 0]), np.array([0, 1, 0, -1])
    rows = forward * down[:, None] + right * np.roll(down, -1)[:, None]
    columns = forward * along[:, None] + right * np.roll(along, -1)[:, None]
    return (rows * width + columns).astype(np.int32)


def seen(world: Map, view: View, codes: jax.Array, bodies: Bodies) -> jax.Array:
    """int8 [n, row, column]: what everybody sees of a picture `codes`, int8 [cell]."""
    n, margin = bodies.cell.shape[0], view.margin
    picture = codes.reshape(world.height, world.width)
    wide = jnp.pad(picture, margin, mode="wrap") if world.torus else jnp.pad(picture, margin)
    width = world.width + 2 * margin
    here = (bodies.cell // world.width + margin) * width + bodies.cell % world.width + margin
    table = jnp.asarray(offsets(view, width))
    at = jnp.where(bodies.inside, here, margin * width + margin)[:, None] + table[bodies.heading]
    views = wide.reshape(-1).at[at].get(mode="promise_in_bounds")
    return jnp.where(bodies.inside[:, None], views, 0).reshape(n, view.rows, view.columns)


def drawn(codes: jax.Array, bodies: Bodies, marks: jax.Array) -> jax.Array:
    """int8 [cell]: the picture `codes` with the players on it, `marks` int8 [n] being their codes."""
    number = jnp.arange(codes.shape[0])
    for i in range(bodies.cell.shape[0]):
        codes = jnp.where(number == bodies.cell[i], marks[i], codes)
    return codes


def relative(views: jax.Array, bodies: Bodies, first: int) -> jax.Array:
    """int8: views with the headings of others as seen from one's own. Codes from `first` on are `first` + 4·kind + heading."""
    turned = first + ((views - first) & ~3) + ((views - first - bodies.heading.astype(jnp.int8)[:, None, None]) & 3)
    return jnp.where(views >= first, turned, views).astype(jnp.int8)
