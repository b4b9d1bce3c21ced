"""The page of `hull`: who is near, what is missing, what would help, what the guarantee is worth. Self-contained."""

from __future__ import annotations

from typing import Any

from ... import __version__
from ...competition.market.geometry import shadow
from ...competition.market.witness import place
from ...report.document import document, footer, header
from ...report.markup import cell, e, folded, head, inline, numbers, section, table, tile, tiles, value
from ...report.pictures import market
from ...report.words import number, percent
from . import words
from .found import HullFound

NAMES = {
    "near": "Who is near",
    "mix": "The mix",
    "missing": "What is missing",
    "help": "What would help",
    "worth": "What the guarantee covers",
    "proof": "The proof",
}
INKS = ("soft", "p3", "p2", "p3", "p0", "p0", "p0")
CLOSING = "Utilities are in the units of the table. The same content is in <code>result.json</code>."
MOST = 30  # rows of a table on the page


class _Still:
    """No figures that need a script."""

    def scripts(self) -> list[str]:
        return []

    def data(self) -> str:
        return ""


def render(found: HullFound) -> str:
    """The whole page."""
    parts = [_near(found), _mix(found), _missing(found), _help(found), _worth(found), _proof(found)]
    about = [f'<p class="about">{e(_about(found))}</p>']
    top = header("Market alignment", found.title, about, NAMES, parts)
    facts = [
        ("Table", f"{found.title}: {found.n:,} rows, {found.k:,} AIs, people: {found.people}"),
        ("Mixes", words.mixes(found)),
        ("How", found.near.how),
        ("Seed", str(found.seed)),
        ("Left out", "; ".join(found.left_out)),
        ("Made with", f"rulewright {__version__}"),
    ]
    body = f"{top}{_hero(found)}{''.join(parts)}{footer(facts, CLOSING)}"
    still: Any = _Still()
    return document(f"{found.title}: market alignment", f'<main class="page">{body}</main>', still)


def fragment(found: HullFound) -> str:
    """For notebooks."""
    return f"<p>{e(words.headline(found))} {e(words.worth(found))}</p>{_ladder_table(found)}"


def _about(found: HullFound) -> str:
    cases = f" in {found.cases:,} cases" if found.cases else ""
    return (
        f"How near what people want ({found.people}) is to {words.MIXES[found.near.kind]}, {words.OFFSETS[found.near.offset]}: "
        f"{found.n:,} rows{cases}, {words.offered(found)}."
    )


def _hero(found: HullFound) -> str:
    b = found.baselines
    facts = [
        tile("Distance ε", value(found.near.value), "of the best mix, in its worst row"),
        tile(
            "Loss at most",
            value(found.loss),
            f"of {e(number(found.stakes, 3))} at stake",
            "rule" if not found.empty else "today",
        ),
        tile("AIs that carry it", str(len(found.near.mixed)), f"of {found.k:,}"),
        tile("Best single AI", value(b.single.epsilon), f"{value(b.calibrated.epsilon)} when calibrated"),
        tile(
            "Calibration's share", e(percent(b.share)) if b.share == b.share else "–", "of what the mix gains on one AI"
        ),
    ]
    return (
        f'<section class="card hero"><p class="sentence">{e(words.headline(found))} {e(words.spread(found))}</p>'
        f'<p class="hope">{e(words.worth(found))}</p><p class="hope">{e(words.missing(found))}</p>{tiles(facts)}</section>'
    )


def _near(found: HullFound) -> str:
    b = found.baselines
    drawn = market.ladder(
        [(line.name, line.epsilon, ink) for line, ink in zip(b.lines, INKS, strict=True)],
        calibration=b.calibration,
        market=b.market,
    )
    caption = "The error of each answer in its worst row: the number that the guarantee is made of."
    return section(
        "near",
        NAMES["near"],
        e(words.calibration(found)),
        inline(drawn, caption),
        _ladder_table(found),
        _reached(found),
    )


