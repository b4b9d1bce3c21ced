"""Where populations of several types come to: every rest of one or two types, exactly; what is left is searched by following
the flow.

    x_a′ ∝ x_a exp(h (W_a − W̄) / span)       as h → 0 the replicator dynamic in another clock, and with the same rests

A rest of one or two types that is stable among them is stable among all if no other type does better than they do there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ...numerics import counter
from ...numerics.rational import Array
from .rests import edge, invasion
from .stage import EVERYBODY, Stage

STARTS, MOST, SETTLED = 48, 3000, 1e-11
PACE, FASTEST, STRIDE = 1.0, 1e8, 1.0  # h at first and at most; most of h (W − W̄) / span
FASTER, SLOWER = 1.2, 0.5  # how h changes while a flow goes on, and when it turns
BENT, STRAIGHT, TINY = 0.9, 0.97, 1e-300  # cosines between two steps: a flow that turns is followed in small ones
LEAST = 60.0  # −log of a share: types that are never quite gone
CLOSE = 0.02  # largest share by which a flow that ends at a rest may miss it
STILL = 1e-6  # payoffs of types that are there apart by less, of their span: a rest
NUDGE = 1e-6  # of a share, to see what a rest does when it is pushed
GONE = 1e-6  # a share at the end of a flow that counts as none
SAME = 1e-9  # payoffs apart by less, of their span, are not told apart


@dataclass(frozen=True, eq=False)
class State:
    """One rest of a population of the types that there are."""

    shares: Array
    """float [type]"""
    stable: bool | None
    reached: float
    """Share of the flows that were followed which end here."""
    kind: str = "isolated"
    """"isolated": a rest of one or two types, exactly; "neutral": two types that nobody can tell apart, in any shares;
    "found": a rest of more that flows came to; "moving": where flows were that came to none."""


def states(stage: Stage, types: tuple[int, ...], seed: int = 0) -> list[State]:
    """All rests of one or two of `types`, and what else flows end in."""
    found = [(_pure({a: 1.0}), _alone(stage, a, types)) for a in types]
    for a, b in combinations(types, 2):
        for rest in edge(stage, a, b).inner:
            x = _pure({a: rest.x, b: 1 - rest.x})
            found.append((x, rest.stable and _shut(stage, x, types)))
    ends = flow(stage, types, starts(types, STARTS, seed))
    ends = np.where(ends < GONE, 0.0, ends)
    ends /= ends.sum(axis=1, keepdims=True)
    at = _nearest(ends, found)
    listed = [State(x, stable, float((at == k).mean())) for k, (x, stable) in enumerate(found)]
    for a, b in combinations(types, 2):  # who cannot be told apart may mix in any way
        alike = (at < 0) & (ends[:, [a, b]].sum(axis=1) > 1 - CLOSE) & edge(stage, a, b).neutral
        if alike.any():
            listed.append(State(ends[alike].mean(axis=0), None, float(alike.mean()), "neutral"))
            at[alike] = len(found)
    still = _still(stage, ends, types)
    left = ends[(at < 0) & still]
    while len(left):
        here = abs(left - left[0]).max(axis=1) < CLOSE
        stable = _returns(stage, left[0]) and _shut(stage, left[0], types) is not False
        listed.append(State(left[0], stable, float(here.sum() / len(ends)), "found"))
        left = left[~here]
    moving = ends[(at < 0) & ~still]
    if len(moving):
        listed.append(State(moving.mean(axis=0), None, len(moving) / len(ends), "moving"))
    return listed


def _still(stage: Stage, x: Array, types: tuple[int, ...]) -> Array:
    """[start]: whether three types or more are there and earn alike; rests of fewer are known."""
    worth = stage.expected(x)
    gap = np.where(x > 0, worth - (x * worth).sum(axis=1, keepdims=True), 0.0)
    found: Array = (abs(gap).max(axis=1) < STILL * _span(stage, types)) & ((x > 0).sum(axis=1) > 2)
    return found


def _returns(stage: Stage, x: Array) -> bool:
    """Whether the replicator dynamic comes back to a rest of the types there are: signs of the eigenvalues, in floats."""
    there = np.flatnonzero(x)
    pushes = np.eye(len(there))[1:] - np.eye(len(there))[0]

    def speed(at: Array) -> Array:
        full = np.zeros(len(EVERYBODY))
        full[there] = at
        worth = stage.expected(full)[there]
        return at * (worth - at @ worth)

    slopes = [(speed(x[there] + NUDGE * v) - speed(x[there] - NUDGE * v))[1:] / (2 * NUDGE) for v in pushes]
    return bool((np.linalg.eigvals(np.array(slopes).T).real < 0).all())


def _nearest(ends: Array, found: list[tuple[Array, bool | None]]) -> Array:
    """[end]: the rest that it came to, −1 where none is close; a flow does not end where it is driven away."""
    gap = abs(ends[:, None, :] - np.array([x for x, _ in found])).max(axis=-1)
    gap[:, [stable is False for _, stable in found]] = np.inf
    return np.where(gap.min(axis=1) < CLOSE, gap.argmin(axis=1), -1)


def starts(types: tuple[int, ...], count: int, seed: int) -> Array:
    """float [start, type]: drawn evenly from the simplex of `types`."""
    drawn = counter.uniform(counter.draws(seed, 0, 0, count * len(types))).reshape(count, len(types))
    found = np.zeros((count, len(EVERYBODY)))
    found[:, list(types)] = -np.log(drawn)
    return found / found.sum(axis=1, keepdims=True)


def flow(stage: Stage, types: tuple[int, ...], x: Array) -> Array:
    """float [start, type]: where flows from x[start, type] are when they have settled, or after many steps."""
    there = list(types)
    span = _span(stage, types)
    logs = np.log(x[:, there])
    here, pace, before = x[:, there], np.full((len(x), 1), PACE), np.zeros((len(x), len(there)))
    for _ in range(MOST):
        worth = stage.expected(x)[:, there]
        logs += np.clip(pace * (worth - (here * worth).sum(axis=1, keepdims=True)) / span, -STRIDE, STRIDE)
        logs = np.maximum(logs - logs.max(axis=1, keepdims=True), -LEAST)
        new = np.exp(logs)
        new /= new.sum(axis=1, keepdims=True)
        moved, here = new - here, new
        x = np.zeros_like(x)
        x[:, there] = here
        turn = (moved * before).sum(axis=1) / np.maximum(_length(moved) * _length(before), TINY)
        pace *= np.where(turn < BENT, SLOWER, np.where(turn > STRAIGHT, FASTER, 1.0))[:, None]
        pace = np.minimum(pace, FASTEST)
        before = moved
        if abs(moved).max() < SETTLED:
            break
    return x


def _length(steps: Array) -> Array:
    return np.sqrt((steps**2).sum(axis=1))


def _span(stage: Stage, types: tuple[int, ...]) -> float:
    corners = stage.expected(np.eye(len(EVERYBODY))[list(types)])[:, list(types)]
    return float(np.ptp(corners)) or 1.0


def _alone(stage: Stage, a: int, types: tuple[int, ...]) -> bool | None:
    signs = [invasion(stage, a, b) for b in types if b != a]
    return False if 1 in signs else None if 0 in signs else True


def _shut(stage: Stage, x: Array, types: tuple[int, ...]) -> bool | None:
    """Whether no type that is missing would grow."""
    worth = stage.expected(x)
    gap = (worth - x @ worth)[[t for t in types if x[t] == 0]] / _span(stage, types)
    return False if (gap > SAME).any() else True if (gap < -SAME).all() else None


def _pure(shares: dict[int, float]) -> Array:
    x = np.zeros(len(EVERYBODY))
    for t, share in shares.items():
        x[t] = share
    return x
