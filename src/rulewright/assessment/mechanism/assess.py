"""Mechanisms for private types: what each way to one comes to, whether truth is best by construction, what lies an auditor found.

The ranking is by what people get where truth is a dominant strategy for all types; a mechanism that is only hoped to be truthful
stands below, with the regret that was found. Found regret is a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ... import __version__
from ...errors import RulewrightError
from ...mechanisms import Environment, Estimate, catalogue, estimates
from ...mechanisms.audit import Audit, audit
from ...mechanisms.exact.search import corners
from ...mechanisms.found import Found
from ...mechanisms.goals import MEASURES
from ...mechanisms.goals import goal as read_goal
from ...mechanisms.kept import kept
from ...mechanisms.mechanism import NUMBERS
from ...report.findings.report import (
    FAIL,
    PASS,
    UNKNOWN,
    Check,
    Figure,
    FindingsReport,
    OutcomeRow,
    RuleFound,
    Section,
    Sentence,
    Series,
    Table,
    Tile,
)
from ...report.report import ClaimRow
from ...report.words import number
from ...scenario.mechanism import Looked as Look
from ...scenario.mechanism import MechanismScenario, Way
from ..assessment import Assessment
from .map import maps

Tell = Callable[[str], None]
SEEN = 50_000  # profiles on which promises are looked at
PROOF = "proof"  # the auditor's name for a lie that pays where a proof says that none does
OWN = "own"  # the goal that an environment comes with


@dataclass(frozen=True)
class Looked:
    """One way to a mechanism, and what was seen of it."""

    way: Way
    found: Found
    goal: Estimate
    measures: dict[str, float]
    audit: Audit | None
    broken: float
    """The most by which truthful outcomes were seen to break what the environment asks; 0: nowhere."""

    @property
    def refuted(self) -> bool:
        """Said to be truthful by construction, but an auditor found a lie that pays: it stands in a world it was not made for."""
        return self.audit is not None and any(fault.name == PROOF for fault in self.audit.faults)

    @property
    def exact(self) -> bool:
        return bool(self.found.mechanism.proof) and not self.refuted

    @property
    def sound(self) -> bool:
        """Truthful by construction, and no promise of the environment was seen broken."""
        return self.exact and not self.broken


def assess(scenario: MechanismScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Search, measure, audit, compare. Raises InputError for names and settings that there are not."""
    there = environment(scenario)
    looked = [_looked(scenario, k, there, tell) for k in range(len(scenario.file.compare))]
    ranked = sorted(looked, key=lambda one: (not one.sound, not one.exact, -one.goal.mean))
    report = FindingsReport(
        kind="mechanism",
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(v[()]) for name, v in scenario.parameters.items()},
        subject=there.name or scenario.file.mechanism.environment,
        settings={name: str(v) for name, v in scenario.file.mechanism.set.items()},
        goal=there.goal.name,
        headline=_headline(there, ranked),
        tiles=[Tile(one.way.name, number(one.goal.mean), _truth(one)) for one in ranked],
        rules=[_rule(one, there) for one in looked],
        sections=[_claims(looked), *_audits(looked), *_courses(there, looked), *_maps(looked)],
        notes=[f"{one.way.name}: {note}" for one in looked for note in one.found.notes],
    )
    best = next(
        (one.found.certificate for one in ranked if one.found.certificate is not None and not one.refuted), None
    )
    return Assessment(report, best)


def environment(scenario: MechanismScenario) -> Environment:
    """The environment that a file names, with people's goal. Raises InputError with its place."""

    with scenario.at("mechanism", "environment"):
        scenario.known(scenario.file.mechanism.environment, list(catalogue.ENVIRONMENTS), "an environment")
    with scenario.at("mechanism", "set"):
        found: Environment = catalogue.environment(
            scenario.file.mechanism.environment, scenario.file.mechanism.set, scenario.number
        )
    if scenario.file.people.goal == OWN:
        return found
    with scenario.at("people", "goal"):
        return found.wanting(read_goal(scenario.file.people.goal, scenario.parameters))


