"""The stage of a scenario under one of its rules: one that ships, or a game of another scenario."""

from __future__ import annotations

from typing import Any

from ...agents import catalogue
from ...agents.contracts.proposing import Proposing
from ...agents.stage import Stage
from ...agents.talk import Talking
from ...scenario.play import PlayScenario, Ruled
from . import games

WANTS = {
    "altar": "what berries are worth to those who pick them, less the harm that the wrong ones do",
    "fishery": "the fish that all land, and what is left in the lake at the end, less what the rule costs",
    "cournot": "what buyers and firms gain together",
    "institution choice": "what pots and kept tokens come to, less what sanctions take and cost",
    "silly rules": "what occasions bring to those who are still there",
}
"""What people want of a stage, in words, summed over an episode."""


def wanted(scenario: PlayScenario) -> str:
    """What people want, in a sentence of the report; of a game, as its file says it."""
    told = scenario.file.play
    said = games.goal(_settings(scenario)) if told.stage == "game" else WANTS[told.stage]
    return f"{said}, summed over an episode"


def _settings(scenario: PlayScenario) -> dict[str, Any]:
    """Of a game, its file looked for beside the play's first."""
    settings = dict(scenario.file.play.set)
    name = settings.get("scenario")
    if isinstance(name, str) and (beside := scenario.folder / name).is_file():
        settings["scenario"] = str(beside)
    return settings


def staged(scenario: PlayScenario, rule: Ruled) -> Stage:
    """The stage under the rule. Raises InputError naming what is not known."""
    told = scenario.file.play
    with scenario.at("play", "stage"):
        scenario.known(told.stage, ["game", *catalogue.STAGES], "a stage")
    compared = [one.name for one in scenario.file.compare]
    place = ("compare", compared.index(rule.name)) if rule.name in compared else ("play",)
    with scenario.at(*place):
        if told.stage == "game":
            stage = games.stage(_settings(scenario), rule.rule, rule.set, scenario.number)
        else:
            stage = catalogue.stage(told.stage, told.set, rule.rule, rule.set, scenario.number)
        if rule.propose:
            stage = Proposing(stage, scenario.number(rule.liability))
        return Talking(stage, rule.talk) if rule.talk else stage
