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
TOGETHER = 8  # AIs that are then calibrated on all rows after one pass


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
        for at in range(0, rows.k, 64):  # a few columns at a time: no second copy of the block
            np.maximum(
                apart[at : at + 64], np.abs(ais[:, at : at + 64] - u[:, None]).max(axis=0), out=apart[at : at + 64]
            )
        mean = max(mean, float(np.abs(ais.mean(axis=1) - u).max()))
        low, high = min(low, float(u.min())), max(high, float(u.max()))
        step = max(1, len(u) // SAMPLE)
        sample.append((u[::step][:SAMPLE].copy(), ais[::step][:SAMPLE].copy()))
    best = int(np.argmin(apart))
    tell("every AI by itself")
    calibrated = _calibrated(rows, *(np.concatenate(part) for part in zip(*sample, strict=True)))
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


def _calibrated(rows: Rows, u: Array, ais: Array) -> tuple[float, tuple[int, ...]]:
    """(ε, (i,)): the best single AI with offset and scale; bounds from a sample say who need not be tried on all rows."""
    keep = np.unique(np.linspace(0, len(u) - 1, min(len(u), SAMPLE)).astype(int))
    bounds = [line_fit(u[keep], ais[keep, i]) for i in range(rows.k)]
    best, who = np.inf, 0
    order = np.argsort(bounds, kind="stable")
    for at in range(0, rows.k, TOGETHER):
        batch = [int(i) for i in order[at : at + TOGETHER] if bounds[i] < best]
        if not batch:
            break
        people, columns = _columns(rows, batch)
        for j, i in enumerate(batch):
            if bounds[i] < best:
                value = near(Table.of(people, columns[:, j : j + 1]), exactly=False).value
                best, who = (value, i) if value < best else (best, who)
    return best, (who,)


def _columns(rows: Rows, which: list[int]) -> tuple[Array, Array]:
    """People and some AIs, all rows of them: in one pass."""
    parts = [(u.copy(), ais[:, which]) for _, u, ais, _ in rows.blocks()]
    people, columns = (np.concatenate(part) for part in zip(*parts, strict=True))
    return people, columns


def line_fit(u: Array, x: Array) -> float:
    """min over a, b ≥ 0 of max |a + b x − u|: half the least vertical width of the points between parallel lines.

    width(b) = max (u − b x) − min (u − b x) is convex and piecewise linear in b: two supports, one falling and
    one rising, bracket the minimum and cross below it.
    """
    low, high = 0.0, None
    b = 0.0
    best = np.inf
    for _ in range(100):
        rest = u - b * x
        top, bottom = int(np.argmax(rest)), int(np.argmin(rest))
        width = float(rest[top] - rest[bottom])
        best = min(best, width)
        slope = float(x[bottom] - x[top])
        if slope == 0 or (b == 0 and slope > 0):
            break
        line = (width - slope * b, slope)  # a support of the width from below
        if slope < 0:
            low, falling = b, line
            if high is None:
                span = float(x.max() - x.min())
                b = (float(u.max() - u.min()) / span) * 4 + 2 * b + 1 if span > 0 else b
                if span <= 0:
                    break
                continue
        else:
            high, rising = b, line
        cross = (rising[0] - falling[0]) / (falling[1] - rising[1])
        if not low < cross < (high if high is not None else np.inf) or best - (
            falling[0] + falling[1] * cross
        ) <= 1e-12 * abs(best):
            break
        b = cross
    return best / 2
