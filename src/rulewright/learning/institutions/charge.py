"""Charges: so much per outcome of an event of any player, split evenly among the others or into the fund.

    Charge("catch", rate=-θ)                          catch tax, per ton
    Charge("meal", amounts={"0": -θ, "1": -θ})        low-density tax, paid for eating where few apples live
    Charge("cleaned", rate=θ)                         cleaning pay, borne evenly by the others

These are the transfers of formal contracts (Christoffersen, Haupt, Damani & Hadfield-Menell 2023, AAMAS, "Get It in Writing"),
and with the fund as receiver Pigou's tax. On games of arrays they are the word `pay`; on worlds one look-up for all players.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.moves import Pay
from ...numerics import rational
from ..world import Events, World, pytree, static
from .ledger import (
    BALANCED,
    FUND,
    MOST,
    Settlement,
    WorldInstitution,
    among_others,
    amounts_of,
    coins,
    of_players,
    receiver,
    within,
)


@pytree
class Tariff(Settlement):
    """A world in which every player is charged (or paid) by one table."""

    inner: World
    table: jax.Array
    """float32 [outcome of each kind]; what the player gets, negative for charges, in reward units per step."""
    kinds_read: tuple[str, ...] = static()
    to: str = static(default=BALANCED)
    """"balanced": the others share it evenly. "fund": the rule-maker gets it."""

    def money(self, events: Events) -> jax.Array:
        n = self.n
        received = self.table[tuple(jnp.broadcast_to(events.code(kind), (n,)) for kind in self.kinds_read)]
        return among_others(received) if self.to == BALANCED else coins(received)


@pytree
class Tariffs:
    """The move: a tariff for whatever world it is said in."""

    table: jax.Array
    kinds_read: tuple[str, ...] = static()
    to: str = static(default=BALANCED)

    def wrap(self, world: World) -> World:
        return Tariff(world, self.table, self.kinds_read, self.to)


@dataclass(frozen=True)
class Charge(WorldInstitution):
    """Pay every player `amounts` per outcome of `on`, or `rate` per unit; negative for charges."""

    on: str
    rate: Any = None
    amounts: Mapping[str, Any] | None = None
    to: str = BALANCED
    free: float = 0.0
    """Units that a rate leaves free."""

    def __post_init__(self) -> None:
        if (self.rate is None) == (self.amounts is None):
            raise InputError(where=f"charge on {self.on}", needed="either a rate or amounts", found="both or neither")
        receiver(f"charge on {self.on}", self.to)
        if self.rate is None and not isinstance(self.amounts, Mapping):
            raise InputError(where=f"charge on {self.on}", needed="amounts by outcome", found=repr(self.amounts))
        given = (
            {"rate": self.rate} if self.rate is not None else {f"amount for {y}": x for y, x in self.amounts.items()}
        )
        within(f"charge on {self.on}", -MOST, MOST, **given, free=self.free)

    @property
    def budget(self) -> str:
        return self.to

    def _table(self, outcomes: tuple[str, ...]) -> list[Any]:
        where = f"charge on {self.on}"
        if self.amounts is not None:
            unknown = [y for y in self.amounts if y not in outcomes]
            if unknown:
                raise InputError(where=where, needed=f"outcomes among {', '.join(outcomes)}", found=unknown[0])
            return [self.amounts.get(y, 0) for y in outcomes]
        units = np.maximum(amounts_of(outcomes, where) - self.free, 0)
        return [self.rate * Fraction(float(u)) if _plain(self.rate) else self.rate * float(u) for u in units]

    def moves(self, game: Any) -> tuple[Any, ...]:
        if isinstance(game, World):
            _has_others(f"charge on {self.on}", game.n, self.to)
            table = self._table(of_players(game, self.on, f"charge on {self.on}"))
            money = jnp.stack([jnp.asarray(float(x) if _plain(x) else x, jnp.float32) for x in table])
            return (Tariffs(money, (self.on,), self.to),)
        said: list[Any] = []
        for i in game.strategic:
            name = f"{self.on} of {game.players[i]}"
            own = np.array([rational.fraction(x) for x in self._table(game.signal(name).outcomes)], dtype=object)
            said.append(Pay(game.players[i], (name,), own))
            others = [j for j in game.strategic if j != i] if self.to == BALANCED else []
            _has_others(f"charge on {self.on}", len(others) + 1, self.to)
            said += [Pay(game.players[j], (name,), -own / len(others)) for j in others]
        return tuple(said)

    def describe(self) -> str:
        to = "the others, evenly" if self.to == BALANCED else "the fund"
        if self.amounts is not None:
            said = ", ".join(f"{amount} for {y}" for y, amount in self.amounts.items())
        else:
            said = f"{self.rate} per unit" + (f" above {self.free:g}" if self.free else "")
        return f"everybody receives {said} of {self.on}; on the other side of the payment: {to}"


def _plain(x: Any) -> bool:
    return isinstance(x, (int, float, Fraction))


def _has_others(where: str, players: int, to: str) -> None:
    if to == BALANCED and players < 2:
        raise InputError(
            where=where, needed="others who share it", found="one player", remedy='Pay into the fund: to="fund".'
        )


def catch_tax(theta: Any, to: str = BALANCED) -> Charge:
    """θ per ton caught, in the fishery."""
    return Charge("catch", rate=-theta, to=to)


def density_tax(theta: Any, below: int = 4, on: str = "meal") -> Charge:
    """θ for eating where fewer than `below` apples live near; outcomes of `on` are "0", "1", … live apples near the meal."""
    return Charge(on, amounts={str(k): -theta for k in range(below)})


def cleaning_pay(theta: Any, on: str = "cleaned") -> Charge:
    """θ per cell cleaned, borne evenly by the others."""
    return Charge(on, rate=theta)


def pigouvian_tax(damage: Any, on: str = "catch") -> Charge:
    """What a unit costs the others, into the fund (Pigou 1920): the private gain of a unit is then its social gain."""
    return Charge(on, rate=-damage, to=FUND)
