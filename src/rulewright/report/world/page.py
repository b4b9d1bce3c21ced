"""The page on a world: what agents do there, under which rule people get most, how they learn, where rules break, a replay."""

from __future__ import annotations

from collections.abc import Sequence

from .. import pictures
from ..document import Figures, document, footer, header
from ..markup import Draw, cell, e, group, head, numbers, section, table, tile, tiles, value
from ..pictures import Band
from ..words import number, percent
from . import words
from .report import CurveRow, PlayRow, WorldReport

NAMES = {
    "play": "What these agents will do",
    "rules": "The rules",
    "learning": "How they learn",
    "search": "Settings of the rule",
    "breaks": "Where it breaks",
    "principles": "Ostrom's principles, measured",
    "replay": "Look at an episode",
    "notes": "What was left out",
}
CLOSING = (
    "Goals are of one episode, in what the world pays; money moved by rules is apart. Means with 95 % intervals over seeds; "
    "nothing on this page is proved. The same numbers are in <code>result.json</code>."
)
MOST_OUTCOMES = 6


def render(report: WorldReport) -> str:
    """The whole page."""
    draw = Figures()
    parts = [
        _play(report, draw),
        _rules(report),
        _learning(report, draw),
        _search(report, draw),
        _breaks(report),
        _principles(report),
        section("replay", NAMES["replay"], "", report.replay) if report.replay else "",
        _notes(report),
    ]
    about = f'<p class="about">{e(report.about)}</p>' if report.about else ""
    top = header("Rulewright report · learning world", report.title, [about], NAMES, parts)
    body = f"{top}{_hero(report)}{''.join(parts)}{_footer(report)}"
    return document(report.title, f'<main class="page">{body}</main>', draw, [report.script] if report.script else [])


def _footer(report: WorldReport) -> str:
    settings = ", ".join(f"{name} = {v}" for name, v in report.settings.items())
    parameters = ", ".join(f"{name} = {number(v)}" for name, v in report.parameters.items())
    return footer(
        [
            ("Scenario", report.scenario),
            ("Source", report.source),
            ("World", f"{report.world}{f' ({settings})' if settings else ''}, {report.steps} steps at most"),
            ("People want", report.goal),
            ("Parameters", parameters or "none"),
            ("Made with", f"rulewright {report.version}"),
        ],
        CLOSING,
    )


def _hero(report: WorldReport) -> str:
    worst, best, chosen = report.worst, report.best, report.chosen
    items = [tile("People get, today", e(words.short(worst.goal)), e(f"at worst: {worst.players}"), "today")]
    if chosen is not None and chosen.rule != "today":
        items.append(
            tile(
                "People get, under the rule",
                e(words.short(chosen.goal)),
                e(f"{chosen.rule}, at worst: {chosen.players}"),
                "rule",
            )
        )
    items += [
        tile("Best that was seen", e(words.short(best.goal)), e(f"{best.players}, {best.rule}")),
        tile("Equality", e(percent((chosen or worst).equality)), "1 − Gini of what the world paid"),
    ]
    return (
        f'<section class="card hero" aria-label="In short"><p class="eyebrow">In short</p>'
        f'<p class="sentence">{e(words.now(report))}</p><p class="sentence">{e(words.then(report))}</p>{tiles(items)}</section>'
    )


def _play(report: WorldReport, draw: Draw) -> str:
    lead = (
        f"{len(report.players)} players, {len(report.actions)} actions each. Every line is one way to play, by everybody; "
        "in brackets the 95 % interval over seeds."
    )
    heads = [
        head("everybody"),
        head("people get", "the goal, of one episode", "n"),
        head("equality", "1 − Gini of what the world paid", "n"),
        head("sustainability", "mean step at which the world paid", "n"),
        head("moved", "money that rules took from players or gave them, in all, per episode", "n"),
        head("fund", "left with the rule-maker, per episode", "n"),
        head("what happened", "events per episode, all players together"),
    ]
    rows: list[str] = []
    for rule in [r.name for r in report.rules]:
        rows.append(group(rule, len(heads)))
        rows += [_play_row(row, row is report.chosen) for row in words.rule_rows(report, rule)]
    return section("play", NAMES["play"], e(lead), table("What people get", heads, rows, "wide"))


def _play_row(row: PlayRow, mine: bool) -> str:
    return (
        f'<tr{" class=mine" if mine else ""}><th scope="row">{e(row.players)}'
        f'<div class="soft small">{e(words.sample(row.goal))}</div></th>'
        + numbers(
            e(words.estimate(row.goal)),
            e(percent(row.equality)),
            value(row.sustainability, "nothing was paid"),
            value(sum(abs(x) for x in row.transfers)),
            value(row.fund),
        )
        + cell(_events(row), "words")
        + "</tr>"
    )


def _events(row: PlayRow) -> str:
    said = []
    for kind, outcomes in row.events.items():
        most = sorted(outcomes.items(), key=lambda item: -item[1])[:MOST_OUTCOMES]
        said.append(f"<b>{e(kind)}</b> " + e(", ".join(f"{name}: {number(times, 3)}" for name, times in most)))
    return f"<details><summary>{len(said)} kinds</summary>{'<br>'.join(said)}</details>" if said else ""


