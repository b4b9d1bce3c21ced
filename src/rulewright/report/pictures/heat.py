"""A map of numbers over a rectangle, darker where they are larger: who gets an item, over what two values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..words import number
from .canvas import Canvas, Picture
from .frame import Frame

SIDE, LEFT, TOP, SCALE = 320.0, 78.0, 56.0, 16.0
LEVELS = 40  # that are told apart


def heat(
    values: Sequence[Sequence[float]],
    across: str,
    up: str,
    title: str,
    x: tuple[float, float],
    y: tuple[float, float],
    limits: tuple[float, float] | None = None,
) -> Picture:
    """`values`[row, column]: rows upwards from `y`'s low end, columns from `x`'s; colours run over `limits`, or what there is."""
    grid = np.asarray(values, float)
    low, high = limits or (float(np.nanmin(grid)), float(np.nanmax(grid)))
    canvas = Canvas()
    canvas.text(20, 28, title, size=15, weight=600)
    frame = Frame(LEFT, TOP, SIDE, SIDE, x, y)
    level = np.clip(np.rint((grid - low) / ((high - low) or 1.0) * LEVELS), 0, LEVELS)
    level[~np.isfinite(grid)] = -1
    rows, columns = grid.shape
    cuts = [0, *(np.flatnonzero((np.diff(level, axis=0) != 0).any(axis=1)) + 1).tolist(), rows]
    for r, end in pairwise(cuts):  # equal neighbours are one rectangle: no seams, and a small file
        starts = [0, *(np.flatnonzero(np.diff(level[r])) + 1).tolist(), columns]
        for a, b in pairwise(starts):
            if level[r, a] > 0:
                corner = LEFT + SIDE * a / columns, TOP + SIDE * (1 - end / rows)
                size = SIDE * (b - a) / columns, SIDE * (end - r) / rows
                canvas.box(*corner, *size, "p0", opacity=level[r, a] / LEVELS)
    frame.axes(canvas, across, up)
    left = frame.right + 24
    for k in range(1, LEVELS + 1):
        canvas.box(left, TOP + SIDE * (1 - k / LEVELS), SCALE, SIDE / LEVELS, "p0", opacity=k / LEVELS)
    for value, height in ((low, frame.bottom), (high, frame.top)):
        canvas.text(left + SCALE + 6, height + 4, number(value, 3), ink="soft", size=12)
    corners = [(0, 0), (0, -1), (-1, 0), (-1, -1)]
    names = ["low, low", f"high {across}, low {up}", f"low {across}, high {up}", "high, high"]
    says = "; ".join(f"{name}: {number(float(grid[c]), 3)}" for name, c in zip(names, corners, strict=True))
    return canvas.picture(title, f"From {number(low)} to {number(high)}. {says}.", left + 70, frame.bottom + 56)
