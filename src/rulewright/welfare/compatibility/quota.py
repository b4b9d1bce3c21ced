"""The quota that an institution's decisions imply, where it decides on a vote but not by a written quota.

"Yes if and only if a share of at least q was for" errs on e(q) cases: those granted below q and those refused at or above it. e is
constant between neighbouring shares, so every q can be tried, exactly; the quotas with fewest exceptions are an interval (or
several), and the exceptions are listed: what the institution looked at beside the vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array


@dataclass(frozen=True)
class Implied:
    """Quotas q in (low, high] that explain the most decisions."""

    low: Fraction
    high: Fraction
    errors: int
    n: int
    granted_below: tuple[int, ...]
    """At q = high: cases that were granted though the share is below it."""
    refused_above: tuple[int, ...]
    """At q = high: cases that were refused though the share is at or above it."""
    ties: int
    """How many other intervals have as few exceptions."""


def implied_quota(yes: Any, no: Any, decision: Any) -> Implied:
    """From whole numbers yes[x], no[x] and decision[x] (1 granted, 0 refused; others left out).

    Of several intervals with as few exceptions, the widest. Raises InputError where there is no case with votes and a decision.
    """
    use, shares, levels, at, d = _levels(yes, no, decision)
    least, ends = _best(at, d, np.ones(len(use)), levels)
    low, high = ends[0]
    below = tuple(int(x) for x, s, g in zip(use, shares, d, strict=True) if s < high and g == 1)
    above = tuple(int(x) for x, s, g in zip(use, shares, d, strict=True) if s >= high and g == 0)
    return Implied(low, high, least, len(use), below, above, len(ends) - 1)


def majority_errors(yes: Any, no: Any, decision: Any) -> int:
    """How many decisions a majority gets wrong: granted below one half, or refused above. Of ties, whichever are fewer."""
    y, n, d = (np.asarray(v, float) for v in (yes, no, decision))
    use = (y + n > 0) & ((d == 0) | (d == 1))
    wrong = use & (((y < n) & (d == 1)) | ((y > n) & (d == 0)))
    tied = d[use & (y == n)]
    return int(wrong.sum() + min((tied == 1).sum(), (tied == 0).sum()))


def _levels(yes: Any, no: Any, decision: Any) -> tuple[Array, list[Fraction], list[Fraction], Array, Array]:
    """(cases that count, their shares, all levels, each one's level, its decision). Raises InputError where there is none."""
    y, n, d = (np.asarray(v, float) for v in (yes, no, decision))
    use = np.flatnonzero((y + n > 0) & ((d == 0) | (d == 1)))
    if not len(use):
        raise InputError(where="quota", needed="a case with votes and a decision", found="none")
    shares = [Fraction(int(y[x]), int(y[x] + n[x])) for x in use]
    levels = sorted({*shares, Fraction(0), Fraction(1)})
    place = {s: k for k, s in enumerate(levels)}
    return use, shares, levels, np.array([place[s] for s in shares]), d[use]


def _best(at: Array, d: Array, weight: Array, levels: list[Fraction]) -> tuple[int, list[tuple[Fraction, Fraction]]]:
    """(fewest errors, intervals that have them, the widest first).

    A quota in (level k − 1, level k] refuses below level k and grants from it on; k = 0 is left out, for q > 0.
    """
    granted = np.bincount(at, weight * d, minlength=len(levels))
    refused = np.bincount(at, weight * (1 - d), minlength=len(levels))
    errors = np.cumsum(granted)[:-1] + np.cumsum(refused[::-1])[::-1][1:]
    least = int(errors.min())
    best = np.flatnonzero(errors == least)
    runs = np.split(best, np.flatnonzero(np.diff(best) > 1) + 1)
    ends = [(levels[int(r[0])], levels[int(r[-1]) + 1]) for r in runs]
    return least, sorted(ends, key=lambda e: (e[1] - e[0], e[0]), reverse=True)


def resampled_quota(yes: Any, no: Any, decision: Any, *, draws: int = 200, seed: int = 0) -> Array:
    """[draw, 2]: the interval's ends with cases drawn again with replacement. Raises InputError."""
    use, _, levels, at, d = _levels(yes, no, decision)
    rng = np.random.default_rng(seed)
    found = np.empty((draws, 2))
    for k in range(draws):
        weight = np.bincount(rng.integers(len(use), size=len(use)), minlength=len(use)).astype(float)
        found[k] = [float(end) for end in _best(at, d, weight, levels)[1][0]]
    return found
