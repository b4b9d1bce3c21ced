"""Where pure equilibria appear and disappear, as the parameter t of a family of games moves.

The profile a is an equilibrium at t iff no gap  u_i(a; t) − u_i(d, a_-i; t)  is negative, strict iff all are positive. Where
payoffs are affine in t each gap has one root, so that the set of t is an interval whose ends are quotients of payoffs: exact in
rationals. Elsewhere the ends are found by regula falsi on the least gap, between two neighbouring values that disagree.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import TooLarge
from ...numerics.rational import Array, floats
from .family import MOST_TESTS, Form, Sampled

WIDTH = 1e-13  # of a bracket around a root, relative
STEPS = 200
ROUGH = 1e-9  # of gaps in floats, relative to the range of payoffs; what survives is asked again exactly


@dataclass(frozen=True)
class Segment:
    """A pure profile that is an equilibrium from `low` to `high`."""

    profile: tuple[int, ...]
    low: Any
    high: Any
    strict: bool
    """Whether everybody loses by leaving it, inside."""


def segments(sampled: Sampled, values: Sequence[Any]) -> tuple[list[Segment], bool]:
    """(all pure equilibria from the first to the last value, whether all their ends are exact roots of affine gaps)."""
    whole = (values[0], values[-1])
    tests = sum(sampled(whole[0]).counts) * int(np.prod(sampled(whole[0]).counts))
    if tests > MOST_TESTS:
        raise TooLarge(
            where="tracing pure equilibria",
            needed=f"at most {MOST_TESTS:,} profiles times deviations",
            found=f"{tests:,}",
            remedy="Trace a smaller game, or follow one play with `loop`.",
        )
    if affine(sampled, *whole):
        sampled.straight(*whole)
        return _affine(sampled(whole[0]), sampled(whole[1]), *whole), True
    found, exact = [], True
    for low, high in itertools.pairwise(values):
        if affine(sampled, low, high):
            found += _affine(sampled(low), sampled(high), low, high)
        else:
            exact = False
            middle = (low + high) / 2
            found += _bracketed(sampled, low, middle) + _bracketed(sampled, middle, high)
    return joined(found), exact


def affine(sampled: Sampled, low: Any, high: Any) -> bool:
    """Whether payoffs and goal at ⅓, ½ and 7/11 of the way are averages of the ends: exactly, or to rounding."""
    if low == high:
        return True
    ends = [np.append(f.payoff, f.goal[None], axis=0) for f in (sampled(low), sampled(high))]
    for share, of in ((1, 3), (1, 2), (7, 11)):
        form = sampled(sampled.number(low) + (sampled.number(high) - sampled.number(low)) * share / of)
        between = (ends[0] * (of - share) + ends[1] * share) / of
        inside = np.append(form.payoff, form.goal[None], axis=0)
        if sampled.exact and ends[0].dtype == object:
            if (between != inside).any():
                return False
        elif np.abs(floats(between) - floats(inside)).max() > 1e-12 * max(1.0, np.abs(floats(inside)).max()):
            return False
    return True


def _affine(first: Form, last: Form, low: Any, high: Any) -> list[Segment]:
    found = []
    for profile in np.argwhere(_alive(first, last)):
        at = tuple(map(int, profile))
        start, end, strict = 0, 1, True  # in shares of the way
        for i in range(len(at)):
            for a, b in zip(first.gaps(at, i), last.gaps(at, i), strict=True):
                strict &= bool(a != 0 or b != 0)
                if max(a, b) <= 0 and min(a, b) < 0:
                    start, end = 1, 0
                elif a < 0:
                    start = max(start, a / (a - b))
                elif b < 0:
                    end = min(end, a / (a - b))
        if start < end:
            found.append(Segment(at, low + (high - low) * start, low + (high - low) * end, strict))
    return found


def _alive(first: Form, last: Form) -> Array:
    """[*actions]: profiles that may be equilibria somewhere between, by floats with room for rounding."""
    alive = np.ones(first.counts, bool)
    for i in range(len(first.counts)):
        a, b = (floats(f.payoff[i]) for f in (first, last))
        room = ROUGH * max(np.ptp(a), np.ptp(b), 1e-300)
        start, end = np.zeros(first.counts), np.ones(first.counts)
        for d in range(first.counts[i]):
            left, right = (u - np.take(u, [d], axis=i) for u in (a, b))
            alive &= ~((left < -room) & (right < -room))
            with np.errstate(divide="ignore", invalid="ignore"):
                root = left / (left - right)
            start = np.where((left < -room) & (right >= -room), np.maximum(start, root), start)
            end = np.where((right < -room) & (left >= -room), np.minimum(end, root), end)
        alive &= start <= end + ROUGH
    return alive


def least_gaps(form: Form) -> Array:
    """[*actions]: the least that a deviation loses, in floats."""
    least = np.full(form.counts, np.inf)
    for i, count in enumerate(form.counts):
        if count == 1:
            continue
        u = floats(form.payoff[i])
        best = np.sort(u, axis=i)
        top, second = np.take(best, [-1], axis=i), np.take(best, [-2], axis=i)
        least = np.minimum(least, np.where(u == top, u - second, u - top))
    return least


def _bracketed(sampled: Sampled, low: Any, high: Any) -> list[Segment]:
    ends = [least_gaps(sampled(t)) for t in (low, high)]
    found = []
    for profile in np.argwhere((ends[0] >= 0) | (ends[1] >= 0)):
        at = tuple(map(int, profile))
        left, right = (float(end[at]) for end in ends)
        if left >= 0 and right >= 0:
            if left > 0 or right > 0 or sampled((low + high) / 2).slack(at) >= 0:
                found.append(Segment(at, low, high, bool(sampled((low + high) / 2).slack(at) > 0)))
            continue
        if max(left, right) == 0:
            continue  # a point
        end = root(lambda t, at=at: float(sampled(t).slack(at)), float(low), float(high))  # type: ignore[misc]
        found.append(Segment(at, low, end, True) if left > 0 else Segment(at, end, high, True))
    return found


def root(function: Callable[[float], float], low: float, high: float, width: float = WIDTH) -> float:
    """Where a function changes sign between two numbers: regula falsi in the Illinois form, halved where that is slow."""
    a, b = function(low), function(high)
    if a == 0 or b == 0:
        return low if a == 0 else high
    side, last = 0, abs(high - low)
    for step in range(STEPS):
        if abs(high - low) <= width * max(abs(low), abs(high)) or abs(high - low) < 1e-300:
            break
        middle = (a * high - b * low) / (a - b)
        if step % 3 == 2 and abs(high - low) > last / 4:
            middle = (low + high) / 2
        last = abs(high - low) if step % 3 == 2 else last
        if not min(low, high) < middle < max(low, high):
            middle = (low + high) / 2
            if middle in (low, high):
                break
        c = function(middle)
        if c == 0:
            return middle
        if (c > 0) == (b > 0):
            high, b = middle, c
            a, side = (a / 2 if side == 1 else a), 1
        else:
            low, a = middle, c
            b, side = (b / 2 if side == -1 else b), -1
    return (low + high) / 2


def joined(found: Sequence[Segment]) -> list[Segment]:
    """The same with segments of one profile that touch made one."""
    made: list[Segment] = []
    for new in sorted(found, key=lambda s: (s.profile, s.low)):
        old = made[-1] if made else None
        if old and old.profile == new.profile and old.strict == new.strict and new.low <= old.high:
            made[-1] = Segment(old.profile, old.low, max(old.high, new.high), old.strict)
        else:
            made.append(new)
    return made
