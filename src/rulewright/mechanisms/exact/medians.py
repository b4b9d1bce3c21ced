"""Places by medians: each coordinate is the median of the agents' peaks and of fixed phantom peaks.

    place_k = median(θ_1, …, θ_n, p_k1, …, p_k,n+1)        2n + 1 numbers;  n + 1 phantoms, −∞ and ∞ among them if one likes

Moulin 1980 (Public Choice 35): on a line these are all the anonymous strategy-proof rules for single-peaked preferences. With
several places they are the percentile mechanisms and more (Sui, Boutilier & Sandholm 2013, IJCAI); in a box by coordinates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Place
from ..environment import Environment
from ..mechanism import Mechanism, Outcome


@dataclass(frozen=True, eq=False)
class Medians(Mechanism):
    """Phantoms for each place, the same for each coordinate. No money."""

    environment: Environment
    phantoms: tuple[tuple[float, ...], ...]
    """[place][n + 1], in the units of places; they may be infinite, but a place must stay within its bounds."""
    proof = "A place is a median: whoever moves its report only pushes each place away from its own peak, coordinate by coordinate."

    def __post_init__(self) -> None:
        space, n = self.environment.decisions, self.environment.agents
        if not isinstance(space, Place) or self.environment.dimensions != len(space.low):
            raise InputError(where="medians", needed="an environment of places and peaks", found=str(space))
        if len(self.phantoms) != space.places or any(len(p) != n + 1 for p in self.phantoms):
            raise InputError(
                where="medians",
                needed=f"{n + 1} phantoms for each of {space.places} places",
                found=str([len(p) for p in self.phantoms]),
            )
        if any(math.isnan(p) for each in self.phantoms for p in each):
            raise InputError(where="medians", needed="phantoms that are numbers", found=str(self.phantoms))

    def outcome(self, reports: Array) -> Outcome:
        space = self.environment.decisions
        assert isinstance(space, Place)
        n = reports.shape[-2]
        columns = np.swapaxes(reports, -1, -2)[..., None, :, :]  # [..., 1, coordinate, agent]
        phantoms = np.asarray(self.phantoms)[:, None, :]  # [place, 1, n + 1]
        lead = np.broadcast_shapes(columns.shape[:-1], (*columns.shape[:-3], *phantoms.shape[:-1]))
        both = np.concatenate(
            [np.broadcast_to(columns, (*lead, n)), np.broadcast_to(phantoms, (*lead, n + 1))], axis=-1
        )
        place = np.partition(both, n, axis=-1)[..., n]
        return Outcome(np.clip(place, space.low, space.high), np.zeros(reports.shape[:-1]))


def median(environment: Environment) -> Medians:
    """Each place at the (lower) median of the peaks: for one place and "l1" the best there is."""
    return percentiles(environment, tuple(0.5 for _ in range(environment.decisions.shape[0])))


def percentiles(environment: Environment, shares: tuple[float, ...]) -> Medians:
    """Place k at the peak of rank ⌊share_k (n − 1)⌋, lowest first. Raises InputError for shares outside [0, 1]."""
    if not all(0 <= s <= 1 for s in shares):
        raise InputError(where="percentiles", needed="shares within [0, 1]", found=str(shares))
    n = environment.agents
    ranks = [math.floor(s * (n - 1) + 1e-9) for s in shares]
    return Medians(environment, tuple((-math.inf,) * (n - r) + (math.inf,) * (r + 1) for r in ranks))


def phantoms(environment: Environment, inner: tuple[float, ...]) -> Medians:
    """n − 1 inner phantoms for the one place, −∞ and ∞ added: whatever all agree on is done. Raises InputError."""
    if len(inner) != environment.agents - 1:
        raise InputError(where="phantoms", needed=f"{environment.agents - 1} of them", found=str(len(inner)))
    return Medians(environment, ((-math.inf, *sorted(map(float, inner)), math.inf),))
