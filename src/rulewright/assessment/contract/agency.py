"""The agency that a file names or writes out, and what nothing of a kind exceeds: the bounds that contracts are measured against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ...errors import Impossible, InputError, RulewrightError, TooLarge
from ...mechanisms.contracts import agency as made
from ...mechanisms.contracts import best_contract, best_for_all, best_menu, catalogue
from ...mechanisms.contracts.agency import Agency
from ...mechanisms.contracts.offer import Offer, Posed
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


def contracts(asked: Agency) -> Bound:
    """For one contract, the same for all types."""
    try:
        if asked.sizes[0] == 1:
            found = best_contract(asked)
            return Bound(found.bound, "proved" if found.proved else "searched only", "the exact programme")
        return Bound(best_for_all(asked).bound, "searched only", "a linear programme for every profile of acts, by HiGHS")
    except (InputError, TooLarge, Impossible):
        return welfare(asked)


def menus(asked: Agency) -> Bound:
    """For menus, with lotteries too."""
    try:
        return Bound(best_menu(asked).bound, "searched only", "a linear programme of menus with lotteries, by HiGHS")
    except RulewrightError:
        return welfare(asked)


def welfare(asked: Agency) -> Bound:
    """For everything that pays the agent its cost and its outside option at least."""
    return Bound(asked.welfare, "searched only", "all that there is to share, summed in floats")


def free(asked: Agency) -> Bound:
    """For what people do not pay for."""
    _, _, worth, prior = asked.floating
    return Bound(float(prior @ worth.max(axis=1)), "searched only", "the act that is worth most, summed in floats")


def bound(offer: Offer, known: dict[str, Bound]) -> Bound:
    """The one that is for this offer; worked out once."""
    kind = "free" if offer.pay is None else "promise" if offer.promise else "menu" if offer.entries > 1 else "contract"
    if kind not in known:
        known[kind] = {"free": free, "promise": welfare, "menu": menus, "contract": contracts}[kind](offer.agency)
    return known[kind]


def shown(scenario: ContractScenario, asked: Agency) -> tuple[str, Array]:
    """(what pictures call the axis of outcomes, [outcome] where each stands on it)."""
    if scenario.file.contract.agency is None:
        own = rational.floats(scenario.own.numbers)
        listed = scenario.file.contract.outcomes
        counted = isinstance(listed, list) and np.array_equal(own, np.arange(len(own)))
        return ("outcome, as listed" if counted else "outcome"), own
    if asked.reward is not None:
        return "what the outcome is worth", rational.floats(asked.reward)
    return "sum of the outcome's features", asked.features.sum(axis=1)


def money(value: object) -> str:
    return number(float(value))  # type: ignore[arg-type]
