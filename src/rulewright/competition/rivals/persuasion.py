"""What one Bob gets from Alice when she must get v at least: a curve, exactly, with a proof of every piece.

    φ_i(v) = max Σ x[s,π]·U_i(s,π)      over x in X with Σ x[s,π]·u(s,π) ≥ v
    X:  x ≥ 0,   Σ_π x[s,π] = p(s),     Σ_s x[s,π]·P(t|s)·( u(s,t,π(t)) − u(s,t,b) ) ≥ 0   for all π, t, b

A message is public and read type by type, so what is recommended is a *plan* π: what each of Alice's types does (her act itself,
where she knows nothing of her own). X is a polytope and φ_i the upper right edge of its shadow in the plane (u, U_i): concave,
non-increasing, piecewise linear. All its corners come from two ends by asking, for the line through two neighbours, whether
something lies above it (Eisner & Severance 1976, J. ACM 23): one linear programme for each corner and one for each piece, whose
multipliers prove that nothing does. Right end: Alice's first best, ties in the Bob's favour, which needs no solver.

Kamenica & Gentzkow 2011, Am. Econ. Rev. 101; Kolotilin et al. 2017, Econometrica 85 (receivers with types).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any, Protocol

import numpy as np

from ...numerics import rational
from ...numerics.incremental import Growing
from ...numerics.memory import FRACTION_BYTES, reserve
from ...numerics.pivots import Vertices
from ...numerics.rational import Array
from .setting import Rivals

TIE = 1e-9  # of Alice's range of utility: acts this near her best are as good
ABOVE = 1e-10  # of the ranges of utility: what lies less above a line is on it


@dataclass(frozen=True, eq=False)
class Advice:
    """Rival senders with Alice's plans written out and states that never happen left out. Exact or floating."""

    prior: Array = field(repr=False)
    """p[s]."""
    alice: Array = field(repr=False)
    """u[s, π]: over her types."""
    bobs: Array = field(repr=False)
    """U[i, s, π]."""
    edges: Array = field(repr=False)
    """[s, π, (t, b)]: P(t|s)·(u(s,t,π(t)) − u(s,t,b)); a plan is obeyed where its Σ_s x·edge ≥ 0."""
    plans: Array = field(repr=False)
    """[π, t]: the act of each type."""
    types: Array = field(repr=False)
    """P(t|s), [s, t]."""
    live: Array = field(repr=False)
    """[s]: number of the state among all of them."""

    @property
    def shape(self) -> tuple[int, ...]:
        return self.alice.shape

    @property
    def merged(self) -> Array:
        """Σ_i U_i, [s, π]: what all Bobs would want as one."""
        return np.asarray(self.bobs.sum(axis=0))

    def worth(self, x: Array, wish: Array) -> Any:
        """Σ x·wish, for x[..., s, π]."""
        return (x * wish).sum(axis=(-2, -1))

    def joint(self, x: Array, states: int) -> Array:
        """[s, t, a]: the law of state, type and act that the outcome x[s, π] gives; with all states."""
        acts = int(self.plans.max()) + 1 if not self.edges.size else self.edges.shape[2] // self.plans.shape[1]
        found = rational.zeros((states, self.plans.shape[1], acts), self.prior)
        for t in range(self.plans.shape[1]):
            for a in range(acts):
                mass = x[:, self.plans[:, t] == a].sum(axis=1)
                found[self.live, t, a] = mass * self.types[:, t]
        return found

    @property
    def obedience(self) -> tuple[Array, Array]:
        """(π, (t, b)) of the rows of obedience that say anything."""
        says = np.asarray((self.edges != 0).any(axis=0), dtype=bool)
        return np.nonzero(says)[0], np.nonzero(says)[1]


def advice(rivals: Rivals) -> Advice:
    """The plans of Alice's types written out. Raises TooLarge where acts^types of them do not fit."""
    p, u = rivals.prior, rivals.alice
    states, types, acts = u.shape
    size = FRACTION_BYTES if rivals.is_exact else 8
    reserve((2 * rivals.k + 2, states, acts**types, types * acts), "plans of Alice's types", item_bytes=size)
    live = np.flatnonzero(np.asarray(p.sum(axis=1) > 0, dtype=bool))
    chance = p[live].sum(axis=1)
    given = p[live] / chance[:, None]
    plans = np.array(list(product(range(acts), repeat=types)), dtype=int).reshape(-1, types)
    each = np.arange(types)
    own = u[live][:, each, plans]  # [s, π, t]
    edges = given[:, None, :, None] * (own[..., None] - u[live][:, None])
    bobs = rivals.bobs[:, live][:, :, each, plans]
    return Advice(
        chance,
        np.asarray((given[:, None] * own).sum(axis=2)),
        np.asarray((given[None, :, None] * bobs).sum(axis=3)),
        edges.reshape(len(live), len(plans), types * acts),
        plans,
        given,
        live,
    )


