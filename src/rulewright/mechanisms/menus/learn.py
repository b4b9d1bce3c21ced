"""Learn a menu for one buyer: start from the exact optimum for a few types on a grid, then climb on the continuum.

    polygons   one or two values, uniform on pieces: exact slopes of the goal over the whole continuum (`ascent`)
    sizes      additive values of many items: any k items for p_k, exact line searches on a sample (`sampled.Sizes`)
    options    other laws and demands: lotteries, exact line searches on a sample (`sampled.Options`)
    trials     goals that are not linear in value and payment: steps at random, kept where they help (`sampled.Trials`)

Whatever the search does, what comes out is a menu, and truthful. A search of this kind can end in a local optimum: what it earns
is exact or has its interval, that nothing earns more is not claimed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics.rational import Array
from ..environment import Environment
from ..laws import Exponential, Law, Pieces, Triangle, Uniform
from ..mechanism import MenuMechanism
from . import grid
from .ascent import climb
from .posted import PostedMenu, at_most_one, one_buyer
from .regions import cells, goal
from .sampled import Options, Sizes, Trials
from .sizes import SizeMenu

METHODS = ("auto", "polygons", "sizes", "options", "trials")
LEARNED_FROM = 0x74726169  # seeds are moved there, so that estimates by small seeds, too, are of types not learned from
HELD_OUT, JUDGED = 0x68656C64, 100_000  # seed and size of the sample that the learning curve is drawn with
SIDES = (8, 12)  # of the grids that are started from: cheap, and two are seldom misled alike
SAMPLE = {"sizes": 50_000, "options": 10_000, "trials": 5_000}
STEPS = {"polygons": 300, "sizes": 8, "options": 20, "trials": 40}
AGAIN = 0.002, 2e-6  # smaller steps
NEARLY, LITTLE_LOSS = 0.02, 1e-5  # a chance is made whole if it is nearly, for so little: the second climb wins it back
STANDS = 1e-5  # relative: sweeps end where two of them in a row change less
FAR = 1000.0  # a largest value beyond it, or below its inverse, is told in other units
LEAST_LOSS = 1e-9  # relative: an option that is worth less than this is left out
Tell = Callable[["Point"], None]


@dataclass(frozen=True)
class Point:
    """Of a learning curve."""

    step: int
    value: float
    """Of the goal, on the continuum (polygons) or on the sample that is held out."""
    seconds: float
    """CPU-seconds since the beginning; the only number that another run does not repeat."""


@dataclass(frozen=True, eq=False)
class Learned:
    """A menu and how it was found."""

    mechanism: MenuMechanism
    value: float
    """Of the goal: on the continuum, in floats, where `method` is "polygons", otherwise on the sample that is held out."""
    method: str
    curve: tuple[Point, ...]


def coefficients(environment: Environment) -> tuple[float, float] | None:
    """(α, β) of a goal that is α·value + β·payment of the one buyer; None where it is anything else."""
    random = np.random.default_rng(0)
    types = environment.profiles(64, 0)
    values, payments = random.random((2, 64, 1))

    def at(v: Array, t: Array) -> Array:
        return np.asarray(environment.goal.at(types, v, t), float)

    nothing = np.zeros((64, 1))
    alpha, beta = float(at(nothing + 1, nothing)[0]), float(at(nothing, nothing + 1)[0])
    with np.errstate(all="ignore"):
        linear = np.abs(at(values, payments) - alpha * values[:, 0] - beta * payments[:, 0]).max() < 1e-9
    return (alpha, beta) if linear else None


def learn_menu(
    environment: Environment,
    *,
    options: int = 16,
    steps: int | None = None,
    seconds: float = float("inf"),
    seed: int = 0,
    method: str = "auto",
    tell: Tell = lambda point: None,
) -> Learned:
    """A menu of at most `options` besides nothing (a size menu has as many as items) for the goal of one buyer's environment.

    `steps` are steps of ascent, or sweeps through all numbers; after `seconds` of CPU the best so far is returned (another run may
    then get further; without it the same seed gives the same menu). `tell` hears of every point of the learning curve.
    Raises InputError for several agents, an unknown method, or one that does not fit; Unsolved where a number is no number.
    """
    one_buyer(environment)
    if seed < 0:
        raise InputError(where="menu, seed", needed="a whole number of at least 0", found=str(seed))
    if method not in METHODS or options < 1 or (steps is not None and steps < 1) or not seconds > 0:
        raise InputError(
            where="menu",
            needed=f"a method of {', '.join(METHODS)}, at least one option and one step, seconds above 0",
            found=f"{method}, {options} options, {steps} steps, {seconds} s",
        )
    unit = _unit(environment)
    linear = coefficients(environment)
    if unit != 1 and linear is not None:  # solvers have tolerances of their own: numbers near 1 suit all
        there = replace(environment, laws=(_times(environment.laws[0], 1 / unit),), budget=environment.budget / unit)
        found = learn_menu(there, options=options, steps=steps, seconds=seconds, seed=seed, method=method, tell=tell)
        curve = tuple(replace(p, value=p.value * unit) for p in found.curve)
        return Learned(_dearer(found.mechanism, environment, unit), found.value * unit, found.method, curve)
    chosen = _method(environment, linear) if method == "auto" else method
    _fits(environment, chosen, linear)
    watch = _Watch(tell, seconds)
    count = STEPS[chosen] if steps is None else steps
    if chosen == "polygons" and linear is not None:
        mechanism: MenuMechanism = _polygons(environment, linear, options, count, watch)
    else:
        mechanism = _sampled(environment, chosen, linear, options, count, seed, watch)
    value = watch.best if chosen == "polygons" else watch.curve[-1].value
    return Learned(mechanism, value, chosen, tuple(watch.curve))


def _unit(environment: Environment) -> float:
    """A power of two near the largest value, where that is far from 1 and the law can be told in other units; else 1."""
    law = environment.laws[0]
    if not isinstance(law, Uniform | Pieces | Exponential):
        return 1.0
    most = max(map(abs, law.mean if isinstance(law, Exponential) else (*law.low, *law.high)))
    return 1.0 if most == 0 or 1 / FAR <= most <= FAR else float(2.0 ** round(math.log2(most)))


def _times(law: Law, s: float) -> Law:
    """The law of s·θ."""
    if isinstance(law, Uniform):
        return Uniform(tuple(s * a for a in law.low), tuple(s * b for b in law.high))
    if isinstance(law, Exponential):
        return Exponential(tuple(s * m for m in law.mean))
    assert isinstance(law, Pieces)
    return Pieces(tuple(tuple(s * e for e in edges) for edges in law.edges), law.chances)


def _dearer(menu: MenuMechanism, environment: Environment, s: float) -> MenuMechanism:
    """The same menu at s times the prices."""
    if isinstance(menu, SizeMenu):
        return SizeMenu(environment, tuple(s * p for p in menu.prices), tuple(s * a for a in menu.each))
    assert isinstance(menu, PostedMenu)
    return PostedMenu(environment, menu.options, s * menu.prices)


class _Watch:
    """The learning curve, and the time."""

    def __init__(self, tell: Tell, seconds: float) -> None:
        self.tell, self.seconds, self.begin = tell, seconds, time.process_time()
        self.curve: list[Point] = []
        self.best = -np.inf

    def point(self, value: float) -> None:
        """Note it. Raises Unsolved for NaN."""
        if not np.isfinite(value):
            raise Unsolved(where="menu", needed="a goal that is a number", found=f"{value} at step {len(self.curve)}")
        self.curve.append(Point(len(self.curve), float(value), time.process_time() - self.begin))
        self.tell(self.curve[-1])
        self.best = max(self.best, float(value))

    @property
    def over(self) -> bool:
        return time.process_time() - self.begin > self.seconds


def _method(environment: Environment, linear: tuple[float, float] | None) -> str:
    law = environment.laws[0]
    if linear is None:
        return "trials"
    if environment.dimensions <= 2 and isinstance(law, Uniform | Pieces | Triangle) and _solid(environment):
        return "polygons"
    return "options" if at_most_one(environment) or not environment.transfers else "sizes"


def _solid(environment: Environment) -> bool:
    try:
        return bool(cells(environment.laws[0]))
    except InputError:
        return False


def _fits(environment: Environment, method: str, linear: tuple[float, float] | None) -> None:
    if linear is None and method != "trials":
        raise InputError(
            where="menu",
            needed="a goal that is linear in value and payment",
            found=environment.goal.name,
            remedy='Use method="trials", which needs no derivative.',
        )
    if method == "polygons":
        cells(environment.laws[0])
    if method == "sizes" and at_most_one(environment):
        raise InputError(where="menu", needed="additive values", found=str(environment.decisions))


def _started(environment: Environment, side: int, linear: tuple[float, float], options: int) -> tuple[Array, Array]:
    types = grid.points(environment, min(side**environment.dimensions, side**2 if environment.dimensions < 3 else 216))
    found, prices = grid.offered(*grid.best_on(types, environment, *linear), options, environment)
    return np.vstack([np.zeros(environment.dimensions), found]), np.append(0.0, prices)


def _polygons(
    environment: Environment, linear: tuple[float, float], options: int, steps: int, watch: _Watch
) -> PostedMenu:
    best: tuple[Array, Array, float] | None = None

    def tell(step: int, value: float) -> bool:
        watch.point(value)
        return watch.over

    for side in SIDES:
        start = _started(environment, side, linear, options)
        found = climb(environment, *start, *linear, steps=steps, tell=tell)
        if best is None or found[2] > best[2]:
            best = found
        if watch.over:
            break
    assert best is not None
    neat = _neat(environment, best[0], best[1], linear)
    again = climb(environment, *neat, *linear, steps=steps, tell=tell, pace=AGAIN, keep_whole=True)
    x, p = again[:2] if again[2] >= best[2] else best[:2]
    watch.best = float(_worth(environment, x, p, linear))
    return PostedMenu(environment, x, p)


def _worth(environment: Environment, x: Array, p: Array, linear: tuple[float, float]) -> float:
    padded = np.column_stack([x, np.zeros(len(x))])[:, :2]
    return float(goal(cells(environment.laws[0]), padded.tolist(), p.tolist(), *linear))


def _neat(environment: Environment, x: Array, p: Array, linear: tuple[float, float]) -> tuple[Array, Array]:
    """Without the options that are worth nothing; those with nearly whole chances made whole, where that loses nothing."""
    width = environment.dimensions

    def worth(x: Array, p: Array) -> float:
        return _worth(environment, x, p, linear)

    best = worth(x, p)
    for k in range(len(p) - 1, 0, -1):
        less = np.delete(x, k, axis=0), np.delete(p, k)
        if worth(*less) >= best - LEAST_LOSS * abs(best):
            x, p = less
    top = environment.budget if environment.transfers else 0.0
    mean = np.asarray(environment.laws[0].at(np.full((1, width), 0.5)))[0]
    for k in range(1, len(p)):
        near = np.where(np.abs(x[k] - np.round(x[k])) < NEARLY, np.round(x[k]), x[k])
        for row in (near, *(np.where(np.arange(width) == j, near, x[k]) for j in range(width))):
            if (row == x[k]).all() or (at_most_one(environment) and row.sum() > 1):
                continue
            whole, dearer = x.copy(), p.copy()
            whole[k], dearer[k] = row, np.clip(p[k] + (row - x[k]) @ mean, 0, top)
            for q in (dearer, p):
                if worth(whole, q) >= best - LITTLE_LOSS * abs(best):
                    x, p = whole, q
                    break
    return x, p


def _sampled(
    environment: Environment,
    method: str,
    linear: tuple[float, float] | None,
    options: int,
    steps: int,
    seed: int,
    watch: _Watch,
) -> MenuMechanism:
    types = environment.profiles(SAMPLE[method], (LEARNED_FROM + seed) & 0x7FFFFFFF)[:, 0]
    search: Sizes | Options | Trials
    if method == "sizes":
        assert linear is not None
        search = Sizes(environment, types, *linear)
    else:
        start = _started(environment, SIDES[0], linear or (0.0, 1.0), options)
        if method == "options" and linear is not None:
            search = Options(environment, types, *start, *linear, seed)
        else:
            search = Trials(environment, types, *start, seed)
    held = environment.profiles(JUDGED, HELD_OUT)

    def offered() -> MenuMechanism:
        if isinstance(search, Sizes):
            each = tuple(search.each.tolist()) if search.apart else ()
            return SizeMenu(environment, tuple(search.prices.tolist()), each)
        return PostedMenu(environment, search.options, search.prices)

    menu = offered()
    for step in range(steps + 1):
        if step:
            search.sweep()
            menu = offered()
        outcome = menu.outcome(held)
        value = float(np.mean(environment.goal.at(held, menu.values(held, outcome), outcome.payments)))
        watch.point(value)
        last = [point.value for point in watch.curve[-3:]]
        if watch.over or (len(last) == 3 and max(last) - min(last) <= STANDS * abs(value)):
            break
    return menu  # the last one, which is the best on what it learned from: the other sample chooses nothing
