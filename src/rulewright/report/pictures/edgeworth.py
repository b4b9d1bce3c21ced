"""The Edgeworth box: all ways in which two people can divide two goods (Edgeworth 1881; Pareto 1906).

The first person counts from the bottom left, the second from the top right.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..words import number
from .bands import Band
from .canvas import Canvas, Picture, player, short
from .frame import Frame, legend

SIDE, LEFT, TOP = 400.0, 78.0, 56.0


def edgeworth(curves: Sequence[Band], across: str, up: str, title: str) -> Picture:
    """`curves`: the first holds the box's lower left and upper right corners; those of one point are dots; the rest are lines."""
    box, *rest = curves
    canvas = Canvas()
    canvas.text(20, 28, title, size=15, weight=600)
    frame = Frame(LEFT, TOP, SIDE, SIDE, (box.x[0], box.x[-1]), (box.mean[0], box.mean[-1]))
    frame.axes(canvas, across, up)
    corners = [(box.x[a], box.mean[b]) for a, b in ((0, 0), (-1, 0), (-1, -1), (0, -1), (0, 0))]
    canvas.lines([frame(*c) for c in corners], "soft", width=1.4, kind="box")
    lines = [c for c in rest if len(c.x) > 1]
    dots = [c for c in rest if len(c.x) == 1]
    for k, curve in enumerate(lines):
        points = [frame(x, y) for x, y in zip(curve.x, curve.mean, strict=True)]
        canvas.lines(points, player(k), width=2, dash="6 4" if k else "", kind="curve")
    for k, dot in enumerate(dots):
        at = frame(dot.x[0], dot.mean[0])
        canvas.dot(at, fill="ink" if k else "paper", edge="ink", radius=5.5, width=2, kind="dot", tip=dot.name)
        right = at[0] < LEFT + 0.7 * SIDE
        low = at[1] < TOP + 20
        canvas.text(
            at[0] + (10 if right else -10),
            at[1] + (18 if low else -8),
            short(dot.name, 24),
            size=12.5,
            halo=True,
            anchor="start" if right else "end",
        )
    low_ = legend(canvas, [(player(k), c.name) for k, c in enumerate(lines)], LEFT, frame.bottom + 62, SIDE)
    says = "; ".join(f"{d.name}: {number(d.x[0])} and {number(d.mean[0])}" for d in dots)
    says = f"{across} from {number(box.x[0])} to {number(box.x[-1])}, {up} to {number(box.mean[-1])}. {says}."
    return canvas.picture(title, says, frame.right + 60, low_ + 4)
