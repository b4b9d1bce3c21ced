"""Heatmaps: rules beside each other, and the cells of a small game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..report import Matrix, Report
from ..words import EQUILIBRIA, beside, known, legible, none_because, number, ordered, scale, title, unique, wrapped
from .look import altair, chart, finished, ink, ramp, row_labels, row_room, titled

LINES = r"split(datum.label, '\n')"
FEW = 4  # actions per side of a game whose payoffs are written into the cells


def rules(report: Report) -> Any:
    """Rules × behaviours: the worst goal in each cell, from the worst seen (rust) to the first best (green)."""
    alt, report = altair(), legible(report)
    compared = beside(report)
    names = _columns([name for _, row in compared for name in row.behaviours])
    low, high = scale(report)
    columns, labels = _heads(names), [wrapped(name, 34) for name, _ in compared]
    rows = []
    for label, (_, row) in zip(labels, compared, strict=True):
        for behaviour, column in zip(names, columns, strict=True):
            found = row.behaviours.get(behaviour)
            worst = found.worst if found is not None and known(found.worst) else None
            rows.append(
                {
                    "rule": label,
                    "column": column,
                    "value": worst,
                    "shown": number(worst, 3),
                    "ink": ink(worst, low, high),
                    "text": row.sentence[:400],
                    "said": f"{'worst ' if behaviour in EQUILIBRIA else ''}{title(behaviour)}",
                    "why": number(worst) if worst is not None else none_because(found)[:300],
                }
            )
    y = alt.Y(
        "rule:N",
        title=None,
        scale=alt.Scale(domain=labels, paddingInner=0.08),
        axis=alt.Axis(labels=False, domain=False, ticks=False, minExtent=row_room(labels)),
    )
    heads = alt.Axis(
        orient="top",
        labelAngle=0,
        labelExpr=LINES,
        labelLimit=130,
        domain=False,
        ticks=False,
        labelPadding=6 + 14 * max((column.count("\n") for column in columns), default=0),
    )
    base = chart(alt, rows).encode(
        y=y,
        x=alt.X("column:N", title=None, scale=alt.Scale(domain=columns, paddingInner=0.04), axis=heads),
        tooltip=[
            alt.Tooltip(f"{field}:N", title=name)
            for field, name in (
                ("rule", "rule"),
                ("said", "behaviour"),
                ("why", "goal"),
                ("text", "what it says"),
            )
        ],
    )
    painted = (
        base.transform_filter("isValid(datum.value)")
        .mark_rect(cornerRadius=4)
        .encode(color=alt.Color("value:Q", **ramp(alt, low, high)))
    )
    written = base.mark_text(fontSize=13, fontWeight=600).encode(
        text="shown:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    made = alt.layer(painted, written, *row_labels(alt, labels, y)).resolve_scale(color="independent")
    return finished(
        made,
        width="container",
        height=alt.Step(44),
        description="Goal under each compared rule, for each behaviour; the worst where there are several",
    )


def _columns(names: Sequence[str]) -> list[str]:
    """Behaviours that are shown beside each other: the worst equilibria first, then bounded rationality."""
    names = [n for n in ordered(names) if n not in ("coarse", "dominance")]
    return [n for n in names if not (n == "nash" and "pure" in names)] or names


def _heads(names: Sequence[str]) -> list[str]:
    """Names of columns in as many lines each, the last line next to the cells."""
    heads = [
        title(n).replace(", ", "\n")
        if n.startswith("logit")
        else wrapped(("worst " if n in EQUILIBRIA else "") + title(n).removesuffix(" equilibria"), 12)
        for n in names
    ]
    most = max((head.count("\n") for head in heads), default=0)
    return ["\n" * (most - head.count("\n")) + head for head in heads]


def matrix(m: Matrix, other: Matrix | None = None, *, domain: tuple[float, float] | None = None) -> Any:
    """The goal cell by cell, pure equilibria framed; payoffs in tooltips, those of `other` too if it has the same cells.

    `domain` (least, most) makes the colours of two matrices comparable; left out, they span this one.
    """
    alt, m, other = altair(), legible(m), legible(other)
    rows, columns = unique(m.row_actions), unique(m.column_actions)
    low, high = domain or (min(map(min, m.goal), default=0.0), max(map(max, m.goal), default=1.0))
    if other is not None and (other.row_actions, other.column_actions) != (m.row_actions, m.column_actions):
        other = None
    cells = [
        _cell(m, other, i, j) | {"row": row, "column": column, "ink": ink(m.goal[i][j], low, high)}
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]
    small = max(len(rows), len(columns)) <= FEW
    base = chart(alt, cells).encode(
        y=alt.Y(
            "row:N",
            title=titled(m.rows),
            scale=alt.Scale(domain=rows, paddingInner=0.04),
            axis=alt.Axis(labelLimit=120, domain=False, ticks=False),
        ),
        x=alt.X(
            "column:N",
            title=titled(m.columns),
            scale=alt.Scale(domain=columns, paddingInner=0.04),
            axis=_top_axis(alt, columns),
        ),
        tooltip=_tips(alt, m, other),
    )
    colour = alt.Color("ink:N", scale=None, legend=None)
    layers = [base.mark_rect(cornerRadius=3).encode(color=alt.Color("goal:Q", **ramp(alt, low, high)))]
    if small:
        layers += [
            base.mark_text(fontSize=19, fontWeight=600, dy=-8).encode(text="shown:N", color=colour),
            base.mark_text(fontSize=12, dy=15).encode(text="payoffs:N", color=colour),
        ]
    elif len(columns) <= 11:
        layers.append(base.mark_text(fontSize=11).encode(text="shown:N", color=colour))
    stable = base.transform_filter("datum.stable == 'yes'")
    layers += [
        stable.mark_rect(cornerRadius=3, fillOpacity=0, stroke=stroke, strokeWidth=width)
        for stroke, width in (("#ffffff", 5), ("#101828", 2))
    ]
    return finished(
        alt.layer(*layers).resolve_scale(color="independent"),
        width="container",
        height=alt.Step(92 if small else max(20, min(48, 340 // max(1, len(rows))))),
        description=f"Goal for each action of {m.rows} and {m.columns}",
    )


def _top_axis(alt: Any, columns: Sequence[str]) -> Any:
    """Labels slanted where they are long and many."""
    crowded = sum(min(len(label), 14) + 2 for label in columns) > 52 and max(map(len, columns)) > 4
    return alt.Axis(
        orient="top",
        labelAngle=-40 if crowded else 0,
        labelLimit=120,
        domain=False,
        ticks=False,
        labelOverlap="greedy" if len(columns) > 12 else False,
    )


def _tips(alt: Any, m: Matrix, other: Matrix | None) -> list[Any]:
    first, second = titled(m.rows), titled(m.columns)
    tips = [
        ("row", first),
        ("column", second),
        ("shown", "goal"),
        ("first", f"{first} gets"),
        ("second", f"{second} gets"),
    ]
    if other is not None:
        tips += [("first other", f"{first}, other rule"), ("second other", f"{second}, other rule")]
    return [alt.Tooltip(f"{field}:N", title=name) for field, name in (*tips, ("stable", "pure equilibrium"))]


def _cell(m: Matrix, other: Matrix | None, i: int, j: int) -> dict[str, Any]:
    goal, first, second = m.goal[i][j], m.row_payoff[i][j], m.column_payoff[i][j]
    cell = {
        "goal": goal,
        "shown": number(goal, 3),
        "first": number(first),
        "second": number(second),
        "payoffs": f"{number(first, 2)} , {number(second, 2)}",
        "stable": "yes" if (i, j) in {tuple(e) for e in m.equilibria} else "no",
    }
    if other is not None:
        cell |= {"first other": number(other.row_payoff[i][j]), "second other": number(other.column_payoff[i][j])}
    return cell
