"""Lines: goal against rationality, a design against a parameter, stability against noise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from ..report import CurveData, NoiseRow, Report
from ..words import DESIGNED, known, legible, number, today_name, unique
from .look import DASHES, DESIGNED_COLOUR, PALETTE, TODAY_COLOUR, altair, around, chart, finished, titled


def logit(report: Report) -> Any:
    """Goal against rationality λ for every rule, along the principal branch; click a rule in the legend to pick it."""
    alt, report = altair(), legible(report)
    today = today_name(report)
    names = unique(today if curve.rule == report.today.name else curve.rule for curve in report.logit)
    points = [
        (name, x, y)
        for name, curve in zip(names, report.logit, strict=True)
        for x, y in zip(curve.lambdas, curve.goals, strict=False)
        if known(x) and known(y)
    ]
    rows = [{"rule": name, "lambda": x, "goal": y} for name, x, y in points]
    own = {today: TODAY_COLOUR, DESIGNED: DESIGNED_COLOUR}
    spare, spare_dash = cycle(PALETTE), cycle(DASHES)
    colours = [own[n] if n in own else next(spare) for n in names]
    dashes = [[1, 0] if n in own else next(spare_dash) for n in names]
    legend = alt.Legend(
        orient="bottom", columns=2, title=None, symbolType="stroke", symbolSize=400, symbolStrokeWidth=3, labelLimit=260
    )
    picked = alt.selection_point(fields=["rule"], bind="legend", name="picked")
    near = alt.selection_point(on="pointerover", nearest=True, fields=["rule", "lambda"], empty=False, name="near")
    base = chart(alt, rows).encode(
        x=alt.X(
            "lambda:Q",
            title="rationality λ (0: random play)",
            scale=alt.Scale(nice=False),
            axis=alt.Axis(grid=False, tickCount=8),
        ),
        y=alt.Y(
            "goal:Q",
            title="expected goal",
            axis=alt.Axis(tickCount=6),
            scale=alt.Scale(domain=around([y for *_, y in points], report.first_best), nice=False, zero=False),
        ),
        color=alt.Color("rule:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
    )
    lines = (
        base.mark_line(strokeWidth=2.5)
        .encode(
            strokeDash=alt.StrokeDash("rule:N", scale=alt.Scale(domain=names, range=dashes), legend=legend),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.12)),
        )
        .add_params(picked)
    )
    alone = len(rows) <= 2 * len(names)  # single points make no line
    dots = (
        base.mark_point(filled=True, size=70)
        .encode(
            opacity=alt.value(1) if alone else alt.condition(near, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("rule:N"),
                alt.Tooltip("lambda:Q", title="λ", format=".3~f"),
                alt.Tooltip("goal:Q", format=".4~f"),
            ],
        )
        .add_params(near)
    )
    level = chart(alt, [{"value": report.first_best}]).encode(y="value:Q")
    marks = (
        [
            level.mark_rule(style="soft", strokeDash=[6, 3]),
            level.mark_text(style="soft-text", text="first best", align="left", dx=4, dy=-8).encode(x=alt.value(0)),
        ]
        if known(report.first_best)
        else []
    )
    return finished(
        alt.layer(*marks, lines, dots),
        width="container",
        height=320,
        description="Expected goal against rationality, for each rule",
    )


def curve(data: CurveData) -> Any:
    """A design for every value of a parameter, a mark at the scenario's own value; a cross where nothing does it."""
    alt, data = altair(), legible(data)
    rows, absent = _curve_rows(data)
    values = [row["y"] for row in rows]
    zero = bool(values) and 0 <= min(values) <= 0.6 * max(values)
    domain = [0.0, 1.06 * max(values) or 1.0] if zero else around(values)
    xs = [p.x for p in data.points if known(p.x)] + ([data.here] if known(data.here) else [])
    wide = max(xs, default=0.0) > min(xs, default=0.0)
    x = alt.X(
        "x:Q",
        title=titled(data.parameter),
        axis=alt.Axis(tickCount=8, grid=False),
        scale=(alt.Scale(domain=[min(xs), max(xs)], nice=False, padding=14) if wide else alt.Scale(zero=False)),
    )
    shown, many = list(data.show), len(data.show) > 1
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolSize=400) if many else None
    colours = [DESIGNED_COLOUR, TODAY_COLOUR, *PALETTE]
    base = chart(alt, rows).encode(
        x=x,
        y=alt.Y(
            "y:Q",
            title="" if many or not shown else titled(shown[0]),
            axis=alt.Axis(tickCount=6),
            scale=alt.Scale(domain=domain, nice=False, zero=zero),
        ),
        color=alt.Color(
            "series:N",
            legend=legend,
            scale=alt.Scale(domain=shown, range=[c for c, _ in zip(cycle(colours), shown, strict=False)]),
        ),
        tooltip=_curve_tips(alt),
    )
    line = base.mark_line(strokeWidth=2.5)
    if many:
        line = line.encode(strokeDash=alt.StrokeDash("series:N", scale=alt.Scale(domain=shown), legend=None))
    dots = base.mark_point(filled=True, opacity=1)
    dots = dots.encode(size=alt.condition("datum.here", alt.value(150), alt.value(48)))
    layers = [*_here(alt, data, xs, x), line, dots]
    if absent:
        why = [alt.Tooltip("x:Q", title="at"), alt.Tooltip("text:N", title="nothing does it")]
        crosses = chart(alt, absent).mark_point(shape="cross", angle=45, size=70, style="soft")
        layers.append(crosses.encode(x=x, y=alt.value(250), tooltip=why))
    return finished(alt.layer(*layers), width="container", height=260, description=data.title)


