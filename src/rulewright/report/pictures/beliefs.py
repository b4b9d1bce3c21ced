"""Two states: what each belief of people's is worth to every AI, the most it could make of it, and where all of them stop.

An AI would say more wherever its concave closure lies above what the belief brings it (Kamenica & Gentzkow 2011).
Beliefs where none would are the only ones that equilibria with rich signals are made of (Gentzkow & Kamenica 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..words import number
from .canvas import Canvas, Picture, player, short
from .frame import Frame, legend, roomy

WIDTH, HEIGHT = 520, 230


@dataclass(frozen=True)
class Replied:
    """Beliefs from low to high, at which people do one thing."""

    low: float
    high: float
    action: str


def beliefs(
    state: str,
    prior: float,
    replies: Sequence[Replied],
    lines: Sequence[
        tuple[str, Sequence[tuple[tuple[float, float], tuple[float, float]]], Sequence[tuple[float, float]]]
    ],
    stops: Sequence[tuple[float, float]],
) -> Picture:
    """`lines`: (AI, pieces ((belief, utility), (belief, utility)), corners of its closure); `stops`: beliefs."""
    canvas = Canvas()
    title = "Which beliefs survive"
    canvas.text(20, 30, title, size=15, weight=600)
    heights = [p[1] for _, pieces, closure in lines for p in (*(end for piece in pieces for end in piece), *closure)]
    frame = Frame(72, 62, WIDTH, HEIGHT, (0.0, 1.0), roomy(heights))
    frame.axes(canvas, f"belief: probability of “{state}”", "what the AI gets")
    for reply in replies:
        left, right = (frame(v, frame.y[0])[0] for v in (reply.low, reply.high))
        room = int((right - left) / 7)
        if room >= 3:
            canvas.text(
                (left + right) / 2,
                frame.top - 8,
                short(reply.action, room),
                ink="soft",
                size=12,
                anchor="middle",
                full=reply.action,
            )
        if reply.low > 0:
            canvas.lines([(left, frame.top), (left, frame.bottom)], "soft", width=1, dash="2 4")
    for k, (_, pieces, closure) in enumerate(lines):
        canvas.lines([frame(*p) for p in closure], player(k), width=1.6, dash="6 4", kind="closure")
        for a, b in pieces:
            canvas.lines([frame(*a), frame(*b)], player(k), width=3, kind="value")
    x, _ = frame(prior, 0)
    canvas.lines([(x, frame.top), (x, frame.bottom)], "ink", width=1.4, dash="1 3", kind="prior")
    canvas.text(x + 5, frame.top + HEIGHT / 2 + 4, "prior", size=11.5, halo=True)
    strip = frame.bottom + 54
    canvas.text(frame.left, strip + 1, "no AI would say more:", ink="soft", size=12.5)
    strip += 20
    canvas.lines([(frame.left, strip), (frame.right, strip)], "line", width=2)
    for low, high in stops:
        left, right = frame(low, 0)[0], frame(high, 0)[0]
        if right - left < 1:
            canvas.dot((left, strip), fill="r0", radius=6, kind="stop", tip=f"belief {number(low)}")
        else:
            canvas.lines([(left, strip), (right, strip)], "r0", width=9, kind="stop")
    bottom = legend(canvas, [(player(k), name) for k, (name, _, _) in enumerate(lines)], 28, strip + 34, WIDTH + 60)
    canvas.text(
        28,
        bottom + 2,
        "thick: what the belief brings; dashed: the most that the AI could make of it alone",
        ink="soft",
        size=12.5,
    )
    said = ", ".join(number(a) if b - a < 1e-9 else f"{number(a)} to {number(b)}" for a, b in stops) or "none"
    return canvas.picture(
        title,
        f"No AI would say more at these beliefs in {state}: {said}. The prior is {number(prior)}.",
        72 + WIDTH + 40,
        bottom + 18,
    )
