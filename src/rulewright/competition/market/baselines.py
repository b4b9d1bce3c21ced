"""What a market is worth beside simpler answers, in the sup norm: a constant, one AI, one AI well read, the plain average.

A single AI whose numbers are shifted and stretched, a + b U_i with b ≥ 0, is often far nearer to people than as it is: that is
calibration, and any user of one AI can have it. Only what a mix does beyond that is the market's. So ε is shown for

    constant a · best single U_i · average · calibrated single a + b U_i · hull Σ w U, Σ w = 1 · hull with offset · cone a + Σ w U

The calibrated single AI is found without trying all to the end: ε on some rows is a lower bound of ε on all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...numerics.rational import Array
from .gap import Rows, rows_of, tell_nothing
from .near import Near, near
from .table import Table

SAMPLE = 300  # rows on which all AIs are calibrated first
COLUMNS = 64  # of a block that are looked at together: no second copy of it
MOST_PASSES = 60
CLOSE = 1e-10  # of ε, between the bounds of the best single AI


@dataclass(frozen=True)
class Baseline:
    """One line: how far it is from people in the worst row, and who it is made of."""

    name: str
    epsilon: float
    ais: tuple[int, ...] = ()
    """The AIs used; of a mix the heaviest first."""


@dataclass(frozen=True)
class Baselines:
    """All lines, and the drop taken apart."""

    constant: Baseline
    single: Baseline
    average: Baseline
    calibrated: Baseline
    hull: Baseline
    shifted: Baseline
    """Hull with an offset."""
    cone: Baseline

    @property
    def lines(self) -> tuple[Baseline, ...]:
        return (self.constant, self.single, self.average, self.calibrated, self.hull, self.shifted, self.cone)

    @property
    def calibration(self) -> float:
        """What shifting and stretching one AI brings: ε single − ε calibrated."""
        return self.single.epsilon - self.calibrated.epsilon

    @property
    def market(self) -> float:
        """What only a mix brings: ε calibrated − ε cone."""
        return self.calibrated.epsilon - self.cone.epsilon

    @property
    def share(self) -> float:
        """Calibration's share of the whole drop; NaN where nothing drops."""
        drop = self.single.epsilon - self.cone.epsilon
        return self.calibration / drop if drop > 0 else float("nan")


