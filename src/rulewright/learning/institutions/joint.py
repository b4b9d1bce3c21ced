"""Actions with something beside them: a gift, a claim, a bid. "12" becomes "12", "12, gift to agent 1", …

Code of the joint action = code of the action · number of extras + code of the extra, so that extra 0 leaves things as they were.
What the world calls an action stays what it was: the event "action" and every rule that is written on it.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import jax
import jax.numpy as jnp

from ..world import Events, Wrapper


class Joint(Wrapper):
    """Subclasses are pytrees, and say what the extras are."""

    @property
    @abstractmethod
    def extras(self) -> tuple[str, ...]:
        """What is put behind an action's name; all players have the same number."""

    def named(self, player: int) -> tuple[str, ...]:
        """The extras in the words of one player."""
        del player
        return self.extras

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(label + extra for label in labels for extra in self.named(i))
            for i, labels in enumerate(self.inner.actions)
        )

    def parts(self, actions: jax.Array) -> tuple[jax.Array, jax.Array]:
        """(actions of the inner world, extras), int [player]."""
        return actions // len(self.extras), actions % len(self.extras)

    def available(self, state: Any) -> jax.Array:
        return jnp.repeat(self.inner.available(self.inner_state(state)), len(self.extras), axis=-1)

    def said(self, key: jax.Array, state: Any, actions: jax.Array) -> Events:
        return self.inner.said(key, self.inner_state(state), self.parts(actions)[0])
