"""What was found about a society, a law, a reward or a set of decisions, as plain data. `result.json` is this, written out.

One form for all that is neither a game nor a world: sentences at the top, rules compared by their worst stable outcome for people,
thresholds at which that jumps, and sections made of paragraphs, figures, tables, checks and claims. None stands where a number has
no meaning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..report import ClaimRow, plain

Cell = str | float | bool | None
PASS, FAIL, UNKNOWN = "pass", "fail", "cannot tell"


@dataclass(frozen=True)
class Tile:
    """A fact at the top of the page."""

    name: str
    big: str
    note: str = ""


@dataclass(frozen=True)
class Sentence:
    """What is said at the top; `tone` is "bad", "good" or ""."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Mark:
    """A vertical line at x, with a word."""

    x: float
    name: str


@dataclass(frozen=True)
class Series:
    """One curve; an interval around it, where there is one."""

    name: str
    x: list[float]
    y: list[float]
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    like: str = ""
    """The name of another series whose colour this one has; it is dashed then."""


@dataclass(frozen=True)
class Figure:
    """One picture of the page; `draw` is how: "curves", "heat", "strips" (ranges on a logarithmic axis, the last series)."""

    name: str
    """Of letters, digits and hyphens; no two in a report are the same."""
    title: str
    across: str
    up: str
    series: list[Series]
    marks: list[Mark] = field(default_factory=list)
    caption: str = ""
    draw: str = "curves"
    grid: list[list[float]] = field(default_factory=list)
    """Of a map ("heat"): numbers [row, column], rows upwards; the one series says the ends of both axes."""


@dataclass(frozen=True)
class Table:
    """Rows of cells: words, numbers, yes or no, or nothing."""

    title: str
    heads: list[str]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Check:
    """One line of a score card."""

    name: str
    verdict: str
    """"pass", "fail" or "cannot tell"."""
    says: str
    """What was looked at, with its number, and what was found."""
    witness: str = ""
    """What shows it: the case, the trajectory, the pair."""
    grade: str = "proved"
    """Of a pass or a fail: "proved", "bounded with confidence", "searched only"."""


@dataclass(frozen=True)
class Section:
    """A card of the page: paragraphs, figures, tables, checks and claims, in this order."""

    name: str
    lead: str = ""
    paragraphs: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    claims: list[ClaimRow] = field(default_factory=list)
    only_page: bool = False
    """Whether the terminal leaves it to the page."""


@dataclass(frozen=True)
class Spread:
    """A mean over seeds with its 95 % interval (Student's t)."""

    mean: float
    low: float
    high: float
    seeds: int


@dataclass(frozen=True)
class OutcomeRow:
    """One state at which a society may end under one rule."""

    name: str
    goal: float | None
    measures: dict[str, float]
    stable: bool | None
    basin: float | None
    how: str
    grade: str


@dataclass(frozen=True)
class RuleFound:
    """One rule: where society may end under it, and where a simulation did."""

    name: str
    about: str
    sentence: str
    worst: float | None
    """Goal in the worst stable outcome: the headline."""
    best: float | None
    outcomes: list[OutcomeRow]
    simulated: Spread | None
    """Goal in the last tenth of a simulation."""


@dataclass(frozen=True)
class Threshold:
    """Where the worst stable outcome jumps as a parameter moves."""

    rule: str
    parameter: str
    at: float
    below: float | None
    """Goal in the worst stable outcome on this side."""
    above: float | None
    grade: str = "searched only"


@dataclass(frozen=True)
class FindingsReport:
    """Everything that is said."""

    kind: str
    """Kind of scenario: "society", "law", "reward", "decisions", "mechanism", "contract", "persuasion", "play"."""
    scenario: str
    version: str
    title: str
    source: str
    about: str
    parameters: dict[str, float]
    subject: str
    """What was looked at, in a few words."""
    settings: dict[str, str]
    goal: str
    headline: list[Sentence]
    tiles: list[Tile]
    rules: list[RuleFound] = field(default_factory=list)
    """Today's first."""
    thresholds: list[Threshold] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""
    impossible: Literal[""] = ""

    @property
    def failed(self) -> bool:
        """Whether a check or a claim fails."""
        return any(c.verdict == FAIL for s in self.sections for c in s.checks) or any(
            not c.holds for s in self.sections for c in s.claims
        )

    def result(self) -> dict[str, Any]:
        """The content of result.json: plain data, NaN and infinities as null."""
        found: dict[str, Any] = plain(asdict(self))
        return found