# ── linear programmes over X ────────────────────────────────────────────────────────────────────────────────────────


class Solver(Protocol):
    def best(self, wish: Array) -> tuple[Array, Array]: ...


class FloatingSolver:
    """max wish·x over X by HiGHS, every programme from the last one's basis."""

    def __init__(self, setting: Advice) -> None:
        self.setting, self.programme = setting, Growing()
        p, (plan, other) = setting.prior, setting.obedience
        self.x = self.programme.add_columns(setting.shape)
        sums = self.programme.add_rows(len(p), lower=p, upper=p)
        self.programme.put(sums[:, None], self.x, 1.0)
        self.rows = self.programme.add_rows(len(plan), lower=0.0)
        edges = setting.edges[:, plan, other]
        self.size = np.abs(edges).max(axis=0, initial=0.0)  # of each row
        self.programme.put(self.rows[None], self.x[:, plan], edges / self.size)

    def best(self, wish: Array) -> tuple[Array, Array]:
        """(x[s, π], y[π, (t, b)] ≥ 0): the optimum and the multipliers of obedience."""
        found = self.programme.solve(cost=wish.ravel(), maximise=True)
        x = np.maximum(found.point()[self.x], 0.0)
        y = np.zeros(self.setting.edges.shape[1:])
        if found.duals is not None:
            y[self.setting.obedience] = np.maximum(-found.duals[self.rows], 0.0) / self.size
        return x, y


class ExactSolver:
    """The same in rationals. Raises Unsolved where no optimal basis is found."""

    def __init__(self, setting: Advice) -> None:
        self.setting = setting
        (states, plans), (plan, other) = setting.shape, setting.obedience
        size = (states + len(plan), states * plans)
        reserve(size, "exact rows of obedience", item_bytes=FRACTION_BYTES, share=0.25)
        rows = rational.zeros((states + len(plan), states, plans), setting.prior)
        for s in range(states):
            rows[s, s] = rows[s, s] + 1
        rows[states + np.arange(len(plan)), :, plan] = setting.edges[:, plan, other].T
        sides = np.concatenate([setting.prior, rational.zeros((len(plan),), setting.prior)])
        self.vertices = Vertices(rows.reshape(size), sides, equal=states)

    def best(self, wish: Array) -> tuple[Array, Array]:
        states = len(self.setting.prior)
        x, found = self.vertices.best(wish.ravel())
        y = rational.zeros(self.setting.edges.shape[1:], self.setting.prior)
        y[self.setting.obedience] = -found[states:]
        return x.reshape(self.setting.shape), y


def solver(setting: Advice) -> Solver:
    return ExactSolver(setting) if rational.is_exact(setting.prior) else FloatingSolver(setting)


def prices(setting: Advice, wish: Array, multipliers: Array) -> Array:
    """λ[s] = max_π [ wish(s,π) + Σ y(π,·)·edge(s,π,·) ]: whatever y ≥ 0 is, no x of X is worth more than Σ p·λ."""
    return np.asarray((wish + (setting.edges * multipliers).sum(axis=2)).max(axis=1))


