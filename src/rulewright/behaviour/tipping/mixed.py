"""Mixed equilibria of two players along a family of games: one branch for each pair of supports.

All equilibria at all values come from one call of `all_bimatrix`; a branch goes on as long as the same supports carry an
equilibrium, and its ends are where a probability, or the loss from an action outside, comes to zero. No mixed equilibrium is
asymptotically stable under the replicator dynamics of two populations (Ritzberger & Weibull 1995, Econometrica 63,
"Evolutionary selection in normal-form games"): those branches are the watersheds between basins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...numerics.rational import Array, floats
from ..nash.many import all_bimatrix, indifferent
from .family import Sampled
from .pure import root

PLAYED = 1e-9  # probabilities below are not played
MOST_ACTIONS = 24  # of one player
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


def mixed(sampled: Sampled, points: Sequence[Any]) -> tuple[list[Mixed], str]:
    """(mixed branches seen at the points, what may be missing; "" if nothing between them)."""
    forms = [sampled(t) for t in points]
    counts = forms[0].counts
    if len(counts) != 2:
        return [], "mixed equilibria of more than two players are not traced" if len(counts) > 2 else ""
    if max(counts) > MOST_ACTIONS:
        return [], f"mixed equilibria are traced up to {MOST_ACTIONS} actions of each player"
    a, b = (np.stack([floats(f.payoff[i]) for f in forms]) for i in range(2))
    found = all_bimatrix(a, b)
    at: dict[Supports, list[int]] = {}
    for x, y, g in zip(found.x, found.y, found.of, strict=True):
        supports = tuple(tuple(map(int, np.flatnonzero(z > PLAYED))) for z in (x, y))
        if len(supports[0]) > 1 or len(supports[1]) > 1:
            at.setdefault(supports, []).append(int(g))  # type: ignore[arg-type]
    left = int((found.status < 0).sum())
    why = f"mixed equilibria are left out at {left} of {len(forms)} values, where the game is degenerate or too large"
    return [_branch(sampled, points, s, run) for s, seen in at.items() for run in _runs(seen)], why if left else ""


def _runs(seen: Sequence[int]) -> list[tuple[int, int]]:
    """(first, last) of each stretch of neighbours."""
    ends: list[tuple[int, int]] = []
    for k in sorted(set(seen)):
        ends = [*ends[:-1], (ends[-1][0], k)] if ends and ends[-1][1] == k - 1 else [*ends, (k, k)]
    return ends


def _branch(sampled: Sampled, points: Sequence[Any], supports: Supports, run: tuple[int, int]) -> Mixed:
    first, last = run
    low, high = float(points[first]), float(points[last])
    if first > 0:
        low = root(lambda t: _room(sampled, supports, t)[0], float(points[first - 1]), low)
    if last < len(points) - 1:
        high = root(lambda t: _room(sampled, supports, t)[0], high, float(points[last + 1]))
    inner = [float(points[k]) for k in range(first, last + 1)]
    where = np.array(sorted({low, *inner, high}))
    goals = np.array([_room(sampled, supports, t)[1] for t in where])
    return Mixed(supports, low, high, where, goals)


def _room(sampled: Sampled, supports: Supports, t: float) -> tuple[float, float]:
    """(least probability in the supports or loss outside them, goal) of the play that makes the supports indifferent."""
    form = sampled(t)
    a, b = floats(form.payoff[0]), floats(form.payoff[1])
    rows, columns = map(list, supports)
    try:
        y = indifferent(a[np.ix_(rows, columns)])
        x = indifferent(b[np.ix_(rows, columns)].T)
    except np.linalg.LinAlgError:
        return -1.0, float("nan")
    mine, theirs = a[:, columns] @ y, x @ b[rows, :]
    outside = [mine[rows[0]] - np.delete(mine, rows), theirs[columns[0]] - np.delete(theirs, columns)]
    room = min([x.min(), y.min(), *(float(o.min()) for o in outside if o.size)])
    return float(room), float(x @ floats(form.goal)[np.ix_(rows, columns)] @ y)
