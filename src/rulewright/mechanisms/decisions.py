"""What a mechanism may decide: spaces of decisions, as arrays with linear bounds, and how far an array is from being allowed.

Allocation   x[agent, item] ≥ 0, Σ_i x_ij ≤ 1        a lottery over who gets what; with unit demand Σ_j x_ij ≤ 1 too
Bundles      x[agent, bundle] ≥ 0, Σ_S x_iS ≤ 1, Σ_i Σ_{S∋j} x_iS ≤ 1        combinatorial values; bundle S is bit mask S + 1
Choice       x[option] ≥ 0, Σ_k x_k = 1              a lottery over public outcomes
Shares       x[agent] ≥ 0, Σ_i x_i ≤ capacity        bandwidth, compute, budget
Place        low ≤ x[place, coordinate] ≤ high       facilities
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError


class Decisions(ABC):
    """A space of decisions."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Of one decision."""

    @abstractmethod
    def excess(self, decision: Any, xp: Any = np) -> Any:
        """[...]: the most by which a decision [..., *shape] breaks a bound; ≤ 0 where it is allowed."""


@dataclass(frozen=True)
class Allocation(Decisions):
    """Who gets which item, with what chance."""

    agents: int
    items: int
    demand: str = "additive"
    """"additive", or "unit": an agent gets at most one item."""

    def __post_init__(self) -> None:
        if self.agents < 1 or self.items < 1 or self.demand not in ("additive", "unit"):
            raise InputError(
                where="allocation", needed="agents and items, additive or unit demand", found=str(vars(self))
            )

    @property
    def shape(self) -> tuple[int, ...]:
        return self.agents, self.items

    def excess(self, decision: Any, xp: Any = np) -> Any:
        over = xp.maximum((decision.sum(axis=-2) - 1).max(axis=-1), (-decision).max(axis=(-2, -1)))
        return xp.maximum(over, (decision.sum(axis=-1) - 1).max(axis=-1)) if self.demand == "unit" else over


@dataclass(frozen=True)
class Bundles(Decisions):
    """Who gets which bundle, with what chance."""

    agents: int
    items: int

    @property
    def shape(self) -> tuple[int, ...]:
        return self.agents, 2**self.items - 1

    @property
    def has(self) -> Any:
        """[bundle, item]: 1 where the bundle has the item."""
        masks = np.arange(1, 2**self.items)
        return ((masks[:, None] >> np.arange(self.items)) & 1).astype(float)

    def excess(self, decision: Any, xp: Any = np) -> Any:
        used = (decision @ xp.asarray(self.has)).sum(axis=-2) - 1
        over = xp.maximum(used.max(axis=-1), (-decision).max(axis=(-2, -1)))
        return xp.maximum(over, (decision.sum(axis=-1) - 1).max(axis=-1))


@dataclass(frozen=True)
class Choice(Decisions):
    """One of several public outcomes."""

    options: int

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.options,)

    def excess(self, decision: Any, xp: Any = np) -> Any:
        return xp.maximum((-decision).max(axis=-1), abs(decision.sum(axis=-1) - 1))


@dataclass(frozen=True)
class Shares(Decisions):
    """How much each agent gets of one divisible thing."""

    agents: int
    capacity: float = 1.0

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.agents,)

    def excess(self, decision: Any, xp: Any = np) -> Any:
        return xp.maximum((-decision).max(axis=-1), decision.sum(axis=-1) - self.capacity)


@dataclass(frozen=True)
class Place(Decisions):
    """Where facilities stand."""

    places: int = 1
    low: tuple[float, ...] = (0.0,)
    high: tuple[float, ...] = (1.0,)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.places, len(self.low)

    def excess(self, decision: Any, xp: Any = np) -> Any:
        return xp.maximum((xp.asarray(self.low) - decision), (decision - xp.asarray(self.high))).max(axis=(-2, -1))
