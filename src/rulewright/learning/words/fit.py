"""Small arithmetic of wrappers that change who acts and what they may do."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

COMMITTED = ("as committed",)
"""The one action of a player whose strategy is fixed, as on arrays."""


def with_item(items: tuple[Any, ...], i: int, item: Any) -> tuple[Any, ...]:
    return (*items[:i], item, *items[i + 1 :])


def widened(available: jax.Array, width: int) -> jax.Array:
    """bool [n, width]: more columns of False, or fewer columns."""
    return jnp.pad(available[:, :width], ((0, 0), (0, max(0, width - available.shape[1]))))


def only(available: jax.Array, players: tuple[int, ...], width: int) -> jax.Array:
    """bool [n, width]: as it was, but of `players`, who have their one action."""
    one = jnp.arange(width) == 0
    return widened(available, width).at[jnp.array(players)].set(one)


def drawn(key: jax.Array, law: jax.Array) -> jax.Array:
    """int32 [...]: one draw from each law[..., outcome]."""
    total = jnp.cumsum(law, axis=-1)
    u = jax.random.uniform(key, law.shape[:-1]) * total[..., -1]
    return (u[..., None] >= total[..., :-1]).sum(axis=-1).astype(jnp.int32)
