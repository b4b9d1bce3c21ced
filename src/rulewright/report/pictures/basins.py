"""A map of basins: every start in the colour of the rest point to which a flow leads it, with each basin's share.

The space is cut into small triangles; where a triangle's corners go to different points, the boundary on its edges is found by
bisection, so that the map is finer than its net. Shares are those of `rulewright.behaviour.dynamics.basins`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...behaviour.dynamics import Basins, Followed, follow
from ...behaviour.dynamics import basins as computed
from ...behaviour.dynamics.flows import flow_named
from ...behaviour.dynamics.follow import REST
from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array
from .canvas import Canvas, Picture, region
from .frame import paragraph
from .ground import Ground, known_flow

WHAT = "picture of basins"
NET = 28  # cells a side of the net
HALVINGS = 5  # of an edge that a boundary crosses
NEAR = 5e-3  # an end nearer than this to a rest point counts to it
MOST_GRID = 200
MOST_POINTS = 9  # rest points reached, beyond which they have no colours of their own


@dataclass(frozen=True, eq=False)
class Mapped:
    """Which rest point each of many states goes to."""

    ground: Ground
    found: Basins
    strength: float
    until: float

    def __call__(self, states: Array) -> Array:
        """[state]: position among the rest points reached, −1 for none of them."""
        done: Followed = follow(
            self.ground.contest,
            self.found.flow,
            states,
            until=self.until,
            strength=self.strength,
            samples=2,
            tolerance=1e-6,
            look_for_cycles=False,
        )
        if not len(self.found.points):
            return np.full(len(states), -1)
        far = abs(done.end[:, None] - self.found.points[None]).max(axis=2)
        return np.where((far.min(axis=1) <= NEAR) & (done.ended == REST), np.argmin(far, axis=1), -1)


def basins(
    game: Game,
    flow: str = "replicator",
    *,
    grid: int = 40,
    draws: int | None = None,
    seed: int = 0,
    strength: float = 1.0,
    until: float | None = None,
) -> Picture:
    """Which starts lead where, in a 2 × 2 game (two populations) or a symmetric one with three strategies (one).

    Shares are counted on a `grid` of so many cells a side, or over so many uniform `draws` of a seed, then with a 95 % interval.
    Raises InputError for another game or flow.
    """
    known_flow(flow, WHAT)
    if not 2 <= grid <= MOST_GRID:
        raise InputError(where=WHAT, needed=f"a grid of 2 to {MOST_GRID} cells", found=str(grid))
    ground = Ground.of(game, WHAT, left=52, top=76)
    until = until or (6 if flow_named(flow).name not in ("best-response", "logit") else 2) * ground.until(flow)
    found = computed(
        ground.contest, flow, grid=None if draws else grid, draws=draws, seed=seed, strength=strength, until=until
    )
    canvas = Canvas()
    title = f"Basins of the {flow} flow" + (f", λ = {strength:g}" if flow in ("logit", "imitation") else "")
    canvas.text(20, 32, title, size=15, weight=600)
    many = len(found.points) > MOST_POINTS
    if not many:
        _painted(canvas, ground, Mapped(ground, found, strength, until))
    ground.outline(canvas)
    if many:
        for point in found.points:
            canvas.dot(ground.place(point), radius=2.5, width=0, kind="one-of-many")
    else:
        ground.marks(canvas, found.points, found.stable if flow_named(flow).smooth else np.ones_like(found.stable))
    entries = [f"{share(found, k)}: {ground.words(found.points[k])}" for k in range(len(found.points)) if not many]
    y = ground.bottom + 26
    for k, entry in enumerate(entries):
        canvas.box(28, y - 10, 12, 12, region(k), opacity=0.55, edge=region(k))
        y = paragraph(canvas, [entry], 48, y, 440, ink="ink")
    left = [f"they end at {len(found.points):,} different points, as in a continuum: dots, no basins"] * many
    left += [f"{found.unsettled:.1%} settled nowhere (uncoloured)"] * (found.unsettled > 0)
    drawn = f"uniform, seed {seed}" if draws else f"a grid of {grid} cells a side"
    y = paragraph(canvas, [*left, f"{len(found.starts):,} starts, {drawn}"], 28, y + 2, 480)
    says = f"Where starts go under the {flow} flow, {len(found.starts):,} starts: {'; '.join(entries + left)}."
    return canvas.picture(title, says, 540, y + 6)


def share(found: Basins, k: int) -> str:
    """A basin's share, with its interval where there is one."""
    if np.isnan(found.low[k]):
        return f"{found.share[k]:.1%}"
    return f"{found.share[k]:.1%} ({found.low[k]:.1%} to {found.high[k]:.1%})"


