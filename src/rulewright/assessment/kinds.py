"""The main job for every kind of scenario: games, panels of reviewers, markets of AIs, learning worlds, societies."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..scenario.contract import ContractScenario
from ..scenario.decisions import DecisionsScenario
from ..scenario.law import LawScenario
from ..scenario.mechanism import MechanismScenario
from ..scenario.panel import PanelScenario
from ..scenario.persuasion import PersuasionScenario
from ..scenario.play import PlayScenario
from ..scenario.reward import RewardScenario
from ..scenario.rivals import RivalsScenario
from ..scenario.scenario import Scenario
from ..scenario.society import SocietyScenario
from ..scenario.world import WorldScenario
from ..scenario.written import Written
from . import panel, rivals
from .assess import assess as assess_game
from .assessment import Assessment

Tell = Callable[[str], None]


def _room(name: str) -> Callable[..., Assessment]:
    """`assess` of the room of that name beside this file, loaded when it is called: only who looks at worlds pays for JAX."""

    def assess_there(scenario: Written, *, tell: Tell) -> Assessment:
        found: Assessment = import_module(f".{name}", __package__).assess(scenario, tell=tell)
        return found

    return assess_there


ASSESS: dict[type[Written], Callable[..., Any]] = {
    Scenario: assess_game,
    PanelScenario: panel.assess,
    RivalsScenario: rivals.assess,
    WorldScenario: _room("world"),
    SocietyScenario: _room("society"),
    LawScenario: _room("law"),
    RewardScenario: _room("reward"),
    DecisionsScenario: _room("decisions"),
    MechanismScenario: _room("mechanism"),
    ContractScenario: _room("contract"),
    PersuasionScenario: _room("persuasion"),
    PlayScenario: _room("play"),
}


def assess(scenario: Written, *, tell: Tell = lambda _: None) -> Assessment:
    """Diagnose, design, certify, stress. `tell` is called with a few words before each piece of work.

    Raises Impossible where a game's rule-maker is allowed rules and none of them does what is asked.
    """
    found: Assessment = ASSESS[type(scenario)](scenario, tell=tell)
    return found
