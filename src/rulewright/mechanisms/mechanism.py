"""A direct mechanism: from reports to a decision and payments. Whether truth is best is known by construction, or is not known.

    outcome(reports[..., agent, dimension])  →  decision[..., *shape], payments[..., agent]

The taxation principle: a mechanism is truthful if and only if every agent picks, from a menu that does not depend on its own
report, what its report says it likes best. A `MenuMechanism` is given by such menus, so that its proof is its type. `Grade`s are
those of the house: proved, bounded with confidence, searched only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..behaviour.estimation.confidence import mean
from ..errors import InputError
from ..numerics.rational import Array
from .environment import Environment, Goal

AT_ONCE = 1 << 16  # profiles


@dataclass(frozen=True, eq=False)
class Outcome:
    """What reports lead to."""

    decision: Array
    """[..., *shape]"""
    payments: Array
    """[..., agent], in money; an agent pays if it is above 0."""


class Mechanism(ABC):
    """From reports to outcomes. `environment` says of what shapes."""

    environment: Environment
    proof: str = ""
    """Why truth is a dominant strategy for all types of the continuum, in a sentence; empty: not by construction."""

    @abstractmethod
    def outcome(self, reports: Array) -> Outcome:
        """Of reports [..., agent, dimension]."""

    def values(self, types: Array, outcome: Outcome) -> Array:
        """[..., agent]: what the decision is worth to agents of these types."""
        return np.asarray(self.environment.values(types, outcome.decision))

    def utilities(self, types: Array, outcome: Outcome) -> Array:
        """[..., agent]: values less payments."""
        return self.values(types, outcome) - outcome.payments


@dataclass(frozen=True, eq=False)
class Menu:
    """What one agent may choose from, given what the others report. The first option is nothing, for nothing."""

    options: Array
    """[..., option, part]: the agent's own part of the decision."""
    prices: Array
    """[..., option]"""


class MenuMechanism(Mechanism):
    """A mechanism that is given by a menu for each agent, which does not depend on that agent's own report."""

    @abstractmethod
    def menu(self, agent: int, others: Array) -> Menu:
        """Given the others' reports [..., agent − 1, dimension]. This is all of the mechanism that `agent` can never move."""


@dataclass(frozen=True)
class Estimate:
    """A mean over profiles drawn by a seed, with its interval of 95 %."""

    mean: float
    low: float
    high: float
    profiles: int
    seed: int


def estimate(mechanism: Mechanism, *, profiles: int = 1_000_000, seed: int = 0, goal: Goal | None = None) -> Estimate:
    """What people get if all are truthful: of `goal`, otherwise the environment's. Raises InputError for too few profiles."""
    wanted = mechanism.environment.goal if goal is None else goal
    return estimates(mechanism, (wanted,), profiles=profiles, seed=seed)[0]


def estimates(
    mechanism: Mechanism, goals: Sequence[Goal], *, profiles: int = 1_000_000, seed: int = 0
) -> tuple[Estimate, ...]:
    """The same of several goals, on the same profiles. Raises InputError for too few profiles."""
    if profiles < 2:
        raise InputError(where="profiles", needed="at least 2", found=str(profiles))
    there, parts = mechanism.environment, []
    for start in range(0, profiles, AT_ONCE):
        types = there.profiles(min(AT_ONCE, profiles - start), seed, start=start)
        found = mechanism.outcome(types)
        rows = [there.achieved(types, found.decision, found.payments, goal) for goal in goals]
        parts.append(np.stack([np.broadcast_to(np.asarray(row, float), len(types)) for row in rows]))
    intervals = [mean(row) for row in np.concatenate(parts, axis=1)]
    return tuple(Estimate((one.low + one.high) / 2, one.low, one.high, profiles, seed) for one in intervals)
