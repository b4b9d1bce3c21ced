"""The first sections of the page: today, the rule and its proof. Each is a function from a report to HTML."""

from __future__ import annotations

import numpy as np

from ..game.files.tree import Tree
from ..game.game import Game
from . import figures, pictures, words
from .markup import (
    Draw,
    badge,
    cell,
    claims_table,
    e,
    folded,
    group,
    head,
    none,
    numbers,
    play_tile,
    section,
    table,
    tile,
    tiles,
    value,
)
from .report import Foreseen, Matrix, Report
from .words import DASH, EQUILIBRIA, number

MOST_REPLIES = 8  # actions of the longer side of a game whose best replies are drawn
LARGEST_TREE = 60  # nodes of a tree that is drawn


def hero(report: Report) -> str:
    """What a product manager understands in ten seconds."""
    line, (low, high) = words.headline(report), words.scale(report)
    closed = words.closed(report)
    share = f"closes {words.percent(closed)} of the gap" if closed is not None and line.verdict == "better" else ""
    paid, what = words.cost(report)
    attainable = report.attainable
    reach = (
        ""
        if attainable is None or not words.known(attainable)
        else (f"an allowed rule can bring about {e(number(attainable))}")
    )
    items = [
        tile(
            "Worst, today",
            value(line.today, _unjudged(report.diagnosis)),
            f"the {words.worst_of(report.diagnosis)} for people",
            "today",
        )
    ]
    if report.design is not None:
        after = value(line.after, _unjudged(report.after))
        note = share or _verdict(line.verdict)
        if words.worst_of(report.after) == words.WORST_PURE:
            note = f"the {words.WORST_PURE}{note and '; '}{note}"
        items.append(tile("Worst, under the rule", after, e(note), "rule"))
        if line.hope:
            hoped = value(report.design.value)
            items.append(tile("If all do as asked", hoped, "hoped for, not the only play left"))
    items.append(tile("First best", value(report.first_best), reach))
    if report.design is not None:
        items.append(tile("What it costs", e(paid), e(what)))
    lanes = [_lane("today", "Today", line.today, low, high)]
    if report.design is not None:
        lanes.append(_lane("rule", "Under the rule", line.after, low, high))
    marks = f"<span>{e(number(low))}</span><span>{e(number(high))}</span>"
    ends = f'<div class="ends" aria-hidden="true"><b></b><span>{marks}</span></div>'
    hope = f'<p class="hope">{e(line.hope)}</p>' if line.hope else ""
    return (
        f'<section class="card hero" aria-label="In short"><p class="eyebrow">In short</p>'
        f'<p class="sentence">{e(line.sentence)}</p>{hope}'
        f'<div class="track">{"".join(lanes)}{ends}</div>{tiles(items)}{_badges(report)}</section>'
    )


def _unjudged(found: dict[str, Foreseen]) -> str:
    asked = [row for name, row in found.items() if name in EQUILIBRIA]
    return words.none_because(asked[0]) if asked else "no equilibrium behaviour was asked about"


def _verdict(verdict: str) -> str:
    return {"same": "no better than today", "worse": "lower than today", "better": "better than today"}.get(verdict, "")


def _lane(css: str, name: str, worst: float | None, low: float, high: float) -> str:
    if worst is None:
        empty = f'<span class="bar"></span><span class="value">{DASH}</span>'
        return f'<div class="lane {css}"><span>{e(name)}</span>{empty}</div>'
    share = (worst - low) / (high - low) if high > low else 1.0
    width = max(0.6, 100 * min(1.0, max(0.0, share)))
    return (
        f'<div class="lane {css}"><span>{e(name)}</span><span class="bar" aria-hidden="true">'
        f'<span class="fill" style="width:{width:.2f}%"></span></span><span class="value">{e(number(worst))}</span></div>'
    )


def _badges(report: Report) -> str:
    held, failed = words.certified(report), [c for c in report.claims if not c.holds]
    counts = words.grades([*held, *failed])
    if not counts:
        return ""
    total = f"{words.count(len(held), 'claim')} in the certificate"
    shown = "".join(
        f"<li>{badge(name, f'{n} {name}' if name != 'fails' else f'{n} not proved')}</li>" for name, n in counts.items()
    )
    return f'<ul class="badges" aria-label="{e(total)}, by grade"><li class="soft small">{e(total)}:</li>{shown}</ul>'