def _ladder_table(found: HullFound) -> str:
    heads = [
        head("answer"),
        head("worst row", "ε: the largest error over all rows", "n"),
        head("squares", "mean squared error of the least squares fit of this kind, in sample", "n"),
        head("squares, left out", "cross-validated mean squared error", "n"),
        head("AIs"),
    ]
    rows = []
    for line in found.lines:
        who = ", ".join(line.ais) or ("all" if "average" in line.name else "–")
        rows.append(
            f'<tr><th scope="row">{e(line.name)}</th>'
            + numbers(value(line.epsilon), value(line.mse, "not fitted"), value(line.test, "not cross-validated"))
            + cell(folded(who))
            + "</tr>"
        )
    return table("Baselines always beside the mix; the AIs are those of the worst-row answer", heads, rows)


def _reached(found: HullFound) -> str:
    if len(found.reached) < 2:
        return ""
    heads = [head("mix"), head("offset"), head("ε", css="n"), head("AIs used", css="n")]
    rows = [
        f'<tr class="{"mine" if (r.kind, r.offset) == (found.near.kind, found.near.offset) else ""}">'
        f'<th scope="row">{e(r.kind)}</th>{cell(e(r.offset))}{numbers(value(r.epsilon), str(r.used))}</tr>'
        for r in found.reached
    ]
    return table("How near by kind of mix and offset; this report's is marked", heads, rows)


def _mix(found: HullFound) -> str:
    leaving = {x.name: x for x in found.exits}
    heads = [
        head("AI"),
        head("weight", css="n"),
        head("ε without it", "the distance if it leaves the market", "n"),
        head("ρ without it", css="n"),
    ]
    rows = []
    for i in found.near.mixed[:MOST]:
        name = found.names[i]
        gone = leaving.get(name)
        ends = [value(getattr(gone, key, None), "not computed") for key in ("epsilon", "rho")]
        rows.append(
            f'<tr><th scope="row">{e(name)}</th>{numbers(value(float(found.near.weights[i]), least=1e-12), *ends)}</tr>'
        )
    more = len(found.near.mixed) - MOST
    whole = len(found.near.mixed) == found.k
    lead = "" if whole else "The other AIs have weight zero: any of them could leave and the mix would stand."
    note = f"<p class='small soft'>{more} more AIs are in result.json.</p>" if more > 0 else ""
    return section(
        "mix", NAMES["mix"], e(lead), table("The nearest mix, and what each AI's leaving costs", heads, rows), note
    )


def _missing(found: HullFound) -> str:
    parts = [f'<blockquote class="sentence">{e(words.missing(found))}</blockquote>']
    if not found.partial:
        seen = shadow(found.table, found.near)
        drawn = market.geometry(
            seen.people, seen.mix, seen.ais, seen.weights, found.names, border=seen.border, seen=seen.seen
        )
        parts.append(inline(drawn, "Every dot is an AI, or people, as all its ratings together.", least=420))
    if found.misses:
        drawn = market.misses([(m.row, m.people, m.mix) for m in found.misses], epsilon=found.near.value)
        parts.append(inline(drawn, "Rows in which the best mix is furthest from people.", least=480))
    heads = [
        head("rows", css="n"),
        head("proves ε ≥", css="n"),
        head("of the whole", css="n"),
        head("the move, and who wants it"),
    ]
    rows = [
        f"<tr>{numbers(str(len(w.rows)), value(float(w.epsilon)), e(percent(w.share)))}{cell(e(w.says), 'words')}</tr>"
        for w in found.witnesses
    ]
    parts.append(
        table("Why no mix is nearer: the whole reason, then simpler ones that prove less", heads, rows, "wide")
    )
    lead = "A move from some outcomes to others that people want more than any mix of these AIs does."
    return section("missing", NAMES["missing"], lead, *parts)


