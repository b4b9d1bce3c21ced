"""Mechanisms that are constant on cells of reports: their regret is certified over the whole continuum, exactly.

Agent i's box of reports is cut into cells by edges along every number; the outcome depends on the cells alone. If the others report
cells c_−i, agent i chooses from the finite menu {(x_i(c), t_i(c))}. Its gain by saying c′ from type θ_i within cell c
is linear in θ_i,

    g(θ_i) = θ_i · (x_i(c′) − x_i(c)) − (t_i(c′) − t_i(c)),     max over the cell = Σ_j max(d_j low_j, d_j high_j) − Δt,

so that the largest of these finitely many numbers is regret's supremum over all types: an upper bound that is attained
(at a corner, or in its limit). Any mechanism becomes one of these by rounding reports down to a grid (`rounded`): what
is certified is then the rounded rule, which can be run in its stead, at all of its types and not only those of the grid.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics import rational
from ...numerics.rational import Array
from ..decisions import Allocation
from ..environment import Environment
from ..mechanism import Mechanism, Outcome
from .audited import CONTINUUM, PROVED, Certified, Deviation
from .watched import Watched

MOST = 10**9  # comparisons of two options
CELLS = 10**6  # profiles of cells


@dataclass(frozen=True, eq=False)
class Cells(Mechanism):
    """An auction that is constant on cells. Cells of an agent are numbered with the last item fastest."""

    environment: Environment
    edges: tuple[tuple[Array, ...], ...] = field(repr=False)
    """edges[agent][item]: from the least report to the most, increasing; floats or Fractions."""
    allocation: Array = field(repr=False)
    """[*cells of agents, agent, item]; floats or Fractions."""
    payments: Array = field(repr=False)
    """[*cells of agents, agent]"""

    def __post_init__(self) -> None:
        there = self.environment
        if not isinstance(there.decisions, Allocation):
            raise InputError(where="cells", needed="an auction of items", found=str(there.decisions))
        for i, mine in enumerate(self.edges):
            floats = [rational.floats(e) for e in mine]
            right = len(mine) == there.dimensions and all(len(e) > 1 and (np.diff(e) > 0).all() for e in floats)
            law = there.laws[i]
            ends = zip(floats, law.low, law.high, strict=False)
            if not right or any(e[0] > low or e[-1] < high for e, low, high in ends):
                raise InputError(
                    where=f"cells of agent {i + 1}",
                    needed="increasing edges for each item that cover the law",
                    found="others",
                )
        shape = (*self.counts, there.agents, there.dimensions)
        if len(self.edges) != there.agents or self.allocation.shape != shape or self.payments.shape != shape[:-1]:
            raise InputError(
                where="cells",
                needed=f"{shape} and {shape[:-1]}",
                found=f"{self.allocation.shape} and {self.payments.shape}",
            )
        for table in (self.allocation, self.payments):
            if not np.isfinite(rational.floats(table)).all():
                raise InputError(where="cells", needed="finite numbers", found="NaN or infinity")

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(int(np.prod([len(e) - 1 for e in mine])) for mine in self.edges)

    def cell(self, agent: int, reports: Array) -> Array:
        """[...]: the cells of reports [..., item]. An edge belongs to the cell above it."""
        at = np.zeros(reports.shape[:-1], int)
        for j, edges in enumerate(self.edges[agent]):
            e = rational.floats(edges)
            at = at * (len(e) - 1) + np.clip(np.searchsorted(e, reports[..., j], side="right") - 1, 0, len(e) - 2)
        return at

    def outcome(self, reports: Array) -> Outcome:
        at = tuple(self.cell(i, reports[..., i, :]) for i in range(self.environment.agents))
        return Outcome(rational.floats(self.allocation)[at], rational.floats(self.payments)[at])

    def corners(self, agent: int) -> tuple[Array, Array]:
        """([cell, item], [cell, item]): the least and the most of each cell."""
        sides = [np.meshgrid(*(np.asarray(e)[k] for e in self.edges[agent]), indexing="ij") for k in CUTS]
        low, high = (np.stack([axis.ravel() for axis in side], axis=1) for side in sides)
        return low, high


CUTS = (slice(None, -1), slice(1, None))


def certify(table: Cells) -> Certified:
    """Regret's supremum over all types of all agents, in floats, then again in Fractions where it is largest.

    The bound is rounded up from the exact number. Raises TooLarge.
    """
    start, n = time.process_time(), table.environment.agents
    work = sum(k * int(np.prod(table.counts)) for k in table.counts)
    if work > MOST:
        raise TooLarge(needed=f"at most {MOST:,} comparisons", found=f"{work:,}", remedy="Cut into fewer cells.")
    best: tuple[float, int, tuple[int, ...], int] = (-np.inf, 0, (0,) * n, 0)
    for i in range(n):
        low, high = (rational.floats(side) for side in table.corners(i))
        x = np.moveaxis(rational.floats(table.allocation)[..., i, :], i, 0)  # [own cell, *others, item]
        t = np.moveaxis(rational.floats(table.payments)[..., i], i, 0)
        for others in np.ndindex(*x.shape[1:-1]):
            here = _most(x[(slice(None), *others)], t[(slice(None), *others)], low, high)
            c = int(here.argmax())
            if here[c] > best[0]:
                best = float(here[c]), i, others, c
    return _exactly(table, best, start, work)


def _most(x: Array, t: Array, low: Array, high: Array) -> Array:
    """[cell]: the most that a type of each cell gains by any other cell's outcome."""
    gain = t[:, None] - t[None, :]
    for j in range(x.shape[1]):
        d = x[None, :, j] - x[:, None, j]
        gain += np.maximum(d * low[:, None, j], d * high[:, None, j])
    return np.asarray(gain.max(axis=1))


