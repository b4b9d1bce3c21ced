"""What `assess` found about a world, as plain data. `result.json` is this, written out.

Every number about play is a mean over episodes with a 95 % interval over seeds; `n` says how many of each. Nothing here is proved:
the best play known is the best of those that were tried. None stands where a number has no meaning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..report import plain


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval."""

    mean: float
    low: float
    """Of the 95 % interval over seeds (Student's t); equal to the mean where there is one seed."""
    high: float
    seeds: int
    episodes: int
    """In all."""


@dataclass(frozen=True)
class InstitutionRow:
    """One rule."""

    name: str
    about: str
    sentence: str
    """What it says, in words."""
    balanced: bool
    """Whether what it takes from players it gives to players, at every step that was looked at."""
    cares: bool
    """Whether it changes preferences."""


@dataclass(frozen=True)
class PlayRow:
    """One way to play under one rule."""

    rule: str
    players: str
    """How everybody plays: "uniform", "restrained:3", "learned:ippo", …"""
    goal: Estimate
    per_head: list[float]
    """What the world paid each player, mean per episode."""
    transfers: list[float]
    """What rules moved to each player, mean per episode."""
    fund: float
    """What was left with the rule-maker, mean per episode."""
    equality: float
    """1 − Gini of what the world paid."""
    sustainability: float | None
    """Mean step at which the world paid."""
    events: dict[str, dict[str, float]]
    """{kind: {outcome: times per episode}}, of all players together; outcomes never seen are left out."""


@dataclass(frozen=True)
class CurveRow:
    """How learners came to play under one rule."""

    rule: str
    players: str
    steps: list[float]
    """Environment steps so far."""
    mean: list[float]
    """What the world paid all players in an episode then, mean over seeds."""
    low: list[float]
    high: list[float]
    seeds: int
    throughput: float
    """Environment steps per second of the processor."""


@dataclass(frozen=True)
class SearchRow:
    """One setting of a rule that was tried."""

    values: dict[str, float]
    goal: Estimate


@dataclass(frozen=True)
class SearchData:
    """Settings of one rule, all tried in the same way."""

    rule: str
    players: str
    method: str
    points: list[SearchRow]
    best: SearchRow
    seconds: float
    """Of the processor, compiling included."""
    says: str


@dataclass(frozen=True)
class DeviationRow:
    """One player alone learns against all others, who play on as before."""

    rule: str
    players: str
    player: str
    gain: Estimate
    """What it gets more than before; of what was found, so a lower bound on what there is."""


@dataclass(frozen=True)
class PrincipleRow:
    """One of Ostrom's principles, measured under one rule."""

    rule: str
    principle: str
    holds: bool | None
    """None: not applicable."""
    says: str


@dataclass(frozen=True)
class WorldReport:
    """Everything that `assess` says about a world."""

    kind: Literal["world"]
    scenario: str
    version: str
    title: str
    source: str
    about: str
    parameters: dict[str, float]
    world: str
    settings: dict[str, str]
    players: list[str]
    actions: list[str]
    """Of the first player."""
    events: dict[str, list[str]]
    """{kind: outcomes}: what rules can be written on."""
    steps: int
    """Of an episode, at most."""
    goal: str
    rules: list[InstitutionRow]
    """Today's first."""
    plays: list[PlayRow]
    curves: list[CurveRow]
    best: PlayRow
    """The best for people of all that was tried, under any rule: first best is at least this."""
    worst: PlayRow
    """The worst under today's rule, of those who learn where somebody does: the headline."""
    chosen: PlayRow | None
    """Under the rule whose worst play is best for people: that worst play. None where there is nothing to compare."""
    search: SearchData | None
    deviations: list[DeviationRow]
    principles: list[PrincipleRow]
    replay: str
    """HTML of one episode that can be played; "" where there is none. Left out of result.json."""
    script: str
    """JavaScript that plays it. Left out of result.json."""
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""

    @property
    def impossible(self) -> str:
        """Nothing is: a world asks for no rule that would have to exist."""
        return ""

    def result(self) -> dict[str, Any]:
        """The content of result.json: plain data, NaN and infinities as null."""
        found: dict[str, Any] = plain(asdict(self))
        return {name: value for name, value in found.items() if name not in ("replay", "script")}
