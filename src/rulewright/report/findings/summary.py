"""Findings on a terminal, in 80 columns or more."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from rich.console import Console

from ..terminal import Terminal
from ..words import DASH, legible, number, percent
from . import words
from .report import FAIL, PASS, Check, FindingsReport, Section, Table

TONES = {"bad": "bold red", "good": "bold green"}
SIGNS = {PASS: ("✓", "green"), FAIL: ("✗", "bold red")}
MOST_ROWS = 12
MOST_HEADS = 6


def show(report: FindingsReport, console: Console) -> None:
    """Print the summary of a report."""
    _Summary(console, console.encoding.lower().startswith("utf"), legible(report)).show()


@dataclass(frozen=True)
class _Summary(Terminal):
    report: FindingsReport

    def show(self) -> None:
        report = self.report
        self.console.print()
        self.say(report.title, "bold", 0)
        self.console.print()
        for sentence in report.headline:
            self.say(sentence.text, TONES.get(sentence.tone, "bold"))
        for one in report.tiles:
            self.say(f"{one.name}: {one.big}{f' ({one.note})' if one.note else ''}")
        self._rules()
        self._thresholds()
        for part in report.sections:
            self._section(part)
        self.left_out(report.notes, words.notes(report.kind))

    def _rules(self) -> None:
        if not self.report.rules:
            return
        self.title(words.rules(self.report.kind))
        where, goal, stable, _, _ = words.outcome(self.report.kind)
        far = any(o.basin is not None for rule in self.report.rules for o in rule.outcomes)
        steady = any(o.stable is not None for rule in self.report.rules for o in rule.outcomes)
        shown = [True, True, True, steady, far]
        heads = [("rule", "left"), (where, "left"), (goal, "right"), (stable, "left"), ("from", "right")]
        table = self.table(*itertools.compress(heads, shown))
        for rule in self.report.rules:
            for o in rule.outcomes:
                stays = DASH if o.stable is None else "yes" if o.stable else "no"
                got = DASH if o.goal is None else number(o.goal)
                cells = [rule.name, o.name, got, stays, DASH if o.basin is None else percent(o.basin)]
                table.add_row(*(self.text(c) for c in itertools.compress(cells, shown)))
        self.put(table)
        for rule in self.report.rules:
            if rule.simulated is not None:
                self.say(f"{rule.name}, simulated: {words.spread(rule.simulated)}", "dim")

    def _thresholds(self) -> None:
        if self.report.thresholds:
            self.title("Where it tips")
        for t in self.report.thresholds:
            sides = [DASH if v is None else number(v) for v in (t.below, t.above)]
            self.say(f"{t.rule}: {t.parameter} = {number(t.at)}; people get {sides[0]} below, {sides[1]} above")

    def _section(self, part: Section) -> None:
        if part.only_page or not (part.paragraphs or part.tables or part.checks or part.claims):
            return
        self.title(part.name)
        for paragraph in part.paragraphs:
            self.say(paragraph)
        for table in part.tables:
            self._table(table)
        for check in part.checks:
            self._check(check)
        if part.claims:
            self.claims("Claims", part.claims, check=False, means={})

    def _table(self, found: Table) -> None:
        self.say(found.title, "dim")
        if len(found.heads) > MOST_HEADS:
            self.say(f"{len(found.rows)} rows of {len(found.heads)} columns stand in the report.", "dim")
            return
        made = self.table(*((h, "left" if _wordy(found, k) else "right") for k, h in enumerate(found.heads)))
        for row in found.rows[:MOST_ROWS]:
            made.add_row(*(self.text(words.shown(c)) for c in row))
        self.put(made)
        if len(found.rows) > MOST_ROWS:
            self.say(f"{len(found.rows) - MOST_ROWS} more rows stand in the report.", "dim")

    def _check(self, check: Check) -> None:
        sign, style = SIGNS.get(check.verdict, ("·", "yellow"))
        self.say(f"{sign} {check.name}: {check.verdict}", style)
        self.say(check.says, indent=6)
        if check.witness:
            self.say(check.witness, "dim", 6)


def _wordy(found: Table, column: int) -> bool:
    return any(isinstance(row[column], str) for row in found.rows)
