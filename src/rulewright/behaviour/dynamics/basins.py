"""Basins of attraction: from which starts a flow leads where, and how large each basin is.

A rest point's basin is the set of starts that end at it. Its share of the space of starts is counted on a grid or estimated
from starts drawn uniformly, then with Wilson's interval (Wilson 1927, J. Am. Stat. Assoc. 22). Starts that settle nowhere
are counted as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .finite import compositions
from .flows import Contest
from .follow import REST, Followed, follow

SAME = 1e-3  # ends nearer than this are one rest point
NORMAL = 1.959963984540054  # of a two-sided 95 %


@dataclass(frozen=True, eq=False)
class Basins:
    """What a picture of basins draws, and its numbers."""

    flow: str
    sizes: tuple[int, ...]
    """Numbers of actions of each population."""
    starts: Array = field(repr=False)
    """[start, all actions]"""
    points: Array
    """[point, all actions]: rest points that were reached, largest basin first."""
    which: Array = field(repr=False)
    """[start]: the point reached, −1 where the flow had not settled."""
    share: Array
    """[point]: of the starts."""
    low: Array
    """[point]: 95 % interval of the share; NaN on a grid, whose error is its spacing."""
    high: Array
    stable: Array
    """[point]: 1 attracting, 0 repelling in some direction, −1 not decided by eigenvalues."""
    residual: Array
    """[point]: largest |x'| among the ends counted to it."""
    regret: Array
    """[point]: what the best reply gains there; payoff units."""
    how: str

    @property
    def unsettled(self) -> float:
        """Share of the starts that settled nowhere."""
        return float((self.which < 0).mean())


def basins(
    contest: Contest,
    flow: str = "replicator",
    *,
    grid: int | None = None,
    draws: int | None = None,
    seed: int = 0,
    strength: float = 1.0,
    until: float | None = None,
) -> Basins:
    """From a `grid` of that many cells a side, or from so many uniform `draws` of that seed, in one game.

    `until`: units of time; if None, 400 over the size of payoffs. Raises InputError unless one of grid and draws is given.
    """
    if (grid is None) == (draws is None) or (grid or draws or 0) < 1 or len(contest.payoff) != 1:
        raise InputError(
            where="basins",
            needed="one game, and either a grid or a number of draws, at least 1",
            found=f"{len(contest.payoff)} games, grid {grid}, draws {draws}",
        )
    x = lattice(contest.sizes, grid) if grid is not None else uniform(contest.sizes, draws or 0, seed)
    done = follow(
        contest,
        flow,
        x,
        until=400 / contest.size if until is None else until,
        strength=strength,
        samples=2,
        tolerance=1e-7,
        look_for_cycles=False,
    )
    points, which = distinct(done)
    count = np.bincount(which[which >= 0], minlength=len(points))
    order = np.argsort(-count, kind="stable")
    points, count, place = points[order], count[order], np.argsort(order)
    which = np.where(which >= 0, place[which], -1)
    low, high = wilson(count, len(x)) if draws else (np.full(len(points), np.nan),) * 2
    first = [int(np.flatnonzero(which == k)[0]) for k in range(len(points))]
    worst = np.array([done.residual[which == k].max() for k in range(len(points))])
    source = f"a grid of {len(x):,} starts" if grid is not None else f"{len(x):,} starts, uniform, seed {seed}"
    how = f"{flow} from {source}; {done.how}; {int((which < 0).sum())} not settled"
    return Basins(
        flow,
        contest.sizes,
        x,
        points,
        which,
        count / len(x),
        low,
        high,
        done.stable[first],
        worst,
        contest.regret(points) if len(points) else np.zeros(0),
        how,
    )


def distinct(done: Followed) -> tuple[Array, Array]:
    """(points[point, all actions], which[row]: the point at which a row ended, −1 where it did not settle)."""
    which = np.full(len(done.end), -1)
    points: list[Array] = []
    left = np.flatnonzero(done.ended == REST)
    while len(left):
        point = done.end[left[np.argmin(done.residual[left])]]
        here = abs(done.end[left] - point).max(axis=1) <= SAME
        which[left[here]] = len(points)
        points.append(point)
        left = left[~here]
    return np.array(points).reshape(len(points), done.end.shape[1]), which


def lattice(sizes: tuple[int, ...], cells: int) -> Array:
    """[start, all actions]: middles of cells of equal volume, every combination of the populations'."""
    parts = [(compositions(cells - 1, size) + 1 / size) / cells for size in sizes]
    count = int(np.prod([len(part) for part in parts]))
    reserve((count, sum(sizes)), "the grid of starts")
    index = np.indices([len(part) for part in parts]).reshape(len(parts), -1)
    return np.hstack([part[k] for part, k in zip(parts, index, strict=True)])


def uniform(sizes: tuple[int, ...], draws: int, seed: int) -> Array:
    """[start, all actions]: uniform on the simplices."""
    reserve((draws, sum(sizes)), "the starts of a flow")
    generator = np.random.default_rng(seed)
    parts = [generator.exponential(size=(draws, size)) for size in sizes]
    return np.hstack([part / part.sum(axis=1, keepdims=True) for part in parts])


def wilson(hits: Array, tries: int) -> tuple[Array, Array]:
    """95 % interval of a share, from `hits` of `tries`."""
    p, z = np.asarray(hits) / tries, NORMAL
    middle = (p + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z / (1 + z * z / tries) * np.sqrt(p * (1 - p) / tries + z * z / (4 * tries**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
