"""The concavification picture: what beliefs are worth to a sender, and the plane that splitting them reaches.

Two states: v̂ as lines over the belief, its concave closure above, the split of the prior as points on it. Three states: two
triangles of beliefs in the same colours, v̂ with the act that each region leads to, and the closure with the split.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from ..words import number
from .look import DESIGNED_COLOUR, TODAY_COLOUR, altair, around, chart, finished, ink, ramp, titled

HEIGHT = 3**0.5 / 2
BANDS = 48  # shades of colour over a linear piece
EDGE = 300  # pixels of a triangle's side
PLAIN, CLOSED = "no more information", "best signal"


class Piece(Protocol):
    act: int
    corners: Any
    values: Any


class Concave(Protocol):
    """What `rulewright.design.information.concavify` returns."""

    prior: Any
    regions: Sequence[Any]
    planes: Any
    posteriors: Any
    chances: Any
    here: Any
    value: Any
    price: Any


def concave(
    data: Concave, *, states: Sequence[str] = (), acts: Sequence[str] = (), worth: str = "worth to the sender"
) -> Any:
    """The picture for two or three states, whose names and whose acts' names may be given."""
    count = len(data.prior)
    named = [titled(s) for s in states] or [f"state {k + 1}" for k in range(count)]
    done = [titled(a) for a in acts] or [f"act {k + 1}" for k in range(1 + max(r.act for r in data.regions))]
    return _lines(data, named, done, worth) if count == 2 else _triangles(data, named, done, worth)


# ── two states ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(data: Concave, states: Sequence[str], acts: Sequence[str], worth: str) -> Any:
    alt = altair()
    pieces = [sorted((float(q[0]), float(x)) for q, x in zip(r.corners, r.values, strict=True)) for r in data.regions]
    inside = [(r, points) for r, points in zip(data.regions, pieces, strict=True) if points[-1][0] > points[0][0]]
    planes = np.asarray(data.planes, float)
    hull = sorted({x for points in pieces for x, _ in points})
    closure = [(x, float((planes @ [x, 1 - x]).min())) for x in hull]
    lines = [{"x": x, "y": y, "line": PLAIN, "part": str(k)} for k, (_, pts) in enumerate(inside) for x, y in pts]
    lines += [{"x": x, "y": y, "line": CLOSED, "part": "closure"} for x, y in closure]
    heights = [y for _, points in inside for _, y in points] + [y for _, y in closure]
    room = 0.07 * ((max(heights) - min(heights)) or 1.0)
    low, high = around(heights, min(heights) - room, max(heights) + room)
    x = alt.X(
        "x:Q",
        title=f"belief: probability of “{states[0]}”",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(tickCount=10, grid=False, format=".1~f"),
    )
    y = alt.Y("y:Q", title=worth, scale=alt.Scale(domain=[low, high], nice=False), axis=alt.Axis(tickCount=5))
    domain, colours = [PLAIN, CLOSED], [TODAY_COLOUR, DESIGNED_COLOUR]
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolSize=400, symbolStrokeWidth=3)
    both = (
        chart(alt, lines)
        .mark_line()
        .encode(
            x=x,
            y=y,
            detail="part:N",
            color=alt.Color("line:N", scale=alt.Scale(domain=domain, range=colours), legend=legend),
            strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=domain, range=[[1, 0], [6, 3]]), legend=legend),
            strokeWidth=alt.StrokeWidth("line:N", scale=alt.Scale(domain=domain, range=[3.5, 2]), legend=None),
        )
    )
    picture = alt.layer(both, *_prior(alt, data, x, y, low, high), *_posteriors(alt, data, x, y)).properties(
        width=560, height=300
    )
    strip = _strip(alt, inside, acts)
    made = alt.vconcat(picture, strip, spacing=6).resolve_scale(x="shared")
    return finished(made, description=f"{worth} at each belief, and its concave closure")


