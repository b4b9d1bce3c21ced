"""From labelled suspicion scores to a report with its certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ... import __version__
from ...design.oversight.band import Band, band
from ...design.oversight.frontier import Row, Terms, frontier
from ...design.oversight.labelled import Labelled
from ...design.oversight.rubber import Reviewer
from ...numerics.rational import decimal
from ...report.findings.report import FAIL, FindingsReport, Section, Sentence, Tile
from ..assessment import Assessment
from ..society.case import Tell
from .certificate import certified
from .dial import dial_section, roc_section
from .reviewers import reviewers_section


@dataclass(frozen=True)
class Question:
    """What is asked of a log."""

    terms: Terms = field(default_factory=Terms)
    confidence: Fraction = Fraction(95, 100)
    method: str = "ranks"
    tempted: Fraction = Fraction(1, 10)
    """τ: share of agents that would violate if nobody looked."""
    harm: Fraction = Fraction(5)
    """Of a violation that goes unseen, to the auditor; payoff units of the auditor."""
    reviewer_liability: Fraction = Fraction(1)
    """The most that a reviewer can lose by a missed known answer."""
    bounty: Fraction = Fraction(0)


def assess(found: Labelled, name: str, question: Question, *, tell: Tell = lambda _: None) -> Assessment:
    """All of it. Raises InputError for numbers out of range."""
    tell("bounding both rates at every threshold")
    curve = band(found.scores, found.labels.astype(int), question.confidence, method=question.method)
    tell("finding what deters")
    rows = frontier(curve, question.terms)
    last = rows[-1]
    tell("asking whether anybody looks")
    claim, certificate = certified(curve, last, question.terms, name)
    reviewer, part = reviewers_section(found, curve, last, question)
    stamps = [check.name for check in part.checks if check.verdict == FAIL]
    sections = [roc_section(found, curve), dial_section(curve, rows, question.terms), part]
    if claim is not None:
        about = "Exact arithmetic at the bounds of both rates; the bounds rest on the counts, with the confidence that is named."
        sections.append(Section("What is certified", about, claims=[claim]))
    report = FindingsReport(
        kind="oversight",
        scenario=name,
        version=__version__,
        title=f"Oversight dial of {name}",
        source=found.source,
        about="How often to look, with what penalty, at which threshold; and whether anybody has a reason to look.",
        parameters=_parameters(question),
        subject=curve.describe(),
        settings={"confidence": f"{decimal(100 * curve.confidence)} %", "bounds": curve.method},
        goal="no misconduct, few audits, few honest agents punished",
        headline=[*_headline(curve, last, question, reviewer), *_stamps(stamps)],
        tiles=_tiles(found, curve, last),
        sections=sections,
        notes=_notes(found, last),
    )
    return Assessment(report, certificate)


def percent_up(share: Fraction) -> str:
    """A share in percent, rounded up to a tenth: what is said is enough."""
    return f"{decimal(Fraction(-((-1000 * share) // 1), 10))} %"


def _parameters(question: Question) -> dict[str, float]:
    terms = question.terms
    names = ("gain", "liability", "forfeit", "audit_cost", "wrongful_weight", "budget", "rationality", "tolerated")
    found: dict[str, Any] = {name.replace("_", " "): float(getattr(terms, name)) for name in names}
    return {
        **found,
        "tempted": float(question.tempted),
        "harm": float(question.harm),
        "reviewer liability": float(question.reviewer_liability),
        "bounty": float(question.bounty),
    }


def _headline(curve: Band, last: Row, question: Question, reviewer: Reviewer | None) -> list[Sentence]:
    terms, sure = question.terms, decimal(100 * curve.confidence)
    if last.sure is None:
        why = f"at a penalty of {decimal(last.stake)} and {decimal(terms.budget)} audits per act at most"
        first = Sentence(
            f"No audits deter a gain of {decimal(terms.gain)} {why}: {curve.bad} labelled acts show too little.", "bad"
        )
    else:
        first = Sentence(
            f"Auditing {percent_up(last.sure.rate)} of acts with a penalty of {decimal(last.stake)} deters every gain up to "
            f"{decimal(terms.gain)}, with confidence {sure} %; an honest act loses at most {decimal(last.sure.wrongful)}.",
            "good",
        )
    said = [first]
    if last.measured is not None and (last.least is None or last.measured.rate < last.least.rate):
        few = (
            "no audits do that at the bounds"
            if last.least is None
            else f"at the bounds the fewest are {percent_up(last.least.rate)}"
        )
        said.append(
            Sentence(
                f"Taking the measured rates for true, audits of {percent_up(last.measured.rate)} would deter: not shown; {few}."
            )
        )
    if reviewer is not None and reviewer.rubber_stamps(question.tempted):
        more = (
            "no share of known answers breaks it at this pay"
            if reviewer.probes is None
            else f"known answers in {percent_up(reviewer.probes)} of what is reviewed break it"
        )
        said.append(Sentence(f"A reviewer on these terms signs off unseen, and that is an equilibrium; {more}.", "bad"))
    return said


def _stamps(names: list[str]) -> list[Sentence]:
    if not names:
        return []
    verb = "does" if len(names) == 1 else "do"
    return [Sentence(f"In the log {', '.join(names)} {verb} no better than signing off unseen.", "bad")]


def _tiles(found: Labelled, curve: Band, last: Row) -> list[Tile]:
    tiles = [Tile("Labelled acts", str(curve.bad + curve.good), f"{curve.bad} misconduct, {curve.good} honest")]
    if last.sure is not None:
        cut = next((x for _, x in last.sure.thresholds if x is not None), None)
        tiles += [
            Tile("Audits that deter", percent_up(last.sure.rate), "of acts, at the largest penalty"),
            Tile("Threshold", "—" if cut is None else decimal(cut), "flag scores of at least this"),
            Tile("An honest act loses", decimal(last.sure.wrongful), "at most, expected"),
        ]
    if found.audited is not None:
        tiles.append(Tile("Audited in the log", f"{100 * found.audited:.3g} %", "of all rows"))
    return tiles


def _notes(found: Labelled, last: Row) -> list[str]:
    notes = [
        "Bounds take rows as independent draws of acts like those that are to come; an agent that adapts to the "
        "monitor is not like them.",
        "The agent weighs gain and penalty by their expectation and learns of an audit only after acting; the "
        "learner is simulated.",
    ]
    if found.dropped:
        notes.append(
            f"{found.dropped} rows without a label were left out: the rates hold if what was audited was drawn whatever the score."
        )
    if found.tasks and len(set(found.tasks)) < len(found.tasks):
        notes.append(
            f"The rows come from {len(set(found.tasks))} tasks: where rows of one task are alike, they show "
            f"less than their number says."
        )
    if last.sure is None:
        notes.append("Label more acts, raise the penalty, or allow more audits.")
    return notes
