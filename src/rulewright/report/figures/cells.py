"""Heatmaps: rules beside each other, and the cells of a small game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

def rules(report: Report) -> Any:
    """Rules × behaviours: the worst goal in each cell, from the worst seen (rust) to the first best (green)."""
    alt = altair()
    compared = beside(report)
    names = _columns([name for _, row in compared for name in row.behaviours])
    low, high = scale(report)
    columns = _heads(names)
    labels = [wrapped(name, 34) for name, _ in compared]
    rows = []
    for label, (_, row) in zip(labels, compared, strict=True):
        for behaviour, column in zip(names, columns, strict=True):
            found = row.behaviours.get(behaviour)
            worst = found.worst if found is not None and known(found.worst) else None
            rows.append({
                "rule": label, "column": column, "value": worst, "shown": number(worst, 3), "ink": _ink(worst, low, high),
                "said": f"{'worst ' if behaviour in EQUILIBRIA else ''}{title(behaviour)}", "text": row.sentence[:400],
                "why": number(worst) if worst is not None else none_because(found)[:300],
            })
    y = alt.Y("rule:N", sort=labels, title=None, scale=alt.Scale(paddingInner=0.08), axis=alt.Axis(
        labels=False, domain=False, ticks=False, minExtent=_extent(labels)))
    base = alt.Chart(_rows(alt, rows)).encode(
        y=y,
        x=alt.X("column:N", sort=columns, title=None, scale=alt.Scale(paddingInner=0.04), axis=alt.Axis(
            orient="top", labelAngle=0, labelExpr=r"split(datum.label, '\n')", labelLimit=130, domain=False, ticks=False,
            labelPadding=6 + 13 * max((c.count("\n") for c in columns), default=0))),
        tooltip=[alt.Tooltip("rule:N"), alt.Tooltip("said:N", title="behaviour"), alt.Tooltip("why:N", title="goal"),
                 alt.Tooltip("text:N", title="what it says")],
    )
    cells = base.transform_filter("isValid(datum.value)").mark_rect(cornerRadius=4).encode(
        color=alt.Color("value:Q", scale=_ramp(alt, low, high), legend=_ramp_legend(alt))
    )
    figures = base.mark_text(fontSize=13, fontWeight=600).encode(
        text="shown:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    chart = alt.layer(cells, figures, *_row_labels(alt, labels, y)).resolve_scale(color="independent")
    return _finished(chart, width="container", height=alt.Step(44),
                     description="Goal under each compared rule, for each behaviour; the worst where there are several")


def _heads(names: Sequence[str]) -> list[str]:
    """Names of columns in as many lines each, the last line next to the cells."""
    heads = [
        title(n).replace(", ", "\n") if n.startswith("logit")
        else wrapped(("worst " if n in EQUILIBRIA else "") + title(n).removesuffix(" equilibria"), 12) for n in names
    ]
    most = max((head.count("\n") for head in heads), default=0)
    return ["\n" * (most - head.count("\n")) + head for head in heads]


def _columns(names: Sequence[str]) -> list[str]:
    """Behaviours that are shown beside each other: the worst equilibria first, then bounded rationality."""
    names = [n for n in ordered(names) if n not in ("coarse", "dominance")]
    return [n for n in names if not (n == "nash" and "pure" in names)] or names


def matrix(m: Matrix, other: Matrix | None = None, *, domain: tuple[float, float] | None = None) -> Any:
    """The goal cell by cell, pure equilibria ringed; payoffs in the tooltips, those of `other` too where it has the same cells."""
    alt = altair()
    rows_, columns_ = unique(m.row_actions), unique(m.column_actions)
    low, high = domain or (min(map(min, m.goal), default=0.0), max(map(max, m.goal), default=1.0))
    same = other is not None and (other.row_actions, other.column_actions) == (m.row_actions, m.column_actions)
    cells = [_cell(m, other if same else None, i, j, rows_, columns_, low, high)
             for i in range(len(rows_)) for j in range(len(columns_))]
    small = max(len(rows_), len(columns_)) <= 4
    step = 92 if small else max(20, min(48, 340 // max(1, len(rows_))))
    crowded = sum(min(len(label), 14) + 2 for label in columns_) > 52
    tips = [("row", m.rows), ("column", m.columns), ("shown", "goal"), ("first", f"{m.rows} gets"), ("second", f"{m.columns} gets")]
    tips += [("first other", f"{m.rows}, under the other rule"), ("second other", f"{m.columns}, under the other rule")] if same else []
    tips += [("stable", "pure equilibrium")]
    base = alt.Chart(_rows(alt, cells)).encode(
        y=alt.Y("row:N", sort=rows_, title=m.rows, scale=alt.Scale(paddingInner=0.04),
                axis=alt.Axis(labelLimit=120, domain=False, ticks=False)),
        x=alt.X("column:N", sort=columns_, title=m.columns, scale=alt.Scale(paddingInner=0.04),
                axis=alt.Axis(orient="top", labelAngle=-40 if crowded and max(map(len, columns_)) > 4 else 0,
                              labelLimit=120, labelOverlap="greedy" if len(columns_) > 12 else False,
                              domain=False, ticks=False)),
        tooltip=[alt.Tooltip(f"{field}:N", title=name) for field, name in tips],
    )
    ink = alt.Color("ink:N", scale=None, legend=None)
    fill = alt.Color("goal:Q", scale=_ramp(alt, low, high), legend=_ramp_legend(alt))
    layers = [base.mark_rect(cornerRadius=3).encode(color=fill)]
    if len(columns_) <= 11 and len(rows_) <= 14:
        layers.append(base.mark_text(fontSize=19 if small else 11, fontWeight=600 if small else 400, dy=-8 if small else 0).encode(
            text="shown:N", color=ink))
    if small:
        layers.append(base.mark_text(fontSize=11.5, dy=14).encode(text="payoffs:N", color=ink))
    stable = base.transform_filter("datum.stable == 'yes'")
    layers += [stable.mark_rect(cornerRadius=3, filled=False, strokeWidth=w, color=c) for w, c in ((5, "#fff"), (2, "#101828"))]
    chart = alt.layer(*layers).resolve_scale(color="independent")
    return _finished(chart, width="container", height=alt.Step(step), description=f"Goal for each action of {m.rows} and {m.columns}")


def _cell(
    m: Matrix, other: Matrix | None, i: int, j: int, rows: Sequence[str], columns: Sequence[str], low: float, high: float
) -> dict[str, Any]:
    goal, first, second = m.goal[i][j], m.row_payoff[i][j], m.column_payoff[i][j]
    cell = {
        "row": rows[i], "column": columns[j], "goal": goal, "shown": number(goal, 3), "first": number(first),
        "second": number(second), "payoffs": f"{number(first, 2)} , {number(second, 2)}",
        "ink": _ink(goal, low, high), "stable": "yes" if (i, j) in {tuple(e) for e in m.equilibria} else "no",
    }
    if other is not None:
        cell |= {"first other": number(other.row_payoff[i][j]), "second other": number(other.column_payoff[i][j])}
    return cell
