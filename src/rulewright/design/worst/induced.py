"""The game that coefficients c of a family induce, in floats: its equilibria, and what they leave people with.

A pure profile is *alive* if nobody gains as much as the slack by leaving it. The alive profiles are the pure equilibria
and those that are nearly so: what people do may be off by an error, and rounding must not bring an equilibrium back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...behaviour.nash import RESIDUAL, extreme
from ...game.game import Game
from ...numerics.rational import Array
from ..implementation import Family
from .others import MOST_PLANS, survivors, worst_correlated

TOLERANCE = 1e-6  # relative to the size of payoffs


@dataclass(frozen=True)
class Mixture:
    """One profile of mixed actions, [action] per player of the family's game, and its value for people."""

    laws: tuple[Array, ...]
    value: float

    @property
    def support(self) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(int(a) for a in np.flatnonzero(law > 1e-9)) for law in self.laws)


class Induced:
    """A family at coefficients c."""

    def __init__(self, family: Family, c: Array) -> None:
        self.family, self.c = family, c
        money = family.transfer(c)
        self.payoff = family.payoff + money
        self.value = family.goal - family.kappa * money[list(family.game.strategic)].sum(axis=0)
        """[*actions]: the goal minus κ times what is paid."""

    @cached_property
    def gain(self) -> Array:
        """[*actions]: the most that some player gains by leaving a profile alone."""
        gains = [self.payoff[i].max(axis=i, keepdims=True) - self.payoff[i] for i in self.family.game.active]
        return np.max(np.broadcast_arrays(*gains), axis=0) if gains else np.zeros(self.value.shape)

    def alive(self) -> Array:
        """[profile, player]: profiles that nobody leaves for as much as the slack, from the worst for people on."""
        alive = np.argwhere(self.gain < self.family.slack - TOLERANCE * self.family.size)
        return alive[np.argsort(self.value[tuple(alive.T)], kind="stable")]

    @cached_property
    def core(self) -> Game:
        """The game among those who choose."""
        active = self.family.game.active
        return Game.normal(self.payoff[list(active)].reshape(len(active), *(self.family.shape[i] for i in active)))

    @cached_property
    def mixtures(self) -> tuple[Mixture, ...] | None:
        """All extreme equilibria of two players, the worst for people first; None for more players, or too large."""
        active = self.family.game.active
        if len(active) > 2:
            return None
        left = survivors(self.core.payoff.reshape(len(active), *self.core.action_counts))
        if len(active) == 1:
            return tuple(self._mixture(self._pure(profile[list(active)])) for profile in self.alive()) or None
        if all(len(kept) == 1 for kept in left):
            return (self._mixture(self._pure([int(kept[0]) for kept in left])),)
        if sum(map(len, left)) > MOST_PLANS:
            return None
        a, b = self.core.payoff.reshape(2, *self.core.action_counts)
        size = max(float(np.ptp(a)), float(np.ptp(b)), 1e-300)
        found = []
        for x, y in extreme(a, b):
            regret = max(float((a @ y).max() - x @ a @ y), float((x @ b).max() - x @ b @ y))
            if regret <= RESIDUAL * size:
                found.append(self._mixture(self._placed([x, y])))
        return tuple(sorted(found, key=lambda mixture: mixture.value)) if found else None

    def _pure(self, actions: Sequence[int]) -> list[Array]:
        counts = (self.family.shape[i] for i in self.family.game.active)
        return self._placed([np.eye(count)[a] for count, a in zip(counts, actions, strict=True)])

    def profile(self, actions: Array) -> Mixture:
        """A pure profile [player] as a mixture."""
        laws = tuple(np.eye(count)[a] for count, a in zip(self.family.shape, actions, strict=True))
        return Mixture(laws, float(self.value[tuple(actions)]))

    def _placed(self, chosen: list[Array]) -> list[Array]:
        laws = iter(chosen)
        return [next(laws) if i in self.family.game.active else np.ones(1) for i in range(self.family.game.n)]

    def _mixture(self, laws: list[Array]) -> Mixture:
        value = self.value
        for law in reversed(laws):
            value = value @ law
        return Mixture(tuple(laws), float(value))

    @cached_property
    def worst_pure(self) -> float:
        """What people get in the worst profile alive; infinite if there is none."""
        alive = self.alive()
        return float(self.value[tuple(alive[0])]) if len(alive) else float("inf")

    @cached_property
    def worst_correlated(self) -> float | None:
        inner = self.core
        return worst_correlated(inner, self.value.reshape(inner.payoff.shape[1:]))

    @cached_property
    def guaranteed(self) -> float:
        """What is known to be the least that people get in an equilibrium: of the list, where it is all; else correlated."""
        if self.mixtures is not None:
            return min(self.worst_pure, self.mixtures[0].value)
        return float("-inf") if self.worst_correlated is None else min(self.worst_pure, self.worst_correlated)
