"""The later sections of the page: beside other rules, under stress, along curves. Each makes HTML of a report."""

from __future__ import annotations

from . import figures, words
from .markup import Draw, cell, claims_table, e, folded, group, head, none, numbers, section, table, value
from .report import CurveData, Foreseen, Report, RuleRow
from .words import DASH, number


def compared(report: Report, draw: Draw) -> str:
    rows = words.beside(report)
    logits = [n for n in words.ordered(n for _, r in rows for n in r.behaviours) if n.startswith("logit")]
    heads = [
        head("rule"),
        head("pure equilibria", "how many there are", "n"),
        head("pure: worst\u00a0…\u00a0best", css="n"),
        head("correlated: worst\u00a0…\u00a0best", css="n"),
        *[head(words.title(n), words.gloss(n), "n") for n in logits],
        head("paid per agent", "at the play that the rule asks for", "n"),
        head("others fail by", "the margin by which every other pure profile fails; 0 if another one is stable", "n"),
        head("robust to errors up to", "payoff errors below this leave the asked play the only pure equilibrium", "n"),
    ]
    body = [
        _beside(name, row, logits, row.name == words.DESIGNED and row.behaviours is report.after) for name, row in rows
    ]
    lead = "The same behaviours under every rule. A rule is only as good as its worst equilibrium."
    several = (
        draw(
            "rules",
            lambda: figures.rules(report),
            "Goal under each rule and behaviour, as a heatmap",
            "Goal in each cell; where a rule has several equilibria, the worst of them.",
            least=620,
        )
        if len(rows) > 1
        else ""
    )
    rational = (
        draw(
            "logit",
            lambda: figures.logit(report),
            "Expected goal against rationality, for every rule",
            "Agents who make mistakes: the further right, the fewer. Click a rule in the legend to pick it; hover for numbers.",
            heading="If agents make mistakes",
        )
        if report.logit
        else ""
    )
    return section(
        "rules",
        "Beside other rules",
        e(lead),
        several,
        table("Rules beside each other, goals in goal units", heads, body, "wide rules"),
        rational,
    )


def _beside(name: str, row: RuleRow, logits: list[str], mine: bool) -> str:
    pure, correlated = row.behaviours.get("pure"), row.behaviours.get("correlated")
    cares = ' <span class="badge" title="it works through what agents want">changes preferences</span>'
    count = none(words.none_because(pure)) if pure is None or pure.count is None else f"{pure.count:,}"
    asked = "the rule asks for no play in particular" if row.asked is None else ""
    unequal = "the asked play is no equilibrium, or not all plays could be compared with it"
    return (
        f'<tr{" class=mine" if mine else ""}><th scope="row">{e(name)}{cares if row.changes_preferences else ""}'
        f'<div class="soft small">{folded("" if row.sentence == "no rule" else row.sentence, 120)}</div></th>'
        + numbers(
            count,
            _span(pure),
            _span(correlated),
            *(_span(row.behaviours.get(n)) for n in logits),
            none(asked or "nobody is paid") if words.per_agent(row) == DASH else e(words.per_agent(row)),
            value(row.margin, asked or unequal),
            value(row.robust_to, asked or unequal),
        )
        + "</tr>"
    )


def _span(row: Foreseen | None) -> str:
    said = words.span(row)
    return none(words.none_because(row)) if said == DASH else e(said)


def stress(report: Report, draw: Draw) -> str:
    parts = []
    if report.noise:
        parts.append(
            draw(
                "noise",
                lambda: figures.noise(report),
                "Stability of the asked play against errors in the payoffs",
                "Is the asked play still an equilibrium when payoffs are drawn anew, independently and uniformly within ± the "
                "error? Bars with ends: 95 % Wilson interval.",
                heading="If payoffs are not quite what was written down",
            )
        )
        parts.append(_noise(report))
    if report.rationality is not None:
        parts.append(_rationality(report))
    if report.coalitions:
        parts.append(
            "<h3>If agents collude</h3>" + claims_table("Claims about groups that deviate together", report.coalitions)
        )
    if report.after:
        parts.append("<h3>Every behaviour again, under the rule</h3>" + _after(report))
    return section("stress", "Stress", "", *parts) if parts else ""


