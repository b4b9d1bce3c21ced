"""The judgements that a scenario names, read: long, wide or as elections; with groups of people and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ...scenario.decisions import DecisionsScenario
from ...welfare.aggregation.judgements import Judgements
from ...welfare.aggregation.opinion import Opinions, opinion_groups
from . import elections
from .elections import Elections
from .tables import Table, date, finite, read

WORDS = {
    **dict.fromkeys(("yes", "support", "agree", "approve", "true", "for"), 1.0),
    **dict.fromkeys(("no", "oppose", "disagree", "refuse", "false", "against"), 0.0),
    **dict.fromkeys(("neutral", "pass", "abstain"), 0.5),
}


@dataclass(frozen=True, eq=False)
class Judged:
    """What people said."""

    judgements: Judgements
    dates: Array | None
    """[m]: days; None where there are none."""
    signed: bool
    """Whether the file's numbers run from −1 to 1."""
    scale: dict[str, float]
    """The words that the scenario explains."""
    opinions: Opinions | None = None
    elections: Elections | None = None


def judged(scenario: DecisionsScenario) -> Judged:
    """Read. Raises InputError with file, line and column."""
    said = scenario.file.decisions
    with scenario.at("decisions", "judgements"):
        path = scenario.table(said.judgements)
        scale = _scale(scenario)
        if said.form == "elections":
            found = elections.read(path)
            made = Judged(found.judgements, None, True, scale, elections=found)
        elif path.suffix == ".npy":
            made = Judged(*_matrix(path), scale)
        else:
            made = (_long if said.form == "long" else _wide)(scenario, read(path), scale)
    if said.opinion_groups is None:
        return made
    with scenario.at("decisions", "opinion_groups"):
        if made.judgements.group is not None:
            raise InputError(needed="either a column of groups or opinion groups to find", found="both")
        opinions = opinion_groups(made.judgements, said.opinion_groups or None, seed=said.seed)
        names = [f"opinion group {k + 1}" for k in range(int(opinions.group.max()) + 1)]
        grouped = made.judgements.grouped(opinions.group, names)
    return Judged(grouped, made.dates, made.signed, scale, opinions, made.elections)


def worth(table: Table, name: str, scale: dict[str, float], *, signed: bool | None = None) -> tuple[Array, bool]:
    """(values in [0, 1], whether numbers run from −1 to 1): of a column of words or numbers; empty cells are NaN.

    `signed` None reads it off the numbers themselves. Raises InputError with line and column.
    """
    words = {**WORDS, **scale}
    numbers: set[str] = set()

    def meaning(cell: str) -> float:
        low = cell.lower()
        if cell in scale or low in words:
            return scale.get(cell, words.get(low, 0.0)) + 10  # a word: kept apart from numbers
        value = finite(cell)
        if not -1 <= value <= 1:
            raise ValueError
        numbers.add(cell)
        return value

    listed = ", ".join(scale or ("yes", "no", "neutral"))
    raw = table.read(name, meaning, f"a number from −1 or 0 to 1, or one of {listed}", empty=True)
    negative = bool((raw < 0).any())
    if signed is None:
        signed = negative
    if negative and not signed:
        line = table.lines[int(np.flatnonzero(raw < 0)[0])]
        needed = "a number from 0 to 1, as in the judgements"
        where = f"{table.origin}, {table.word} {line}, column {name!r}"
        raise InputError(where=where, needed=needed, found="one below 0")
    return np.where(raw > 5, raw - 10, (raw + 1) / 2 if signed else raw), signed


def _scale(scenario: DecisionsScenario) -> dict[str, float]:
    found = {}
    for word, said in scenario.file.decisions.scale.items():
        value = float(scenario.number(said, "decisions", "scale", word))
        with scenario.at("decisions", "scale", word):
            if not 0 <= value <= 1:
                raise InputError(needed="from 0 (no) to 1 (yes)", found=f"{value:g}")
        found[word] = value
    return found