def diagnosis(report: Report, draw: Draw) -> str:
    heads = [
        head("behaviour"),
        head("worst for people", css="n"),
        head("best", css="n"),
        head("mean", css="n"),
        head("plays", "how many plays were found", "n"),
        head("residual", "the largest regret of a play, re-evaluated; payoff units", "n"),
        head("worst play, and how it was found"),
    ]
    line = words.headline(report)
    lead = "The headline is always the worst equilibrium, never just a good one. Bounded rationality stands beside it."
    if words.WORST_PURE in (words.worst_of(report.diagnosis), words.worst_of(report.after)):
        lead += " Where only pure equilibria were searched, a mixed one may be worse."
    rows = []
    for heading, names in words.grouped(report.diagnosis):
        rows.append(group(heading, len(heads)))
        rows += [_foreseen(name, report.diagnosis[name], line.today) for name in names]
    shown = (
        draw(
            "gaps",
            lambda: figures.gaps(report),
            "Worst to best goal of each behaviour, today and under the designed rule",
            "Dots: the worst for people. Bars reach to the best where there are several plays. Hover for the worst play.",
        )
        if report.diagnosis
        else ""
    )
    one = "" if report.design is not None or "today" not in report.matrices else _matrices(report, draw)
    known = table("What agents will do today, in goal units", heads, rows, "wide") if rows else _nothing("no behaviour")
    return section("diagnosis", "What these agents will do", e(lead), shown, known, one)


def _nothing(what: str) -> str:
    return f'<p class="soft">{e(what[:1].upper() + what[1:])} was asked about.</p>'


def _foreseen(name: str, row: Foreseen, headline: float | None) -> str:
    why = words.none_because(row)
    is_headline = name in EQUILIBRIA and headline is not None and row.worst == headline
    mark = "" if row.complete else ' <abbr class="none" title="something may have been missed">(incomplete)</abbr>'
    count = (
        none("a continuum, given by inequalities")
        if row.count is None and words.known(row.worst)
        else (none(why) if row.count is None else f"{row.count:,}")
    )
    mean = value(row.mean, "no single play to average over" if words.known(row.worst) else why)
    how = f'<div class="soft small">{e(row.how)}{mark}</div>' if row.how or mark else ""
    return (
        f'<tr{" class=worst-row" if is_headline else ""}><th scope="row">{e(words.title(name))} <code>{e(name)}</code>'
        f'<div class="soft small">{e(words.gloss(name))}</div></th>'
        f'<td class="n headline">{value(row.worst, why)}</td>'
        + numbers(value(row.best, why), mean, count, value(row.residual, "not computed"))
        + cell(folded(words.played(row.play)) + how, "words")
        + "</tr>"
    )


def dilemma(report: Report) -> str:
    row = report.dilemma
    if row is None:
        return ""
    wanted, listed = play_tile("Wanted", row.wanted, words.players(report))
    items = [
        wanted,
        tile("Greed", value(row.greed), "most that leaving gains while all others keep to it"),
        tile("Fear", value(row.fear), "most that leaving gains when others do something else"),
        tile(
            "Selection risk",
            value(row.selection_risk, "the wanted play is no strict equilibrium: no belief makes it safe"),
            "least belief in the others that makes it safe",
        ),
    ]
    note = "Greed and fear in payoff units; a positive number tempts, a negative one does not. Selection risk is a probability."
    return section(
        "dilemma",
        "What kind of dilemma it is",
        "",
        f'<p class="lead"><strong>{e(_capital(row.kind))}</strong></p>',
        tiles(items),
        f'<p class="soft small after">{e(note)}</p>',
        listed,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "…")) else ".")


def rule(report: Report, draw: Draw) -> str:
    made = report.design
    if made is None:
        why = report.impossible or "No rule was designed."
        return section("rule", "The rule", "", f'<blockquote class="sentence impossible">{e(why)}</blockquote>')
    lead = f"Designed {words.AIMS[made.aim]}." if made.aim in words.AIMS else ""
    asks, listed = play_tile("Asks for", made.asked.play, words.players(report))
    items = [
        asks,
        tile("Goal if all obey", value(made.goal)),
        tile("Paid in all", value(made.paid), "expected, if all obey"),
        tile("Value", value(made.value), "goal minus payments, at the weight of money"),
        tile("Margin", value(made.margin, "nobody has a choice"), "slack of the tightest incentive, payoff units"),
    ]
    each = [
        f'<tr><th scope="row">{e(p)}</th>{numbers(value(v))}</tr>'
        for p, v in made.asked.per_player.items()
        if any(abs(v) > words.NEARLY for v in made.asked.per_player.values())
    ]
    levers = [
        f'<tr><th scope="row">{e(name)}</th>{numbers(value(report.parameters.get(name)), value(v))}</tr>'
        for name, v in made.levers.items()
    ]
    decisions = [
        f'<tr><th scope="row">{e(name)}</th>{numbers(value(p))}<td><span class="share" aria-hidden="true">'
        f'<span style="width:{100 * min(1.0, max(0.0, p)):.1f}%"></span></span></td></tr>'
        for name, p in made.decisions.items()
    ]
    phrases = _word_by_word(report, made.institution)
    temptation = (
        f'<p class="notice">Not an equilibrium: {e(made.asked.temptation)}.</p>' if made.asked.gain > 1e-6 else ""
    )
    small = [
        table("Paid to each player if all obey", [head("player"), head("paid", css="n")], each) if each else "",
        table("Parameters that the rule sets", [head("lever"), head("today", css="n"), head("rule", css="n")], levers)
        if levers
        else "",
        table("What the rule-maker decides", [head("decision"), head("probability", css="n"), head("")], decisions)
        if decisions
        else "",
    ]
    return section(
        "rule",
        "The rule",
        e(lead),
        f'<blockquote class="sentence">{folded(_capital(made.institution), 420)}</blockquote>',
        temptation,
        tiles(items),
        listed,
        f'<h3>Word by word</h3><ul class="phrases">{phrases}</ul>' if phrases else "",
        f'<div class="pair">{"".join(f"<div>{part}</div>" for part in small if part)}</div>' if any(small) else "",
        _matrices(report, draw),
        _replies(report, draw),
    )


