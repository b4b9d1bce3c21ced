"""Folds of rows that come in a stream: drawn by counting, so that nothing is held and no order of reading matters.

Rows (or cases) r = 0, 1, … stand in groups of F; group g holds each fold once, in the order of the hashes of its F numbers
(SplitMix64: Steele, Lea & Flood 2014, OOPSLA). All folds are of one size but for at most one row, and a row's fold depends on
its number and the seed alone.
"""

from __future__ import annotations

import numpy as np

from ...numerics.rational import Array

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def hashed(number: Array, seed: int) -> Array:
    """64 bits for each whole number ≥ 0; any shape."""
    with np.errstate(over="ignore"):
        z = (number.astype(np.uint64) + np.uint64(1)) * GOLDEN + np.uint64(seed % (1 << 64)) * np.uint64(
            0xD1342543DE82EF95
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def fold(number: Array, folds: int, seed: int) -> Array:
    """[r]: the fold, 0 … folds − 1, of each row or case number[r] ≥ 0."""
    if folds == 1:
        return np.zeros(len(number), dtype=np.int64)
    group, place = np.divmod(np.asarray(number, dtype=np.int64), folds)
    different, where = np.unique(group, return_inverse=True)
    members = different[:, None] * folds + np.arange(folds)
    order = np.argsort(np.argsort(hashed(members, seed), axis=1, kind="stable"), axis=1)
    return order[where, place]
