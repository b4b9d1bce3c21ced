"""Claims and audits: pay for what one says one did, look at some of the claims, and take excess back with a fine on top.

A claim of x units above the truth gains θ·x and costs p·(1 + λ)·θ·x in expectation: honest iff p·(1 + λ) ≥ 1. The rule of
Becker 1968 (J. Polit. Econ. 76) for claims.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from ..world import Kind, Turn, World, pytree, static
from ..world.events import NO_YES, flags, numerals
from .joint import Joint
from .ledger import (
    BALANCED,
    MOST,
    WorldInstitution,
    a_world,
    among_others,
    amounts_of,
    coins,
    of_players,
    receiver,
    whole,
    within,
)


def honest(audit: Any, fine: Any) -> Any:
    """Whether over-claiming does not pay: p·(1 + λ) ≥ 1."""
    return audit * (1 + fine) >= 1


@pytree
class Claimed(Joint):
    """A world in which actions carry a claim of 0, 1, … units above what is then done."""

    inner: World
    amounts: jax.Array
    """float32 [outcome]: units."""
    rates: jax.Array
    """float32 [3]: θ per unit claimed, p of an audit, λ on top of what is taken back."""
    on: str = static()
    most: int = static()
    to: str = static(default=BALANCED)
    draws = True

    @property
    def extras(self) -> tuple[str, ...]:
        return ("", *(f", claiming {k} more" for k in range(1, self.most + 1)))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, Kind("excess", numerals(self.most + 1)), Kind("audit", NO_YES))

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        action, excess = self.parts(actions)
        turn = self.inner.step(key, state, action)
        rate, audit, fine = self.rates
        audited = jax.random.uniform(self.own(key), (self.n,)) < audit
        claim = self.amounts[turn.events.code(self.on)] + excess
        received = rate * (claim - (1 + fine) * excess * audited)
        money = among_others(received) if self.to == BALANCED else coins(received)
        events = turn.events.plus(self.kinds[-2], excess).plus(self.kinds[-1], flags(audited))
        return replace(turn, events=events, transfer=turn.transfer + money, fund=turn.fund - money.sum())


@pytree
class Claim:
    """The move: claims on an event."""

    rates: jax.Array
    on: str = static()
    most: int = static()
    to: str = static(default=BALANCED)

    def wrap(self, world: World) -> World:
        where = f"claims of {self.on}"
        amounts = amounts_of(of_players(world, self.on, where), where)
        return Claimed(world, jnp.asarray(amounts, jnp.float32), self.rates, self.on, self.most, self.to)


@dataclass(frozen=True)
class AuditedClaims(WorldInstitution):
    """Pay `rate` per unit that a player claims to have done; audit with probability `audit`, take excess back and `fine` on top."""

    on: str
    rate: Any
    audit: Any
    fine: Any
    most: int = 3
    """Units that one can claim too much."""
    to: str = BALANCED

    def __post_init__(self) -> None:
        within(f"claims of {self.on}", 0, 1, audit=self.audit)
        within(f"claims of {self.on}", 0, MOST, fine=self.fine, rate=self.rate)
        whole(f"claims of {self.on}", 1, 1000, most=self.most)
        receiver(f"claims of {self.on}", self.to)

    @property
    def budget(self) -> str:
        return self.to

    def moves(self, game: Any) -> tuple[Any, ...]:
        a_world(game, f"claims of {self.on}")
        rates = jnp.stack([jnp.asarray(x, jnp.float32) for x in (self.rate, self.audit, self.fine)])
        return (Claim(rates, self.on, self.most, self.to),)

    def describe(self) -> str:
        return (
            f"pay {self.rate} per unit of {self.on} claimed; audit with probability {self.audit}, take excess back with "
            f"{self.fine} of it on top; {self.budget}"
        )
