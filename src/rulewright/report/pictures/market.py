"""Pictures of a market of AIs: where people are beside the hull, what each reading of the market misses by, and where it misses.

Plain data in: coordinates, names and numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...numerics.rational import Array
from ..words import number
from .canvas import Canvas, Picture, region, short, width_of
from .frame import Frame, legend, paragraph, placed, roomy
from .payoffs import hull as convex

SIDE = 420
NAMED = 8  # AIs with names, the heaviest
BAR = 22
LABEL = 236  # pixels for names of bars
PLOT = 360


def geometry(
    people: Array,
    mix: Array,
    ais: Array,
    weights: Array,
    names: Sequence[str],
    *,
    border: float | None = None,
    seen: float = 1.0,
) -> Picture:
    """People, the nearest mix, and AIs[i, 2] as dots, those in the mix filled and named.

    `border`: the largest first coordinate of an AI, drawn as a line; `seen`: the share of the AIs' variance that is shown.
    """
    canvas = Canvas()
    title = "Where people are beside the AIs"
    canvas.text(20, 32, title, size=15, weight=600)
    everything = np.concatenate([ais, people[None], mix[None]])
    span = max(np.ptp(everything[:, 0]), np.ptp(everything[:, 1]), 1e-9)
    limits = []
    for axis in (0, 1):  # one scale both ways: distances are distances
        middle = (everything[:, axis].max() + everything[:, axis].min()) / 2
        limits.append(roomy([middle - span / 2, middle + span / 2]))
    frame = Frame(78, 56, SIDE, SIDE, limits[0], limits[1])
    frame.axes(canvas, "the move that people want and no mix makes", "where the AIs differ most beyond that")
    if len(ais) > 2:
        canvas.area([frame(*p) for p in convex(ais)], region(0), opacity=0.14, edge=region(0), kind="hull")
    if border is not None:
        x = frame(border, 0)[0]
        canvas.lines([(x, frame.top), (x, frame.bottom)], "p1", width=1.2, dash="6 4", kind="border")
    used = [int(i) for i in np.argsort(-weights, kind="stable") if weights[i] > 0]
    for i in range(len(ais)):
        if i not in used:
            canvas.dot(frame(*ais[i]), fill="soft", radius=3.4, width=1, kind="ai", tip=names[i])
    heaviest = float(weights[used[0]]) if used else 1.0
    for i in used:
        canvas.lines([frame(*mix), frame(*ais[i])], "p0", width=0.8, dash="2 3", opacity=0.7)
    for i in used:
        size = 4.5 + 4.5 * (float(weights[i]) / heaviest) ** 0.5
        canvas.dot(frame(*ais[i]), fill="p0", radius=size, kind="in-mix", tip=f"{names[i]}: {float(weights[i]):.3g}")
    canvas.lines([frame(*mix), frame(*people)], "p1", width=2.2, kind="distance")
    canvas.dot(frame(*mix), fill="paper", edge="p0", radius=6.5, width=2.6, kind="mix", tip="the nearest mix")
    canvas.dot(frame(*people), fill="p1", radius=7, kind="people", tip="people")
    _labels(canvas, frame, people, mix, ais, used[:NAMED], names)
    low = legend(
        canvas,
        [("p1", "people"), ("p0", "AIs in the mix"), ("soft", "other AIs"), (region(0), "mixes of the AIs")],
        28,
        frame.bottom + 66,
        SIDE + 60,
    )
    words = [
        f"Two directions of many: {seen:.0%} of the AIs' differences. Ring: the nearest mix; orange: what is missing."
    ]
    words += ["No AI is right of the dashed line, so no mix of them is."] * (border is not None)
    low = paragraph(canvas, words, 28, low + 4, SIDE + 60)
    made = ", ".join(names[i] for i in used[:NAMED]) + (" and others" if len(used) > NAMED else "")
    apart = float(np.hypot(*(people - mix)))
    says = f"{len(ais)} AIs, the nearest mix ({made or 'of none'}) and people, {apart:.3g} away on paper."
    return canvas.picture(title, says, 78 + SIDE + 150, low + 4)


def _labels(
    canvas: Canvas, frame: Frame, people: Array, mix: Array, ais: Array, used: Sequence[int], names: Sequence[str]
) -> None:
    """Names right of their dots, moved apart; a thin line leads to a dot from which its name had to move."""
    x, y = frame(*mix)
    canvas.text(x - 12, y + 4, "nearest mix", size=12, anchor="end", halo=True)
    entries = [("people", frame(*people), "p1")]
    entries += [(short(names[i], 22), frame(*ais[i]), "ink") for i in used]
    heights = placed([at[1] for _, at, _ in entries], 15.5, frame.top + 6, frame.bottom - 4)
    for (name, (x, y), ink), height in zip(entries, heights, strict=True):
        at = min(x + 13, frame.right + 128 - width_of(name, 12))
        if abs(height - y) > 5:
            canvas.lines([(x + 6, y), (at - 2, height)], "soft", width=0.7, opacity=0.8)
        canvas.text(at, height + 4, name, size=12, ink=ink, halo=True, weight=600 if ink == "p1" else 400)


def ladder(
    lines: Sequence[tuple[str, float, str]], *, calibration: float, market: float, guarantee: str = ""
) -> Picture:
    """Bars: (name, error, ink) each; what of the drop is calibration and what is the market's is said below."""
    canvas = Canvas()
    title = "How far each answer is from people, in its worst row"
    canvas.text(20, 32, title, size=15, weight=600)
    most = max([error for _, error, _ in lines] + [1e-12])
    y, left = 58.0, 20 + LABEL
    for name, error, ink in lines:
        canvas.text(left - 10, y + BAR / 2 + 4, short(name, 32), size=12.5, anchor="end", full=name)
        canvas.box(left, y, max(1.0, PLOT * error / most), BAR - 4, ink, opacity=0.75, edge=ink, kind="bar")
        canvas.text(left + PLOT * error / most + 8, y + BAR / 2 + 3, number(error, 3), size=12.5, weight=600)
        y += BAR + 6
    drop = calibration + market
    words = []
    if drop > 1e-12:
        words.append(
            f"From the best single AI to the cone the error falls by {number(drop, 3)}: {calibration / drop:.0%} of it is "
            f"calibration (shift and stretch of one AI), {market / drop:.0%} is the mix."
        )
    words += [guarantee] * bool(guarantee)
    low = paragraph(canvas, words, 20, y + 20, LABEL + PLOT + 40)
    says = "; ".join(f"{name} {number(error, 3)}" for name, error, _ in lines) + ". " + " ".join(words)
    return canvas.picture(title, says, left + PLOT + 80, low + 2)


