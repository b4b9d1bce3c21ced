"""Agents that answer with sets, with chances, or for one group at a time, against Overton, distributional and steerable targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...behaviour.estimation.confidence import BOUNDED
from ...errors import InputError
from ...numerics.rational import Array
from ...report.findings.report import Cell, Check, Section, Table
from ...report.words import number, percent
from ...scenario.decisions import Plural
from ...welfare.aggregation import aggregator
from ...welfare.aggregation.aggregator import decided
from ...welfare.pluralism.distributional import DISTANCES, distributional
from ...welfare.pluralism.overton import overton
from ...welfare.pluralism.steerable import steerable
from .case import Case, matched
from .judged import group_name, worth
from .tables import Table as Read
from .tables import finite, read

MOST_NAMES = 5


@dataclass(frozen=True, eq=False)
class Answers:
    """What one agent shows; None where the table does not say."""

    shown: Array | None
    """[x, a]."""
    chances: Array | None
    """[x, a]; NaN rows where it says nothing."""
    steered: Array | None
    """[g, x]."""


def section(found: Case) -> Section | None:
    """Nothing where no [[plural]] is named."""
    if not found.scenario.file.plural:
        return None
    checks: list[Check] = []
    tables: list[Table] = []
    for k, one in enumerate(found.scenario.file.plural):
        with found.scenario.at("plural", k, "follows" if one.follows else "answers"):
            answers = _answers(found, one)
            if answers.shown is not None:
                checks.append(_overton(found, one, answers.shown))
            if answers.chances is not None:
                tables.append(_spread(found, one, answers.chances))
                checks.append(_distribution(found, one, answers.chances))
            if answers.steered is not None:
                tables.append(_steered(found, one, answers.steered))
    lead = (
        "Overton: does it show every reasonable answer? Distributional: are its answers spread as the people's are? Steerable: "
        "told whom to speak for, does it? The three kinds are Sorensen and others' (2024); how they are counted here is ours."
    )
    return Section("Plural targets", lead, tables=tables, checks=checks)


def _answers(found: Case, one: Plural) -> Answers:
    j = found.judged.judgements
    if one.follows:
        a = decided(aggregator(one.follows).decide(j.once))
        hit = a[:, None] == j.values[None]
        chances = np.where(hit.any(axis=1, keepdims=True), hit.astype(float), np.nan)
        return Answers(hit, chances, np.tile(a, (len(j.groups), 1)) if j.group is not None else None)
    table = read(found.scenario.table(one.answers))
    at = matched(table, one.case, j.cases)
    value = worth(table, one.answer, found.judged.scale, signed=found.judged.signed or None)[0]
    if one.group:
        return Answers(None, None, _by_group(found, one, table, at, value))
    use = at >= 0
    hit = value[:, None] == j.values[None]
    wrong = np.flatnonzero(use & ~hit.any(axis=1))
    if len(wrong):
        where = f"{table.origin}, {table.word} {table.lines[int(wrong[0])]}, column {one.answer!r}"
        raise InputError(
            where=where, needed="an answer that people gave", found=repr(table.column(one.answer)[wrong[0]])
        )
    answer = hit.argmax(axis=1)
    shown = np.zeros((j.n, len(j.values)), bool)
    if not one.chance:
        shown[at[use], answer[use]] = True
        return Answers(shown, None, None)
    chance = table.read(one.chance, finite, "a chance")
    chances = np.zeros(shown.shape)
    np.add.at(chances, (at[use], answer[use]), chance[use])
    shown = chances >= one.reasonable
    silent = np.bincount(at[use], minlength=j.n) == 0
    chances[silent] = np.nan
    return Answers(shown, chances, None)


def _by_group(found: Case, one: Plural, table: Read, at: Array, value: Array) -> Array:
    j = found.judged.judgements
    steered = np.full((len(j.groups), j.n), np.nan)
    for row, label in enumerate(map(group_name, table.labels(one.group))):
        if label not in j.groups:
            where = f"{table.origin}, {table.word} {table.lines[row]}, column {one.group!r}"
            raise InputError(where=where, needed=f"a group among {', '.join(j.groups) or 'none'}", found=repr(label))
        if at[row] >= 0:
            steered[j.groups.index(label), at[row]] = value[row]
    return steered


def _word(found: Case, a: int) -> str:
    value = float(found.judged.judgements.values[a])
    for word, worth_ in found.judged.scale.items():
        if worth_ == value:
            return word
    return {0.0: "no", 0.5: "neutral", 1.0: "yes"}.get(value, number(value))


def _overton(found: Case, one: Plural, shown: Array) -> Check:
    o = overton(found.judged.judgements, shown, reasonable=one.reasonable)
    name = f"{one.name}: shows every reasonable answer"
    if not o.n:
        return Check(name, "cannot tell", "it shows nothing on any case")
    says = (
        f"covers {percent(o.mean)} of the answers given by at least {percent(one.reasonable)} of the people or of a group, all of "
        f"them on {o.full} of {o.n} cases; {o.outside} shown that hardly anybody gives"
    )
    cases = found.judged.judgements.cases
    left = [f"“{cases[x]}” lacks {_word(found, a)}, the answer of {percent(s)} of {who}" for x, a, s, who in o.missing]
    more = f"; and {len(left) - MOST_NAMES} more" if len(left) > MOST_NAMES else ""
    return Check(
        name, "fail" if left else "pass", says, "; ".join(left[:MOST_NAMES]) + more, "as counted in the tables"
    )


def _distances(found: Case, one: Plural, chances: Array, by: str) -> tuple[str, str, str, str]:
    said = found.scenario.file.decisions
    d = distributional(found.judged.judgements, chances, by=by, draws=said.resamples, seed=said.seed)
    low, high = d.interval()
    far = int((d.p <= 0.05).sum())
    return (
        f"{number(d.mean, 3)} ({number(low, 3)} to {number(high, 3)})",
        number(d.mean_floor, 3),
        number(d.p_mean, 3),
        f"{far} of {len(d.case)}",
    )


def _spread(found: Case, one: Plural, chances: Array) -> Table:
    lines: list[list[Cell]] = [[by, *_distances(found, one, chances, by)] for by in DISTANCES]
    heads = ["distance", "mean over cases, 95 %", "noise floor at this n", "p", "cases with p ≤ 0.05"]
    return Table(f"{one.name}: its answers and the people's, as distributions", heads, lines)


def _distribution(found: Case, one: Plural, chances: Array) -> Check:
    said = found.scenario.file.decisions
    d = distributional(found.judged.judgements, chances, draws=said.resamples, seed=said.seed)
    worst = int(d.distance.argmax())
    cases = found.judged.judgements.cases
    floor = f"where people drawn from it would be at {number(d.mean_floor, 3)}"
    says = f"mean total variation {number(d.mean, 3)}, {floor}; p = {number(d.p_mean, 3)}"
    witness = f"furthest on “{cases[int(d.case[worst])]}”: {number(float(d.distance[worst]), 3)} ({d.n[worst]} people)"
    name = f"{one.name}: answers as the people do, in distribution"
    if d.p_mean <= 0.05:
        return Check(name, "fail", says, witness, BOUNDED)
    return Check(name, "cannot tell", f"{says}; not told apart from the people at this n", witness)


def _steered(found: Case, one: Plural, steered: Array) -> Table:
    rows = steerable(found.judged.judgements, steered, found.loss)
    lines: list[list[Cell]] = [
        [
            r.group,
            number(r.loss, 3),
            number(r.floor, 3),
            number(r.elsewhere, 3) if np.isfinite(r.elsewhere) else None,
            f"{r.n:,}",
        ]
        for r in rows
    ]
    heads = [
        "group, worst served first",
        "loss when it is spoken for",
        "least possible",
        "when others are",
        "judgements",
    ]
    return Table(f"{one.name}: steered to each group", heads, lines)
