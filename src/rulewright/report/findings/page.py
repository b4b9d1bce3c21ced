"""The page of findings."""

from __future__ import annotations

import re
from collections.abc import Callable

from .. import pictures
from ..document import Figures, document, footer, header
from ..markup import Draw, badge, cell, claims_table, e, folded, group, head, none, section, table, tile, tiles, value
from ..pictures import Band, Picture
from ..pictures.heat import heat
from ..pictures.intervals import Estimate, intervals
from ..pictures.strips import strips
from ..words import number, percent
from . import words
from .report import FAIL, PASS, Cell, Check, Figure, FindingsReport, Section, Table

CLOSING = "Intervals are of 95 %, over seeds. The same numbers are in <code>result.json</code>."
VERDICTS = {PASS: ("proved", "pass"), FAIL: ("fails", "fail")}
THRESHOLDS = "Where it tips"
NAME = 32
"""Letters of a name; a column that has more in a cell is one of words, and gets room for them."""


def render(report: FindingsReport) -> str:
    """The whole page."""
    draw = Figures()
    named = {f"part-{k}": part.name for k, part in enumerate(report.sections)}
    parts = [
        _rules(report),
        _thresholds(report),
        *(_section(anchor, part, draw) for anchor, part in zip(named, report.sections, strict=True)),
        _notes(report),
    ]
    names = {"rules": words.rules(report.kind), "thresholds": THRESHOLDS, **named, "notes": words.notes(report.kind)}
    about = f'<p class="about">{e(report.about)}</p>' if report.about else ""
    top = header(f"Rulewright report · {report.kind}", report.title, [about], names, parts)
    body = f"{top}{_hero(report)}{draw.notice() if draw.missing else ''}{''.join(parts)}{_footer(report)}"
    return document(report.title, f'<main class="page">{body}</main>', draw)


def _hero(report: FindingsReport) -> str:
    said = "".join(f'<p class="sentence">{e(s.text)}</p>' for s in report.headline)
    shown = tiles([tile(t.name, e(t.big), e(t.note)) for t in report.tiles]) if report.tiles else ""
    return f'<section class="card hero" aria-label="In short"><p class="eyebrow">In short</p>{said}{shown}</section>'


def _footer(report: FindingsReport) -> str:
    settings = ", ".join(f"{name} = {v}" for name, v in report.settings.items())
    parameters = ", ".join(f"{name} = {number(v)}" for name, v in report.parameters.items())
    return footer(
        [
            ("Scenario", report.scenario),
            ("Source", report.source),
            ("Looked at", f"{report.subject}{f' ({settings})' if settings else ''}"),
            ("People want", report.goal),
            ("Parameters", parameters or "none"),
            ("Made with", f"rulewright {report.version}"),
        ],
        CLOSING,
    )


def _rules(report: FindingsReport) -> str:
    if not report.rules:
        return ""
    where, goal, stable, basin, measures = words.outcome(report.kind)
    meant = words.means(report.kind)
    far = any(o.basin is not None for rule in report.rules for o in rule.outcomes)
    steady = any(o.stable is not None for rule in report.rules for o in rule.outcomes)
    heads = [
        head(where),
        head(goal, meant[0], "n"),
        *([head(stable, meant[1])] if steady else []),
        *([head(basin, "share of starts", "n")] if far else []),
        head(measures),
        head("known by"),
    ]
    rows: list[str] = []
    for rule in report.rules:
        simulated = f"simulated: {words.spread(rule.simulated)}" if rule.simulated else ""
        said = [rule.about.strip().rstrip("."), rule.sentence.rstrip("."), simulated]
        rows.append(group(rule.name, len(heads), "; ".join(filter(None, said))))
        rows += [
            f'<tr><th scope="row">{e(o.name)}</th>'
            + cell(value(o.goal), "n")
            + (cell(none("not looked at") if o.stable is None else "yes" if o.stable else "no") if steady else "")
            + (cell(none("not looked at") if o.basin is None else e(percent(o.basin)), "n") if far else "")
            + cell(e(", ".join(f"{name} {number(v)}" for name, v in o.measures.items())), "words")
            + cell(f"{badge(o.grade)} {folded(o.how)}", "words")
            + "</tr>"
            for o in rule.outcomes
        ]
    lead = f"{words.lead(report.kind)} People want: {report.goal}."
    return section("rules", words.rules(report.kind), e(lead), table("Outcomes under every rule", heads, rows, "wide"))