def _word_by_word(report: Report, sentence: str) -> str:
    said = words.designed_phrases(report)
    return "".join(f"<li>{folded(phrase, 240)}</li>" for phrase in said) if said != [sentence] else ""


def _matrices(report: Report, draw: Draw) -> str:
    known = [name for name in ("today", "designed") if name in report.matrices]
    others = {"today": report.matrices.get("designed"), "designed": report.matrices.get("today")}
    values = [v for name in known for line in report.matrices[name].goal for v in line]
    parts = []
    for name in known:
        m = report.matrices[name]
        heading = "Today, cell by cell" if name == "today" else "Under the rule, cell by cell"
        small = f"Small: what {m.rows} and {m.columns} get. " if len(m.goal) <= figures.FEW >= len(m.goal[0]) else ""
        found = words.count(len(m.equilibria), "pure equilibrium", "pure equilibria")
        parts.append(
            draw(
                f"matrix-{name}",
                lambda m=m, other=others[name]: figures.matrix(m, other, domain=(min(values), max(values))),
                f"{heading}: goal for each pair of actions",
                f"Colour: goal. {small}Framed: {found}. Hover for both payoffs.",
                heading=heading,
                least=max(320, 24 * len(m.column_actions) + 60),
            )
        )
    return f'<div class="pair">{"".join(parts)}</div>' if any(parts) else ""


def _replies(report: Report, draw: Draw) -> str:
    """Best replies before and after, where both are a square, an interval or a triangle that fits beside the other."""
    parts = []
    for name, heading in (("today", "Best replies today"), ("designed", "Best replies under the rule")):
        m = report.matrices.get(name)
        if m is None or not _fits(m):
            continue
        labels = (words.unique(m.row_actions), words.unique(m.column_actions))
        game = Game.normal(np.array([m.row_payoff, m.column_payoff]), players=(m.rows, m.columns), actions=labels)
        parts.append(
            draw(
                f"replies-{name}",
                lambda game=game: pictures.polytopes(game),
                heading,
                "Best reply of each to every mixture of the other. Numbered: all extreme Nash equilibria, mixed ones too.",
                heading=heading,
                least=360 if game.action_counts == (2, 2) else 620,
            )
        )
    return f'<div class="pair">{"".join(parts)}</div>' if any(parts) else ""


def _fits(m: Matrix) -> bool:
    """Whether best replies against one side are a square, an interval or a triangle, and few enough to be told apart."""
    few, many = sorted((len(m.row_actions), len(m.column_actions)))
    numbers_ = np.array([m.row_payoff, m.column_payoff], dtype=float)
    return few <= 3 and many <= MOST_REPLIES and m.rows != m.columns and bool(np.isfinite(numbers_).all())


def tree(found: Tree | None, draw: Draw) -> str:
    """The tree that the base game was read from, where it is small enough to be read on a page."""
    if found is None or len(found.nodes) > LARGEST_TREE:
        return ""
    lead = "Who moves when, and what they know: nodes on one dashed line cannot be told apart by whoever moves there."
    drawn = draw(
        "tree",
        lambda: pictures.tree(found),
        "The game tree",
        "Before any rule. Payoffs in the order of the players.",
        least=480,
    )
    return section("tree", "The game tree", e(lead), drawn) if drawn else ""


def proof(report: Report) -> str:
    if not report.claims:
        return ""
    lead = (
        "Each claim is checked with exact fractions, by a checker that knows no solver. Check it yourself: "
        "<code>rulewright check certificate.json</code>."
    )
    failed = [c for c in report.claims if not c.holds]
    left = (
        ""
        if not failed
        else (
            f'<p class="notice">{e(words.count(len(failed), "claim does", "claims do"))} not hold; the certificate leaves '
            f"{'it' if len(failed) == 1 else 'them'} out, and the counterexample stands below.</p>"
        )
    )
    return section("proof", "The proof", lead, left, claims_table("Claims about the designed rule", report.claims))
