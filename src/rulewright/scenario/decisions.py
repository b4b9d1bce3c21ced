"""A scenario of decisions: people's judgements on cases, an institution's decisions, and agents that decide the same cases.

A file is of this kind if it has a table [decisions]. Tables are given by path, from the folder of the file; `shipped:NAME` is one
that comes with rulewright.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import Field

from ..errors import InputError
from .schema import Expression, Headed, Part
from .written import Written

SHIPPED = "shipped:"


class Judged(Part):
    """What people judged, and how that is aggregated and scored."""

    judgements: str = Field(description="path of a table (CSV, CSV.gz, Parquet, .npy), or shipped:NAME")
    form: Literal["long", "wide", "elections"] = Field(
        "long", description="a row for each judgement; a row for each person; or elections as in SNAP's wiki-Elec"
    )
    case: str = Field("case", description="column of the long form")
    person: str = Field("person", description="column; of the wide form the first if left out")
    judgement: str = Field("judgement", description="column of the long form")
    group: str = Field("", description="column of people's groups")
    date: str = Field("", description="column of the long form: date of the judgement")
    ignore: list[str] = Field(default_factory=list, description="columns of the wide form that are no cases")
    scale: dict[str, Expression] = Field(
        default_factory=dict, description="what words are worth from 0 (no) to 1 (yes); numbers are read as they are"
    )
    opinion_groups: int | None = Field(
        None, ge=0, le=20, description="find so many groups by k-means; 0: as many as fit best"
    )
    aggregators: list[str] = Field(
        default_factory=lambda: ["majority"], description="the first is the people's decision"
    )
    loss: Literal["0/1", "absolute", "log"] = "0/1"
    least: int = Field(5, ge=1, description="judgements that a person must share with an agent to count")
    scored_from: str = Field("", description="date from which cases are scored; what came before is for fitting")
    resamples: int = Field(200, ge=20, le=100_000, description="draws of people")
    seed: int = Field(0, ge=0, lt=2**31)


class Institution(Part):
    """Who decides, and what is known of each decision."""

    name: str = "the institution"
    decisions: str = Field("", description="path of a table; with elections the outcomes, if left out")
    case: str = "case"
    decision: str = "decision"
    date: str = Field("", description="column")
    kind: str = Field("", description="column: kinds of case, each of which is watched after a change")
    domain: str = Field("", description="column of yes and no: whether the case is the institution's to decide")
    reason: str = Field("", description="column: the rule that was used")
    published: str = Field("", description="column of yes and no")
    appealed: str = Field("", description="column of yes and no")
    appeal_days: str = Field("", description="column of numbers")


class Agent(Part):
    """Who is scored: decisions by path, or a rule that it follows."""

    name: str
    decisions: str = Field("", description="path of a table")
    follows: str = Field("", description="an aggregator, or institution, in place of a table")
    case: str = "case"
    decision: str = Field("decision", description="column")
    reason: str = Field("", description="column: the rule that it cites")
    trained_until: str = Field("", description="date up to which it was fitted: later cases only may be scored")
    trained_on: str = Field("", description="path of a table with a column of cases on which it was fitted")


class Authority(Part):
    """A decoy: an institution whose decisions nobody enforces."""

    name: str
    decisions: str = Field("", description="path of a table")
    follows: str = Field("", description="an aggregator in place of a table")
    case: str = "case"
    decision: str = "decision"


class Changed(Part):
    """A dated change of the institution's rule."""

    date: str
    before: str = Field(description="the aggregator that describes the old rule")
    run: int = Field(1, ge=1, description="agreements in a row that count as having come to follow the new rule")


class Legitimacy(Part):
    """Bars for what is never part of a distance."""

    eligible: int | None = Field(None, ge=1, description="people who might have taken part")
    participation: float | None = Field(None, ge=0, le=1, description="share that must")
    publicity: float | None = Field(None, ge=0, le=1, description="share of decisions that must be published")
    appeal_days: float | None = Field(None, ge=0, description="most days that the middle appeal may take")
    amendment: str = Field("", description="how the rule can be changed")


class Plural(Part):
    """An agent that answers with sets, with chances, or for one group at a time."""

    name: str
    answers: str = Field("", description="path of a table: a row for each case and answer")
    follows: str = Field("", description="an aggregator in place of a table: one answer for all")
    case: str = "case"
    answer: str = "answer"
    chance: str = Field("", description="column: chances of answers, that sum to 1 on each case")
    group: str = Field("", description="column: the group that is spoken for")
    reasonable: float = Field(
        0.1, gt=0, le=1, description="share of people, or of a group, that makes an answer reasonable"
    )


class DecisionsFile(Headed):
    """A whole scenario of decisions."""

    decisions: Judged
    institution: Institution | None = None
    agents: list[Agent] = Field(default_factory=list)
    authorities: list[Authority] = Field(default_factory=list)
    change: Changed | None = None
    legitimacy: Legitimacy | None = None
    plural: list[Plural] = Field(default_factory=list)


@dataclass(frozen=True)
class DecisionsScenario(Written):
    """A scenario of decisions that was read from a file; its tables are read when it is assessed."""

    file: DecisionsFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters
        for part in ("agents", "authorities", "plural"):
            seen: set[str] = set()
            for k, one in enumerate(getattr(self.file, part)):
                with self.at(part, k, "name"):
                    if one.name in seen:
                        raise InputError(needed="a name that no other has", found=repr(one.name))
                seen.add(one.name)
                given = bool(one.answers if part == "plural" else one.decisions), bool(one.follows)
                with self.at(part, k, "follows" if all(given) else "name"):
                    if all(given) or not any(given):
                        what = "answers" if part == "plural" else "decisions"
                        found = "both" if all(given) else "neither"
                        raise InputError(needed=f"a table of {what}, or what it follows", found=found)
        for key in ("change", "authorities"):
            if getattr(self.file, key) and self.file.institution is None:
                with self.at(key):
                    raise InputError(needed="a table [institution] beside it", found="none")
        if self.file.legitimacy is not None and self.file.institution is None:
            with self.at("legitimacy"):
                raise InputError(needed="a table [institution] beside it", found="none")

    def table(self, said: str) -> Path:
        """The path of a table. Raises InputError for a name that does not ship."""
        if not said.startswith(SHIPPED):
            return self.folder / said
        name = said.removeprefix(SHIPPED)
        folder = resources.files(__package__).joinpath("catalogue", "tables")
        there = sorted(e.name for e in folder.iterdir() if e.name.endswith((".csv", ".csv.gz")))
        self.known(name, there, "a table that ships")
        return Path(str(folder.joinpath(name)))
