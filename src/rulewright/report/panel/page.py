"""The page on a panel: what these reviewers will do, what passes, the rule, why it holds, where it breaks."""

from __future__ import annotations

from .. import pictures
from ..document import Figures, document, footer, header
from ..markup import Draw, cell, claims_table, e, folded, head, none, numbers, section, table, tile, tiles, value
from ..pictures.votes import Held, Voted
from ..words import DASH, count, number, percent
from . import words
from .report import HarmRow, PanelReport, VoteRow

NAMES = {
    "reviewers": "What these reviewers will do",
    "harm": "What gets past them today",
    "rule": "The rule",
    "why": "Why it holds",
    "beside": "Beside other rules",
    "breaks": "Where it breaks",
    "notes": "What was left out",
}
CLOSING = (
    "Gains and losses are in the units of people's utility, against the baseline. "
    "The same content is in <code>result.json</code>."
)
MOST_SETS = 12
MOST_COLUMNS = 12


def render(report: PanelReport) -> str:
    """The whole page. Without the [viz] extra it has tables only, and says what to install."""
    draw = Figures()
    parts = [
        _reviewers(report, draw),
        _harm(report),
        _rule(report, draw),
        _why(report),
        _beside(report),
        _breaks(report),
        _notes(report),
    ]
    about = f'<p class="about">{e(report.about)}</p>' if report.about else ""
    top = header("Rulewright report · review panel", report.title, [about], NAMES, parts)
    body = f"{top}{_hero(report)}{draw.notice()}{''.join(parts)}{_footer(report)}"
    return document(report.title, f'<main class="page">{body}</main>', draw)


def _footer(report: PanelReport) -> str:
    parameters = ", ".join(f"{name} = {number(v)}" for name, v in report.parameters.items())
    baseline = ", ".join(name if p == 1 else f"{name} ({percent(p)})" for name, p in report.baseline.items())
    return footer(
        [
            ("Scenario", report.scenario),
            ("Source", report.source),
            ("Parameters", parameters or "none"),
            ("If nothing is approved", baseline),
            ("Made with", f"rulewright {report.version}"),
        ],
        CLOSING,
    )


def _lost(row: VoteRow | None) -> float | None:
    return None if row is None else row.harm.loss if row.harm else 0.0


def _hero(report: PanelReport) -> str:
    made, good = report.designed, words.good(report)
    items = [tile("Worst that passes, today", value(_lost(report.today)), "what people lose by one proposal", "today")]
    if made is not None:
        items += [
            tile("Worst that passes, under the rule", value(_lost(made)), "whatever is proposed", "rule"),
            tile(
                "May be turned", str(made.tolerates), f"of {count(len(report.reviewers), 'reviewer')}, under the rule"
            ),
            tile("Good proposals that pass", f"{len(made.passes)} of {good}", "of those listed, under the rule"),
        ]
    least = (
        none("nothing harmful can be proposed")
        if report.least_opposed is None
        else str(min(report.depth, report.depth_proved))
    )
    items.append(tile("Objections to any harm", least, "at least so many, with honest votes"))
    return (
        f'<section class="card hero" aria-label="In short"><p class="eyebrow">In short</p>'
        f'<p class="sentence">{e(words.now(report))}</p><p class="sentence">{e(words.then(report))}</p>{tiles(items)}</section>'
    )


