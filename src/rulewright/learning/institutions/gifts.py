"""Gifts: with every action a player may give a fixed amount to another one; nobody owes anything (Lupu & Precup 2020, AAMAS).

Zero-sum: what one gives another one gets. The comparison arm of formal contracts, which are gifts that bind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..world import Kind, Turn, World, pytree
from ..world.events import NO_YES, flags
from .joint import Joint
from .ledger import WorldInstitution, a_world, coins, within

GIFT = Kind("gift", NO_YES, "pair")


@pytree
class Giving(Joint):
    """A world in which actions may carry a gift; extra k > 0 goes to the k-th of the other players."""

    inner: World
    size: jax.Array
    """float32 []; reward units."""

    @property
    def extras(self) -> tuple[str, ...]:
        return self.named(0)

    def named(self, player: int) -> tuple[str, ...]:
        return ("", *(f", gift to {other}" for j, other in enumerate(self.players) if j != player))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, GIFT)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        action, extra = self.parts(actions)
        turn = self.inner.step(key, state, action)
        n = self.n
        other = np.array([[i, *(j for j in range(n) if j != i)] for i in range(n)])
        to = jnp.take_along_axis(jnp.asarray(other), extra[:, None], axis=-1)[:, 0]
        given = jax.nn.one_hot(to, n) * (extra > 0)[:, None]
        size = coins(self.size)
        money = size * (given.sum(axis=0) - given.sum(axis=1))
        return replace(turn, events=turn.events.plus(GIFT, flags(given > 0)), transfer=turn.transfer + money)


@pytree
class Give:
    """The move: gifts of that size."""

    size: jax.Array

    def wrap(self, world: World) -> World:
        return Giving(world, self.size)


@dataclass(frozen=True)
class Gifts(WorldInstitution):
    """Anybody may give `size` to anybody, with any action."""

    size: Any

    def __post_init__(self) -> None:
        within("gifts", 0, 256, size=self.size)

    def moves(self, game: Any) -> tuple[Any, ...]:
        a_world(game, "gifts")
        return (Give(jnp.asarray(self.size, jnp.float32)),)

    def describe(self) -> str:
        return f"with every action one may give {self.size} to another player; balanced"
