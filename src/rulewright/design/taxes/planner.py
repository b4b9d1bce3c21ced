"""A planner over bracket rates, with workers who answer best: free market, Saez' formula, and the best rates that a search finds.

    productivity        Σ z
    equality            1 − n/(n−1) · Gini of incomes after tax, times productivity (after Zheng et al. 2022, the AI Economist)
    veil                Σ ln(1 + what is left, at least 0) / n: what a place behind the veil of ignorance is worth (Harsanyi 1953)
    worst off           min of what is left (Rawls 1971)

Workers' answers are exact; the search over rates is one of patterns, from several starts, and says so: "searched only".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .saez import saez_rates
from .schedule import Schedule
from .workers import Workers

ROUNDS, HALVINGS = 60, 7  # of Saez' fixed point; halvings of the pattern's step
DEAREST = 0.98


def equality(values: Array) -> float:
    """1 − n/(n − 1) · Gini: 1 where all have the same, 0 where one has everything; values of at least 0."""
    values = np.asarray(values, float)
    n, total = len(values), values.sum()
    if n < 2 or total <= 0:
        return 1.0
    apart = abs(values[:, None] - values).sum()
    return float(1 - apart / (2 * n * total) * n / (n - 1))


def veil(left: Array) -> float:
    """Mean of ln(1 + what is left), debts counted as 0: expected worth of a place in society, before one knows whose.

    The 1 is one unit of income: the same society in other units weighs the poor otherwise.
    """
    return float(np.log1p(np.maximum(left, 0)).mean())


Goal = Callable[[Array, Array, Array], float]
"""(incomes, incomes after tax, what is left after effort), each [worker] → what people get."""
GOALS: dict[str, Goal] = {
    "productivity": lambda income, after, left: float(income.sum()),
    "equality": lambda income, after, left: equality(after) * float(income.sum()),
    "surplus": lambda income, after, left: float(left.sum()),
    "veil": lambda income, after, left: veil(left),
    "worst off": lambda income, after, left: float(left.min()),
}


@dataclass(frozen=True, eq=False)
class Planned:
    """One schedule, and what comes of it."""

    name: str
    schedule: Schedule
    goal: float
    incomes: Array
    left: Array
    """[worker]: after tax, share and effort."""


def planned(workers: Workers, edges: Sequence[float], goal: str = "veil") -> list[Planned]:
    """The free market, Saez' rates for the goal's own weights, and the best rates found, in this order. Raises InputError."""
    if goal not in GOALS:
        raise InputError(where="goal", needed=f"one of {', '.join(GOALS)}", found=repr(goal))
    edges = tuple(edges)

    def outcome(name: str, rates: Sequence[float]) -> Planned:
        schedule = Schedule(edges, tuple(float(r) for r in rates))
        income = workers.incomes(schedule)
        left = workers.left(schedule)
        return Planned(name, schedule, GOALS[goal](income, schedule.after(income), left), income, left)

    free = outcome("free market", [0.0] * (len(edges) + 1))
    saez = outcome("Saez' formula", _saez(workers, edges, goal).tolist())
    return [free, saez, _best(outcome, [free, saez])]


def _weights(goal: str, left: Array) -> Array:
    """What one unit more for each is worth to people; equal for goals that do not say."""
    if goal == "veil":
        return 1 / (1 + np.maximum(left, 0))
    if goal == "worst off":
        return (left <= left.min() + 1e-12).astype(float)
    return np.ones_like(left)


def _saez(workers: Workers, edges: tuple[float, ...], goal: str) -> Array:
    rates = np.zeros(len(edges) + 1)
    for k in range(ROUNDS):
        schedule = Schedule(edges, tuple(np.minimum(rates, DEAREST)))
        new = saez_rates(workers.incomes(schedule), _weights(goal, workers.left(schedule)), edges, workers.elasticity)
        rates = rates + (new - rates) / (1 + k / 4)  # ever smaller steps: incomes jump between brackets
    return np.asarray(np.minimum(rates, DEAREST))


def _best(outcome: Callable[[str, Sequence[float]], Planned], starts: list[Planned]) -> Planned:
    """By patterns: every rate, and all of them together, up and down by a step that halves; from the starts and a coarse grid."""
    brackets = len(starts[0].schedule.rates)
    coarse = [list(p) for p in product((0.0, 0.3, 0.6), repeat=brackets)] if brackets <= 4 else []
    found = max([*starts, *(outcome("best rates found", r) for r in coarse)], key=lambda p: p.goal)
    for start in {id(p): p for p in (starts[-1], found)}.values():
        here, step = start, 0.1
        for _ in range(HALVINGS):
            moved = True
            while moved:
                moved = False
                for way in [*np.eye(brackets), np.ones(brackets)]:
                    for sign in (step, -step):
                        rates = np.clip(np.array(here.schedule.rates) + sign * way, 0.0, DEAREST)
                        there = outcome("best rates found", rates.tolist())
                        if there.goal > here.goal + 1e-12:
                            here, moved = there, True
            step /= 2
        found = max(found, here, key=lambda p: p.goal)
    return outcome("best rates found", found.schedule.rates)
