"""Money on worlds, to the last coin: what one pays another one gets, exactly, at every step.

Worlds compute in float32, where a third of a tax, three times, is not the tax. So money comes in coins of 2⁻¹⁶ reward units:
sums of coins below 256 units are exact in float32, and whoever pays the others pays what they got. Gradients pass through the
rounding as if it were not there.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.institution import Institution
from ..numbers import MOST, whole, within
from ..world import Events, Turn, World, Wrapper
from ..world.events import position

COIN = 1 / MOST
"""Reward units."""

__all__ = [
    "BALANCED",
    "COIN",
    "FUND",
    "MOST",
    "Settlement",
    "WorldInstitution",
    "a_world",
    "among_others",
    "amounts_of",
    "coins",
    "of_players",
    "receiver",
    "settled",
    "whole",
    "within",
]

BALANCED, FUND = "balanced", "fund"


def coins(money: jax.Array) -> jax.Array:
    """Rounded to whole coins."""
    whole = jnp.round(jnp.asarray(money, jnp.float32) / COIN) * COIN
    return money + jax.lax.stop_gradient(whole - money)


def among_others(received: jax.Array) -> jax.Array:
    """float [player]: each gets `received[i]` (pays, where negative) and all others bear even shares of it. Sums to 0 exactly."""
    n = received.shape[-1]
    share = coins(received / max(n - 1, 1))
    return n * share - share.sum(axis=-1, keepdims=True)


class Settlement(Wrapper):
    """A world in which money moves on what happens. Subclasses are pytrees, and say how much each player receives."""

    @abstractmethod
    def money(self, events: Events) -> jax.Array:
        """float32 [player], in whole coins; positive: received. What it does not sum to zero comes from the fund."""

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        return settled(self.inner.step(key, state, actions), self.money)


def settled(turn: Turn, money: Any) -> Turn:
    """The turn with `money(events)` booked."""
    paid = money(turn.events)
    return replace(turn, transfer=turn.transfer + paid, fund=turn.fund - paid.sum())


class WorldInstitution(Institution):
    """An institution that needs a world. `budget` says where money goes: "balanced" among the players, or into the "fund"."""

    @property
    def budget(self) -> str:
        return BALANCED

    @abstractmethod
    def moves(self, game: Any) -> tuple[Any, ...]:
        """Words, records and wrappers at this world."""


def a_world(game: Any, where: str) -> World:
    """`game` if it is a world. Raises InputError otherwise."""
    if not isinstance(game, World):
        raise InputError(where=where, needed="a world of rulewright.learning", found=type(game).__name__)
    return game


def receiver(where: str, to: Any) -> None:
    """Raises InputError where money goes neither to the others nor into the fund."""
    if to not in (BALANCED, FUND):
        raise InputError(where=where, needed="balanced or fund", found=repr(to))


def of_players(world: World, name: str, where: str) -> tuple[str, ...]:
    """Outcomes of a kind of event among players. Raises InputError where there is none of that name, or among others."""
    kind = world.kinds[position(name, world.kinds)]
    if kind.among != "player":
        raise InputError(where=where, needed="an event of players", found=f"“{name}” of a {kind.among}")
    return kind.outcomes


def amounts_of(outcomes: tuple[str, ...], where: str) -> np.ndarray[Any, Any]:
    """The numbers that outcomes are. Raises InputError where they are none."""
    try:
        return np.array([float(y) for y in outcomes])
    except ValueError:
        raise InputError(
            where=where, needed="numbers as outcomes", found=", ".join(outcomes[:6]), remedy="Give amounts per outcome."
        ) from None
