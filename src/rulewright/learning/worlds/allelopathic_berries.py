"""Berries that smother other berries: the more of a colour there are, ripe or not, the faster that colour ripens.

After Melting Pot's allelopathic_harvest (Köster et al. 2020, arXiv 2010.09054; Agapiou et al. 2022). A berry that has been unripe
for at least `least` steps, since it was eaten or replanted, ripens with chance

    p = base · N_c        N_c: how many berries have its colour c, so that only one colour everywhere ripens three times as fast

per step. A planting beam recolours an unripe berry and makes it wait anew; nothing happens to a ripe one, or to the same colour.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

COLOURS = ("red", "green", "blue")


def numbers_of(colour: jax.Array, colours: int) -> jax.Array:
    """int32 [colour]: how many berries have each, of int [m]."""
    return (colour[:, None] == jnp.arange(colours)).sum(0)


def ripening(colour: jax.Array, wait: jax.Array, colours: int, base: jax.Array | float) -> jax.Array:
    """float [m]: the chance of each berry to ripen now, were it unripe. wait: int [m], steps it still has to wait."""
    return jnp.where(wait <= 0, base * numbers_of(colour, colours)[colour], 0.0)


def monoculture(colour: jax.Array, colours: int) -> jax.Array:
    """float: the largest share of one colour."""
    return numbers_of(colour, colours).max() / colour.shape[0]


def planted(
    colour: jax.Array, ripe: jax.Array, paths: jax.Array, into: jax.Array, order: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """What planting beams do. Returns (int [m], the new colours; int32 [n], the berry that each player recoloured, m for none).

    colour: int [m]. ripe: bool [m]. paths: int32 [n, cell], berries in the order in which the beam meets them, m for none or
    beyond. into: int [n], the colour planted. order: int [n], ranks, all different. A beam stops at the first berry that it
    meets, ripe or not; of several at one berry, only the first in order counts.
    """
    m = colour.shape[0]
    meets = paths < m
    first = meets & (jnp.cumsum(meets, axis=-1) == 1)
    hit = jnp.where(first, paths, -1).max(-1)
    earlier = (hit[:, None] == hit[None, :]) & (order[None, :] < order[:, None])
    at = jnp.where((hit >= 0) & ~earlier.any(-1), hit, m)
    old = jnp.append(colour, -1)[at]
    counts = (at < m) & ~jnp.append(ripe, True)[at] & (old != into)
    at = jnp.where(counts, at, m)
    here = at[:, None] == jnp.arange(m)
    new = jnp.where(here, into[:, None], -1).max(0)
    return jnp.where(new >= 0, new, colour).astype(colour.dtype), at
