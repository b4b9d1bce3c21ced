"""What `assess` found about a market of AIs, as plain data. `result.json` is this, written out.

Values are people's expected utility; a loss is what they miss of OPT, the value of knowing all that the AIs know. None stands
where a number has no meaning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..report import ClaimRow, plain


@dataclass(frozen=True)
class AiRow:
    """One AI."""

    name: str
    candidate: bool
    """Not on the market today; may enter."""
    alone: float
    """What people get if it is the only one."""
    bias: float
    """Its largest difference from people's utility, after the best scale and offset: ε of this AI alone."""


@dataclass(frozen=True)
class MarketRow:
    """One market: today's, or after a change."""

    name: str
    about: str
    ais: list[str]
    use: str
    """How people use them: "all at once", "best AI", or the name of the only one."""
    opt: float
    uninformed: float
    """V₀: what people get without a word from anybody."""
    best_alone: str
    """The AI that is best for people if it is the only one."""
    alone: float
    """What people get from it then."""
    selected: float | None
    """The worst equilibrium if people use the best AI only."""
    together: float | None
    """The worst equilibrium if people hear all at once."""
    worst: float
    """The worst equilibrium as people use them: the headline."""
    loss: float
    """OPT − worst."""
    best: float | None
    """The best equilibrium as people use them."""
    epsilon: float
    """ε: people's utility is a mix of the AIs' up to this, at every state, type and action."""
    rho: float
    """ρ ≤ 2ε: the range certificate. Where the theorem applies, people lose no more."""
    weights: dict[str, float]
    """{AI: weight} of the mix."""
    guaranteed: float
    """What the strongest theorem whose conditions hold guarantees people; V₀ at least."""
    theorem: str
    """"T1" (all talk), "T3" (best-AI selection), or "ignoring": nothing beyond V₀."""
    says: str
    """What it gives, in the words of the theorem."""
    play: dict[str, dict[str, float]]
    """{state: {action: probability}} in the worst equilibrium, types averaged."""
    how: str
    """How the worst equilibrium was found, and from which side it bounds."""
    complete: bool


@dataclass(frozen=True)
class MissingRow:
    """The AI that is missing, at one state, type and action: of those that put people into the mix, the least different."""

    state: str
    type: str
    action: str
    average: float
    """What today's AIs want, on average."""
    wants: float
    """What it would have to want."""
    people: float


@dataclass(frozen=True)
class DesignRow:
    """Which candidate to admit."""

    entrant: str
    """"" where today's market is the best that can be had."""
    sentence: str
    market: MarketRow


@dataclass(frozen=True)
class MistakesRow:
    """People who choose with mistakes: logit with λ, in one market."""

    market: str
    rationality: float
    """λ, per unit of people's utility."""
    worst: float | None
    """The worst equilibrium found; None where none was searched."""
    bound: float | None
    """What the theorem for logit choice guarantees; None where its conditions were not met."""
    how: str


@dataclass(frozen=True)
class NoiseRow:
    """The AIs' utilities drawn uniformly within ±error of what is written, in one market."""

    market: str
    error: float
    small: float
    """Share of draws in which people lose at most `most`."""
    low: float
    """95 % Wilson interval of that share."""
    high: float
    most: float
    """Half of what is lost today; a tenth of what information is worth where nothing is."""
    loss: float
    """Average loss over draws."""
    draws: int
    seed: int


@dataclass(frozen=True)
class PieceRow:
    """Beliefs to which one action is people's best reply, where there are two states; values at both ends."""

    low: float
    """Probability of the second state."""
    high: float
    action: str
    people: tuple[float, float]
    ais: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class BeliefData:
    """What beliefs are worth to each AI, where there are two states and people know nothing of their own."""

    market: str
    state: str
    """The second state, whose probability a belief is."""
    prior: float
    pieces: list[PieceRow]
    most: dict[str, list[tuple[float, float]]]
    """{AI: corners (belief, utility)} of the concave closure: the most that it could get alone from each belief."""
    unimprovable: list[tuple[float, float]]
    """Intervals of beliefs on which no AI would say more: equilibria are mixtures of these."""


@dataclass(frozen=True)
class RivalsReport:
    """Everything that `assess` says about a market of AIs."""

    kind: Literal["rivals"]
    scenario: str
    version: str
    title: str
    source: str
    about: str
    parameters: dict[str, float]
    states: dict[str, float]
    """{state: probability}."""
    types: dict[str, float]
    """{type: probability} of what people alone know."""
    actions: list[str]
    ais: list[AiRow]
    today: MarketRow
    changes: list[MarketRow]
    entries: list[MarketRow]
    """Today's market with one candidate more, one for each."""
    exits: list[MarketRow]
    """Today's market with one AI less, or the designed one; one for each."""
    design: DesignRow | None
    impossible: str
    """Why no market that can be had helps, where none does."""
    missing: list[MissingRow]
    """The AI that would close today's gap, where there is one."""
    claims: list[ClaimRow]
    mistakes: list[MistakesRow]
    noise: list[NoiseRow]
    beliefs: list[BeliefData]
    """Today, and after each change, where there are two states and one type; else empty."""
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""

    def result(self) -> dict[str, Any]:
        """The content of result.json: plain data, NaN and infinities as null."""
        found: dict[str, Any] = plain(asdict(self))
        return found
