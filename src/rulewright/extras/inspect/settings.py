"""What a sample plays: its metadata are plain data, and name a stage under an institution. One builder for each task.

A log thus holds all that is needed to play a sample again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...agents.contracts import Proposing
from ...agents.stage import Stage
from ...agents.stages import Repeated
from ...agents.stages.audits import RULES, Audits
from ...agents.stages.fishery import RULES as LAKE
from ...agents.stages.fishery import Fishery
from ...design.design import default_aim, design
from ...errors import InputError
from ...game import library
from ...game.game import Game
from ...institution.institution import Institution
from ...institution.words import sentence
from ...scenario.load import load, shipped
from ...scenario.scenario import Scenario

Build = Callable[[str, Mapping[str, Any]], Stage]


def _repeated(institution: str, said: Mapping[str, Any]) -> Stage:
    """A shipped scenario of a game, or a game of the library, under "none", "today" or the "designed" rule."""
    name, rounds = str(said["game"]), int(said["rounds"])
    if name not in shipped():
        if institution != "none":
            raise InputError(
                where=f"institution={institution}",
                needed="institution=none with a game of the library: nothing says what its rule-maker may do",
                found=name,
                remedy="Name a scenario instead: `rulewright scenarios` lists them.",
            )
        return Repeated(library.game(name), rounds, name=name)
    scenario = load(name)
    if not isinstance(scenario, Scenario):
        raise InputError(where=f"game={name}", needed="a scenario of a game", found="another kind of scenario")
    rule, base = RULE[institution](scenario)
    if rule is not None and max(rule(base).type_counts) > 1:
        raise InputError(
            where=f"institution={institution}",
            needed="a rule that gives nobody private information",
            found=f"{sentence(rule, base)}, in {name}",
            remedy="Choose a game whose rule only pays, fines or forbids, such as prisoners.",
        )
    return Repeated(base, rounds, rule, base.payoff[0].reshape([len(a) for a in base.actions]), name=name)


def _none(scenario: Scenario) -> tuple[Institution | None, Any]:
    return None, scenario.game


def _today(scenario: Scenario) -> tuple[Institution | None, Any]:
    return scenario.today, scenario.game


def _designed(scenario: Scenario) -> tuple[Institution | None, Any]:
    pairs = [(setting, scenario.having(**setting).game) for setting in scenario.settings()]
    aim = scenario.file.rules.aim or default_aim(scenario.game, scenario.rules)
    found = design(pairs, scenario.rules, aim=aim, wanted=scenario.file.people.wanted, groups=scenario.groups)
    return found.institution, found.base


RULE: dict[str, Callable[[Scenario], tuple[Institution | None, Any]]] = {
    "none": _none,
    "today": _today,
    "designed": _designed,
}


def _audits(institution: str, said: Mapping[str, Any]) -> Stage:
    return Audits(rule=institution, workers=int(said["workers"]), rounds=int(said["rounds"]))


def _commons(institution: str, said: Mapping[str, Any]) -> Stage:
    """A lake under one of its rules; "contracts" lets fishers propose their own, in words."""
    free = institution == "contracts"
    lake = Fishery("none" if free else institution, int(said["fishers"]), int(said["months"]), talk=int(said["talk"]))
    return Proposing(lake, every=int(said["months"])) if free else lake


def _contracts(institution: str, said: Mapping[str, Any]) -> Stage:
    """A game of the library or a shipped scenario, with contracts in free text or without; a rule-maker with no choice is
    left out.
    """
    inner = _repeated("none", said)
    assert isinstance(inner, Repeated)
    game = inner.game
    if game.designer and len(game.actions[0]) == 1:
        n = len(game.players)
        table = game.payoff.reshape((n, *(len(a) for a in game.actions)))[:, 0]
        plain = Game.normal(table[1:], players=game.players[1:], actions=game.actions[1:])
        inner = Repeated(plain, inner.rounds, goal=table[0], name=inner.name)
    return inner if institution == "none" else Proposing(inner, every=int(said["every"]))


BUILD: dict[str, tuple[tuple[str, ...], Build]] = {
    "audits": (tuple(RULES), _audits),
    "commons": ((*LAKE, "contracts"), _commons),
    "contracts": (("none", "contracts"), _contracts),
    "games": (tuple(RULE), _repeated),
}
"""{task: (its institutions, how a stage is made)}."""


def stage_of(said: Mapping[str, Any]) -> Stage:
    """The stage that a sample's metadata name. Raises InputError."""
    institutions, build = BUILD[str(said["task"])]
    return build(one_of(institutions, str(said["institution"])), said)


def one_of(institutions: Sequence[str], found: str) -> str:
    """An institution that there is. Raises InputError naming those that there are."""
    if found not in institutions:
        raise InputError(where="institution", needed=f"one of {', '.join(institutions)}", found=repr(found))
    return found


def samples(
    task: str, institution: str | Sequence[str], seeds: int | Sequence[int], **said: Any
) -> list[dict[str, Any]]:
    """Metadata of all samples, institutions × seeds. Raises InputError for what cannot be played."""
    names = [institution] if isinstance(institution, str) else list(institution)
    drawn = list(range(seeds)) if isinstance(seeds, int) else [int(s) for s in seeds]
    if not names or not drawn or min(drawn) < 0 or len({*names}) < len(names) or len({*drawn}) < len(drawn):
        raise InputError(
            where=f"task {task}",
            needed="one institution and one seed (from 0) at least, all different",
            found=f"institutions {names}, seeds {drawn}",
        )
    for name in names:
        stage_of({"task": task, "institution": name, **said})
    return [{"task": task, "institution": name, "seed": seed, **said} for name in names for seed in drawn]
