"""The section of the page on where the equilibria of today's rule tip."""

from __future__ import annotations

from . import figures, words
from .markup import Draw, cell, e, head, numbers, section, table, value
from .report import Report, TraceData
from .tipping import sentences


def traces(report: Report, draw: Draw) -> str:
    """The section of the page; empty where nothing was traced."""
    shown = [part for k, data in enumerate(report.traces) for part in _traced(k, data, draw)]
    lead = (
        "The equilibria under today's rule, as one parameter moves. Solid: stable (strict). Dashed: equilibria that play leaves. "
        "Arrows: where a stable play ends, and where best replies go."
    )
    return section("tipping", "Where it tips", e(lead), *shown) if shown else ""


def _traced(k: int, data: TraceData, draw: Draw) -> list[str]:
    drawn = draw(
        f"tipping-{k}",
        lambda: figures.tipping(data),
        f"Goal of every equilibrium against {data.parameter}",
        "Hover for the play.",
        heading=data.title,
    )
    said = "".join(f"<li>{e(sentence)}</li>" for sentence in sentences(data))
    heads = [head("equilibrium"), head("stable"), head("from", css="n"), head("to", css="n"), head("goal", css="n")]
    rows = [
        f"<tr>{cell(e(words.played(b.play)), 'words')}{cell('yes' if b.stable else 'no')}"
        f"{numbers(value(b.x[0]), value(b.x[-1]), f'{value(b.goals[0])} … {value(b.goals[-1])}')}</tr>"
        for b in data.branches
    ]
    listed = table(f"{data.title}: equilibria along {data.parameter}", heads, rows)
    how = (
        f'<p class="soft small after">{e(data.how)}{"" if data.complete else " (something may have been missed)"}.</p>'
    )
    heading = "" if drawn else f"<h3>{e(data.title)}</h3>"
    return [
        heading,
        drawn,
        f'<ul class="phrases">{said}</ul>',
        f'<details class="small"><summary>The equilibria</summary>{listed}{how}</details>',
    ]
