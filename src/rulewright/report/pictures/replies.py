"""Best replies of two players, one of whom has few actions, with all extreme equilibria.

Against the other's mixture y every action k of a player is worth (A y)_k: lines or planes over y, whose upper envelope is the
best-reply polytope seen from above (von Stengel 2002, Handbook of Game Theory 3, ch. 45). Two by two: both correspondences in the
unit square, equilibria where they meet. Two actions of the other: the envelope over y. Three: the triangle of y, cut into the
regions in which each action is a best reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array
from .canvas import Canvas, Picture, player, region, short, width_of
from .frame import Frame, Triangle, legend, paragraph, placed, roomy
from .pair import Pair, grouped

SIDE = 320  # pixels of a square or a triangle
SIDEWAYS = 250  # pixels to the right of an envelope, for nothing but labels: at most
MOST = 60  # actions over which an envelope is drawn
WHAT = "picture of best replies"


def polytopes(game: Game) -> Picture:
    """Best replies and extreme equilibria, for two players of whom one has two or three actions.

    Raises InputError for any other game: what can be drawn is a square, an interval or a triangle of mixtures.
    """
    pair = Pair.of(game, WHAT)
    counts = pair.game.action_counts
    panels = [i for i in (0, 1) if counts[1 - i] <= 3]
    if not panels or max(counts) > MOST:
        raise InputError(
            where=WHAT,
            needed=f"two or three actions of one player, at most {MOST} of the other",
            found=f"{counts[0]} × {counts[1]} actions",
            remedy="Drop dominated actions, or draw `equilibria(game)`, the payoffs of all equilibria.",
        )
    title = f"Best replies of {short(pair.players[0], 24)} and {short(pair.players[1], 24)}"
    canvas, top = Canvas(), 62.0
    canvas.text(20, 32, title, size=15, weight=600)
    if counts == (2, 2):
        square(canvas, pair, 76, top)
        width, low = 76 + SIDE + 44.0, top + SIDE + 62.0
    else:
        width, low = 20.0, top
        for i in panels:
            right, below = (envelope if counts[1 - i] == 2 else regions)(canvas, pair, i, width, top)
            width, low = right + 24, max(low, below)
        width = max(width, 420)
    low = paragraph(canvas, pair.listed(), 24, low + 8, width - 48)
    return canvas.picture(title, f"Equilibria: {pair.sentence()}.", width, low + 6)


def square(canvas: Canvas, pair: Pair, left: float, top: float) -> None:
    """Both correspondences over (probability of the row's first action, of the column's first action)."""
    frame = Frame(left, top, SIDE, SIDE, (0, 1), (0, 1))
    (row, column), fifths = pair.actions, [0, 0.25, 0.5, 0.75, 1]
    frame.axes(
        canvas,
        f"{pair.players[0]}: probability of {row[0]}",
        f"{pair.players[1]}: probability of {column[0]}",
        at_x=fifths,
        at_y=fifths,
        inks=(player(0), player(1)),
    )
    for i, table in enumerate(pair.tables):
        slope = table[0] - table[1]  # what the first action gains over the second, against each of the other's
        dash, width = ("", 5) if i == 0 else ("10 7", 4)

        def at(own: float, other: float, i: int = i) -> tuple[float, float]:
            return frame(own, other) if i == 0 else frame(other, own)

        if not slope.any():  # every mixture is a best reply to everything
            canvas.box(left, top, SIDE, SIDE, player(i), opacity=0.14, kind="reply")
            continue
        canvas.lines([at(*p) for p in correspondence(slope)], player(i), width=width, dash=dash, kind="reply")
    for subset in (s for part in pair.spanned.components for s in part if len(s.x) * len(s.y) > 1):
        xs = [float(pair.spanned.x[k][0]) for k in subset.x]
        ys = [float(pair.spanned.y[k][0]) for k in subset.y]
        (a, b), (c, d) = frame(min(xs), max(ys)), frame(max(xs), min(ys))
        canvas.box(a - 5, b - 5, c - a + 10, d - b + 10, "ink", opacity=0.3, kind="component")
    for (x, y), which in grouped([(p[0], q[0]) for p, q in zip(*pair.mixtures, strict=True)]):
        _marked(canvas, frame(x, y), which, frame.right)


def correspondence(gain: Array) -> list[tuple[float, float]]:
    """(own probability of the first action, other's) along a player's best replies, the other's from 0 to 1.

    gain[k]: what the first action gains over the second against the other's action k.
    """
    at_one, at_zero = float(gain[0]), float(gain[1])
    start = 1.0 if at_zero > 0 or (at_zero == 0 and at_one < 0) else 0.0  # where the first gains nothing, both reply
    points = [(start, 0.0)]
    if at_zero == 0:
        points += [(1 - start, 0.0)]
    elif at_one * at_zero <= 0:
        turn = at_zero / (at_zero - at_one)
        points += [(start, turn), (1 - start, turn)]
    return points if points[-1][1] == 1 else [*points, (points[-1][0], 1.0)]


def envelope(canvas: Canvas, pair: Pair, i: int, left: float, top: float) -> tuple[float, float]:
    """Payoffs of i's actions against the other's two, the best of them in bold. Returns (right, bottom)."""
    table, own, others = pair.tables[i], pair.actions[i], pair.actions[1 - i]
    frame = Frame(left + 56, top, SIDE + 40, SIDE - 30, (0, 1), roomy(table))
    frame.axes(
        canvas,
        f"{pair.players[1 - i]}: probability of {others[1]}",
        f"{pair.players[i]} gets",
        at_x=[0, 0.25, 0.5, 0.75, 1],
        inks=(player(1 - i), player(i)),
    )
    pieces = best_over_interval(table)
    inks = {k: region(n) for n, k in enumerate(dict.fromkeys(k for k, _, _ in pieces))}
    for k, (first, second) in enumerate(table):
        ends = [frame(0, first), frame(1, second)]
        ink = inks.get(k, "soft")
        canvas.lines(ends, ink, width=1.6 if k in inks else 1, dash="" if k in inks else "4 4", kind="action")
    for k, low, high in pieces:
        ends = [frame(q, table[k] @ [1 - q, q]) for q in (low, high)]
        canvas.lines(ends, inks[k], width=5, kind="best")
        canvas.area([ends[0], ends[1], frame(high, frame.y[0]), frame(low, frame.y[0])], inks[k], opacity=0.1)
    last = [frame(1, second)[1] for _, second in table]
    shown = [k for k in range(len(own)) if k in inks or len(own) <= 12]
    heights = placed([last[k] for k in shown], 15, frame.top + 4, frame.bottom)
    most = 24
    for k, y in zip(shown, heights, strict=True):
        name = short(own[k], most)
        canvas.text(frame.right + 10, y + 4, name, ink="ink" if k in inks else "soft", size=12.5, full=own[k])
        if k in inks:
            canvas.lines([(frame.right + 2, y), (frame.right + 6, y)], inks[k], width=4)
    mixtures = pair.mixtures[1 - i]
    for (q,), which in grouped([m[1:] for m in mixtures]):
        _marked(canvas, frame(q, (table @ [1 - q, q]).max()), which, frame.right)
    room = max((width_of(short(own[k], most), 12.5) for k in shown), default=0)
    return frame.right + 14 + min(room, SIDEWAYS), frame.bottom + 62


def best_over_interval(table: Array) -> list[tuple[int, float, float]]:
    """(action, from, to) along the upper envelope of table[action, 2] over the probability q of the second column."""
    cuts = {0.0, 1.0}
    for a in range(len(table)):
        d = table[a] - table[a + 1 :]
        with np.errstate(divide="ignore", invalid="ignore"):
            q = d[:, 0] / (d[:, 0] - d[:, 1])
        cuts |= {float(c) for c in q[np.isfinite(q) & (q > 0) & (q < 1)]}
    marks = sorted(cuts)
    pieces: list[tuple[int, float, float]] = []
    for low, high in pairwise(marks):
        if high - low < 1e-12:
            continue
        best = int(np.argmax(table @ [1 - (low + high) / 2, (low + high) / 2]))
        if pieces and pieces[-1][0] == best:
            pieces[-1] = (best, pieces[-1][1], high)
        else:
            pieces.append((best, low, high))
    return pieces


def regions(canvas: Canvas, pair: Pair, i: int, left: float, top: float) -> tuple[float, float]:
    """The triangle of the other's mixtures, by i's best reply. Returns (right, bottom)."""
    own = pair.actions[i]
    triangle = Triangle(left + 26, top + 42, SIDE)
    canvas.text(left + 10, top + 4, short(f"What {pair.players[i]} replies", 44), ink=player(i), weight=600)
    missing = []
    parts = best_over_triangle(pair.tables[i])
    for n, (k, corners) in enumerate(parts):
        ink = region(n)
        points = [triangle(c) for c in corners]
        canvas.area(points, ink, opacity=0.3, edge=ink, width=1.5, kind="region")
        middle = np.mean(points, axis=0)
        if width_of(own[k], 13) > _across(points, middle[1]) - 10 or area_of(points) < 900:
            missing.append((ink, own[k]))
        else:
            canvas.text(middle[0], middle[1] + 4, own[k], anchor="middle", weight=600)
    triangle.outline(canvas, pair.actions[1 - i], player(1 - i))
    for shares, which in grouped(pair.mixtures[1 - i]):
        _marked(canvas, triangle(shares), which, triangle.left + SIDE)
    text = short(f"corners: {pair.players[1 - i]} plays that for sure", 46)
    canvas.text(left + 26 + SIDE / 2, triangle.bottom + 40, text, ink=player(1 - i), anchor="middle", size=12)
    low = legend(canvas, missing, left + 26, triangle.bottom + 64, SIDE)
    return left + SIDE + 46, low + (4 if missing else 0)


def best_over_triangle(table: Array) -> list[tuple[int, list[Array]]]:
    """(action, corners [3] of the convex region in which it is a best reply), regions with an inside only."""
    found = []
    for k in range(len(table)):
        corners = list(np.eye(3))
        for j in range(len(table)):
            same = not (table[k] - table[j]).any()
            if j != k and corners and not (same and j > k):  # of equal actions the first has the region
                corners = _cut(corners, table[k] - table[j] if not same else np.full(3, -1.0))
        if len(corners) >= 3 and area_of([(c[1] + c[2] / 2, c[2]) for c in corners]) > 1e-9:
            found.append((k, corners))
    return found


def _cut(corners: list[Array], gain: Array) -> list[Array]:
    """The part of a convex polygon of shares in which gain · y ≥ 0 (Sutherland & Hodgman 1974, Commun. ACM 17)."""
    kept: list[Array] = []
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        at, then = float(gain @ a), float(gain @ b)
        if at >= 0:
            kept.append(a)
        if at * then < 0:
            kept.append(a + (b - a) * at / (at - then))
    return kept


def area_of(points: Sequence[Sequence[float]]) -> float:
    """Of a polygon."""
    x, y = np.asarray(points, float).T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def _across(points: Sequence[Sequence[float]], y: float) -> float:
    """How wide a polygon is at height y."""
    hits = []
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        if (ay - y) * (by - y) <= 0 and ay != by:
            hits.append(ax + (bx - ax) * (y - ay) / (by - ay))
    return max(hits) - min(hits) if len(hits) > 1 else 0.0


def _marked(canvas: Canvas, at: tuple[float, float], which: Sequence[int], right: float) -> None:
    """A numbered dot; the number on the side with room."""
    names = ", ".join(str(k + 1) for k in which[:4]) + (" …" if len(which) > 4 else "")
    canvas.dot(at, radius=6, kind="equilibrium", tip=f"equilibrium {names}")
    inward = at[0] > right - 30
    where = (at[0] - 10, at[1] - 9) if inward else (at[0] + 9, at[1] - 9)
    canvas.text(*where, names, size=13, weight=700, anchor="end" if inward else "start", halo=True)
