"""What happened last: kinds of the step before, so that rules can bar, script and show by what has been done.

Some kinds stand by themselves (a stock, a record: `World.standing`) and are read as they are when players act. The others are
remembered for one step; before the first step they read as their first outcome ("no", "none", "0").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp

from ..world import Events, Turn, World, Wrapper, pytree, static
from ..world.events import position


@pytree
class RememberedState:
    inner: Any
    codes: tuple[jax.Array, ...]


@pytree
class Remembered(Wrapper):
    """A world in which the kinds `names` stand as they were in the step before."""

    inner: World
    names: tuple[str, ...] = static()

    @cached_property
    def stands(self) -> tuple[str, ...]:
        return (*self.inner.stands, *self.names)

    def inner_state(self, state: RememberedState) -> Any:
        return state.inner

    def reset(self, key: jax.Array) -> RememberedState:
        shapes = {"player": (self.n,), "pair": (self.n, self.n), "world": ()}
        among = [self.kinds[position(name, self.kinds)].among for name in self.names]
        return RememberedState(self.inner.reset(key), tuple(jnp.zeros(shapes[a], jnp.int32) for a in among))

    def step(self, key: jax.Array, state: RememberedState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        codes = tuple(turn.events.code(name).astype(jnp.int32) for name in self.names)
        return replace(turn, state=RememberedState(turn.state, codes))

    def standing(self, state: RememberedState) -> Events:
        events = self.inner.standing(state.inner)
        for name, code in zip(self.names, state.codes, strict=True):
            events = events.plus(self.kinds[position(name, self.kinds)], code)
        return events


def remembering(world: World, kinds: Sequence[str]) -> World:
    """`world` in which all of `kinds` stand; the same world where they do already."""
    missing = tuple(dict.fromkeys(kind for kind in kinds if kind not in world.stands))
    for name in missing:
        position(name, world.kinds)
    if not missing:
        return world
    if isinstance(world, Remembered):
        return replace(world, names=(*world.names, *missing))
    return Remembered(world, missing)


def known(world: World, key: jax.Array, state: Any, actions: jax.Array, kinds: Sequence[str]) -> Events:
    """What of `kinds` can be read before the world moves: what the actions say, then what stands."""
    events = Events((), ())
    if set(kinds) & set(world.says):  # asked only where it is needed: each commitment below would answer it anew
        events = world.said(key, state, actions)
    if set(kinds) - set(world.says):
        standing = world.standing(state)
        events = Events((*events.codes, *standing.codes), (*events.kinds, *standing.kinds))
    return events
