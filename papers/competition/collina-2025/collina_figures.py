"""The pictures of figures 1–5, as plain SVG in the house's inks: aggregates only, nobody's ratings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from collina_committees import Committee
from collina_curves import Curves

from rulewright.competition.market.baselines import Baselines
from rulewright.competition.market.entry import Leaving
from rulewright.competition.market.near import Near
from rulewright.competition.market.table import Table
from rulewright.competition.rivals.families import Mean, Turned
from rulewright.report.pictures.canvas import Canvas, Picture, width_of
from rulewright.report.pictures.frame import Frame, paragraph, ticks
from rulewright.report.words import number

INKS = {
    "constant": ("soft", "2 4"),
    "single": ("p2", ""),
    "average": ("p3", ""),
    "calibrated": ("p2", "5 4"),
    "simplex": ("p1", ""),
    "cone through zero": ("p4", ""),
    "cone": ("p4", "5 4"),
}
"""(ink, dashes): what has an offset of its own is dashed."""
WIDE, HIGH, LEFT, TOP, ACROSS, DOWN = 330, 230, 66, 112, 74, 84
AT = (1, 2, 5, 10, 20, 50, 100)
NAMES = {"jokes": "Jokes: 100 others", "films": "Films: 61 others"}
BAND = 0.18  # opacity


def errors(panels: dict[str, Curves], kinds: dict[str, str], title: str) -> Picture:
    """Figures 1, 3 and 4: mean squared error on rows left out, against the number of other people."""
    canvas, top = Canvas(), TOP
    frames = _panels(canvas, panels, title, list(kinds.items()), "mean squared error", lambda c: _ceiling(c))
    for found, frame in zip(panels.values(), frames, strict=True):
        for kind in kinds:
            of, ink = found.tests[list(INKS).index(kind)], INKS[kind]
            mean, error = of.mean(axis=1), of.std(axis=1, ddof=1) / math.sqrt(of.shape[1])
            if kind in ("simplex", "cone through zero"):
                upper = [frame(math.log(k), min(y, frame.y[1])) for k, y in zip(found.sizes, mean + error, strict=True)]
                lower = [frame(math.log(k), min(y, frame.y[1])) for k, y in zip(found.sizes, mean - error, strict=True)]
                canvas.area([*upper, *lower[::-1]], ink[0], opacity=BAND, kind="error")
            _curve(canvas, frame, found.sizes, mean, ink, kind)
        top = frame.bottom
    said = "; ".join(
        f"{name}, from 1 to {found.all} others: "
        + ", ".join(f"{kinds[k]} {number(found.test(k, 1), 3)} to {number(found.test(k, found.all), 3)}" for k in kinds)
        for name, found in panels.items()
    )
    below = paragraph(canvas, ["Bands: ± one standard error over the people who are Alice."], 20, top + 62, 700)
    return canvas.picture(title, f"Errors against the number of others. {said}.", frames[-1].right + 24, below)


def _ceiling(found: Curves) -> float:
    return 1.06 * float(found.tests[list(INKS).index("simplex")].mean(axis=1).max())


def weights(panels: dict[str, Curves], kinds: dict[str, str]) -> Picture:
    """Figure 2: how many of the others carry any weight."""
    canvas, title = Canvas(), "How many of them the mix is made of"
    shown = ("simplex", "cone through zero", "cone")

    def ceiling(found: Curves) -> float:
        return 1.06 * max(found.number(kind, found.all) for kind in shown)

    frames = _panels(canvas, panels, title, [(k, kinds[k]) for k in shown], "others in the mix", ceiling)
    for found, frame in zip(panels.values(), frames, strict=True):
        for kind in shown:
            _curve(canvas, frame, found.sizes, found.used[list(INKS).index(kind)].mean(axis=1), INKS[kind], kind)
    said = "; ".join(
        f"{name}: of {found.all}, {', '.join(f'{kinds[k]} uses {found.number(k, found.all):.0f}' for k in shown)}"
        for name, found in panels.items()
    )
    return canvas.picture(title, f"Means over Alices and folds. {said}.", frames[-1].right + 24, frames[-1].bottom + 56)


def _panels(
    canvas: Canvas,
    panels: dict[str, Curves],
    title: str,
    entries: Sequence[tuple[str, str]],
    up: str,
    ceiling: Callable[[Curves], float],
) -> list[Frame]:
    """Title, legend, and a frame for each, two in a row."""
    canvas.text(20, 30, title, size=15, weight=600)
    x, y, right = 24.0, 56.0, LEFT + 2 * WIDE + ACROSS
    for kind, label in entries:
        need = 30 + width_of(label, 12.5) + 16
        if x > 24 and x + need > right:
            x, y = 24.0, y + 20
        ink, dash = INKS[kind]
        canvas.lines([(x, y - 4), (x + 24, y - 4)], ink, width=2.4, dash=dash)
        canvas.text(x + 30, y, label, size=12.5)
        x += need
    frames = []
    for n, (name, found) in enumerate(panels.items()):
        left, top = LEFT + (n % 2) * (WIDE + ACROSS), TOP + (n // 2) * (HIGH + DOWN)
        frame = Frame(left, top, WIDE, HIGH, (0, math.log(found.all)), (0, ceiling(found)))
        canvas.text(left, top - 9, NAMES.get(name, name), weight=600)
        at = [math.log(k) for k in AT if k <= found.all]
        say = {math.log(k): str(k) for k in AT}
        frame.axes(canvas, "other people on offer, K", up, at_x=at, say_x=lambda v, say=say: say[v])
        frames.append(frame)
    return frames


def _curve(
    canvas: Canvas, frame: Frame, sizes: np.ndarray, values: np.ndarray, ink: tuple[str, str], kind: str
) -> None:
    """Up to where it leaves the frame."""
    points = [(math.log(k), float(v)) for k, v in zip(sizes, values, strict=True)]
    inside = [p for p in points if p[1] <= frame.y[1]]
    canvas.lines([frame(*p) for p in inside], ink[0], width=2.2, dash=ink[1], kind=kind)


# ── seventy-five language models ────────────────────────────────────────────────────────────────────────────────────


def models(table: Table, beside: Baselines, hull: Near, cone: Near, without: Sequence[Leaving]) -> Picture:
    """Figure 4's other stand-in: how far people are, in the worst of nine preferences, from models and mixes of them."""
    bars = [
        ("plain average", beside.average.epsilon, "all 75"),
        ("a constant", beside.constant.epsilon, "none"),
        ("best single, as it is", beside.single.epsilon, table.names[beside.single.ais[0]]),
        ("best single, offset and scale", beside.calibrated.epsilon, table.names[beside.calibrated.ais[0]]),
        ("hull", hull.value, _who(table, hull)),
        ("hull and an offset", beside.shifted.epsilon, f"{len(beside.shifted.ais)} models"),
        ("cone", cone.value, _who(table, cone)),
        ("cone and an offset", beside.cone.epsilon, f"{len(beside.cone.ais)} models"),
    ]
    canvas, title = Canvas(), "People overall, and 75 language models"
    canvas.text(20, 30, title, size=15, weight=600)
    left, wide, y, limit = 210, 300, 62.0, 0.36
    end = y + 34 * len(bars)
    for x in ticks(0, limit):
        canvas.lines([(left + wide * x / limit, y - 8), (left + wide * x / limit, end)], "line", width=1)
        canvas.text(left + wide * x / limit, end + 16, number(x, 3), ink="soft", size=12, anchor="middle")
    for name, value, who in bars:
        mix = name.startswith(("hull", "cone"))
        canvas.text(left - 12, y + 14, name, anchor="end", weight=600 if mix else 400)
        canvas.box(
            left, y, wide * value / limit, 20, "p1" if name.startswith("hull") else "p4" if mix else "soft", opacity=0.8
        )
        canvas.text(left + wide * value / limit + 8, y + 14, number(value, 3), weight=600, halo=True)
        canvas.text(left + wide + 36, y + 14, who, ink="soft", size=11.5)
        y += 34
    canvas.text(
        left + wide / 2, end + 36, "ε: largest difference over nine preferences", ink="soft", size=12.5, anchor="middle"
    )
    lines = [f"{what}: {_mixed(table, found)}." for what, found in (("Hull", hull), ("Cone", cone))]
    lines += ["Hull without " + "; without ".join(f"{one.name}: {number(one.epsilon, 3)}" for one in without[:3]) + "."]
    below = paragraph(canvas, lines, 20, end + 62, 700)
    says = "; ".join(f"{name} {number(value, 3)} ({who})" for name, value, who in bars)
    return canvas.picture(title, f"Largest difference: {says}.", 760, below)


