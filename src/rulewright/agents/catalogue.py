"""What files may name: stages that agents play on, the rules that each knows, and settings of both.

A stage is a class whose first setting is its `rule`; its rules are the classes in the `RULES` beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

from ..errors import InputError
from ..naming import Named, read
from .stage import Stage

Number = Callable[[str], Fraction]


@dataclass(frozen=True)
class Staged(Named):
    """A stage that a file may name; its module holds RULES, {name: class}."""

    @property
    def rules(self) -> dict[str, Named]:
        """Rules of this stage, by name."""
        module = self.at.partition(":")[0]
        found = import_module(f"..{module}", __package__).RULES
        return {name: _Rule(f"{module}:RULES", _first(made), name) for name, made in found.items()}


@dataclass(frozen=True)
class _Rule(Named):
    """One entry of RULES."""

    name: str = ""

    @property
    def made(self) -> Callable[..., Any]:
        return super().made[self.name]  # type: ignore[no-any-return, index]


def _first(made: Any) -> str:
    return (made.__doc__ or "").strip().partition("\n")[0].rstrip(".")


STAGES: dict[str, Staged] = {
    "fishery": Staged("agents.stages.fishery:Fishery", "a lake that several fishers share (after GovSim 2024)"),
}
"""One line each, in order of names."""


def stage(name: str, said: Mapping[str, Any], rule: str, terms: Mapping[str, Any], number: Number) -> Stage:
    """The stage of that name under a rule. Raises InputError for names and settings that there are not: where says which of the two."""
    one = STAGES[name]
    settings = read(one, said, number, given=("rule",))
    known = one.rules
    if rule not in known:
        raise InputError(where="rule", needed=f"a rule of {name}, one of {', '.join(known)}", found=repr(rule))
    try:
        governed = known[rule](**read(known[rule], terms, number))
    except InputError as error:
        raise error.at(f"rule {rule}") from None
    made: Stage = one(rule=governed, **settings)
    return made
