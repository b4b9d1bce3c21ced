"""The river and the orchard of clean-up, without the players: dirt arrives at a fixed rate, and apples sprout where it is low.

After Melting Pot's clean_up (Agapiou et al. 2022; the game is Hughes et al. 2018, NeurIPS). With f the share of the river cells
that can be dirty and are,

    p(f) = most · clip((f − depletion)/(restoration − depletion), 0, 1)      chance of an empty apple cell to sprout, per step
    f ← f + 1/147 with chance `rate` per step after the first `delay` steps, at a clean cell drawn uniformly

The players pay for the orchard with `rate` cleanings a step, however many they are. All draws are uniforms handed in.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

LEVELS = ("below 10%", "10–20%", "20–30%", "30–40%", "40% or more")
"""Coarse classes of the share of the river that is dirty."""


def sprouting(
    share: jax.Array, most: jax.Array | float, depletion: jax.Array | float, restoration: jax.Array | float
) -> jax.Array:
    """p(f): chance per step that an empty apple cell sprouts, when this share of the river is dirty."""
    return most * jnp.clip((share - depletion) / (restoration - depletion), 0.0, 1.0)


def level(share: jax.Array) -> jax.Array:
    """int: which of LEVELS. Half a thousandth is forgiven, so that shares in floats fall where their fractions do."""
    return jnp.clip(jnp.floor(share * 10 + 5e-4), 0, len(LEVELS) - 1).astype(jnp.int32)


def kth(which: jax.Array, k: jax.Array) -> jax.Array:
    """bool like `which` [m]: true only at its k-th true entry (from 0); nowhere where there are fewer."""
    rows = next(w for w in range(int(which.shape[0] ** 0.5), 0, -1) if which.shape[0] % w == 0)
    table = which.reshape(rows, -1)
    columns = table.shape[1]
    inside = (table[:, None, :] & (jnp.arange(columns)[:, None] > jnp.arange(columns))).sum(-1)
    above = (table.sum(-1)[None, :] * (jnp.arange(rows)[:, None] > jnp.arange(rows))).sum(-1)
    return (table & (inside + above[:, None] == k)).reshape(-1)


def soiled(dirty: jax.Array, due: jax.Array, u: jax.Array, rate: jax.Array | float) -> jax.Array:
    """bool [m]: the river after dirt may have arrived. `due` says whether the delay is over; u is two uniforms."""
    clean = ~dirty
    free = clean.sum()
    place = jnp.minimum((u[1] * free).astype(jnp.int32), free - 1)
    return dirty | (kth(clean, place) & due & (u[0] < rate))


def shots(dirty: jax.Array, rays: jax.Array, order: jax.Array) -> tuple[jax.Array, jax.Array]:
    """What clean beams remove. Returns (bool [m], the river after; int32 [n], how many cells each player cleaned).

    dirty: bool [m]. rays: int32 [n, ray, cell], river cells in the order in which a ray meets them, m for anything else (and for
    all cells of who does not fire). order: int32 [n], a rank per player, all different. Every ray stops at the first cell that
    was dirty when the beams were fired, so that a shot removes at most one cell per ray; where several players hit one cell it
    counts for the first in order.
    """
    m = dirty.shape[0]
    n, per, _ = rays.shape
    meets = jnp.append(dirty, False)[rays]
    first = meets & (jnp.cumsum(meets, axis=-1) == 1)
    hit = jnp.where(first, rays, -1).max(-1).reshape(n * per)
    rank = jnp.repeat(order, per)
    same = (hit[:, None] == hit[None, :]) & (rank[None, :] < rank[:, None])
    counts = (hit >= 0) & ~same.any(-1)
    gone = (hit[:, None] == jnp.arange(m)).any(0)
    return dirty & ~gone, counts.reshape(n, per).sum(-1)
