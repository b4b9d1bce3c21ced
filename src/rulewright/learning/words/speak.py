"""`speak` on a world: a player sends a message with its action, as on arrays: "say m; a", code m·(number of actions) + a.

The rule hears it at once: it is the event "message of agent 0", which payments and commitments are written on. A hearer sees it
before its next action (on arrays, which have one round only, it plans an answer to each message instead).
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ...institution.moves import Speak
from ..world import Events, Kind, Seen, Turn, World, Wrapper, pytree, static
from .fit import widened, with_item
from .lift import lift

NOBODY = -1


@pytree
class SpokenState:
    inner: Any
    heard: jax.Array
    """int32 []; the last message, −1 before the first."""


@pytree
class Spoken(Wrapper):
    """A world in which one player also says something."""

    inner: World
    speaker: int = static()
    message: Kind = static()
    hearer: int = static(default=NOBODY)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        own = self.inner.actions[self.speaker]
        said = tuple(f"say {m}" if len(own) == 1 else f"say {m}; {a}" for m in self.message.outcomes for a in own)
        return with_item(self.inner.actions, self.speaker, said)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, self.message)

    @property
    def says(self) -> tuple[str, ...]:
        return (*self.inner.says, self.message.name)

    @property
    def number_names(self) -> tuple[str, ...]:
        if self.hearer == NOBODY:
            return self.inner.number_names
        return (*self.inner.number_names, *(f"{self.message.name}: {m}" for m in self.message.outcomes))

    def inner_state(self, state: SpokenState) -> Any:
        return state.inner

    def apart(self, actions: jax.Array) -> tuple[jax.Array, jax.Array]:
        """(message, actions of the world inside)."""
        count = self.inner.action_counts[self.speaker]
        own = actions[self.speaker]
        return own // count, actions.at[self.speaker].set(own % count)

    def reset(self, key: jax.Array) -> SpokenState:
        return SpokenState(self.inner.reset(key), jnp.int32(-1))

    def step(self, key: jax.Array, state: SpokenState, actions: jax.Array) -> Turn:
        message, inside = self.apart(actions)
        turn = self.inner.step(key, state.inner, inside)
        state = SpokenState(turn.state, message.astype(jnp.int32))
        return replace(turn, state=state, events=turn.events.plus(self.message, message))

    def said(self, key: jax.Array, state: SpokenState, actions: jax.Array) -> Events:
        message, inside = self.apart(actions)
        return self.inner.said(key, state.inner, inside).plus(self.message, message)

    def observe(self, state: SpokenState) -> Seen:
        seen = self.inner.observe(state.inner)
        if self.hearer == NOBODY:
            return seen
        shown = jax.nn.one_hot(state.heard, len(self.message.outcomes))
        return seen.plus(jnp.where((jnp.arange(self.n) == self.hearer)[:, None], shown, 0.0))

    def available(self, state: SpokenState) -> jax.Array:
        before, i = self.inner.available(state.inner), self.speaker
        own = jnp.tile(before[i, : self.inner.action_counts[i]], len(self.message.outcomes))
        width = max(self.action_counts)
        return widened(before, width).at[i].set(jnp.pad(own, (0, width - own.shape[0])))


def free_name(name: str, world: World) -> str:
    """`name`, or `name (2)` and so on, whichever no kind of the world has yet."""
    taken = {kind.name for kind in world.kinds}
    return next(c for c in itertools.chain([name], (f"{name} ({k})" for k in itertools.count(2))) if c not in taken)


@lift.register
def _(move: Speak, world: World) -> World:
    i = world.index(move.speaker)
    if not move.messages or len(set(move.messages)) != len(move.messages):
        raise InputError(where=f"speak by {move.speaker}", needed="different messages", found=str(move.messages))
    hearer = NOBODY if move.hearer is None else world.index(move.hearer)
    if hearer == i:
        raise InputError(where=f"speak by {move.speaker}", needed="a hearer other than the speaker", found=move.speaker)
    kind = Kind(free_name(f"message of {world.players[i]}", world), tuple(move.messages), "world")
    return Spoken(world, i, kind, hearer)
