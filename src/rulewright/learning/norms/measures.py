"""The statistics of Köster et al. 2022 (PNAS), computed in the same way on any course of bins.

t statistics     collective return per tenth of training, two arms against each other, two-sample with pooled variance
correlation      early punishment (tenths 1 and 2) against the share poisoned later (tenths 3 and 4), over populations
criterion        the first bin in which the share poisoned falls below a level
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...behaviour.estimation.confidence import two_sided
from ...errors import InputError
from ...numerics.rational import Array

TENTHS = 10


@dataclass(frozen=True)
class Statistic:
    """A statistic and how likely one as large is by chance, two-sided."""

    value: float
    p: float
    n: int
    """Populations in all."""


def tenths(values: Array) -> Array:
    """[…, 10]: means of the bins [..., bin] of each tenth of the time. Raises InputError unless ten divides their number."""
    values = np.asarray(values, float)
    if values.shape[-1] % TENTHS:
        raise InputError(where="bins", needed="a multiple of ten", found=str(values.shape[-1]))
    return values.reshape(*values.shape[:-1], TENTHS, -1).mean(axis=-1)


def against(one: Array, other: Array) -> Statistic:
    """Two-sample t with pooled variance of one[population] against other[population]."""
    n, m = len(one), len(other)
    if min(n, m) < 2:
        raise InputError(where="t statistic", needed="two populations in each arm", found=f"{n} and {m}")
    pooled = ((n - 1) * np.var(one, ddof=1) + (m - 1) * np.var(other, ddof=1)) / (n + m - 2)
    difference = float(np.mean(one) - np.mean(other))
    if pooled == 0:
        return Statistic(float(np.sign(difference)) * np.inf if difference else 0.0, float(difference == 0), n + m)
    t = difference / float(np.sqrt(pooled * (1 / n + 1 / m)))
    return Statistic(t, two_sided(t, n + m - 2), n + m)


def by_tenth(one: Array, other: Array) -> tuple[Statistic, ...]:
    """`against` in each tenth; one, other [population, bin]."""
    return tuple(against(x, y) for x, y in zip(tenths(one).T, tenths(other).T, strict=True))


def correlation(first: Array, second: Array) -> Statistic:
    """Pearson's r over populations."""
    n = len(first)
    if n < 3 or np.std(first) == 0 or np.std(second) == 0:
        raise InputError(where="correlation", needed="three populations that differ", found=f"{n}")
    r = float(np.corrcoef(first, second)[0, 1])
    return Statistic(r, two_sided(r * np.sqrt((n - 2) / max(1e-300, 1 - r * r)), n - 2), n)


def early_and_late(punished: Array, poisoned: Array) -> Statistic:
    """Correlation of punishments in the first two tenths with the share poisoned in the next two; [population, bin] both."""
    return correlation(tenths(punished)[:, :2].mean(axis=1), tenths(poisoned)[:, 2:4].mean(axis=1))


def time_to(values: Array, level: float) -> Array:
    """[…]: number of the first bin whose value lies below the level, from 1; infinite where none does."""
    below = np.asarray(values) < level
    return np.where(below.any(axis=-1), below.argmax(axis=-1) + 1.0, np.inf)


__all__ = [
    "Statistic", "against", "by_tenth", "correlation", "early_and_late", "tenths", "time_to",
]  # fmt: skip
