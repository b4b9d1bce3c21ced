"""What `assess` found about a panel of reviewers, as plain data. `result.json` is this, written out.

Gains and losses are in the units of people's utility, against the baseline; None stands where a number has no meaning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..report import ClaimRow, plain


@dataclass(frozen=True)
class HarmRow:
    """A harmful proposal that a rule lets through."""

    mix: dict[str, float]
    """{proposal: weight}; what is left of 1 is the baseline."""
    loss: float
    """What people lose by it."""
    approve: list[str]
    """Reviewers who like it."""
    object: list[str]


@dataclass(frozen=True)
class VoteRow:
    """One rule: whose approval suffices."""

    name: str
    """In a sentence."""
    objections: int | None
    """How many may object; None where `sets` says it."""
    sets: list[list[str]]
    """Smallest sets of reviewers whose approval suffices; empty where `objections` says it."""
    sound: bool
    """Nothing harmful passes, whatever is proposed, if all reviewers vote by their own utility."""
    tolerates: int
    """So many reviewers may be turned and it is still sound; −1 where it is not even without."""
    harm: HarmRow | None
    """The worst that passes as it is; None where the rule is sound."""
    passes: list[str]
    """Of the proposals that are good for people, those that pass."""
    bundles: float
    """Share of the bundles drawn evenly that are good for people which pass with honest votes; 1 where none is good."""


@dataclass(frozen=True)
class ReviewerRow:
    """One reviewer."""

    name: str
    gains: dict[str, float]
    """{proposal: what it gets from it}; it approves where that is at least 0."""
    alone: float
    """What people can lose if its word alone decides; 0 if it wants what people want."""
    weight: float
    """λ: its part in people's utility, in the mix that proves that unanimity is sound; 0 where there is none."""
    needed: bool
    """Whether without it the others do not cover: harm exists that only it stops."""


@dataclass(frozen=True)
class ProposalRow:
    """One proposal."""

    name: str
    gain: float
    """To people."""
    objections: int
    passes_today: bool
    passes_designed: bool | None


@dataclass(frozen=True)
class ThresholdRow:
    """The rule "passes unless more than so many object", with so many reviewers turned."""

    objections: int
    compromised: int
    sound: bool
    """Nothing harmful passes, whoever is turned and however they vote."""
    live: float
    """Share of the listed proposals that are good for people which pass, however those who are turned vote."""


@dataclass(frozen=True)
class NoiseRow:
    """Every utility drawn uniformly within ±error of what is written."""

    error: float
    sound: float
    """Share of draws in which the designed rule is still sound, without anybody turned."""
    low: float
    """95 % Wilson interval of that share."""
    high: float
    loss: float
    """Average over draws of the most that people can lose by what passes."""
    draws: int
    seed: int


@dataclass(frozen=True)
class PanelReport:
    """Everything that `assess` says about a panel."""

    kind: Literal["panel"]
    scenario: str
    version: str
    title: str
    source: str
    about: str
    parameters: dict[str, float]
    utility: dict[str, float]
    """People's, by outcome."""
    baseline: dict[str, float]
    """{outcome: probability} if nothing is approved."""
    reviewers: list[ReviewerRow]
    proposals: list[ProposalRow]
    compromised: int
    """How many reviewers may be turned, as the scenario has it."""
    today: VoteRow
    depth: int
    """How few reviewers object to something harmful; one more than there are where nothing harmful can be proposed."""
    depth_proved: int
    """So many are proved to object to anything harmful; less than `depth` where the search was cut short."""
    least_opposed: HarmRow | None
    """The harmful proposal with the fewest objections."""
    designed: VoteRow | None
    impossible: str
    """Why there is no rule, where there is none."""
    others: list[VoteRow]
    """Other rules, beside these."""
    thresholds: list[ThresholdRow]
    claims: list[ClaimRow]
    voters: list[ClaimRow]
    """What is left where reviewers vote to get their way, alone and together."""
    noise: list[NoiseRow]
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""

    def result(self) -> dict[str, Any]:
        """The content of result.json: plain data, NaN and infinities as null."""
        found: dict[str, Any] = plain(asdict(self))
        return found
