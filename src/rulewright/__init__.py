"""Design the rules, not the agents.

A game among self-interested agents in; what they will do, the rule that brings out what people want, and a proof, out.

    import rulewright as rw
    found = rw.assess(rw.load("service_quality"))          # diagnose, design, certify, stress
    game = rw.Goal.total().on(rw.library.prisoners())
    rw.Nash()(game).span(game.goal)                        # worst and best equilibrium for people
"""

from __future__ import annotations

__version__ = "0.1.0"

from .behaviour import (
    Behaviour,
    Correlated,
    Dominance,
    Level,
    Nash,
    Prediction,
    Pure,
    Quantal,
    RegretMatching,
    named,
)
from .behaviour.behaviour import register
from .errors import Impossible, InputError, MissingExtra, RulewrightError, TooLarge, Unsolved
from .game import library
from .game.files import read, write
from .game.game import Game, Signal
from .game.games import Games
from .game.markov import MarkovGame
from .game.markov_play import MarkovPlay
from .game.play import Play
from .game.sample import sample
from .institution.competition import Rivalry
from .institution.contracts import Contract, Promise
from .institution.information import Disclosure, FullDisclosure, Mediator
from .institution.institution import Institution, Moves
from .institution.mechanisms import Mechanism
from .institution.sanctions import Audit, Sanction
from .verify import claims
from .verify.formats import check
from .verify.prover import Counterexample, Proved, prove
from .welfare.gap import gap
from .welfare.goals import Goal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from .assessment import Assessment
    from .assessment.hull import HullFound
    from .assessment.sweep import Sweep
    from .scenario.written import Written


def _learned(text: str) -> Behaviour:
    from .learning.learned import learned  # JAX: only who names learners pays for it

    return learned(text)


def _llm(text: str) -> Behaviour:
    from .agents.behaviour import llm
    from .extras.llm import patient_model  # noqa: F401 — the package says how models are opened

    return llm(text)


def _agents(text: str) -> Behaviour:
    from .agents.behaviour import agents

    return agents(text)


register("learned", _learned)
register("llm", _llm)
register("agents", _agents)


def load(source: str, **parameters: object) -> Written:
    """A scenario from a path (.toml, .nfg, .efg) or the name of one that ships, with parameters changed.

    Raises InputError with place, need, found and remedy.
    """
    from .scenario.load import load as read_scenario  # pydantic: only who reads scenarios pays for it

    return read_scenario(source, {name: str(value) for name, value in parameters.items()})


def assess(source: str | Written) -> Assessment:
    """Diagnose, design, certify and stress a scenario, given or named. The report is `.report`, the proof `.certificate`.

    Raises Impossible where the scenario allows rules and none of them does what is asked.
    """
    from .assessment import assess as run

    return run(load(source) if isinstance(source, str) else source)


def hull(table: Any, **options: Any) -> HullFound:
    """Market alignment: how near people's wish is to a mix of what the AIs want. Options are those of `assessment.hull.hull`.

    `table` is a path, the name of a table that ships, or a frame; `people` names the column of what people want.
    """
    from .assessment.hull import hull as run

    return run(table, **options)


def test(game: Any, institution: Any = None, **options: Any) -> Any:
    """`@rulewright.test(game=…, institution=…, claims=[…])`: incentives as a regression test, see `rulewright.testing`."""
    from .testing.incentives import test as marked

    return marked(game, institution, **options)


test.__test__ = False  # type: ignore[attr-defined]  # for pytest: no test of its own


def sweep(
    source: str | Written,
    over: Mapping[str, str | Sequence[Any]],
    behaviours: Sequence[str | Behaviour] | None = None,
    *,
    rule: str = "today",
    out: str | Path | None = None,
) -> Sweep:
    """Worst and best goal of each behaviour at every point of a grid of parameters: `over = {"fine": "0:3:0.5"}`.

    With `out`, finished points are kept in that folder and a sweep that was interrupted goes on there.
    """
    from .assessment.sweep import sweep as run

    return run(load(source) if isinstance(source, str) else source, over, behaviours, rule=rule, out=out)


__all__ = [
    "Audit",
    "Behaviour",
    "Contract",
    "Correlated",
    "Counterexample",
    "Disclosure",
    "Dominance",
    "FullDisclosure",
    "Game",
    "Games",
    "Goal",
    "Impossible",
    "InputError",
    "Institution",
    "Level",
    "MarkovGame",
    "MarkovPlay",
    "Mechanism",
    "Mediator",
    "MissingExtra",
    "Moves",
    "Nash",
    "Play",
    "Prediction",
    "Promise",
    "Proved",
    "Pure",
    "Quantal",
    "RegretMatching",
    "Rivalry",
    "RulewrightError",
    "Sanction",
    "Signal",
    "TooLarge",
    "Unsolved",
    "assess",
    "check",
    "claims",
    "gap",
    "hull",
    "library",
    "load",
    "named",
    "prove",
    "read",
    "sample",
    "sweep",
    "test",
    "write",
]
