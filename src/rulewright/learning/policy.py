"""How players act: a policy for all of them at once, with a memory. Scripted ones may look at the whole state; learned ones look
at what is seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import jax
import jax.numpy as jnp

from .world import Seen, World, pytree


class Policy(ABC):
    """Subclasses are pytrees."""

    def first(self, world: World) -> Any:
        """Memory at the start of an episode: any pytree of arrays, () for none."""
        del world
        return ()

    @abstractmethod
    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        """(actions int32 [n], memory)."""


@pytree
class Uniform(Policy):
    """Everybody does any of its available actions, each as likely."""

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del seen
        available = world.available(state)
        noise = jax.random.uniform(key, available.shape)
        return jnp.where(available, noise, -1.0).argmax(axis=-1).astype(jnp.int32), memory


@pytree
class Fixed(Policy):
    """Everybody does the same thing for ever."""

    actions: jax.Array
    """int [n]."""

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del key, world, state, seen
        return jnp.asarray(self.actions, jnp.int32), memory
