"""Draws by counting: the published test vectors, the same bits from JAX, and what chances should look like."""

import jax.numpy as jnp
import numpy as np
import pytest

from rulewright.numerics import counter
from rulewright.numerics.native import kernel

VECTORS = [  # threefry2x32, 20 rounds: known answers that Salmon et al. publish with their code
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("key", "count", "bits"), VECTORS)
def test_published_vectors(key, count, bits):
    with np.errstate(over="ignore"):
        found = counter.threefry(key, *(np.uint32(c) for c in count))
    assert tuple(map(int, found)) == bits


def test_jax_draws_the_same():
    pairs = np.arange(1000, dtype=np.uint32)
    with np.errstate(over="ignore"):
        ours = counter.threefry((7, 9), pairs, np.uint32(3))
    theirs = counter.threefry((7, 9), jnp.asarray(pairs), jnp.uint32(3), jnp)
    assert all(np.array_equal(a, np.asarray(b)) for a, b in zip(ours, theirs, strict=True))


def test_any_stretch_is_the_same_stretch():
    whole = counter.draws(5, 1, 2, 100_001)
    assert np.array_equal(counter.draws(5, 1, 2, 501, start=40_000), whole[40_000:40_501])


@pytest.mark.parametrize("p", [0.0, 1e-3, 0.3, 0.5, 1.0])
def test_chances(p):
    n = 400_000
    times = int(counter.happens(counter.draws(1, 0, 0, n), p).sum())
    assert abs(times - n * p) <= 5 * (n * p * (1 - p)) ** 0.5


def test_streams_and_steps_do_not_look_alike():
    rows = np.array([counter.uniform(counter.draws(3, k, t, 20_000)) for k in range(4) for t in range(4)])
    assert np.abs(np.corrcoef(rows) - np.eye(16)).max() < 5 / 20_000**0.5
    cells = np.histogram(rows, bins=256, range=(0, 1))[0]
    expected = rows.size / 256
    assert abs(((cells - expected) ** 2 / expected).sum() - 255) < 5 * (2 * 255) ** 0.5


@pytest.mark.skipif(kernel("draws", None) is None, reason="nothing was compiled")
@pytest.mark.parametrize(("seed", "count", "start"), [(0, 7, 0), (5, 100_001, 40_000), (2**32 - 1, 4096, 2)])
def test_compiled_draws_are_the_same(seed, count, start):
    ours, twin = (counter.draws(seed, 3, 9, count, start=start, native=native) for native in (True, False))
    assert np.array_equal(ours, twin)
