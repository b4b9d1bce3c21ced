"""Curves with their intervals as bands: learning over steps, or what people get over a setting of the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..words import number
from .canvas import Canvas, Picture, player, short, width_of
from .frame import Frame, placed, roomy

WIDTH, HEIGHT, LEFT, TOP, RIGHT = 460.0, 240.0, 84.0, 56.0, 150.0
MOST = 8  # curves that can be told apart
LETTERS, SIZE = 44, 12.5  # of the name at a curve's end: how many stand there, how large


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
    like: str = ""
    """The name of a curve whose colour this one has too; it is dashed then."""


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
    inks = _inks(shown)
    for ink, curve in zip(inks, shown, strict=True):
        upper = [frame(x, y) for x, y in zip(curve.x, curve.high, strict=True)]
        lower = [frame(x, y) for x, y in zip(curve.x, curve.low, strict=True)]
        canvas.area([*upper, *reversed(lower)], ink, opacity=0.16, kind="band")
    for ink, curve in zip(inks, shown, strict=True):
        points = [frame(x, y) for x, y in zip(curve.x, curve.mean, strict=True)]
        canvas.lines(points, ink, width=2.2, dash="6 4" if curve.like else "", kind="curve")
        if curve.mark is not None:
            canvas.dot(frame(curve.x[curve.mark], curve.mean[curve.mark]), fill=ink, kind="mark")
    names = [short(c.name, LETTERS) for c in shown]
    if len(shown) > 1:
        ends = [frame(c.x[-1], c.mean[-1])[1] for c in shown]
        heights = placed(ends, 16, frame.top, frame.bottom)
        for ink, curve, name, y in zip(inks, shown, names, heights, strict=True):
            canvas.text(frame.right + 8, y + 4, name, ink=ink, size=SIZE, full=curve.name)
    says = "; ".join(
        f"{c.name}: {number(c.mean[0])} at {number(c.x[0])}, {number(c.mean[-1])} ({number(c.low[-1])} to "
        f"{number(c.high[-1])}) at {number(c.x[-1])}"
        for c in shown
    )
    right = max(RIGHT, 28 + max(width_of(name, SIZE) for name in names)) if len(shown) > 1 else RIGHT
    return canvas.picture(title, f"{up} over {across}. {says}.", frame.right + right, frame.bottom + 56)


def _inks(curves: Sequence[Band]) -> list[str]:
    """A colour for each curve that is not like another; those that are have the other's."""
    own = [c.name for c in curves if c.like in ("", c.name)]
    of = {name: player(k) for k, name in enumerate(own)}
    return [of.get(c.like or c.name, player(len(own))) for c in curves]
