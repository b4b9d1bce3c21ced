"""What a report shows of punishment in groups: who earns more at which share, larger groups, who resists whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...report.findings.report import Figure, Mark, Section, Series, Table
from .rests import Edge, edge
from .stage import EVERYBODY, Stage

SIZES = (4, 8, 16, 32, 64, 128)
SAID = {1: "is invaded", -1: "resists", 0: "cannot tell them from its own"}


def shown(
    stage: Stage,
    present: tuple[int, ...],
    found: Edge,
    pairs: Sequence[tuple[int, int, int]],
    plural: Sequence[str],
) -> list[Section]:
    """Sections of a report; `pairs` are (resident, mutant, sign of what the mutant gains)."""
    sections = [_resisting(pairs, plural)]
    if len(present) == 2:
        sections = [_advantage(stage, found, plural), _sizes(stage, found, plural), *sections]
    return sections


def _advantage(stage: Stage, found: Edge, plural: Sequence[str]) -> Section:
    x = np.linspace(0, 1, 201)
    shares = np.zeros((len(x), len(EVERYBODY)))
    shares[:, found.first], shares[:, found.second] = x, 1 - x
    worth = stage.expected(shares)
    one, other = plural[found.first], plural[found.second]
    figure = Figure(
        "earned",
        f"What {one} and {other} earn",
        f"share of {one}",
        "payoff",
        [Series(name, x.tolist(), worth[:, t].tolist()) for name, t in ((one, found.first), (other, found.second))],
        [Mark(r.x, "stable" if r.stable else "tips") for r in found.inner],
        "Vertical lines: rests, where both earn alike.",
    )
    lead = f"Where the {one} earn more they spread. Expected payoffs in groups drawn from everybody."
    return Section("Who earns more", lead, figures=[figure])


def _sizes(stage: Stage, found: Edge, plural: Sequence[str]) -> Section:
    one = plural[found.first]
    rows: list[list[str | float | bool | None]] = []
    for n in SIZES:
        there = edge(replace(stage, group=n), found.first, found.second)
        rare = there.rests[0].stable
        mixes = [r.x for r in there.inner if r.stable]
        tips = [r.x for r in there.inner if r.stable is False]
        rows.append(
            [
                str(n),
                None if rare is None else not rare,
                mixes[0] if mixes else None,
                tips[-1] if tips else None,
                there.rests[-1].basin,
            ]
        )
    heads = ["group", f"a few {one} spread", "stable mix", "tips at", f"share of starts that end with {one} only"]
    lead = f"Shares of {one}; all else as it is today. No entry: there is no such rest."
    return Section("Larger groups", lead, tables=[Table("By size of the group", heads, rows)])


def _resisting(pairs: Sequence[tuple[int, int, int]], plural: Sequence[str]) -> Section:
    rows: list[list[str | float | bool | None]] = [[plural[a], plural[b], SAID[sign]] for a, b, sign in pairs]
    lead = "One of the first alone but for a few of the second; exact signs of what these few gain."
    return Section("Who resists whom", lead, tables=[Table("Pairs", ["everybody is", "a few are", "the many"], rows)])
