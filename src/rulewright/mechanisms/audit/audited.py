"""What an audit found, as frozen data. Two numbers that are never one: `regret_found` (searched, a lower bound) and
`regret_certified` (an upper bound, with the argument for it), which is None where nobody has one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ...numerics.rational import Array
from ..mechanism import Estimate

PROVED, BOUNDED, SEARCHED = "proved", "bounded with confidence", "searched only"
CONTINUUM = "all types of the continuum"


@dataclass(frozen=True, eq=False)
class Deviation:
    """A lie that pays, to be replayed: `replay(mechanism, deviation)`."""

    types: Array = field(repr=False)
    """[agent, dimension]: the true profile."""
    agent: int
    misreport: Array = field(repr=False)
    """[dimension]"""
    truthful: float
    """What the agent gets by the truth, in money."""
    lying: float

    @property
    def gain(self) -> float:
        return self.lying - self.truthful


@dataclass(frozen=True)
class Violations:
    """How often a promise was broken at truthful reports, and by how much at worst."""

    count: int
    profiles: int
    worst: float
    """In money, or in shares of an item; 0 where it never was."""
    at: tuple[tuple[float, ...], ...] = field(default=(), repr=False)
    """[agent][dimension]: the types of that profile."""


@dataclass(frozen=True)
class Tail:
    """With the confidence named, the chance that a random profile has an agent whose *found* regret is above `above` is at most
    `at_most` (Clopper & Pearson, one-sided). It bounds what this attacker finds, not what there is to find."""

    above: float
    at_most: float
    seen: int
    profiles: int
    confidence: float


@dataclass(frozen=True)
class Fault:
    """Something that no direct mechanism does."""

    name: str
    says: str


@dataclass(frozen=True, eq=False)
class Certified:
    """An upper bound on regret, and why."""

    regret: float
    """No agent gains more, at any profile within `scope`. Money."""
    scope: str
    how: str
    grade: str = PROVED
    worst: Deviation | None = None
    """Where the bound is attained, if it is."""
    pieces: int = 0
    """Cells, boxes or programmes that were looked at."""
    seconds: float = 0.0
    """CPU-seconds."""


@dataclass(frozen=True, eq=False)
class Audit:
    """All of it. Money in the units of the types."""

    name: str
    bidders: int
    dimensions: int
    profiles: int
    attacked: int
    """Profiles 0 … attacked − 1 met the strong attacker: a fair sample."""
    suspects: int
    """Other profiles that met it because the quick one found most there."""
    seed: int
    goal: str
    revenue: Estimate
    """Payments of all, at truthful reports."""
    wanted: Estimate
    """The environment's own goal, at truthful reports."""
    regret_found: Estimate
    """Mean over profiles and agents; strong attacker, fair sample: a lower bound on mean regret, up to the interval."""
    regret_quick: Estimate
    """The same of the quick attacker, all profiles."""
    worst: Deviation | None
    """The largest gain of all that were looked at; None where nobody gains."""
    tails: tuple[Tail, ...]
    voluntary: Violations
    feasible: Violations
    budget: Violations
    faults: tuple[Fault, ...]
    proof: str
    certified: Certified | None
    grade: str
    """Of what is said about regret from above: "searched only" where nothing is."""
    evaluations: int
    """Reports that the mechanism was asked to answer, in all."""
    per_agent: tuple[int, int]
    """Misreports per agent and profile: quick, strong."""
    seconds: float
    """CPU-seconds, of everything."""

    @property
    def regret_certified(self) -> float | None:
        return None if self.certified is None else self.certified.regret

    @property
    def repaired(self) -> float:
        """(√P − √R)² with P revenue and R the found regret of all agents: comparison only, conjectural for two agents or more."""
        total = max(self.regret_found.mean, 0.0) * self.bidders
        return float(max(np.sqrt(max(self.revenue.mean, 0.0)) - np.sqrt(total), 0.0) ** 2)

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against it: no lie that pays, no promise broken, no fault."""
        broken = (self.voluntary, self.feasible, self.budget)
        return self.worst is None and not self.faults and not any(v.count for v in broken)

    def result(self) -> dict[str, Any]:
        """Plain data; without seconds, so that the same seed gives the same bytes."""
        found = _plain(asdict(self))
        for part in (found, found["certified"] or {}):
            part.pop("seconds", None)
        for part in (found["worst"], found["certified"] and found["certified"]["worst"]):
            if part:
                part["gain"] = part["lying"] - part["truthful"]
        return {**found, "regret_certified": self.regret_certified, "repaired": self.repaired, "sound": self.sound}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    return None if isinstance(value, float) and not np.isfinite(value) else value