def _curve_tips(alt: Any) -> list[Any]:
    return [
        alt.Tooltip("x:Q", title="at", format=".4~f"),
        alt.Tooltip("series:N", title="what"),
        alt.Tooltip("y:Q", title="value", format=".6~f"),
        alt.Tooltip("text:N", title="the rule"),
    ]


def _curve_rows(data: CurveData) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(points with a number, points where nothing does it)."""
    rows: list[dict[str, Any]] = []
    absent = []
    for point in sorted(data.points, key=lambda p: p.x):
        text, here = point.institution[:400], abs(point.x - data.here) <= 1e-9 * max(1.0, abs(data.here))
        found = [(s, point.series[s]) for s in data.show if known(point.series.get(s))]
        rows += [{"x": point.x, "y": v, "series": s, "text": text, "here": here} for s, v in found]
        if not found:
            absent.append({"x": point.x, "text": text})
    return rows, absent


def _here(alt: Any, data: CurveData, xs: Sequence[float], x: Any) -> list[Any]:
    if not known(data.here):
        return []
    right = data.here > (min(xs) + max(xs)) / 2
    label = f"here: {data.parameter} = {number(data.here)}"
    base = chart(alt, [{"x": data.here, "label": label}]).encode(x=x)
    side = {"align": "right", "dx": -8} if right else {"align": "left", "dx": 8}
    return [
        base.mark_rule(style="soft", strokeDash=[4, 3]).encode(tooltip=alt.Tooltip("label:N", title="the scenario")),
        base.mark_text(style="soft-text", baseline="top", **side).encode(y=alt.value(2), text="label:N"),
    ]


def noise(report: Report) -> Any:
    """Share of draws in which the asked play stays an equilibrium, with its Wilson interval; below, the worst goal."""
    alt = altair()
    rows = [_noisy(row) for row in sorted(report.noise, key=lambda r: r.error)]
    errors = [row["error"] for row in rows]
    ticks = {"values": errors} if len(errors) <= 8 else {}
    axis = alt.Axis(labelOverlap="greedy", format=".4~g", grid=False, **ticks)
    scaled = alt.Scale(domain=around(errors), nice=False, zero=False)
    x = alt.X("error:Q", title="payoff error (uniform within ±)", scale=scaled, axis=axis)
    tips = [
        alt.Tooltip(f"{field}:N", title=name)
        for field, name in (
            ("said error", "payoff error"),
            ("said stable", "stays an equilibrium"),
            ("said interval", "95 % interval"),
            ("said worst", "average worst goal"),
            ("draws", "draws"),
            ("seed", "seed"),
        )
    ]
    base = chart(alt, rows).encode(x=x, tooltip=tips)
    least = 0.8 if all(row["low"] >= 0.9 for row in rows) else 0.0  # closer where intervals would be hair-thin
    share = alt.Y(
        "stable:Q", title=None, scale=alt.Scale(domain=[least, 1], zero=False), axis=alt.Axis(format="%", tickCount=5)
    )
    ends = {"color": DESIGNED_COLOUR, "thickness": 2, "opacity": 1}  # seen even where the interval is a hair's breadth
    top = alt.layer(
        base.mark_area(color=DESIGNED_COLOUR, opacity=0.18).encode(y=alt.Y("low:Q", title=None), y2="high:Q"),
        base.mark_rule(color=DESIGNED_COLOUR, strokeWidth=2, opacity=0.6).encode(y="low:Q", y2="high:Q"),
        *(base.mark_tick(orient="horizontal", size=22, **ends).encode(y=alt.Y(end)) for end in ("low:Q", "high:Q")),
        base.mark_line(color=DESIGNED_COLOUR, strokeWidth=2.5).encode(y=share),
        base.mark_point(color=DESIGNED_COLOUR, filled=True, size=40, opacity=1).encode(y=share),
    ).properties(height=190, title="Still an equilibrium: share of draws")
    described = "Share of noisy draws in which the asked play stays an equilibrium"
    if not any(row["worst"] is not None for row in rows):
        return finished(top, width="container", description=described)
    levels = around([row["worst"] for row in rows if row["worst"] is not None], report.first_best)
    worst = alt.Y(
        "worst:Q", title=None, axis=alt.Axis(tickCount=4), scale=alt.Scale(domain=levels, nice=False, zero=False)
    )
    lower = base.transform_filter("isValid(datum.worst)")
    bottom = alt.layer(
        lower.mark_line(color=TODAY_COLOUR, strokeWidth=2.5, strokeDash=[6, 3]).encode(y=worst),
        lower.mark_point(color=TODAY_COLOUR, filled=True, size=80, shape="diamond", opacity=1).encode(y=worst),
    ).properties(height=120, title="Worst pure equilibrium: average goal")
    return finished(alt.vconcat(top, bottom, spacing=18), description=f"{described}, and the average worst goal")


def _noisy(row: NoiseRow) -> dict[str, Any]:
    return {
        "error": row.error,
        "stable": row.stable,
        "low": row.low,
        "high": row.high,
        "worst": row.worst if known(row.worst) else None,
        "said error": f"±{number(row.error)}",
        "said stable": f"{row.stable:.1%}",
        "said interval": f"{row.low:.1%} to {row.high:.1%}",
        "said worst": number(row.worst),
        "draws": row.draws,
        "seed": row.seed,
    }
