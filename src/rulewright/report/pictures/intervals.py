"""Estimates with their intervals, row by row: a dot for the estimate, a line for where it may lie; colours for who is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..words import number
from .canvas import Canvas, Picture, player, short
from .frame import legend, ticks

LEFT, WIDTH, TOP, GAP, ROW = 210.0, 400.0, 46.0, 14.0, 18.0


@dataclass(frozen=True)
class Estimate:
    """One number with its interval, in row `row`."""

    row: int
    value: float
    low: float
    high: float


def intervals(
    names: Sequence[str], found: Sequence[tuple[str, Sequence[Estimate]]], across: str, title: str
) -> Picture:
    """`names` of the rows from the top; `found`: (who, its estimates). From 0 to 1, further where numbers lie further."""
    canvas = Canvas()
    canvas.text(20, 28, title, size=15, weight=600)
    top = legend(canvas, [(player(k), who) for k, (who, _) in enumerate(found)], 20, TOP + 6, LEFT + WIDTH) + 4
    each = [[e for _, estimates in found for e in estimates if e.row == r] for r in range(len(names))]
    ends = [v for row in each for e in row for v in (e.value, e.low, e.high)]
    low, high = min([0.0, *ends]), max([1.0, *ends])
    heights = [GAP + ROW * max(1, len(row)) for row in each]
    bottom = top + sum(heights)

    def at(value: float) -> float:
        return LEFT + WIDTH * (value - low) / (high - low)

    for x in ticks(low, high):
        canvas.lines([(at(x), top), (at(x), bottom + 4)], "line", width=1)
        canvas.text(at(x), bottom + 18, number(x, 3), ink="soft", size=12, anchor="middle")
    canvas.text(LEFT + WIDTH / 2, bottom + 38, across, ink="soft", anchor="middle", size=12.5)
    y = top
    for r, name in enumerate(names):
        canvas.lines([(LEFT, y), (LEFT + WIDTH, y)], "line", width=1)
        canvas.text(LEFT - 10, y + heights[r] / 2 + 4, short(name, 30), anchor="end", size=12.5, full=name)
        level = y + (GAP + ROW) / 2
        for k, (who, estimates) in enumerate(found):
            for e in estimates:
                if e.row == r:
                    tip = f"{who}, {name}: {number(e.value)} ({number(e.low)} to {number(e.high)})"
                    canvas.lines(
                        [(at(e.low), level), (at(e.high), level)], player(k), width=3, opacity=0.45, kind="interval"
                    )
                    canvas.dot((at(e.value), level), fill=player(k), radius=4.5, tip=tip)
                    level += ROW
        y += heights[r]
    says = "; ".join(
        f"{names[e.row]}, {who}: {number(e.value)} ({number(e.low)} to {number(e.high)})"
        for who, estimates in found
        for e in estimates
    )
    return canvas.picture(title, f"{across}. {says}.", LEFT + WIDTH + 30, bottom + 56)
