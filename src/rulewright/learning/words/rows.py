"""Tables on events, many at once: a rule on "meal of agent 3" and the same rule on "meal of agent 4" are two rows of one table.

A *row* says where each kind of a rule is read; all rows of a table read the same kinds, so that one gather looks all of them
up. What a table holds per row and outcome (money, actions barred) is its last axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import Events, Reading, World

Row = tuple[tuple[int, ...], ...]
"""row[k]: where the k-th kind is read."""


def read(world: World, names: Sequence[str], where: str) -> tuple[Reading, ...]:
    """The readings of those names. Raises InputError for a signal that the world does not emit, or one given twice."""
    if len(set(names)) != len(names):
        raise InputError(where=where, needed="different signals", found=", ".join(names))
    return tuple(world.signal(name) for name in names)


def kinds_of(on: Sequence[Reading]) -> tuple[str, ...]:
    return tuple(reading.kind for reading in on)


def row_of(on: Sequence[Reading]) -> Row:
    return tuple(reading.at for reading in on)


def outcome_counts(world: World, kinds: Sequence[str]) -> tuple[int, ...]:
    """Of each kind: how many outcomes it has at most."""
    lengths = {kind.name: len(kind.outcomes) for kind in world.kinds}
    return tuple(lengths[kind] for kind in kinds)


def fitted(table: np.ndarray, counts: Sequence[int]) -> np.ndarray:
    """`table`[*outcomes, last] with as many outcomes as the kinds have, zeros where this player has fewer (of its own actions)."""
    if table.shape[:-1] == tuple(counts):
        return table
    extra = [(0, count - have) for count, have in zip(counts, table.shape, strict=False)]
    return np.pad(table, [*extra, (0, 0)])


def look_up(table: jax.Array, events: Events, kinds: Sequence[str], rows: Sequence[Row]) -> jax.Array:
    """[row, last] of table[row, *outcomes, last] at the codes of these events."""
    codes: list[Any] = [np.arange(len(rows))]
    for k, kind in enumerate(kinds):
        code = events.code(kind)
        at = np.array([row[k] for row in rows], int).reshape(len(rows), -1)
        codes.append(code if at.shape[1] == 0 else code[tuple(at.T)])
    return jnp.asarray(table)[tuple(codes)]
