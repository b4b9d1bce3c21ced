"""Contract spaces: a family of balanced transfers with one number θ, and the range it may be offered in.

Formal contracts of Christoffersen, Haupt, Damani & Hadfield-Menell 2023 (AAMAS, "Get It in Writing"): what each agent is seen to do
moves reward between agents, θ per unit, and sums to zero. θ is a leaf of the world under the contract, so that 500 of them are
one `jax.vmap`:

    space = catch_space()
    jax.vmap(lambda theta: rollout(space.under(world, theta), policy, key))(jnp.linspace(space.low, space.high, 500))
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import jax
import numpy as np

from ...errors import InputError
from ...institution.institution import Institution
from ...institution.moves import Pay
from ...numerics import rational
from ..world import World
from .charge import Charge, Tariff, Tariffs
from .ledger import BALANCED, MOST, whole, within


@dataclass(frozen=True)
class ContractSpace:
    """Charges proportional to θ, low ≤ θ ≤ high."""

    unit: Charge
    """The charge at θ = 1; balanced."""
    low: Any
    high: Any
    name: str = "contract"

    def __post_init__(self) -> None:
        if self.unit.to != BALANCED:
            raise InputError(where=self.name, needed="transfers that sum to zero", found="payments into a fund")
        within(self.name, -MOST, MOST, low=self.low, high=self.high)
        if not float(self.low) < float(self.high):
            raise InputError(where=self.name, needed="a range with low < high", found=f"{self.low} to {self.high}")

    def at(self, theta: Any) -> Charge:
        """The contract with that θ, for any game. Raises InputError outside the range."""
        within(self.name, float(self.low), float(self.high), theta=theta)
        if self.unit.rate is not None:
            return replace(self.unit, rate=_times(theta, self.unit.rate))
        return replace(self.unit, amounts={y: _times(theta, x) for y, x in (self.unit.amounts or {}).items()})

    def table(self, world: World) -> jax.Array:
        """float32 [outcome]: what an outcome earns at θ = 1."""
        (move,) = self.unit.moves(world)
        assert isinstance(move, Tariffs)
        return move.table

    def under(self, world: World, theta: Any) -> World:
        """`world` under the contract, θ a leaf (which JAX may trace)."""
        return Tariff(world, theta * self.table(world), (self.unit.on,), BALANCED)

    def grid(self, count: int) -> tuple[Fraction, ...]:
        """`count` values of θ, evenly spaced, both ends included. Exact."""
        whole(self.name, 2, count=count)
        low, high = rational.fraction(self.low), rational.fraction(self.high)
        return tuple(low + (high - low) * Fraction(k, count - 1) for k in range(count))

    def describe(self) -> str:
        return f"{self.name}: {self.unit.describe()}, times θ from {self.low} to {self.high}"


def _times(theta: Any, x: Any) -> Any:
    if isinstance(theta, (int, float, Fraction)) and isinstance(x, (int, float, Fraction)):
        return rational.fraction(theta) * rational.fraction(x)
    return theta * float(x)


def harvest_space(below: int = 4, high: Any = 10, on: str = "meal") -> ContractSpace:
    """Eating with fewer than `below` live apples near pays θ ∈ [0, 10] to the others."""
    return ContractSpace(Charge(on, amounts={str(k): -1 for k in range(below)}), 0, high, "low-density harvest tax")


def cleaning_space(high: Any = Fraction(1, 5), on: str = "cleaned") -> ContractSpace:
    """A cleaner receives θ ∈ [0, 0.2] per cell cleaned, from the others."""
    return ContractSpace(Charge(on, rate=1), 0, high, "cleaning pay")


def catch_space(high: Any = 2) -> ContractSpace:
    """θ per ton caught, to the others."""
    return ContractSpace(Charge("catch", rate=-1), 0, high, "catch tax")


def action_space(action: str, high: Any) -> ContractSpace:
    """Whoever plays `action` pays θ to the others: prisoner's dilemma, stag hunt, public goods; any game with that action."""
    return ContractSpace(Charge("action", amounts={action: -1}), 0, high, f"fine on {action}")


def forcing(game: Any, fine: Any = None) -> tuple[Institution, ...]:
    """The rich space of a matrix game: for every pure profile, the contract by which who departs from it pays `fine` to others.

    The fine is above the spread of payoffs where None, so that the profile is then dominant: an agent's own transfer depends
    on others' acts only through what it receives, which it cannot change.
    """
    players = game.strategic
    if fine is None:
        fine = 1 + max(
            rational.fraction(game.payoff[i].max()) - rational.fraction(game.payoff[i].min()) for i in players
        )
    counts = [game.action_counts[i] for i in players]
    return tuple(
        Forced(
            tuple(game.players[i] for i in players),
            tuple(game.actions[i][k] for i, k in zip(players, at, strict=True)),
            fine,
        )
        for at in np.ndindex(*counts)
    )


@dataclass(frozen=True)
class Forced(Institution):
    """Whoever departs from the profile pays `fine`, in even shares to the others."""

    who: tuple[str, ...]
    profile: tuple[str, ...]
    fine: Any

    def moves(self, game: Any) -> tuple[Any, ...]:
        said: list[Any] = []
        for player, wanted in zip(self.who, self.profile, strict=True):
            signal = game.signal(f"action of {player}")
            own = np.array([rational.fraction(0 if y == wanted else -self.fine) for y in signal.outcomes], dtype=object)
            said.append(Pay(player, (signal.name,), own))
            said += [Pay(other, (signal.name,), -own / (len(self.who) - 1)) for other in self.who if other != player]
        return tuple(said)

    def describe(self) -> str:
        said = ", ".join(f"{player}: {action}" for player, action in zip(self.who, self.profile, strict=True))
        return f"who departs from ({said}) pays {rational.decimal(self.fine)} to the others"