def _thresholds(report: FindingsReport) -> str:
    if not report.thresholds:
        return ""
    heads = [head("rule"), head("parameter"), head("tips at", "", "n"), head("people get below it", "", "n")]
    heads += [head("above it", "", "n"), head("known by")]
    rows = [
        f'<tr><th scope="row">{e(t.rule)}</th>'
        + cell(e(t.parameter))
        + "".join(cell(value(v), "n") for v in (t.at, t.below, t.above))
        + cell(badge(t.grade))
        + "</tr>"
        for t in report.thresholds
    ]
    return section("thresholds", THRESHOLDS, "", table("Tipping points", heads, rows))


def _section(anchor: str, part: Section, draw: Draw) -> str:
    return section(
        anchor,
        part.name,
        e(part.lead),
        *(f"<p>{e(p)}</p>" for p in part.paragraphs),
        *(_figure(f, draw) for f in part.figures),
        *(_table(t) for t in part.tables),
        _checks(part.checks) if part.checks else "",
        claims_table("Claims", part.claims, {}) if part.claims else "",
    )


def _figure(figure: Figure, draw: Draw) -> str:
    made = DRAW[figure.draw]
    return draw(figure.name, lambda: made(figure), figure.title, figure.caption, least=640)


def _curves(figure: Figure) -> Picture:
    return pictures.bands(
        [Band(s.name, s.x, s.y, s.low or s.y, s.high or s.y, like=s.like) for s in figure.series],
        figure.across,
        figure.up,
        figure.title,
        [(m.x, m.name) for m in figure.marks],
    )


def _strips(figure: Figure) -> Picture:
    *rows, whole = figure.series
    return strips(
        [(s.name, s.x[0], s.x[-1]) for s in rows],
        (whole.x[0], whole.x[-1]),
        figure.across,
        figure.title,
        [(m.x, m.name) for m in figure.marks],
    )


def _edgeworth(figure: Figure) -> Picture:
    return pictures.edgeworth(
        [Band(s.name, s.x, s.y, s.y, s.y) for s in figure.series], figure.across, figure.up, figure.title
    )


def _intervals(figure: Figure) -> Picture:
    """Marks are the rows; a series says x (the number of the row) and y."""
    found = [
        (s.name, [Estimate(int(x), *rest) for x, *rest in zip(s.x, s.y, s.low or s.y, s.high or s.y, strict=True)])
        for s in figure.series
    ]
    return intervals([m.name for m in figure.marks], found, figure.across, figure.title)


def _heat(figure: Figure) -> Picture:
    (ends,) = figure.series
    sides = (ends.x[0], ends.x[-1]), (ends.y[0], ends.y[-1])
    return heat(figure.grid, figure.across, figure.up, figure.title, *sides, (0.0, 1.0))


DRAW: dict[str, Callable[[Figure], Picture]] = {
    "curves": _curves,
    "edgeworth": _edgeworth,
    "heat": _heat,
    "intervals": _intervals,
    "strips": _strips,
}


def _table(found: Table) -> str:
    numeric = [any(isinstance(row[k], float) for row in found.rows) for k in range(len(found.heads))]
    css = ["n" if n else "words" if _wordy(found, k) else "" for k, n in enumerate(numeric)]
    heads = [head(name, css="n" if n else "") for name, n in zip(found.heads, numeric, strict=True)]
    rows = [f"<tr>{''.join(_cell(c, width) for c, width in zip(row, css, strict=True))}</tr>" for row in found.rows]
    return table(found.title, heads, rows, "wide" if len(heads) > 5 else "")


def _wordy(found: Table, k: int) -> bool:
    """Whether a column needs room for words."""
    return any(isinstance(said := row[k], str) and len(said) > NAME for row in found.rows)


def _cell(content: Cell, css: str) -> str:
    if content is None:
        return cell(none("it has no meaning here"), css)
    if isinstance(content, bool):
        return cell("yes" if content else "no", css)
    if isinstance(content, (int, float)):
        return cell(value(float(content)), css)
    return cell(folded(re.sub(r"\s+", " ", content)), css)


def _checks(checks: list[Check]) -> str:
    heads = [head("what is asked"), head("verdict"), head("what was found"), head("what shows it")]
    rows = []
    for c in checks:
        css, said = VERDICTS.get(c.verdict, ("searched only", c.verdict))
        how = "" if c.verdict not in VERDICTS else f'<div class="soft small">{e(c.grade)}</div>'
        rows.append(
            f'<tr><th scope="row">{e(c.name)}</th>'
            + cell(badge(css, said) + how)
            + cell(folded(c.says, 240), "words")
            + cell(folded(c.witness, 240) if c.witness else none("nothing to show"), "words")
            + "</tr>"
        )
    return table("Score card", heads, rows, "wide")


def _notes(report: FindingsReport) -> str:
    if not report.notes:
        return ""
    return section(
        "notes", words.notes(report.kind), "", f"<ul>{''.join(f'<li>{e(n)}</li>' for n in report.notes)}</ul>"
    )
