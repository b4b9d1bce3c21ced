"""Random numbers by counting: the draw of agent i at step t is a function of (seed, stream, t, i), not of what was drawn before.

Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror & Shaw 2011, SC11: “Parallel random numbers: as easy as 1, 2, 3”):
additions, rotations and exclusive ors of 32-bit words, so that NumPy, a compiled kernel (`native/counter.h`) and JAX draw the same
bits, in any order and on any number of processors. Chances are compared as whole numbers, so that events are equal too:

    happens(draws, p)  ⇔  draw ÷ 2 < round(2³¹ p)          p = 0 never, p = 1 always
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from .native import kernel, pointer
from .rational import Array

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA
HALF = 2**31
BLOCK = 1 << 14  # pairs at a time, so that twenty rounds stay in the cache


def threefry(key: tuple[Any, Any], first: Any, second: Any, xp: Any = np) -> tuple[Any, Any]:
    """Two words of 32 random bits for a counter of two words under a key of two words: arrays of uint32, broadcast.

    `xp` is NumPy, or whatever speaks its language (jax.numpy).
    """
    k0, k1 = (xp.asarray(k, xp.uint32) for k in key)
    keys = (k0, k1, k0 ^ k1 ^ xp.uint32(PARITY))
    x, y = xp.asarray(first, xp.uint32) + k0, xp.asarray(second, xp.uint32) + k1
    for four in range(5):
        for r in ROTATIONS[four % 2]:
            x = x + y
            y = ((y << xp.uint32(r)) | (y >> xp.uint32(32 - r))) ^ x
        x = x + keys[(four + 1) % 3]
        y = y + keys[(four + 2) % 3] + xp.uint32(four + 1)
    return x, y


def draws(seed: int, stream: int, step: int, count: int, *, start: int = 0, native: bool = True) -> Array:
    """uint32 [count]: 32 random bits for each of the indices start, start + 1, … of one stream at one step.

    `seed`, `stream` and `step` are below 2³²; `start` is even.
    """
    out = np.empty(count + count % 2, np.uint32)
    key = (np.uint32(seed), np.uint32(stream))
    found = kernel("draws", None) if native else None
    if found is not None:
        words = (ctypes.c_uint32(int(np.uint32(v))) for v in (seed, stream, step, start // 2))
        found(*words, ctypes.c_int64(len(out)), pointer(out.view(np.uint8)))
        return out[:count]
    with np.errstate(over="ignore"):
        for low in range(0, len(out) // 2, BLOCK):
            high = min(low + BLOCK, len(out) // 2)
            pairs = np.arange(start // 2 + low, start // 2 + high, dtype=np.uint32)
            out[2 * low : 2 * high : 2], out[2 * low + 1 : 2 * high : 2] = threefry(key, pairs, np.uint32(step))
    return out[:count]


def bar(p: Any) -> Array:
    """uint32: what half a draw must be below for an event of chance `p`, an array of any shape within [0, 1]."""
    return np.rint(np.asarray(p, float) * HALF).astype(np.uint32)


def happens(drawn: Any, p: Any) -> Any:
    """bool: whether events of chance `p` happen, on draws of uint32; shapes broadcast."""
    return (drawn >> np.uint32(1)) < bar(p)


def uniform(drawn: Array) -> Array:
    """float64 within (0, 1): the middles of 2³² cells."""
    return (drawn + 0.5) / 2.0**32
