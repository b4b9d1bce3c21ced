"""A renewable stock that grows continuously, harvested by effort (Gordon 1954, J. Polit. Econ. 62; Schaefer 1954).

    x′ = x + r·x·(1 − x/K) − Σ h_i        h_i = q·e_i·x        pay of i: p·h_i − c·e_i

The world that has its answers on paper, and so the unit test of every rule on worlds. With a steady total effort E the stock
rests at x = K(1 − qE/r), where i earns (p·q·x − c)·e_i each step: a linear-quadratic game in efforts. With b = c/(p·q·K):

    largest steady catch     rK/4          at  E = r/2q,  x = K/2
    open access              x = c/(p·q)   where effort no longer pays
    Nash of n, each          e = r(1 − b)/(q(n + 1))      all together E = n·e
    jointly best             E = r(1 − b)/(2q)

There may be several such stocks, side by side; then an effort is spent at one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.events import numerals
from ..world.seen import no_view
from ..world.world import action_kind, agents

PERCENT = 100


@pytree
class StockState:
    stock: jax.Array
    """float32 [patch]."""
    time: jax.Array
    """int32 []."""


@pytree
class Stock(World):
    """Numbers are leaves: a sweep over r, K or the price is one batch."""

    growth: Any = 0.5
    """r, per step."""
    capacity: Any = 100.0
    """K, of each stock."""
    catchability: Any = 0.01
    """q: share of the stock that a unit of effort takes in a step."""
    price: Any = 1.0
    """p, of a unit caught."""
    cost: Any = 0.25
    """c, of a unit of effort."""
    unit: Any = 1.0
    """Effort of level 1."""
    first: Any = 0.5
    """Stock at the start, share of K."""
    count: int = static(default=3)
    levels: int = static(default=25)
    """Efforts are 0, 1, …, `levels` units."""
    patches: int = static(default=1)
    steps: int = static(default=200)

    def __post_init__(self) -> None:
        if min(self.count, self.levels, self.patches, self.steps) < 1:
            raise InputError(
                where="stock",
                needed="at least one player, level, patch and step",
                found=f"{self.count}, {self.levels}, {self.patches}, {self.steps}",
            )

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """ "0", "1", … with one stock; with several "0", then "1 at patch 0", … for every patch."""
        if self.patches == 1:
            return (numerals(self.levels + 1),) * self.count
        spent = [f"{e} at patch {j}" for j in range(self.patches) for e in range(1, self.levels + 1)]
        return (("0", *spent),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Effort in levels; catch and stock in percent of all capacity, rounded: money on them is to that grain."""
        share = numerals(PERCENT + 1)
        return (
            action_kind(self.actions),
            Kind("effort", numerals(self.levels + 1)),
            Kind("catch", share),
            Kind("stock", share, "world"),
        )

    @property
    def horizon(self) -> int:
        return self.steps

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*(f"stock {j}" for j in range(self.patches)), "time")

    def reset(self, key: jax.Array) -> StockState:
        del key
        return StockState(jnp.full(self.patches, self.first * self.capacity, jnp.float32), jnp.int32(0))

    def step(self, key: jax.Array, state: StockState, actions: jax.Array) -> Turn:
        del key
        x, spent = state.stock, actions - 1
        level = jnp.where(actions > 0, spent % self.levels + 1, 0)
        at = jnp.arange(self.patches) == jnp.where(actions > 0, spent // self.levels, -1)[:, None]
        effort = at * level[:, None] * jnp.float32(self.unit)
        share = self.catchability * effort
        share = share / jnp.maximum(share.sum(axis=0), 1.0)  # all there is, and no more
        caught = share * x
        after = jnp.maximum(x + self.growth * x * (1 - x / self.capacity) - caught.sum(axis=0), 0.0)
        nothing = jnp.zeros(self.count, jnp.float32)
        return Turn(
            state=StockState(after, state.time + 1),
            base=(self.price * caught.sum(axis=1) - self.cost * effort.sum(axis=1)).astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=jnp.bool_(False),
            truncated=state.time + 1 >= self.steps,
            events=Events((actions, level, self.percent(caught.sum(axis=1)), self.percent(x.sum())), self.kinds),
        )

    def percent(self, amount: jax.Array) -> jax.Array:
        """int32: of all capacity, rounded."""
        share = PERCENT * amount / (self.capacity * self.patches)
        return jnp.clip(jnp.round(share), 0, PERCENT).astype(jnp.int32)

    def standing(self, state: StockState) -> Events:
        return Events((self.percent(state.stock.sum()),), self.kinds[3:])

    def observe(self, state: StockState) -> Seen:
        time = jnp.float32(state.time / self.steps)
        numbers = jnp.append(state.stock / self.capacity, time).astype(jnp.float32)
        return Seen(no_view(self.count), jnp.broadcast_to(numbers, (self.count, self.patches + 1)))


@dataclass(frozen=True)
class Steady:
    """What a stock comes to when efforts no longer change."""

    effort: float
    """All players together."""
    stock: float
    catch: float
    """Per step, all together."""
    rent: float
    """p·catch − c·effort per step, all together."""


def steady(world: Stock, effort: float) -> Steady:
    """The stock at rest under a total effort: x = K(1 − qE/r), or nothing where E ≥ r/q."""
    stock = max(0.0, float(world.capacity) * (1 - float(world.catchability) * effort / float(world.growth)))
    catch = float(world.catchability) * effort * stock
    return Steady(effort, stock, catch, float(world.price) * catch - float(world.cost) * effort)


def largest_catch(world: Stock) -> Steady:
    """The most that can be caught for ever: rK/4 (Schaefer 1954)."""
    return steady(world, float(world.growth) / (2 * float(world.catchability)))


def open_access(world: Stock) -> Steady:
    """Where effort enters as long as it pays: all rent is gone (Gordon 1954)."""
    return steady(world, _room(world))


def joint(world: Stock) -> Steady:
    """The effort of the largest rent."""
    return steady(world, _room(world) / 2)


def nash(world: Stock, players: int | None = None) -> Steady:
    """Every player's effort is best against the others', for ever the same (a Cournot game in efforts)."""
    n = world.count if players is None else players
    return steady(world, _room(world) * n / (n + 1))


def _room(world: Stock) -> float:
    """Effort at which the stock falls to c/(p·q): r(1 − b)/q."""
    q = float(world.catchability)
    b = float(world.cost) / (float(world.price) * q * float(world.capacity))
    return max(0.0, float(world.growth) * (1 - b) / q)
