"""A world scenario: many agents in a Markov game too large for tables, rules to compare there, and learners to stress them.

A file is one of this kind if it has a table [world]. Which worlds, rules and players there are is known to
`rulewright.learning`; a file names them and gives them settings, numbers being formulas of parameters. Everything here is
data: nothing of JAX is needed to read a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from ..errors import InputError
from .schema import Expression, Headed, Part
from .written import Written

Said = dict[str, Any]
MEASURES = ("total", "mean", "least", "equality", "sustainability", "steps", "least_left", "equality_left", "veil")
"""What the goal may name: of what the world paid in one episode."""


class Wanted(Part):
    """What people want of one episode."""

    goal: Expression = Field(
        "total",
        description="a formula of total, mean and least (of what the world paid the players), equality (1 − Gini), "
        "sustainability (mean time of reward), steps (of the episode), and parameters",
    )


class Setting(Part):
    """Which world."""

    name: str = Field(description="a world that ships: fishery, harvest, clean_up, …")
    set: Said = Field(
        default_factory=dict, description="its settings: numbers (or formulas of parameters), labels, lists"
    )
    today: list[Said] = Field(default_factory=list, description="rules in force today, as in `say`; none if left out")


class Compared(Part):
    """A rule: institutions one after the other."""

    name: str
    about: str = ""
    say: list[Said] = Field(
        description='[{ rule = "density tax", rate = "tax" }, …]: a rule that ships, and its settings'
    )


class Players(Part):
    """Who acts there, and how often it is looked at."""

    predict: list[str] = Field(description='"uniform", scripted players of the world, "learned:ippo", "learned:q", …')
    batch: int = Field(16, ge=1, description="episodes per seed")
    seeds: int = Field(4, ge=1)
    seed: int = Field(0, ge=0, description="the first of them")


class Training(Part):
    """How learners learn."""

    steps: int = Field(100_000, ge=1, description="environment steps of one run")
    environments: int = Field(16, ge=1)
    set: Said = Field(default_factory=dict, description="settings of the learner")


class Search(Part):
    """Values of parameters to try, all in one compiled call."""

    vary: dict[str, Expression | list[Expression]] = Field(description='{parameter = "from:to:step", or a list}')
    rule: str = Field("", description="the rule of [[compare]] whose parameters they are; default: the first")
    by: str = Field("", description="how players respond: one of `predict`; default: the last")
    method: Literal["grid", "evolution"] = "grid"
    rounds: int = Field(10, ge=1, description="of the evolution")


class Trials(Part):
    """What rules are stressed with."""

    deviate: bool = Field(False, description="train one deviator against the population that was learned")
    ostrom: Said = Field(
        default_factory=dict,
        description="score every rule by Ostrom's eight principles: offence and conduct (actions); take, stock, contribution",
    )
    replay: bool = Field(True, description="film one episode for the report")


class WorldFile(Headed):
    """A whole world scenario."""

    people: Wanted = Wanted()
    world: Setting
    compare: list[Compared] = Field(default_factory=list)
    players: Players
    training: Training = Training()
    search: Search | None = None
    stress: Trials = Trials()


@dataclass(frozen=True)
class WorldScenario(Written):
    """A world scenario that was read from a file."""

    file: WorldFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters, self.rules
        said = self.file.search
        if said is not None:
            with self.at("search", "rule"):
                if not self.file.compare:
                    raise InputError(needed="a rule in [[compare]] whose parameters are varied", found="none")
                self.known(said.rule or self.file.compare[0].name, [c.name for c in self.file.compare], "a rule")
            with self.at("search", "by"):
                self.known(said.by or self.file.players.predict[-1], self.file.players.predict, "players")
            for name in said.vary:
                with self.at("search", "vary"):
                    self.known(name, list(self.file.parameters), "a parameter")
        with self.at("players", "predict"):
            if not self.file.players.predict:
                raise InputError(needed="at least one way to play", found="none")

    @cached_property
    def rules(self) -> dict[str, list[Said]]:
        """{name: phrases}: today's first, then those to compare. Raises InputError where a name comes twice."""
        found: dict[str, list[Said]] = {"today": self.file.world.today}
        for k, rule in enumerate(self.file.compare):
            with self.at("compare", k, "name"):
                if rule.name in found:
                    raise InputError(needed="a name that no other rule has", found=repr(rule.name))
            found[rule.name] = rule.say
            for j, phrase in enumerate(rule.say):
                self._named(phrase, "compare", k, "say", j)
        for j, phrase in enumerate(self.file.world.today):
            self._named(phrase, "world", "today", j)
        return found

    def _named(self, phrase: Said, *path: str | int) -> None:
        with self.at(*path):
            if not isinstance(phrase.get("rule"), str):
                raise InputError(needed='the name of a rule that ships: { rule = "…", … }', found=str(phrase))
