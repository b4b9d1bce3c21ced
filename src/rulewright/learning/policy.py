"""How players act: a policy for all of them at once, with a memory. Scripted ones may look at the whole state; learned ones look
at what is seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import InputError
from .world import Seen, World, draws, pytree


class Policy(ABC):
    """Subclasses are pytrees."""

    def first(self, world: World) -> Any:
        """Memory at the start of an episode: any pytree of arrays, () for none."""
        del world
        return ()

    def check(self, world: World) -> None:
        """Raises InputError where it does not fit the world; asked before a run is compiled."""
        del world

    @abstractmethod
    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        """(actions int32 [n], memory)."""


@pytree
class Uniform(Policy):
    """Everybody does any of its available actions, each as likely."""

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del seen
        available = world.available(state)
        noise = draws.uniform(key, available.shape)
        return jnp.where(available, noise, -1.0).argmax(axis=-1).astype(jnp.int32), memory


@pytree
class Fixed(Policy):
    """Everybody does the same thing for ever."""

    actions: jax.Array
    """int [n]."""

    def check(self, world: World) -> None:
        if not isinstance(self.actions, jax.core.Tracer):
            in_range(world, np.asarray(self.actions))

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del key, world, state, seen
        return jnp.asarray(self.actions, jnp.int32), memory


def in_range(world: World, actions: np.ndarray) -> None:
    """Whether action codes [..., n] are ones that the world has. Raises InputError naming the player."""
    if actions.shape[-1:] != (world.n,):
        raise InputError(where="actions", needed=f"one for each of {world.n} players", found=f"shape {actions.shape}")
    for i, count in enumerate(world.action_counts):
        wrong = actions[..., i][(actions[..., i] < 0) | (actions[..., i] >= count)]
        if wrong.size:
            raise InputError(
                where=f"actions, {world.players[i]}",
                needed=f"a code from 0 to {count - 1} ({', '.join(world.actions[i][:8])}{', …' if count > 8 else ''})",
                found=str(wrong.flat[0]),
            )