def _who(table: Table, found: Near) -> str:
    return f"{table.names[found.mixed[0]]} and {len(found.mixed) - 1} others"


def _mixed(table: Table, found: Near) -> str:
    return ", ".join(f"{table.names[i]} {float(found.weights[i]):.2f}" for i in found.mixed)


# ── figure 5 ────────────────────────────────────────────────────────────────────────────────────────────────────────

CORNERS = {2: 24, 3: 3, 4: 4, 5: 5, 6: 6}
SIZE_INK = {2: "p0", 3: "p1", 4: "p2", 5: "p3", 6: "p4"}


def committees(found: Sequence[Committee]) -> Picture:
    """Figure 5: misalignment against the least utility at an equilibrium, less OPT, since every committee has its own Alice."""
    canvas, title = Canvas(), f"{len(found)} committees: the least that an equilibrium gives"
    canvas.text(20, 30, title, size=15, weight=600)
    x = 24.0
    for k in CORNERS:
        canvas.curve(_shape(x + 6, 52, k), SIZE_INK[k], width=1.6)
        canvas.text(x + 18, 56, f"{k} AIs", size=12.5)
        x += 74
    least = min(float(c.least - c.opt) for c in found)
    deep = 1.15 * least
    frames = []
    for n, (name, what) in enumerate(
        (("ε: nearest mix, worst case (Definition 1)", "2ε"), ("ρ: range of what the mix misses, on average", "ρ"))
    ):
        values = [float(c.epsilon if n == 0 else c.rho) for c in found]
        frame = Frame(LEFT + n * (WIDE + ACROSS), 92, WIDE, HIGH + 30, (-0.01, 1.03 * max(values)), (deep, 0.02))
        frame.axes(canvas, name, "least utility − OPT")
        slope = -2.0 if n == 0 else -1.0
        canvas.lines([frame(0, 0), frame(deep / slope, deep)], "p5", width=2, dash="6 4", kind="guarantee")
        canvas.text(*_beside(frame, deep / slope, deep), f"OPT − {what}", ink="p5", size=12.5, weight=600, halo=True)
        canvas.lines([frame(frame.x[0], 0), frame(frame.x[1], 0)], "p4", width=2, dash="2 4", kind="opt")
        canvas.text(
            frame.right - 4, frame(0, 0)[1] - 7, "OPT", ink="p4", size=12.5, weight=600, anchor="end", halo=True
        )
        for k in CORNERS:
            marks = [
                _shape(*frame(v, float(c.least - c.opt)), k) for v, c in zip(values, found, strict=True) if c.k == k
            ]
            canvas.curve("".join(marks), SIZE_INK[k], width=1.1, kind=f"{k} AIs")
        frames.append(frame)
    below = sum(c.least < c.opt - 2 * c.epsilon for c in found), sum(c.least < c.opt - c.rho for c in found)
    lose = sum(c.least < c.opt for c in found)
    says = f"{below[0]} of them below OPT − 2ε, {below[1]} below OPT − ρ; {lose} lose anything, at most {number(-least, 3)}."
    y = paragraph(canvas, [says], 20, frames[0].bottom + 64, 700)
    return canvas.picture(title, says, frames[-1].right + 24, y)