# ── the curve ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Curve:
    """φ by its corners and its pieces, each piece with a proof. R corners and R pieces, from Alice's least to her most.

    Piece 0 is flat, up to corner 0; piece r runs from corner r − 1 to corner r.
    """

    alice: Array
    """v[r], increasing: Alice's utility at the corners; the last is her first best."""
    bob: Array
    """φ(v[r]), non-increasing."""
    points: Array = field(repr=False)
    """x[r, s, π] in X: attains corner r, so that φ is nowhere below the chords."""
    slopes: Array = field(repr=False)
    """m[r] ≥ 0, increasing: φ falls by m[r] per unit of Alice's utility on piece r; m[0] = 0."""
    levels: Array = field(repr=False)
    """α[r] = Σ p·λ: U + m[r]·u ≤ α[r] for all of X, so that φ(v) ≤ α[r] − m[r]·v."""
    multipliers: Array = field(repr=False)
    """y[r, π, (t, b)] ≥ 0: the proof of α[r], by `prices(setting, U + m·u, y)`."""

    def at(self, v: Any) -> Any:
        """φ(v), for v up to the first best; by the corners."""
        given = np.asarray(v)
        corner = np.searchsorted(self.alice, given.ravel()).clip(1, max(len(self.alice) - 1, 1))
        if len(self.alice) == 1:
            value = np.full(given.size, self.bob[0])
        else:
            low, high = self.alice[corner - 1], self.alice[corner]
            share = np.clip((given.ravel() - low) / (high - low), 0 * low, 0 * low + 1)
            value = self.bob[corner - 1] * (1 - share) + self.bob[corner] * share
        return value.reshape(given.shape)[()]

    def point(self, v: Any) -> Array:
        """x[s, π] in X that gives Alice v, or the first corner's where that is more, and the Bob φ(v)."""
        r = int(np.searchsorted(self.alice, v))
        if r == 0 or v >= self.alice[-1]:
            return np.asarray(self.points[min(r, len(self.points) - 1)])
        share = (v - self.alice[r - 1]) / (self.alice[r] - self.alice[r - 1])
        return np.asarray(self.points[r - 1] * (1 - share) + self.points[r] * share)


def first_best(setting: Advice, wish: Array) -> Array:
    """x[s, π]: everybody's type does what is best for Alice in state s; of several, what is best for `wish`."""
    tie = 0 if rational.is_exact(setting.prior) else TIE * (float(np.ptp(setting.alice)) or 1.0)
    best = np.asarray(setting.alice >= setting.alice.max(axis=1, keepdims=True) - tie, dtype=bool)
    least = wish.min() - 1
    x = rational.zeros(setting.shape, setting.prior)
    x[np.arange(len(x)), np.where(best, wish, least).argmax(axis=1)] = setting.prior
    return x


def curve(setting: Advice, wish: Array, programme: Solver | None = None) -> Curve:
    """φ for a Bob with utility wish[s, π]. Raises Unsolved."""
    programme = programme or solver(setting)
    exact = rational.is_exact(setting.prior)
    size_u = 1 if exact else float(np.ptp(setting.alice)) or 1.0
    size_w = 1 if exact else float(np.ptp(wish)) or 1.0
    near: Any = 0 if exact else ABOVE

    def corner(x: Array) -> tuple[Any, Any, Array]:
        return setting.worth(x, setting.alice), setting.worth(x, wish), x

    x, y = programme.best(wish / size_w)
    none = rational.zeros((), setting.prior)[()]
    pieces = [(none, y * size_w)]
    left, right = corner(x), corner(first_best(setting, wish))
    if left[0] >= right[0] - near * size_u or left[1] <= right[1] + near * size_w:
        return _curve(setting, wish, [right if left[1] <= right[1] + near * size_w else left], pieces)
    corners, ahead = [left], [right]
    while ahead:
        (v, w, _), (v_next, w_next, _) = corners[-1], ahead[-1]
        if v_next - v <= near * size_u:  # one corner, by rounding, or a vertical line to the right end
            ahead.pop()
            continue
        slope = max((w - w_next) / (v_next - v), none)
        scale = size_w + slope * size_u
        x, y = programme.best((wish + slope * setting.alice) / scale)
        new = corner(x)
        inside = v + near * size_u < new[0] < v_next - near * size_u
        if inside and new[1] + slope * new[0] > w + slope * v + near * scale:
            ahead.append(new)
        else:
            pieces.append((slope, y * scale))
            corners.append(ahead.pop())
    return _curve(setting, wish, corners, pieces)


def _curve(
    setting: Advice, wish: Array, corners: list[tuple[Any, Any, Array]], pieces: list[tuple[Any, Array]]
) -> Curve:
    slopes = rational.like([m for m, _ in pieces], setting.prior)
    levels = [setting.prior @ prices(setting, wish + m * setting.alice, y) for m, y in pieces]
    return Curve(
        rational.like([v for v, _, _ in corners], setting.prior),
        rational.like([w for _, w, _ in corners], setting.prior),
        np.stack([x for _, _, x in corners]),
        slopes,
        rational.like(levels, setting.prior),
        np.stack([y for _, y in pieces]),
    )
