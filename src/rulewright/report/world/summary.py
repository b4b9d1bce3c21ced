"""The report on a world on a terminal, in 80 columns or more."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from ..terminal import Terminal
from ..words import DASH, legible, number, percent
from . import words
from .report import WorldReport

BARS = "▁▂▃▄▅▆▇█"


def show(report: WorldReport, console: Console) -> None:
    """Print the summary of a report."""
    _Summary(console, console.encoding.lower().startswith("utf"), legible(report)).show()


@dataclass(frozen=True)
class _Summary(Terminal):
    report: WorldReport

    def show(self) -> None:
        report = self.report
        self.console.print()
        self.say(report.title, "bold", 0)
        self.console.print()
        self.say(words.now(report), "bold red" if report.worst.goal.high < report.best.goal.low else "bold")
        helped = report.chosen is not None and report.chosen.goal.low > report.worst.goal.high
        self.say(words.then(report), "bold green" if helped else "bold yellow")
        self._plays()
        self._rules()
        self._learning()
        self._search()
        self._breaks()
        self._principles()
        self.left_out(report.notes)

    def _plays(self) -> None:
        report = self.report
        self.title(f"What {len(report.players)} players do in {report.world}, and what people get")
        table = self.table(
            ("rule", "left"),
            ("everybody", "left"),
            ("people get", "right"),
            ("equality", "right"),
            ("sustained", "right"),
        )
        for row in report.plays:
            style = "bold" if row is report.chosen or row is report.worst else ""
            lasted = DASH if row.sustainability is None else number(row.sustainability, 3)
            cells = [row.rule, row.players, words.estimate(row.goal), percent(row.equality), lasted]
            table.add_row(*(self.text(c, style) for c in cells))
        self.put(table)
        self.say(f"Means of {words.sample(report.worst.goal)} per line; in brackets 95 % intervals over seeds.", "dim")

    def _rules(self) -> None:
        rules = [r for r in self.report.rules if r.name != "today" or r.sentence != "no rule"]
        if rules:
            self.title("The rules")
        for rule in rules:
            self.say(f"{rule.name}: {rule.sentence}{' (budget balanced)' if rule.balanced else ''}")

    def _learning(self) -> None:
        if not self.report.curves:
            return
        self.title("How they learn")
        table = self.table(
            ("rule", "left"), ("learners", "left"), ("", "left"), ("at the end", "right"), ("steps/s", "right")
        )
        for c in self.report.curves:
            cells = [c.rule, c.players, _spark(c.mean), number(c.mean[-1]), f"{c.throughput:,.0f}"]
            table.add_row(*(self.text(x) for x in cells))
        self.put(table)

    def _search(self) -> None:
        found = self.report.search
        if found is None:
            return
        self.title(f"Settings of “{found.rule}”")
        best = ", ".join(f"{name} = {number(v)}" for name, v in found.best.values.items())
        self.say(f"Best of {len(found.points):,}: {best}; people get {words.estimate(found.best.goal)}. {found.says}")
        self.say(_spark([p.goal.mean for p in found.points], 60))

    def _breaks(self) -> None:
        if not self.report.deviations:
            return
        self.title("One deviator against all others")
        for d in self.report.deviations:
            self.say(f"{d.rule}, {d.players}: {d.player} gains {words.estimate(d.gain)}")

    def _principles(self) -> None:
        if not self.report.principles:
            return
        self.title("Ostrom's principles, measured")
        table = self.table(("rule", "left"), ("principle", "left"), ("", "left"), ("what was measured", "left"))
        answers = {True: "yes", False: "no"}
        measured = [p for p in self.report.principles if p.holds is not None]
        for p in measured:
            table.add_row(*(self.text(c) for c in (p.rule, p.principle, answers[bool(p.holds)], p.says)))
        self.put(table)
        silent = len(self.report.principles) - len(measured)
        if silent:
            self.say(f"{silent} rows are not applicable to these rules; the report says why.", "dim")


def _spark(values: list[float], width: int = 24) -> str:
    """A curve in one line of text."""
    step = max(1, -(-len(values) // width))
    shown = values[::step]
    low, high = min(shown), max(shown)
    span = (high - low) or 1.0
    return "".join(BARS[round((v - low) / span * (len(BARS) - 1))] for v in shown)
