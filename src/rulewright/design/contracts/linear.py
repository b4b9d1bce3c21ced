"""Linear contracts: the agent gets the share α of what comes out. The best one is at a corner of an upper envelope.

Under t(y) = α·r(y) action a is worth α·R_a − c_a to the agent, a line in α with slope R_a. What it chooses as α rises from 0
is the upper envelope of these lines: actions with larger and larger R. The principal keeps (1 − α)·R_a, so that within a
segment it wants the least α: the optimum is at one of the envelope's corners, where the agent is indifferent and chooses the
larger R. Lines are sorted once: O(n log n), all in rationals.

Linear contracts are simple, and best where little is known (Carroll 2015, Am. Econ. Rev. 105). What they lose against the
optimal contract is computed here for the case at hand.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...errors import Impossible, InputError
from ...numerics import rational
from ...numerics.exact import ZERO
from ...numerics.rational import Array
from .hidden_action import HiddenAction, hidden_action
from .one_agent import OneAgent
from .setting import Setting, setting


@dataclass(frozen=True)
class Segment:
    """From this share on, and up to the next segment's, the agent chooses this action."""

    share: Fraction
    """α."""
    action: int
    value: Fraction
    """(1 − α)·R_a: what the principal keeps at the start of the segment."""
    utility: Fraction
    """α·R_a − c_a: what the agent gets there."""


@dataclass(frozen=True, eq=False)
class LinearContract(OneAgent):
    """The best share, and the whole picture. Exact throughout."""

    setting: Setting = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    """By rising share, from the first that the agent accepts to 1."""
    best: Segment

    @property
    def share(self) -> Fraction:
        return self.best.share

    @property
    def action(self) -> int:  # type: ignore[override]  # nobody sets it
        return self.best.action

    @property
    def value(self) -> Fraction:
        return self.best.value

    @cached_property
    def contract(self) -> Array:
        """[outcome]; α·r, exact."""
        return self.share * rational.exact(self.setting.reward)

    @cached_property
    def optimal(self) -> HiddenAction:
        """The best contract of any form, within the same liability."""
        s = self.setting
        return hidden_action(s.F, s.cost, s.reward, outside=s.outside, actions=s.actions, outcomes=s.outcomes)

    @property
    def loss(self) -> Fraction:
        """What the principal gives up by paying linearly."""
        return self.optimal.exact.value - self.value

    @property
    def amounts(self) -> Array:
        return self.contract

    def describe(self) -> str:
        return (
            f"Pay the share {rational.decimal(self.share)} of the reward: the agent chooses "
            f"{self.setting.actions[self.action]}, and {rational.decimal(self.value)} is left."
        )


def linear_contract(
    F: Any, cost: Any, reward: Any, *, outside: Any = None, actions: Any = None, outcomes: Any = None
) -> LinearContract:
    """The best linear contract for law F[action, outcome], cost[action] and reward[outcome] ≥ 0; shares between 0 and 1.

    Where the agent is indifferent it does what the principal likes better. Raises InputError for negative rewards (a share of a
    loss would break limited liability); Impossible where not even the whole reward is worth the agent's while.
    """
    asked = setting(F, cost, reward, outside=outside, actions=actions, outcomes=outcomes)
    if min(asked.reward) < 0:
        raise InputError(where="linear contract", needed="rewards of at least 0", found=str(min(asked.reward)))
    segments = envelope(asked.worth, asked.exact_cost, asked.outside)
    if not segments:
        raise Impossible(
            where="linear contract",
            needed=f"a share that is worth the outside option of {asked.outside}",
            found="less, with all of the reward",
        )
    best = max(segments, key=lambda s: (s.value, -s.share))
    return LinearContract(asked, segments, best)


def envelope(worth: Array, cost: Array, outside: Fraction | None = None) -> tuple[Segment, ...]:
    """Which action is best for the agent at each share: segments of the upper envelope of α·worth[a] − cost[a] on [0, 1].

    worth and cost are exact. With an outside option the first segment starts where the agent gets that much.
    """
    order = sorted(range(len(worth)), key=lambda a: (worth[a], -cost[a]))
    hull: list[int] = []
    for a in order:
        if hull and worth[hull[-1]] == worth[a]:
            hull.pop()  # same slope, dearer
        while len(hull) > 1 and _meet(worth, cost, hull[-2], a) <= _meet(worth, cost, hull[-2], hull[-1]):
            hull.pop()
        if not hull or _meet(worth, cost, hull[-1], a) <= 1:
            hull.append(a)
    starts = [ZERO, *(_meet(worth, cost, a, b) for a, b in itertools.pairwise(hull))]
    ends = [*starts[1:], Fraction(1)]
    found = []
    for a, start, end in zip(hull, starts, ends, strict=True):
        start = max(start, ZERO)
        if outside is not None and worth[a] * start - cost[a] < outside:
            if worth[a] * end - cost[a] < outside or not worth[a]:
                continue
            start = (outside + cost[a]) / worth[a]
        if start < end or (start == end and end == 1):
            found.append(Segment(start, a, (1 - start) * worth[a], start * worth[a] - cost[a]))
    return tuple(found)


def _meet(worth: Array, cost: Array, a: int, b: int) -> Fraction:
    """The share at which b, of the larger slope, overtakes a."""
    return (cost[b] - cost[a]) / (worth[b] - worth[a])
