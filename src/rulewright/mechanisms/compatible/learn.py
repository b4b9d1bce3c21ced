"""Learning compatible menus: a gradient on a table of prices that pays for overlap, then raising, then lowering.

    maximise   E[ Σ_i Σ_S π_i(S)·p_i(S) ]  −  μ·E[ Σ_j max(0, q_1j + q_2j − 1) ],      q_ij = Σ_{S∋j} π_i(S)

where bidder i picks S with chance π_i(S) ∝ exp((value − price)/τ): choice is smoothed while it is learnt. τ falls and μ rises as
steps go by, so that at last hardly anything overlaps; `raise_prices` then removes what is left, exactly. Bidders who share a law
share one table, and items that may be exchanged mirror it.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..environment import Environment
from .conflicts import corners
from .menus import CompatibleMenus, Edges, fitting
from .raising import Sample, exchanged, losses, lower_prices, raise_prices, symmetric

SHARP = (0.05, 0.008)  # τ, from and to, in spans of a value
WEIGHT = (2.0, 8.0)  # μ, from and to
RATE = (0.01, 0.0002)  # of Adam, from and to, in spans
MEMORY = (0.9, 0.99)
FINE = 24  # units in a cell, about
DRAWS, FACED = 32, 2  # strata in each direction, for lowering: of own types; of the other's, in a cell


@dataclass(frozen=True)
class Step:
    """What one stage of learning came to."""

    name: str
    revenue: float
    """On one fixed sample, if every bidder gets what it picks."""
    conflicts: bool
    """Whether menus may still conflict, so that the revenue is not to be had."""
    seconds: float
    """CPU-seconds so far."""


@dataclass(frozen=True, eq=False)
class Learned:
    """A mechanism and how it came about."""

    mechanism: CompatibleMenus
    steps: tuple[Step, ...]


def learn_compatible(
    environment: Environment,
    *,
    seconds: float = math.inf,
    seed: int = 0,
    cells: int = 20,
    steps: int = 4_000,
    batch: int = 8_192,
) -> Learned:
    """Compatible menus for two additive bidders and two items, proved compatible. Raises InputError.

    cells: of the grid over a bidder's types, in each direction; steps, batch: of the gradient. The same settings and seed give the
    same bytes, unless `seconds` (CPU) cut the steps short. Revenue is what is maximised, whatever the environment's goal.
    """
    fitting(environment)
    for name, value, least in (("cells", cells, 1), ("steps", steps, 0), ("batch", batch, 1), ("seed", seed, 0)):
        if type(value) is not int or value < least or (name == "cells" and value > 64):
            raise InputError(where=name, needed=f"a whole number from {least}", found=str(value))
    if not seconds > 0:
        raise InputError(where="seconds", needed="above 0", found=str(seconds))
    began, rng = time.process_time(), np.random.default_rng(seed)
    unit, edges = grid(environment, cells)
    alike = symmetry(environment)
    sample = drawn(environment, edges, float(unit), rng)
    told: list[Step] = []

    def lossy(tables: list[Array]) -> list[Array]:
        return losses(tables, sample, float(unit), alike=alike)

    def note(name: str, tables: tuple[Array, Array], conflicts: bool = False) -> None:
        worth = sum(everything(sample, i, tables[i] * float(unit)) for i in range(2))
        told.append(Step(name, worth, conflicts, time.process_time() - began))

    floats = start(sample, edges, float(unit), alike)
    note("start: reserves", counted(floats, float(unit), alike), conflicts=True)
    scale, rough = grid(environment, (cells + 1) // 2)  # coarser: more draws in a cell, so that it is soon about right
    how = (alike, rng, batch)
    early = climb(
        environment,
        start(sample, rough, float(scale), alike),
        rough,
        float(scale),
        *how,
        (0.0, 0.6),
        steps * 2 // 5,
        seconds / 3,
    )
    floats = climb(
        environment,
        finer(early, (rough, float(scale)), (edges, float(unit))),
        edges,
        float(unit),
        *how,
        (0.4, 1.0),
        steps * 3 // 5,
        seconds / 2,
    )
    tables = counted(floats, float(unit), alike)
    note("gradient", tables, conflicts=True)
    tables = raise_prices(tables, edges, lossy)
    note("prices raised", tables)
    tables = lower_prices(tables, edges, sample, float(unit), alike=alike)
    note("prices lowered where that is compatible", tables)
    shape = [tuple(len(edge) - 1 for edge in edges[1 - i]) for i in range(2)]
    made = CompatibleMenus(environment, unit, edges, (tables[0].reshape(*shape[0], 3), tables[1].reshape(*shape[1], 3)))
    return Learned(made, tuple(told))


def counted(tables: tuple[Array, Array], unit: float, alike: tuple[bool, bool]) -> tuple[Array, Array]:
    """Tables in money as whole numbers of units."""
    one, two = (np.rint(table / unit).astype(np.int64) for table in tables)
    return symmetric((one, two), alike)


def grid(environment: Environment, cells: int) -> tuple[Fraction, Edges]:
    """(unit, edges): even cells; the last ends above the highest value."""
    low, high = environment.low, environment.high
    span = float((high - low).max())
    if span <= 0:
        raise InputError(where="compatible menus", needed="values that differ", found=str(high.tolist()))
    power = math.ceil(math.log2(cells * FINE / span))
    unit = Fraction(2) ** -power
    rows = []
    for i in range(2):
        row = []
        for j in range(2):
            a, b = math.floor(low[i, j] / float(unit)), math.floor(high[i, j] / float(unit)) + 1
            row.append(np.unique(np.rint(np.linspace(a, b, cells + 1)).astype(np.int64)))
        rows.append((row[0], row[1]))
    return unit, (rows[0], rows[1])


def symmetry(environment: Environment) -> tuple[bool, bool]:
    """Whether bidders share one law, and whether items may be exchanged in it."""
    one, two = environment.laws
    u = (np.arange(32).reshape(16, 2) * 0.6180339887 + 0.1) % 1
    same = one == two
    return same, all(np.array_equal(law.at(u)[:, ::-1], law.at(u[:, ::-1])) for law in (one, two))


def drawn(environment: Environment, edges: Edges, unit: float, rng: np.random.Generator) -> Sample:
    """Own types in strata; others in strata, FACED² for each cell about."""

    def strata(count: int, i: int) -> Array:
        at = np.stack(np.meshgrid(np.arange(count), np.arange(count), indexing="ij"), -1).reshape(-1, 2)
        return np.asarray(environment.laws[i].at((at + rng.random(at.shape)) / count))

    own = strata(DRAWS, 0), strata(DRAWS, 1)
    sides = FACED * max(len(edge) - 1 for row in edges for edge in row)
    others = strata(sides, 1), strata(sides, 0)
    places = tuple(cell(others[i], edges[1 - i], unit) for i in range(2))
    return Sample(own, others, (places[0], places[1]))


def cell(types: Array, edges: tuple[Array, Array], unit: float) -> Array:
    """[draw]: the number of the cell that types [draw, item] lie in."""
    at = [
        np.clip(np.searchsorted(edge * unit, types[:, j], side="right") - 1, 0, len(edge) - 2)
        for j, edge in enumerate(edges)
    ]
    return at[0] * (len(edges[1]) - 1) + at[1]


def everything(sample: Sample, agent: int, extras: Array) -> float:
    """What a whole table [cell, option] earns from a bidder on the sample, per profile."""
    total = 0.0
    order = np.argsort(sample.cells[agent], kind="stable")
    bounds = np.searchsorted(sample.cells[agent][order], np.arange(len(extras) + 1))
    for d, extra in enumerate(extras):
        faced = sample.others[agent][order[bounds[d] : bounds[d + 1]]]
        total += float(sample.revenue(agent, faced, extra[None])[0]) if len(faced) else 0.0
    return total / len(sample.others[agent])


def start(sample: Sample, edges: Edges, unit: float, alike: tuple[bool, bool]) -> tuple[Array, Array]:
    """Extras in money, [cell, option]: the best price for each item alone and for both is a reserve; a little more for one item."""
    tables = []
    for i in range(2):
        x = sample.own[i]
        value = np.stack([x[:, 0], x[:, 1], x.sum(1)])
        reserve = [np.sort(v)[np.argmax(np.sort(v) * np.arange(len(v), 0, -1))] for v in value]
        low, high = corners(edges[1 - i])
        y = (low + high) / 2 * unit
        little = 0.05 * float((x.max(0) - x.min(0)).max())
        base = (y[:, 0], y[:, 1], y.sum(1))
        tables.append(np.stack([np.maximum(little * (k < 2), reserve[k] - base[k]) for k in range(3)], -1))
    if alike[0]:
        tables = [(tables[0] + tables[1]) / 2] * 2
    if alike[1]:
        tables = [(table + exchanged(table)) / 2 for table in tables]
    return tables[0], tables[1]


def half(x: Array, y: Array, table: Array, at: Array, tau: float) -> tuple[Array, Array]:
    """(prices, chances) [draw, option] of bidders of types x who face y, in cells `at`."""
    base = np.column_stack([y, y.sum(1)])
    price = base + table[at]
    liking = np.column_stack([x, x.sum(1)]) - price
    top = np.maximum(liking.max(1), 0)
    chance = np.exp((liking - top[:, None]) / tau)
    return price, chance / (chance.sum(1) + np.exp(-top / tau))[:, None]


def finer(tables: tuple[Array, Array], old: tuple[Edges, float], new: tuple[Edges, float]) -> tuple[Array, Array]:
    """Tables on another grid: each cell has what the old cell has that its middle lies in."""
    made = []
    for i in range(2):
        low, high = corners(new[0][1 - i])
        made.append(tables[i][cell((low + high) / 2 * new[1], old[0][1 - i], old[1])])
    return made[0], made[1]


def climb(environment, tables, edges, unit, alike, rng, batch, part, steps, seconds):  # type: ignore[no-untyped-def]
    """Adam on the smoothed goal, in some part (from, to) of the schedule. `tables` [agent][cell, option] in money."""
    span = float((environment.high - environment.low).max())
    tables = [t.copy() for t in tables]
    first, second = ([np.zeros_like(t) for t in tables] for _ in range(2))
    sides = [len(edges[1 - i][1]) - 1 for i in range(2)]
    began = time.process_time()
    for step in range(steps):
        f = part[0] + (part[1] - part[0]) * step / steps
        if time.process_time() - began > seconds:
            break
        tau, mu = span * SHARP[0] * (SHARP[1] / SHARP[0]) ** f, WEIGHT[0] * (WEIGHT[1] / WEIGHT[0]) ** f
        rate = span * (RATE[0] * (1 - f) + RATE[1] * f)
        u = rng.random((2, batch, 2))
        types = [np.asarray(environment.laws[i].at(u[i])) for i in range(2)]
        at = [cell(types[1 - i], edges[1 - i], unit) for i in range(2)]
        made = [half(types[i], types[1 - i], tables[i], at[i], tau) for i in range(2)]
        over = made[0][1][:, :2] + made[0][1][:, 2:] + made[1][1][:, :2] + made[1][1][:, 2:] > 1
        price_of = mu * span * np.column_stack([over, over.sum(1)])
        slopes = []
        for i, (price, chance) in enumerate(made):
            worth = price - price_of
            mean = (chance * worth).sum(1, keepdims=True)
            slope = chance - chance * (worth - mean) / tau
            slopes.append(np.stack([np.bincount(at[i], slope[:, k], len(tables[i])) for k in range(3)], -1) / batch)
        slopes = alike_slopes(slopes, sides, alike)
        for i in range(2):
            first[i] = MEMORY[0] * first[i] + (1 - MEMORY[0]) * slopes[i]
            second[i] = MEMORY[1] * second[i] + (1 - MEMORY[1]) * slopes[i] ** 2
            size = np.sqrt(second[i] / (1 - MEMORY[1] ** (step + 1))) + 1e-8
            tables[i] += rate * first[i] / (1 - MEMORY[0] ** (step + 1)) / size
    return tables[0], tables[1]


def alike_slopes(slopes: list[Array], sides: list[int], alike: tuple[bool, bool]) -> list[Array]:
    """Slopes summed over tables, and over entries, that must stay the same."""
    if alike[0]:
        slopes = [slopes[0] + slopes[1]] * 2
    if alike[1]:
        grids = [s.reshape(-1, side, 3) for s, side in zip(slopes, sides, strict=True)]
        slopes = [(g + g.transpose(1, 0, 2)[..., [1, 0, 2]]).reshape(-1, 3) for g in grids]
    return slopes
