"""A play: players who read and write (language models, or scripts in their place), on a stage, under rules to compare.

A file is one of this kind if it has a table [play]. Which stages, rules and personalities there are is known to
`rulewright.agents`; a file names them and gives them settings. Who plays the seats called "model" is said where it is run
(`rulewright play --model …`), or under [model].
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
MODEL = "model"
NONE = "none"
HOTTEST = 10
"""Temperature of a model."""


class Setting(Part):
    """What is played."""

    stage: str = Field(description="a stage that ships: game, fishery, cournot, …")
    set: Said = Field(
        default_factory=dict, description="its settings: numbers or formulas of parameters, labels, lists"
    )
    best: Expression | None = Field(
        None, description="the goal of an episode that people could have had; the stage's own, if left out"
    )


class Ruled(Part):
    """A rule to compare. Without a rule is always looked at first."""

    name: str
    about: str = ""
    rule: str = Field(NONE, description="a rule that the stage knows")
    set: Said = Field(default_factory=dict, description="its settings")
    talk: int = Field(0, ge=0, le=10, description="rounds of messages before each act")
    propose: bool = Field(False, description="players may propose contracts in words, and sign them")
    liability: Expression = Field("10", description="what a player may owe by such contracts in a round, at most")


class Seat(Part):
    """Who sits there."""

    play: str = Field(description='a personality that ships, or "model"')
    set: Said = Field(default_factory=dict, description="settings of the personality")
    persona: str = Field("", description="what a model is told that it is")


class Cast(Part):
    """Who plays, seat by seat."""

    name: str
    about: str = ""
    seats: str | Seat | list[str | Seat] = Field(description='one for all seats, or a list: personalities, or "model"')


class Asked(Part):
    """How seats called "model" are played, where nothing else is said when it is run."""

    spec: str = Field("local:plain", description="openai:NAME, ollama:NAME, http://…/v1#NAME, inspect:…, local:MIND")
    temperature: Expression = "0"
    persona: str = Field("", description="for all seats that have none of their own")
    tries: int = Field(3, ge=1, le=10, description="how often it is asked before the stated default stands")
    memory: int = Field(6, ge=0, description="rounds that it is shown again; 0: none")
    limit: int = Field(400, ge=16, le=32_768, description="tokens of an answer")


class Episodes(Part):
    """How often it is played, under each rule by each cast."""

    count: int = Field(8, ge=1, le=100_000)
    seed: int = Field(0, ge=0, lt=2**31, description="the first of them")


class PlayFile(Headed):
    """A whole play."""

    play: Setting
    compare: list[Ruled] = Field(default_factory=list)
    cast: list[Cast] = Field(min_length=1)
    model: Asked = Asked()
    episodes: Episodes = Episodes()
    shown: Literal["first", "none"] = Field(
        "first", description="whether the report holds the first episode of each word by word"
    )


@dataclass(frozen=True)
class PlayScenario(Written):
    """A play that was read from a file."""

    file: PlayFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters, self.rules
        names = [cast.name for cast in self.file.cast]
        for k, name in enumerate(names):
            if name in names[:k]:
                with self.at("cast", k, "name"):
                    raise InputError(needed="a name that no other cast has", found=repr(name))
        temperature = self.number(self.file.model.temperature, "model", "temperature")
        if not 0 <= temperature <= HOTTEST:
            with self.at("model", "temperature"):
                raise InputError(needed=f"a number from 0 to {HOTTEST}", found=f"{float(temperature):g}")
        if self.file.play.best is not None:
            self.number(self.file.play.best, "play", "best")

    @cached_property
    def rules(self) -> dict[str, Ruled]:
        """{name: rule}: no rule first, then those to compare. Raises InputError where a name comes twice."""
        found: dict[str, Ruled] = {}
        if not any(rule.rule == NONE and not rule.talk and not rule.propose for rule in self.file.compare):
            found["no rule"] = Ruled(name="no rule")
        for k, rule in enumerate(self.file.compare):
            if rule.name in found:
                with self.at("compare", k, "name"):
                    raise InputError(needed="a name that no other rule has", found=repr(rule.name))
            found[rule.name] = rule
        return found

    @property
    def asks_a_model(self) -> bool:
        """Whether any seat is a language model's."""
        return any(
            MODEL in {one if isinstance(one, str) else one.play for one in seats(cast)} for cast in self.file.cast
        )


def seats(cast: Cast) -> list[str | Seat]:
    """As they are written: one where it stands for all."""
    return list(cast.seats) if isinstance(cast.seats, list) else [cast.seats]
