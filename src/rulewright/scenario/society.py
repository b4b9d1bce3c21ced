"""A society scenario: a population, what people want of it, and rules to compare, each a change of its settings.

A file is one of this kind if it has a table [society]. Which models there are is known to `rulewright.society`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import Field

from ..errors import InputError
from .schema import Expression, Headed, Part
from .written import Written

Said = dict[str, Any]
TODAY = "today"


class Wanted(Part):
    """What people want."""

    goal: Expression = Field("", description="a measure of the model, or a formula of its measures and of parameters")


class Setting(Part):
    """Which society."""

    model: str = Field(description="a model that ships: culture, punishment, silly_rules, law, market, …")
    set: Said = Field(
        default_factory=dict, description="its settings: numbers or formulas of parameters, labels, lists"
    )


class Compared(Part):
    """A rule: what it changes in the settings."""

    name: str
    about: str = ""
    set: Said = Field(description="settings that are otherwise under this rule")


class Varied(Part):
    """A parameter to move, under every rule; where the worst stable outcome jumps is found by bisection."""

    title: str = ""
    parameter: str
    values: Expression | list[Expression] = Field(description='"from:to:step", or a list')


class Simulated(Part):
    """How much to simulate."""

    agents: int = Field(10_000, ge=1)
    steps: int = Field(200, ge=1, description="in the model's own units of time")
    seeds: int = Field(4, ge=1)
    seed: int = Field(0, ge=0, lt=2**31, description="the first of them")


class SocietyFile(Headed):
    """A whole society scenario."""

    people: Wanted = Wanted()
    society: Setting
    compare: list[Compared] = Field(default_factory=list)
    vary: list[Varied] = Field(default_factory=list)
    simulate: Simulated | None = None


@dataclass(frozen=True)
class SocietyScenario(Written):
    """A society scenario that was read from a file."""

    file: SocietyFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters, self.rules
        for k, said in enumerate(self.file.vary):
            with self.at("vary", k, "parameter"):
                self.known(said.parameter, list(self.file.parameters), "a parameter")

    @cached_property
    def rules(self) -> dict[str, Said]:
        """{name: settings}: today's first. Raises InputError where a name comes twice."""
        found: dict[str, Said] = {TODAY: dict(self.file.society.set)}
        for k, rule in enumerate(self.file.compare):
            if rule.name in found:
                with self.at("compare", k, "name"):
                    raise InputError(needed="a name that no other rule has", found=repr(rule.name))
            found[rule.name] = {**self.file.society.set, **rule.set}
        return found
