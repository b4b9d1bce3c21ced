"""What scenario files may name: worlds, rules and ways to play, with the settings of each.

A name stands for a function or class of this wing, loaded when it is asked for. A setting of a file is read as the function's
signature has it: text where it takes text, else a number, or a formula of the file's parameters; lists of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import rshift
from typing import Any

from ..errors import InputError, TooLarge
from ..institution.institution import NOTHING, Institution
from ..naming import Named, Number, known, read
from .policy import Policy
from .world import World

LARGEST = 100_000
"""Of whole numbers that a file gives a world: how many players, tons, tokens."""

WORLDS: dict[str, Named] = {
    "allelopathic": Named(
        "learning.worlds.allelopathic:allelopathic", "berries whose colours smother each other (Melting Pot)"
    ),
    "altared": Named(
        "learning.worlds.altared:altared", "a commons in which one zone may be harvested today, as an altar says"
    ),
    "altared_berries": Named(
        "learning.worlds.altared_berries:altared_berries", "berries, one colour of which is taboo, as an altar says"
    ),
    "berries": Named(
        "learning.worlds.berries:berries", "a poison that works late, and taboos on it (after Köster et al. 2022)"
    ),
    "clean_up": Named("learning.worlds.cleanup:clean_up", "apples grow if somebody cleans the river (Melting Pot)"),
    "fishery": Named("learning.worlds.fishery:Fishery", "one stock that doubles, up to its capacity (GovSim)"),
    "foraging": Named("learning.worlds.foraging:Foraging", "tokens that grow beside tokens (Janssen et al. 2010)"),
    "gather_and_build": Named(
        "learning.worlds.building:Building", "wood, stone, houses and unequal skill (after the AI Economist)"
    ),
    "harvest": Named("learning.worlds.harvest:harvest", "apples grow back where apples are left (Melting Pot)"),
    "irrigation": Named(
        "learning.worlds.irrigation:Irrigation",
        "a canal that all keep up and the first drink from (Anderies et al. 2013)",
    ),
    "merge": Named("learning.worlds.merge:Merge", "cars in a lane, and an ambulance behind them"),
    "pasture": Named("learning.worlds.fishery:pasture", "the fishery, told of sheep"),
    "pollution": Named("learning.worlds.fishery:pollution", "the fishery, told of a lake"),
    "stock": Named("learning.worlds.stock:Stock", "one stock with logistic growth and effort"),
}
RULES: dict[str, Named] = {
    "after Ostrom": Named("learning.institutions:AfterOstrom", "quotas, monitors, graduated sanctions, appeals, votes"),
    "altar": Named("learning.institutions:Altar", "one of several rules is in force, and shown at a place"),
    "altar shows": Named(
        "learning.worlds.altared_shows:AltarShows", "whether the altar shows the rule, nothing, or the first rule"
    ),
    "audited claims": Named("learning.institutions:AuditedClaims", "pay for what is claimed, look at some of it"),
    "bracket tax": Named(
        "learning.institutions:BracketTax", "rates by bracket on what each earns in a period, given back evenly"
    ),
    "care": Named("learning.phrases:Caring", "everybody weighs what the others get (changes preferences)"),
    "catch tax": Named("learning.institutions:catch_tax", "so much per ton, split among the others"),
    "charge": Named(
        "learning.institutions:Charge", "so much per outcome of an event, split among the others or into the fund"
    ),
    "cleaning pay": Named("learning.institutions:cleaning_pay", "so much per cell cleaned, borne by the others"),
    "contract": Named("learning.phrases:contract", "pay one player on a signal, out of the fund"),
    "density tax": Named(
        "learning.institutions:density_tax", "so much for eating where few live near, split among the others"
    ),
    "gifts": Named("learning.institutions:Gifts", "with every action one may give"),
    "graduated sanctions": Named(
        "learning.phrases:graduated", "fines that grow with offences, on what monitors report"
    ),
    "permits": Named("learning.phrases:permits", "a cap in permits that are traded"),
    "pigouvian tax": Named("learning.institutions:pigouvian_tax", "what a unit costs the others, into the fund"),
    "quota": Named("learning.institutions:Quota", "how much of the stock may be taken, and by whom"),
    "reputation": Named("learning.phrases:reputation", "a running score of conduct that is paid, or opens access"),
    "taboo": Named("learning.institutions:Taboo", "who breaks one is marked; who sanctions the marked is rewarded"),
    "territory": Named("learning.institutions:Territory", "who takes from another's patch pays, or is kept out"),
}
LEARNERS: dict[str, Named] = {
    "deepq": Named("learning.learners.deepq:DeepQ", "independent Q-learning with networks"),
    "ippo": Named("learning.learners.ppo:IPPO", "independent proximal policy optimisation"),
    "pg": Named("learning.learners.gradient:PolicyGradient", "policy gradient with a baseline"),
    "q": Named("learning.learners.tabular:TabularQ", "independent Q-learning with tables"),
}
PLAYERS: dict[str, dict[str, Named]] = {
    "": {"uniform": Named("learning.scripts:uniform", "any available action, each as likely")},
    "Altared": {
        "readers": Named("learning.scripts:readers", "believe the altar; the first two sanction"),
        "guessers": Named("learning.scripts:guessers", "believe a zone drawn at each new rule"),
        "thieves": Named("learning.scripts:thieves", "readers, the last :k of whom take what they like"),
    },
    "Building": {
        "build": Named("learning.scripts:build", "fetch what is missing and build; :rest, the chance to stay")
    },
    "CleanUp": {"split": Named("learning.scripts:split", "the first :k clean, the others eat")},
    "Fishery": {"ask": Named("learning.scripts:ask", "everybody asks for :k tons, for ever")},
    "Foraging": {
        "gather": Named("learning.scripts:gather", "take what is near, as long as the field is fuller than :keep")
    },
    "Harvest": {
        "greedy": Named("learning.scripts:greedy", "eat the nearest apple"),
        "restrained": Named("learning.scripts:restrained", "eat only where :k apples live near; :k,:j leaves j greedy"),
    },
    "Irrigation": {
        "reciprocal": Named(
            "learning.scripts:reciprocal", "invest :k tokens as long as the last rounds brought as much"
        ),
        "settled": Named("learning.scripts:settled", "invest :k tokens, take what there is"),
    },
    "Stock": {"effort": Named("learning.scripts:effort", "everybody does action :k for ever")},
}
"""{class of the world: {name: policy}}; those under "" play any world. What stands behind a colon is given to them."""


def world(name: str, said: Mapping[str, Any], number: Number) -> World:
    """The world of that name. Raises InputError for a name or a setting that there is not."""
    one = known(name, WORLDS, "a world")
    settings = read(one, said, number)
    for setting, value in settings.items():
        if isinstance(value, int) and value > LARGEST:
            raise TooLarge(where=setting, needed=f"a whole number of at most {LARGEST:,}", found=f"{value:,}")
    return one(**settings)  # type: ignore[no-any-return]


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
