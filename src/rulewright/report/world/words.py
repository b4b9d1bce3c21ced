"""A world's report in people's words: the page and the terminal say the same."""

from __future__ import annotations

from ..words import number
from .report import Estimate, PlayRow, WorldReport

TITLES = {
    "uniform": "do anything at random",
    "learned:ippo": "learn by IPPO",
    "learned:q": "learn by Q-learning",
    "learned:pg": "learn by policy gradient",
}


def estimate(found: Estimate) -> str:
    """ "604 (574 to 634)": as many digits as the interval bears."""
    digits = _digits(found)
    if found.seeds < 2:
        return number(found.mean, digits)
    return f"{number(found.mean, digits)} ({number(found.low, digits)} to {number(found.high, digits)})"


def short(found: Estimate) -> str:
    """ "604": the mean alone."""
    return number(found.mean, _digits(found))


def _digits(found: Estimate) -> int:
    size = max(abs(found.mean), found.high - found.low)
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 4


def sample(found: Estimate) -> str:
    return f"{found.episodes:,} episodes, {found.seeds} seed{'s' * (found.seeds != 1)}"


def rule_rows(report: WorldReport, rule: str) -> list[PlayRow]:
    return [row for row in report.plays if row.rule == rule]


def now(report: WorldReport) -> str:
    """Today, in a sentence."""
    worst, best = report.worst, report.best
    return (
        f"Today, if all {len(report.players)} players {_does(worst.players)}, people get {estimate(worst.goal)}; the best "
        f"that was seen is {estimate(best.goal)} ({best.players}{'' if best.rule == 'today' else f', under {best.rule}'})."
    )


def _does(name: str) -> str:
    return TITLES.get(name, f"play “{name}”")


def then(report: WorldReport) -> str:
    """What the best rule does, in a sentence."""
    found = report.chosen
    if found is None:
        return "No other rule was compared."
    if found.rule == "today":
        return "No rule that was compared is better for people than today's, at its worst."
    return (
        f"Under “{found.rule}” people get {estimate(found.goal)} at worst ({found.players}): "
        f"{share(report, found)} of the best that was seen."
    )


def share(report: WorldReport, row: PlayRow) -> str:
    """Of the best that was seen, in percent; "" of nothing."""
    top = report.best.goal.mean
    return f"{100 * row.goal.mean / top:.0f} %" if top > 0 else "–"