def _reviewers(report: PanelReport, draw: Draw) -> str:
    lead = (
        "Each reviewer approves of what is at least as good for itself as the baseline. None of them has to want what people want: "
        "what counts is whether those who must agree want it together."
    )
    shown = (
        draw(
            "votes",
            lambda: _votes(report),
            "Who approves of what",
            "Framed: votes against what people want. Columns in the other colour harm people.",
            least=520,
        )
        if len(report.proposals) <= MOST_COLUMNS
        else ""
    )
    heads = [
        head("reviewer"),
        head("approves of", "how many of the listed proposals", "n"),
        head("harm by its word alone", "the most that people can lose if it decides alone", "n"),
        head("weight", "λ: its part in the mix that proves unanimity sound", "n"),
        head("without it"),
    ]
    rows = []
    for r in report.reviewers:
        likes = sum(g >= 0 for g in r.gains.values())
        loss = "the others do not cover: something harmful passes them all" if r.needed else "the others suffice"
        rows.append(
            f'<tr><th scope="row">{e(r.name)}</th>'
            + numbers(f"{likes} of {len(r.gains)}", value(r.alone), value(r.weight) if r.weight else DASH)
            + cell(e(loss))
            + "</tr>"
        )
    return section("reviewers", NAMES["reviewers"], e(lead), shown, table("The reviewers", heads, rows))


def _votes(report: PanelReport) -> pictures.Picture:
    names = [r.name for r in report.reviewers]
    made = report.designed
    columns = [
        Voted(
            p.name,
            p.gain,
            tuple(r.gains[p.name] >= 0 for r in report.reviewers),
            (p.passes_today, *([bool(p.passes_designed)] if made is not None else [])),
        )
        for p in report.proposals
    ]
    harm = report.today.harm
    if harm is not None and len(harm.mix) > 1:
        stopped = () if made is None else (False,)
        columns.append(Voted("the worst bundle", -harm.loss, tuple(n in harm.approve for n in names), (True, *stopped)))
    return pictures.votes(names, columns, ["today", *(["the rule"] if made is not None else [])])


def _bundle(harm: HarmRow) -> str:
    heads = [head("proposal"), head("share", css="n"), head("")]
    rows = [
        f'<tr><th scope="row">{e(name)}</th>{numbers(e(percent(share)))}<td><span class="share" aria-hidden="true">'
        f'<span style="width:{100 * min(1.0, share):.1f}%"></span></span></td></tr>'
        for name, share in harm.mix.items()
    ]
    rest = 1 - sum(harm.mix.values())
    if rest > 1e-9:
        rows.append(f'<tr><th scope="row">nothing (the baseline)</th>{numbers(e(percent(rest)))}<td></td></tr>')
    said = f"Approved by {words.listed(harm.approve)}; objecting: {words.listed(harm.object)}."
    return table("What is in it", heads, rows) + f'<p class="soft small after">{e(said)}</p>'


def _harm(report: PanelReport) -> str:
    harm = report.today.harm
    if harm is None:
        said = f"Nothing: a proposal is {words.rule(report.today)}, and nothing that harms people passes."
        return section("harm", NAMES["harm"], e(said))
    lead = f"A proposal is {words.rule(report.today)}. This one passes, and costs people {number(harm.loss)}."
    bundled = (
        '<p class="notice">No single proposal in it has to look bad: harm that reviewers would stop by itself passes in a bundle '
        "with what they like.</p>"
        if len(harm.mix) > 1
        else ""
    )
    return section("harm", NAMES["harm"], e(lead), _bundle(harm), bundled)


def _rule(report: PanelReport, draw: Draw) -> str:
    made = report.designed
    if made is None:
        return section(
            "rule", NAMES["rule"], "", f'<blockquote class="sentence impossible">{e(report.impossible)}</blockquote>'
        )
    sentence = words.rule(made)
    shown = draw(
        "thresholds",
        lambda: pictures.thresholds(
            [Held(t.objections, t.compromised, t.sound, t.live) for t in report.thresholds],
            wanted=None if made.objections is None else (made.objections, report.compromised),
            today=report.today.objections,
        ),
        "Which thresholds hold",
        "Reviewers who are turned vote as an enemy wishes: they approve of harm, and object to what is good.",
        least=480,
    )
    sets = "".join(f"<li>{e(words.listed(s))}</li>" for s in made.sets[:MOST_SETS])
    more = f"<li>and {len(made.sets) - MOST_SETS} other sets</li>" if len(made.sets) > MOST_SETS else ""
    items = [
        tile("May be turned", str(made.tolerates), "reviewers who vote as an enemy wishes"),
        tile(
            "Good proposals that pass",
            f"{len(made.passes)} of {words.good(report)}",
            "of those listed, with honest votes",
        ),
        tile("Worst that passes", value(_lost(made)), "whatever is proposed"),
    ]
    return section(
        "rule",
        NAMES["rule"],
        "The most permissive rule of those allowed that lets nothing harmful pass.",
        f'<blockquote class="sentence">{folded(sentence[:1].upper() + sentence[1:] + ".", 420)}</blockquote>',
        tiles(items),
        f'<h3>Any of these suffices</h3><ul class="phrases">{sets}{more}</ul>' if sets else "",
        shown,
    )


