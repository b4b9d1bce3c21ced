"""A bracket tax on income, period by period, given back in equal shares (after the AI Economist's periodic bracket tax).

    T(z) = Σ_b τ_b · min(max(z − e_b, 0), e_{b+1} − e_b)        z: what a player earned in the period, read from an event in units

At the end of a period everybody pays T(z_i) and gets Σ_j T(z_j)/n. Rates are numbers to search over; what comes in goes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...design.taxes.schedule import Schedule
from ...errors import InputError
from ..world import Seen, Turn, World, Wrapper, pytree, static
from .ledger import BALANCED, MOST, WorldInstitution, amounts_of, coins, of_players, whole, within


@pytree
class TaxedState:
    inner: Any
    earned: jax.Array
    """float32 [player]; in this period so far."""
    clock: jax.Array
    """int32 []; steps into the period."""


@pytree
class Taxed(Wrapper):
    """A world with a tax day."""

    inner: World
    amounts: jax.Array
    """float32 [outcome of the event]; units of income."""
    starts: jax.Array
    """float32 [bracket]"""
    rates: jax.Array
    """float32 [bracket]"""
    on: str = static()
    period: int = static()

    def inner_state(self, state: TaxedState) -> Any:
        return state.inner

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*self.inner.number_names, "my income to be taxed", "time to the tax day")

    def reset(self, key: jax.Array) -> TaxedState:
        return TaxedState(self.inner.reset(key), jnp.zeros(self.n, jnp.float32), jnp.int32(0))

    def observe(self, state: TaxedState) -> Seen:
        left = jnp.broadcast_to(1 - state.clock / self.period, (self.n,))
        scale = jnp.maximum(self.amounts.max(), 1)
        return self.inner.observe(state.inner).plus(jnp.stack([state.earned / scale, left], axis=1))

    def tax(self, income: jax.Array) -> jax.Array:
        """float32 [player]: what is due."""
        ends = jnp.append(self.starts[1:], jnp.inf)
        within = jnp.clip(income[:, None] - self.starts, 0, ends - self.starts)
        return (within * self.rates).sum(axis=-1)

    def step(self, key: jax.Array, state: TaxedState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        earned = state.earned + self.amounts[turn.events.code(self.on)]
        clock = state.clock + 1
        day = (clock >= self.period) | turn.done
        share = coins(jnp.where(day, self.tax(earned), 0.0) / self.n)
        money = share.sum() - self.n * share  # sums to 0 exactly: whole coins
        after = TaxedState(turn.state, jnp.where(day, 0.0, earned), jnp.where(day, 0, clock))
        return replace(turn, state=after, transfer=turn.transfer + money, fund=turn.fund - money.sum())


@pytree
class TaxDay:
    """The move: the tax, in whatever world it is said in."""

    starts: jax.Array
    rates: jax.Array
    on: str = static()
    period: int = static()

    def wrap(self, world: World) -> World:
        amounts = jnp.asarray(amounts_of(of_players(world, self.on, "bracket tax"), "bracket tax"), jnp.float32)
        if world.designer:
            raise InputError(where="bracket tax", needed="a world without a rule-maker who plays", found="one with it")
        return Taxed(world, amounts, self.starts, self.rates, self.on, self.period)


@dataclass(frozen=True)
class BracketTax(WorldInstitution):
    """Rates by bracket on what each earns in a period; equal shares of it back. Raises InputError for rates above 1."""

    rates: tuple[float, ...]
    edges: tuple[float, ...] = ()
    """Where each bracket but the first begins."""
    period: int = 20
    """Steps."""
    on: str = "income"
    """An event of players whose outcomes are numbers."""

    def __post_init__(self) -> None:
        whole("bracket tax", 1, period=self.period)
        if all(isinstance(r, (int, float)) for r in self.rates):
            for r in self.rates:
                within("bracket tax", -MOST, 1, rate=r)
        Schedule(tuple(float(e) for e in self.edges), (0.0,) * len(self.rates))

    @property
    def budget(self) -> str:
        return BALANCED

    def moves(self, game: Any) -> tuple[Any, ...]:
        starts = jnp.asarray(np.array([0.0, *self.edges]), jnp.float32)
        rates = jnp.stack([jnp.asarray(r, jnp.float32) for r in self.rates])
        return (TaxDay(starts, rates, self.on, self.period),)

    def describe(self) -> str:
        said = ", ".join(f"{r:.0%} from {e:g}" for r, e in zip(self.rates, [0, *self.edges], strict=True))
        return f"a tax on {self.on} every {self.period} steps: {said}; given back in equal shares"
