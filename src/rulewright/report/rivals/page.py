"""The page on a market of AIs: what they make of it, who should enter, why that holds, where it breaks."""

from __future__ import annotations

from .. import pictures
from ..document import Figures, document, footer, header
from ..markup import Draw, cell, claims_table, e, folded, head, numbers, section, table, tile, tiles, value
from ..pictures.beliefs import Replied
from ..pictures.losses import Lost
from ..words import number, percent
from . import words
from .report import BeliefData, MarketRow, RivalsReport

NAMES = {
    "market": "What these AIs will do",
    "changes": "If somebody enters, leaves or merges",
    "rule": "The market that serves people",
    "why": "Why it holds",
    "beliefs": "What the AIs leave people to believe",
    "breaks": "Where it breaks",
    "notes": "What was left out",
}
CLOSING = (
    "Values are people's expected utility; a loss is what they miss of the value of knowing all that the AIs know. The same "
    "content is in <code>result.json</code>."
)
MOST_BELIEFS = 4


def render(report: RivalsReport) -> str:
    """The whole page. Without the [viz] extra it has tables only, and says what to install."""
    draw = Figures()
    parts = [
        _market(report),
        _changes(report, draw),
        _rule(report),
        _why(report),
        _beliefs(report, draw),
        _breaks(report),
        _notes(report),
    ]
    about = f'<p class="about">{e(report.about)}</p>' if report.about else ""
    top = header("Rulewright report · market of AIs", report.title, [about], NAMES, parts)
    body = f"{top}{_hero(report)}{draw.notice()}{''.join(parts)}{_footer(report)}"
    return document(report.title, f'<main class="page">{body}</main>', draw)


def _footer(report: RivalsReport) -> str:
    parameters = ", ".join(f"{name} = {number(v)}" for name, v in report.parameters.items())
    states = ", ".join(f"{name} ({percent(p)})" for name, p in report.states.items())
    return footer(
        [
            ("Scenario", report.scenario),
            ("Source", report.source),
            ("Parameters", parameters or "none"),
            ("States", states),
            ("Made with", f"rulewright {report.version}"),
        ],
        CLOSING,
    )


def _hero(report: RivalsReport) -> str:
    today, made = report.today, report.design
    items = [tile("Lost, today", value(today.loss), "worst equilibrium", "today")]
    if made is not None and made.entrant:
        items.append(
            tile("Lost, after entry", value(made.market.loss), f"{e(made.entrant)} enters; worst equilibrium", "rule")
        )
    items += [
        tile("Best single AI", value(today.opt - today.alone), f"lost with {e(today.best_alone)} only"),
        tile("No information", value(today.opt - today.uninformed), "lost without a word from anybody"),
        tile("OPT", value(today.opt), "what knowing everything is worth"),
    ]
    return (
        f'<section class="card hero" aria-label="In short"><p class="eyebrow">In short</p>'
        f'<p class="sentence">{e(words.now(report))}</p><p class="sentence">{e(words.then(report))}</p>{tiles(items)}</section>'
    )


def _market(report: RivalsReport) -> str:
    lead = (
        "Every AI commits to what it will say; people understand that, and do what is best for them given what they hear. "
        "The headline is always the worst equilibrium."
    )
    heads = [
        head("AI"),
        head("wants"),
        head("people get from it alone", css="n"),
        head("lost with it alone", css="n"),
    ]
    rows = []
    for ai in report.ais:
        name = f'{e(ai.name)}<div class="soft small">{"may enter" if ai.candidate else "on the market"}</div>'
        rows.append(
            f'<tr><th scope="row">{name}</th>'
            + cell(e(words.wants(ai)), "words")
            + numbers(value(ai.alone), value(report.today.opt - ai.alone))
            + "</tr>"
        )
    return section("market", NAMES["market"], e(lead), table("The AIs", heads, rows), _plays(report))


def _plays(report: RivalsReport) -> str:
    made = report.design.market if report.design is not None and report.design.entrant else None
    heads = [
        head("state"),
        head("chance", css="n"),
        head("people do, today"),
        *([head("people do, after entry")] if made else []),
    ]
    rows = [
        f'<tr><th scope="row">{e(s)}</th>'
        + numbers(e(percent(p)))
        + cell(e(words.played(report.today.play.get(s, {}))))
        + (cell(e(words.played(made.play.get(s, {})))) if made else "")
        + "</tr>"
        for s, p in report.states.items()
    ]
    return table("What people do in the worst equilibrium", heads, rows)


