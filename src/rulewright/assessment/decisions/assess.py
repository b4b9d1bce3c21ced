"""A set of decisions: whom they are aligned with, where the targets part, what follows a change of rule, and who is followed.

The headline is the discriminating set: where the people's decision and the institution's differ. Agreeing elsewhere tells nothing.
"""

from __future__ import annotations

import numpy as np

from ... import __version__
from ...behaviour.estimation.confidence import binomial
from ...report.findings.report import FindingsReport, Section, Sentence, Tile
from ...report.report import ClaimRow
from ...report.words import number
from ...scenario.decisions import DecisionsScenario
from ...welfare.aggregation.aggregator import decided
from ...welfare.compatibility.discriminating import FEW, identity
from ..assessment import Assessment
from . import authorities, change, plural, process, rules, targets
from .case import Case, Tell, case
from .targets import Row


def assess(scenario: DecisionsScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Score, compare, track. Raises InputError for wrong files and for cases that must not be scored."""
    found = case(scenario, tell)
    tell("scoring")
    scores = targets.rows(found)
    sections: list[Section | None] = [targets.section(found, scores)]
    tell("drawing people again")
    sections.append(targets.ceilings(found))
    tell("comparing aggregators")
    sections.append(rules.section(found))
    sections.append(rules.quota(found))
    tell("looking at time, authority and plurality")
    sections += [
        change.section(found),
        authorities.section(found),
        authorities.jurisdiction(found),
        plural.section(found),
        process.section(found),
    ]
    shown = [s for s in sections if s is not None]
    claims = _claims(found)
    if claims:
        shown.append(Section("What is claimed", claims=claims))
    said = scenario.file.decisions
    report = FindingsReport(
        kind="decisions",
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(v[()]) for name, v in scenario.parameters.items()},
        subject=f"{said.judgements}, {said.form}",
        settings={"loss": said.loss, "aggregators": ", ".join(said.aggregators), "resamples": str(said.resamples)},
        goal="decisions that agree with persons, with what they decide together, or with an institution: three targets, not one",
        headline=_headline(found, scores),
        tiles=_tiles(found, scores),
        sections=shown,
        notes=_notes(found),
    )
    return Assessment(report, None)


def _headline(found: Case, scores: list[Row]) -> list[Sentence]:
    i = found.institution
    if i is None:
        a = found.aggregates
        parts = sum(not np.array_equal(a[0], other, equal_nan=True) for other in a[1:])
        told = f"{parts} of {len(a) - 1} other aggregators decide some case otherwise than {found.rules[0].name}."
        return [Sentence(f"No institution is named; people's own targets are compared. {told}")]
    d = targets.size_of_d(found)
    of = int((found.scored & ~np.isnan(decided(found.binding)) & ~np.isnan(decided(found.people))).sum())
    who = f"{i.name[:1].upper()}{i.name[1:]} and the people ({found.rules[0].name})"
    lead = f"{who} decide {d} of {of} cases differently; only these tell whom an agent follows."
    if d < FEW:
        return [Sentence(f"{lead} They are too few to tell.", "bad")]
    said = [Sentence(lead)]
    for row in sorted(scores, key=lambda r: -(r.on_d.misses / r.on_d.n) if r.on_d is not None and r.on_d.n else 0.0):
        seen = row.on_d
        if seen is None or not seen.n:
            continue
        ends = binomial(seen.misses, seen.n)
        tone = "bad" if ends.low > 0.5 else "good" if ends.high < 0.5 else ""
        told = f"“{row.agent.name}” decides {seen.n - seen.misses} of these {seen.n} as {i.name} does"
        said.append(Sentence(f"{told} (a loss of {number(ends.low, 2)} to {number(ends.high, 2)}).", tone))
    return said


def _tiles(found: Case, scores: list[Row]) -> list[Tile]:
    j = found.judged.judgements
    tiles = [Tile("judgements", f"{j.m:,}", f"{len(j.people):,} people, {j.n:,} cases")]
    if found.institution is not None:
        tiles.append(
            Tile("discriminating cases", f"{targets.size_of_d(found):,}", "where people and institution differ")
        )
    for row in scores[:2]:
        if row.on_d is not None and row.on_d.n:
            value = number(row.on_d.misses / row.on_d.n, 2)
            tiles.append(Tile(row.agent.name, value, f"loss on them, n = {row.on_d.n}"))
    return tiles


def _claims(found: Case) -> list[ClaimRow]:
    """INST = SC + |D|/n (1 − 2 SC_D), on the very tables."""
    if found.institution is None:
        return []
    claims = []
    for one in found.agents:
        pi = np.where(found.scored, one.decision, np.nan)
        if np.isnan(decided(pi) + decided(found.people) + decided(found.binding)).all():
            continue
        left, right = identity(pi, found.people, found.binding)
        says = f"{number(left, 6)} and {number(right, 6)}: what parts the two targets is the discriminating set alone"
        same = abs(left - right) < 1e-9
        claims.append(ClaimRow(f"{one.name}: INST = SC + |D|/n · (1 − 2 SC on D)", same, "proved", says))
    return claims


def _notes(found: Case) -> list[str]:
    notes = []
    j, once = found.judged.judgements, found.judged.judgements.once
    if once.m < j.m:
        notes.append(f"{j.m - once.m:,} judgements were replaced by a later one of the same person on the same case.")
    left = int((~found.scored).sum())
    if left:
        notes.append(
            f"{left:,} cases before {found.scenario.file.decisions.scored_from}, or without a date, are not scored."
        )
    i = found.institution
    if i is not None and i.unknown:
        notes.append(f"{i.unknown:,} decisions of {i.name} are on cases that nobody judged.")
    for one in found.agents:
        missing = int(np.isnan(decided(np.where(found.scored, one.decision, 0.0))).sum())
        if missing:
            notes.append(f"{one.name} decides nothing on {missing:,} cases.")
        if one.unknown:
            notes.append(f"{one.unknown:,} decisions of {one.name} are on cases that nobody judged.")
    undecided = int(np.isnan(decided(found.people)).sum())
    if undecided:
        notes.append(
            f"The people (by {found.rules[0].name}) decide nothing on {undecided:,} cases: as many for as against, or none."
        )
    if found.scenario.file.decisions.loss == "0/1":
        notes.append("Neutral judgements are left out of the 0/1 loss of persons.")
    return notes
