"""What kinds of scenario there are: games, panels of reviewers, markets of AIs, learning worlds, societies.

A table of the file says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from .contract import ContractFile, ContractScenario
from .decisions import DecisionsFile, DecisionsScenario
from .law import LawFile, LawScenario
from .mechanism import MechanismFile, MechanismScenario
from .panel import PanelFile, PanelScenario
from .persuasion import PersuasionFile, PersuasionScenario
from .play import PlayFile, PlayScenario
from .reward import RewardFile, RewardScenario
from .rivals import RivalsFile, RivalsScenario
from .scenario import Scenario
from .schema import Headed, ScenarioFile
from .society import SocietyFile, SocietyScenario
from .world import WorldFile, WorldScenario
from .written import Written


@dataclass(frozen=True)
class Kind:
    """One kind of scenario."""

    name: str
    """How `rulewright schema` calls it, and the table of the file that marks it; a game is what has no such table."""
    means: str
    file: type[Headed]
    scenario: type[Written]


GAME = Kind("game", "a game among agents", ScenarioFile, Scenario)
KINDS = (
    GAME,
    Kind("panel", "a panel of reviewers", PanelFile, PanelScenario),
    Kind("rivals", "a market of AIs", RivalsFile, RivalsScenario),
    Kind("world", "a world of learning agents", WorldFile, WorldScenario),
    Kind("society", "a society", SocietyFile, SocietyScenario),
    Kind("law", "a law", LawFile, LawScenario),
    Kind("reward", "a reward function", RewardFile, RewardScenario),
    Kind("decisions", "a set of decisions", DecisionsFile, DecisionsScenario),
    Kind("mechanism", "a mechanism for private types", MechanismFile, MechanismScenario),
    Kind("contract", "a contract for hidden acts", ContractFile, ContractScenario),
    Kind("persuasion", "persuasion in time", PersuasionFile, PersuasionScenario),
    Kind("play", "a play of agents that read", PlayFile, PlayScenario),
)


def kind_of(data: Mapping[str, Any]) -> Kind:
    """The kind of a file that was read. Raises InputError where it is marked as two."""
    marked = [kind for kind in KINDS[1:] if kind.name in data]
    if len(marked) > 1:
        raise InputError(
            needed=f"one of {', '.join(f'[{k.name}]' for k in KINDS[1:])}",
            found=" and ".join(f"[{k.name}]" for k in marked),
        )
    return marked[0] if marked else GAME


def kind(name: str) -> Kind:
    """The kind of this name. Raises InputError."""
    for one in KINDS:
        if one.name == name:
            return one
    raise InputError(where="kind of scenario", needed=f"one of {', '.join(k.name for k in KINDS)}", found=repr(name))


def kind_name(scenario: Written) -> str:
    """The name of the kind that a scenario is of."""
    return next(k.name for k in KINDS if isinstance(scenario, k.scenario))


def game(scenario: Written, what: str) -> Scenario:
    """The scenario, if it is a game. Raises InputError that names `what` needs one."""
    if isinstance(scenario, Scenario):
        return scenario
    found = kind(kind_name(scenario))
    raise InputError(
        where=scenario.origin or scenario.name,
        needed=f"{GAME.means}, for {what}",
        found=found.means,
        remedy="`rulewright assess` reads every kind.",
    )
