"""What a player weighs, by maximum likelihood: logit replies with payoffs u = φ_0 + Σ_k w_k φ_k of a family.

    Pr(a | θ_i) ∝ exp( λ Φ_0(a) + Σ_k λ w_k Φ_k(a) )

with Φ the expectation of φ against what the others were seen doing and φ_0 the part that is known. ℓ is concave in (λ, λw); weights
are ratios of what is estimated, so their intervals are not symmetric, and there are none where λ is not told from 0 (Fieller
1954, J. R. Stat. Soc. B 16). The covariance of ŵ is the inverse Fisher information, by the delta method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from .choice import Choices
from .confidence import ASYMPTOTIC, BOUNDED, Interval, split, wilks
from .family import Family, PayoffSet
from .logit import graded
from .observations import Observations


@dataclass(frozen=True, eq=False)
class Weights:
    """Estimated weights of one player's payoffs."""

    family: Family
    precision: float
    """λ̂, per unit of the known part of the payoffs; inf where choices are separated by it, NaN where it cannot be told."""
    precision_interval: Interval
    value: Array
    """[unknown]: ŵ; NaN where it cannot be told."""
    intervals: tuple[Interval, ...]
    """Each weight for itself, profile likelihood."""
    box: tuple[Interval, ...]
    """All weights together, profile likelihood: their chance to hold all at once is the level."""
    safe: tuple[Interval, ...]
    """All weights together, for every n: split likelihood. Grade as in `replies`."""
    covariance: Array = field(repr=False)
    """[unknown, unknown]: of ŵ; NaN where it cannot be told."""
    likelihood: float
    n: int
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.family.unknown

    def ellipsoid(self, level: float = 0.95) -> tuple[Array, Array, float]:
        """(ŵ, M, r): (w − ŵ)ᵀ M (w − ŵ) ≤ r is the confidence ellipsoid of all weights together, asymptotic."""
        return self.value, np.linalg.pinv(self.covariance, hermitian=True), 2 * wilks(level, len(self.value))

    def payoffs(self, *, safe: bool = True) -> PayoffSet:
        """The box of weights as what payoffs may be: "safe" holds its level for every n, the other one about.

        Raises InputError where some weight is not bounded.
        """
        ends = self.safe if safe else self.box
        for name, end in zip(self.names, ends, strict=True):
            if not (np.isfinite(end.low) and np.isfinite(end.high)) or end.empty:
                raise InputError(
                    where=f"weights of {self.family.player}",
                    needed=f"bounds on {name}",
                    found=f"from {end.low:g} to {end.high:g}",
                    remedy="Observe more, or give bounds that are known from elsewhere to the family.",
                )
        low, high = (np.array([getattr(end, side) for end in ends]) for side in ("low", "high"))
        one = np.eye(len(ends))
        value = np.where(np.isfinite(self.value), self.value, (low + high) / 2)
        return PayoffSet(
            self.family,
            np.clip(value, low, high),
            np.concatenate([one, -one]),
            np.concatenate([high, -low]),
            ends[0].level if ends else 1.0,
            self.n,
            ends[0].method if ends else "nothing unknown",
            ends[0].grade if ends else BOUNDED,
        )