def _changes(report: RivalsReport, draw: Draw) -> str:
    markets = words.markets(report)
    chosen = report.design.market.ais if report.design is not None and report.design.entrant else None
    shown = draw(
        "losses",
        lambda: pictures.losses(
            [
                Lost(
                    m.name,
                    m.opt - m.uninformed,
                    max(m.opt - m.alone, 0.0),
                    m.loss,
                    max(m.opt - m.guaranteed, 0.0),
                    m.ais == chosen,
                )
                for m in markets
            ]
        ),
        "What people lose in each market",
        "Bars from zero, which is OPT: the shorter, the better. Diamond: by the theorem, people lose no more in any equilibrium.",
        least=560,
    )
    heads = [
        head("market"),
        head("people use"),
        head("best single AI", "lost", "n"),
        head("best AI, worst equilibrium", "lost if people use only the one that serves them best", "n"),
        head("all at once, worst equilibrium", "lost if people hear all of them", "n"),
        head("guaranteed", "lost at most, by the theorem", "n"),
        head("ε", "how far people's utility is from the nearest mix", "n"),
    ]
    rows = [_row(m, m.ais == chosen) for m in markets]
    said = table("What people lose, market by market", heads, rows, "wide")
    return section("changes", NAMES["changes"], "Losses against knowing all that the AIs know.", shown, said)


def _row(m: MarketRow, mine: bool) -> str:
    about = f'<div class="soft small">{e(m.about)}</div>' if m.about else ""
    why = "it could not be solved; the notes say why"
    lost = [
        value(None if v is None else max(m.opt - v, 0.0), why) for v in (m.alone, m.selected, m.together, m.guaranteed)
    ]
    return (
        f'<tr{" class=mine" if mine else ""}><th scope="row">{e(m.name)}{about}'
        f'<div class="soft small">{e(", ".join(m.ais))}</div></th>'
        + cell(e(m.use))
        + numbers(*lost, value(m.epsilon))
        + "</tr>"
    )


def _rule(report: RivalsReport) -> str:
    made = report.design
    parts = []
    if made is None:
        parts.append(f'<blockquote class="sentence impossible">{e(words.then(report))}</blockquote>')
    else:
        m = made.market
        parts.append(f'<blockquote class="sentence">{e(made.sentence)}</blockquote>')
        parts.append(
            tiles(
                [
                    tile("Lost, worst equilibrium", value(m.loss), e(f"today {number(report.today.loss)}")),
                    tile(
                        "Guaranteed",
                        value(m.guaranteed),
                        "what people get at least, in any equilibrium",
                    ),
                    tile("The mix", e(words.mix(m)), "of the AIs, nearest to people", big_css="play"),
                ]
            )
        )
    if report.missing:
        parts.append(_missing(report))
    return section("rule", NAMES["rule"], "", *parts)


def _missing(report: RivalsReport) -> str:
    single = len(report.types) == 1
    heads = [
        head("state, action" if single else "state, type, action"),
        head("today's AIs want", "on average", "n"),
        head("it would want", css="n"),
        head("people want", css="n"),
    ]
    rows = [
        f'<tr><th scope="row">{e(", ".join((m.state, m.action) if single else (m.state, m.type, m.action)))}</th>'
        + numbers(value(m.average), value(m.wants), value(m.people))
        + "</tr>"
        for m in report.missing
        if abs(m.wants - m.average) > 1e-9
    ]
    lead = (
        "<h3>The AI that is missing today</h3><p class='soft small'>Of all AIs that would bring what people want into the mix, the "
        "one least different from today's average. It differs from that average here, and nowhere else; an AI with the opposite "
        "bias, which nobody would call aligned, may do as well.</p>"
    )
    return lead + table("What it would have to want", heads, rows)