def _exactly(table: Cells, best: tuple[float, int, tuple[int, ...], int], start: float, work: int) -> Certified:
    """The largest gain in Fractions, and with it a margin for what floats may have overlooked elsewhere."""
    _, i, others, c = best
    at: tuple[Any, ...] = (*others[:i], slice(None), *others[i:])
    x, t = (np.vectorize(Fraction, otypes=[object])(a[(*at, i)]) for a in (table.allocation, table.payments))
    low, high = (np.vectorize(Fraction, otypes=[object])(side) for side in table.corners(i))
    d = x - x[c]
    ends = np.where(d > 0, high[c], low[c])
    gains = (d * ends).sum(axis=1) - (t - t[c])
    k = int(gains.argmax())
    size = float(np.abs(rational.floats(table.payments)).max() + np.abs(rational.floats(high)).sum())
    margin = 64 * np.finfo(float).eps * max(size, 1.0)  # of sums of a few products, over all cells
    exact = gains[k] if gains[k] > 0 else Fraction(0)
    witness = _witness(table, i, others, c, k, ends[k], float(gains[k])) if gains[k] > 0 else None
    said = rational.text(exact) if len(rational.text(exact)) < 24 else f"about {float(exact):.9g}"
    how = (
        f"constant on {' × '.join(map(str, table.counts))} cells; gains are linear within a cell, and all pairs of a cell and "
        f"another's outcome were compared; the largest, {said}, is exact, all others are below it up to {margin:.1g}"
    )
    bound = float(np.nextafter(float(exact) + margin, np.inf))
    return Certified(bound, CONTINUUM, how, PROVED, witness, work, time.process_time() - start)


def _witness(
    table: Cells, i: int, others: tuple[int, ...], c: int, k: int, corner: Array, gain: float
) -> Deviation | None:
    """The lie, at middles of the others' cells; the type is moved inwards by a hair where its corner belongs to the next cell."""
    cells = [*others[:i], c, *others[i:]]
    types = np.empty((table.environment.agents, table.environment.dimensions))
    for agent, cell in enumerate(cells):
        low, high = (rational.floats(side)[cell] for side in table.corners(agent))
        types[agent] = (low + high) / 2
        if agent == i:
            types[agent] += (rational.floats(corner) - types[agent]) * (1 - 1e-9)
        if agent == i:
            sides = table.corners(i)
            lie = (rational.floats(sides[0])[k] + rational.floats(sides[1])[k]) / 2
    pair = Watched(table).lying(types[None], i, np.stack([types[i], lie])[None])[0]
    return Deviation(types, i, lie, float(pair[0]), float(pair[1])) if pair[1] > pair[0] else None


def rounded(mechanism: Mechanism, points: int) -> Cells:
    """The mechanism that rounds every report down to a grid of so many equal cells per item, and then does what `mechanism` does.

    Taking part is kept: a bidder gets at least what the type it is rounded to gets, if the mechanism gives that 0 or more and items
    are worth 0 or more. Raises InputError for laws without a most value, TooLarge.
    """
    there = mechanism.environment
    if points < 1:
        raise InputError(where="cells", needed="at least one point", found=str(points))
    if any(not np.isfinite(law.high).all() for law in there.laws):
        raise InputError(where="cells", needed="laws with a most value", found="one without")
    sizes = (points**there.dimensions,) * there.agents
    if int(np.prod(sizes, dtype=object)) > CELLS:
        raise TooLarge(needed=f"at most {CELLS:,} profiles of cells", found=f"{np.prod(sizes, dtype=object):,}")
    edges = tuple(
        tuple(np.linspace(a, b, points + 1) for a, b in zip(law.low, law.high, strict=True)) for law in there.laws
    )
    return cut(mechanism, edges, at="low")


def cut(mechanism: Mechanism, edges: Any, *, at: str = "middle") -> Cells:
    """The mechanism that answers for every cell what `mechanism` answers at its "low" corner, or in its "middle"."""
    there = mechanism.environment
    points = []
    for mine in edges:
        sides = [(e[:-1] + e[1:]) / 2 if at == "middle" else e[:-1] for e in map(np.asarray, mine)]
        points.append(np.stack([axis.ravel() for axis in np.meshgrid(*sides, indexing="ij")], axis=1))
    index = np.indices([len(p) for p in points]).reshape(there.agents, -1)
    profiles = np.stack([p[k] for p, k in zip(points, index, strict=True)], axis=1)
    found = Watched(mechanism).outcome(profiles)
    shape = tuple(len(p) for p in points)
    return Cells(
        there,
        tuple(tuple(mine) for mine in edges),
        found.decision.reshape(*shape, *found.decision.shape[1:]),
        found.payments.reshape(*shape, there.agents),
    )