def misses(rows: Sequence[tuple[str, float, float]], *, epsilon: float) -> Picture:
    """The rows where the mix misses most: (name, people, mix) each, as a line from one to the other."""
    canvas = Canvas()
    title = "Where the best mix misses most"
    canvas.text(20, 32, title, size=15, weight=600)
    values = [v for _, a, b in rows for v in (a, b)] or [0.0, 1.0]
    height = 26.0 * max(1, len(rows))
    frame = Frame(20 + LABEL, 58, PLOT, height, roomy(values), (0.0, 1.0))
    frame.axes(canvas, "utility", "", at_y=[])
    for k, (name, people, mix) in enumerate(rows):
        y = frame.top + 26 * (k + 0.5)
        a, b = frame(people, 0)[0], frame(mix, 0)[0]
        canvas.text(frame.left - 10, y + 4, short(name, 32), size=12.5, anchor="end", full=name)
        canvas.lines([(a, y), (b, y)], "soft", width=2, kind="miss")
        canvas.dot((b, y), fill="p0", radius=5, kind="mix", tip=f"mix {mix:.3g}")
        canvas.dot((a, y), fill="p1", radius=5, kind="people", tip=f"people {people:.3g}")
        canvas.text(frame.right + 10, y + 4, f"{mix - people:+.3g}".replace("-", "−"), size=12)
    low = legend(canvas, [("p1", "people"), ("p0", "the best mix")], frame.left, frame.bottom + 62, PLOT)
    low = paragraph(
        canvas,
        [f"On the right: by how much the mix overrates (+) or underrates (−). ε = {epsilon:.3g}."],
        20,
        low + 4,
        600,
    )
    says = "; ".join(f"{name}: people {people:.3g}, mix {mix:.3g}" for name, people, mix in rows) + "."
    return canvas.picture(title, says, frame.right + 80, low + 2)
