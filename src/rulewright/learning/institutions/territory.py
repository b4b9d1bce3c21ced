"""Territories: patches belong to players; who takes from another's patch is a trespasser, and pays the owner or is kept out.

Exclusion is the word permit, where patches are actions of their own; a fine needs only that the event says which patch it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.moves import Permit
from ..classification import Codebook
from ..world import Events, World, pytree, static
from .ledger import BALANCED, FUND, Settlement, WorldInstitution, a_world, coins, of_players, within


@pytree
class Trespassed(Settlement):
    """A world in which trespassers pay."""

    inner: World
    fine: jax.Array
    """float32 []; reward units."""
    on: str = static()
    owners: tuple[int, ...] = static()
    """owners[outcome]: a player, or −1 for what is nobody's."""
    to: str = static(default=BALANCED)

    def money(self, events: Events) -> jax.Array:
        n = self.n
        owner = jnp.array(self.owners)[events.code(self.on)]
        wrong = (owner >= 0) & (owner != jnp.arange(n))
        fine = coins(self.fine)
        received = jnp.zeros(n).at[jnp.maximum(owner, 0)].add(jnp.where(wrong, fine, 0.0))
        return (received if self.to == BALANCED else 0.0) - fine * wrong


@pytree
class Trespass:
    """The move: fines for trespass."""

    fine: jax.Array
    on: str = static()
    owners: tuple[int, ...] = static()
    to: str = static(default=BALANCED)

    def wrap(self, world: World) -> World:
        return Trespassed(world, self.fine, self.on, self.owners, self.to)


@dataclass(frozen=True)
class Territory(WorldInstitution):
    """Outcomes of `on` that belong to players; others pay `fine` to the owner (or the fund), or may not do it at all."""

    on: str
    owner: Mapping[str, str | int]
    """Of each outcome that is a patch: its owner. What is not named is open to all."""
    fine: Any = 0.0
    exclude: bool = False
    """Only where `on` is “action”: the others' action is taken away."""
    to: str = BALANCED

    def __post_init__(self) -> None:
        within("territory", 0, 256, fine=self.fine)
        if self.exclude and self.on != "action":
            raise InputError(
                where="territory",
                needed="patches that are actions, to keep others out",
                found=f"the event “{self.on}”",
                remedy="Fine trespass instead.",
            )
        if self.to not in (BALANCED, FUND):
            raise InputError(where="territory", needed="balanced or fund", found=repr(self.to))

    @property
    def budget(self) -> str:
        return self.to

    def owners(self, world: World) -> tuple[int, ...]:
        """Of each outcome: the owner's position, −1 for what is open to all."""
        outcomes = of_players(world, self.on, "territory")
        unknown = [y for y in self.owner if y not in outcomes]
        if unknown:
            raise InputError(where="territory", needed=f"outcomes among {', '.join(outcomes)}", found=unknown[0])
        return tuple(world.index(self.owner[y]) if y in self.owner else -1 for y in outcomes)

    def codebook(self, world: World) -> Codebook:
        """What is wrong for whom."""
        owner = np.array(self.owners(world))
        wrong = (owner >= 0) & (owner != np.arange(world.n)[:, None])
        return Codebook(jnp.asarray(wrong[None], jnp.int32), self.on, ("trespass",))

    def moves(self, game: Any) -> tuple[Any, ...]:
        world = a_world(game, "territory")
        owners = self.owners(world)
        if not self.exclude:
            return (Trespass(jnp.asarray(self.fine, jnp.float32), self.on, owners, self.to),)
        return tuple(
            Permit(player, tuple(a for k, a in enumerate(world.actions[i]) if owners[k] in (-1, i)))
            for i, player in enumerate(world.players)
        )

    def describe(self) -> str:
        said = ", ".join(f"{patch} is {owner}'s" for patch, owner in self.owner.items())
        what = "others are kept out" if self.exclude else f"others pay {self.fine}"
        return f"{said}; {what}; {self.to}"
