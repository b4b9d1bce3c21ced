"""A world: a Markov game too large for tables, as pure functions that JAX compiles, batches and loops over.

    state = world.reset(key)
    seen  = world.observe(state)                      Seen, of every player
    turn  = world.step(key, state, actions)           Turn, actions int32[n] within world.available(state)

All n players act at the same time. Functions are of one world; a batch is `jax.vmap`, time is `jax.lax.scan`. A world is a
frozen pytree: numbers that one may want to sweep are leaves, shapes and names are static. Institutions are applied as to any
game, `institution(world)`, and give a world again: signals are the readings of its events (see `events.py`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ...game.game import SINGLE
from .events import ACTION, Events, Kind, Reading, readings
from .seen import Seen
from .turn import Turn


class World(ABC):
    """Anything with `reset`, `step` and `observe`. Subclasses are pytrees (`@pytree`)."""

    # ── what it is ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    @abstractmethod
    def players(self) -> tuple[str, ...]:
        """Names, all different."""

    @property
    @abstractmethod
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """actions[i]: labels of player i's actions; code k is the k-th."""

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

    # ── as institutions read it, in the words of `Game` ─────────────────────────────────────────────────────────

    @property
    def n(self) -> int:
        return len(self.players)

    @property
    def action_counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.actions))

    @property
    def types(self) -> tuple[tuple[str, ...], ...]:
        """Nobody knows anything in private that lasts; what is hidden in the state is hidden in `observe`."""
        return (SINGLE,) * self.n

    @property
    def type_counts(self) -> tuple[int, ...]:
        return (1,) * self.n

    @property
    def designer(self) -> bool:
        """Whether player 0 is a rule-maker whose decisions institutions commit to."""
        return False

    @property
    def strategic(self) -> tuple[int, ...]:
        return tuple(range(1 if self.designer else 0, self.n))

    def index(self, player: str | int) -> int:
        """Position of a player given by name or position. Raises InputError naming the players there are."""
        if isinstance(player, int) and not isinstance(player, bool) and 0 <= player < self.n:
            return player
        if player in self.players:
            return self.players.index(str(player))
        raise InputError(where="player", needed=f"one of {', '.join(self.players)}", found=repr(player))

    @cached_property
    def signals(self) -> tuple[Reading, ...]:
        """Everything that a rule can be written on."""
        return tuple(self._readings.values())

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        return readings(self.kinds, self.players, self.actions)

    def signal(self, name: str) -> Reading:
        """The signal of that name: "meal of agent 0", say. Raises InputError naming the events that this world emits."""
        if name in self._readings:
            return self._readings[name]
        shapes = {"player": "of a player", "pair": "of one player on another", "world": "of the world"}
        raise InputError(
            where=f"signal {name!r}",
            needed="an event that this world emits: "
            + "; ".join(f"“{kind.name}” ({shapes[kind.among]})" for kind in self.kinds),
            found=repr(name),
            remedy=f"Players are {', '.join(self.players)}; write for example {self.signals[0].name!r}.",
        )


def agents(count: int) -> tuple[str, ...]:
    """ "agent 0", "agent 1", …"""
    return tuple(f"agent {i}" for i in range(count))


def action_kind(actions: tuple[tuple[str, ...], ...]) -> Kind:
    """The first kind of every world."""
    return Kind(ACTION, max(actions, key=len))
