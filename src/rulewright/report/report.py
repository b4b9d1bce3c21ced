"""What `assess` found, as plain data: strings, numbers, lists. No game, no solver, nothing that draws.

`result.json` is this, written out; the page and the terminal read nothing else. Goals are in goal units, money in payoff
units; None stands where a number has no meaning.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Foreseen:
    """One behaviour in one game."""

    worst: float | None
    """What people are left with in the worst play predicted: the goal minus κ times what is paid."""
    best: float | None
    mean: float | None
    count: int | None
    """How many plays were found; None for a continuum."""
    residual: float | None
    """The largest regret of a play, re-evaluated; payoff units."""
    how: str = ""
    complete: bool = True
    play: str = ""
    """The worst play, in words."""


@dataclass(frozen=True)
class Asked:
    """The play that a rule asks for."""

    play: str
    goal: float
    paid: float
    """Expected payments to all players together, at that play."""
    per_player: dict[str, float]
    gain: float
    """The most that somebody gains by not playing it; 0 where it is an equilibrium."""
    temptation: str
    """Who gains by doing what instead; "" if nobody."""


@dataclass(frozen=True)
class RuleRow:
    """One rule among those compared."""

    name: str
    sentence: str
    behaviours: dict[str, Foreseen]
    asked: Asked | None
    margin: float | None
    """By how much every other pure profile fails; 0 if another one is stable, None if the asked play is not."""
    robust_to: float | None
    """Payoff errors below this leave the asked play the only pure equilibrium (half the smallest margin)."""
    changes_preferences: bool = False


@dataclass(frozen=True)
class DesignRow:
    """The designed rule."""

    institution: str
    phrases: list[str]
    aim: str
    levers: dict[str, float]
    goal: float
    paid: float
    value: float
    """goal − κ·paid."""
    margin: float | None
    """Slack of the tightest incentive, payoff units."""
    asked: Asked
    decisions: dict[str, float]
    """Probability of each decision of the designer, where it has several."""


@dataclass(frozen=True)
class ClaimRow:
    """A claim about the designed rule; claims that fail carry the counterexample."""

    claim: str
    holds: bool
    grade: str
    says: str
    margin: float | None = None


@dataclass(frozen=True)
class NoiseRow:
    """Payoffs drawn uniformly within ±error of those written."""

    error: float
    stable: float
    """Share of draws in which the asked play is still an equilibrium."""
    low: float
    """95 % Wilson interval of that share."""
    high: float
    worst: float | None
    """Average over draws of the worst goal among pure equilibria; None where they are not enumerated."""
    draws: int
    seed: int


@dataclass(frozen=True)
class RationalityRow:
    """How rational agents have to be for the designed rule to work; None where nothing was found. λ per unit of payoff."""

    at_least: float
    """Probability of what is asked that is wanted at every λ from the threshold on."""
    of: str
    """"each": each type of each player does its part; "joint": all do at once."""
    every: float | None
    """Proved: from this λ on in every logit equilibrium."""
    stays: float | None
    """Proved: from this λ on there is a logit equilibrium like that, and logit play that is near does not leave."""
    seen: float | None
    """Searched only: from this λ on along the principal branch, as far as it was followed."""
    followed: float
    """The λ up to which the branch was followed."""
    share: float | None
    """Proved: it is best for a rational agent where the others are rational with this probability each."""
    others: str
    """What those do who are not rational: "anything" or "uniform"."""


@dataclass(frozen=True)
class LogitCurve:
    """Expected goal along the principal branch of the logit equilibria of one rule."""

    rule: str
    lambdas: list[float]
    goals: list[float]


@dataclass(frozen=True)
class CurvePoint:
    x: float
    series: dict[str, float | None]
    institution: str


@dataclass(frozen=True)
class CurveData:
    """A design for every value of a parameter."""

    title: str
    parameter: str
    show: list[str]
    points: list[CurvePoint]
    here: float
    """The value of the parameter in the scenario itself."""


@dataclass(frozen=True)
class TraceBranch:
    """One equilibrium along a parameter."""

    play: str
    stable: bool
    """Strict: nobody can change without loss."""
    x: list[float]
    goals: list[float]


@dataclass(frozen=True)
class TraceJump:
    """Where a stable equilibrium ends, and where best replies go from there."""

    x: float
    rising: bool
    """Whether the parameter was rising."""
    before: str
    after: str
    goal_before: float
    goal_after: float | None


@dataclass(frozen=True)
class TraceData:
    """The equilibria under today's rule along a parameter: where they tip, with what margin, at what recovery cost."""

    title: str
    parameter: str
    here: float | None
    """The value in the scenario itself; None where it is outside the range."""
    low: float
    high: float
    floor: float
    """Goals of at least this are good."""
    branches: list[TraceBranch]
    jumps: list[TraceJump]
    possible: list[tuple[float, float]]
    """Where some stable equilibrium is good."""
    certain: list[tuple[float, float]]
    """Where every stable one is."""
    hysteresis: list[tuple[float, float]]
    margin: float | None
    """How far the parameter may move before the good play is lost; 0 if it is, None if nowhere in the range."""
    recovery: float | None
    """How far it must move for the good play to be the only stable one; None if nowhere in the range."""
    behaviours: dict[str, list[float | None]]
    """Worst goal of each behaviour that was asked for, at `values`."""
    values: list[float]
    how: str
    complete: bool


@dataclass(frozen=True)
class DilemmaRow:
    """Greed and fear around the wanted play, payoff units; selection risk is a probability."""

    wanted: str
    greed: float
    fear: float
    kind: str
    selection_risk: float | None


@dataclass(frozen=True)
class Matrix:
    """Two players' payoffs and the goal, cell by cell, for the picture of a small game."""

    rows: str
    columns: str
    row_actions: list[str]
    column_actions: list[str]
    goal: list[list[float]]
    row_payoff: list[list[float]]
    column_payoff: list[list[float]]
    equilibria: list[tuple[int, int]]
    """Positions of pure equilibria."""


@dataclass(frozen=True)
class Report:
    """Everything that `assess` says about a scenario."""

    scenario: str
    version: str
    title: str
    source: str
    about: str
    parameters: dict[str, float]
    people: str
    """Name of the designer, whose payoff is the goal."""
    first_best: float
    attainable: float | None
    diagnosis: dict[str, Foreseen]
    today: RuleRow
    compared: list[RuleRow]
    design: DesignRow | None
    impossible: str
    """Why there is no design, where there is none."""
    after: dict[str, Foreseen]
    claims: list[ClaimRow]
    noise: list[NoiseRow]
    coalitions: list[ClaimRow]
    logit: list[LogitCurve]
    curves: list[CurveData]
    dilemma: DilemmaRow | None
    matrices: dict[str, Matrix]
    """"today" and "designed", where two players choose among few actions."""
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""
    rationality: RationalityRow | None = None
    """None where the scenario does not ask for it."""
    traces: list[TraceData] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        """The content of result.json: plain data, NaN and infinities as null."""
        return plain(asdict(self))

    def worst(
        self, foreseen: dict[str, Foreseen], among: tuple[str, ...] = ("nash", "pure", "correlated")
    ) -> float | None:
        """The headline: the worst of the equilibrium behaviours that were asked about."""
        values = [f.worst for name, f in foreseen.items() if name in among and f.worst is not None]
        return min(values) if values else None


def plain(value: Any) -> Any:
    """Plain data fit for JSON: NaN and infinities as null, no noise in the last bits."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return round(value, 12) + 0.0  # no noise in the last bits, no minus zero
    return value