def _painted(canvas: Canvas, ground: Ground, goes: Mapped) -> None:
    """Triangles of one colour as they are, the others cut where the boundary crosses their edges."""
    states, corners = ground.grid(NET)
    which = goes(states)
    pure = (which[corners] == which[corners[:, :1]]).all(axis=1)
    edges = {(int(min(t[a], t[b])), int(max(t[a], t[b]))) for t in corners[~pure] for a, b in ((0, 1), (1, 2), (2, 0))}
    crossed = [e for e in sorted(edges) if which[e[0]] != which[e[1]]]
    middle = dict(zip(crossed, _crossings(states, which, np.array(crossed).reshape(-1, 2), goes), strict=True))
    shapes: dict[int, list[list[tuple[float, float]]]] = {}
    for row in _runs(ground, states, corners[pure], which):
        shapes.setdefault(row[0], []).append(row[1])
    for t in corners[~pure]:
        for colour, polygon in _cut([int(v) for v in t], states, which, middle):
            shapes.setdefault(colour, []).append([ground.place(x) for x in polygon])
    for colour, polygons in sorted(shapes.items()):
        if colour < 0:
            continue
        d = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in polygon) + "Z" for polygon in polygons)
        ink = region(colour)
        canvas.add("path", f'd="{d}" fill-opacity="0.42" data-kind="basin"', fill=ink)


def _runs(ground: Ground, states: Array, corners: Array, which: Array) -> list[tuple[int, list[tuple[float, float]]]]:
    """Neighbouring triangles of one row and one colour as one trapezium: (colour, its corners)."""
    runs: list[list[int]] = []
    for t in corners.tolist():
        last = runs[-1] if runs else []
        joined = len(set(t) & set(last[-3:])) == 2 and which[t[0]] == which[last[0]]
        if joined and states[t, 2].min() == states[last[-3:], 2].min():
            last.extend(t)
        else:
            runs.append(list(t))
    found = []
    for run in runs:
        height = states[run, 2]
        ends = []
        for level in (height.min(), height.max()):
            row = [v for v, h in zip(run, height, strict=True) if h == level]
            ends.append(
                (min(row, key=lambda v: ground.place(states[v])), max(row, key=lambda v: ground.place(states[v])))
            )
        (a, b), (c, d) = ends
        ring = dict.fromkeys((a, b, d, c))
        found.append((int(which[run[0]]), [ground.place(states[v]) for v in ring]))
    return found


def _crossings(states: Array, which: Array, edges: Array, goes: Mapped) -> Array:
    """[edge, all actions]: where along each edge the colour changes, by halving."""
    if not len(edges):
        return np.zeros((0, states.shape[1]))
    near, far = states[edges[:, 0]].copy(), states[edges[:, 1]].copy()
    colour = which[edges[:, 0]]
    for _ in range(HALVINGS):
        half = (near + far) / 2
        stays = goes(half) == colour
        near[stays], far[~stays] = half[stays], half[~stays]
    return (near + far) / 2


def _cut(
    t: list[int], states: Array, which: Array, middle: dict[tuple[int, int], Array]
) -> list[tuple[int, list[Array]]]:
    """The pieces of a triangle whose corners have two or three colours: (colour, corners)."""

    def between(a: int, b: int) -> Array:
        return middle[min(a, b), max(a, b)]

    for a, b, c in ((t[0], t[1], t[2]), (t[1], t[2], t[0]), (t[2], t[0], t[1])):
        if which[b] == which[c]:  # a stands alone
            ab, ac = between(a, b), between(a, c)
            return [(int(which[a]), [states[a], ab, ac]), (int(which[b]), [ab, states[b], states[c], ac])]
    a, b, c = t
    ab, bc, ca = between(a, b), between(b, c), between(c, a)
    centre = (ab + bc + ca) / 3
    return [(int(which[v]), [states[v], p, centre, q]) for v, p, q in ((a, ab, ca), (b, bc, ab), (c, ca, bc))]
