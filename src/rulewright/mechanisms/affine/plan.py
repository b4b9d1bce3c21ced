"""What a search over affine maximisers moves: a vector x, the mechanism that x means, and what it does to a fixed sample.

Sized      x = increments of c by number of items (one row if all bidders are alike), reserves where items differ, log weights where
           bidders differ
Listed     x = a boost for every row of a menu but the first, log weights where bidders differ
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Allocation
from ..environment import Environment
from ..mechanism import MenuMechanism
from .maximiser import AffineMaximiser, deterministic
from .sized import SizeBoosted

DRAWS = 4096  # of each law, for monopoly prices


def alike(environment: Environment) -> bool:
    """Whether all bidders share one law."""
    return all(law == environment.laws[0] for law in environment.laws)


def monopoly(environment: Environment) -> Array:
    """[bidder, dimension]: the price r that earns most of one bidder alone, r(1 − F(r)), by equally spaced quantiles."""
    u = (np.arange(DRAWS) + 0.5) / DRAWS
    found = np.empty((environment.agents, environment.dimensions))
    for i, law in enumerate(environment.laws):
        for j in range(environment.dimensions):
            at = np.full((DRAWS, environment.dimensions), 0.5)
            at[:, j] = u
            value = np.sort(law.at(at)[:, j])
            found[i, j] = value[(value * (1 - np.arange(DRAWS) / DRAWS)).argmax()]
    return found


class Plan(ABC):
    """Raises InputError from `mechanism` for vectors that mean none."""

    environment: Environment
    work: float
    """Of one profile, in additions, roughly."""

    @abstractmethod
    def mechanism(self, x: Array) -> MenuMechanism: ...

    @abstractmethod
    def starts(self) -> list[Array]:
        """Where to begin: the first is as good as selling item by item, where the plan holds that."""

    @abstractmethod
    def directions(self) -> Array:
        """[direction, number]: what is tried, in units of money."""


@dataclass(frozen=True, eq=False)
class Sized(Plan):
    environment: Environment

    @property
    def work(self) -> float:  # type: ignore[override]
        from .partition import states

        n, m = self.environment.decisions.shape
        return 0.4 * len(states(n, m).items) * n * m

    @property
    def rows(self) -> int:
        return 1 if alike(self.environment) else self.environment.agents

    @property
    def steps(self) -> int:
        """How many increments there are: one, where no bidder gets more than one item."""
        space = self.environment.decisions
        assert isinstance(space, Allocation)
        return 1 if space.demand == "unit" else space.items

    @property
    def differ(self) -> bool:
        return bool(np.ptp(monopoly(self.environment), axis=1).max() > 0.02)

    def _split(self, x: Array) -> tuple[Array, Array, Array]:
        n, m, k = self.environment.agents, self.environment.dimensions, self.rows * self.steps
        boosts = np.zeros((self.rows, m + 1))
        boosts[:, 1 : self.steps + 1] = np.cumsum(x[:k].reshape(self.rows, self.steps), axis=1)
        rest = x[k:]
        reserves = np.zeros((self.rows, m))
        if self.differ:
            reserves, rest = np.maximum(rest[: self.rows * m].reshape(self.rows, m), 0), rest[self.rows * m :]
            boosts = np.minimum(boosts, 0)
        weights = np.exp(np.concatenate([[0.0], rest])) if self.rows > 1 else np.ones(n)
        return np.broadcast_to(boosts, (n, m + 1)), np.broadcast_to(reserves, (n, m)), weights

    def mechanism(self, x: Array) -> SizeBoosted:
        boosts, reserves, weights = self._split(x)
        return SizeBoosted(self.environment, boosts, tuple(weights.tolist()), reserves if self.differ else None)

    def starts(self) -> list[Array]:
        price = monopoly(self.environment)[: self.rows]
        k = self.steps
        shapes = [np.ones(k), np.r_[1.25, np.linspace(0.7, 0.4, k - 1)], np.r_[1.1, np.linspace(0.5, 0.3, k - 1)]]
        found = []
        for shape in shapes[: 3 if k > 1 else 1]:
            if self.differ:
                fixed = shape[0] - shape[1:].mean() if k > 1 else 0.0
                boosts = np.zeros((self.rows, k))
                boosts[:, 0] = -fixed * price.mean(axis=1)
                x = [boosts.ravel(), (price * (shape[1:].mean() if k > 1 else shape[0])).ravel()]
            else:
                x = [(-shape * price.mean(axis=1)[:, None]).ravel()]
            found.append(np.concatenate([*x, np.zeros(self.rows - 1)]))
        return found

    def directions(self) -> Array:
        k, rows, m = self.steps, self.rows, self.environment.dimensions
        ramp = np.arange(k) / max(k - 1, 1)
        shapes = [np.eye(k)[j] for j in range(min(k, 3))] + [np.ones(k), ramp] * (k > 1)
        shapes += [(np.arange(k) >= cut) * 1.0 for cut in sorted({3, k // 2, k - 2, k - 1}) if 2 < cut < k]
        shapes += [np.eye(k)[0] - np.r_[0, np.ones(k - 1)] / max(k - 1, 1)] * (k > 1)
        size = rows * k + (rows * m if self.differ else 0) + rows - 1
        found = []
        for row in range(rows):
            for shape in shapes:
                x = np.zeros(size)
                x[row * k : (row + 1) * k] = shape
                found.append(x)
        found += list(np.eye(size)[rows * k :])
        return np.array(found)


@dataclass(frozen=True, eq=False)
class Listed(Plan):
    """Boosts of the rows of a menu; all deterministic allocations where none is given."""

    environment: Environment
    options: Array

    @property
    def work(self) -> float:  # type: ignore[override]
        return float(self.options.size + len(self.options) * self.environment.agents**2)

    def mechanism(self, x: Array) -> AffineMaximiser:
        k = len(self.options) - 1
        weights = np.exp(np.concatenate([[0.0], x[k:]])) if len(x) > k else np.ones(self.environment.agents)
        return AffineMaximiser(self.environment, self.options, np.concatenate([[0.0], x[:k]]), tuple(weights.tolist()))

    def starts(self) -> list[Array]:
        price = monopoly(self.environment)
        low = self.environment.low  # nothing below it needs a reserve
        weights = np.zeros(0 if alike(self.environment) else self.environment.agents - 1)
        return [
            np.concatenate([-share * (self.options[1:] * np.maximum(price, low)).sum(axis=(1, 2)), weights])
            for share in (1.0, 0.8, 0.0)
        ]

    def directions(self) -> Array:
        k = len(self.options) - 1
        size = k + (0 if alike(self.environment) else self.environment.agents - 1)
        groups = self.options[1:].reshape(k, self.environment.agents, -1).sum(axis=2)  # who gets something
        common = [np.r_[row, np.zeros(size - k)] for row in (np.ones(k), (groups.sum(1) > 1) * 1.0, *(groups.T > 0))]
        return np.array([*common, *np.eye(size)])


def plan(environment: Environment, options: Array | None = None) -> Plan:
    """The plan for an environment: boosts by number of items for items, a list of allocations for bundles."""
    if options is not None:
        return Listed(environment, options)
    if isinstance(environment.decisions, Allocation):
        return Sized(environment)
    found = deterministic(environment)
    if len(found) > 64:
        raise InputError(
            where="menu", needed="a list of allocations for so many bundles", found=f"{len(found)} allocations"
        )
    return Listed(environment, found)
