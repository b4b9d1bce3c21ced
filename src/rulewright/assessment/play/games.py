"""A game of another scenario as a stage, for those who choose in it: under today's rule, one it compares, or the designed one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from ...agents.stage import Stage
from ...agents.stages.bayesian import Bayesian
from ...errors import InputError
from ...numerics.rational import decimal
from ...scenario.kinds import game
from ...scenario.load import load
from ...scenario.play import NONE
from ..assess import designed

SETTINGS = ("scenario", "parameters", "rounds")
DESIGNED = "designed"
GOALS = {
    "total": "the sum of what all players get",
    "worst-off": "what the worst off gets",
    "nash": "Nash's product of what players get",
    "gini": "Gini's welfare of what players get",
}
"""Goals that have a name."""


def goal(said: Mapping[str, Any]) -> str:
    """What people want in the game of these settings, as its file says it."""
    scenario = game(load(str(said["scenario"]), _parameters(said)), "a play")
    found, money = scenario.file.people.goal, scenario.rules.money_weight
    goal = GOALS.get(found, " ".join(found.split())) if isinstance(found, str) else "the table of goals of the file"
    return f"{goal}, less {decimal(money)} for a unit of money that the rule pays out" if money else goal


def _parameters(said: Mapping[str, Any]) -> dict[str, str]:
    changed = said.get("parameters", {})
    if not isinstance(changed, Mapping):
        raise InputError(where="parameters", needed="a table: { NAME = VALUE }", found=repr(changed)[:60])
    return {str(name): str(value) for name, value in changed.items()}


def stage(said: Mapping[str, Any], rule: str, terms: Mapping[str, Any], number: Callable[[str], Fraction]) -> Stage:
    """The game under that rule: "none" (as it is today), "designed", or a rule that its file compares.

    Raises InputError for what is not said rightly, Impossible where no allowed rule does what the game's file asks.
    """
    wrong = sorted(set(said) - set(SETTINGS))
    if wrong or "scenario" not in said:
        found = wrong[0] if wrong else "no scenario"
        raise InputError(where="set", needed=f"settings among {', '.join(SETTINGS)}; scenario is one", found=found)
    if terms:
        raise InputError(where="set", needed="nothing: a game's rule has its own settings", found=", ".join(terms))
    scenario = game(load(str(said["scenario"]), _parameters(said)), "a play")
    rounds = number(str(said.get("rounds", 1)))
    if rounds.denominator != 1 or not 1 <= rounds <= 10_000:
        raise InputError(where="rounds", needed="a whole number from 1 to 10,000", found=str(rounds))
    settings: dict[str, Any] = {
        "rounds": int(rounds),
        "name": scenario.name,
        "about": scenario.file.about.strip(),
        "money_weight": float(scenario.rules.money_weight),
    }
    if rule == NONE:
        return Bayesian(scenario.game, institution=scenario.today, **settings)
    if rule == DESIGNED:
        made = designed(scenario)
        return Bayesian(made.base, institution=made.institution, **settings)
    compared = {other.rule.name: (here, other) for here, other in scenario.compared()}
    if rule not in compared:
        raise InputError(where="rule", needed=f"one of {', '.join([NONE, DESIGNED, *compared])}", found=repr(rule))
    here, other = compared[rule]
    return Bayesian(here.game, institution=other, **settings)
