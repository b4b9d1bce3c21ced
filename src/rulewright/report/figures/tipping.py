"""Goal of every equilibrium against a parameter: stable ones solid, others dashed, arrows where play jumps, hysteresis shaded."""

from __future__ import annotations

from typing import Any

from ..report import TraceData
from ..tipping import large
from ..words import known, legible, number, played
from .look import DESIGNED_COLOUR, PALETTE, TODAY_COLOUR, altair, around, chart, finished, titled

DECADES = 50.0  # a range wider than this, above 0, is drawn on a logarithmic axis


def tipping(data: TraceData) -> Any:
    """The bifurcation diagram of a trace."""
    alt, data = altair(), legible(data)
    rows: list[dict[str, Any]] = [
        {"x": x, "y": y, "branch": k, "play": played(b.play)[:300], "kind": "stable" if b.stable else "not stable"}
        for k, b in enumerate(data.branches)
        for x, y in zip(b.x, b.goals, strict=True)
        if known(x) and known(y)
    ]
    rows += [
        {"x": x, "y": y, "branch": -1 - k, "play": name, "kind": "behaviour"}
        for k, (name, values) in enumerate(data.behaviours.items())
        for x, y in zip(data.values, values, strict=True)
        if known(y)
    ]
    wide = data.low > 0 and data.high / data.low > DECADES
    scaled = alt.Scale(type="log" if wide else "linear", domain=[data.low, data.high], nice=False)
    x = alt.X("x:Q", title=titled(data.parameter), scale=scaled, axis=alt.Axis(tickCount=8, grid=False))
    domain = around([row["y"] for row in rows], data.floor)
    y = alt.Y("y:Q", title="goal", axis=alt.Axis(tickCount=6), scale=alt.Scale(domain=domain, nice=False, zero=False))
    looks = {
        "stable": (DESIGNED_COLOUR, [1, 0]),
        "not stable": (TODAY_COLOUR, [5, 4]),
        "behaviour": (PALETTE[0], [2, 2]),
    }
    kinds = [kind for kind in looks if any(row["kind"] == kind for row in rows)]
    colours, dashes = [looks[kind][0] for kind in kinds], [looks[kind][1] for kind in kinds]
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolSize=400)
    base = chart(alt, rows).encode(
        x=x,
        y=y,
        detail="branch:N",
        color=alt.Color("kind:N", legend=legend, scale=alt.Scale(domain=kinds, range=colours)),
        tooltip=[
            alt.Tooltip("play:N", title="play"),
            alt.Tooltip("kind:N", title="kind"),
            alt.Tooltip("x:Q", title="at", format=".4~f"),
            alt.Tooltip("y:Q", title="goal", format=".6~f"),
        ],
    )
    dash = alt.StrokeDash("kind:N", legend=legend, scale=alt.Scale(domain=kinds, range=dashes))
    lines = base.mark_line(strokeWidth=2.5).encode(strokeDash=dash)
    dots = base.mark_point(filled=True, size=26, opacity=1)
    layers = [*_shade(alt, data, x), *_marks(alt, data, x, y), lines, dots, *_arrows(alt, data, x, y)]
    described = f"Goal of every equilibrium against {data.parameter}"
    return finished(alt.layer(*layers), width="container", height=300, description=described)


def _shade(alt: Any, data: TraceData, x: Any) -> list[Any]:
    rows = [{"x": low, "to": high} for low, high in data.hysteresis]
    return [chart(alt, rows).mark_rect(color=TODAY_COLOUR, opacity=0.09).encode(x=x, x2="to:Q")] if rows else []


def _marks(alt: Any, data: TraceData, x: Any, y: Any) -> list[Any]:
    level = chart(alt, [{"y": data.floor, "said": f"good from {number(data.floor)}"}]).encode(y=y)
    found = [
        level.mark_rule(style="soft", strokeDash=[2, 3]),
        level.mark_text(style="soft-text", align="left", dx=4, dy=-7).encode(x=alt.value(0), text="said:N"),
    ]
    if not known(data.here):
        return found
    here = chart(alt, [{"x": data.here, "said": f"here: {number(data.here)}"}]).encode(x=x)
    right = data.here > (data.low + data.high) / 2
    side = {"align": "right", "dx": -6} if right else {"align": "left", "dx": 6}
    return [
        *found,
        here.mark_rule(style="soft", strokeDash=[4, 3]),
        here.mark_text(style="soft-text", baseline="top", **side).encode(y=alt.value(2), text="said:N"),
    ]


def _arrows(alt: Any, data: TraceData, x: Any, y: Any) -> list[Any]:
    """A line from where the play was to where it goes, with its head there."""
    rows: list[dict[str, Any]] = [
        {"x": j.x, "y": j.goal_before, "to": j.goal_after, "way": "rising" if j.rising else "falling"}
        for j in large(data)
        if known(j.goal_after)
    ]
    if not rows:
        return []
    tips = [alt.Tooltip("x:Q", title="tips at", format=".6~f"), alt.Tooltip("way:N", title="while the parameter is")]
    base = chart(alt, rows).encode(x=x, tooltip=tips)
    heads = [
        (shape, [row for row in rows if (row["to"] > row["y"]) == up])
        for shape, up in (("triangle-up", True), ("triangle-down", False))
    ]
    drawn = [
        chart(alt, part)
        .mark_point(shape=shape, filled=True, size=110, style="ink", opacity=1)
        .encode(x=x, y=alt.Y("to:Q"), tooltip=tips)
        for shape, part in heads
        if part
    ]
    return [base.mark_rule(style="ink", strokeWidth=1.5).encode(y=y, y2="to:Q"), *drawn]
