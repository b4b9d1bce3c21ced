"""What all figures share: colours, the theme for light and dark surroundings, rows of data, ramp, labels of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import MissingExtra
from ..words import DESIGNED, known

TODAY_COLOUR, DESIGNED_COLOUR = "#d9652b", "#14808a"  # 3:1 or more on white and on the dark card
RAMP = ("#b5482f", "#f0dfc0", "#14746f")  # worst, middle, best; told apart by all common kinds of colour blindness
PALETTE = ("#7a68c4", "#a8862a", "#4f8a3c", "#c2559b", "#4a86c9", "#8a6d5c", "#7d8794", "#c0504d", "#5c9c94")
DASHES = ([7, 3], [2, 2], [9, 3, 2, 3], [4, 2], [12, 3], [1, 3], [6, 2, 1, 2])
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'


def altair() -> Any:
    """The library that draws. Raises MissingExtra where it is not installed."""
    try:
        import altair as alt
    except ImportError:
        raise MissingExtra(
            where="figures",
            needed="Altair",
            found="that it is not installed",
            remedy="Run: pip install 'rulewright[viz]'",
        ) from None
    return alt


def theme(dark: bool = False) -> dict[str, Any]:
    """The Vega-Lite `config` of every figure: transparent, quiet grid, text that is legible on the surrounding."""
    ink, soft, line = ("#e6eaf0", "#aab4c2", "#303b47") if dark else ("#1d2733", "#52606f", "#dfe4ea")
    text = {"labelColor": soft, "titleColor": soft, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500}
    lines = {"gridColor": line, "domainColor": line, "tickColor": line}
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {**text, **lines, "labelPadding": 6, "titlePadding": 10},
        "legend": {**text, "symbolStrokeColor": soft, "labelLimit": 300, "columnPadding": 18, "titleAnchor": "start"},
        "title": {"color": ink, "fontSize": 13, "fontWeight": 600, "anchor": "start"},
        "text": {"color": ink, "fontSize": 12},
        "style": {
            "ink": {"stroke": ink, "color": ink},
            "soft": {"color": soft, "stroke": soft},
            "ink-text": {"color": ink, "fontSize": 12},
            "soft-text": {"color": soft, "fontSize": 12},
        },
    }


def titled(text: str) -> str:
    """User text as a title. Vega-Lite pastes titles into expressions and escapes straight quotes only: none remain."""
    return text.replace("\\", "⧵").replace('"', "”").replace("'", "’")


def chart(alt: Any, rows: Sequence[dict[str, Any]]) -> Any:
    return alt.Chart(alt.Data(values=list(rows)))


def finished(made: Any, **properties: Any) -> Any:
    made = made.properties(**properties)
    made.config = theme()
    return made


def ramp(alt: Any, low: float, high: float) -> dict[str, Any]:
    """Scale and legend of a colour that shows the goal, from `low` to `high`."""
    middle = (low + high) / 2
    domain = [low, middle, high] if high > low else [low - 1, low - 0.5, low]
    legend = alt.Legend(
        title="goal",
        orient="bottom",
        direction="horizontal",
        gradientLength=180,
        gradientThickness=10,
        values=domain if high > low else [low],
        format=".3~g",
    )
    return {"scale": alt.Scale(domain=domain, range=list(RAMP)), "legend": legend}


def ink(value: float | None, low: float, high: float) -> str:
    """Black or white, whichever is easier to read on the colour that the value has in the ramp."""
    if value is None:
        return "#7d8794"
    share = min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 1.0
    ends, at = (RAMP[:2], 2 * share) if share < 0.5 else (RAMP[1:], 2 * share - 1)
    first, second = ([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)] for colour in ends)
    linear = [((1 - at) * a + at * b) ** 2.2 for a, b in zip(first, second, strict=True)]
    light = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#ffffff" if light < 0.2 else "#16202b"


def around(values: Sequence[float], *more: float) -> list[float]:
    """A domain with a little room on both sides."""
    seen = [v for v in (*values, *more) if known(v)] or [0.0, 1.0]
    pad = 0.06 * ((max(seen) - min(seen)) or 1.0)
    return [min(seen) - pad, max(seen) + pad]


def row_room(labels: Sequence[str]) -> float:
    """Pixels that the longest line of the labels needs, roughly."""
    return 16 + 6.6 * max((len(line) for label in labels for line in label.split("\n")), default=0)


def row_labels(alt: Any, labels: Sequence[str], y: Any) -> list[Any]:
    """Labels left of the cells, centred though of several lines (labels of axes are not); the designed rule in bold."""
    base = chart(alt, [{"rule": label, "up": -7.5 * label.count("\n")} for label in labels]).encode(
        y=y, text="rule:N", x=alt.value(-12)
    )
    style = {"align": "right", "baseline": "middle", "lineBreak": "\n", "lineHeight": 15, "dy": {"expr": "datum.up"}}
    return [
        base.transform_filter(f"datum.rule != '{DESIGNED}'").mark_text(style="soft-text", **style),
        base.transform_filter(f"datum.rule == '{DESIGNED}'").mark_text(style="ink-text", fontWeight=700, **style),
    ]
