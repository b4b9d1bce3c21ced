"""What scenario files may name: worlds, rules and ways to play, with the settings of each.

A name stands for a function or class of this wing, loaded when it is asked for. A setting of a file is read as the function's
signature has it: text where it takes text, else a number, or a formula of the file's parameters; lists of these.
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

from ..errors import InputError
from ..institution.institution import NOTHING, Institution
from .policy import Policy
from .world import World
from .world.wrapper import base_world

Number = Callable[[str], Fraction]
"""A formula as a number."""


@dataclass(frozen=True)
class Named:
    """One thing that a file may name."""

    at: str
    """module:name, of this wing."""
    says: str

    def __call__(self, *given: Any, **settings: Any) -> Any:
        return self.made(*given, **settings)

    @property
    def made(self) -> Callable[..., Any]:
        """The function or class."""
        module, _, name = self.at.partition(":")
        return getattr(import_module(f".{module}", __package__), name)  # type: ignore[no-any-return]

    @property
    def settings(self) -> dict[str, inspect.Parameter]:
        """Those that have a name."""
        found = inspect.signature(self.made).parameters
        return {name: p for name, p in found.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


WORLDS: dict[str, Named] = {
    "fishery": Named("worlds.fishery:Fishery", "one stock that doubles, up to its capacity (GovSim)"),
    "harvest": Named("worlds.harvest:harvest", "apples grow back where apples are left (Melting Pot)"),
}
RULES: dict[str, Named] = {}
LEARNERS: dict[str, Named] = {
    "ippo": Named("learners.ppo:IPPO", "independent proximal policy optimisation"),
    "pg": Named("learners.gradient:PolicyGradient", "policy gradient with a baseline"),
}
PLAYERS: dict[str, dict[str, Named]] = {
    "": {"uniform": Named("policy:uniform", "any available action, each as likely")}
}
"""{class of the world: {name: policy}}; those under "" play any world."""


def known(name: str, table: Mapping[str, Named], what: str) -> Named:
    """The thing of that name. Raises InputError with the nearest one."""
    if name not in table:
        near = difflib.get_close_matches(name, list(table), n=1)
        raise InputError(
            needed=f"{what} among {', '.join(table)}",
            found=repr(name),
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    return table[name]


def world(name: str, said: Mapping[str, Any], number: Number) -> World:
    """The world of that name. Raises InputError for a name or a setting that there is not."""
    one = known(name, WORLDS, "a world")
    return one(**read(one, said, number))  # type: ignore[no-any-return]


def institution(phrases: Sequence[Mapping[str, Any]], number: Number) -> Institution:
    """The rules of a file, one after the other. Raises InputError for a name or a setting that there is not."""
    made: Institution = NOTHING
    for phrase in phrases:
        one = known(str(phrase["rule"]), RULES, "a rule")
        made = made >> one(**read(one, {k: v for k, v in phrase.items() if k != "rule"}, number))
    return made


def players(name: str, where: World) -> Policy:
    """The way to play of that name in this world: "uniform", "restrained:3". Raises InputError naming those there are."""
    kind, _, argument = name.partition(":")
    table = {**PLAYERS.get("", {}), **PLAYERS.get(type(base_world(where)).__name__, {})}
    made = known(kind, table, "a way to play").made
    given = [_scalar(part) for part in argument.split(",")] if argument else []
    try:
        return made(where, *given)  # type: ignore[no-any-return]
    except TypeError:
        raise InputError(
            where=f"players {name!r}", needed=f"{kind} with what it takes", found=argument or "nothing after the name"
        ) from None


def _scalar(text: str) -> int | float | str:
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def read(one: Named, said: Mapping[str, Any], number: Number) -> dict[str, Any]:
    """Settings as the function takes them. Raises InputError naming those there are."""
    there = one.settings
    found = {}
    for name, value in said.items():
        if name not in there:
            near = difflib.get_close_matches(name, list(there), n=1)
            raise InputError(
                where=name,
                needed=f"a setting among {', '.join(there) or 'none'}",
                found=repr(name),
                remedy=f"Did you mean {near[0]!r}?" if near else "",
            )
        found[name] = _setting(name, value, str(there[name].annotation), number)
    missing = [name for name, p in there.items() if p.default is p.empty and name not in said]
    if missing:
        raise InputError(needed=f"the setting {missing[0]!r}", found="nothing")
    return found


def _setting(name: str, value: Any, wanted: str, number: Number) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return tuple(_setting(name, part, wanted, number) for part in value)
    if isinstance(value, Mapping):
        return {key: _setting(name, part, wanted, number) for key, part in value.items()}
    if isinstance(value, str) and re.search(r"\bstr\b|Literal", wanted):
        return value
    try:
        found = number(str(value))
    except InputError as error:
        raise error.at(name) from None
    if re.match(r"(tuple\[)?int\b", wanted):
        if found.denominator != 1:
            raise InputError(where=name, needed="a whole number", found=str(value))
        return int(found)
    return float(found)
