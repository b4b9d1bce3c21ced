"""The agency that a file names or writes out, and the bounds that contracts are measured against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ...errors import Impossible, InputError, RulewrightError, TooLarge
from ...mechanisms.contracts import agency as made
from ...mechanisms.contracts import best_contract, best_for_all, best_menu, catalogue
from ...mechanisms.contracts.agency import Agency
from ...mechanisms.contracts.offer import CONTRACT, MENU, PROMISE, SCORE, Offer, Posed
from ...mechanisms.contracts.ways import no_contract, outside
from ...numerics import rational
from ...numerics.rational import Array
from ...report.words import number
from ...scenario.contract import ContractScenario

CONTINUUM = "signals"  # whose outcomes are nodes of a continuum
FRESH = 6  # further sets of nodes: one on which a network is scaled, the others to judge it
SEED = "seed"


def posed(scenario: ContractScenario) -> Posed:
    """What a file asks for. Raises InputError with its place."""
    said = scenario.file.contract
    if said.agency is None:
        own = scenario.own
        with scenario.at("contract"):
            found = made(
                own.chances, own.costs, own.reward, worth=own.worth, prior=own.prior, features=own.features, cap=own.cap,
                weight=1 if scenario.weight is None else scenario.weight, outside=own.outside, types=own.types,
                acts=own.acts, outcomes=own.outcomes,
            )  # fmt: skip
        return Posed(found)

    def number(text: str) -> Fraction:
        return scenario.number(text)

    def named(shift: int = 0) -> Agency:
        with scenario.at("contract", "set"):
            settings = dict(said.set)
            if shift:
                settings[SEED] = int(number(str(settings.get(SEED, 0)))) + shift
            there = catalogue.found_agency(name, settings, number)
        if scenario.weight is None:
            return there
        if "weight" in settings:
            with scenario.at("people", "weight"):
                raise InputError(needed="one weight of payments", found="another under [contract], set")
        return replace(there, weight=scenario.weight)

    with scenario.at("contract", "agency"):
        name = scenario.known(said.agency, list(catalogue.AGENCIES), "an agency")
    others = range(1, FRESH + 1) if name == CONTINUUM else ()
    return Posed(named(), tuple(named(k) for k in others))


@dataclass(frozen=True)
class Bound:
    """What nothing of a kind is worth more than."""

    value: float
    grade: str
    how: str
    kind: str = ""
    """Of what, in words."""


def contracts(asked: Agency) -> Bound:
    """For one contract, the same for all types."""
    try:
        if asked.sizes[0] == 1:
            found = best_contract(asked)
            return Bound(found.bound, "proved" if found.proved else "searched only", "the exact programme")
        return Bound(
            best_for_all(asked).bound, "searched only", "a linear programme for every profile of acts, by HiGHS"
        )
    except (InputError, TooLarge, Impossible):
        return shared(asked)


def menus(asked: Agency) -> Bound:
    """For menus, with lotteries too."""
    try:
        return Bound(best_menu(asked).bound, "searched only", "a linear programme of menus with lotteries, by HiGHS")
    except RulewrightError:
        return shared(asked)


def shared(asked: Agency) -> Bound:
    """For everything that leaves no type less than it gets without a contract."""
    _, cost, worth, prior = asked.rationals
    least = np.maximum(cost - cost.min(axis=1)[:, None], 0) if asked.outside is None else cost + asked.outside
    best = (worth - asked.weight * least).max(axis=1)
    value = prior.dot(best if asked.outside is None else np.maximum(best, 0))
    return Bound(float(value), "proved", "all that there is to share")


def promises(asked: Agency) -> Bound:
    """For promises with a fixed fee, and for none."""
    _, cost, worth, _ = asked.rationals
    best = max((worth - cost).max() - outside(asked), no_contract(Posed(asked)).value)
    return Bound(float(best), "proved", "the largest surplus of an act")


def scores(asked: Agency) -> Bound:
    """For what need not cost people anything."""
    _, _, worth, prior = asked.rationals
    return Bound(float(prior.dot(worth.max(axis=1))), "proved", "the act that is worth most, at no cost")


KINDS = {
    CONTRACT: "no contract",
    MENU: "no menu of contracts",
    PROMISE: "no promise with a fixed fee",
    SCORE: "no score",
}
BOUNDS = {CONTRACT: contracts, MENU: menus, PROMISE: promises, SCORE: scores}


def bound(offer: Offer, known: dict[str, Bound]) -> Bound:
    """The one that is for this offer; worked out once."""
    if offer.kind not in known:
        known[offer.kind] = replace(BOUNDS[offer.kind](offer.agency), kind=KINDS[offer.kind])
    return known[offer.kind]


def shown(scenario: ContractScenario, asked: Agency) -> tuple[str, Array]:
    """(what pictures call the axis of outcomes, [outcome] where each stands on it)."""
    if scenario.file.contract.agency is None:
        own = rational.floats(scenario.own.numbers)
        return "outcome", own
    if asked.reward is not None:
        return "what the outcome is worth", rational.floats(asked.reward)
    return "sum of the outcome's features", asked.features.sum(axis=1)


def money(value: object) -> str:
    return number(float(value))  # type: ignore[arg-type]
