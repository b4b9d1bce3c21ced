"""Finite populations: N individuals, one of whom at a time is replaced by a copy of another, or by a mutant.

With c_a individuals of type a, each meets all others:  π_a = (Σ_b A_ab c_b − A_aa) / (N − 1). Two processes:

    moran   a copy of somebody, a with chance ∝ c_a φ_a, takes anybody's place; φ = 1 − w + w π       Moran 1958; Nowak et al. 2004,
            the copy is a mutant with chance μ                                                         Nature 428
    fermi   one compares with another and turns to a with chance 1 / (1 + exp(−w (π_a − π_b)));        Traulsen, Nowak & Pacheco
            with chance μ it turns to any other type instead                                           2006, Phys. Rev. E 74

Fixation of one a among b without mutation:  ρ = 1 / (1 + Σ_{k<N} Π_{l≤k} T⁻(l) / T⁺(l)), in logarithms, so that nothing overflows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.rational import Array, floats
from .chains import stationary, stationary_band, stationary_log

PROCESSES = ("moran", "fermi")


@dataclass(frozen=True)
class Population:
    """How one population of `size` individuals is renewed."""

    size: int
    intensity: float = 1.0
    """w: of selection, per unit of payoff."""
    mutation: float = 0.0
    """μ: chance of a mutant at each step; a mutant is of any other type, alike likely."""
    process: str = "fermi"

    def __post_init__(self) -> None:
        small = (
            isinstance(self.size, int) and self.size >= 2 and 0 <= self.intensity < np.inf and 0 <= self.mutation <= 1
        )
        if not small or self.process not in PROCESSES or (self.process == "moran" and self.intensity > 1):
            raise InputError(
                where="finite population",
                needed="two individuals or more, an intensity of at least 0 (moran: at most 1), a mutation within 0 and 1, "
                f"a process among {', '.join(PROCESSES)}",
                found=str(self),
            )

    def fitness(self, payoff: Array) -> Array:
        """log φ of payoffs π. Raises InputError where 1 − w + wπ is not positive."""
        if self.process == "fermi":
            return self.intensity * payoff
        value = 1 - self.intensity + self.intensity * payoff
        if (value <= 0).any():
            raise InputError(
                where="Moran process",
                needed="positive fitness 1 − w + w·payoff",
                found=f"{float(value.min()):g}",
                remedy="Shift the payoffs, lower the intensity, or use the fermi process.",
            )
        return np.log(value)


def fixation_from(log_ratio: Array) -> Array:
    """log ρ[...] from log T⁻(k) / T⁺(k), [..., k = 1 … N−1]."""
    sums = np.cumsum(log_ratio, axis=-1)
    return -np.logaddexp(0.0, np.logaddexp.reduce(sums, axis=-1))


def fixation_constant(log_fitness: Array, size: int) -> Array:
    """log ρ = log (1 − 1/r) / (1 − 1/r^N) of constant relative fitness r, from log r; exact at r = 1 and however large r^N is."""
    x = floats(log_fitness)
    safe = np.where(x == 0, 1.0, np.abs(x))
    down = np.log(-np.expm1(-safe)) - np.log(-np.expm1(-size * safe))  # log ρ for r > 1
    return np.where(x == 0, -np.log(size), np.where(x > 0, down, down - (size - 1) * safe))


def fixations(payoff: Array, population: Population) -> Array:
    """log ρ[..., resident, mutant] of one mutant in games with payoff[..., own type, other's type]; 0 on the diagonal."""
    table, n = _matrix(payoff), population.size
    reserve((*table.shape, 4 * n), "the chances of fixation in a large population")
    k = np.arange(1, n)  # mutants
    own = np.diagonal(table, axis1=-2, axis2=-1)
    mutant = own[..., None, :, None] * (k - 1) + np.swapaxes(table, -1, -2)[..., None] * (n - k)
    resident = table[..., None] * k + own[..., :, None, None] * (n - k - 1)
    found = fixation_from(population.fitness(resident / (n - 1)) - population.fitness(mutant / (n - 1)))
    return np.where(np.eye(table.shape[-1], dtype=bool), 0.0, found)


def rare_mutation(payoff: Array, population: Population) -> Array:
    """law[..., type] as μ → 0: the population is of one type almost always (Fudenberg & Imhof 2006, J. Econ. Theory 131)."""
    types = _matrix(payoff).shape[-1]
    log_rates = fixations(payoff, population) - np.log(max(types - 1, 1))
    return np.exp(stationary_log(np.where(np.eye(types, dtype=bool), -np.inf, log_rates)))


@dataclass(frozen=True, eq=False)
class Stationary:
    """The stationary law over compositions."""

    compositions: Array
    """[state, type]: numbers of individuals."""
    law: Array
    """[state]"""
    residual: float
    """Largest |flow in − flow out| of a state, evaluated afresh; probability per step."""

    @property
    def shares(self) -> Array:
        """[type]: average share of each type."""
        return self.law @ self.compositions / self.compositions[0].sum()


def stationary_law(payoff: Array, population: Population) -> Stationary:
    """The exact stationary law with mutation.

    Raises InputError where μ = 0 (see `rare_mutation`), TooLarge where states do not fit.
    """
    table = _matrix(payoff)
    if table.ndim != 2 or not population.mutation > 0:
        raise InputError(
            where="stationary law",
            needed="payoff[own type, other's type] and a positive mutation",
            found=f"shape {table.shape}, mutation {population.mutation:g}",
            remedy="For vanishing mutation use rare_mutation.",
        )
    reserve((_ways(population.size, len(table)), 6 * len(table) * (len(table) - 1)), "the chain of a finite population")
    states = compositions(population.size, len(table))
    source, target, rate = transitions(table, states, population)
    if len(table) == 2:
        log_law = np.concatenate([[0.0], np.cumsum(_birth_death(len(states), source, target, rate))])
        law = np.exp(log_law - np.logaddexp.reduce(log_law))
    else:
        w = int(abs(target - source).max())
        if 2 * w + 1 >= len(states):
            full = np.zeros((len(states), len(states)))
            full[source, target] = rate
            law = stationary(full)
        else:
            reserve((len(states), 2 * w + 1), "the chain of a finite population")
            band = np.zeros((len(states), 2 * w + 1))
            band[source, target - source + w] = rate
            law = stationary_band(band)
    flow = law[source] * rate
    off = np.bincount(target, flow, len(states)) - np.bincount(source, flow, len(states))
    return Stationary(states, law, float(abs(off).max()))


def _birth_death(count: int, source: Array, target: Array, rate: Array) -> Array:
    """log π(k+1)/π(k): up over down (Karlin & Taylor 1975, A First Course in Stochastic Processes)."""
    up, down = np.zeros(count - 1), np.zeros(count - 1)
    rising = target > source
    up[source[rising]] = rate[rising]
    down[target[~rising]] = rate[~rising]
    return np.log(up) - np.log(down)


def _ways(size: int, types: int) -> int:
    return math.comb(size + types - 1, types - 1)


def compositions(size: int, types: int) -> Array:
    """[state, type]: all ways in which `size` individuals divide among `types`, in lexicographic order."""
    count = _ways(size, types)
    reserve((count, 3 * types), "the compositions of a finite population")
    places = chain.from_iterable(combinations(range(size + types - 1), types - 1))
    bars = np.fromiter(places, dtype=np.int64, count=count * (types - 1)).reshape(count, types - 1)
    ends = np.hstack([np.full((count, 1), -1), bars, np.full((count, 1), size + types - 1)])
    return np.diff(ends, axis=1) - 1


def transitions(payoff: Array, states: Array, population: Population) -> tuple[Array, Array, Array]:
    """(source[k], target[k], rate[k]): each step from one composition to another, and its chance."""
    size, types, mu = population.size, len(payoff), population.mutation
    worth = (states @ payoff.T - np.diag(payoff)) / (size - 1)  # of types that are there
    present = states > 0
    log_fitness = population.fitness(np.where(present, worth, 1.0))
    power = (size + 1) ** np.arange(types - 1, -1, -1, dtype=object if (size + 1) ** types > 2**62 else np.int64)
    keys = states @ power
    if population.process == "moran":
        weight = np.where(present, states * np.exp(log_fitness - log_fitness.max(axis=1, keepdims=True)), 0.0)
        parent = weight / weight.sum(axis=1, keepdims=True)
        child = (1 - mu) * parent + mu / max(types - 1, 1) * (1 - parent)
    found = []
    for b in range(types):
        for a in range(types):
            if a == b:
                continue
            source = np.flatnonzero(present[:, b])
            share = states[source, b] / size
            if population.process == "moran":
                rate = share * child[source, a]
            else:
                gap = log_fitness[source, a] - log_fitness[source, b]
                turn = np.exp(-np.logaddexp(0.0, -gap)) * (states[source, a] > 0)
                rate = share * ((1 - mu) * states[source, a] / (size - 1) * turn + mu / (types - 1))
            target = np.searchsorted(keys, keys[source] + power[a] - power[b])
            found.append((source[rate > 0], target[rate > 0], rate[rate > 0]))
    source, target, rate = (np.concatenate(column) for column in zip(*found, strict=True))
    return source, target, rate


def _matrix(payoff: Array) -> Array:
    table = floats(payoff)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2] or not np.isfinite(table).all():
        raise InputError(
            where="finite population", needed="finite payoff[..., own type, other's type]", found=f"shape {table.shape}"
        )
    return table
