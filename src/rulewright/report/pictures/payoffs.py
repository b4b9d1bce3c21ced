"""What two players can get: all outcomes, their hull, what correlated equilibria give, and every Nash equilibrium.

The correlated equilibria are a polytope (Aumann 1974, J. Math. Econ. 1); what they give the two players is its projection, a
polygon whose corners linear programmes find, one for each direction that may still have something beyond.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...behaviour.correlated import Correlated
from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array, floats
from .canvas import Canvas, Picture, player, region, short
from .frame import Frame, legend, paragraph, roomy
from .pair import Pair, grouped

WHAT = "picture of equilibria"
SIDE = 400
CELLS = 4_000  # pairs of actions, beyond which the programmes take too long for a picture
SHOWN = 400  # outcomes drawn as dots
NAMED = 9  # outcomes with their actions beside them
FLAT = 1e-7  # relative to the range of payoffs: what a direction must add to a polygon


def equilibria(game: Game) -> Picture:
    """Payoffs of two players: outcomes, their hull, the correlated equilibria's, and all extreme Nash equilibria.

    Raises InputError unless two players choose, among at most 4,000 pairs of actions.
    """
    pair = Pair.of(game, WHAT)
    counts = pair.game.action_counts
    if counts[0] * counts[1] > CELLS:
        raise InputError(
            where=WHAT, needed=f"at most {CELLS:,} pairs of actions", found=f"{counts[0]} × {counts[1]} actions"
        )
    a, b = (floats(p) for p in pair.exact)
    outcomes = np.stack([a.ravel(), b.ravel()], axis=1)
    nash = np.array([[float(u), float(v)] for u, v in pair.worth()]).reshape(-1, 2)
    reach = polygon(lambda w: correlated(pair, w), float(np.ptp(outcomes, axis=0).max()))
    frame = Frame(80, 64, SIDE, SIDE * 0.9, roomy(outcomes[:, 0]), roomy(outcomes[:, 1]))
    canvas = Canvas()
    title = "What equilibria give"
    canvas.text(20, 32, title, size=15, weight=600)
    frame.axes(canvas, f"{pair.players[0]} gets", f"{pair.players[1]} gets", inks=(player(0), player(1)))
    canvas.area([frame(*p) for p in hull(outcomes)], "soft", opacity=0.13, edge="soft", kind="hull")
    canvas.area([frame(*p) for p in reach], region(0), opacity=0.4, edge=region(0), width=2.2, kind="correlated")
    _outcomes(canvas, frame, pair, outcomes)
    for subset in (s for part in pair.spanned.components for s in part if len(s.x) * len(s.y) > 1):
        x, y = floats(pair.spanned.x[list(subset.x)]), floats(pair.spanned.y[list(subset.y)])
        corners = np.stack([(x @ a @ y.T).ravel(), (x @ b @ y.T).ravel()], axis=1)
        canvas.area([frame(*p) for p in hull(corners)], "ink", opacity=0.25, edge="ink", width=4, kind="component")
    for point, which in grouped(nash):
        at = frame(*point)
        names = ", ".join(str(k + 1) for k in which[:4]) + (" …" if len(which) > 4 else "")
        canvas.dot(at, radius=6, kind="equilibrium", tip=f"equilibrium {names}")
        canvas.text(at[0] - 9, at[1] - 8, names, weight=700, halo=True, anchor="end")
    width = 80 + SIDE + 40
    low = legend(
        canvas, [("soft", "all outcomes"), (region(0), "correlated equilibria")], 28, frame.bottom + 66, width - 48
    )
    low = paragraph(canvas, pair.listed(), 28, low + 4, width - 48)
    best = reach[np.argmax(reach.sum(axis=1))]
    says = f"Nash: {pair.sentence()}. Correlated equilibria give both together at most {best.sum():.4g}."
    return canvas.picture(title, says, width, low + 6)


def _outcomes(canvas: Canvas, frame: Frame, pair: Pair, outcomes: Array) -> None:
    counts = pair.game.action_counts
    for point, which in grouped(outcomes)[:SHOWN]:
        x, y = frame(*point)
        cells = [
            f"{short(pair.actions[0][k // counts[1]], 12)}, {short(pair.actions[1][k % counts[1]], 12)}"
            for k in which[:3]
        ]
        canvas.dot((x, y), fill="soft", radius=3.2, width=1, kind="outcome", tip=" | ".join(cells))
        if len(outcomes) <= NAMED:
            right = x > frame.left + 0.6 * frame.width
            name = " | ".join(cells)
            canvas.text(
                x + (-8 if right else 8),
                y + 15,
                name,
                ink="soft",
                size=11,
                anchor="end" if right else "start",
                halo=True,
            )


def correlated(pair: Pair, direction: Array) -> Array:
    """[2]: what the two get in the correlated equilibrium that is best in a direction."""
    game = pair.game.floats
    found = Correlated()(game).span(direction[0] * game.payoff[0] + direction[1] * game.payoff[1])
    play = found.best_play
    assert play is not None  # programmes give their plays
    return np.array([float((play.law * game.payoff[i]).sum()) for i in (0, 1)])


def polygon(furthest: Callable[[Array], Array], size: float, most: int = 200) -> Array:
    """[corner, 2]: the convex set of which `furthest(direction)` gives the point furthest in a direction.

    Between two neighbouring corners the direction across is tried, until nothing lies beyond.
    """
    corners = [furthest(np.array(w, float)) for w in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    done: set[tuple[float, ...]] = set()
    while len(done) < most:
        ring = hull(np.array(corners))
        fresh = []
        for p, q in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            across = np.array([q[1] - p[1], p[0] - q[0]])  # outwards, the ring runs anticlockwise
            length = float(np.hypot(*across))
            key = tuple(np.round([*p, *q], 9).tolist())
            if length <= FLAT * size or key in done:
                continue
            done.add(key)
            point = furthest(across / length)
            if (point - p) @ across / length > FLAT * size:
                fresh.append(point)
        if not fresh:
            return ring
        corners += fresh
    return hull(np.array(corners))


def hull(points: Array) -> Array:
    """[corner, 2], anticlockwise (Andrew 1979, Inf. Process. Lett. 9)."""
    rows = sorted({(float(x), float(y)) for x, y in points})
    if len(rows) < 3:
        return np.array(rows)

    def half(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for p in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], p) <= 0:
                kept.pop()
            kept.append(p)
        return kept[:-1]

    return np.array(half(rows) + half(rows[::-1]))


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
