"""The few pieces of HTML that the page is made of. Whatever comes from a report is escaped here, and only here."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence

from .pictures import Picture
from .report import ClaimRow
from .words import DASH, claim_words, grade, known, number, parted, played

Draw = Callable[..., str]
"""draw(name, make, label, caption, …) → HTML of a figure, or "" where nothing can draw."""
LONG = 110  # characters before a text is folded
BADGES = {
    "proved": ("proved", "✓", "checked with exact fractions, no tolerance"),
    "bounded with confidence": ("bounded", "≈", "a statistical bound; the text names the statistics"),
    "searched only": ("searched", "○", "looked for, not proved: a gain that was found is a lower bound"),
    "fails": ("fails", "✗", "does not hold; the counterexample stands beside it"),
}


def e(text: object) -> str:
    """Text, safe between tags and in quoted attributes."""
    return html.escape(str(text), quote=True)


def value(found: float | None, why: str = "it has no meaning here", least: float = 5e-10) -> str:
    """A number, or a dash that says why there is none."""
    return e(number(found, least=least)) if known(found) else none(why)


def none(why: str) -> str:
    return f'<abbr class="none" title="{e(why)}" aria-label="no number: {e(why)}">{DASH}</abbr>'


def cell(content: str, css: str = "") -> str:
    return f'<td class="{css}">{content}</td>' if css else f"<td>{content}</td>"


def numbers(*contents: str) -> str:
    return "".join(cell(c, "n") for c in contents)


def head(text: str, title: str = "", css: str = "") -> str:
    """The head of a column."""
    extra = (f' title="{e(title)}"' if title else "") + (f' class="{css}"' if css else "")
    return f'<th scope="col"{extra}>{e(text)}</th>'


def table(caption: str, heads: Iterable[str], rows: Iterable[str], css: str = "") -> str:
    """`heads` and `rows` are HTML; a table scrolls sideways on narrow screens."""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{e(caption)}"><table class="{css}">'
        f"<caption>{e(caption)}</caption><thead><tr>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def group(text: str, columns: int, more: str = "") -> str:
    """The head of rows that belong together, and what is said of them all."""
    said = f'<span class="more">{e(more)}</span>' if more else ""
    return f'<tr class="group"><th colspan="{columns}" scope="rowgroup"><span>{e(text)}</span>{said}</th></tr>'


def folded(text: str, limit: int = LONG) -> str:
    """Long text behind its beginning; short text as it is."""
    if len(text) <= limit:
        return e(text)
    cut = text[: limit - 20].rsplit(" ", 1)[0].rstrip(" …")
    return f"<details><summary>{e(cut)} …</summary>{e(text)}</details>"


def tile(name: str, big: str, note: str = "", css: str = "", big_css: str = "big") -> str:
    """A fact among facts; `big` and `note` are HTML."""
    small = f'<dd class="note">{note}</dd>' if note else ""
    return f'<div class="tile {css}"><dt>{e(name)}</dt><dd class="{big_css}">{big}</dd>{small}</div>'


def tiles(items: Sequence[str]) -> str:
    return f'<dl class="tiles">{"".join(items)}</dl>'


def play_tile(name: str, play: str, players: Iterable[str]) -> tuple[str, str]:
    """(a tile, a list): who plays what, as a tile if it is short, else as a list that stands on its own."""
    play = played(play)
    if not play:
        return tile(name, none("nobody has a choice")), ""
    if len(play) <= 48:
        return tile(name, e(play), big_css="play"), ""
    listed = "".join(f"<li>{e(part)}</li>" for part in parted(play, players))
    return "", f'<h3>{e(name)}</h3><ul class="phrases">{listed}</ul>'


def badge(name: str, text: str = "") -> str:
    """The grade of a claim, told by sign, word and colour."""
    css, sign, means = BADGES.get(name, ("", "·", name))
    return (
        f'<span class="badge {css}" title="{e(means)}"><span aria-hidden="true">{sign}</span> {e(text or name)}</span>'
    )


def claims_table(caption: str, claims: list[ClaimRow], means: Mapping[str, str] | None = None) -> str:
    """What was claimed, how well it is known, and the sentence of the checker, which states the limits claimed.

    `means`: claims in words, where they are not those of games.
    """
    heads = [
        head("claim"),
        head("grade"),
        head("margin", "slack of the claim, in its own units", "n"),
        head("what was found", "in the words of the checker, with the limit that is claimed"),
    ]
    rows = []
    for c in claims:
        name = (claim_words(c.claim) if means is None else means.get(c.claim)) or c.claim
        code = f'<div class="soft small"><code>{e(c.claim)}</code></div>' if name != c.claim else ""
        rows.append(
            f'<tr><th scope="row">{e(name)}{code}</th>'
            + cell(badge(grade(c)))
            + numbers(value(c.margin, "this claim has no margin", 0))
            + cell(folded(c.says, 180), "words")
            + "</tr>"
        )
    return table(caption, heads, rows, "wide")


def inline(made: Picture, caption: str, *, heading: str = "", least: int = 320) -> str:
    """A picture as part of the page: no script; at least so many pixels wide, scrolled sideways where there are fewer."""
    title = f"<h3>{e(heading)}</h3>" if heading else ""
    return (
        f'<figure>{title}<div class="canvas"><div style="min-width:{least}px">{made.svg()}</div></div>'
        f"<figcaption>{e(caption)}</figcaption></figure>"
    )


def section(anchor: str, title: str, lead: str, *parts: str) -> str:
    """A card of the page; `lead` and `parts` are HTML."""
    opening = f'<p class="lead soft">{lead}</p>' if lead else ""
    return (
        f'<section class="card" id="{anchor}" aria-labelledby="{anchor}-title">'
        f'<h2 id="{anchor}-title">{e(title)}</h2>{opening}{"".join(parts)}</section>'
    )
