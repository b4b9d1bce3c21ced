"""Quotas and licences: how much of the standing stock may be taken in all, and by whom.

    total = amount + fraction · stock             fraction = 1 − 1/r keeps a stock that grows r-fold where it is
    quota_i = ⌊ total · w_i ⌋                      w: even shares of those who hold a licence in this period

Equal quota (everybody holds one), rotating licences (turn by turn) and random order (drawn anew each period) are the three rules
that irrigators vote on in the field experiments of Janssen, Bousquet, Cardenas, Castillo & Worrapimphong 2012 (Ecol. Soc. 17).
Quotas bind: an action above them is not there. Nested quotas give groups shares of a total that an upper level sets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import Seen, Turn, World, pytree, static
from .ledger import WorldInstitution, a_world, whole, within
from .limits import Limited, level_of, takes_of

SLACK = 1e-4  # of a unit: what float32 may be short of a whole number

EQUAL, ROTATION, RANDOM = "equal", "rotation", "random"


@pytree
class QuotaState:
    inner: Any
    round: jax.Array
    """int32 []; steps so far."""
    order: jax.Array
    """int32 [player]; the first `licences` in this order hold one."""


@pytree
class Licensed(Limited):
    """A world with quotas."""

    inner: World
    takes: jax.Array
    levels: jax.Array
    amount: jax.Array
    fraction: jax.Array
    shares: jax.Array
    """float32 [player]; weights among those who hold a licence."""
    stock: str = static()
    rule: str = static()
    licences: int = static()
    period: int = static()
    draws = True

    def inner_state(self, state: QuotaState) -> Any:
        return state.inner

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*self.inner.number_names, "my quota")

    def reset(self, key: jax.Array) -> QuotaState:
        return QuotaState(self.inner.reset(key), jnp.int32(0), self._order(self.own(key), jnp.int32(0)))

    def _order(self, key: jax.Array, round: jax.Array) -> jax.Array:
        if self.rule == RANDOM:
            return jax.random.permutation(key, self.n).astype(jnp.int32)
        turn = round // self.period if self.rule == ROTATION else 0
        return ((jnp.arange(self.n) - turn * self.licences) % self.n).astype(jnp.int32)

    def total(self, state: QuotaState) -> jax.Array:
        """float32 []: what may be taken in all."""
        stock = self.levels[self.inner.standing(state.inner).code(self.stock)]
        return self.amount + self.fraction * stock

    def quotas(self, state: QuotaState) -> jax.Array:
        """float32 [player], whole units."""
        weights = self.shares * (state.order < self.licences)
        return jnp.floor(self.total(state) * weights / jnp.maximum(weights.sum(), SLACK) + SLACK)

    def most(self, state: QuotaState) -> jax.Array:
        return self.quotas(state)

    def observe(self, state: QuotaState) -> Seen:
        largest = jnp.where(jnp.isinf(self.takes), 0, self.takes).max(axis=-1)
        mine = jnp.minimum(self.quotas(state), largest) / jnp.maximum(largest, 1)
        return self.inner.observe(state.inner).plus(mine[:, None])

    def step(self, key: jax.Array, state: QuotaState, actions: jax.Array) -> Turn:
        turn = super().step(key, state, actions)
        return self.on(turn, key, state)

    def on(self, turn: Turn, key: jax.Array, state: QuotaState) -> Turn:
        """The inner world's turn with this one's state."""
        round = state.round + 1
        anew = self._order(self.own(key), round)
        order = jnp.where(round % self.period == 0, anew, state.order)
        return replace(turn, state=QuotaState(turn.state, round, order))


@pytree
class License:
    """The move: quotas, in whatever world it is said in."""

    amount: jax.Array
    fraction: jax.Array
    shares: jax.Array | None
    stock: str = static()
    rule: str = static()
    licences: int = static()
    period: int = static()

    def wrap(self, world: World) -> World:
        shares = jnp.ones(world.n, jnp.float32) if self.shares is None else self.shares
        licences = self.licences or (world.n if self.rule == EQUAL else 1)
        if shares.shape != (world.n,) or licences > world.n:
            raise InputError(
                where="quota",
                needed=f"a share for each of {world.n} players, and no more licences",
                found=f"{shares.shape}",
            )
        takes, levels = takes_of(world, "quota"), level_of(world, self.stock, "quota")
        return Licensed(
            world, takes, levels, self.amount, self.fraction, shares, self.stock, self.rule, licences, self.period
        )


@dataclass(frozen=True)
class Quota(WorldInstitution):
    """Quotas by the standing stock: equal, rotating or in random order.

    `fraction` of the stock, or `growth` r for the sustainable one, 1 − 1/r; `amount` is what may be taken whatever the stock.
    Raises InputError for numbers out of range, a rule that is none, or a stock that the world does not show before players act.
    """

    fraction: Any = 0.0
    amount: Any = 0.0
    growth: Any = None
    rule: str = EQUAL
    licences: int = 0
    """How many hold one at a time; 0: all under an equal quota, one under the other rules."""
    period: int = 1
    """Steps that a licence is held."""
    shares: tuple[float, ...] | None = None
    stock: str = "stock"

    def __post_init__(self) -> None:
        within("quota", 0, 1, fraction=self.fraction)
        within("quota", 0, np.inf, amount=self.amount)
        within("quota", 1, np.inf, growth=1 if self.growth is None else self.growth)
        within("quota", 0, np.inf, several=True, shares=(0,) if self.shares is None else self.shares)
        whole("quota", 0, licences=self.licences)
        whole("quota", 1, period=self.period)
        if self.growth is not None and isinstance(self.fraction, (int, float)) and self.fraction:
            raise InputError(where="quota", needed="a fraction or a growth", found=f"{self.fraction}, {self.growth}")
        if self.rule not in (EQUAL, ROTATION, RANDOM):
            raise InputError(where="quota", needed="equal, rotation or random", found=repr(self.rule))

    def quota(self, stock: float, growth: float | None = None) -> float:
        """What may be taken in all at a stock, and, where the rule looks at it, at a rate of growth."""
        fraction = self.fraction if self.growth is None else 1 - 1 / (self.growth if growth is None else growth)
        return float(self.amount + fraction * stock)

    def moves(self, game: Any) -> tuple[Any, ...]:
        a_world(game, "quota")
        fraction = self.fraction if self.growth is None else 1 - 1 / self.growth
        shares = None if self.shares is None else jnp.asarray(self.shares, jnp.float32)
        return (
            License(
                jnp.asarray(self.amount, jnp.float32),
                jnp.asarray(fraction, jnp.float32),
                shares,
                self.stock,
                self.rule,
                self.licences,
                self.period,
            ),
        )

    def describe(self) -> str:
        who = {
            EQUAL: "everybody may take an even share",
            ROTATION: f"{self.licences or 1} at a time may take it, by rotation every {self.period} steps",
            RANDOM: f"{self.licences or 1} at a time may take it, drawn at random every {self.period} steps",
        }[self.rule]
        share = f"1 − 1/{self.growth}" if self.growth is not None else f"{self.fraction}"
        return f"of {self.amount} + {share} × {self.stock}, {who}; no money moves"


@dataclass(frozen=True)
class Nested(WorldInstitution):
    """Groups decide what fraction of the stock they take; an upper level allows `upper` in all; where it binds, all are cut."""

    groups: tuple[tuple[int, ...], ...]
    fractions: tuple[float, ...]
    """Of each group: what it has decided."""
    upper: float
    binding: bool = True
    stock: str = "stock"

    def __post_init__(self) -> None:
        within("nested quotas", 0, 1, upper=self.upper)
        within("nested quotas", 0, 1, several=True, fractions=self.fractions)
        for i in (i for group in self.groups for i in group):
            whole("nested quotas", 0, player=i)
        members = sorted(i for group in self.groups for i in group)
        if len(self.groups) != len(self.fractions) or members != list(range(len(members))) or not all(self.groups):
            raise InputError(
                where="nested quotas",
                needed="every player in one group, and a fraction for each group",
                found=f"groups {self.groups}, fractions {self.fractions}",
            )

    @property
    def granted(self) -> tuple[float, ...]:
        """Of each group: the fraction of the stock that its members may take."""
        asked = sum(self.fractions)
        scale = min(1.0, self.upper / asked) if self.binding and asked else 1.0
        return tuple(f * scale for f in self.fractions)

    def quota(self, stock: float, growth: float | None = None) -> float:
        """What all groups together may take at a stock, whatever its growth."""
        del growth
        return sum(self.granted) * stock

    def moves(self, game: Any) -> tuple[Any, ...]:
        world = a_world(game, "nested quotas")
        shares = np.zeros(world.n)
        for group, fraction in zip(self.groups, self.granted, strict=True):
            if max(group) >= world.n:
                raise InputError(where="nested quotas", needed=f"players 0 to {world.n - 1}", found=str(max(group)))
            shares[list(group)] = fraction / len(group)
        total = float(shares.sum())
        return Quota(fraction=min(total, 1.0), shares=tuple(shares), stock=self.stock).moves(world)

    def describe(self) -> str:
        said = ", ".join(f"{f:g} to {len(g)} players" for g, f in zip(self.groups, self.granted, strict=True))
        return f"of {self.stock}, {said}, under an upper level that allows {self.upper:g}; no money moves"
