"""Contracts for hidden acts: each way judged at the agent's exact best reply, ties broken against people, and the best possible.

Payments are rationals, and so is the reply: what people get is exact for the contract. How good the contract is among all others
is proved where there is one type, by the exact programme's multipliers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ... import __version__
from ...errors import RulewrightError
from ...mechanisms.contracts import catalogue
from ...mechanisms.contracts.offer import Offer, Posed
from ...mechanisms.contracts.ways import no_contract
from ...report.findings.report import FindingsReport, OutcomeRow, RuleFound, Sentence, Tile
from ...scenario.contract import ContractScenario
from ..assessment import Assessment
from .agency import Bound, bound, money, posed, shown
from .sections import Judged, claims, compared, courses, fresh, payments
from .trust import promised, thresholds

Tell = Callable[[str], None]
CLOSE = 1e-9


@dataclass(frozen=True)
class _Found:
    """All ways, the best first, and what happens without one."""

    ranked: list[Judged]
    none: Offer


def assess(scenario: ContractScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Search, judge, compare, certify. Raises InputError for names and settings that there are not."""
    asked = posed(scenario)
    known: dict[str, Bound] = {}
    judged = [_judged(scenario, k, asked, known, tell) for k in range(len(scenario.file.compare))]
    found = _Found(sorted(judged, key=lambda one: -one.offer.value), no_contract(asked))
    across, places = shown(scenario, asked.agency)
    trust = [one for one in judged if one.offer.promise is not None]
    report = FindingsReport(
        kind="contract",
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(v[()]) for name, v in scenario.parameters.items()},
        subject=scenario.file.contract.agency or _size(asked),
        settings={name: str(v) for name, v in scenario.file.contract.set.items()},
        goal=_goal(asked),
        headline=_headline(found),
        tiles=[Tile(one.way.name, money(one.offer.value), _note(one)) for one in found.ranked],
        rules=[_rule(one) for one in judged],
        thresholds=thresholds(asked.agency) if trust else [],
        sections=[
            compared(judged, found.none),
            *payments(judged, across, places, _labels(scenario)),
            *fresh(judged),
            *courses(judged),
            *promised(asked.agency, trust),
            claims(judged),
        ],
        notes=[f"{one.way.name}: {note}" for one in judged for note in one.offer.notes],
    )
    best = next((one.offer.contract for one in found.ranked if one.offer.contract is not None), None)
    return Assessment(report, best.certificate(scenario.file.title) if best is not None else None)


def _judged(scenario: ContractScenario, k: int, asked: Posed, known: dict[str, Bound], tell: Tell) -> Judged:
    way = scenario.file.compare[k]
    with scenario.at("compare", k, "method"):
        scenario.known(way.method, list(catalogue.WAYS), "a way")
    with scenario.at("compare", k, "set"):
        make = catalogue.way(way.method, way.set, scenario.number)
    tell(f"contract: {way.name}")
    try:
        offer = make(asked)
    except RulewrightError as error:
        with scenario.at("compare", k, "set" if way.set else "method"):
            raise error from None
        raise
    return Judged(way, offer, bound(offer, known))


def _headline(found: _Found) -> list[Sentence]:
    best, none = found.ranked[0], found.none
    got = best.offer
    first = Sentence(
        f"{_first(best.way.name)}: people get {money(got.value)}, at the agent's exact best reply and with ties broken "
        f"against them; without a contract they get {money(none.value)}.",
        "good" if got.value > none.value else "",
    )
    return [first, Sentence(_gap(best)), *(_broken(one) for one in found.ranked if _is_broken(one))]


def _gap(best: Judged) -> str:
    gap = best.bound.value - float(best.offer.value)
    if gap <= CLOSE * max(1.0, abs(best.bound.value)):
        return f"{_first(best.bound.kind)} is worth more ({best.bound.how})."
    share = f", {100 * gap / best.bound.value:.2g} %" if best.bound.value > 0 else ""
    most = f"{money(best.bound.value)} ({best.bound.how})"
    return f"{_first(best.bound.kind)} is worth more than {most}: {money(gap)}{share} is left."


def _labels(scenario: ContractScenario) -> tuple[str, ...]:
    """Names of outcomes that are no numbers, for pictures."""
    said = scenario.file.contract
    own = said.agency is None and isinstance(said.outcomes, list)
    return (
        scenario.own.outcomes
        if own and scenario.own.numbers.tolist() == list(range(len(scenario.own.outcomes)))
        else ()
    )


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _is_broken(one: Judged) -> bool:
    return one.offer.promise is not None and not one.offer.promise.kept


def _broken(one: Judged) -> Sentence:
    return Sentence(f"{_first(one.way.name)} is not kept: {_promise(one)}.", "bad")


def _promise(one: Judged) -> str:
    made = one.offer.promise
    assert made is not None
    if made.kept:
        return f"kept from a discount factor of {money(made.patience)} on, here {money(made.discount)}"
    least = f"needs {money(made.patience)}" if made.patience is not None else "no patience is enough"
    return (
        f"at a discount factor of {money(made.discount)} people gain {money(made.temptation)} by breaking it ({least})"
    )


def _note(one: Judged) -> str:
    if one.offer.promise is not None:
        return "kept by itself" if one.offer.promise.kept else "not kept, so not believed"
    return f"{one.offer.does}; paid {money(one.offer.paid)}" if one.offer.paid else one.offer.does


def _rule(one: Judged) -> RuleFound:
    offer = one.offer
    got = {f"{k} gets": float(u) for k, u in zip(offer.agency.types, offer.utility, strict=True)}
    row = OutcomeRow(
        offer.does,
        float(offer.value),
        {"paid": float(offer.paid), **got, "margin": float(offer.margin)},
        offer.promise.kept if offer.promise is not None else offer.margin > 0,
        None,
        f"{offer.how}; the reply is exact, in rationals",
        "proved",
    )
    told = _promise(one) if offer.promise is not None else ""
    return RuleFound(one.way.name, one.way.about, told, float(offer.value), float(offer.best), [row], None)


def _size(asked: Posed) -> str:
    kinds, acts, outcomes = asked.agency.sizes
    return f"{acts} acts, {outcomes} outcomes" + (f", {kinds} types" if kinds > 1 else "")


def _goal(asked: Posed) -> str:
    weight = asked.agency.weight
    return "what outcomes are worth less what is paid" + (
        "" if weight == 1 else f", a unit of which costs {money(weight)}"
    )
