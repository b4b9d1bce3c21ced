"""The fishery with one stock of GovSim (Piatti et al. 2024, NeurIPS): catch as much as you like, what is left doubles.

Each month all players say how much they catch. What remains doubles, up to the capacity. Below the least stock the fishery
collapses and the episode ends.

    x′ = min(K, ⌊r·(x − Σ c_i)⌋)        sustainable: Σ c_i ≤ x·(1 − 1/r); each player ⌊⌊x/2⌋/n⌋ at r = 2

Where players want more than there is, all get the same share of what they asked for, rounded down; or, as a lottery, the tons
that there are go by lot, every ton that was asked for being as likely as any other (that lottery is ours). Pasture and pollution
are the same dynamics under other names.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.events import numerals
from ..world.seen import no_view
from ..world.world import action_kind, agents


@pytree
class FisheryState:
    stock: jax.Array
    """int32 []; tons."""
    month: jax.Array
    """int32 []."""


@pytree
class Fishery(World):
    """Five players, a hundred tons, twelve months; all of them may be changed."""

    count: int = static(default=5)
    most: int = static(default=20)
    """The largest catch that a player may ask for, tons a month."""
    capacity: int = static(default=100)
    """K; the number of outcomes of the stock, so part of the shape."""
    least: Any = 5
    """Below it, the fishery has collapsed: tons, a leaf."""
    growth: Any = 2.0
    """r; a leaf. What grows is rounded down to whole tons."""
    months: int = static(default=12)
    lottery: bool = static(default=False)
    """Whether tons go by lot where players want more than there is."""
    catch: str = static(default="catch")
    """What a taking is called: "catch of agent 0"."""
    stock: str = static(default="stock")

    def __post_init__(self) -> None:
        if min(self.count, self.most, self.capacity, self.months) < 1:
            raise InputError(
                where="fishery",
                needed="at least one player, a catch of one ton, a capacity of one ton and a month",
                found=f"{self.count}, {self.most}, {self.capacity}, {self.months}",
            )

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return (numerals(self.most + 1),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        stock = Kind(self.stock, numerals(self.capacity + 1), "world")
        return (action_kind(self.actions), Kind(self.catch, numerals(self.most + 1)), stock)

    @property
    def horizon(self) -> int:
        return self.months

    @property
    def number_names(self) -> tuple[str, ...]:
        return (self.stock, "month")

    def reset(self, key: jax.Array) -> FisheryState:
        del key
        return FisheryState(jnp.int32(self.capacity), jnp.int32(0))

    def step(self, key: jax.Array, state: FisheryState, actions: jax.Array) -> Turn:
        wanted = actions.sum()
        scarce = by_lot(key, actions, state.stock, self.most) if self.lottery else proportional(actions, state.stock)
        share = jnp.where(wanted > state.stock, scarce, actions)
        left = state.stock - share.sum()
        grown = jnp.floor(self.growth * left).astype(jnp.int32)
        after = FisheryState(jnp.minimum(self.capacity, grown), state.month + 1)
        nothing = jnp.zeros(self.count, jnp.float32)
        return Turn(
            state=after,
            base=share.astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=left < self.least,
            truncated=after.month >= self.months,
            events=Events((actions, share, state.stock), self.kinds),
        )

    def standing(self, state: FisheryState) -> Events:
        return Events((state.stock,), self.kinds[2:])

    def observe(self, state: FisheryState) -> Seen:
        numbers = jnp.stack([state.stock / self.capacity, state.month / self.months]).astype(jnp.float32)
        return Seen(no_view(self.count), jnp.broadcast_to(numbers, (self.count, 2)))


def proportional(wanted: jax.Array, stock: jax.Array) -> jax.Array:
    """int [player]: everybody's share of the stock in proportion to what it wanted, rounded down."""
    return wanted * stock // jnp.maximum(wanted.sum(), 1)


def by_lot(key: jax.Array, wanted: jax.Array, stock: jax.Array, most: int) -> jax.Array:
    """int [player]: `stock` tons drawn without return from all tons that were wanted."""
    asked = jnp.arange(most) < wanted[:, None]
    lot = jnp.where(asked, jax.random.uniform(key, asked.shape), 2.0)
    place = lot.ravel().argsort().argsort().reshape(lot.shape)
    return (asked & (place < stock)).sum(axis=1).astype(wanted.dtype)


def sustainable(stock: int, players: int = 5) -> int:
    """Tons that each player may catch in a month so that a stock that doubles is not lowered: ⌊⌊x/2⌋/n⌋ (GovSim)."""
    return stock // 2 // players


def pasture(**changed: Any) -> Fishery:
    """Flocks of sheep on a common pasture, in hectares of grass: the fishery under other names."""
    return Fishery(catch="grazed", stock="grass", **changed)


def pollution(**changed: Any) -> Fishery:
    """Factories on a river, each unit made costing one percent of clean water: the fishery under other names."""
    return Fishery(catch="made", stock="clean water", **changed)