def _long(scenario: DecisionsScenario, table: Table, scale: dict[str, float]) -> Judged:
    said = scenario.file.decisions
    value, signed = worth(table, said.judgement, scale)
    case, person = table.labels(said.case), table.labels(said.person)
    dates = table.read(said.date, date, "a date such as 2026-11-21", empty=True) if said.date else None
    group = table.column(said.group) if said.group else None
    # of several judgements of a person on a case the last in the file counts; where they have dates, the latest
    keep: Array = (
        np.arange(len(value)) if dates is None else np.argsort(np.nan_to_num(dates, nan=-np.inf), kind="stable")
    )
    rows = keep[~np.isnan(value[keep])].tolist()
    case, person = [case[r] for r in rows], [person[r] for r in rows]
    made = Judgements.of(case, person, value[rows])
    if group is not None:
        group = [group[r] for r in rows]
        lines = [table.lines[r] for r in rows]
        made = _grouped(made, dict(zip(person, group, strict=True)), table, said.group, person, group, lines)
    return Judged(made, dates[rows] if dates is not None else None, signed, scale)


def _grouped(
    made: Judgements,
    of: dict[str, str],
    table: Table,
    column: str,
    person: list[str],
    group: list[str],
    lines: Sequence[int],
) -> Judgements:
    for row, (who, label) in enumerate(zip(person, group, strict=True)):
        if of[who] != label:
            where = f"{table.origin}, {table.word} {lines[row]}, column {column!r}"
            raise InputError(where=where, needed=f"one group for {who!r}", found=f"{label!r} and {of[who]!r}")
    names = sorted({label.strip() for label in of.values()} - {""})
    place = {name: k for k, name in enumerate(names)}
    return made.grouped([place.get(of[who].strip(), -1) for who in made.people], [group_name(name) for name in names])


def group_name(label: str) -> str:
    """ "group 3" for a bare number."""
    return f"group {label}" if label.isdigit() else label


def _wide(scenario: DecisionsScenario, table: Table, scale: dict[str, float]) -> Judged:
    said = scenario.file.decisions
    label = said.person if said.person in table.names else table.names[0]
    if said.person != "person" and said.person not in table.names:
        table.column(said.person)  # says what there is
    for name in said.ignore:
        table.column(name)
    beside = {label, said.group, *said.ignore}
    cases = [name for name in table.names if name not in beside]
    if not cases:
        raise InputError(where=table.origin, needed="a column for each case", found=f"none beside {', '.join(beside)}")
    pieces = [worth(table, name, scale) for name in cases]
    signed = any(below for _, below in pieces)
    if signed:  # then so are the numbers of columns without one below 0
        pieces = [worth(table, name, scale, signed=True) for name in cases]
    whole = np.stack([column for column, _ in pieces], axis=1)
    people = table.labels(label)
    if len(set(people)) < len(people):
        k = next(k for k, p in enumerate(people) if p in people[:k])
        where = f"{table.origin}, {table.word} {table.lines[k]}, column {label!r}"
        raise InputError(where=where, needed="each person once", found=f"{people[k]!r} again")
    made = Judgements.wide(whole, cases=cases, people=people)
    if said.group:
        group = table.column(said.group)
        made = _grouped(made, dict(zip(people, group, strict=True)), table, said.group, people, group, table.lines)
    return Judged(made, None, signed, scale)


def _matrix(path: Path) -> tuple[Judgements, None, bool]:
    try:
        whole = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise InputError(where=str(path), needed="a .npy file of numbers", found=str(error)) from None
    if whole.ndim != 2 or whole.dtype.kind not in "fiub":
        needed = "a matrix of numbers, people × cases, NaN where nobody judged"
        raise InputError(where=str(path), needed=needed, found=f"shape {whole.shape} of {whole.dtype}")
    table = whole.astype(float)
    if np.isnan(table).all():
        raise InputError(where=str(path), needed="at least one judgement", found="none")
    signed = bool(np.nanmin(table) < 0)
    return Judgements.wide((table + 1) / 2 if signed else table), None, signed