def _looked(scenario: MechanismScenario, k: int, there: Environment, tell: Tell) -> Looked:
    way, look = scenario.file.compare[k], scenario.file.look
    with scenario.at("compare", k, "method"):
        scenario.known(way.method, list(catalogue.METHODS), "a method")
    with scenario.at("compare", k, "set"):
        make = catalogue.method(way.method, way.set, scenario.number)
    tell(f"searching: {way.name}")
    try:
        found = make(there)
    except RulewrightError as error:
        with scenario.at("compare", k, "method"):
            raise error from None
        raise
    tell(f"measuring: {way.name}, {look.profiles:,} profiles")
    goal, *rest = estimates(found.mechanism, (there.goal, *MEASURES.values()), profiles=look.profiles, seed=look.seed)
    measures = {name: one.mean for name, one in zip(MEASURES, rest, strict=True)}
    seen = min(look.profiles, SEEN, max(1, NUMBERS // there.low.size))
    worst = kept(found.mechanism, np.concatenate([there.profiles(seen, look.seed), corners(there)])).most
    return Looked(way, found, goal, measures, _audited(found, way.name, look, tell), worst)


def _audited(found: Found, name: str, look: Look, tell: Tell) -> Audit | None:
    if not look.audited:
        return None
    tell(f"auditing: {name}, {look.audited:,} profiles")
    suspects = min(look.audited // 10, 50)
    return audit(
        found.mechanism, profiles=look.audited, attacked=look.audited, suspects=suspects, seed=look.seed, name=name
    )


def _truth(one: Looked) -> str:
    if one.exact:
        return (
            f"truth is best; breaks a bound by {number(one.broken)}" if one.broken else "truth is best, by construction"
        )
    if one.audit is None:
        return "not proved truthful"
    return f"lies gain {number(one.audit.regret_found.mean)} on average, at least"


def _headline(there: Environment, ranked: list[Looked]) -> list[Sentence]:
    exact = [one for one in ranked if one.sound]
    if not exact:
        none = (
            "None of these is truthful by construction and keeps what the environment asks: that nobody does better by "
            "staying away, pays more than its budget, or has the rule-maker pay more than it may."
        )
        return [Sentence(none, "bad")]
    best = exact[0]
    told = (
        f"Best of these: {best.way.name}, with {there.goal.name} {number(best.goal.mean)} (95 %: {number(best.goal.low)} to "
        f"{number(best.goal.high)}), and truth is every agent's best report whatever the others say."
    )
    hoped = [one for one in ranked if not one.sound and one.goal.mean > best.goal.mean]
    more = [
        Sentence(f"{one.way.name} shows {number(one.goal.mean)}, if all tell the truth, but {_but(one)}.", "bad")
        for one in hoped
    ]
    return [Sentence(told, "good"), *more]


def _but(one: Looked) -> str:
    if one.exact:
        return f"breaks what is asked (taking part, budgets or deficit) by {number(one.broken)} at worst"
    return "does not make truth best"


def _rule(one: Looked, there: Environment) -> RuleFound:
    row = OutcomeRow(
        "all tell the truth",
        one.goal.mean,
        one.measures,
        True if one.exact else None,
        None,
        one.found.mechanism.proof if one.exact else "Truth is not a best report by construction.",
        "bounded with confidence",
    )
    sentence = f"{there.goal.name} {number(one.goal.low)} to {number(one.goal.high)} on {one.goal.profiles:,} profiles"
    return RuleFound(
        one.way.name, one.way.about, sentence, one.goal.mean if one.sound else None, one.goal.mean, [row], None
    )


def _courses(there: Environment, looked: list[Looked]) -> list[Section]:
    curves = [(one.way.name, one.found.curve) for one in looked if one.found.curve is not None]
    if not curves:
        return []
    figures = []
    for label, what, values in (
        ("goal", there.goal.name, [(n, c.steps, c.goal) for n, c in curves]),
        ("regret", "found regret per agent", [(n, c.steps, c.regret) for n, c in curves if c.regret]),
    ):
        series = [Series(name, list(map(float, x)), list(map(float, y))) for name, x, y in values if len(y)]
        if series:
            whose = f"The search of {series[0].name}" if len(series) == 1 else "The search"
            figures.append(Figure(f"search-{label}", f"{whose}: {what}", "steps", what, series))
    lead = "On profiles that were not searched on. Found regret is an auditor's, and a lower bound."
    return [Section("How the search went", lead, figures=figures)]


def _maps(looked: list[Looked]) -> list[Section]:
    figures = [f for k, one in enumerate(looked) for f in maps(one.way.name, f"map-{k}", one.found.mechanism)]
    return [Section("Who gets what", figures=figures)] if figures else []


def _audits(looked: list[Looked]) -> list[Section]:
    checks = [check for one in looked if one.audit is not None for check in _card(one, one.audit)]
    if not checks:
        return []
    lead = (
        "One attacker for all: it knows what the others report, and only asks for outcomes. What it finds is a lower bound on "
        "what lies gain to an agent that knows the others' reports. Whether the rule-maker is out of pocket is not looked at here."
    )
    return [Section("What an auditor found", lead, checks=checks)]


def _card(one: Looked, seen: Audit) -> list[Check]:
    """Of one mechanism: lies that pay, and promises broken at truthful reports."""
    name, worst = one.way.name, seen.worst
    tried = f"{seen.evaluations:,} reports on {seen.profiles:,} profiles"
    if worst is None:
        lies = Check(f"{name}: lies", PASS if one.exact else UNKNOWN, f"none that pays among {tried}", grade=seen.grade)
    else:
        told = f"found regret {number(seen.regret_found.mean)} per agent on average, among {tried}"
        shown = (
            f"agent {worst.agent + 1} at {_vector(worst.types[worst.agent])} gains {number(worst.gain)} "
            f"by reporting {_vector(worst.misreport)}"
        )
        lies = Check(f"{name}: lies", FAIL, told, shown)
    kept = (("taking part", seen.voluntary), ("what may be decided", seen.feasible), ("agents' budgets", seen.budget))
    breaks = [
        f"{what}: broken at {v.count:,} of {v.profiles:,} profiles, by {number(v.worst)} at worst, at types "
        + ", ".join(map(_vector, v.at))
        for what, v in kept
        if v.count
    ]
    says = f"at truthful reports, {', '.join(what for what, _ in kept)}: kept at all of {seen.profiles:,} profiles"
    promises = Check(f"{name}: promises", FAIL if breaks else PASS, "; ".join(breaks) or says, grade="searched only")
    faults = [Check(f"{name}: {fault.name}", FAIL, fault.says) for fault in seen.faults]
    return [lies, promises, *faults]


def _vector(values: object) -> str:
    return "(" + ", ".join(number(float(v)) for v in values) + ")"  # type: ignore[attr-defined]


def _claims(looked: list[Looked]) -> Section:
    rows = [
        ClaimRow(
            claim=f"{one.way.name}: truth is every agent's best report, for all types of the continuum",
            holds=one.exact,
            grade="proved",
            says=one.found.mechanism.proof
            if one.exact
            else "The auditor found a lie that pays: this method is not made for it.",
        )
        for one in looked
        if one.exact or one.refuted
    ]
    heads = ["", *MEASURES, "truthful"]
    cells = [[one.way.name, *one.measures.values(), _truth(one)] for one in looked]
    return Section("Compared", tables=[Table("What each comes to, if all tell the truth", heads, cells)], claims=rows)  # type: ignore[arg-type]
