"""All roots of multilinear equations over a product of simplices, by subdivision: what is not excluded is isolated.

    F_r(x) = Σ_v F_r[v_1 … v_m] x_1[v_1] … x_m[v_m] = 0  (r < d),    H_r(x) ≤ 0,    x_j in a simplex, d = Σ (k_j − 1)

A *cell* is a product of smaller simplices; in its own barycentric coordinates F is multilinear again, its coefficients
are its values at the cell's corners, and their least and greatest are the *exact* range of F over the cell (the
Bernstein form of degree one). With any matrix Y, every root is a fixed point of G(x) = x − Y F(x), which is multilinear
as well. With Y the inverse Jacobian at the centre, G is nearly constant, and the range of G (Krawczyk 1969, Computing 4,
with exact ranges in place of interval arithmetic)

    excludes the cell      if it misses it,
    shrinks the cell       to {x : x ≥ min G}, a smaller product of simplices, and
    leaves at most one root if the differences of G along the edges sum to less than one in every row (G contracts).

A cell that is neither excluded nor settled is halved at the edge along which G varies most. The leading axis runs over
cells. Numbers are floats in units of one; every comparison leaves a margin well above their rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...numerics.rational import Array

ROUNDING = 2e-14  # of a coefficient of size one, all sums included
CONTRACTS = 0.95  # differences of G that sum to less than this leave at most one root
SMALLEST = 1e-5  # edge of a cell that is given up: several roots, a multiple one or a continuum
SHRUNK = 0.35  # share of its volume to which a cell must shrink if it is not to be halved as well
FLAT = 1e-12  # an equation that is smaller than this at all corners says nothing
SHOWN = 5  # cells of a system that are remembered when it is given up
HUGE = 1e12  # an inverse with larger entries tells nothing
FEW = 64  # live cells of a system with such an equation, after which it is given up: its roots are no points
BATCH = 1 << 22  # coefficients that are held at once


@dataclass(frozen=True, eq=False)
class Systems:
    """Many systems of one shape."""

    rows: Array = field(repr=False)
    """[system, row, *k]: coefficients over the corners of the whole domain, in units of one; d equations come first."""
    sizes: tuple[int, ...]
    """k_j: corners of the j-th simplex."""

    @property
    def d(self) -> int:
        return sum(self.sizes) - len(self.sizes)


@dataclass(frozen=True, eq=False)
class Roots:
    """What was found."""

    system: Array
    """[root]: of which system."""
    points: tuple[Array, ...] = field(repr=False)
    """Per simplex [root, k_j]."""
    unsettled: Array
    """[open]: systems of the cells that were given up, one entry for each cell (of a system, a few)."""
    open_points: tuple[Array, ...] = field(repr=False)
    """Per simplex [open, k_j]: centres of these cells."""
    cells: int
    """Cells looked at."""


def roots(systems: Systems, *, most: int, each: int, tell: Callable[[str], None] | None = None) -> Roots:
    """All roots of all systems. Looks at no more than `most` cells, and gives up a system with over `each` live ones."""
    search = _Search(systems)
    count = len(systems.rows)
    corners = tuple(np.broadcast_to(np.eye(k), (count, k, k)) for k in systems.sizes)
    cells = _Cells(np.arange(count), corners)
    seen = 0
    while len(cells.system):
        crowd = np.bincount(cells.system, minlength=count)
        crowded = crowd > np.where(search.flat, min(FEW, each), each)
        if crowded.any():
            out = crowded[cells.system]
            search.give_up(cells.take(np.flatnonzero(out)))
            cells = cells.take(np.flatnonzero(~out))
        if seen + len(cells.system) > most:
            search.give_up(cells)
            break
        seen += len(cells.system)
        if tell is not None:
            tell(f"{seen:,} cells looked at, {len(cells.system):,} open")
        width = max(1, BATCH // (systems.rows[0].size + systems.d * math.prod(systems.sizes)))
        parts = [
            cells.take(np.arange(s, min(s + width, len(cells.system)))) for s in range(0, len(cells.system), width)
        ]
        cells = _Cells.joined([search.step(part) for part in parts], systems.sizes)
    return search.found(seen)


@dataclass(frozen=True, eq=False)
class _Cells:
    system: Array
    """[cell]"""
    corners: tuple[Array, ...]
    """Per simplex [cell, corner, coordinate]."""

    def take(self, which: Array) -> _Cells:
        return _Cells(self.system[which], tuple(v[which] for v in self.corners))

    @staticmethod
    def joined(parts: list[_Cells], sizes: tuple[int, ...]) -> _Cells:
        if not parts:
            return _Cells(np.zeros(0, int), tuple(np.zeros((0, k, k)) for k in sizes))
        if len(parts) == 1:
            return parts[0]
        return _Cells(
            np.concatenate([p.system for p in parts]),
            tuple(np.concatenate(vs) for vs in zip(*[p.corners for p in parts], strict=True)),
        )


class _Search:
    """The steps of one search, and what it has found so far."""

    def __init__(self, systems: Systems) -> None:
        self.rows, self.sizes, self.d = systems.rows, systems.sizes, systems.d
        self.m = len(self.sizes)
        axes = tuple(range(2, 2 + self.m))
        self.flat = (np.abs(self.rows[:, : self.d]).max(axis=axes) < FLAT).any(axis=1)  # a continuum, or nothing
        self.first = np.concatenate([[0], np.cumsum(self.sizes)]).astype(int)  # of each simplex, among all coordinates
        grid = np.indices(self.sizes).reshape(self.m, -1)
        self.x = np.concatenate([(grid[j] == np.arange(k)[:, None]) for j, k in enumerate(self.sizes)]).astype(float)
        # Y F in all barycentric coordinates: the first of each simplex makes up for the others
        self.spread = np.zeros((sum(self.sizes), self.d))
        row = 0
        for j, k in enumerate(self.sizes):
            for l in range(1, k):
                self.spread[self.first[j] + l, row] = -1
                self.spread[self.first[j], row] = 1
                row += 1
        self.free = np.delete(np.arange(sum(self.sizes)), self.first[:-1])
        self.points: list[tuple[Array, list[Array]]] = []
        self.open: list[tuple[Array, list[Array]]] = []

    def step(self, cells: _Cells) -> _Cells:
        """The cells that are still to be looked at after one look at these."""
        table = self.at_corners(cells)
        flat = table.reshape(*table.shape[:2], -1)
        low, high = flat.min(axis=2), flat.max(axis=2)
        d = self.d
        out = ((low[:, :d] > ROUNDING) | (high[:, :d] < -ROUNDING)).any(axis=1) | (low[:, d:] > ROUNDING).any(axis=1)
        keep = np.flatnonzero(~out)
        cells, table = cells.take(keep), table[keep, :d]
        if not len(keep):
            return cells
        inverse = _inverse(self.jacobian(table, [np.full((len(keep), k), 1 / k) for k in self.sizes]))
        image, lower, inside = self.image(table, inverse)
        keep = np.flatnonzero(inside)
        cells, table, image, lower = cells.take(keep), table[keep], image[keep], lower[keep]
        if not len(keep):
            return cells
        total, bends = self.differences(image)
        single = np.flatnonzero(total < CONTRACTS)
        settled = np.zeros(len(keep), dtype=bool)
        if single.size:
            settled[single] = self.polish(cells.take(single), table[single])
        keep = np.flatnonzero(~settled)
        return self.shrunk(cells.take(keep), lower[keep], [bend[keep] for bend in bends])

    def at_corners(self, cells: _Cells) -> Array:
        """[cell, row, *corners]: the coefficients in the cell's own coordinates."""
        table = self.rows[cells.system]
        for j, corners in enumerate(cells.corners):
            table = _along(table, corners, 2 + j)
        return table

    def jacobian(self, table: Array, x: list[Array]) -> Array:
        """[cell, equation, free coordinate] at the point x (per simplex [cell, k], barycentric)."""
        kept = _each_kept(table, x, list(range(self.m)))
        return np.concatenate([part[..., 1:] - part[..., :1] for part in kept], axis=2)

    def value(self, table: Array, x: list[Array]) -> Array:
        for h in reversed(range(self.m)):
            table = _sum_along(table, x[h], 2 + h)
        return table

    def image(self, table: Array, inverse: Array) -> tuple[Array, Array, Array]:
        """(G at the corners [cell, coordinate, corner], its least [cell, coordinate], whether it meets the cell)."""
        wide = self.spread @ inverse
        image = self.x + wide @ table.reshape(len(table), self.d, -1)
        slack = ROUNDING * (1 + np.abs(wide).sum(axis=2))
        lower = np.maximum(image.min(axis=2) - slack, 0)
        upper = np.minimum(image.max(axis=2) + slack, 1)
        inside = (lower <= upper).all(axis=1)
        for j, k in enumerate(self.sizes):
            block = slice(self.first[j], self.first[j] + k)
            inside &= (lower[:, block].sum(axis=1) <= 1 + ROUNDING) & (upper[:, block].sum(axis=1) >= 1 - ROUNDING)
        return image, lower, inside

    def differences(self, image: Array) -> tuple[Array, list[Array]]:
        """How much G differs between corners: ([cell], per simplex [cell, corner, corner]).

        First the largest sum over the edges from each simplex's first corner, for one free coordinate: if that is
        below one, G contracts and there is one root at most. Then the squares for each edge, over all coordinates and
        over all corners of the other simplices: halving the edge with the largest straightens G the most.
        """
        free = image[:, self.free].reshape(len(image), self.d, *self.sizes)
        total, bends = np.zeros((len(image), self.d)), []
        for j, k in enumerate(self.sizes):
            own = np.moveaxis(free, 2 + j, 2).reshape(len(image), self.d, k, -1)
            total += np.abs(own[:, :, 1:] - own[:, :, :1]).max(axis=3).sum(axis=2)
            flat = own.transpose(0, 2, 1, 3).reshape(len(image), k, -1)
            flat = flat - flat[:, :1]  # squares of differences from products: what is common would drown them
            products = flat @ flat.transpose(0, 2, 1)
            squares = np.diagonal(products, axis1=1, axis2=2)
            bends.append(np.maximum(squares[:, :, None] + squares[:, None] - 2 * products, 0))
        return total.max(axis=1), bends

    def polish(self, cells: _Cells, table: Array) -> Array:
        """[cell]: whether Newton's method finds the one root of the cell inside it; it is put on the list."""
        x = [np.full((len(table), k), 1 / k) for k in self.sizes]
        for _ in range(8):
            step = (_inverse(self.jacobian(table, x)) @ self.value(table, x)[..., None])[..., 0]
            change = np.clip(np.nan_to_num(step, nan=1e3), -1e3, 1e3) @ self.spread.T
            x = [part + change[:, self.first[j] : self.first[j + 1]] for j, part in enumerate(x)]
        inside = np.abs(change).max(axis=1) < 1e-9
        for part in x:
            inside &= part.min(axis=1) > -1e-9
        which = np.flatnonzero(inside)
        corners = [v[which] for v in cells.corners]
        self.points.append((cells.system[which], _centres(corners, [part[which] for part in x])))
        return inside

    def shrunk(self, cells: _Cells, lower: Array, bends: list[Array]) -> _Cells:
        """The cells cut down to {x ≥ lower}, and halved where that took away little."""
        volume = np.ones(len(lower))
        corners = []
        for j, k in enumerate(self.sizes):
            low = lower[:, self.first[j] : self.first[j + 1]]
            left = np.maximum(1 - low.sum(axis=1), 0)
            volume *= left ** (k - 1)
            own = low[:, None, :] + left[:, None, None] * np.eye(k)  # barycentric corners of what is left
            corners.append(own @ cells.corners[j])
        cells = _Cells(cells.system, tuple(corners))
        edges = [np.abs(v[:, :, None] - v[:, None]).max(axis=3) for v in corners]
        small = np.stack([e.max(axis=(1, 2)) for e in edges]).max(axis=0) < SMALLEST
        if small.any():
            self.give_up(cells.take(np.flatnonzero(small)))
        once = np.flatnonzero(~small & (volume < SHRUNK))
        twice = np.flatnonzero(~small & (volume >= SHRUNK))
        gain = [(bend * edge)[twice] for bend, edge in zip(bends, edges, strict=True)]
        return _Cells.joined([cells.take(once), *_halved(cells.take(twice), gain)], self.sizes)

    def give_up(self, cells: _Cells) -> None:
        """Remember some of the cells of each system, far apart in the list."""
        order = np.argsort(cells.system, kind="stable")
        system = cells.system[order]
        first = np.searchsorted(system, system)
        rank, count = np.arange(len(system)) - first, np.searchsorted(system, system, side="right") - first
        some = order[(rank * SHOWN) // count != ((rank - 1) * SHOWN) // count]
        corners = [v[some] for v in cells.corners]
        self.open.append((cells.system[some], [v.mean(axis=1) for v in corners]))

    def found(self, cells: int) -> Roots:
        return Roots(*self._joined(self.points), *self._joined(self.open), cells)

    def _joined(self, parts: list[tuple[Array, list[Array]]]) -> tuple[Array, tuple[Array, ...]]:
        if not parts:
            return np.zeros(0, int), tuple(np.zeros((0, k)) for k in self.sizes)
        return np.concatenate([s for s, _ in parts]), tuple(
            np.concatenate([points[j] for _, points in parts]) for j in range(self.m)
        )


def _along(table: Array, corners: Array, axis: int) -> Array:
    """Change of corners on one axis: [cell, …, new corner, …] = Σ corners[cell, new corner, old] table[cell, …, old, …]."""
    shape = table.shape
    before, after = math.prod(shape[1:axis]), math.prod(shape[axis + 1 :])
    flat = table.reshape(shape[0], before, shape[axis], after)
    if after == 1:
        return (flat[..., 0] @ corners.transpose(0, 2, 1)).reshape(shape)
    return (corners[:, None] @ flat).reshape(shape)


def _sum_along(table: Array, x: Array, axis: int) -> Array:
    """[cell, … without the axis …]: expectation over one simplex."""
    shape = table.shape
    before, after = math.prod(shape[1:axis]), math.prod(shape[axis + 1 :])
    flat = table.reshape(shape[0], before, shape[axis], after)
    return (x[:, None, None, :] @ flat)[:, :, 0].reshape(*shape[:axis], *shape[axis + 1 :])


def _each_kept(table: Array, x: list[Array], axes: list[int]) -> list[Array]:
    """Per simplex of `axes` (all that `table` has) [cell, row, corner]: expectations over all others, by halves."""
    if len(axes) == 1:
        return [table]
    first, second = axes[: len(axes) // 2], axes[len(axes) // 2 :]
    one = other = table
    for at in reversed(range(len(first), len(axes))):
        one = _sum_along(one, x[axes[at]], 2 + at)
    for at in reversed(range(len(first))):
        other = _sum_along(other, x[axes[at]], 2 + at)
    return [*_each_kept(one, x, first), *_each_kept(other, x, second)]


def _inverse(matrices: Array) -> Array:
    """Inverses; pseudo-inverses where a matrix of the batch is singular, and nothing (0) where there is no telling."""
    try:
        found = np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        found = np.linalg.pinv(matrices, rcond=1e-10)
    bad = ~(np.abs(found).max(axis=(1, 2)) < HUGE)
    found[bad] = 0
    return found


def _centres(corners: list[Array], x: list[Array]) -> list[Array]:
    return [(part[:, None] @ v)[:, 0] for v, part in zip(corners, x, strict=True)]


def _halved(cells: _Cells, gain: list[Array]) -> list[_Cells]:
    """Both halves of every cell, at the edge of the largest `gain` (per simplex [cell, corner, corner])."""
    if not len(cells.system):
        return []
    widest = np.stack([g.max(axis=(1, 2)) for g in gain]).argmax(axis=0)
    halves = ([v.copy() for v in cells.corners], [v.copy() for v in cells.corners])
    for j, v in enumerate(cells.corners):
        which = np.flatnonzero(widest == j)
        if not which.size:
            continue
        one, other = np.divmod(gain[j][which].reshape(len(which), -1).argmax(axis=1), v.shape[1])
        middle = (v[which, one] + v[which, other]) / 2
        halves[0][j][which, one] = middle
        halves[1][j][which, other] = middle
    return [_Cells(cells.system, tuple(half)) for half in halves]
