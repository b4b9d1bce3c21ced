"""The main job for every kind of scenario: games, panels of reviewers, markets of AIs, learning worlds, societies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..scenario.decisions import DecisionsScenario
from ..scenario.panel import PanelScenario
from ..scenario.rivals import RivalsScenario
from ..scenario.scenario import Scenario
from ..scenario.society import SocietyScenario
from ..scenario.world import WorldScenario
from ..scenario.written import Written
from . import panel, rivals
from .assess import assess as assess_game
from .assessment import Assessment

Tell = Callable[[str], None]


def _assess_world(scenario: WorldScenario, *, tell: Tell) -> Assessment:
    from .world import assess as assess_world  # JAX: only who looks at worlds pays for it

    return assess_world(scenario, tell=tell)


def _assess_society(scenario: SocietyScenario, *, tell: Tell) -> Assessment:
    from .society import assess as assess_society

    return assess_society(scenario, tell=tell)


def _assess_decisions(scenario: DecisionsScenario, *, tell: Tell) -> Assessment:
    from .decisions import assess as assess_decisions

    return assess_decisions(scenario, tell=tell)


ASSESS: dict[type[Written], Callable[..., Any]] = {
    Scenario: assess_game,
    PanelScenario: panel.assess,
    RivalsScenario: rivals.assess,
    WorldScenario: _assess_world,
    SocietyScenario: _assess_society,
    DecisionsScenario: _assess_decisions,
}


def assess(scenario: Written, *, tell: Tell = lambda _: None) -> Assessment:
    """Diagnose, design, certify, stress. `tell` is called with a few words before each piece of work.

    Raises Impossible where a game's rule-maker is allowed rules and none of them does what is asked.
    """
    found: Assessment = ASSESS[type(scenario)](scenario, tell=tell)
    return found
