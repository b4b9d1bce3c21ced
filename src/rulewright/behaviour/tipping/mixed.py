"""Mixed equilibria of two players along a family of games: one branch for each pair of supports.

All equilibria at all values come from one call of `all_bimatrix`; a branch goes on as long as the same supports carry an
equilibrium, and its ends are where a probability, or the loss from an action outside, comes to zero. No mixed equilibrium is
asymptotically stable under the replicator dynamics of two populations (Ritzberger & Weibull 1995, Econometrica 63,
"Evolutionary selection in normal-form games"): those branches are the watersheds between basins.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...numerics.rational import Array, floats
from ..nash.many import all_bimatrix
from .family import Sampled
from .pure import root

PLAYED = 1e-9  # probabilities below are not played
MOST_ACTIONS = 24  # of one player
NEAR = 1e-6  # of the range: how close to an end one looks for what goes on there
ROUNDS = 50
Supports = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Mixed:
    """An equilibrium with these supports from `low` to `high`."""

    supports: Supports
    low: float
    high: float
    t: Array = field(repr=False)
    goal: Array = field(repr=False)
    """[point]."""


def mixed(sampled: Sampled, points: Sequence[Any], ends: Sequence[Any]) -> tuple[list[Mixed], str]:
    """(mixed branches, what is known to be missing; "" if nothing).

    Looked for at the points, and then on both sides of the ends of pure branches and of what was found, until nothing is new: where
    a branch ends another one begins, however short.
    """
    counts = sampled(points[0]).counts
    if len(counts) != 2:
        return [], "mixed equilibria of more than two players are not traced" if len(counts) > 2 else ""
    if max(counts) > MOST_ACTIONS:
        return [], f"mixed equilibria are traced up to {MOST_ACTIONS} actions of each player"
    low, high = float(points[0]), float(points[-1])
    step = NEAR * (high - low)
    seen: dict[Supports, dict[float, float]] = {}
    where: list[float] = []
    new, left = sorted({*map(float, points), *_beside(map(float, ends), [], low, high, step)}), 0
    branches: list[Mixed] = []
    for _ in range(ROUNDS):
        left += _look(sampled, new, seen)
        where = sorted({*where, *new})
        branches = [_branch(sampled, where, s, run, at) for s, at in seen.items() for run in _runs(where, at)]
        new = _beside((end for b in branches for end in (b.low, b.high)), where, low, high, step)
        if not new:
            break
    why = f"mixed equilibria are left out at {left} of {len(where)} values, where the game is degenerate or too large"
    return branches, why if left else ""


def _look(sampled: Sampled, points: Sequence[float], seen: dict[Supports, dict[float, float]]) -> int:
    """Write down all mixed equilibria at some values; how many of these could not be solved."""
    forms = [sampled(t) for t in points]
    a, b = (np.stack([floats(f.payoff[i]) for f in forms]) for i in range(2))
    found = all_bimatrix(a, b)
    worth = np.stack([floats(f.goal) for f in forms])
    goals = np.einsum("ka,kab,kb->k", found.x, worth[found.of], found.y)
    for x, y, g, goal in zip(found.x, found.y, found.of, goals, strict=True):
        rows, columns = (tuple(map(int, np.flatnonzero(z > PLAYED))) for z in (x, y))
        if len(rows) > 1 or len(columns) > 1:
            seen.setdefault((rows, columns), {})[points[int(g)]] = float(goal)
    return int((found.status < 0).sum())


def _beside(ends: Iterable[float], known: Sequence[float], low: float, high: float, step: float) -> list[float]:
    """Values next to some ends, where nobody has looked yet."""
    new: set[float] = set()
    for end in ends:
        for t in (end - step, end + step):
            at = bisect(known, t - step / 2)
            if low < t < high and not (at < len(known) and known[at] < t + step / 2):
                new.add(t)
    return sorted(new)


def _runs(where: Sequence[float], at: Mapping[float, float]) -> list[tuple[int, int]]:
    """(first, last) of each stretch of neighbouring values."""
    stretches: list[tuple[int, int]] = []
    for k, t in enumerate(where):
        if t not in at:
            continue
        new = not stretches or stretches[-1][1] < k - 1
        stretches = [*stretches, (k, k)] if new else [*stretches[:-1], (stretches[-1][0], k)]
    return stretches


def _branch(
    sampled: Sampled, points: Sequence[float], supports: Supports, run: tuple[int, int], at: Mapping[float, float]
) -> Mixed:
    first, last = run
    goals = {points[k]: at[points[k]] for k in range(first, last + 1)}
    low, high = points[first], points[last]
    if first > 0:
        low = _end(sampled, supports, points[first - 1], low)
    if last < len(points) - 1:
        high = _end(sampled, supports, points[last + 1], high)
    for t in (low, high):
        if t not in goals:
            goals[t] = _room(sampled, supports, t)[1]
    where = np.array(sorted(goals))
    return Mixed(supports, low, high, where, np.array([goals[t] for t in where]))


def _end(sampled: Sampled, supports: Supports, outside: float, inside: float) -> float:
    """Where a branch that was seen at `inside` and not at `outside` ends."""
    if _room(sampled, supports, outside)[0] >= 0:
        return outside  # it is there: the game is degenerate at that value, and was left out
    if _room(sampled, supports, inside)[0] <= 0:
        return inside
    return root(lambda t: _room(sampled, supports, t)[0], outside, inside)


def _room(sampled: Sampled, supports: Supports, t: float) -> tuple[float, float]:
    """(least probability in the supports or loss outside them, goal) of the play that makes the supports indifferent."""
    form = sampled(t)
    a, b = floats(form.payoff[0]), floats(form.payoff[1])
    rows, columns = map(list, supports)
    try:
        y = _indifferent(a[np.ix_(rows, columns)])
        x = _indifferent(b[np.ix_(rows, columns)].T)
    except np.linalg.LinAlgError:
        return -1.0, float("nan")
    mine, theirs = a[:, columns] @ y, x @ b[rows, :]
    outside = [mine[rows[0]] - np.delete(mine, rows), theirs[columns[0]] - np.delete(theirs, columns)]
    room = min([x.min(), y.min(), *(float(o.min()) for o in outside if o.size)])
    return float(room), float(x @ floats(form.goal)[np.ix_(rows, columns)] @ y)


def _indifferent(square: Array) -> Array:
    """[column]: the mixture z that makes all rows of square[row, column] worth the same: square·z = v, Σz = 1."""
    k = len(square)
    system, side = np.zeros((k + 1, k + 1)), np.zeros(k + 1)
    system[:k, :k], system[:k, k], system[k, :k], side[k] = square, -1.0, 1.0, 1.0
    return np.linalg.solve(system, side)[:k]
