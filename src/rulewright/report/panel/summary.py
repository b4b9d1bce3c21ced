"""The report on a panel on a terminal, in 80 columns or more."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from ..terminal import Terminal
from ..words import DASH, count, legible, number, percent
from . import words
from .report import PanelReport, VoteRow


def show(report: PanelReport, console: Console) -> None:
    """Print the summary of a report."""
    _Summary(console, console.encoding.lower().startswith("utf"), legible(report)).show()


@dataclass(frozen=True)
class _Summary(Terminal):
    report: PanelReport

    def show(self) -> None:
        report = self.report
        self.console.print()
        self.say(report.title, "bold", 0)
        self.console.print()
        self.say(words.now(report), "bold red" if report.today.harm else "bold green")
        self.say(words.then(report), "bold red" if report.designed is None else "bold green")
        self._reviewers()
        self._rule()
        self.claims("What is proved about it", report.claims, check=True, means=words.CLAIMS)
        self._beside()
        self._breaks()
        self.left_out(report.notes)

    def _reviewers(self) -> None:
        report = self.report
        self.title("What these reviewers will do")
        heads = [("proposal", "left"), ("people get", "right"), ("objections", "right"), ("today", "left")]
        heads += [("the rule", "left")] if report.designed else []
        table = self.table(*heads)
        for p in report.proposals:
            then = [] if p.passes_designed is None else ["passes" if p.passes_designed else "stopped"]
            style = "red" if p.gain < 0 else ""
            cells = [p.name, number(p.gain), str(p.objections), "passes" if p.passes_today else "stopped", *then]
            table.add_row(*(self.text(c, style) for c in cells))
        self.put(table)
        self.say(words.depth(report))

    def _rule(self) -> None:
        made = self.report.designed
        self.title("The rule")
        if made is None:
            self.say(self.report.impossible, "bold red")
            return
        sentence = words.rule(made)
        self.say(f"{sentence[:1].upper()}{sentence[1:]}.")
        self.say(f"Up to {count(made.tolerates, 'reviewer')} may be turned.")
        if words.weights(self.report):
            self.say(words.weights(self.report))

    def _beside(self) -> None:
        report = self.report
        rows: list[VoteRow] = [report.today, *report.others, *([report.designed] if report.designed else [])]
        if len(rows) < 2:
            return
        self.title("Beside other rules")
        heads = [("rule", "left"), ("sound", "left"), ("worst that passes", "right"), ("may be turned", "right")]
        table = self.table(*heads, ("good that pass", "right"), widths=[None, 5, 8, 7, 6])
        for row in rows:
            lost = number(row.harm.loss if row.harm else 0.0)
            cells = ["yes" if row.sound else "NO", lost, str(row.tolerates) if row.sound else DASH]
            style = "bold" if row is report.designed else ""
            good = percent(row.bundles)
            table.add_row(self.text(row.name, style), *(self.text(c, style) for c in (*cells, good)))
        self.put(table)
        self.say("Good that pass: share of the bundles drawn that are good for people, with honest votes.", "dim")

    def _breaks(self) -> None:
        report = self.report
        if report.voters or report.noise:
            self.title("Where it breaks")
        for row in report.voters:
            self.say(f"{row.claim}: {row.says}.")
        for n in report.noise:
            self.say(
                f"Utilities off by up to {number(n.error)}: sound in {percent(n.sound)} of {n.draws} draws "
                f"({percent(n.low)} … {percent(n.high)})."
            )
