"""Few enough to count: Z individuals who play in groups and imitate one another, one at a time.

At each step one of the population, b, and another, a, are drawn. With chance 1 − μ b turns to a's strategy with the Fermi chance

    1 / (1 + exp(−β (π_a − π_b)))          "fermi": Traulsen, Nowak & Pacheco 2006, Phys. Rev. E 74

(π over hypergeometric groups) and with chance μ to any other strategy instead. Under "moran" a copy of somebody, a with
chance ∝ i_a (1 − β + β π_a), takes anybody's place, and is a mutant with chance μ (Nowak, Sasaki, Taylor & Fudenberg 2004,
Nature 428). With two strategies, i of the first and T±(i) the chances of one more and one fewer:

    fixation of one          ρ = 1 / (1 + Σ_{i<Z} Π_{l≤i} T⁻(l) / T⁺(l))            neutral: 1/Z
    stationary law           p(i + 1) / p(i) = T⁺(i) / T⁻(i + 1)                     in closed form
    gradient of selection    G(i) = T⁺(i) − T⁻(i), without mutation
    rare mutation            a chain over populations of one strategy, with rates ρ / (m − 1)      Fudenberg & Imhof 2006

Products are taken in logarithms, so that nothing overflows at any β.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...behaviour.dynamics.chains import stationary_log
from ...behaviour.dynamics.finite import Population, fixation_from
from ...errors import InputError
from ...numerics.rational import Array
from .game import GroupGame


@dataclass(frozen=True, eq=False)
class Imitation:
    """A population of `size`, one of whom is replaced at a time."""

    game: GroupGame
    size: int
    """Z"""
    selection: float = 1.0
    """β, per unit of payoff."""
    mutation: float = 0.0
    """μ"""
    process: str = "fermi"

    def __post_init__(self) -> None:
        _ = self.renewal
        if self.size < self.game.group:
            raise InputError(
                where="finite population",
                needed=f"at least one group ({self.game.group})",
                found=f"{self.size} individuals",
            )

    @cached_property
    def renewal(self) -> Population:
        """How it is renewed, as `behaviour.dynamics` has it for games of two. Raises InputError for settings that there are not."""
        return Population(self.size, self.selection, self.mutation, self.process)

    def advantage(self, first: int, second: int) -> Array:
        """log φ_first / φ_second [k], k = 1 … Z − 1 individuals of the first, all others of the second; fermi: β (π_first −
        π_second).
        """
        one, other = self.game.pair(first, second).beside(self.size)
        found: Array = self.renewal.fitness(one[:-1]) - self.renewal.fitness(other[1:])
        return found

    def fixations(self) -> Array:
        """log ρ[resident, mutant] of one mutant; 0 on the diagonal."""
        m = len(self.game.names)
        found = np.zeros((m, m))
        for mutant in range(m):
            for resident in range(mutant):
                gain = self.advantage(resident, mutant)  # by number of residents; log T⁻/T⁺ = log φ_b/φ_a
                found[resident, mutant] = fixation_from(gain[::-1])
                found[mutant, resident] = fixation_from(-gain)
        return found

    def rare_mutation(self) -> Array:
        """law[strategy] as μ → 0: how much of the time everybody has that strategy."""
        m = len(self.game.names)
        rates = self.fixations() - np.log(m - 1)
        return np.exp(stationary_log(np.where(np.eye(m, dtype=bool), -np.inf, rates)))

    @cached_property
    def steps(self) -> tuple[Array, Array]:
        """(T⁺[i], T⁻[i]), i = 0 … Z of the first of two strategies, mutation included. Raises InputError for more strategies."""
        if len(self.game.names) != 2:
            raise InputError(where="finite population", needed="two strategies", found=f"{len(self.game.names)}")
        return self._rates(self.mutation)

    def _rates(self, mutation: float) -> tuple[Array, Array]:
        z, i = self.size, np.arange(self.size + 1)
        gain = np.zeros(z + 1)
        gain[1:-1] = self.advantage(0, 1)
        if self.process == "moran":
            with np.errstate(divide="ignore"):
                born = _fermi(gain + np.log(i) - np.log(z - i))  # a copy of one of the first
            born = (1 - mutation) * born + mutation * (1 - born)
            return (z - i) / z * born, i / z * (1 - born)
        meet = i * (z - i) / (z * (z - 1))
        up = (1 - mutation) * meet * _fermi(gain) + mutation * (z - i) / z
        down = (1 - mutation) * meet * _fermi(-gain) + mutation * i / z
        return up, down

    def gradient(self) -> Array:
        """G[i], i = 0 … Z: expected change of the first strategy's number per step, mutation left out."""
        _ = self.steps
        up, down = self._rates(0.0)
        return up - down

    def stationary(self) -> Array:
        """law[i], i = 0 … Z of the first of two strategies. Raises InputError where μ = 0: see `rare_mutation`."""
        if not self.mutation > 0:
            raise InputError(
                where="stationary law",
                needed="a positive mutation",
                found="0",
                remedy="For vanishing mutation use rare_mutation.",
            )
        up, down = self.steps
        logs = np.concatenate([[0.0], np.cumsum(np.log(up[:-1]) - np.log(down[1:]))])
        return np.exp(logs - np.logaddexp.reduce(logs))


def _fermi(x: Array) -> Array:
    return np.exp(-np.logaddexp(0.0, -x))