def _prior(alt: Any, data: Concave, x: Any, y: Any, low: float, high: float) -> list[Any]:
    """The prior, v̂ there, the closure there, and the gain between them."""
    at, here, value = float(data.prior[0]), float(data.here), float(data.value)
    said = f"prior {number(at, 3)}"
    side, other = {"align": "left", "dx": 8}, {"align": "right", "dx": -8}
    side, other = (other, side) if at > 0.75 else (side, other)
    rising = data.price[0] >= data.price[1]
    base = chart(alt, [{"x": at, "y": low, "top": high, "label": said}]).encode(x=x)
    layers = [
        base.mark_rule(style="soft", strokeDash=[3, 3]).encode(y=y, y2="top:Q"),
        base.mark_text(style="soft-text", baseline="top", **side).encode(y=alt.value(4), text="label:N"),
    ]
    gain = chart(alt, [{"x": at, "y": here, "top": value}]).encode(x=x, y=y)
    if value > here:
        layers.append(gain.mark_rule(color=DESIGNED_COLOUR, strokeWidth=5, opacity=0.35).encode(y2="top:Q"))
        layers.append(_dot(gain, TODAY_COLOUR, "circle"))
    top = chart(alt, [{"x": at, "y": value, "label": f"{CLOSED}: {number(value, 3)}"}]).encode(x=x, y=y)
    layers.append(_dot(top, DESIGNED_COLOUR, "diamond"))
    clear = {"align": "right", "dx": -10} if rising else {"align": "left", "dx": 10}  # the line is on the other side
    if not 0.25 < at < 0.75 and data.price[0] != data.price[1]:  # too near the edge: on its side, below the line
        clear = {**(side if at < 0.5 else other), "baseline": "top", "dy": 22}
    text = {"style": "ink-text", "baseline": "bottom", "dy": -9, "fontWeight": 600} | clear
    return [*layers, top.mark_text(**text).encode(text="label:N")]


def _dot(base: Any, colour: str, shape: str) -> Any:
    return base.mark_point(filled=True, size=130, opacity=1, shape=shape, color=colour, stroke="#ffffff", strokeWidth=1)


def _posteriors(alt: Any, data: Concave, x: Any, y: Any) -> list[Any]:
    if len(data.chances) < 2:
        return []
    planes, rising = np.asarray(data.planes, float), data.price[0] >= data.price[1]
    middle = data.prior[0]
    rows = [
        {
            "x": float(q[0]),
            "y": float((planes @ [float(q[0]), float(q[1])]).min()),
            "label": f"{float(chance):.0%}",
            "said": f"belief {number(float(q[0]), 3)} with probability {number(float(chance), 3)}",
            "out": -22 if q[0] > middle else 22,
            "up": -15 if (q[0] > middle) == rising else 16,  # the corner that the line leaves free
        }
        for q, chance in zip(data.posteriors, data.chances, strict=True)
    ]
    base = chart(alt, rows).encode(x=x, y=y, tooltip=alt.Tooltip("said:N", title="the signal leads to"))
    text = {"style": "ink-text", "baseline": "middle", "dy": {"expr": "datum.up"}, "dx": {"expr": "datum.out"}}
    return [
        base.mark_point(filled=True, size=110, opacity=1, color=DESIGNED_COLOUR, stroke="#ffffff", strokeWidth=1),
        base.mark_text(**text).encode(text="label:N"),
    ]


def _strip(alt: Any, inside: Sequence[tuple[Any, Sequence[tuple[float, float]]]], acts: Sequence[str]) -> Any:
    """Below the lines: what the receiver does at each belief."""
    spans = [(acts[r.act], points[0][0], points[-1][0]) for r, points in inside]
    rows = [
        {"from": a, "to": b, "middle": (a + b) / 2, "act": act, "shown": act if (b - a) * 560 > 7 * len(act) else ""}
        for act, a, b in spans
    ]
    axis = alt.Scale(domain=[0, 1], nice=False)
    base = chart(alt, rows)
    tips = [alt.Tooltip("act:N"), alt.Tooltip("from:Q", format=".3~f"), alt.Tooltip("to:Q", format=".3~f")]
    bars = base.mark_rect(style="soft", fillOpacity=0.12, strokeOpacity=0.6, cornerRadius=3).encode(
        x=alt.X("from:Q", scale=axis, axis=None), x2="to:Q", tooltip=tips
    )
    texts = base.mark_text(style="ink-text").encode(x=alt.X("middle:Q", scale=axis, axis=None), text="shown:N")
    return alt.layer(bars, texts).properties(width=560, height=24)


# ── three states ────────────────────────────────────────────────────────────────────────────────────────────────────


