"""Tracking: how long after a dated change of rule an agent goes on deciding by the old one.

Only cases on which the old rule and the new decisions differ can tell. Each unit (a kind of case, or all of them) is watched from
the change on, until the first of `run` such cases in a row that the agent decides as the institution now does; a unit whose last
case comes before that is censored there. Kaplan & Meier (1958) give the share still on the old rule, Greenwood (1926) its
variance, taken on the scale log(−log S). What is seen only at cases is seen late: waits are upper bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array


@dataclass(frozen=True, eq=False)
class Waits:
    """One wait per unit that had a case to tell."""

    unit: Array
    """Numbers of the units."""
    time: Array
    """Until it agreed, or until it was last seen; in the units of the dates, from the change."""
    seen: Array
    """Whether it came to agree."""
    cases: Array
    """How many cases told about the unit."""


@dataclass(frozen=True, eq=False)
class Survival:
    """The share of units still on the old rule, over time since the change."""

    time: Array
    """At which somebody came to agree; 0 first."""
    share: Array
    low: Array
    high: Array
    """Pointwise interval."""
    units: int
    events: int

    @property
    def median(self) -> float:
        """First time at which at most half are left; infinite where more than half are left at the end."""
        return _first(self.time, self.share)

    @property
    def median_interval(self) -> tuple[float, float]:
        """Times at which the interval's ends cross one half (Brookmeyer & Crowley 1982); the upper one may be infinite."""
        return _first(self.time, self.low), _first(self.time, self.high)


def waits(unit: Array, time: Array, agrees: Array, *, run: int = 1) -> Waits:
    """From cases after the change, on which the rules differ: unit[c], time[c] ≥ 0 since it, agrees[c] with the new decision.

    Raises InputError for times before the change or a run below 1.
    """
    units, times, good = np.asarray(unit), np.asarray(time, float), np.asarray(agrees, bool)
    if run < 1:
        raise InputError(where="run", needed="at least 1", found=str(run))
    if len(times) and not (times >= 0).all():
        raise InputError(
            where="times", needed="times since the change, 0 or more", found=f"{times[~(times >= 0)][0]:g}"
        )
    found, until, seen, count = [], [], [], []
    for one in np.unique(units):
        at = np.flatnonzero(units == one)
        at = at[np.argsort(times[at], kind="stable")]
        in_a_row = np.convolve(good[at].astype(int), np.ones(run, int), "valid") if len(at) >= run else np.zeros(0)
        first = np.flatnonzero(in_a_row == run)
        found.append(int(one))
        seen.append(bool(len(first)))
        until.append(float(times[at[first[0]]] if len(first) else times[at[-1]]))
        count.append(len(at))
    return Waits(np.array(found, int), np.array(until), np.array(seen, bool), np.array(count, int))


def survival(found: Waits, level: float = 0.95) -> Survival:
    """Kaplan and Meier's estimate with its pointwise interval. Raises InputError where there is no unit."""
    if not len(found.time):
        raise InputError(where="tracking", needed="a case after the change on which the rules differ", found="none")
    z = NormalDist().inv_cdf((1 + level) / 2)
    at = np.unique(found.time[found.seen])
    risk = np.array([(found.time >= t).sum() for t in at], float)
    dead = np.array([((found.time == t) & found.seen).sum() for t in at], float)
    share = np.cumprod(1 - dead / risk) if len(at) else np.zeros(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(dead / (risk * (risk - dead)))) / np.abs(np.log(share))
        low, high = share ** np.exp(z * spread), share ** np.exp(-z * spread)
    gone = share <= 0
    before = np.maximum.accumulate(np.concatenate([[0.0], np.where(gone, 0.0, high)]))[:-1] if len(at) else high
    low, high = np.where(gone, 0.0, low), np.where(gone, np.where(before > 0, high, 1.0), high)
    high = np.where(np.isnan(high), 0.0, high)
    ones = np.ones(1)
    return Survival(
        np.concatenate([[0.0], at]),
        np.concatenate([ones, share]),
        np.concatenate([ones, low]),
        np.concatenate([ones, high]),
        len(found.time),
        int(found.seen.sum()),
    )


def _first(time: Array, share: Array) -> float:
    at = np.flatnonzero(share <= 0.5)
    return float(time[at[0]]) if len(at) else float("inf")


def unchanged(person: Array, value: Array, after: Array) -> Array:
    """[i]: mean judgement after minus before, of every person who judged on both sides: have people changed, or the rule only?"""
    count = int(np.max(person, initial=-1)) + 1
    means = []
    for side in (~np.asarray(after, bool), np.asarray(after, bool)):
        n = np.bincount(person[side], minlength=count)
        total = np.bincount(person[side], value[side], minlength=count)
        means.append(np.divide(total, n, out=np.full(count, np.nan), where=n > 0))
    change: Array = means[1] - means[0]
    return change[~np.isnan(change)]
