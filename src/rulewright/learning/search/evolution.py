"""Settings of an institution by evolution: a separable CMA-ES with learners inside (Ros & Hansen 2008, PPSN X).

Every generation is one call of `grid`, of a program that was compiled for the first. A mean that was picked because it was high is
too high: the best setting is played once more with seeds that the search has not seen, and that is what is reported.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...behaviour.estimation.confidence import Interval, mean
from ...errors import InputError
from ...numerics.rational import Array
from ..learners.learner import Learner
from ..policy import Policy
from ..study import Sample
from ..world import World
from .grid import Tell, grid

AFRESH = 10**6  # seeds of the last look begin so much further on


@dataclass(frozen=True)
class Evolved:
    """What a search came to."""

    best: Array
    """[setting]; the mean of the last generation's distribution."""
    goal: float
    """There, over seeds that the search has not seen."""
    interval: Interval
    """Of that, 95 %, over seeds."""
    sample: Sample = field(repr=False)
    tried: Array = field(repr=False)
    """[generation, candidate, setting]."""
    goals: Array = field(repr=False)
    """[generation, candidate, seed]."""


def evolve(
    make: Callable[[Array], World],
    low: Sequence[float],
    high: Sequence[float],
    goal: Callable[[Sample], Array],
    by: Learner | Policy,
    *,
    steps: int = 0,
    rounds: int = 10,
    population: int = 0,
    seeds: int = 4,
    episodes: int = 16,
    seed: int = 0,
    tell: Tell = lambda _: None,
) -> Evolved:
    """The setting in [low, high] with the highest mean `goal`; `make(x)` is the world under setting x [setting].

    goal: of a sample, [seed, episode]. population: candidates per round, 4 + 3 ln d (at least 8) if 0. Same seed, same search.
    Raises InputError: bounds, fewer than two seeds.
    """
    low_, high_ = np.asarray(low, float), np.asarray(high, float)
    if low_.shape != high_.shape or low_.ndim != 1 or not (low_ < high_).all() or not np.isfinite([low_, high_]).all():
        raise InputError(where="evolve", needed="as many lower as upper bounds, below them", found=f"{low}, {high}")
    if seeds < 2 or rounds < 1:
        raise InputError(where="evolve", needed="two seeds and one round at least", found=f"{seeds}, {rounds}")
    d = len(low_)
    many = population or max(8, 4 + int(3 * math.log(d)))
    search = Search.start(d, many)
    draw = np.random.default_rng(seed)
    tried, goals = [], []
    for k in range(rounds):
        x = search.candidates(draw)
        inside = np.clip(x, 0.0, 1.0)
        settings = low_ + inside * (high_ - low_)
        found = grid([make(s) for s in settings], by, steps=steps, seeds=seeds, episodes=episodes, seed=seed)
        values = np.stack([goal(sample).mean(axis=1) for sample in found])
        far = ((x - inside) ** 2).sum(axis=1)  # candidates outside are as good as their nearest inside, less a little
        search = search.after(x, values.mean(axis=1) - far * (np.ptp(values) + 1e-12))
        tried.append(settings)
        goals.append(values)
        tell(f"round {k + 1} of {rounds}: best {values.mean(axis=1).max():.4g}")
    best = low_ + np.clip(search.centre, 0.0, 1.0) * (high_ - low_)
    last = grid([make(best)], by, steps=steps, seeds=max(seeds, 8), episodes=episodes, seed=seed + AFRESH)[0]
    got = goal(last).mean(axis=1)
    return Evolved(best, float(got.mean()), mean(got), last, np.stack(tried), np.stack(goals))


@dataclass(frozen=True)
class Search:
    """The normal law that candidates are drawn from, in the unit cube: centre + σ·√D·z."""

    centre: Array
    sigma: float
    variance: Array
    """[d]; the diagonal D."""
    path: Array
    """[d]; p_c."""
    steps: Array
    """[d]; p_σ."""
    count: int
    many: int

    @staticmethod
    def start(d: int, many: int) -> Search:
        return Search(np.full(d, 0.5), 0.3, np.ones(d), np.zeros(d), np.zeros(d), 0, many)

    def candidates(self, draw: np.random.Generator) -> Array:
        """[many, d]."""
        return self.centre + self.sigma * np.sqrt(self.variance) * draw.standard_normal((self.many, len(self.centre)))

    def after(self, x: Array, value: Array) -> Search:
        """The law after candidates [many, d] with values [many], the higher the better."""
        d, half = len(self.centre), self.many // 2
        weight = np.log(half + 0.5) - np.log(np.arange(1, half + 1))
        weight /= weight.sum()
        mass = 1 / (weight**2).sum()
        y = (x[np.argsort(-value, kind="stable")[:half]] - self.centre) / self.sigma
        step = weight @ y
        c_s = (mass + 2) / (d + mass + 5)
        damp = 1 + 2 * max(0.0, math.sqrt((mass - 1) / (d + 1)) - 1) + c_s
        c_c = (4 + mass / d) / (d + 4 + 2 * mass / d)
        c_1 = min(1.0, (d + 2) / 3 * 2 / ((d + 1.3) ** 2 + mass))
        c_m = min(1 - c_1, (d + 2) / 3 * 2 * (mass - 2 + 1 / mass) / ((d + 2) ** 2 + mass))
        steps = (1 - c_s) * self.steps + math.sqrt(c_s * (2 - c_s) * mass) * step / np.sqrt(self.variance)
        usual = math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
        long = np.linalg.norm(steps) / math.sqrt(1 - (1 - c_s) ** (2 * (self.count + 1))) < (1.4 + 2 / (d + 1)) * usual
        path = (1 - c_c) * self.path + long * math.sqrt(c_c * (2 - c_c) * mass) * step
        variance = (1 - c_1 - c_m) * self.variance + c_1 * path**2 + c_m * (weight @ y**2)
        sigma = self.sigma * math.exp(min(1.0, c_s / damp * (np.linalg.norm(steps) / usual - 1)))
        return Search(self.centre + self.sigma * step, sigma, variance, path, steps, self.count + 1, self.many)