def _why(report: PanelReport) -> str:
    mix = words.weights(report)
    said = [words.depth(report)]
    if mix:
        every = (
            " The same holds of every set of reviewers whose approval the rule takes for enough."
            if report.designed
            else ""
        )
        said.append(
            f"{mix} So what all of them approve is good for people, although none of them has to be aligned.{every}"
        )
    proof = ""
    if report.claims:
        proof = claims_table("Claims", report.claims, words.CLAIMS) + (
            '<p class="soft small after">Checked with exact fractions, by a checker that knows no solver. Check it yourself: '
            "<code>rulewright check certificate.json</code>.</p>"
        )
    return section("why", NAMES["why"], "", "".join(f'<p class="lead">{e(s)}</p>' for s in said), proof)


def _beside(report: PanelReport) -> str:
    rows = [report.today, *report.others, *([report.designed] if report.designed else [])]
    heads = [
        head("rule"),
        head("sound", "nothing harmful passes"),
        head("worst that passes", "what people lose", "n"),
        head("may be turned", css="n"),
        head("good proposals that pass", "of those listed", "n"),
        head("good bundles that pass", "share of 1,000 mixes of proposals drawn evenly, with honest votes", "n"),
    ]
    lines = []
    for row in rows:
        mine = ' class="mine"' if row is report.designed else ""
        lines.append(
            f'<tr{mine}><th scope="row">{folded(row.name)}</th>'
            + cell("yes" if row.sound else "<strong>no</strong>")
            + numbers(
                value(_lost(row)),
                str(row.tolerates) if row.sound else none("it is not sound even if nobody is"),
                f"{len(row.passes)} of {words.good(report)}",
                e(percent(row.bundles)),
            )
            + "</tr>"
        )
    return section("beside", NAMES["beside"], "", table("Rules side by side", heads, lines, "rules"))


def _breaks(report: PanelReport) -> str:
    parts = []
    if report.voters:
        parts.append(
            "<h3>Reviewers who vote to win</h3><p class='soft small'>A reviewer may object, or approve, for what comes of it.</p>"
            + claims_table("If votes are strategic", report.voters, words.CLAIMS)
        )
    if report.noise:
        heads = [
            head("utilities off by up to", css="n"),
            head("still sound", "share of draws", "n"),
            head("95 % interval", css="n"),
            head("average loss by what passes", "people's utility; 0 where the rule is sound", "n"),
        ]
        rows = [
            f"<tr>{numbers(value(n.error), e(percent(n.sound)), e(f'{percent(n.low)} … {percent(n.high)}'), value(n.loss))}</tr>"
            for n in report.noise
        ]
        drawn = report.noise[0]
        name = "The rule" if report.designed is not None else "Today's rule"
        caption = f"{name}, if nobody is turned: {drawn.draws} draws each, seed {drawn.seed}"
        parts.append(f"<h3>Utilities that are not quite as written</h3>{table(caption, heads, rows)}")
    return section("breaks", NAMES["breaks"], "", *parts) if parts else ""


def _notes(report: PanelReport) -> str:
    if not report.notes:
        return ""
    listed = "".join(f"<li>{e(note)}</li>" for note in report.notes)
    return section("notes", NAMES["notes"], "", f'<ul class="phrases">{listed}</ul>')
