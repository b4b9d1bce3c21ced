"""A world around a world: everything is the inner one's until a subclass says otherwise.

States nest: a wrapper with a memory of its own has states of its own around the inner ones. Wrap instead of subclassing.
Randomness does not: a wrapper hands its key on untouched and draws with `own(key)`, so that the world inside does the same thing
with the rule and without it, byte for byte, as long as everybody acts alike.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import jax

from .events import Events, Kind, Reading, readings
from .seen import Seen
from .turn import Turn
from .world import World

APART = 0x5EED0000  # far above any number of parts that a world splits its key into


class Wrapper(World):
    """Subclasses are pytrees with the field `inner: World`, and override what they change."""

    inner: World
    draws: ClassVar[bool] = False
    """Whether it draws anything at random."""

    @property
    def players(self) -> tuple[str, ...]:
        return self.inner.players

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return self.inner.actions

    @property
    def acts(self) -> tuple[tuple[str, ...], ...]:
        return self.inner.acts

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return self.inner.kinds

    @property
    def horizon(self) -> int:
        return self.inner.horizon

    @property
    def view_codes(self) -> int:
        return self.inner.view_codes

    @property
    def number_names(self) -> tuple[str, ...]:
        return self.inner.number_names

    @property
    def designer(self) -> bool:
        return self.inner.designer

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        mine = type(self)
        if all(getattr(mine, name) is getattr(Wrapper, name) for name in ("players", "kinds", "acts")):
            return self.inner._readings
        return readings(self.kinds, self.players, self.acts)

    @cached_property
    def stands(self) -> tuple[str, ...]:
        return self.inner.stands

    @property
    def says(self) -> tuple[str, ...]:
        return self.inner.says

    def reset(self, key: jax.Array) -> Any:
        return self.inner.reset(key)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        return self.inner.step(key, state, actions)

    def observe(self, state: Any) -> Seen:
        return self.inner.observe(self.inner_state(state))

    def available(self, state: Any) -> jax.Array:
        return self.inner.available(self.inner_state(state))

    def standing(self, state: Any) -> Events:
        return self.inner.standing(self.inner_state(state))

    def said(self, key: jax.Array, state: Any, actions: jax.Array) -> Events:
        return self.inner.said(key, self.inner_state(state), actions)

    def own(self, key: jax.Array) -> jax.Array:
        """A key for this wrapper alone; those below draw with others, whatever is added above or between."""
        below, world = 0, self.inner
        while isinstance(world, Wrapper):
            below, world = below + world.draws, world.inner
        return jax.random.fold_in(key, APART + below)

    def base_state(self, state: Any) -> Any:
        """The innermost world's state: for pictures and for players who see everything."""
        inner = self.inner_state(state)
        return self.inner.base_state(inner) if isinstance(self.inner, Wrapper) else inner

    def inner_state(self, state: Any) -> Any:
        """The inner world's state within this one's; the same thing unless a wrapper remembers something."""
        return state


def base_world(world: World) -> World:
    """The innermost world."""
    while isinstance(world, Wrapper):
        world = world.inner
    return world


def base_state(world: World, state: Any) -> Any:
    """The innermost world's state."""
    return world.base_state(state) if isinstance(world, Wrapper) else state
