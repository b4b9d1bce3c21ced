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
from functools import reduce
from importlib import import_module
from operator import rshift
from typing import Any

from ..errors import InputError
from ..institution.institution import NOTHING, Institution
from .policy import Policy
from .world import World

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
    "allelopathic": Named("worlds.allelopathic:allelopathic", "berries whose colours smother each other (Melting Pot)"),
    "altared": Named("worlds.altared:altared", "a commons in which one zone may be harvested today, as an altar says"),
    "altared_berries": Named(
        "worlds.altared_berries:altared_berries", "berries, one colour of which is taboo, as an altar says"
    ),
    "berries": Named("worlds.berries:berries", "a poison that works late, and taboos on it (after Köster et al. 2022)"),
    "clean_up": Named("worlds.cleanup:clean_up", "apples grow if somebody cleans the river (Melting Pot)"),
    "fishery": Named("worlds.fishery:Fishery", "one stock that doubles, up to its capacity (GovSim)"),
    "foraging": Named("worlds.foraging:Foraging", "tokens that grow beside tokens (Janssen et al. 2010)"),
    "harvest": Named("worlds.harvest:harvest", "apples grow back where apples are left (Melting Pot)"),
    "irrigation": Named(
        "worlds.irrigation:Irrigation", "a canal that all keep up and the first drink from (Anderies et al. 2013)"
    ),
    "merge": Named("worlds.merge:Merge", "cars in a lane, and an ambulance behind them"),
    "pasture": Named("worlds.fishery:pasture", "the fishery, told of sheep"),
    "pollution": Named("worlds.fishery:pollution", "the fishery, told of a lake"),
    "stock": Named("worlds.stock:Stock", "one stock with logistic growth and effort"),
}
RULES: dict[str, Named] = {
    "after Ostrom": Named("institutions:AfterOstrom", "quotas, monitors, graduated sanctions, appeals, votes"),
    "altar": Named("institutions:Altar", "one of several rules is in force, and shown at a place"),
    "altar shows": Named(
        "worlds.altared_shows:AltarShows", "whether the altar shows the rule, nothing, or the first rule"
    ),
    "audited claims": Named("institutions:AuditedClaims", "pay for what is claimed, look at some of it"),
    "care": Named("phrases:Caring", "everybody weighs what the others get (changes preferences)"),
    "catch tax": Named("institutions:catch_tax", "so much per ton, split among the others"),
    "charge": Named("institutions:Charge", "so much per outcome of an event, split among the others or into the fund"),
    "cleaning pay": Named("institutions:cleaning_pay", "so much per cell cleaned, borne by the others"),
    "contract": Named("phrases:contract", "pay one player on a signal, out of the fund"),
    "density tax": Named("institutions:density_tax", "so much for eating where few live near, split among the others"),
    "gifts": Named("institutions:Gifts", "with every action one may give"),
    "graduated sanctions": Named("phrases:graduated", "fines that grow with offences, on what monitors report"),
    "permits": Named("phrases:permits", "a cap in permits that are traded"),
    "pigouvian tax": Named("institutions:pigouvian_tax", "what a unit costs the others, into the fund"),
    "quota": Named("institutions:Quota", "how much of the stock may be taken, and by whom"),
    "reputation": Named("phrases:reputation", "a running score of conduct that is paid, or opens access"),
    "taboo": Named("institutions:Taboo", "who breaks one is marked; who sanctions the marked is rewarded"),
    "territory": Named("institutions:Territory", "who takes from another's patch pays, or is kept out"),
}
LEARNERS: dict[str, Named] = {
    "deepq": Named("learners.deepq:DeepQ", "independent Q-learning with networks"),
    "ippo": Named("learners.ppo:IPPO", "independent proximal policy optimisation"),
    "pg": Named("learners.gradient:PolicyGradient", "policy gradient with a baseline"),
    "q": Named("learners.tabular:TabularQ", "independent Q-learning with tables"),
}
PLAYERS: dict[str, dict[str, Named]] = {
    "": {"uniform": Named("scripts:uniform", "any available action, each as likely")},
    "Altared": {
        "readers": Named("scripts:readers", "believe the altar; the first two sanction"),
        "guessers": Named("scripts:guessers", "believe a zone drawn at each new rule"),
        "thieves": Named("scripts:thieves", "readers, the last :k of whom take what they like"),
    },
    "CleanUp": {"split": Named("scripts:split", "the first :k clean, the others eat")},
    "Fishery": {"ask": Named("scripts:ask", "everybody asks for :k tons, for ever")},
    "Foraging": {"gather": Named("scripts:gather", "take what is near, as long as the field is fuller than :keep")},
    "Harvest": {
        "greedy": Named("scripts:greedy", "eat the nearest apple"),
        "restrained": Named("scripts:restrained", "eat only where :k apples live near; :k,:j leaves j greedy"),
    },
    "Irrigation": {
        "reciprocal": Named("scripts:reciprocal", "invest :k tokens as long as the last rounds brought as much"),
        "settled": Named("scripts:settled", "invest :k tokens, take what there is"),
    },
    "Stock": {"effort": Named("scripts:effort", "everybody does action :k for ever")},
}
"""{class of the world: {name: policy}}; those under "" play any world. What stands behind a colon is given to them."""


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
    links = []
    for phrase in phrases:
        one = known(str(phrase["rule"]), RULES, "a rule")
        links.append(one(**read(one, {k: v for k, v in phrase.items() if k != "rule"}, number)))
    return reduce(rshift, links) if links else NOTHING


def players(name: str, where: World) -> Policy:
    """The way to play of that name in this world: "uniform", "restrained:3". Raises InputError naming those there are."""
    kind, _, argument = name.partition(":")
    table = dict(PLAYERS[""])
    here: World | None = where
    while here is not None:  # a wrapper that is a world of its own has players of its own
        table |= PLAYERS.get(type(here).__name__, {})
        here = getattr(here, "inner", None)
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
        if "bool" not in wanted:
            raise InputError(
                where=name, needed="text" if re.fullmatch("str", wanted) else "a number", found=str(value).lower()
            )
        return value
    if isinstance(value, list):
        if not re.search(r"tuple|list|Sequence|Array|Any", wanted):
            raise InputError(where=name, needed="one value", found="a list")
        return tuple(_setting(name, part, wanted, number) for part in value)
    if isinstance(value, Mapping):
        wanted = wanted.partition(",")[2]
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