def _rules(report: WorldReport) -> str:
    heads = [head("rule"), head("what it says"), head("budget"), head("preferences")]
    rows = [
        f'<tr><th scope="row">{e(r.name)}<div class="soft small">{e(r.about)}</div></th>'
        + cell(e(r.sentence), "words")
        + cell("balanced" if r.balanced else "open")
        + cell("changed" if r.cares else "as they are")
        + "</tr>"
        for r in report.rules
    ]
    return section("rules", NAMES["rules"], "", table("Rules that were compared", heads, rows, "wide"))


def _learning(report: WorldReport, draw: Draw) -> str:
    if not report.curves:
        return ""
    shown = draw(
        "curves",
        lambda: pictures.bands(
            _bands(report.curves), "environment steps", "paid by the world", "What the world pays, as they learn"
        ),
        "What the world pays all players in an episode as they learn, under each rule",
        "Mean over seeds, and the 95 % interval as a band.",
        least=560,
    )
    heads = [
        head("rule"),
        head("learners"),
        head("at first", css="n"),
        head("at the end", css="n"),
        head("seeds", css="n"),
    ]
    heads.append(head("steps per second", "environment steps per second of the processor", "n"))
    rows = [
        f'<tr><th scope="row">{e(c.rule)}</th>'
        + cell(e(c.players))
        + numbers(value(c.mean[0]), value(c.mean[-1]), str(c.seeds), f"{c.throughput:,.0f}")
        + "</tr>"
        for c in report.curves
    ]
    return section("learning", NAMES["learning"], "", shown, table("Learning runs", heads, rows))


def _bands(curves: Sequence[CurveRow]) -> list[Band]:
    several = len({c.players for c in curves}) > 1
    return [Band(f"{c.rule}, {c.players}" if several else c.rule, c.steps, c.mean, c.low, c.high) for c in curves]


def _search(report: WorldReport, draw: Draw) -> str:
    found = report.search
    if found is None:
        return ""
    names = list(found.best.values)
    shown = ""
    if len(names) == 1 and len(found.points) > 1:
        x = [p.values[names[0]] for p in found.points]
        goals = [p.goal for p in found.points]
        band = Band(
            found.rule,
            x,
            [g.mean for g in goals],
            [g.low for g in goals],
            [g.high for g in goals],
            mark=min(range(len(x)), key=lambda k: abs(x[k] - found.best.values[names[0]])),
        )
        shown = draw(
            "search",
            lambda: pictures.bands([band], names[0], "people get", f"What people get over {names[0]}"),
            f"What people get for each {names[0]}",
            f"{len(x)} settings × {goals[0].seeds} seeds, each as a band of 95 %; the dot is the best.",
            least=560,
        )
    best = ", ".join(f"{name} = {number(v)}" for name, v in found.best.values.items())
    facts = tiles(
        [
            tile("Best setting", e(best), e(found.says), big_css="play"),
            tile("People get there", e(words.estimate(found.best.goal)), e(words.sample(found.best.goal))),
            tile(
                "Settings tried", f"{len(found.points):,}", e(f"{found.method}, {found.seconds:.0f} s of the processor")
            ),
        ]
    )
    return section("search", NAMES["search"], e(f"Rule: {found.rule}; players: {found.players}."), shown, facts)


def _breaks(report: WorldReport) -> str:
    if not report.deviations:
        return ""
    heads = [
        head("rule"),
        head("everybody else"),
        head("deviator"),
        head("gains", "more than before; a lower bound", "n"),
    ]
    rows = [
        f'<tr><th scope="row">{e(d.rule)}</th>'
        + cell(e(d.players))
        + cell(e(d.player))
        + numbers(e(words.estimate(d.gain)))
        + "</tr>"
        for d in report.deviations
    ]
    lead = "One player alone learns against all others, who play on as before: what it gains is a lower bound on its regret."
    return section("breaks", NAMES["breaks"], lead, table("A deviator", heads, rows))


def _principles(report: WorldReport) -> str:
    if not report.principles:
        return ""
    heads = [head("principle"), head("holds"), head("what was measured")]
    answers = {True: "yes", False: "no", None: "–"}
    rows: list[str] = []
    for rule in dict.fromkeys(p.rule for p in report.principles):
        rows.append(group(rule, len(heads)))
        rows += [
            f'<tr><th scope="row">{e(p.principle)}</th>' + cell(answers[p.holds]) + cell(e(p.says), "words") + "</tr>"
            for p in report.principles
            if p.rule == rule
        ]
    return section("principles", NAMES["principles"], "", table("Score card", heads, rows, "wide"))


def _notes(report: WorldReport) -> str:
    if not report.notes:
        return ""
    return section("notes", NAMES["notes"], "", "<ul>" + "".join(f"<li>{e(n)}</li>" for n in report.notes) + "</ul>")