def _triangles(data: Concave, states: Sequence[str], acts: Sequence[str], worth: str) -> Any:
    alt = altair()
    regions = [(np.asarray(r.corners, float), np.asarray(r.values, float), r.act) for r in data.regions]
    regions = [region for region in regions if len(region[0]) > 2]
    planes = np.asarray(data.planes, float)
    facets = [(corners, corners @ planes[k]) for k in range(len(planes)) if len(corners := _facet(planes, k)) > 2]
    seen = [float(x) for _, values, *_ in [*regions, *facets] for x in values]
    low, high = min(seen), max(seen)
    left = [
        *_shaded(alt, [(c, v) for c, v, _ in regions], low, high),
        *_outlines(alt, [c for c, *_ in regions]),
        _act_names(alt, regions, acts, (low, high), _place(data.prior)),
        _prior_mark(alt, data)[0],
        _key(alt, low, high, worth),
    ]
    right = [*_shaded(alt, facets, low, high), *_outlines(alt, [np.eye(3)]), *_spread(alt, data)]
    panels = [
        alt.layer(*layers, *_corners(alt, states))
        .resolve_scale(color="independent")
        .properties(width=EDGE, height=EDGE * HEIGHT, title=title)
        for layers, title in (
            (left, f"{PLAIN.capitalize()}: {number(float(data.here), 3)} at the prior"),
            (right, f"{CLOSED.capitalize()}: {number(float(data.value), 3)} at the prior"),
        )
    ]
    return finished(alt.hconcat(*panels, spacing=56), description=f"{worth} at each belief, and its concave closure")


def _place(beliefs: Any) -> np.ndarray:
    """[..., (x, y)]: the first state at the left, the second at the right, the third on top."""
    q = np.asarray(beliefs, float)
    return np.stack([q[..., 1] + q[..., 2] / 2, HEIGHT * q[..., 2]], axis=-1)


