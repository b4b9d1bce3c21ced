"""Trajectories and rest points of a flow, where states fit on paper (Sandholm 2010, Population Games and Evolutionary Dynamics).

One population of a symmetric game with three strategies: the simplex. Two populations of a 2 × 2 game: the square.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...behaviour.dynamics import follow
from ...behaviour.dynamics.basins import lattice
from ...behaviour.dynamics.follow import REST
from ...game.game import Game
from ...numerics.rational import Array, floats
from .canvas import Canvas, Picture, short
from .frame import paragraph
from .ground import STABLE, UNDECIDED, UNSTABLE, Ground, key, known_flow

WHAT = "picture of a flow"
COARSE = 0.35  # pixels that a drawn line may be off the computed one
SAMPLES = 601
NEAR = 5e-3  # an end nearer than this to a rest point is it


def simplex(
    game: Game, flow: str = "replicator", *, starts: Any = None, strength: float = 1.0, until: float | None = None
) -> Picture:
    """Where a flow leads in a 2 × 2 game (two populations) or in a symmetric game with three strategies (one).

    `starts` [start, all actions], populations side by side (by default 15 or 25 spread evenly), `strength` is λ of `logit` and
    `imitation`, `until` the time to follow (1 / payoff). Rest points: filled attract, hollow do not. Raises InputError for another
    game, flow or start.
    """
    known_flow(flow, WHAT)
    ground = Ground.of(game, WHAT, left=52, top=76)
    given = lattice(ground.contest.sizes, 5) if starts is None else ground.contest.state(floats(starts))
    done = follow(
        ground.contest,
        flow,
        given,
        until=ground.until(flow) if until is None else until,
        strength=strength,
        samples=SAMPLES,
        tolerance=1e-7,
        look_for_cycles=False,
    )
    points, kinds = ground.rests(flow, strength)
    canvas = Canvas()
    title = f"The {flow} flow" + (f", λ = {strength:g}" if flow in ("logit", "imitation") else "")
    canvas.text(20, 32, title, size=15, weight=600)
    ground.outline(canvas)
    for row in range(len(given)):
        _trajectory(canvas, np.array([ground.place(x) for x in done.path[:, row]]))
    ground.marks(canvas, points, kinds)
    loose = [x for x in done.end[done.ended == REST] if not len(points) or abs(points - x).max(axis=1).min() > NEAR]
    for x in loose:
        canvas.dot(ground.place(x), radius=3, width=0, kind="loose")
    low = key(canvas, kinds, 28, ground.bottom + 24)
    count = {kind: int((kinds == kind).sum()) for kind in (STABLE, UNSTABLE, UNDECIDED)}
    listed = [ground.words(p) for p in points[kinds == STABLE]]
    if listed:
        low = paragraph(canvas, [f"Attracting: {short(' | '.join(listed), 240)}"], 28, low + 4, 460)
    others = f"{len(loose)} trajectories end at rest points that are not isolated: small dots" if loose else ""
    if others:
        low = paragraph(canvas, [others], 28, low + 4, 460)
    says = (
        f"Trajectories of the {flow} flow from {len(given)} starts; rest points: {count[STABLE]} stable, "
        f"{count[UNSTABLE]} unstable, {count[UNDECIDED]} undecided by eigenvalues. Stable: {'; '.join(listed) or 'none'}."
        + (f" {others}." if others else "")
    )
    return canvas.picture(title, says, 540, low + 6)


def _trajectory(canvas: Canvas, path: Array) -> None:
    """One line with one or two heads, as long as it goes anywhere."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    if length[-1] < 3:
        return
    canvas.lines(thinned(path, COARSE), "p0", width=1.4, opacity=0.75, kind="trajectory")
    shares = (0.4,) if length[-1] < 160 else (0.22, 0.62)
    for share in shares if length[-1] > 22 else ():
        k = int(np.clip(np.searchsorted(length, share * min(length[-1], 900)), 1, len(path) - 1))
        canvas.arrow(path[k - 1], path[k], "p0", size=8.5)


def thinned(path: Array, most: float) -> Array:
    """Fewer points, none of those left out further than `most` off (Douglas & Peucker 1973, Cartographica 10)."""
    keep = np.zeros(len(path), dtype=bool)
    keep[[0, -1]] = True
    stack = [(0, len(path) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        line, inner = path[b] - path[a], path[a + 1 : b] - path[a]
        length = float(np.hypot(*line))
        off = abs(line[0] * inner[:, 1] - line[1] * inner[:, 0]) / length if length > 1e-9 else np.hypot(*inner.T)
        k = int(np.argmax(off))
        if off[k] > most:
            keep[a + 1 + k] = True
            stack += [(a, a + 1 + k), (a + 1 + k, b)]
    return path[keep]
