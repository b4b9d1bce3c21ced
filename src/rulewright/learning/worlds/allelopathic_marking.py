"""Graduated sanctions by marks, as Melting Pot has them in three of its worlds: a warning that freezes, then a removal that costs.

    unmarked, hit:   frozen for `freeze` steps, and marked
    marked, hit:     loses `fine`, is taken out, and is unmarked again
    marked, not hit for `recovery` steps: unmarked

Who is hit by several at once is hit once for each, in order. Nobody pays for hitting.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..world import pytree


@pytree
class Marks:
    marked: jax.Array
    """bool [player]."""
    since: jax.Array
    """int32 [player]; steps on the board since the last hit, that one counted, while marked."""
    frozen: jax.Array
    """int32 [player]; steps for which the player can neither move nor turn nor zap."""


def none(players: int) -> Marks:
    return Marks(jnp.zeros(players, bool), jnp.zeros(players, jnp.int32), jnp.zeros(players, jnp.int32))


def sanctioned(
    marks: Marks, hits: jax.Array, present: jax.Array, freeze: jax.Array | int, recovery: jax.Array | int
) -> tuple[Marks, jax.Array, jax.Array]:
    """After a step. Returns (marks, int32 [player] fines due, bool [player] taken out).

    hits: int32 [player], how often each was hit in this step. present: bool [player], whether it is on the board.
    """
    level = marks.marked + hits
    hit = hits > 0
    fines = jnp.where(hit, level // 2, 0)
    out = fines > 0
    marked = jnp.where(hit, level % 2 == 1, marks.marked)
    since = jnp.where(hit, 1, marks.since + present)
    marked &= since < recovery
    frozen = jnp.where(hit & ~out, freeze, jnp.where(out, 0, jnp.maximum(marks.frozen - 1, 0)))
    return Marks(marked, jnp.where(marked, since, 0), frozen), fines, out