def _why(report: RivalsReport) -> str:
    m = report.today if report.design is None else report.design.market
    said = [words.guarantee(m), words.gap(m)]
    why = (
        "Any AI could reveal all that it knows. In an equilibrium it gains nothing by that, so each gets at least what full "
        "information would bring it; added up with the weights of the mix, people get what full information brings them, less ρ."
    )
    proof = ""
    if report.claims:
        proof = claims_table("Claims", report.claims, words.CLAIMS) + (
            '<p class="soft small after">Checked with exact fractions, by a checker that knows no solver. Check it yourself: '
            "<code>rulewright check certificate.json</code>.</p>"
        )
    body = "".join(f'<p class="lead">{e(s)}</p>' for s in said if s)
    return section("why", NAMES["why"], "", body, f'<p class="lead soft">{e(why)}</p>', proof)


def _beliefs(report: RivalsReport, draw: Draw) -> str:
    if not report.beliefs:
        return ""
    shown = [
        draw(f"beliefs-{k}", lambda b=b: _picture(b), b.market, _told(b), heading=b.market, least=480)
        for k, b in enumerate(report.beliefs[:MOST_BELIEFS])
    ]
    if not any(shown):
        return ""
    lead = (
        "An AI would say more wherever the dashed line is above what a belief brings it. What people end up believing is made of "
        "beliefs at which no AI would: the more opposed the AIs, the fewer are left."
    )
    return section("beliefs", NAMES["beliefs"], e(lead), f'<div class="pair">{"".join(shown)}</div>')


def _picture(data: BeliefData) -> pictures.Picture:
    return pictures.beliefs(
        data.state,
        data.prior,
        [Replied(p.low, p.high, p.action) for p in data.pieces],
        [
            (name, [((p.low, p.ais[name][0]), (p.high, p.ais[name][1])) for p in data.pieces], closure)
            for name, closure in data.most.items()
        ],
        data.unimprovable,
    )


def _told(data: BeliefData) -> str:
    return f"Beliefs in {data.state}. Bottom: beliefs at which no AI would say more."


def _breaks(report: RivalsReport) -> str:
    parts = []
    if report.exits:
        heads = [head("if"), head("lost, worst equilibrium", css="n"), head("guaranteed: at most", css="n")]
        rows = [
            f'<tr><th scope="row">{e(m.name)}</th>'
            + numbers(value(m.loss), value(max(m.opt - m.guaranteed, 0.0)))
            + "</tr>"
            for m in report.exits
        ]
        parts.append(f"<h3>If one leaves</h3>{table('One AI less', heads, rows)}")
    if report.noise:
        heads = [
            head("market"),
            head("AIs' utilities off by up to", css="n"),
            head(
                f"lost at most {number(report.noise[0].most)}",
                "share of draws; half of what is lost today, or a tenth of what information is worth",
                "n",
            ),
            head("95 % interval", css="n"),
            head("average loss", css="n"),
        ]
        rows = [
            f'<tr><th scope="row">{e(n.market)}</th>'
            + numbers(value(n.error), e(percent(n.small)), e(f"{percent(n.low)} … {percent(n.high)}"), value(n.loss))
            + "</tr>"
            for n in report.noise
        ]
        n = report.noise[0]
        parts.append(
            f"<h3>AIs that want not quite what is written</h3>{table(f'{n.draws} draws each, seed {n.seed}', heads, rows)}"
        )
    if report.mistakes:
        heads = [
            head("market"),
            head("λ", css="n"),
            head("worst found", "people's utility", "n"),
            head("guaranteed", css="n"),
            head("how"),
        ]
        rows = [
            f'<tr><th scope="row">{e(r.market)}</th>'
            + numbers(
                value(r.rationality),
                value(r.worst, "not searched"),
                value(r.bound, "the theorem's conditions were not met"),
            )
            + cell(folded(r.how), "words")
            + "</tr>"
            for r in report.mistakes
        ]
        parts.append(
            f"<h3>People who make mistakes</h3>{table('Logit choice: the larger λ, the fewer mistakes', heads, rows)}"
        )
    return section("breaks", NAMES["breaks"], "", *parts) if parts else ""


def _notes(report: RivalsReport) -> str:
    if not report.notes:
        return ""
    listed = "".join(f"<li>{e(note)}</li>" for note in report.notes)
    return section("notes", NAMES["notes"], "", f'<ul class="phrases">{listed}</ul>')