def _rationality(report: Report) -> str:
    said, rows = words.rationality(report)
    heads = [head("what holds"), head("threshold", "λ is per unit of payoff", "n"), head("how it is known")]
    lines = [
        f'<tr><th scope="row">{e(what)}</th>{numbers(e(value))}{cell(e(known))}</tr>' for what, value, known in rows
    ]
    listed = table("How rational agents have to be under the designed rule", heads, lines)
    return f'<h3>If agents make mistakes</h3><p class="lead">{e(said)}</p>{listed}'


def _noise(report: Report) -> str:
    heads = [
        head("payoff error", css="n"),
        head("stays an equilibrium", css="n"),
        head("95 % interval", css="n"),
        head("average worst goal", "over draws, among pure equilibria", "n"),
        head("draws", css="n"),
        head("seed", css="n"),
    ]
    rows = [
        "<tr>"
        + numbers(
            f"± {e(number(r.error))}",
            f"{r.stable:.1%}",
            f"{r.low:.1%} … {r.high:.1%}",
            value(r.worst, "pure equilibria were not enumerated"),
            f"{r.draws:,}",
            str(r.seed),
        )
        + "</tr>"
        for r in report.noise
    ]
    return table("Draws of noisy payoffs", heads, rows)


def _after(report: Report) -> str:
    heads = [
        head("behaviour"),
        head("today: worst\u00a0…\u00a0best", css="n"),
        head("under the rule: worst\u00a0…\u00a0best", css="n"),
        head("mean", css="n"),
        head("plays", css="n"),
        head("residual", css="n"),
        head("worst play under the rule"),
    ]
    rows = []
    for heading, names in words.grouped([*report.diagnosis, *report.after]):
        rows.append(group(heading, len(heads)))
        for name in names:
            row = report.after.get(name)
            why = words.none_because(row)
            count = (
                none(why if row is None or not words.known(row.worst) else "a continuum")
                if (row is None or row.count is None)
                else f"{row.count:,}"
            )
            rows.append(
                f'<tr><th scope="row">{e(words.title(name))}</th>'
                + numbers(
                    _span(report.diagnosis.get(name)),
                    f"<strong>{_span(row)}</strong>",
                    value(row.mean if row else None, why),
                    count,
                    value(row.residual if row else None, why),
                )
                + cell(folded(words.played(row.play) if row else "") or none(why), "words")
                + "</tr>"
            )
    return table("Behaviours today and under the designed rule, in goal units", heads, rows, "wide")


def curves(report: Report, draw: Draw) -> str:
    shown = [part for k, data in enumerate(report.curves) if (part := _curve(k, data, draw))]
    lead = "The rule is designed anew for every value. The mark is where the scenario stands."
    return section("curves", "Curves", e(lead), *shown) if shown else ""


def _curve(k: int, data: CurveData, draw: Draw) -> str:
    if not data.points:
        return ""
    heads = [head(data.parameter, css="n"), *[head(s, css="n") for s in data.show], head("the rule")]
    rows = [
        f"<tr>{numbers(value(p.x), *(value(p.series.get(s), p.institution) for s in data.show))}"
        f"{cell(folded(p.institution), 'words')}</tr>"
        for p in data.points
    ]
    listed = table(f"{data.title}: the numbers", heads, rows)
    drawn = draw(
        f"curve-{k}", lambda: figures.curve(data), data.title, "Hover for the rule at each point.", heading=data.title
    )
    if not drawn:
        return f"<h3>{e(data.title)}</h3>{listed}"
    return f'{drawn}<details class="small"><summary>The numbers</summary>{listed}</details>'


def notes(report: Report) -> str:
    if not report.notes:
        return ""
    listed = "".join(f"<li>{e(note)}</li>" for note in report.notes)
    return section("notes", "What was left out", "", f'<ul class="phrases">{listed}</ul>')