def _beside(frame: Frame, x: float, y: float) -> tuple[float, float]:
    px, py = frame(x, y)
    return px + 6, py - 8


def _shape(x: float, y: float, k: int) -> str:
    """Two: a ring; k: a polygon with k corners, the first on top."""
    turns = [2 * math.pi * j / CORNERS[k] - math.pi / 2 for j in range(CORNERS[k])]
    if k == 2:
        return f"M{x - 3.6:.1f} {y:.1f}a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0"
    at = [(round(x + 4.4 * math.cos(t), 1), round(y + 4.4 * math.sin(t), 1)) for t in turns]
    moves = "".join(f"l{b[0] - a[0]:.1f} {b[1] - a[1]:.1f}" for a, b in pairwise(at))
    return f"M{at[0][0]} {at[0][1]}{moves}z"


def bias(found: Turned) -> Picture:
    """Four AIs with one bias, before and after the last one's is turned round."""
    canvas, title = Canvas(), "One shared bias, and one of four turned round"
    canvas.text(20, 30, title, size=15, weight=600)
    rows: list[tuple[str, str, Mean]] = [
        ("all four share a bias", "best-AI selection", found.shared),
        ("", "rich signals", found.rich_shared),
        ("the last one is turned round", "best-AI selection", found.opposed),
        ("", "rich signals", found.rich_opposed),
    ]
    left, wide, y = 330, 340, 66.0
    limit = 1.25 * max(m.interval[1] for _, _, m in rows)
    end = y + 34 * len(rows) - 8
    for x in ticks(0, limit):
        canvas.lines([(left + wide * x / limit, y - 12), (left + wide * x / limit, end)], "line", width=1)
        canvas.text(left + wide * x / limit, end + 18, number(x, 3), ink="soft", size=12, anchor="middle")
    for n, (market, game, mean) in enumerate(rows):
        ink, value = ("p1" if n < 2 else "p4"), max(mean.mean, 0.0)
        canvas.text(20, y + 8, market, weight=600)
        canvas.text(left - 14, y + 8, game, anchor="end", ink="soft")
        low, high = (left + wide * max(v, 0.0) / limit for v in mean.interval)
        canvas.lines([(low, y + 4), (high, y + 4)], ink, width=3)
        canvas.dot((left + wide * value / limit, y + 4), fill=ink)
        canvas.text(high + 12, y + 8, f"{value:.4f}", weight=600, halo=True)
        y += 34
    canvas.text(
        left + wide / 2,
        end + 40,
        "mean loss in the worst equilibrium, 95 % interval",
        ink="soft",
        size=12.5,
        anchor="middle",
    )
    says = f"{found.n} markets. " + "; ".join(
        f"{market} {game} {max(m.mean, 0):.4f}".strip() for market, game, m in rows
    )
    return canvas.picture(title, says + ".", left + wide + 60, end + 56)
