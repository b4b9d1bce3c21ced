"""Where the players of a grid are, which way they look, and what they may do next.

Headings are 0 north, 1 east, 2 south, 3 west. The first eight actions are those of Melting Pot's avatars (Leibo et al. 2021, ICML;
Agapiou et al. 2022), moves relative to the heading; worlds with more tools append theirs.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..world import pytree

ACTIONS = ("noop", "forward", "backward", "step left", "step right", "turn left", "turn right", "zap")
ZAP = 7


@pytree
class Bodies:
    """All int32 [player]."""

    cell: jax.Array
    """Cell of the map; `map.nowhere` while out."""
    heading: jax.Array
    cool: jax.Array
    """Steps until the player may zap again; stands still while out."""
    out: jax.Array
    """Steps until it returns; 0 in the game."""

    @property
    def inside(self) -> jax.Array:
        """bool [player]; in the game."""
        return self.out == 0


def turned(heading: jax.Array, actions: jax.Array) -> jax.Array:
    """int32 [player]: headings after everybody's turn."""
    return (heading - (actions == 5) + (actions == 6)) & 3


def direction(heading: jax.Array, actions: jax.Array) -> jax.Array:
    """int32 [player]: which way a move goes on the map; only of meaning where `moves(actions)`."""
    return (heading + jnp.where(actions == 2, 2, 0) + jnp.where(actions == 3, 3, 0) + jnp.where(actions == 4, 1, 0)) & 3


def moves(actions: jax.Array) -> jax.Array:
    """bool [player]: who wants to go somewhere."""
    return (actions >= 1) & (actions <= 4)
