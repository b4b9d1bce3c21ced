"""Knowing the stock, and being overruled: two smaller parts of long-lived commons (Ostrom 1990, principles 4B and 7).

`StockMonitor` tells everybody an estimate of the standing stock, with an error; `Authority` stands above the institution and
cancels some of its reports, in the open or silently.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..world import Kind, Record, Turn, World, Wrapper, pytree, static
from .ledger import WorldInstitution, a_world, within
from .limits import level_of

VETO = Kind("veto", ("none", "logged", "silent"))


@pytree
class Estimate(Record):
    """Stock as estimated before players act, as the event “estimate” with the outcomes of the stock, and shown to all."""

    levels: jax.Array
    error: jax.Array
    """float32 []; standard deviation as a share of the stock."""
    stock: str = static()
    outcomes: tuple[str, ...] = static()

    @property
    def kind(self) -> Kind:
        return Kind("estimate", self.outcomes, "world")

    @property
    def shown_names(self) -> tuple[str, ...]:
        return ("estimated stock",)

    def first(self, key: jax.Array, world: World, state: Any) -> jax.Array:
        return self._guess(key, world, state)

    def _guess(self, key: jax.Array, world: World, state: Any) -> jax.Array:
        stock = self.levels[world.standing(state).code(self.stock)]
        guess = stock * (1 + self.error * jax.random.normal(key))
        return jnp.abs(self.levels - guess).argmin().astype(jnp.int32)

    def after(self, key: jax.Array, world: World, before: Any, turn: Turn, value: jax.Array) -> jax.Array:
        return self._guess(key, world, turn.state)

    def code(self, value: jax.Array) -> jax.Array:
        return value

    def shown(self, world: World, state: Any, value: jax.Array) -> jax.Array:
        return jnp.full((world.n, 1), self.levels[value] / jnp.maximum(self.levels.max(), 1))


@dataclass(frozen=True)
class StockMonitor(WorldInstitution):
    """Everybody is told the standing stock with an error of `error` of it (standard deviation)."""

    error: Any = 0.0
    stock: str = "stock"

    def __post_init__(self) -> None:
        within("stock monitor", 0, np.inf, error=self.error)

    def moves(self, game: Any) -> tuple[Any, ...]:
        world = a_world(game, "stock monitor")
        levels = level_of(world, self.stock, "stock monitor")
        outcomes = world.signal(self.stock).outcomes
        return (Estimate(levels, jnp.asarray(self.error, jnp.float32), self.stock, outcomes),)

    def describe(self) -> str:
        return f"everybody is told {self.stock} with an error of {self.error} of it; no money moves"


@pytree
class Overruled(Wrapper):
    """A world in which reports are cancelled from above: one kind more, “veto”."""

    inner: World
    chances: jax.Array
    """float32 [2]: vetoed, of these in silence."""
    draws = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, VETO)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        report = turn.events.code("report")
        chance = jax.random.uniform(self.own(key), (2, self.n))
        veto = (report > 0) & (chance[0] < self.chances[0])
        silent = veto & (chance[1] < self.chances[1])
        at = [kind.name for kind in turn.events.kinds].index("report")
        codes = tuple(jnp.where(veto, 0, code) if k == at else code for k, code in enumerate(turn.events.codes))
        events = replace(turn.events, codes=codes).plus(VETO, (veto + 1 * silent).astype(jnp.int32))
        return replace(turn, events=events)


@pytree
class Overrule:
    """The move: vetoes on reports that came before."""

    chances: jax.Array

    def wrap(self, world: World) -> World:
        world.signal(f"report of {world.players[0]}")
        return Overruled(world, self.chances)


@dataclass(frozen=True)
class Authority(WorldInstitution):
    """An outside authority cancels reports with probability `veto`, a share `silent` of them without a trace.

    Say it between the monitors and what settles on their reports: `Graduated(…, above=Authority(…))`.
    """

    veto: Any
    silent: Any = 0.0

    def __post_init__(self) -> None:
        within("authority", 0, 1, veto=self.veto, silent=self.silent)

    def moves(self, game: Any) -> tuple[Any, ...]:
        del game
        return (Overrule(jnp.stack([jnp.asarray(x, jnp.float32) for x in (self.veto, self.silent)])),)

    def describe(self) -> str:
        return f"an outside authority cancels reports with probability {self.veto}, {self.silent} of them silently"
