"""One self-contained HTML page: everything `assess` found, legible to a person who has not read the manual."""

from __future__ import annotations

from ..game.files.tree import Tree
from . import comparison, sections, traces
from .document import Figures, document, footer, header
from .markup import e
from .report import Report
from .words import number

NAMES = {
    "diagnosis": "What these agents will do",
    "dilemma": "Dilemma",
    "tree": "The game tree",
    "rule": "The rule",
    "proof": "The proof",
    "rules": "Beside other rules",
    "stress": "Stress",
    "tipping": "Where it tips",
    "curves": "Curves",
    "notes": "What was left out",
}


def render(report: Report, *, tree: Tree | None = None) -> str:
    """The whole page, with a picture of the `tree` that the base game was read from, if it is given.

    Without the [viz] extra it has tables only, and says what to install.
    """
    draw = Figures()
    parts = [
        sections.diagnosis(report, draw),
        sections.dilemma(report),
        sections.tree(tree, draw),
        sections.rule(report, draw),
        sections.proof(report),
        comparison.compared(report, draw),
        comparison.stress(report, draw),
        traces.traces(report, draw),
        comparison.curves(report, draw),
        comparison.notes(report),
    ]
    body = f"{_header(report, parts)}{sections.hero(report)}{draw.notice()}{''.join(parts)}{_footer(report)}"
    return document(report.title, f'<main class="page">{body}</main>', draw)


def _header(report: Report, parts: list[str]) -> str:
    about = f'<p class="about">{e(report.about)}</p>' if report.about else ""
    wants = f'<p class="about small">Judged by what “{e(report.people)}” gets: the payoff of the rule-maker.</p>'
    return header("Rulewright report", report.title, (about, wants), NAMES, parts)


def _footer(report: Report) -> str:
    parameters = ", ".join(f"{name} = {number(v)}" for name, v in report.parameters.items())
    return footer(
        [
            ("Scenario", report.scenario),
            ("Source", report.source),
            ("Parameters", parameters or "none"),
            ("Goal", f"what “{report.people}” gets: the payoff of the rule-maker"),
            ("Made with", f"rulewright {report.version}"),
        ]
    )
