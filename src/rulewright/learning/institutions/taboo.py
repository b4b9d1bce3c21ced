"""Taboos: who breaks one is marked for all to see, and whoever sanctions a marked player is rewarded; some taboos are silly.

After Köster, Hadfield-Menell, Everett, Weidinger, Hadfield & Leibo 2022 (PNAS 119): an important taboo is on what does harm, a
silly one on what does none; the mark makes a delayed harm into an immediate and attributable one, and silly taboos give practice
in enforcement. The amounts are configuration: those of the paper are not public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..classification import Classification, Codebook
from ..world import Events, Kind, Record, Turn, World, pytree, static
from ..world.events import NO_YES, flags, position
from .altar import table_of
from .ledger import FUND, MOST, Settlement, WorldInstitution, a_world, coins, of_players, whole, within

MARK = Kind("mark", NO_YES)


@pytree
class Marks(Record):
    """Who has lately done wrong, shown to all as the event “mark”."""

    classification: Classification
    length: jax.Array
    """int32 []; steps that a mark lasts."""
    names: tuple[str, ...] = static()

    @property
    def kind(self) -> Kind:
        return MARK

    @property
    def shown_names(self) -> tuple[str, ...]:
        return tuple(f"mark of {name}" for name in self.names)

    def first(self, key: jax.Array, world: World, state: Any) -> jax.Array:
        del key, state
        return jnp.zeros(world.n, jnp.int32)

    def after(self, key: jax.Array, world: World, before: Any, turn: Turn, value: jax.Array) -> jax.Array:
        del key, world, before
        return jnp.where(self.classification.wrong(turn.events), self.length, jnp.maximum(value - 1, 0))

    def code(self, value: jax.Array) -> jax.Array:
        return flags(value > 0)

    def shown(self, world: World, state: Any, value: jax.Array) -> jax.Array:
        return jnp.broadcast_to((value > 0).astype(jnp.float32), (world.n, world.n))


@pytree
class Bounties(Settlement):
    """Sanctions of one player on another: what they cost both, and what a correct one earns. The fund pays and receives."""

    inner: World
    amounts: jax.Array
    """float32 [3]: cost to who sanctions, loss of the target, bounty if the target is marked; reward units."""
    zap: str = static()
    by: str = static(default="mark")

    def money(self, events: Events) -> jax.Array:
        cost, loss, bounty = coins(self.amounts)
        hit = (events.code(self.zap) > 0) & ~jnp.eye(self.n, dtype=bool)
        correct = hit & (events.code(self.by) > 0)[None, :]
        return bounty * correct.sum(axis=1) - cost * hit.sum(axis=1) - loss * hit.sum(axis=0)


@pytree
class Bounty:
    """The move: bounties on a sanction."""

    amounts: jax.Array
    zap: str = static()
    by: str = static(default="mark")

    def wrap(self, world: World) -> World:
        kind = world.kinds[position(self.zap, world.kinds)]
        if kind.among != "pair":
            raise InputError(
                where="bounty", needed="an event of one player on another", found=f"{kind.name} of a {kind.among}"
            )
        return Bounties(world, self.amounts, self.zap, self.by)


@dataclass(frozen=True)
class Taboo(WorldInstitution):
    """Outcomes of `on` that mark a player; sanctions (`zap`, an event of one player on another) on the marked earn a bounty."""

    on: str
    important: tuple[str, ...]
    silly: tuple[str, ...] = ()
    zap: str = "zap"
    length: int = 40
    cost: Any = 0.1
    loss: Any = 2.0
    bounty: Any = 1.0

    def __post_init__(self) -> None:
        within("taboo", 0, MOST, cost=self.cost, loss=self.loss, bounty=self.bounty)
        whole("taboo", 1, 2**30, length=self.length)
        both = [y for y in self.important if y in self.silly]
        if both:
            raise InputError(where="taboo", needed="what does harm or what does none", found=f"{both[0]} in both")

    @property
    def budget(self) -> str:
        return FUND

    def codebook(self, world: World) -> Codebook:
        """Reason 1 for what does harm, 2 for what is only forbidden."""
        outcomes = of_players(world, self.on, "taboo")
        harm, only = (table_of(outcomes, (wrong,), "taboo") for wrong in (self.important, self.silly))
        return Codebook(jnp.where(harm > 0, 1, 2 * only), self.on, ("harmful", "taboo"))

    def moves(self, game: Any) -> tuple[Any, ...]:
        world = a_world(game, "taboo")
        marks = Marks(self.codebook(world), jnp.int32(self.length), world.players)
        amounts = jnp.stack([jnp.asarray(x, jnp.float32) for x in (self.cost, self.loss, self.bounty)])
        return (marks, Bounty(amounts, self.zap))

    def describe(self) -> str:
        silly = f", and {', '.join(self.silly)} though harmless" if self.silly else ""
        return (
            f"{', '.join(self.important) or 'nothing harmful'}{silly} marks for {self.length} steps; {self.zap} costs {self.cost}, "
            f"takes {self.loss} and earns {self.bounty} if the target is marked; fund"
        )