def baselines(source: Table | Rows, *, tell: Callable[[str], Any] = tell_nothing, **known: Near) -> Baselines:
    """All of them. `known`: mixes that are there already, among `hull`, `shifted` and `cone`."""
    rows = rows_of(source)
    apart, mean, low, high = np.zeros(rows.k), 0.0, np.inf, -np.inf
    sample: list[tuple[Array, Array]] = []
    for _, u, ais, _ in rows.blocks():
        for at in range(0, rows.k, COLUMNS):
            np.maximum(
                apart[at : at + COLUMNS],
                np.abs(ais[:, at : at + COLUMNS] - u[:, None]).max(axis=0),
                out=apart[at : at + COLUMNS],
            )
        mean = max(mean, float(np.abs(ais.mean(axis=1) - u).max()))
        low, high = min(low, float(u.min())), max(high, float(u.max()))
        step = max(1, len(u) // SAMPLE)
        sample.append((u[::step][:SAMPLE].copy(), ais[::step][:SAMPLE].copy()))
    best = int(np.argmin(apart))
    points = np.concatenate([u for u, _ in sample]), np.concatenate([ais for _, ais in sample])
    calibrated = _calibrated(rows, *points, tell)
    mixes = {
        "hull": known.get("hull") or near(source, kind="hull", offset="none", exactly=False, tell=tell),
        "shifted": known.get("shifted") or near(source, kind="hull", offset="constant", exactly=False, tell=tell),
        "cone": known.get("cone") or near(source, kind="cone", offset="constant", exactly=False, tell=tell),
    }
    made = {name: (found.value, tuple(found.mixed.tolist())) for name, found in mixes.items()}
    return Baselines(
        Baseline("a constant", (high - low) / 2),
        Baseline("best single AI, as it is", float(apart[best]), (best,)),
        Baseline("plain average", mean, tuple(range(rows.k))),
        Baseline("best single AI, calibrated", *calibrated),
        Baseline("hull", *made["hull"]),
        Baseline("hull with an offset", *made["shifted"]),
        Baseline("cone with an offset", *made["cone"]),
    )


def _calibrated(rows: Rows, u: Array, ais: Array, tell: Callable[[str], Any]) -> tuple[float, tuple[int, ...]]:
    """(ε, (i,)): the best single AI with offset and scale, all AIs at once.

    Each is fitted to a few rows, which bounds its ε from below; a pass over all rows finds where it misses most, which bounds it
    from above; these rows are added. AIs that cannot be the best any more are dropped.
    """
    keep = np.unique(np.linspace(0, len(u) - 1, min(len(u), SAMPLE)).astype(int))
    points = [(u[keep], ais[keep, i]) for i in range(rows.k)]
    fits = [line_fit(*each) for each in points]
    low, slope = (np.array(part) for part in zip(*fits, strict=True))
    alive, best, who = np.arange(rows.k), np.inf, 0
    for turn in range(MOST_PASSES):
        tell(f"every AI by itself, pass {turn + 1}: {len(alive):,} of {rows.k:,}")
        width, where = _widest(rows, alive, slope[alive])
        first = int(np.argmin(width))
        if width[first] < best:
            best, who = float(width[first]), int(alive[first])
        for j, i in enumerate(alive.tolist()):
            if low[i] < best * (1 - CLOSE):
                points[i] = tuple(np.concatenate(pair) for pair in zip(points[i], where[j], strict=True))  # type: ignore[assignment]
                low[i], slope[i] = line_fit(*points[i])
        alive = alive[low[alive] < best * (1 - CLOSE)]
        if not len(alive):
            break
    return best / 2, (who,)


def _widest(rows: Rows, which: Array, slope: Array) -> tuple[Array, list[tuple[Array, Array]]]:
    """(max − min of u − b U_i over all rows, (u, U_i) at the two rows) of some AIs, each with its own b: in one pass."""
    ends = np.tile(np.array([[-np.inf], [np.inf]]), (1, len(which)))
    at = np.zeros((2, 2, len(which)))  # [end, (u, U_i), AI]
    for _, u, ais, _ in rows.blocks():
        for first in range(0, len(which), COLUMNS):
            some = slice(first, first + COLUMNS)
            x = ais[:, which[some]]
            rest = u[:, None] - slope[some] * x
            for end, r in enumerate((rest.argmax(axis=0), rest.argmin(axis=0))):
                found = rest[r, np.arange(rest.shape[1])]
                better = found > ends[0, some] if end == 0 else found < ends[1, some]
                here = first + np.flatnonzero(better)
                ends[end, here] = found[better]
                at[end, 0, here], at[end, 1, here] = u[r[better]], x[r[better], np.flatnonzero(better)]
    return ends[0] - ends[1], [(at[:, 0, j], at[:, 1, j]) for j in range(len(which))]


def line_fit(u: Array, x: Array) -> tuple[float, float]:
    """(width, b): the least max (u − b x) − min (u − b x) over b ≥ 0, twice the error of the best a + b x.

    It is convex and piecewise linear in b: two supports, one falling and one rising, bracket the minimum and cross below it.
    """
    falling: tuple[float, float] | None = None
    rising: tuple[float, float] | None = None
    span = float(x.max() - x.min())
    steep = 4 * float(u.max() - u.min()) / span + 1 if span > 0 else 0.0  # beyond, the width can only grow
    best, at, b = np.inf, 0.0, 0.0
    for _ in range(100):
        rest = u - b * x
        top, bottom = int(np.argmax(rest)), int(np.argmin(rest))
        width, slope = float(rest[top] - rest[bottom]), float(x[bottom] - x[top])
        if width < best:
            best, at = width, b
        if slope == 0 or (b == 0 and slope > 0) or not span:
            break
        if slope < 0:
            falling = width - slope * b, slope
        else:
            rising = width - slope * b, slope
        if rising is None or falling is None:
            b = steep
            continue
        cross = (rising[0] - falling[0]) / (falling[1] - rising[1])
        if best - (falling[0] + falling[1] * cross) <= 1e-13 * (abs(best) + abs(falling[0])):
            break
        b = cross
    return best, at
