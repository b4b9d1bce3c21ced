"""Scripted players of the irrigation game: set in their ways, or giving as long as they get. Ours, not the paper's people."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ..policy import Policy
from ..world import Seen, World, pytree, static
from ..world.wrapper import base_state
from .irrigation import MOST_TOKENS, IrrigationState, tokens

SELFISH_GATE = 10
"""The gate at which 50 seconds bring 500 cubic feet: the most tokens that one player can make."""


def moves(state: IrrigationState, invest: Any, gate: Any) -> jax.Array:
    """int32 [player]: actions, from tokens while these are put in and from gates while water flows."""
    return jnp.where(state.phase == 0, jnp.asarray(invest), MOST_TOKENS + 1 + jnp.asarray(gate)).astype(jnp.int32)


@pytree
class Settled(Policy):
    """Everybody puts in the same and opens its gate as far in every round."""

    invest: Any
    """int [player] or one for all; tokens."""
    gate: Any = SELFISH_GATE
    """int [player] or one for all; cubic feet a second."""

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del key, seen
        one = moves(base_state(world, state), self.invest, self.gate)
        return jnp.broadcast_to(one, (world.n,)), memory


@pytree
class Reciprocal(Policy):
    """Everybody takes what is best for itself, and puts in `gift` as long as its last rounds brought at least that on average."""

    gift: Any = 5
    """Tokens a round."""
    gate: Any = SELFISH_GATE
    hope: Any = 15.0
    """What each takes to have got in the rounds before the first, in tokens."""
    rounds: int = static(default=5)
    """How many rounds each looks back."""

    def first(self, world: World) -> jax.Array:
        """float32 [round, player]: tokens from water, latest first."""
        return jnp.full((self.rounds, world.n), self.hope, jnp.float32)

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del key, seen
        now = base_state(world, state)
        got = jnp.concatenate([tokens(now.water)[None].astype(jnp.float32), memory[:-1]])
        memory = jnp.where((now.phase == 0) & (now.round > 0), got, memory)
        gives = jnp.where(memory.mean(axis=0) >= self.gift, self.gift, 0)
        return moves(now, gives, jnp.broadcast_to(jnp.asarray(self.gate), (world.n,))), memory
