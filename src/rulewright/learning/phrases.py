"""Rules as scenario files write them: flat settings, one phrase each. What they make are the institutions of `institutions/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ..institution.contracts import Contract
from ..institution.institution import Institution
from .classification import Codebook, Schedule
from .institutions import Graduated, Monitors, Quota, Reputation, Tradable
from .institutions.altar import table_of
from .institutions.ledger import WorldInstitution, of_players
from .learners.common import Common
from .numbers import MOST, within
from .world import World, pytree


@dataclass(frozen=True)
class Classified(WorldInstitution):
    """An institution whose classification is a list of outcomes: what these are is known when there is a world."""

    name: str
    on: str
    wrong: tuple[str, ...]
    made: Callable[[Codebook], WorldInstitution]

    @property
    def budget(self) -> str:
        return self.made(Codebook(jnp.zeros((1, 1, 1), jnp.int32), self.on)).budget

    def at(self, world: World) -> WorldInstitution:
        """The institution on this world. Raises InputError for outcomes that it does not emit."""
        outcomes = of_players(world, self.on, self.name)
        return self.made(Codebook(table_of(outcomes, (self.wrong,), self.name), self.on))

    def moves(self, game: Any) -> tuple[Any, ...]:
        return self.at(game).moves(game)

    def describe(self) -> str:
        said = self.made(Codebook(jnp.zeros((1, 1, 1), jnp.int32), self.on)).describe()
        return f"{self.on} {', '.join(self.wrong)} is wrong: {said}"


def contract(to: str, on: str, amounts: Mapping[str, float] | None = None, rate: float | None = None) -> Contract:
    """Pay one player per outcome of a signal, or per unit of it, out of the fund."""
    return Contract(to, on, amounts, rate)


def graduated(
    on: str,
    wrong: tuple[str, ...],
    penalties: tuple[float, ...],
    recovery: int = 0,
    look: float = 1.0,
    hit: float = 1.0,
    false: float = 0.0,
    corrupt: float = 0.0,
    accountability: float = 0.0,
    cost: float = 0.0,
    to: str = "balanced",
) -> Classified:
    """Fines that grow with offences, on what monitors report."""

    def made(by: Codebook) -> Graduated:
        watch = Monitors(by, look, hit, false, corrupt, accountability, cost=cost)
        return Graduated(watch, Schedule(penalties, recovery), to)

    return Classified("graduated sanctions", on, wrong, made)


def reputation(
    on: str, wrong: tuple[str, ...], memory: float, worth: float = 0.0, access: float | None = None, closed: float = 0.0
) -> Classified:
    """A running score of conduct that is paid, or opens access."""
    return Classified("reputation", on, wrong, lambda by: Reputation(by, memory, worth, access, closed))


def permits(
    fraction: float = 0.0, amount: float = 0.0, price: float | None = None, prices: tuple[float, ...] = ()
) -> Tradable:
    """A cap on what is taken, in permits that are traded at a posted price, or in an auction over `prices`."""
    return Tradable(Quota(fraction=fraction, amount=amount), price, prices)


@pytree
class Minding:
    """The move: everybody weighs what the world pays the group."""

    weight: jax.Array

    def wrap(self, world: World) -> World:
        return Common(world, self.weight)


@dataclass(frozen=True)
class Caring(Institution):
    """Everybody weighs what the world pays the others, at the same time: 1 makes each want the total. Changes preferences.

    As sentences of `care`, one after the other, later players would weigh the care of earlier ones as well.
    """

    others: float

    def moves(self, game: Any) -> tuple[Any, ...]:
        within("care", -MOST, MOST, others=self.others)
        return (Minding(jnp.float32(self.others)),)

    def changes_preferences(self, game: Any) -> bool:
        return True

    def describe(self) -> str:
        return f"everybody weighs what the world pays each other player with {self.others:g}"
