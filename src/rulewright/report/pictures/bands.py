"""Curves with their intervals as bands: learning over steps, or what people get over a setting of the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..words import number
from .canvas import Canvas, Picture, player, short
from .frame import Frame, placed, roomy

WIDTH, HEIGHT, LEFT, TOP, RIGHT = 460.0, 240.0, 74.0, 56.0, 150.0
MOST = 8  # curves that can be told apart


@dataclass(frozen=True)
class Band:
    """One curve: at each x a mean, and an interval around it."""

    name: str
    x: Sequence[float]
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    mark: int | None = None
    """Which point to mark, if any."""


def bands(
    curves: Sequence[Band],
    across: str,
    up: str,
    title: str = "What people get",
    lines: Sequence[tuple[float, str]] = (),
) -> Picture:
    """At most eight curves, named at their ends; the picture says each curve's end in words, for who cannot see it.

    `lines`: where to draw vertical lines, each with a word.
    """
    shown = list(curves)[:MOST]
    canvas = Canvas()
    canvas.text(20, 28, title, size=15, weight=600)
    xs = np.concatenate([np.asarray(c.x, float) for c in shown])
    ys = np.concatenate([np.asarray([*c.low, *c.high], float) for c in shown])
    low, high = roomy(ys[np.isfinite(ys)])
    frame = Frame(LEFT, TOP, WIDTH, HEIGHT, (float(xs.min()), float(xs.max())), (low, high))
    frame.axes(canvas, across, up)
    for x, name in lines:
        (px, py), below = frame(x, high), frame(x, low)
        canvas.lines([(px, py), below], "soft", width=1.4, dash="4 3", kind="mark")
        canvas.text(px + 4, py + 12, name, ink="soft", size=12)
    for k, curve in enumerate(shown):
        upper = [frame(x, y) for x, y in zip(curve.x, curve.high, strict=True)]
        lower = [frame(x, y) for x, y in zip(curve.x, curve.low, strict=True)]
        canvas.area([*upper, *reversed(lower)], player(k), opacity=0.16, kind="band")
    for k, curve in enumerate(shown):
        canvas.lines(
            [frame(x, y) for x, y in zip(curve.x, curve.mean, strict=True)], player(k), width=2.2, kind="curve"
        )
        if curve.mark is not None:
            canvas.dot(frame(curve.x[curve.mark], curve.mean[curve.mark]), fill=player(k), kind="mark")
    if len(shown) > 1:
        ends = [frame(c.x[-1], c.mean[-1])[1] for c in shown]
        for k, (curve, y) in enumerate(zip(shown, placed(ends, 16, frame.top, frame.bottom), strict=True)):
            canvas.text(frame.right + 8, y + 4, short(curve.name, 22), ink=player(k), size=12.5, full=curve.name)
    says = "; ".join(
        f"{c.name}: {number(c.mean[0])} at {number(c.x[0])}, {number(c.mean[-1])} ({number(c.low[-1])} to "
        f"{number(c.high[-1])}) at {number(c.x[-1])}"
        for c in shown
    )
    return canvas.picture(title, f"{up} over {across}. {says}.", frame.right + RIGHT, frame.bottom + 56)
