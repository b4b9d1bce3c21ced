"""Equilibrium selection risk: the equilibria of a family of games G(t), and how far today's t is from losing the good ones.

A branch is one equilibrium, followed over the values of t for which it is one. It is *stable* where it is strict: nobody can
change without loss; under the replicator dynamics exactly these are asymptotically stable (Ritzberger & Weibull 1995,
Econometrica 63). A play is *good* where people's goal is at least `floor`. Then, over the range that was traced,

    possible   P = {t : some stable equilibrium is good}          certain   S = {t ∈ P : every stable equilibrium is}
    robustness margin = distance from t to the end of P           recovery cost = distance from t to S

and on P \\ S, the *hysteresis* region, which equilibrium is played depends on where play came from: a society that loses the
good play as t leaves P does not find it again before t is in S (fold, tipping point, critical transition: Scheffer et al. 2009,
Nature 461; in games, Barfuss et al. 2025, PNAS).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .family import Family, Form, Sampled
from .mixed import mixed
from .pure import Segment, root, segments

Interval = tuple[Any, Any]
REPLIES = 1000  # of the path after a tipping point
Tell = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Branch:
    """One equilibrium from `low` to `high`: exact numbers where they are roots of affine gaps of exact games."""

    play: str
    low: Any
    high: Any
    stable: bool
    """Strict inside."""
    t: Array = field(repr=False)
    goal: Array = field(repr=False)
    """[point]: people's goal at t."""
    profile: tuple[int, ...] | None = None
    """Positions of a pure play; None if it mixes."""


@dataclass(frozen=True)
class Jump:
    """Where a stable branch ends, and what best replies make of the play that was there."""

    at: Any
    up: bool
    """Whether t was rising."""
    before: str
    after: str
    """"" where best replies go round in circles."""
    goal_before: float
    goal_after: float | None


@dataclass(frozen=True, eq=False)
class Trace:
    """All that was found from `low` to `high`."""

    low: Any
    high: Any
    branches: tuple[Branch, ...]
    jumps: tuple[Jump, ...]
    floor: Any
    here: Any
    possible: tuple[Interval, ...]
    """P, as closed intervals."""
    certain: tuple[Interval, ...]
    """S; an end that touches a bad branch does not belong to it."""
    how: str
    complete: bool

    @property
    def hysteresis(self) -> tuple[Interval, ...]:
        """P less S: the intervals in which both good and bad stable equilibria exist."""
        return _less(self.possible, self.certain)

    @property
    def margin(self) -> Any:
        """Robustness margin at `here`: how far t may move before the good play is lost; 0 where it is, None if nowhere in range."""
        self._at()
        for low, high in self.possible:
            if low <= self.here <= high:
                ends = [self.here - low] * (low > self.low) + [high - self.here] * (high < self.high)
                return min(ends) if ends else None
        return self.here - self.here

    @property
    def recovery(self) -> Any:
        """Recovery cost at `here`: how far t must move for the good play to be the only stable one; None if nowhere in range."""
        self._at()
        ways = [max(low - self.here, self.here - high, self.here - self.here) for low, high in self.certain]
        return min(ways) if ways else None

    def at(self, t: Any) -> tuple[Branch, ...]:
        """The branches that exist at t."""
        return tuple(b for b in self.branches if b.low <= t <= b.high)

    def seen_from(self, here: Any) -> Trace:
        """The same trace with another value as today's."""
        return replace(self, here=here)

    def _at(self) -> None:
        if self.here is None or not self.low <= self.here <= self.high:
            raise InputError(
                where="trace",
                needed=f"today's value, from {float(self.low):g} to {float(self.high):g}",
                found=str(self.here),
            )


def trace(
    family: Family, values: Sequence[Any], *, here: Any = None, floor: Any = None, tell: Tell = lambda _: None
) -> Trace:
    """Trace the equilibria of family(t) over the values, ascending or descending; whole numbers and Fractions stay exact.

    family: t → Game or MarkovGame (stationary policies). floor: the least that is good for people, in goal units; halfway between
    the best and the worst stable play of the trace if None. here: today's value, for `margin` and `recovery`. Pure equilibria of
    any number of players; mixed ones of two. Raises InputError for fewer than two values, TooLarge for games that are too large.
    """
    found = sorted(set(values))
    if len(found) < 2:
        raise InputError(where="trace", needed="at least two different values of the parameter", found=f"{len(found)}")
    sampled = Sampled(family, found)
    points = [sampled.number(t) for t in found]
    tell("pure equilibria")
    pure, exact = segments(sampled, points)
    events = sorted({*points, *(s.low for s in pure), *(s.high for s in pure)})
    tell("mixed equilibria")
    between = [sampled.number((a + b) / 2) for a, b in itertools.pairwise(events) if b > a]
    mixes, missing = mixed(sampled, sorted({*points, *between}), events[1:-1])
    branches = [_pure_branch(sampled, s, events) for s in pure]
    form = sampled(points[0])
    branches += [Branch(_mixed_label(form, m.supports), m.low, m.high, False, m.t, m.goal) for m in mixes]
    branches.sort(key=lambda b: (not b.stable, float(b.low), float(b.high), b.play))
    stable = [float(g) for b in branches if b.stable for g in b.goal]
    limit = floor if floor is not None else (min(stable) + max(stable)) / 2 if stable else 0
    tell("tipping points")
    good, bad = _pieces(sampled, [b for b in branches if b.stable], limit, exact)
    how = "payoffs are affine: ends of pure branches are exact" if exact else "ends of pure branches by bracketing"
    return Trace(
        points[0],
        points[-1],
        tuple(branches),
        tuple(_jumps(sampled, [b for b in branches if b.stable], events)),
        limit,
        None if here is None else sampled.number(here),
        good,
        _less(good, bad),
        "; ".join([how, *([missing] if missing else [])]),
        exact and not missing,
    )