def _help(found: HullFound) -> str:
    said = words.helps(found)
    parts = ["".join(f"<p>{e(text)}</p>" for text in said)] if said else []
    for title, group in (
        ("Candidates, each alone", found.candidates),
        ("One after another", found.greedy),
        ("In pairs", found.pairs),
    ):
        if group:
            heads = [
                head("who"),
                head("the witness likes it by", "at most zero: cannot help", "n"),
                head("ε with it", css="n"),
                head("ρ with it", css="n"),
                head("weight", css="n"),
            ]
            rows = [
                f'<tr><th scope="row">{e(" + ".join(c.names))}</th>'
                + numbers(value(c.reduced), value(c.epsilon), value(c.rho, "not computed"), value(c.weight))
                + "</tr>"
                for c in group[:MOST]
            ]
            parts.append(table(title, heads, rows))
    about = found.designed or found.table
    for made in found.missing:
        heads = [head("row"), head("its utility", css="n"), head("beside " + made.reference, css="n")]
        rows = [
            f'<tr><th scope="row">{e(place(about, int(r)))}</th>'
            + numbers(value(float(made.utility[r])), value(float(made.change[r])))
            + "</tr>"
            for r in made.rows[:MOST]
        ]
        title = (
            f"The missing AI that brings ε to {number(made.epsilon, 3)}, with weight {number(made.weight, 3)}: "
            "rows where it differs"
        )
        parts.append(table(title, heads, rows))
    leads = []
    if found.missing and found.designed is None:
        leads.append("The AI least different from the average that would do it.")
    elif found.missing:
        leads.append("An AI that differs from the average in few rows: designed on those that bind, then tried on all.")
    if found.candidates:
        leads.append("Who of the candidates would.")
    if found.exits:
        leads.append("Who must not leave.")
    lead = " ".join(leads)
    return section("help", NAMES["help"], lead, *parts) if parts else ""


def _worth(found: HullFound) -> str:
    bounds = [("2ε", 2 * found.near.value, "twice the error in the worst row")]
    if found.range is not None:
        over = "the actions of a case, averaged over cases" if found.cases else "all rows"
        bounds.append(("ρ", found.range.value, f"range of the error over {over}"))
    if found.against_best is not None:
        bounds.append(
            ("ρ*", found.against_best.value, "only against the best action; needs cases to be all that AIs know")
        )
    heads = [head("bound"), head("loss at most", css="n"), head("what it is")]
    rows = [f'<tr><th scope="row">{e(n)}</th>{numbers(value(v))}{cell(e(why))}</tr>' for n, v, why in bounds]
    listed = "".join(f"<li>{e(text)}</li>" for text in words.reservations(found))
    return section(
        "worth",
        NAMES["worth"],
        e(words.worth(found)),
        table("OPT less these", heads, rows),
        f'<ul class="phrases">{listed}</ul>',
    )


def _proof(found: HullFound) -> str:
    if found.certificate is None:
        return ""
    names = ", ".join(f"“{claim['claim']}”" for claim in found.certificate["claims"])
    if found.partial:
        return section(
            "proof",
            NAMES["proof"],
            f"Worked out in rationals on {found.table.n:,} of the {found.n:,} rows, which <code>certificate.json</code> "
            f"carries. It claims {e(names)} about these rows, and <code>rulewright check</code> confirms that without a solver: "
            "no mix is nearer on "
            "them, so none is nearer on all rows. That this report’s mix is as near as it says in all rows was computed over "
            "all of them, and is not in the certificate.",
        )
    return section(
        "proof",
        NAMES["proof"],
        f"Worked out in rationals. <code>certificate.json</code> claims {e(names)}; <code>rulewright check</code> confirms them "
        "without a solver.",
        f"<p class='small soft'>ε = {e(_short(found.near.epsilon))}</p>",
    )


def _short(x: Any) -> str:
    text = str(x)
    return text if len(text) < 60 else f"{float(x):.12g} (a fraction of {len(text) - 1} digits)"
