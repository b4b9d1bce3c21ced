"""A world: a Markov game too large for tables, as pure functions that JAX compiles, batches and loops over.

    state = world.reset(key)
    seen  = world.observe(state)                      Seen, of every player
    turn  = world.step(key, state, actions)           Turn, actions int32[n] within world.available(state)

All n players act at the same time. Functions are of one world; a batch is `jax.vmap`, time is `jax.lax.scan`. A world is a
frozen pytree: numbers that one may want to sweep are leaves, shapes and names are static. Institutions are applied as to any
game, `institution(world)`, and give a world again: signals are the readings of its events (see `events.py`).
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp

from ...game.events import ACTION, Emitter, Kind, action_kind
from .events import Events
from .seen import Seen
from .turn import Turn

__all__ = ["World", "action_kind", "agents"]


class World(Emitter):
    """Anything with `reset`, `step` and `observe`. Subclasses are pytrees (`@pytree`)."""

    # ── what it is ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    @abstractmethod
    def kinds(self) -> tuple[Kind, ...]:
        """Kinds of events that a step emits, in the order of `Events.codes`; the first is "action"."""

    @property
    @abstractmethod
    def horizon(self) -> int:
        """Steps after which it is cut off."""

    @property
    def view_codes(self) -> int:
        """How many codes the picture has; 0 where there is none."""
        return 0

    @property
    def number_names(self) -> tuple[str, ...]:
        """What the numbers are that each player sees, in order."""
        return ()

    # ── what it does ────────────────────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def reset(self, key: jax.Array) -> Any:
        """A first state, drawn with `key`."""

    @abstractmethod
    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        """What actions (int32 [n]) bring. Does not start anew at the end; whoever loops does."""

    @abstractmethod
    def observe(self, state: Any) -> Seen:
        """What every player sees."""

    def available(self, state: Any) -> jax.Array:
        """bool [n, most actions]; which actions each player has now. At least one each."""
        del state
        counts = jnp.array(self.action_counts)
        return jnp.arange(max(self.action_counts)) < counts[:, None]

    # ── what rules can read before anybody acts ─────────────────────────────────────────────────────────────────

    @property
    def acts(self) -> tuple[tuple[str, ...], ...]:
        """acts[i]: what the event "action" says of player i; a rule that makes other actions of them leaves this as it was."""
        return self.actions

    @cached_property
    def stands(self) -> tuple[str, ...]:
        """The names of the kinds that stand."""
        found = jax.eval_shape(lambda key: self.standing(self.reset(key)), jax.random.key(0))
        return tuple(kind.name for kind in found.kinds)

    @property
    def says(self) -> tuple[str, ...]:
        """The names of the kinds that actions alone decide."""
        return (ACTION,)

    def standing(self, state: Any) -> Events:
        """Kinds that can be read before players act (a stock, a record): the codes that the coming step will emit."""
        del state
        return Events((), ())

    def said(self, key: jax.Array, state: Any, actions: jax.Array) -> Events:
        """Kinds that the actions alone decide: what `step` with the same key will emit as "action", and messages."""
        del key, state
        return Events((actions,), (self.kinds[0],))


def agents(count: int) -> tuple[str, ...]:
    """ "agent 0", "agent 1", …"""
    return tuple(f"agent {i}" for i in range(count))
