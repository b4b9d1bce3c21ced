"""Two levels of learning: workers learn to earn under a tax, a planner learns the tax from what they earn (after the AI Economist).

    1.  workers learn under single rates; the slope of log income over log of what is kept is an elasticity
    2.  Saez' formula turns it, and the incomes of the free market, into bracket rates        (one step of its fixed point)
    3.  a search tries schedules around these and a coarse grid, workers learning anew under each; the best by its mean is kept
    4.  free market, Saez and the schedule found are played again by workers with *other* seeds: those are the figures reported

The planner never sees skills, only incomes. The winner of a search looks better than it is, so that step 4 is not left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ..behaviour.estimation.confidence import mean
from ..design.taxes.planner import veil
from ..design.taxes.saez import elasticity, saez_rates
from ..errors import InputError
from ..numerics.rational import Array
from .institutions.brackets import BracketTax
from .learners.learner import Learner
from .policy import Policy
from .search.grid import grid
from .study import Sample
from .world import World

Tell = Callable[[str], None]
FRESH = 1000  # added to the seed for the last look
FLAT = (0.0, 0.25, 0.5)  # single rates at which the elasticity is measured
STEP = 0.15  # of a rate, around Saez'
LEAST = 0.05  # elasticity that is taken for one that noise made smaller
GOALS: dict[str, Callable[[Sample], Array]] = {
    "veil": lambda s: np.apply_along_axis(veil, -1, s.base + s.transfer),
    "total": lambda s: s.total,
    "worst off": lambda s: np.asarray((s.base + s.transfer).min(axis=-1)),
    "equality": lambda s: np.asarray(np.nan_to_num(s.equality_left) * s.total),
}
"""{name: sample → [seed, episode]}, of what players are left with after effort, tax and share."""


@dataclass(frozen=True)
class TaxFound:
    """One schedule, with workers who learned under it."""

    name: str
    rates: tuple[float, ...]
    goal: float
    low: float
    high: float
    """95 %, Student over seeds."""
    total: float
    """What the world paid in all."""


@dataclass(frozen=True)
class TwoLevels:
    """What the planner found."""

    edges: tuple[float, ...]
    elasticity: float
    """Of what was earned, over single rates; NaN where it could not be measured."""
    found: tuple[TaxFound, ...]
    """Free market, Saez' formula, the best schedule of the search; fresh seeds."""
    tried: tuple[tuple[tuple[float, ...], float], ...]
    """(rates, mean goal) of the search."""
    seeds: int


def two_levels(
    world: World,
    edges: Sequence[float],
    by: Learner | Policy,
    *,
    steps: int = 0,
    goal: str = "veil",
    period: int = 20,
    on: str = "income",
    seeds: int = 4,
    episodes: int = 16,
    seed: int = 0,
    tell: Tell = lambda _: None,
) -> TwoLevels:
    """Search for bracket rates with learners inside. `by`, `steps`, `seeds`, `episodes`: as in `grid`. Raises InputError."""
    if goal not in GOALS:
        raise InputError(where="goal", needed=f"one of {', '.join(GOALS)}", found=repr(goal))
    edges = tuple(float(e) for e in edges)

    def play(schedules: Sequence[Sequence[float]], at: int) -> list[Sample]:
        worlds = [BracketTax(tuple(map(float, rates)), edges, period, on)(world) for rates in schedules]
        return grid(worlds, by, steps=steps, seeds=seeds, episodes=episodes, seed=at, tell=tell)

    brackets = len(edges) + 1
    tell("measuring the elasticity of income")
    flat = play([[rate] * brackets for rate in FLAT], seed)
    each = [_incomes(s, world, on) for s in flat]
    slope = _slope([float(z.mean()) for z in each])
    saez = _saez(each[0], flat[0], edges, slope, goal, world.horizon / period)
    tell("searching around Saez' rates")
    moves = [np.zeros(brackets), *np.eye(brackets), *(-np.eye(brackets)), np.ones(brackets), -np.ones(brackets)]
    tries = {tuple(np.clip(saez + STEP * m, 0, 1).round(4).tolist()) for m in moves}
    tries |= {tuple(map(float, rates)) for rates in product((0.0, 0.4), repeat=brackets)}
    schedules = sorted(tries)
    goals = [float(GOALS[goal](s).mean()) for s in play(schedules, seed)]
    best = schedules[int(np.argmax(goals))]
    tell("playing again with other seeds")
    named = {"free market": (0.0,) * brackets, "Saez' formula": tuple(saez.tolist()), "best rates found": best}
    again = play(list(named.values()), seed + FRESH)
    rows = [_row(name, rates, s, goal) for (name, rates), s in zip(named.items(), again, strict=True)]
    return TwoLevels(edges, slope, tuple(rows), tuple(zip(schedules, goals, strict=True)), seeds)


def _incomes(sample: Sample, world: World, on: str) -> Array:
    """[seed × episode, player]: what each earned before effort; the event's counts do not say whose, so shares follow `base`."""
    units = np.array([float(y) for y in next(k.outcomes for k in world.kinds if k.name == on)])
    earned = (sample.events[on] * units).sum(axis=-1).reshape(-1, 1)
    base = np.maximum(sample.base.reshape(-1, sample.base.shape[-1]), 0)
    total = base.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(total > 0, base / np.where(total > 0, total, 1), 1 / base.shape[-1]) * earned)


def _slope(means: list[float]) -> float:
    if min(means) <= 0:
        return float("nan")
    return elasticity([1 - rate for rate in FLAT], means)


def _saez(incomes: Array, sample: Sample, edges: tuple[float, ...], slope: float, goal: str, periods: float) -> Array:
    """[bracket]: the formula's rates for incomes of one period, at the elasticity measured (at least a small one)."""
    left = (sample.base + sample.transfer).reshape(-1, sample.base.shape[-1])
    weights = {"veil": 1 / (1 + np.maximum(left, 0)), "worst off": (left <= left.min(axis=-1, keepdims=True)) * 1.0}
    answers = 1.0 if np.isnan(slope) else max(slope, LEAST)
    found = saez_rates((incomes / periods).ravel(), weights.get(goal, np.ones_like(left)).ravel(), edges, answers)
    return np.asarray(np.minimum(found, 0.95))


def _row(name: str, rates: tuple[float, ...], sample: Sample, goal: str) -> TaxFound:
    values = GOALS[goal](sample).mean(axis=1)
    interval = mean(values) if len(values) > 1 else None
    middle = float(values.mean())
    low, high = (interval.low, interval.high) if interval else (middle, middle)
    return TaxFound(name, rates, middle, low, high, float(sample.total.mean()))


__all__ = ["GOALS", "TaxFound", "TwoLevels", "two_levels"]
