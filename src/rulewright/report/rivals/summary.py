"""The report on a market of AIs on a terminal, in 80 columns or more."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from ..terminal import Terminal
from ..words import legible, number, percent
from . import words
from .report import MarketRow, RivalsReport


def show(report: RivalsReport, console: Console) -> None:
    """Print the summary of a report."""
    _Summary(console, console.encoding.lower().startswith("utf"), legible(report)).show()


@dataclass(frozen=True)
class _Summary(Terminal):
    report: RivalsReport

    def show(self) -> None:
        report = self.report
        self.console.print()
        self.say(report.title, "bold", 0)
        self.console.print()
        self.say(words.now(report), "bold red" if report.today.loss > words.NOTHING else "bold green")
        better = report.design is not None and report.design.market.loss < report.today.loss
        self.say(words.then(report), "bold green" if better else "bold yellow")
        self._markets()
        self._rule()
        self.claims("What is proved about it", report.claims, check=True, means=words.CLAIMS)
        self._breaks()
        self.left_out(report.notes)

    def _markets(self) -> None:
        report = self.report
        self.title("What people lose, in the worst equilibrium")
        markets = words.markets(report)
        top = max([m.opt - m.uninformed for m in markets] + [m.loss for m in markets])
        bar = max(6, min(30, self.console.width - 62))
        heads = [("market", "left"), ("lost", "right"), ("", "left"), ("best single", "right"), ("at most", "right")]
        table = self.table(*heads, widths=[None, 8, bar, 8, 8])
        for m in markets:
            table.add_row(
                self.text(m.name),
                self.text(number(m.loss)),
                self._bar(m.loss, top, bar),
                self.text(number(max(m.opt - m.alone, 0.0))),
                self.text(number(max(m.opt - m.guaranteed, 0.0))),
            )
        self.put(table)
        self.say(
            f"Against knowing everything ({number(report.today.opt)}); without a word from anybody people lose "
            f"{number(report.today.opt - report.today.uninformed)}, which is a full bar or less. At most: by the theorem.",
            "dim",
        )

    def _bar(self, loss: float, top: float, width: int) -> Text:
        full = 0 if top <= 0 else round(width * min(1.0, loss / top))
        return self.text("█" * full + "░" * (width - full))

    def _rule(self) -> None:
        report = self.report
        self.title("The market that serves people")
        self.say(words.then(report))
        market = self._chosen
        self.say(words.guarantee(market))
        if words.gap(market):
            self.say(words.gap(market))

    @property
    def _chosen(self) -> MarketRow:
        return self.report.today if self.report.design is None else self.report.design.market

    def _breaks(self) -> None:
        report = self.report
        if report.exits or report.noise or report.mistakes:
            self.title("Where it breaks")
        for m in report.exits:
            self.say(f"If {m.name}: people lose {words.lost(m.loss)}.")
        for n in report.noise:
            self.say(
                f"{n.market}, utilities off by up to {number(n.error)}: at most {number(n.most)} lost in {percent(n.small)} of "
                f"{n.draws} draws ({percent(n.low)} … {percent(n.high)})."
            )
        for r in report.mistakes:
            bound = "" if r.bound is None else f", at least {number(r.bound)} guaranteed"
            worst = "" if r.worst is None else f", {number(r.worst)} in the worst equilibrium found"
            self.say(
                f"{r.market}, λ = {number(r.rationality)}: {(worst + bound).removeprefix(', ') or 'nothing is guaranteed'}."
            )
