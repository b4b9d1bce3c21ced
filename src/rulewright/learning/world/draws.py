"""Random words in straight lines: the same words as `jax.random`, without its loop, which on a CPU costs more than a small draw.

Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3, SC '11): a word is
a hash of its place under a key, five times four rounds of add, rotate and mix, the key (k₀, k₁, k₀ ⊕ k₁ ⊕ C) added in between.
Keys of another kind are handed on to `jax.random`.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

PARITY = np.uint32(0x1BD11BDA)
TURNS = ((13, 15, 26, 6), (17, 29, 16, 24))


def bits(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """uint32 [*shape]: what `jax.random.bits` draws."""
    if not _ours(key):
        return jax.random.bits(key, shape)
    one, two = _hashed(key, shape)
    return jax.lax.optimization_barrier(one ^ two)  # hashed once, not anew by everything that reads it


def split(key: jax.Array, count: int = 2) -> jax.Array:
    """keys [count]: those of `jax.random.split`."""
    if not _ours(key):
        return jax.random.split(key, count)
    data = jax.lax.optimization_barrier(jnp.stack(_hashed(key, (count,)), axis=-1))
    return jax.random.wrap_key_data(data, impl="threefry2x32")


def uniform(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """float32 [*shape] in [0, 1): what `jax.random.uniform` draws."""
    words = bits(key, shape) >> 9 | np.uint32(0x3F800000)
    return jax.lax.bitcast_convert_type(words, jnp.float32) - 1.0


def _ours(key: jax.Array) -> bool:
    if not jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        return False
    config: Any = jax.config
    return str(jax.random.key_impl(key)) in ("threefry2x32", "fry") and bool(config.jax_threefry_partitionable)


def _hashed(key: jax.Array, shape: tuple[int, ...]) -> tuple[jax.Array, jax.Array]:
    """Two words for each place of an array of fewer than 2³² places."""
    first, second = jax.random.key_data(key)
    keys = (first, second, first ^ second ^ PARITY)
    place = jnp.arange(math.prod(shape), dtype=jnp.uint32).reshape(shape)
    one, two = jnp.broadcast_to(keys[0], shape), place + keys[1]
    for k in range(5):
        for turn in TURNS[k % 2]:
            one = one + two
            two = one ^ (two << turn | two >> 32 - turn)
        one, two = one + keys[(k + 1) % 3], two + keys[(k + 2) % 3] + np.uint32(k + 1)
    return one, two
