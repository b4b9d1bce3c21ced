"""Where the states of a flow lie: the triangle of one population with three strategies, the square of two with two each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...behaviour.dynamics import FLOWS, Contest
from ...behaviour.dynamics.flows import Field, flow_named
from ...behaviour.dynamics.follow import FLAT, follow, leading, polished
from ...behaviour.nash import extremes
from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array
from .canvas import Canvas, player
from .frame import Frame, Triangle, mixture
from .pair import Pair

SIDE = 420
SAME = 1e-6  # rest points nearer than this are one
PUSH, BACK, GONE = (
    0.03,
    0.015,
    0.06,
)  # how far a start is pushed off a rest point; how near it comes back; how far it is gone
STABLE, UNSTABLE, UNDECIDED = 1, 0, -1
STYLES = {STABLE: "stable", UNSTABLE: "unstable", UNDECIDED: "neither attracting nor repelling by eigenvalues"}
PACED = 60.0  # units of time over the size of payoffs, for flows whose speed is that of payoffs
PATIENCE = 5  # times as long, to see whether a rest point attracts: some flows come back ever more slowly
FIXED = 16.0  # units of time of flows whose speed is 1


@dataclass(frozen=True, eq=False)
class Ground:
    """A space of states that paper can show."""

    pair: Pair
    contest: Contest
    shape: Triangle | Frame
    centre: Array = field(repr=False)
    """[all actions]: everybody uniform."""

    @staticmethod
    def of(game: Game, what: str, *, left: float, top: float) -> Ground:
        """Raises InputError unless the game is 2 × 2, or symmetric with three strategies."""
        pair = Pair.of(game, what)
        (a, b), counts = pair.tables, pair.game.action_counts
        if counts == (2, 2):
            shape: Triangle | Frame = Frame(left + 40, top, SIDE, SIDE, (0, 1), (0, 1))
            return Ground(pair, Contest.of(np.stack([a, b.T])), shape, np.full(4, 0.5))
        if counts == (3, 3) and np.array_equal(a, b):
            return Ground(pair, Contest.symmetric(a), Triangle(left, top + 12, SIDE), np.full(3, 1 / 3))
        raise InputError(
            where=what,
            needed="two strategies of each of two players, or a symmetric game with three (same payoffs with roles exchanged)",
            found=f"{counts[0]} × {counts[1]} strategies" + (", not symmetric" if counts == (3, 3) else ""),
            remedy="Follow other games with rulewright.behaviour.dynamics.follow, which needs no picture.",
        )

    @property
    def triangular(self) -> bool:
        return isinstance(self.shape, Triangle)

    @property
    def bottom(self) -> float:
        return self.shape.bottom + (44 if self.triangular else 62)

    def place(self, state: Array) -> tuple[float, float]:
        """Pixels of one state [all actions]."""
        return self.shape(state) if isinstance(self.shape, Triangle) else self.shape(float(state[0]), float(state[2]))

    def outline(self, canvas: Canvas) -> None:
        players, actions = self.pair.players, self.pair.actions
        if isinstance(self.shape, Triangle):
            self.shape.outline(canvas, actions[0])
            return
        at = [0, 0.25, 0.5, 0.75, 1]
        names = [f"{players[i]}: share of {actions[i][0]}" for i in (0, 1)]
        self.shape.axes(canvas, *names, at_x=at, at_y=at, inks=(player(0), player(1)))
        (x, y), s = (self.shape.left, self.shape.top), SIDE
        canvas.lines([(x, y), (x + s, y), (x + s, y + s), (x, y + s), (x, y)], "soft", width=1.2)

    def words(self, state: Array) -> str:
        """A state in words."""
        parts = self.contest.split(state)
        if self.triangular:
            return mixture(parts[0], self.pair.actions[0])
        named = zip(self.pair.players, parts, self.pair.actions, strict=True)
        return "; ".join(f"{who}: {mixture(part, labels)}" for who, part, labels in named)

    # ── rest points ─────────────────────────────────────────────────────────────────────────────────────────────

    def until(self, flow: str) -> float:
        """A time after which most starts are near where they go."""
        paced = flow_named(flow).name not in ("best-response", "logit")
        return PACED / max(self.contest.size, 1e-300) if paced else FIXED

    def rests(self, flow: str, strength: float) -> tuple[Array, Array]:
        """(points[point, all actions], kind[point]): isolated rest points, those of `logit` as far as Newton's steps found them."""
        kind = flow_named(flow)
        moving = Field(self.contest, kind, strength)
        if kind.name == "logit":
            found = polished(moving, self.grid(12)[0], 0.2, steps=60)
        elif kind.smooth:
            found = np.array(self._balanced())
        else:
            found = self._equilibria()
        found = found[abs(moving(found)).max(axis=1) <= 1e-9 * max(1.0, self.contest.size)]
        points = _once(found)
        return points, np.array([self._kind(p, flow, strength) for p in points], dtype=int)

    @cached_property
    def _table(self) -> Array:
        return self.contest.payoff[0, 0]

    def _balanced(self) -> list[Array]:
        """States in which whatever is played gets the same: the rest points of flows that imitate."""
        found = []
        if not self.triangular:
            found = [np.array([p, 1 - p, q, 1 - q]) for p in (0.0, 1.0) for q in (0.0, 1.0)]
            (a, b) = self.pair.tables
            against = [t[0] - t[1] for t in (a, b)]
            q, p = (g[1] / (g[1] - g[0]) if g[0] * g[1] < 0 else np.nan for g in against)
            return found + [np.array([p, 1 - p, q, 1 - q])] * bool(np.isfinite(p) and np.isfinite(q))
        for support in ([0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]):
            k = len(support)
            inner = self._table[np.ix_(support, support)]
            system = np.block([[inner, -np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]])
            if abs(np.linalg.det(system)) < 1e-12 * max(1.0, self.contest.size) ** (k - 1):
                continue  # a continuum, or none
            shares = np.linalg.solve(system, np.append(np.zeros(k), 1.0))[:k]
            if shares.min() > 1e-12:
                state = np.zeros(3)
                state[support] = shares
                found.append(state)
        return found

    def _equilibria(self) -> Array:
        """Nash equilibria, in one population the symmetric ones."""
        found = extremes(*(t if i == 0 else t.T for i, t in enumerate(self.pair.tables)))
        if not self.triangular:
            return np.hstack([found.x, found.y]).reshape(-1, 4)
        return np.array([x for x, y in zip(found.x, found.y, strict=True) if abs(x - y).max() < 1e-9]).reshape(-1, 3)

    def _kind(self, point: Array, flow: str, strength: float) -> int:
        """By eigenvalues where the flow has them, else by where starts nearby go."""
        kind = flow_named(flow)
        if kind.smooth:
            lead = float(leading(Field(self.contest, kind, strength), point[None])[0])
            size = FLAT * (max(self.contest.size, 1e-300) if not kind.strength else 1.0)
            return STABLE if lead < -size else UNSTABLE if lead > size else UNDECIDED
        near = (1 - PUSH) * point + PUSH * self.grid(5)[0]
        done = follow(
            self.contest,
            flow,
            near,
            until=PATIENCE * self.until(flow),
            samples=2,
            tolerance=1e-7,
            look_for_cycles=False,
        )
        far = abs(done.end - point).max(axis=1)
        return STABLE if far.max() <= BACK else UNSTABLE if far.max() > GONE else UNDECIDED

    # ── a net of states ─────────────────────────────────────────────────────────────────────────────────────────

    def grid(self, cells: int) -> tuple[Array, Array]:
        """(states[vertex, all actions], triangles[triangle, 3] of positions): the whole space, pulled inwards by a hair."""
        at: dict[tuple[int, int], int] = {}
        for j in range(cells + 1):
            for i in range(cells + 1 - (j if self.triangular else 0)):
                at[i, j] = len(at)
        index = np.array(list(at)) / cells
        x, y = index[:, 0], index[:, 1]
        states = np.stack([1 - x - y, x, y], axis=1) if self.triangular else np.stack([x, 1 - x, y, 1 - y], axis=1)
        corners = []
        for i, j in at:
            for triple in (((i, j), (i + 1, j), (i, j + 1)), ((i + 1, j), (i + 1, j + 1), (i, j + 1))):
                if all(v in at for v in triple):
                    corners.append([at[v] for v in triple])
        return 0.998 * states + 0.002 * self.centre, np.array(corners)

    def marks(self, canvas: Canvas, points: Array, kinds: Array) -> None:
        """Rest points: filled, hollow, or a ring around a dot."""
        for point, kind in zip(points, kinds, strict=True):
            at = self.place(point)
            fill, tip = ("ink" if kind == STABLE else "paper"), f"{STYLES[int(kind)]}: {self.words(point)}"
            canvas.dot(
                at, fill=fill, edge="ink", width=2.2, radius=6.5, kind=f"rest-{STYLES[int(kind)].split()[0]}", tip=tip
            )
            if kind == UNDECIDED:
                canvas.dot(at, radius=2.5, kind="middle", tip=tip)


def key(canvas: Canvas, kinds: Array, x: float, y: float) -> float:
    """What the marks mean, those that occur; returns the y below."""
    for kind, name in STYLES.items():
        if kind in kinds:
            fill = "ink" if kind == STABLE else "paper"
            canvas.dot((x + 6, y - 4), fill=fill, edge="ink", width=2.2, radius=5.5, kind="key")
            if kind == UNDECIDED:
                canvas.dot((x + 6, y - 4), radius=2.2, kind="key")
            canvas.text(
                x + 20,
                y,
                f"{'rest point: ' if kind == UNDECIDED else ''}{name}" + " rest point" * (kind != UNDECIDED),
                size=12.5,
            )
            y += 20
    return y


def _once(points: Array) -> Array:
    kept: list[Array] = []
    for point in points:
        if all(abs(point - other).max() > SAME for other in kept):
            kept.append(point)
    return np.array(kept).reshape(len(kept), points.shape[1])


def known_flow(flow: str, what: str) -> str:
    """Raises InputError with the names that there are."""
    if flow not in FLOWS:
        raise InputError(where=what, needed=f"a flow, one of {', '.join(FLOWS)}", found=repr(flow))
    return flow
