"""A world around a world: everything is the inner one's until a subclass says otherwise.

States nest: a wrapper with a memory of its own has states of its own around the inner ones. Wrap instead of subclassing.
"""

from __future__ import annotations

from typing import Any

import jax

from .events import Kind
from .seen import Seen
from .turn import Turn
from .world import World


class Wrapper(World):
    """Subclasses are pytrees with the field `inner: World`, and override what they change."""

    inner: World

    @property
    def players(self) -> tuple[str, ...]:
        return self.inner.players

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return self.inner.actions

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

    def reset(self, key: jax.Array) -> Any:
        return self.inner.reset(key)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        return self.inner.step(key, state, actions)

    def observe(self, state: Any) -> Seen:
        return self.inner.observe(state)

    def available(self, state: Any) -> jax.Array:
        return self.inner.available(state)

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
