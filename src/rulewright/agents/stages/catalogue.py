"""Stages by name, each with its rules by name, as a file says them:

    stage("fishery", rule={"name": "quota", "audit": 0.3}, talk=1)      stage("cournot", rule="graph", firms=2)

Every stage has a rule "none".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import InputError
from ..stage import Stage
from . import altar, cournot, fishery, institution_choice, silly
from .named import made

Said = str | Mapping[str, Any]
"""A rule: its name, or a table with `name` and settings."""


@dataclass(frozen=True)
class Kind:
    """A stage that a file can name."""

    about: str
    rules: tuple[str, ...]
    make: Callable[[Said, Mapping[str, Any]], Stage]


def _apart(said: Said) -> tuple[str, dict[str, Any]]:
    """(name, settings) of a rule."""
    if isinstance(said, str):
        return said, {}
    rest = dict(said)
    if "name" not in rest:
        raise InputError(where="rule", needed="a name, or a table with a name", found=str(dict(said)))
    return rest.pop("name"), rest


def _fishery(said: Said, settings: Mapping[str, Any]) -> Stage:
    name, rest = _apart(said)
    table = {"fishery": fishery.Fishery}
    return made("stage", table, "fishery", {**settings, "rule": fishery.rule(name, **rest)})


def _cournot(said: Said, settings: Mapping[str, Any]) -> Stage:
    name, rest = _apart(said)
    own = {k: v for k, v in settings.items() if k not in ("firms", "a", "b", "c")}
    of_market = {k: v for k, v in settings.items() if k in ("firms", "a", "b", "c")}
    given = {**own, "law": cournot.law(name, **rest), "market": cournot.Market(**of_market)}
    return made("stage", {"cournot": cournot.Cournot}, "cournot", given)


def _plain(name: str, record: type[Any]) -> Callable[[Said, Mapping[str, Any]], Stage]:
    """Of a stage whose rules are names; what a rule's table says beside its name is said of the stage."""

    def make(said: Said, settings: Mapping[str, Any]) -> Stage:
        rule, rest = _apart(said)
        given = {k: tuple(v) if isinstance(v, list) else v for k, v in {**settings, **rest}.items()}
        return made("stage", {name: record}, name, {**given, "rule": rule})

    return make


STAGES: dict[str, Kind] = {
    "fishery": Kind("a lake that doubles, after GovSim", tuple(fishery.RULES), _fishery),
    "cournot": Kind("firms in one market, under a governance graph", tuple(cournot.LAWS), _cournot),
    "institution choice": Kind(
        "which of two institutions to join, after Gürerk et al. 2006",
        tuple(institution_choice.OFFERED),
        _plain("institution choice", institution_choice.InstitutionChoice),
    ),
    "altar": Kind("authorities, one of them followed by fines", tuple(altar.RULES), _plain("altar", altar.Altar)),
    "silly rules": Kind(
        "enforcement to be found out, after Hadfield-Menell et al. 2019",
        ("none", "silly"),
        _plain("silly rules", silly.SillyRules),
    ),
}


def stage(name: str, rule: Said = "none", **settings: Any) -> Stage:
    """A stage by name, under a rule, with settings. Raises InputError for names and settings that are none."""
    if name not in STAGES:
        raise InputError(where="stage", needed=f"one of {', '.join(STAGES)}", found=repr(name))
    return STAGES[name].make(rule, settings)
