"""The fishery with one stock of GovSim (Piatti et al. 2024, NeurIPS): catch as much as you like, what is left doubles.

Each month all players say how much they catch; where they want more than there is, all get the same share of what they asked
for, rounded down. What remains doubles, up to the capacity. Below the least stock the fishery collapses and the episode ends.

    x′ = min(K, r·(x − Σ c_i))        sustainable: Σ c_i ≤ x·(1 − 1/r)
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

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
    """K."""
    least: int = static(default=5)
    """Below it, the fishery has collapsed."""
    growth: int = static(default=2)
    """r."""
    months: int = static(default=12)

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return (numerals(self.most + 1),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        stock = Kind("stock", numerals(self.capacity + 1), "world")
        return (action_kind(self.actions), Kind("catch", numerals(self.most + 1)), stock)

    @property
    def horizon(self) -> int:
        return self.months

    @property
    def number_names(self) -> tuple[str, ...]:
        return ("stock", "month")

    def reset(self, key: jax.Array) -> FisheryState:
        del key
        return FisheryState(jnp.int32(self.capacity), jnp.int32(0))

    def step(self, key: jax.Array, state: FisheryState, actions: jax.Array) -> Turn:
        del key
        wanted = actions.sum()
        share = jnp.where(wanted > state.stock, actions * state.stock // jnp.maximum(wanted, 1), actions)
        left = state.stock - share.sum()
        after = FisheryState(jnp.minimum(self.capacity, self.growth * left), state.month + 1)
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