def _clip(corners: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The part of a polygon [corner, s] where a linear function, given at its corners, is at least 0."""
    kept = []
    for k in range(len(corners)):
        x, y = level[k - 1], level[k]
        if x * y < 0:
            kept.append((corners[k - 1] * y - corners[k] * x) / (y - x))
        if y >= 0:
            kept.append(corners[k])
    return np.array(kept).reshape(-1, corners.shape[1])


def _facet(planes: np.ndarray, k: int) -> np.ndarray:
    """The beliefs at which plane k is the lowest."""
    corners = np.eye(3)
    for other in planes:
        if len(corners) and (other != planes[k]).any():
            corners = _clip(corners, corners @ (other - planes[k]) + 1e-12)
    return corners


def _axes(alt: Any) -> dict[str, Any]:
    return {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False)),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, HEIGHT], nice=False)),
    }


def _polygons(corners: Sequence[np.ndarray], **fields: Sequence[Any]) -> list[dict[str, Any]]:
    rows = []
    for k, shape in enumerate(corners):
        extra = {name: values[k] for name, values in fields.items()}
        rows += [
            {"x": float(x), "y": float(y), "part": k, "order": j} | extra for j, (x, y) in enumerate(_place(shape))
        ]
    return rows


def _shaded(alt: Any, pieces: Sequence[tuple[np.ndarray, np.ndarray]], low: float, high: float) -> list[Any]:
    """Pieces on which a value is linear, cut into bands of one colour each."""
    shapes, shades = [], []
    edges = np.linspace(low, high, BANDS + 1) if high > low else np.array([low, low])
    for corners, values in pieces:
        full = np.column_stack([corners, values])
        for a, b in pairwise(edges):
            band = _clip(full, full[:, 3] - a) if a > low else full
            band = _clip(band, b - band[:, 3]) if len(band) and b < high else band
            if len(band) > 2:
                shapes.append(band[:, :3])
                shades.append(float((a + b) / 2))
    base = chart(alt, _polygons(shapes, value=shades)).encode(**_axes(alt), detail="part:N", order="order:Q")
    paint = {"scale": ramp(alt, low, high)["scale"], "legend": None}
    return [
        base.mark_line(interpolate="linear-closed", filled=True).encode(fill=alt.Fill("value:Q", **paint)),
        base.mark_line(interpolate="linear-closed", strokeWidth=0.7).encode(  # no seams between bands
            stroke=alt.Stroke("value:Q", **paint)
        ),
    ]


def _key(alt: Any, low: float, high: float, worth: str) -> Any:
    """Nothing to be seen but the legend of the colours."""
    scaled = ramp(alt, low, high)
    scaled["legend"].title, scaled["legend"].gradientOpacity, scaled["legend"].offset = worth, 1, 30
    base = chart(alt, [{"x": 0.5, "y": 0.5, "value": low}]).encode(**_axes(alt))
    return base.mark_point(filled=True, opacity=0, size=1).encode(color=alt.Color("value:Q", **scaled))


def _outlines(alt: Any, shapes: Sequence[np.ndarray]) -> list[Any]:
    base = chart(alt, _polygons(shapes)).encode(**_axes(alt), detail="part:N", order="order:Q")
    return [base.mark_line(interpolate="linear-closed", strokeWidth=1.5, color="#ffffff", strokeJoin="round")]


def _act_names(
    alt: Any, regions: Sequence[Any], acts: Sequence[str], domain: tuple[float, float], avoid: np.ndarray
) -> Any:
    rows = []
    for corners, values, act in regions:
        at, width = _place(corners.mean(axis=0)), np.ptp(_place(corners)[:, 0])
        rows.append(
            {
                "x": float(at[0]),
                "y": float(at[1]),
                "name": acts[act] if width * EDGE > 7 * len(acts[act]) else "",
                "ink": ink(float(values.mean()), *domain),
                "down": 24 if abs(at - avoid).max() < 0.1 else 0,
            }
        )
    text = chart(alt, rows).mark_text(fontSize=13, fontWeight=600, dy={"expr": "datum.down"})
    return text.encode(**_axes(alt), text="name:N", color=alt.Color("ink:N", scale=None, legend=None))


def _spread(alt: Any, data: Concave) -> list[Any]:
    """The prior, and the posteriors it is split into, larger where likelier."""
    (px, py), rows = _place(data.prior), []
    for k, (q, chance) in enumerate(zip(data.posteriors, data.chances, strict=True)):
        x, y = map(float, _place(q))
        said = ", ".join(number(float(share), 3) for share in q)
        rows.append(
            {
                "x": x,
                "y": y,
                "chance": float(chance),
                "said": said,
                "label": f"{float(chance):.0%}",
                "part": k,
                "order": 1,
            }
        )
    rays = rows + [{"x": float(px), "y": float(py), "part": row["part"], "order": 0} for row in rows]
    base = chart(alt, rows).encode(**_axes(alt))
    size = alt.Size("chance:Q", scale=alt.Scale(domain=[0, 1], range=[60, 700]), legend=None)
    tips = [alt.Tooltip("said:N", title="belief"), alt.Tooltip("chance:Q", title="probability", format=".3~f")]
    dark, halo = "#101828", {"stroke": "#ffffff", "strokeWidth": 1.5}
    layers = [
        chart(alt, rays)
        .mark_line(color=dark, strokeWidth=1.2, strokeDash=[4, 3])
        .encode(**_axes(alt), detail="part:N", order="order:Q"),
        base.mark_point(filled=True, opacity=1, color=dark, **halo).encode(size=size, tooltip=tips),
    ]
    if len(rows) > 1:
        layers += _haloed(base, "label:N", dy=-18)
    return [*layers, *_prior_mark(alt, data)]


def _prior_mark(alt: Any, data: Concave) -> list[Any]:
    x, y = map(float, _place(data.prior))
    base = chart(alt, [{"x": x, "y": y, "label": "prior"}]).encode(**_axes(alt))
    diamond = {"shape": "diamond", "size": 150, "color": "#ffffff", "stroke": "#101828", "strokeWidth": 1.5}
    return [base.mark_point(filled=True, opacity=1, **diamond), *_haloed(base, "label:N", dy=16)]


def _haloed(base: Any, text: str, dy: int) -> list[Any]:
    """Dark text on a light rim: legible on every colour and on both surroundings."""
    style = {"fontSize": 12, "fontWeight": 600, "dy": dy}
    return [
        base.mark_text(**style, color="#ffffff", stroke="#ffffff", strokeWidth=3.5, strokeJoin="round").encode(
            text=text
        ),
        base.mark_text(**style, color="#101828").encode(text=text),
    ]


def _corners(alt: Any, states: Sequence[str]) -> list[Any]:
    base = chart(alt, [{"x": 0.0, "y": 0.0, "name": states[0]}]).encode(**_axes(alt), text="name:N")
    other = chart(alt, [{"x": 1.0, "y": 0.0, "name": states[1]}]).encode(**_axes(alt), text="name:N")
    top = chart(alt, [{"x": 0.5, "y": HEIGHT, "name": states[2]}]).encode(**_axes(alt), text="name:N")
    low = {"style": "ink-text", "dy": 16}
    return [
        base.mark_text(align="center", **low),
        other.mark_text(align="center", **low),
        top.mark_text(style="ink-text", align="left", dx=10, dy=2),
    ]
