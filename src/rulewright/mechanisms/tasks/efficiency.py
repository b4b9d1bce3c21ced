"""What rules come to on random markets: if all tell the truth, and if everybody tells the lie that is best against the truth.

Welfare is q·V − c of whoever does the task, as a share of the best there is in all markets together; the buyer's part is what it is
left with, in the same unit; agents have the rest. The *price of honesty* is the agents' part where truth is dominant: what is
left to them so that they have no reason to lie. Lies are those of the house's auditor, found one agent at a time (level 1 of
level-k); they are no equilibrium, and no claim is made that they are. Intervals of 95 % are of ratios of means (delta method).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...behaviour.estimation.confidence import student
from ...errors import InputError
from ...numerics.rational import Array
from ..audit.attack import Effort, attack
from ..audit.watched import Watched
from .environment import TaskMechanism

EFFORT = Effort(random=20, shades=11, points=21, sweeps=1, corners=4, kept=1, steps=20)


@dataclass(frozen=True)
class Share:
    """A share of the best welfare there is, with its interval of 95 %."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Efficiency:
    """Of one rule, on the same markets for all."""

    rule: str
    markets: int
    seed: int
    truthful: Share
    """Welfare if all tell the truth."""
    lying: Share
    """Welfare if all tell their best lie against the truth."""
    kept: Share
    """The buyer's part if all tell the truth."""
    left: Share
    """The buyer's part if all lie; below 0: it pays more than it gets."""


def efficiency(mechanism: TaskMechanism, *, markets: int = 2_000, seed: int = 0) -> Efficiency:
    """Means over random markets drawn by the seed. Raises InputError for fewer than two."""
    if markets < 2:
        raise InputError(where="markets", needed="at least 2", found=str(markets))
    there, worth = mechanism.environment, mechanism.worth
    types = there.profiles(markets, seed)
    best = np.maximum((worth * types[..., 1] - types[..., 0]).max(axis=1), 0.0)
    watched = Watched(mechanism)
    lies = types.copy()
    for i in range(there.agents):
        lies[:, i] = attack(watched, types, i, EFFORT, seed=seed).misreports
    (truthful, kept), (lying, left) = (mechanism.truly(types, mechanism.outcome(said)) for said in (types, lies))
    shares = (_share(part, best) for part in (truthful, lying, kept, left))
    return Efficiency(mechanism.rule.name, markets, seed, *shares)


def _share(part: Array, whole: Array) -> Share:
    """Σ part / Σ whole, and its interval."""
    ratio = float(part.sum() / whole.sum())
    spread = float((part - ratio * whole).std(ddof=1)) / math.sqrt(len(part)) / float(whole.mean())
    half = student(0.95, len(part) - 1) * spread
    return Share(ratio, ratio - half, ratio + half)
