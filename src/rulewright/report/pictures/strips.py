"""Ranges on one logarithmic axis, a row each: which chances a reward approves of, and which people accept."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..words import number
from .canvas import Canvas, Picture, player, short
from .frame import Frame

WIDTH, ROW, LEFT, TOP, BAR = 460.0, 44.0, 170.0, 76.0, 20.0


def strips(
    rows: Sequence[tuple[str, float, float]],
    limits: tuple[float, float],
    across: str,
    title: str,
    lines: Sequence[tuple[float, str]] = (),
) -> Picture:
    """Bars from low to high (both above 0), named at their left, on a logarithmic axis; `lines`: where to mark it, with a word."""
    canvas = Canvas()
    canvas.text(20, 28, title, size=15, weight=600)
    low, high = (math.log10(x) for x in limits)
    frame = Frame(LEFT, TOP, WIDTH, ROW * len(rows), (low, high), (0.0, float(len(rows))))
    every = max(1, math.ceil((high - low) / 7))
    powers = [k for k in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1) if k % every == 0]
    frame.axes(canvas, across, "", at_x=[float(k) for k in powers], at_y=[], say_x=lambda k: _power(round(k)))
    for k, (name, first, last) in enumerate(rows):
        y = TOP + ROW * (k + 0.5)
        (x0, _), (x1, _) = (frame(math.log10(x), 0) for x in (first, last))
        canvas.box(x0, y - BAR / 2, x1 - x0, BAR, player(k), opacity=0.45, kind="bar")
        canvas.text(LEFT - 12, y + 4, short(name, 22), ink=player(k), size=12.5, anchor="end", full=name)
    for k, (x, word) in enumerate(lines):
        px, _ = frame(math.log10(x), 0)
        canvas.lines([(px, TOP - 4), (px, frame.bottom)], "ink", width=1.4, dash="4 3", kind="mark")
        anchor = "end" if px > LEFT + WIDTH - 110 else "start"
        canvas.text(px, TOP - 10 - 16 * (k % 2), f"{word} {number(x, 3)}", size=12, anchor=anchor)
    says = "; ".join(f"{name}: from {number(first)} to {number(last)}" for name, first, last in rows)
    marks = ", ".join(f"{word} at {number(x)}" for x, word in lines)
    return canvas.picture(title, f"{across}. {says}. {marks}.", frame.right + 40, frame.bottom + 56)


def _power(k: int) -> str:
    if -2 <= k <= 4:
        return number(10.0**k)
    return "10" + str(k).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
