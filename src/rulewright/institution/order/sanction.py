"""What follows a verdict: penalties by offence count, and sanctions that are anybody's.

A *decentralised* sanction is carried out by those who live together, not by an office. It costs who takes part, it may need several
to bite, and whether it is worth taking part depends on what one thinks the others will do:

    lands(n)     P(at least k of n sanction | I do)            k: quorum, each other with chance b (belief)
    pivotal(n)   C(n−1, k−1) b^(k−1) (1−b)^(n−k)               mine is the one that completes it
    pays         gain · pivotal + reward ≥ cost
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.binomial import exactly
from .limits import MOST, whole, within


@dataclass(frozen=True)
class Schedule:
    """Penalties by offence count, and the path back (Ostrom's fifth principle asks for both)."""

    penalties: tuple[float, ...]
    """penalties[k]: for an offence after k earlier ones that still count; the last one for all further. Reward units."""
    recovery: int = 0
    """Clean steps after which one offence is forgiven; 0 for never."""

    def __post_init__(self) -> None:
        within("sanction schedule", 0, MOST, several=True, penalties=self.penalties)
        whole("sanction schedule", 0, 2**30, recovery=self.recovery)

    @property
    def graduated(self) -> bool:
        """Never falling, and the first below the last."""
        steps = np.diff(np.asarray(self.penalties, float))
        return bool((steps >= 0).all() and len(steps) and self.penalties[0] < self.penalties[-1])

    def deters(self, detection: float, gain: float) -> int | None:
        """The first offence count k at which detection · penalty(k) ≥ gain, or None."""
        return next((k for k, fine in enumerate(self.penalties) if detection * fine >= gain), None)


def at_least(chances: Sequence[Any], k: int) -> Any:
    """P(at least k of independent events happen), each with its own chance. Exact where the chances are Fractions."""
    law: list[Any] = [1]  # law[m]: chance that m of those so far happened
    for p in chances:
        law = [(law[m] * (1 - p) if m < len(law) else 0) + (law[m - 1] * p if m else 0) for m in range(len(law) + 1)]
    return sum(law[max(k, 0) :], 0)


@dataclass(frozen=True)
class Sanctioning:
    """Who may sanction, what it costs them, what it takes, and what they believe of each other. Payoff units."""

    cost: Any = 0
    """To each who takes part, each time, whether it bites or not."""
    takes: Any | None = None
    """From the actor when the quorum is reached; None: the schedule's penalty for a first offence."""
    who: tuple[str, ...] = ()
    """Names of those who may; empty for everybody. Nobody sanctions itself."""
    quorum: int = 1
    """How many have to take part for it to bite."""
    each: bool = False
    """Whether it takes that much for each who takes part (blows) rather than once (exclusion)."""
    reward: Any = 0
    """To each who takes part in a sanction of an act that the order calls wrong."""
    belief: Any | None = None
    """b, chance that each other one takes part, as each of them sees it; None where nothing is believed."""

    def __post_init__(self) -> None:
        within("sanctioning", 0, MOST, cost=self.cost, reward=self.reward)
        if self.takes is not None:
            within("sanctioning", 0, MOST, takes=self.takes)
        if self.belief is not None:
            within("sanctioning", 0, 1, belief=self.belief)
        whole("sanctioning", 1, quorum=self.quorum)
        if len(set(self.who)) < len(self.who):
            raise InputError(where="sanctioning", needed="different names", found=", ".join(self.who))

    def _b(self) -> Any:
        if self.belief is None:
            raise InputError(where="sanctioning", needed="a belief about the others", found="none")
        return self.belief

    def lands(self, n: int) -> Any:
        """Chance that the sanction bites if one of n takes part, the others each with chance `belief`."""
        return at_least([self._b()] * (n - 1), self.quorum - 1)

    def pivotal(self, n: int) -> Any:
        """Chance that one of n makes the difference between a sanction that bites and one that does not."""
        b, k = self._b(), self.quorum
        return exactly(n - 1, k - 1, b)

    def pays(self, n: int, gain: Any) -> bool:
        """Whether taking part is worth its cost to one of n to whom a sanction that bites is worth `gain`."""
        return bool(gain * self.pivotal(n) + self.reward >= self.cost)
