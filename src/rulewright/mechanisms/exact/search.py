"""Choosing the numbers of exact mechanisms without gradients: any goal will do, a jump or a count as well as a sum.

    cross-entropy   draw from normal laws around the best so far, keep the best quarter, draw again from its mean and spread
    pattern         then steps of ± h along each number, h halved when none helps

Rubinstein & Kroese 2004; Hooke & Jeeves 1961 (J. ACM 8). All members are judged on the same profiles, so that differences are not
noise; what is reported is measured on others, which the search has not seen. Truth needs no search. What the environment asks
besides (`outside`, `budget`, `deficit`) does: members that break it on the profiles, or at a corner of the box of types, rank below
all that do not, the more the lower.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..environment import Environment, Goal
from ..kept import kept
from ..mechanism import Estimate, Mechanism, estimate
from .families import FAMILIES, Family

POPULATION = 24
ELITE = 6
SMOOTH = 0.7  # of the new spread
CURVE = 4096  # profiles for each new best member
MOST_NUMBERS = 8  # of a profile whose corners are all checked
REFUSED = 1e12  # below every goal


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search found: exactly truthful, as the family is; how good, with confidence; that it is the best is not said."""

    mechanism: Mechanism
    parameters: Array
    found: Estimate
    """On profiles that the search has not seen."""
    before: Estimate
    """The member that it started from, on the same profiles."""
    evaluations: int
    steps: tuple[int, ...]
    """Evaluations after which there was a new best member that breaks nothing."""
    goals: tuple[float, ...]
    """What each of these comes to, on profiles that the search has not seen."""
    broken: float
    """The most by which a bound of the environment is broken on the unseen profiles and corners, in its units; 0: nowhere found."""


def corners(environment: Environment) -> Array:
    """[corner, agent, dimension]: where every number is the least or the most that it can be; none if they are many or infinite."""
    shape = environment.low.shape
    if environment.low.size > MOST_NUMBERS or not np.isfinite(environment.high).all():
        return np.zeros((0, *shape))
    bits = (np.arange(2**environment.low.size)[:, None] >> np.arange(environment.low.size)) & 1
    return np.where(bits.reshape(-1, *shape) == 1, environment.high, environment.low)


def broken(mechanism: Mechanism, types: Array) -> float:
    """The most by which truthful outcomes break what the environment asks: allowed decisions, outside, budget, deficit; or 0."""
    return kept(mechanism, types).most


class _Judge:
    """Counts evaluations, remembers the best."""

    def __init__(self, family: Family, environment: Environment, types: Array, budget: int) -> None:
        self.family, self.environment, self.types, self.budget = family, environment, types, budget
        self.checked = np.concatenate([types, corners(environment)])
        self.best, self.at, self.made = -np.inf, family.start, 0
        self.kept: list[tuple[int, Array]] = []

    @property
    def left(self) -> int:
        return self.budget - self.made

    def __call__(self, x: Array) -> float:
        member = self.family.make(x)
        found = member.outcome(self.types)
        score = float(np.mean(self.environment.achieved(self.types, found.decision, found.payments)))
        over = broken(member, self.checked)
        if np.isnan(score):
            raise InputError(where="search", needed="a goal that is a number", found="NaN")
        score = -REFUSED * (1 + over) if over else score
        if score > self.best:
            self.best, self.at = score, x
            if not over:
                self.kept.append((self.made + 1, x))
        self.made += 1
        return score


def _cross_entropy(judge: _Judge, drawn: np.random.Generator, budget: int) -> None:
    family = judge.family
    centre, spread = family.start, (family.high - family.low) / 4
    while budget >= POPULATION and judge.left >= POPULATION:
        budget -= POPULATION
        points = np.clip(centre + spread * drawn.standard_normal((POPULATION, len(centre))), family.low, family.high)
        scores = np.array([judge(x) for x in points])
        elite = points[np.argsort(-scores, kind="stable")[:ELITE]]
        centre = (elite.mean(axis=0) + judge.at) / 2
        spread = SMOOTH * np.sqrt(elite.var(axis=0) + (elite.mean(axis=0) - centre) ** 2) + (1 - SMOOTH) * spread


def _pattern(judge: _Judge) -> None:
    family = judge.family
    step = (family.high - family.low) / 8
    while judge.left > 0 and (step > 1e-6 * (family.high - family.low)).any():
        before = judge.best
        for k in range(len(step)):
            for sign in (1.0, -1.0):
                point = judge.at.copy()
                point[k] = np.clip(point[k] + sign * step[k], family.low[k], family.high[k])
                if judge.left > 0 and point[k] != judge.at[k] and judge(point) == judge.best > before:
                    break
        if judge.best <= before:
            step = step / 2


def search(
    family: str | Callable[[Environment], Family],
    environment: Environment,
    *,
    goal: Goal | None = None,
    seed: int = 0,
    budget: int = 600,
    profiles: int = 4096,
    fresh: int = 100_000,
) -> Searched:
    """The member of a family (by name, see `FAMILIES`) that does best for a goal, otherwise the environment's.

    `budget`: evaluations, each on the same `profiles`; `fresh`: other profiles for the figure that is reported. Same seed, same
    bytes. Raises InputError for unknown families and budgets without an evaluation.
    """
    if isinstance(family, str) and family not in FAMILIES:
        raise InputError(where="search", needed=f"a family among {', '.join(FAMILIES)}", found=repr(family))
    if budget < 1 or profiles < 1 or fresh < 2:
        raise InputError(where="search", needed="budget and profiles of at least 1", found=f"{budget}, {profiles}")
    there = environment if goal is None else replace(environment, goal=goal)
    members = (FAMILIES[family] if isinstance(family, str) else family)(there)
    judge = _Judge(members, there, there.profiles(profiles, seed), budget)
    judge(members.start)
    _cross_entropy(judge, np.random.default_rng(seed), budget // 2)
    _pattern(judge)
    best = members.make(judge.at)
    other = seed ^ 0x5EED5EED  # other profiles
    return Searched(
        best,
        judge.at,
        estimate(best, profiles=fresh, seed=other),
        estimate(members.make(members.start), profiles=fresh, seed=other),
        judge.made,
        tuple(step for step, _ in judge.kept),
        tuple(estimate(members.make(x), profiles=min(fresh, CURVE), seed=other).mean for _, x in judge.kept),
        broken(best, np.concatenate([there.profiles(fresh, other), corners(there)])),
    )
