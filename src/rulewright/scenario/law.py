"""A law scenario: a rule as data (attributes of cases, rules or a decision table), what its legality depends on, and mended forms.

A file is one of this kind if it has a table [law]. The rule is never code: conditions are formulas of attributes and parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from ..errors import InputError
from .schema import Expression, Headed, Label, Part
from .written import Written

ANY = "*"


class RulePart(Part):
    """One rule."""

    name: str = ""
    verdict: Label
    when: Expression = Field("1", description="a condition on attributes; always, if left out")
    unless: Expression = Field("0", description="the exception")
    priority: int = Field(
        0, description="the highest that applies decides; two alike that disagree contradict each other"
    )
    because: list[str] | None = Field(
        None, description="attributes that its reason names; those of its conditions if left out"
    )


class VersionPart(Part):
    """What changes from one date on."""

    date: float = Field(allow_inf_nan=False, description="from which acts it is for")
    published: float | None = Field(
        None, allow_inf_nan=False, description="when it was made known; on its date, if left out"
    )
    drop: list[str] = Field(default_factory=list, description="names of rules that end")
    rules: list[RulePart] = Field(default_factory=list, description="rules that begin")


class LogicPart(Part):
    """What one person would say."""

    name: str
    floor: float | None = Field(None, ge=0, le=1, description="how often the rule must agree, as a share of cases")
    default: Label | None = None
    rules: list[RulePart] = Field(default_factory=list)


class AuthorityPart(Part):
    """Who decides what."""

    name: str
    over: Expression = Field(description="a condition on attributes")


class RecodingPart(Part):
    """Another way to write the same case."""

    name: str = ""
    attribute: str = Field("", description="whose values `same` mean the same")
    same: list[Label] = Field(default_factory=list)
    swap: list[str] = Field(default_factory=list, description="two attributes whose order must not matter")


class BoundsPart(Part):
    """Shares; what has no bound is reported, and not judged."""

    flips: float | None = Field(None, ge=0, le=1, description="most verdicts that one version may change")
    agreement: float | None = Field(None, ge=0, le=1, description="least agreement with every logic")
    jumps: float | None = Field(None, ge=0, le=1, description="most changes of one attribute that may flip the verdict")


class LawPart(Part):
    """The rule."""

    attributes: dict[str, list[Any] | str] = Field(description='{attribute = values, or a range "from:to:step"}')
    verdicts: list[Label] = Field(default_factory=list, description="those there are; all that are used, if left out")
    default: Label | None = Field(None, description="where no rule applies; without it such cases have no verdict")
    rules: list[RulePart] = Field(default_factory=list)
    table: list[list[Label]] = Field(
        default_factory=list, description='a decision table: a line of names, the last one "verdict"; "*" is any value'
    )
    first: bool = Field(
        False, description="of the lines of the table the first that applies decides; else lines may not disagree"
    )
    identities: list[str] = Field(default_factory=list, description="attributes that must not matter")
    hidden: list[str] | None = Field(None, description="attributes that are not public; [] says that all are")
    later: list[str] = Field(default_factory=list, description="attributes that are known only after the act")
    closed: bool = Field(False, description="there are no cases with other values")
    date: float = Field(0, allow_inf_nan=False, description="from which acts the rule is for")
    published: float | None = Field(
        None, allow_inf_nan=False, description="when it was made known; on its date, if left out"
    )
    equivalent: list[RecodingPart] = Field(default_factory=list)
    versions: list[VersionPart] = Field(default_factory=list)
    logics: list[LogicPart] = Field(default_factory=list)
    authorities: list[AuthorityPart] = Field(default_factory=list)
    bounds: BoundsPart = BoundsPart()
    samples: int = Field(5_000, ge=1, description="cases drawn, where there are more than a million")
    seed: int = Field(0, ge=0, lt=2**31)


class MendedPart(Part):
    """The rule, changed."""

    name: str
    about: str = ""
    set: dict[str, Any] = Field(default_factory=dict, description="keys of [law] that are otherwise")
    drop: list[str] = Field(default_factory=list, description="names of rules that are left out")
    rules: list[RulePart] = Field(default_factory=list, description="rules beside the others")


class LawFile(Headed):
    """A whole law scenario."""

    law: LawPart
    compare: list[MendedPart] = Field(default_factory=list)


@dataclass(frozen=True)
class LawScenario(Written):
    """A law scenario that was read from a file."""

    file: LawFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters
        seen: list[str] = []
        for k, said in enumerate(self.file.compare):
            with self.at("compare", k, "name"):
                if said.name in seen:
                    raise InputError(needed="a name that no other has", found=repr(said.name))
            seen.append(said.name)
            for name in said.drop:
                with self.at("compare", k, "drop"):
                    self.known(name, [r.name for r in self.file.law.rules], "a rule")
