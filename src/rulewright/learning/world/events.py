"""The record of what happened in one step, typed: institutions settle on it, reports count it, learners never see it.

What a kind of event is, and how a rule reads it, is plain data (`game/events.py`, needs no JAX); here are the codes of a step.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ...game.events import ACTION, NO_YES, Kind, Reading, numerals, position, readings
from .pytree import pytree, static

__all__ = ["ACTION", "NO_YES", "Events", "Kind", "Reading", "flags", "numerals", "position", "readings"]


@pytree
class Events:
    """What happened in one step."""

    codes: tuple[jax.Array, ...]
    """Of each kind in order: int [player], [actor, target] or []."""
    kinds: tuple[Kind, ...] = static()

    def code(self, name: str) -> jax.Array:
        """The code array of one kind. Raises InputError where there is no such event."""
        return self.codes[position(name, self.kinds)]

    def plus(self, kind: Kind, code: jax.Array) -> Events:
        """With one kind more, last."""
        return Events((*self.codes, code), (*self.kinds, kind))


def flags(condition: jax.Array) -> jax.Array:
    """Codes of a yes-or-no event (outcomes "no", "yes")."""
    return condition.astype(jnp.int32)
