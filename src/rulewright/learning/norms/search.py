"""Settings of the reduced society under which the courses of Köster et al. 2022 (PNAS) come out, measure by measure.

Each criterion is a yes or no about means over seeds in tenths of the time; nothing is fitted to the paper's numbers. Letters are
the paper's measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .measures import tenths
from .society import ARMS, Course, societies, society

RANGES: dict[str, tuple[float, float]] = {
    "loss": (1.5, 12), "bonus": (0.6, 4), "misdirected": (0.3, 3), "cost": (0.1, 0.5), "meet": (0.03, 0.3), "mark": (10, 80),
    "eat_rate": (0.002, 0.02), "zap_rate": (0.0004, 0.004),
}  # fmt: skip
"""Drawn uniformly in logarithms."""
FLAT: dict[str, tuple[float, float]] = {
    "spill": (0, 0.9), "zap_start": (-0.4, 0), "trace": (0.85, 0.98), "weak": (0, 0.4), "eat_slope": (3, 6),
}  # fmt: skip
"""Drawn uniformly."""
EARLY, MIDDLE, LAST = slice(0, 2), slice(3, 6), slice(8, 10)


def drawn(count: int, seed: int) -> dict[str, Array]:
    """{name: [setting]}. Raises InputError for none."""
    if count < 1:
        raise InputError(where="settings", needed="at least one", found=str(count))
    random = np.random.default_rng(seed)
    found = {name: np.exp(random.uniform(np.log(low), np.log(high), count)) for name, (low, high) in RANGES.items()}
    found |= {name: random.uniform(low, high, count) for name, (low, high) in FLAT.items()}
    return found | {"mark": found["mark"].round()}


def criteria(course: Course) -> dict[str, Array]:
    """{what: bool [setting]} of a course [arm, setting, seed, bin] with the arms none, important, silly."""
    a, b, c, d, e, f = (tenths(np.asarray(getattr(course, m)).mean(axis=2)) for m in "abcdef")

    def mean(values: Array, when: slice) -> Array:
        return values[..., when].mean(axis=-1)

    early, middle, last = (mean(f, when) for when in (EARLY, MIDDLE, LAST))
    highest = a.max(axis=-1)
    reached = np.where(d[1:] < 0.35, np.arange(d.shape[-1]), d.shape[-1]).min(axis=-1)  # [important or silly, setting]
    return {
        "A falls under both rules": (mean(a, LAST)[1:] < highest[1:] / 3).all(axis=0),
        "A early: silly above important above none": (mean(a, EARLY)[2] > mean(a, EARLY)[1])
        & (mean(a, EARLY)[1] > mean(a, EARLY)[0]),
        "B: larger hump under silly": (b[2].max(axis=-1) > b[1].max(axis=-1))
        & (mean(b, LAST)[1:] < b[1:].max(axis=-1) / 2).all(axis=0),
        "C: ends alike": abs(mean(c, LAST)[2] - mean(c, LAST)[1]) < 0.1,
        "D: avoided, silly first, never under none": (reached[1] < d.shape[-1])
        & (reached[1] <= reached[0])
        & (d[0].min(axis=-1) >= 0.35),
        "E: more under silly, then both fall": (mean(e, EARLY)[2] > 1.5 * mean(e, EARLY)[1])
        & (mean(e, LAST)[1:] < mean(e, EARLY)[1:] / 2).all(axis=0),
        "F early: silly below important below none": (early[2] < early[1]) & (early[1] < early[0]),
        "F crosses: silly above important in tenths 4 to 6": middle[2] > middle[1],
        "F ends: both above none": (last[1] > last[0]) & (last[2] > last[0]),
        "F ends alike: silly within a tenth of important": abs(last[2] - last[1]) < 0.1 * abs(last[1]),
    }


@dataclass(frozen=True, eq=False)
class Search:
    """Settings and which criteria each of them meets."""

    given: dict[str, Array]
    met: dict[str, Array]
    """{what: bool [setting]}."""
    seeds: int

    @property
    def count(self) -> int:
        return len(next(iter(self.met.values())))

    @property
    def score(self) -> Array:
        """int [setting]: how many criteria are met."""
        return np.sum(list(self.met.values()), axis=0)

    def shares(self) -> dict[str, float]:
        return {what: float(mask.mean()) for what, mask in self.met.items()}

    def best(self) -> dict[str, float]:
        """The setting that meets most, the first of several."""
        k = int(self.score.argmax())
        return {name: float(values[k]) for name, values in self.given.items()}


def search(
    count: int = 1024, *, seeds: int = 2, seed: int = 1, steps: int = 60_000, given: Mapping[str, Array] | None = None
) -> Search:
    """Draw settings (or take those given) and judge them, all in one compiled call."""
    settings = dict(given) if given is not None else drawn(count, seed)
    course = societies(society(**settings), arms=ARMS, seeds=seeds, seed=seed, steps=steps)
    return Search(settings, criteria(course), seeds)
