"""What an institution remembers: offences so far, quota used, where the rule stands today, who is in good repute.

Not an eighth word: a record changes nothing that anybody gets, may do or knows. It adds a kind of event that the words can
be written on (a fine on "meal of agent 3" and "offences of agent 3"), read as it stood when the players acted, and brought
up to date by what then happened.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from typing import Any

import jax

from .events import Events, Kind
from .pytree import pytree
from .seen import Seen
from .turn import Turn
from .world import World
from .wrapper import Wrapper


class Record(ABC):
    """Subclasses are pytrees. A value is any pytree of arrays."""

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """As which event it can be read."""

    @abstractmethod
    def first(self, key: jax.Array, world: World, state: Any) -> Any:
        """The value at the start of an episode; `world` is the one under the record, `state` its state."""

    @abstractmethod
    def after(self, key: jax.Array, world: World, before: Any, turn: Turn, value: Any) -> Any:
        """The value after a turn of `world` that began in the state `before`; `turn.events` has this record's kind as well."""

    @abstractmethod
    def code(self, value: Any) -> jax.Array:
        """int code array of the kind."""

    def shown(self, world: World, state: Any, value: Any) -> jax.Array:
        """float32 [player, k]: what each player sees of it, of order one; k = 0 for what is kept secret."""
        del state, value
        return jax.numpy.zeros((world.n, 0), jax.numpy.float32)

    @property
    def shown_names(self) -> tuple[str, ...]:
        """What the numbers shown are, k of them."""
        return ()

    def wrap(self, world: World) -> World:
        """`world` with this record kept."""
        return Recorded(world, self)


@pytree
class RecordedState:
    inner: Any
    value: Any


@pytree
class Recorded(Wrapper):
    """A world in which a record is kept."""

    inner: World
    record: Record
    draws = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, self.record.kind)

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*self.inner.number_names, *self.record.shown_names)

    def inner_state(self, state: Any) -> Any:
        return state.inner

    def reset(self, key: jax.Array) -> RecordedState:
        inner = self.inner.reset(key)
        return RecordedState(inner, self.record.first(self.own(key), self.inner, inner))

    def step(self, key: jax.Array, state: RecordedState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        events: Events = turn.events.plus(self.record.kind, self.record.code(state.value))
        turn = replace(turn, events=events)
        value = self.record.after(self.own(key), self.inner, state.inner, turn, state.value)
        return replace(turn, state=RecordedState(turn.state, value))

    def observe(self, state: RecordedState) -> Seen:
        return self.inner.observe(state.inner).plus(self.record.shown(self.inner, state.inner, state.value))

    @cached_property
    def stands(self) -> tuple[str, ...]:
        return (*self.inner.stands, self.record.kind.name)

    def standing(self, state: RecordedState) -> Events:
        return self.inner.standing(state.inner).plus(self.record.kind, self.record.code(state.value))
