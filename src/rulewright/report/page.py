"""One self-contained HTML page: everything `assess` found, legible to a person who has not read the manual.

Nothing is loaded from anywhere: styles, scripts and data are inside, and a content security policy forbids the rest. The
scripts that may run are named by their SHA-256; expressions in figures are interpreted, so that no `eval` is needed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from ..errors import MissingExtra
from ..game.files.tree import Tree
from . import comparison, figures, sections, traces
from .markup import e, inline
from .pictures import Picture
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
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
    "form-action 'none'"
)


def render(report: Report, *, tree: Tree | None = None) -> str:
    """The whole page, with a picture of the `tree` that the base game was read from, if it is given.

    Without the [viz] extra it has tables only, and says what to install.
    """
    draw = _Figures()
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
    return _document(report, f'<main class="page">{body}</main>', draw)


class _Figures:
    """Collects the figures of a page; what cannot be drawn for want of the extra is left out, once and for all."""

    def __init__(self) -> None:
        self.specs: dict[str, Any] = {}
        self.bundle, self.missing = "", ""
        try:
            figures.altair()
            self.bundle = _bundle()
        except MissingExtra as error:
            self.missing = error.remedy

    def __call__(
        self, name: str, make: Callable[[], Any], label: str, caption: str, *, heading: str = "", least: int = 320
    ) -> str:
        """HTML of one figure, at least so many pixels wide: an empty box with a name, which the script fills."""
        if self.missing:
            return ""
        made = make()
        if isinstance(made, Picture):
            return inline(made, caption, heading=heading, least=least)
        spec = made.to_dict()
        spec.pop("config", None)
        self.specs[name] = spec
        title = f"<h3>{e(heading)}</h3>" if heading else ""
        return (
            f'<figure>{title}<div class="canvas"><div class="chart" style="min-width:{least}px" role="group" '
            f'data-figure="{e(name)}" aria-label="{e(label)}"></div></div><figcaption>{e(caption)}</figcaption></figure>'
        )

    def notice(self) -> str:
        if not self.missing:
            return "<noscript><p class='notice'>Figures need JavaScript; the tables say the same.</p></noscript>"
        return (
            f'<p class="notice">Figures are left out, the tables say the same. {e(self.missing)}, and assess again.</p>'
        )

    def scripts(self) -> list[str]:
        return [self.bundle, _text("page.js")] if self.specs else []

    def data(self) -> str:
        """The figures as JSON that cannot end a script element, whatever users wrote."""
        themes = {"light": figures.theme(False), "dark": figures.theme(True)}
        finite = json.loads(json.dumps(self.specs), parse_constant=lambda _: None)  # what is no number is no mark
        text = json.dumps({"themes": themes, "specs": finite}, ensure_ascii=False, allow_nan=False)
        for character in "<>&\u2028\u2029":
            text = text.replace(character, f"\\u{ord(character):04x}")
        return text


@cache
def _bundle() -> str:
    """The JavaScript of Vega, Vega-Lite and Vega-Embed, as one text."""
    try:
        import vl_convert
    except ImportError:
        raise MissingExtra(
            where="figures",
            needed="vl-convert-python",
            found="that it is not installed",
            remedy="Run: pip install 'rulewright[viz]'",
        ) from None
    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    return bundle.replace("\r", "").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _text(name: str) -> str:
    return resources.files("rulewright.report").joinpath(name).read_text(encoding="utf-8").replace("\r", "")


def _document(report: Report, body: str, draw: _Figures) -> str:
    scripts = draw.scripts()
    allowed = [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts]
    policy = POLICY.format(scripts=" ".join(allowed) or "'none'")
    data = f'<script type="application/json" id="figures">{draw.data()}</script>\n' if scripts else ""
    run = "\n".join(f"<script>{script}</script>" for script in scripts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{e(report.title)} · rulewright</title>\n<style>\n{_text('page.css')}</style>\n</head>\n"
        f"<body>\n{body}\n{data}{run}\n</body>\n</html>\n"
    )


def _header(report: Report, parts: list[str]) -> str:
    links = "".join(
        f'<a href="#{anchor}">{e(name)}</a>'
        for anchor, name in NAMES.items()
        if any(part.startswith(f'<section class="card" id="{anchor}"') for part in parts)
    )
    about = f'<p class="about">{e(report.about)}</p>' if report.about else ""
    wants = f'<p class="about small">Judged by what “{e(report.people)}” gets: the payoff of the rule-maker.</p>'
    return (
        f'<header><p class="eyebrow">Rulewright report</p><h1>{e(report.title)}</h1>{about}{wants}'
        f'<nav class="contents" aria-label="Sections">{links}</nav></header>'
    )


def _footer(report: Report) -> str:
    parameters = ", ".join(f"{name} = {number(v)}" for name, v in report.parameters.items())
    facts = [
        ("Scenario", report.scenario),
        ("Source", report.source),
        ("Parameters", parameters or "none"),
        ("Goal", f"what “{report.people}” gets: the payoff of the rule-maker"),
        ("Made with", f"rulewright {report.version}"),
    ]
    listed = "".join(f"<dt>{e(name)}</dt><dd>{e(text)}</dd>" for name, text in facts if text)
    return (
        f"<footer><dl>{listed}</dl><p>Goals are in goal units, payments in payoff units; an en dash stands where a number has "
        "no meaning, and says why when pointed at. The same content is in <code>result.json</code>.</p></footer>"
    )