def weights(
    observations: Observations,
    family: Family,
    *,
    others: Sequence[Array] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Weights:
    """Maximum likelihood of λ and the unknown weights of `family`. The safe box splits observations in two halves with `seed`.

    Raises InputError where the family has no part that is known, or nothing unknown.
    """
    if not family.base.any():
        some = family.known.any()
        raise InputError(
            where=f"family of {family.player}",
            needed="a feature whose weight is known, to measure the others by",
            found="known payoffs that are all 0" if some else ", ".join(family.names),
            remedy="Fix the weight of one that is not 0"
            + ("." if some else ', for example {"own": 1}: play tells only λ times the payoffs.'),
        )
    if family.known.all():
        raise InputError(where=f"family of {family.player}", needed="an unknown weight", found="all known")
    i = family.place(observations)
    worth = family.worth(observations, observations.others(i, others))
    size = np.abs(worth - worth.mean(axis=1, keepdims=True)).max(axis=(0, 1))
    size = np.where(size > 0, size, 1.0)  # of each feature: the estimates are in units in which all are of order one
    choices = Choices.of(observations.counts[i], worth / size)
    theta, highest = choices.highest()
    kinds = len(theta) - 1
    told = np.abs(choices.untold).max(axis=1, initial=0.0) <= 1e-7
    notes = _notes(family, choices, told, theta)
    each, together = wilks(level), wilks(level, kinds)
    box: list[Interval] = []
    singles: list[Interval] = []
    for k in range(1, kinds + 1):
        for found, drop in ((singles, each), (box, together)):
            low, high = choices.ratio_reach(k, 0, highest - drop, theta)
            found.append(_weight(low, high, size[0] / size[k], level, choices.n, "profile likelihood"))
    low, high = choices.reach(np.eye(kinds + 1)[0], highest - each, theta)
    scale = Interval(float(max(low, 0.0) / size[0]), float(high / size[0]), level, choices.n, "profile likelihood")
    safe = _safe(observations, i, worth / size, size, level, seed, graded(observations, others))
    value, covariance = _ratios(choices, theta, told)
    unit = size[0] / size[1:]
    bounds = list(zip(family.low[~family.known], family.high[~family.known], strict=True))

    def known(ends: list[Interval]) -> tuple[Interval, ...]:
        return tuple(end.within(*bound) for end, bound in zip(ends, bounds, strict=True))

    return Weights(
        family,
        np.nan if not told[0] else INFINITY if choices.recedes(np.eye(kinds + 1)[0]) else float(theta[0] / size[0]),
        scale,
        value * unit,
        known(singles),
        known(box),
        known(safe),
        covariance * np.outer(unit, unit),
        highest,
        choices.n,
        notes,
    )


def _weight(
    low: float, high: float, unit: float, level: float, n: int, method: str, grade: str = ASYMPTOTIC
) -> Interval:
    return Interval(float(low * unit), float(high * unit), level, n, method, grade)


def _safe(
    observations: Observations, i: int, phi: Array, size: Array, level: float, seed: int, grade: str
) -> list[Interval]:
    """By split likelihood: θ̂ from one half, and all weights at which the other half is not too much less likely."""
    n, found = int(observations.counts[i].sum()), []
    kinds = phi.shape[2] - 1
    nothing = [Interval(-INFINITY, INFINITY, level, n, "split likelihood", grade)] * kinds
    if observations.n < 2:
        return nothing
    first, second = (part.counts[i] for part in observations.folds(2, seed=seed)[0])
    if not first.sum() or not second.sum():
        return nothing
    guess, _ = Choices.of(first, phi).highest()
    there = Choices.of(second, phi)
    start, _ = there.highest(start=guess)
    least = there.value(guess) - split(level)
    for k in range(1, kinds + 1):
        low, high = there.ratio_reach(k, 0, least, start)
        found.append(_weight(low, high, size[0] / size[k], level, n, "split likelihood", grade))
    return found


def _ratios(choices: Choices, theta: Array, told: Array) -> tuple[Array, Array]:
    """(ŵ, its covariance) from (λ̂, λ̂ŵ), NaN where they cannot be told."""
    kinds = len(theta) - 1
    nothing = np.full(kinds, np.nan), np.full((kinds, kinds), np.nan)
    if not told[0] or theta[0] <= 0 or choices.separated:
        return nothing
    value = theta[1:] / theta[0]
    slope = np.concatenate([-value[:, None], np.eye(kinds)], axis=1) / theta[0]
    information = choices.slopes(theta)[2]
    covariance = slope @ np.linalg.pinv(information, rcond=1e-13, hermitian=True) @ slope.T
    lost = ~told[1:]
    covariance[lost], covariance[:, lost] = np.nan, np.nan
    return np.where(lost, np.nan, value), covariance


def _notes(family: Family, choices: Choices, told: Array, theta: Array) -> tuple[str, ...]:
    """What cannot be told, and why, in words."""
    names, notes = ("the known payoffs", *family.unknown), []
    rank = choices.told.shape[1]
    if rank < choices.k:
        lost = ", ".join(name for name, fine in zip(names, told, strict=True) if not fine)
        notes.append(
            f"the information has rank {rank} of {choices.k}: what was seen does not tell apart {lost}"
            if (~told).sum() > 1
            else f"the information has rank {rank} of {choices.k}: what was seen does not tell {lost}"
        )
    if choices.separated:
        notes.append("some payoffs of the family make everything seen a best reply: no finite estimate, only bounds")
    elif told[0] and theta[0] <= 0:
        notes.append("λ̂ is not positive: play runs against the known payoffs, or these do not matter")
    return tuple(notes)
