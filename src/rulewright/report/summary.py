"""The report on a terminal: the headline, bars, claims, rules beside each other, in 80 columns or more.

Bars are full up to the worst and shaded up to the best, on one scale from the worst seen anywhere to the first best. What
colour says, signs and words say too; where the console cannot show UTF-8, everything is spelt in ASCII.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from . import tipping, words
from .report import CurveData, Foreseen, Report
from .terminal import INDENT, Terminal
from .words import DASH, number

BLOCKS = "▁▂▃▄▅▆▇█"


def show(report: Report, console: Console) -> None:
    """Print the summary of a report."""
    _Summary(console, console.encoding.lower().startswith("utf"), words.legible(report)).show()


@dataclass(frozen=True)
class _Summary(Terminal):
    report: Report

    def show(self) -> None:
        self._head()
        self._behaviours()
        self._rule()
        self.claims("What is proved about it", self.report.claims, check=True)
        self.claims("Groups that deviate together", self.report.coalitions, check=False)
        self._rules()
        for traced in self.report.traces:
            self.title(traced.title)
            for sentence in tipping.sentences(traced):
                self.say(sentence)
        for data in self.report.curves:
            self._curve(data)
        self.left_out(self.report.notes)

    def _head(self) -> None:
        report, line = self.report, words.headline(self.report)
        self.console.print()
        self.say(report.title, "bold", 0)
        self.console.print()
        style = {"better": "bold green", "same": "bold yellow", "worse": "bold red"}.get(line.verdict, "bold")
        self.say(line.sentence, style)
        if line.hope:
            self.say(line.hope)
        if report.design is not None:
            amount, what = words.cost(report)
            share = words.closed(report)
            closes = (
                f"The rule closes {words.percent(share)} of the gap. "
                if share is not None and line.verdict == "better"
                else ""
            )
            self.say(f"{closes}{'Nothing' if amount == '0' else amount} {what.removeprefix('nothing ')}.")

    def _behaviours(self) -> None:
        report = self.report
        if not report.diagnosis and not report.after:
            return
        self.title(
            "What these agents will do, and what the rule makes them do"
            if report.after
            else "What these agents will do"
        )
        low, high = words.scale(report)
        columns = 2 if report.after else 1
        room = self.console.width - INDENT - 21 - columns * 13 - 2 * (2 * columns + 1)
        bar = max(6, min(32, room // columns))
        heads = [("", "left"), ("today", "right"), ("", "left")] + (
            [("after", "right"), ("", "left")] if report.after else []
        )
        table = self.table(*heads, widths=[21, 13, bar, 13, bar])
        for _, names in words.grouped([*report.diagnosis, *report.after]):
            for name in names:
                cells = []
                for found in (report.diagnosis, report.after)[:columns]:
                    row = found.get(name)
                    cells += [self.text(words.span(row, 3)), self._bar(row, low, high, bar)]
                table.add_row(self.text(words.title(name)), *cells)
            table.add_section()
        self.put(table)
        first = "first best" if abs(high - report.first_best) <= words.NEARLY * max(1.0, abs(high)) else "best seen"
        self.say(
            f"Goal for people: █ up to the worst, ▒ up to the best, on a scale from {number(low)} to {number(high)} "
            f"({first}).",
            "dim",
        )

    def _bar(self, row: Foreseen | None, low: float, high: float, width: int) -> Text:
        if row is None or not (words.known(row.worst) or words.known(row.best)):
            return self.text("no number", "dim")
        worst = row.worst if words.known(row.worst) else row.best
        best = row.best if words.known(row.best) else row.worst
        full, shaded = (round(width * self._share(v, low, high)) for v in (worst, best))
        return self.text("█" * full + "▒" * (shaded - full) + "░" * (width - shaded))

    @staticmethod
    def _share(value: float | None, low: float, high: float) -> float:
        if value is None or high <= low:
            return 1.0
        return min(1.0, max(0.0, (value - low) / (high - low)))

    def _rule(self) -> None:
        made = self.report.design
        self.title("The rule")
        if made is None:
            self.say(self.report.impossible or "No rule was designed.", "bold red")
            return
        self.say(
            made.institution[:1].upper() + made.institution[1:] + ("" if made.institution.endswith((".", "…")) else ".")
        )
        if made.asked.play:
            self.say(f"Asks for: {words.played(made.asked.play)}.")
        if made.asked.gain > 1e-6:
            self.say(f"Not an equilibrium: {made.asked.temptation}.", "bold red")
        decided = [f"{name} with probability {number(p)}" for name, p in made.decisions.items() if p > words.NEARLY]
        if decided:
            self.say(f"Decides: {', '.join(decided)}.")
        if words.known(made.margin) and abs(made.margin) <= 1e-6:
            self.say("Doing otherwise is sometimes exactly as good (margin 0).")
        elif words.known(made.margin) and made.margin > 0:
            self.say(
                f"Whoever does otherwise, where that makes a difference, loses at least {number(made.margin)} (margin)."
            )

    def _rules(self) -> None:
        rows = words.beside(self.report)
        if len(rows) < 2:
            return
        self.title("Beside other rules")
        wide = self.console.width >= 110
        logits = [n for n in words.ordered(n for _, r in rows for n in r.behaviours) if n.startswith("logit")][
            : 2 * wide
        ]
        heads = [("rule", "left"), ("pure eq.", "right"), ("worst to best", "right"), ("worst to best cor.", "right")]
        heads += [(words.title(n), "right") for n in logits]
        heads += [("paid each", "right"), ("others fail by", "right"), ("survives error", "right")]
        widths = [4, 11, 11, *[9 for _ in logits], 7, 7, 8]
        name = max(14, self.console.width - INDENT - sum(widths) - 2 * (len(widths) + 1))
        table = self.table(*heads, widths=[min(name, 44), *widths])
        for label, row in rows:
            pure, correlated = row.behaviours.get("pure"), row.behaviours.get("correlated")
            style = "bold" if row.behaviours is self.report.after else ""
            told = label + (" (changes preferences)" if row.changes_preferences else "")
            values = [
                DASH if pure is None or pure.count is None else str(pure.count),
                words.span(pure, 3),
                words.span(correlated, 3),
                *(words.span(row.behaviours.get(n), 3) for n in logits),
                words.per_agent(row),
                number(row.margin),
                number(row.robust_to),
            ]
            table.add_row(self.text(told, style), *(self.text(v, style) for v in values))
        self.put(table)
        self.say(
            "Pure equilibria: how many, worst to best; then correlated equilibria, worst to best; paid to each agent; "
            "by how much all other plays fail; payoff error up to which that stays so.",
            "dim",
        )

    def _curve(self, data: CurveData) -> None:
        points = sorted(data.points, key=lambda p: p.x)
        if not points:
            return
        self.title(data.title)
        longest = max((len(s) for s in data.show), default=0)
        for series in data.show:
            values = [p.series.get(series) for p in points]
            seen = [v for v in values if v is not None and words.known(v)]
            ends = f"{number(seen[0])} → {number(seen[-1])}" if seen else "nothing does it"
            at = [p.series.get(series) for p in points if abs(p.x - data.here) <= 1e-9 * max(1.0, abs(data.here))]
            here = f", here {number(at[0])}" if at and words.known(at[0]) else ""
            self.say(f"{series.ljust(longest)}  {self._sparkline(values)}  {ends}{here}")
        self.say(
            f"{data.parameter} from {number(points[0].x)} to {number(points[-1].x)}; here {number(data.here)}"
            + ("; ✕: nothing does it" if any(v is None for p in points for v in p.series.values()) else "")
            + ".",
            "dim",
        )

    @staticmethod
    def _sparkline(values: Sequence[float | None]) -> str:
        seen = [v for v in values if v is not None and words.known(v)]
        low, high = (min(seen), max(seen)) if seen else (0.0, 0.0)
        step = (high - low) / (len(BLOCKS) - 1) or 1.0
        return "".join("✕" if v is None or not words.known(v) else BLOCKS[round((v - low) / step)] for v in values)