def _pure_branch(sampled: Sampled, s: Segment, events: Sequence[Any]) -> Branch:
    where = [t for t in events if s.low <= t <= s.high]
    goals = [float(sampled(t).goal[s.profile]) for t in where]
    return Branch(
        label(sampled(where[0]), s.profile), s.low, s.high, s.strict, np.array(where, float), np.array(goals), s.profile
    )


def label(form: Form, profile: Sequence[int]) -> str:
    return "; ".join(f"{p}: {a[k]}" for p, a, k in zip(form.players, form.actions, profile, strict=True))


def _mixed_label(form: Form, supports: Sequence[Sequence[int]]) -> str:
    parts = zip(form.players, form.actions, supports, strict=True)
    return "; ".join(f"{p}: {' or '.join(a[k] for k in support)}" for p, a, support in parts)


def _pieces(
    sampled: Sampled, stable: Sequence[Branch], floor: Any, exact: bool
) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """(closures of where a stable branch is good, and of where one is bad)."""
    good: list[Interval] = []
    bad: list[Interval] = []
    for branch in stable:

        def over(t: Any, at: tuple[int, ...] = branch.profile or ()) -> Any:
            return sampled(t).goal[at] - (sampled.number(floor) if sampled.exact else float(floor))

        ends = sorted({branch.low, *(sampled.number(t) for t in branch.t[1:-1]), branch.high})
        for low, high in itertools.pairwise(ends):
            a, b = over(low), over(high)
            if (a >= 0) == (b >= 0) or a == 0 or b == 0:
                (good if a >= 0 and b >= 0 else bad).append((low, high))
                continue
            cut = low + (high - low) * a / (a - b) if exact else root(over, float(low), float(high))
            (good if a >= 0 else bad).append((low, cut))
            (good if b >= 0 else bad).append((cut, high))
    return _union(good), _union(bad)


def _union(pieces: Sequence[Interval]) -> tuple[Interval, ...]:
    made: list[Interval] = []
    for low, high in sorted(pieces):
        if made and low <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], high))
        else:
            made.append((low, high))
    return tuple(made)


def _less(whole: Sequence[Interval], gone: Sequence[Interval]) -> tuple[Interval, ...]:
    """Closures of what is left of some intervals; points are dropped."""
    left = list(whole)
    for low, high in gone:
        cut = [((a, min(b, low)), (max(a, high), b)) for a, b in left]
        left = [piece for pair in cut for piece in pair if piece[0] < piece[1]]
    return tuple(left)


def _jumps(sampled: Sampled, stable: Sequence[Branch], events: Sequence[Any]) -> list[Jump]:
    found = []
    for branch in stable:
        for at, up in ((branch.low, False), (branch.high, True)):
            beyond = [t for t in events if (t > at if up else t < at)]
            if not beyond or branch.profile is None:
                continue
            past = (at + (min(beyond) if up else max(beyond))) / 2
            end = settled(sampled(past), branch.profile)
            after = None if end is None else float(sampled(at).goal[end])
            found.append(
                Jump(
                    at,
                    up,
                    branch.play,
                    "" if end is None else label(sampled(past), end),
                    float(sampled(at).goal[branch.profile]),
                    after,
                )
            )
    return sorted(found, key=lambda j: (float(j.at), j.up))


def settled(form: Form, profile: Sequence[int]) -> tuple[int, ...] | None:
    """Where best replies lead, whoever gains most moving first; None if nowhere."""
    at = tuple(profile)
    for _ in range(REPLIES):
        gains = []
        for i in range(len(at)):
            row = form.choices(at, i)
            best = int(np.argmax(row))
            gains.append((row[best] - row[at[i]], i, best))
        gain, i, best = max(gains, key=lambda g: (g[0], -g[1]))
        if gain <= 0:
            return at
        at = (*at[:i], best, *at[i + 1 :])
    return None
