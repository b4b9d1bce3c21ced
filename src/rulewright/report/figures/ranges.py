"""Worst to best, behaviour by behaviour, today and under the designed rule."""

from __future__ import annotations

from typing import Any

from ..report import Foreseen, Report
from ..words import DASH, DESIGNED, known, legible, none_because, number, ordered, played, scale, title
from .look import DESIGNED_COLOUR, TODAY_COLOUR, altair, chart, finished

TIPS = (
    ("behaviour", "behaviour"),
    ("when", "rule"),
    ("said worst", "worst"),
    ("said best", "best"),
    ("play", "worst play"),
)


def gaps(report: Report) -> Any:
    """Worst (dot) to best goal of each behaviour, today and designed; rules at the first best and the attainable."""
    alt = altair()
    report = legible(report)
    names = ordered([*report.diagnosis, *report.after])
    sets = [("today", report.diagnosis)] + ([(DESIGNED, report.after)] if report.after else [])
    rows = [_range(name, when, found.get(name)) for name in names for when, found in sets]
    low, high = scale(report)
    pad = 0.03 * ((high - low) or 1.0)
    whens = [when for when, _ in sets]
    colour = alt.Color(
        "when:N",
        title=None,
        legend=alt.Legend(orient="top", symbolType="circle", symbolOpacity=1, symbolSize=110),
        scale=alt.Scale(domain=whens, range=[TODAY_COLOUR, DESIGNED_COLOUR][: len(whens)]),
    )
    x = alt.X(
        "worst:Q",
        title="goal",
        axis=alt.Axis(tickCount=6, grid=False),
        scale=alt.Scale(domain=[low - pad, high + pad], nice=False, zero=False),
    )
    base = chart(alt, rows).encode(
        y=alt.Y(
            "behaviour:N",
            scale=alt.Scale(domain=[title(n) for n in names]),
            title=None,
            axis=alt.Axis(labelLimit=190, domain=False, ticks=False, grid=True, tickBand="extent"),
        ),
        yOffset=alt.YOffset("when:N", scale=alt.Scale(domain=whens, paddingInner=0.1, paddingOuter=0.4)),
        color=colour,
        tooltip=[alt.Tooltip(f"{field}:N", title=name) for field, name in TIPS],
    )
    drawn, absent = base.transform_filter("isValid(datum.worst)"), base.transform_filter("!isValid(datum.worst)")
    layers = [
        drawn.mark_rule(strokeWidth=6, opacity=0.45, strokeCap="round").encode(x=x, x2="best:Q"),
        drawn.transform_filter("datum.best > datum.worst").mark_tick(thickness=3, size=13).encode(x=alt.X("best:Q")),
        *_levels(alt, report),
        drawn.mark_point(filled=True, size=110, opacity=1).encode(x=x),
    ]
    if any(row["worst"] is None for row in rows):
        layers.append(absent.mark_text(align="left", dx=4).encode(x=alt.value(0), text="shown:N"))
    return finished(
        alt.layer(*layers),
        width="container",
        height=alt.Step(46, **{"for": "position"}),
        description="Worst to best goal of each behaviour, today and under the designed rule",
    )


def _range(name: str, when: str, row: Foreseen | None) -> dict[str, Any]:
    worst, best = (None, None) if row is None else (row.worst, row.best)
    worst, best = worst if known(worst) else best, best if known(best) else worst
    valid = known(worst)
    return {
        "behaviour": title(name),
        "when": when,
        "worst": worst if valid else None,
        "best": best if valid else None,
        "said worst": number(worst if valid else None),
        "said best": number(best if valid else None),
        "play": (played(row.play) if row and valid else none_because(row))[:300],
        "shown": f"{DASH} no number",
    }


def _levels(alt: Any, report: Report) -> list[Any]:
    """Vertical rules at the first best and at what an allowed rule can attain; one rule where they agree."""
    levels = [("first best", report.first_best)] if known(report.first_best) else []
    if report.attainable is not None and known(report.attainable):
        if abs(report.attainable - report.first_best) <= 1e-6 * max(1.0, abs(report.first_best)):
            levels = [("first best, attainable", report.first_best)]
        else:
            levels.append(("attainable", report.attainable))
    labels = [f"{name}: {number(value)}" for name, value in levels]
    if not labels:
        return []
    rows = [{"level": label, "value": value} for label, (_, value) in zip(labels, levels, strict=True)]
    dash = alt.StrokeDash(
        "level:N",
        title=None,
        legend=alt.Legend(orient="top", symbolType="stroke", symbolSize=300),
        scale=alt.Scale(domain=labels, range=[[6, 3], [2, 2]][: len(labels)]),
    )
    return [
        chart(alt, rows)
        .mark_rule(style="ink", strokeWidth=1.5)
        .encode(x="value:Q", strokeDash=dash, tooltip=alt.Tooltip("level:N", title="level"))
    ]
