"""Coming into the world: a spawn point drawn among those that are free, and a heading, each as likely."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from .bodies import Bodies
from .map import Map
from .moves import packed


def below(bits: jax.Array, count: jax.Array | int) -> jax.Array:
    """int32: uniform on 0 … count − 1 (count ≤ 128) from the upper 24 of 32 random bits."""
    return ((bits >> 8) * jnp.asarray(count, jnp.uint32) >> 24).astype(jnp.int32)


def unit(bits: jax.Array) -> jax.Array:
    """float32 in [0, 1): 24 of 32 random bits."""
    return (bits >> 8).astype(jnp.float32) * 2.0**-24


def placed(points: np.ndarray, taken: jax.Array, enters: jax.Array, bits: jax.Array) -> jax.Array:
    """int32 [n]: a cell of `points` for each who enters (bool [n]), different ones, none of them in `taken` (int32 [m] cells).

    The k-th who enters draws among the points left by those before it; `bits` are n random words. -1 for who does not enter.
    There must be as many free points as enter.
    """
    n, cells = enters.shape[0], jnp.asarray(points, jnp.int32)
    free = ~(cells[:, None] == taken[None, :]).any(axis=1)
    words = -(-len(points) // 32)
    left = packed(jnp.pad(free, (0, 32 * words - len(points))).reshape(words, 32))
    rest, drawn = [left[w] for w in range(words)], []
    for i in range(n):
        counts = [jax.lax.population_count(word).astype(jnp.int32) for word in rest]
        choice = below(bits[i], jnp.maximum(sum(counts), 1))
        point, found = jnp.int32(0), jnp.uint32(0)
        for w, count in enumerate(counts):
            here = (choice >= 0) & (choice < count) & enters[i]
            place = member(rest[w], choice)
            point = jnp.where(here, 32 * w + place, point)
            found = jnp.where(here, jnp.uint32(1) << place.astype(jnp.uint32), jnp.uint32(0))
            rest[w] = rest[w] & ~found
            choice = choice - count
        drawn.append(point)
    return jnp.where(enters, cells[jnp.stack(drawn)], -1)


def member(word: jax.Array, k: jax.Array) -> jax.Array:
    """int32: the place of the k-th set bit of a word (from 0), by halving; anything where there are fewer."""
    place = jnp.uint32(0)
    for half in (16, 8, 4, 2, 1):
        lower = jax.lax.population_count((word >> place) & jnp.uint32((1 << half) - 1)).astype(jnp.int32)
        beyond = k >= lower
        k = jnp.where(beyond, k - lower, k)
        place = jnp.where(beyond, place + jnp.uint32(half), place)
    return place.astype(jnp.int32)


def opened(world: Map, bits: jax.Array, own: tuple[np.ndarray, ...] = ()) -> Bodies:
    """Everybody at a spawn point; the first players on the points `own` instead, one list of points for each of them.

    `bits`: 2n random words.
    """
    n = bits.shape[0] // 2
    cell = jnp.full(n, world.nowhere, jnp.int32)
    everybody = jnp.arange(n)
    for i, points in enumerate(own):
        cell = cell.at[i].set(placed(points, cell, everybody == i, bits[:n])[i])
    enters = everybody >= len(own)
    cell = jnp.where(enters, placed(world.cells("spawn"), cell, enters, bits[:n]), cell)
    nothing = jnp.zeros(n, jnp.int32)
    return Bodies(cell, (bits[n:] & 3).astype(jnp.int32), nothing, nothing)


def waiting(world: Map, bodies: Bodies, struck: jax.Array, timeout: int) -> tuple[Bodies, jax.Array]:
    """(bodies, returns): those struck (bool [n]) go off the board and miss timeout + 1 steps; who comes back now (bool [n]).

    One step more than the engine's `framesTillRespawn`: that counts from the step after the hit (measured on Melting Pot).
    """
    rest = jnp.maximum(bodies.out - 1, 0)
    returns = (bodies.out > 0) & (rest == 0)
    cell = jnp.where(struck, world.nowhere, bodies.cell)
    return replace(bodies, cell=cell, out=jnp.where(struck, timeout + 1, rest)), returns


def returned(world: Map, bodies: Bodies, enters: jax.Array, bits: jax.Array) -> Bodies:
    """Those who enter (bool [n]) at random free spawn points, with random headings; `bits`: 2n random words."""
    n = enters.shape[0]
    to = placed(world.cells("spawn"), bodies.cell, enters, bits[:n])
    heading = jnp.where(enters, (bits[n:] & 3).astype(jnp.int32), bodies.heading)
    return replace(bodies, cell=jnp.where(enters, to, bodies.cell), heading=heading)
