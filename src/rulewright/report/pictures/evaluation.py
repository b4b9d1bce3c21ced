"""What more items buy: any quantities against the number of items, on a logarithmic axis.

Evaluations against the guarantee, worst equilibria against noise, honest and gaming effort: the numbers come as arrays, from
`rulewright.competition.evaluation`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import floats
from .canvas import Canvas, Picture, region, short, width_of
from .frame import Frame, paragraph, placed, roomy
from .logit import decades

WHAT = "picture against items"
WIDTH, HEIGHT = 460, 250
MOST_CURVES = 8


def against_items(
    items: Sequence[float],
    curves: Any,
    labels: Sequence[str],
    *,
    title: str = "What more items buy",
    up: str = "within the best",
    marks: Sequence[tuple[float, str]] = (),
) -> Picture:
    """curves[curve, count] at items[count] > 0, increasing; `marks`: numbers of items that have a name, drawn as vertical lines.

    Raises InputError for other shapes, numbers that are not finite, or more than eight curves.
    """
    x, table = floats(items), floats(curves)
    sound = x.ndim == 1 and len(x) > 1 and table.shape == (len(labels), len(x)) and len(labels) <= MOST_CURVES
    if not sound or not (x[0] > 0 and (np.diff(x) > 0).all() and np.isfinite(table).all()):
        raise InputError(
            where=WHAT,
            needed=f"curves[curve, count], finite, increasing items above 0, a label each, at most {MOST_CURVES}",
            found=f"shapes {x.shape} and {table.shape}, {len(labels)} labels",
        )
    canvas, logs = Canvas(), np.log10(x)
    frame = Frame(76.0, 62.0, WIDTH, HEIGHT, (float(logs[0]), float(logs[-1])), roomy([0.0, *table.ravel()]))
    canvas.text(20, 32, title, size=15, weight=600)
    frame.axes(
        canvas,
        "items (logarithmic)",
        up,
        at_x=[math.log10(m) for m in decades(float(logs[0]), float(logs[-1]))],
        say_x=lambda v: f"{10**v:.4g}",
    )
    shown = [(at, name) for at, name in marks if x[0] <= at <= x[-1]]
    for at, _ in shown:
        across, _ = frame(math.log10(at), 0)
        canvas.lines([(across, frame.top), (across, frame.bottom)], "soft", dash="3 4", width=1.2, kind="mark")
    for k, curve in enumerate(table):
        canvas.lines([frame(a, b) for a, b in zip(logs, curve, strict=True)], region(k), width=2.6, kind="curve")
    ends = [frame(0, float(curve[-1]))[1] for curve in table]
    for k, (y, label) in enumerate(zip(placed(ends, 15, frame.top + 2, frame.bottom), labels, strict=True)):
        canvas.lines([(frame.right + 3, y), (frame.right + 10, y)], region(k), width=4)
        canvas.text(frame.right + 15, y + 4, short(label, 26), size=12.5, full=label)
    low = frame.bottom + 62
    if shown:
        low = paragraph(canvas, [f"Dashed: {'; '.join(f'{name} at {at:.4g}' for at, name in shown)}"], 24, low, 500)
    ended = "; ".join(f"{label} {curve[-1]:.4g}" for label, curve in zip(labels, table, strict=True))
    begun = "; ".join(f"{label} {curve[0]:.4g}" for label, curve in zip(labels, table, strict=True))
    says = f"{title}. At {x[0]:.4g} items: {begun}. At {x[-1]:.4g}: {ended}."
    room = max(width_of(short(label, 26), 12.5) for label in labels)
    return canvas.picture(title, says, frame.right + 24 + min(room, 190), low + 2)
