"""Legitimacy of the institution as a score card of its own, never part of a distance."""

from __future__ import annotations

from ...report.findings.report import Check, Section
from ...welfare.compatibility.legitimacy import Predicate, amendment, appeals, participation, publicity
from .case import Case


def section(found: Case) -> Section | None:
    """Nothing where the file has no [legitimacy]."""
    said, i = found.scenario.file.legitimacy, found.institution
    if said is None or i is None:
        return None
    with found.scenario.at("legitimacy"):
        asked = [
            participation(len(found.judged.judgements.people), said.eligible, said.participation),
            publicity(i.published, said.publicity),
            appeals(i.appealed, i.appeal_days, said.appeal_days),
            amendment(said.amendment),
        ]
    lead = (
        "Whether the institution has a claim to be followed is another question than whether it is followed. These predicates "
        "stand apart; none of them moves a loss above."
    )
    return Section(f"Legitimacy of {i.name}", lead, checks=[_check(p) for p in asked])


def _check(p: Predicate) -> Check:
    return Check(
        p.name, p.verdict, p.says, grade="as recorded in the tables" if p.verdict != "cannot tell" else "searched only"
    )
