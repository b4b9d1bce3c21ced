"""What files may name: stages that agents play on, the rules that each knows, and settings of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

from ..errors import InputError
from ..naming import Named, read
from .stage import Stage
from .stages.cournot import Cournot, Market

Number = Callable[[str], Fraction]


def cournot(
    law: Any = "none", firms: int = 3, a: float = 100.0, b: float = 1.0, c: float = 4.0, rounds: int = 20, talk: int = 0
) -> Cournot:
    """A market with demand a − bQ and cost c, as a file says it."""
    return Cournot(law, Market(firms, a, b, c), rounds, talk)


@dataclass(frozen=True)
class Staged(Named):
    """A stage that a file may name, and where its rules are listed."""

    rules: str
    """module:name of a table: {name: class with settings of its own}, or names of which the stage knows the meaning."""
    by: str = "rule"
    """The setting that takes the rule."""

    @property
    def known(self) -> Mapping[str, Any]:
        """{name: class, or words}."""
        module, _, name = self.rules.partition(":")
        return getattr(import_module(f"..{module}", __package__), name)  # type: ignore[no-any-return]


STAGES: dict[str, Staged] = {
    "altar": Staged(
        "agents.stages.altar:Altar", "which of several authorities is followed by fines?", "agents.stages.altar:RULES"
    ),
    "cournot": Staged(
        "agents.catalogue:cournot",
        "firms that may collude, under a governance graph",
        "agents.stages.cournot:LAWS",
        "law",
    ),
    "fishery": Staged(
        "agents.stages.fishery:Fishery", "a lake that several share (after GovSim 2024)", "agents.stages.fishery:RULES"
    ),
    "institution choice": Staged(
        "agents.stages.institution_choice:InstitutionChoice",
        "with or without sanctions? everybody joins one (after Gürerk et al. 2006)",
        "agents.stages.institution_choice:OFFERED",
    ),
    "silly rules": Staged(
        "agents.stages.silly:SillyRules", "do rules that do not matter tell who enforces?", "agents.stages.silly:RULES"
    ),
}
"""One line each, in order of names."""


def stage(name: str, said: Mapping[str, Any], rule: str, terms: Mapping[str, Any], number: Number) -> Stage:
    """The stage of that name under a rule. Raises InputError for names and settings that there are not.

    Terms of a rule that has none of its own are settings of the stage, otherwise under this rule.
    """
    one = STAGES[name]
    known = one.known
    if rule not in known:
        raise InputError(where="rule", needed=f"a rule of {name}, one of {', '.join(known)}", found=repr(rule))
    governed: Any = rule
    if isinstance(known[rule], type):
        settings = read(one, said, number, given=(one.by,))
        try:
            made = known[rule]
            governed = made(**read(Named(f"{made.__module__.partition('.')[2]}:{made.__name__}", ""), terms, number))
        except InputError as error:
            raise error.at(f"rule {rule}") from None
    else:
        settings = read(one, {**said, **terms}, number, given=(one.by,))
    found: Stage = one(**{one.by: governed}, **settings)
    return found
