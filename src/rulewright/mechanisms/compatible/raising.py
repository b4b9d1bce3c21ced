"""Prices of a table that conflicts are raised until none is left; then lowered again wherever that pays and stays compatible.

Raising ends: every round raises some e by at least one unit, and an option that costs more than it can ever be worth is
never picked. Lowering climbs: a change is kept if it earns more on the given sample and no pair of cells conflicts, exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import Unsolved
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array
from .conflicts import FAR, among, conflicts, corners
from .menus import Edges

ROUNDS = 10_000
MOVES = np.array(
    [
        *([s if k in which else 0 for k in range(3)] for which in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
          for s in (-4, -1, 1, 4))
    ]
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sample:
    """What tables are worth, on draws."""

    own: tuple[Array, Array]
    """[agent][draw, item]"""
    others: tuple[Array, Array]
    """[agent][draw, item]: of the other's types, that the agent faces."""
    cells: tuple[Array, Array]
    """[agent][draw]: the cells that `others` lie in."""

    def revenue(self, agent: int, faced: Array, extras: Array) -> Array:
        """[candidate]: summed over `faced` (others' draws), averaged over own draws; extras [candidate, option] in money."""
        x = self.own[agent]
        value = np.ascontiguousarray(np.column_stack([x, x.sum(1)]))
        price = np.ascontiguousarray(
            np.column_stack([faced, faced.sum(1)]) + extras[:, None, :]
        )  # [candidate, faced, option]
        picked = counts(value, price.reshape(-1, 3)).reshape(price.shape)
        return np.asarray((picked * price).sum(axis=(1, 2)) / len(x))


def counts(value: Array, price: Array) -> Array:
    """int64 [menu, option]: how many of value[draw, option] pick each option at price[menu, option]; ties to the earlier."""
    found = np.zeros(price.shape, np.int64)
    run = kernel("compatible_counts", None)
    if run is not None:
        run(pointer(value), count(len(value)), pointer(price), count(len(price)), pointer(found))
        return found
    for m, asked in enumerate(price):
        left = np.column_stack([np.zeros(len(value)), value - asked])
        found[m] = np.bincount(left.argmax(axis=1), minlength=4)[1:]
    return found


EVEN = MOVES[MOVES[:, 0] == MOVES[:, 1]]


def raise_prices(
    extras: tuple[Array, Array], edges: Edges, losses: Callable[[list[Array]], list[Array]] | None = None
) -> tuple[Array, Array]:
    """Tables [other's cell, option] without a conflict, nowhere below these.

    In each round one option of every conflict rises by a unit: the one that loses less by it, as losses(tables) says
    ([agent][cell, option]); both where they lose the same, and both if nothing says so.
    """
    tables = [e.copy() for e in extras]
    for _ in range(ROUNDS):
        found = conflicts((tables[0], tables[1]), edges)
        if not len(found):
            return tables[0], tables[1]
        c, d, s, t = found.T
        rise = [np.zeros_like(table) for table in tables]
        first = losses(tables) if losses is not None else [np.zeros(table.shape) for table in tables]
        one, two = first[0][d, s], first[1][c, t]
        rise[0][d[one <= two], s[one <= two]] = 1
        rise[1][c[two <= one], t[two <= one]] = 1
        tables = [table + more for table, more in zip(tables, rise, strict=True)]
    raise Unsolved(needed=f"prices without a conflict after {ROUNDS} rounds", found=f"{len(found)} conflicts")


def losses(tables: list[Array], sample: Sample, unit: float, *, alike: tuple[bool, bool]) -> list[Array]:
    """[agent][cell, option]: what the sample's revenue loses if this option costs one unit more there. `alike`: bidders, items."""
    found = []
    for agent in range(1 if alike[0] else 2):
        order = np.argsort(sample.cells[agent], kind="stable")
        bounds = np.searchsorted(sample.cells[agent][order], np.arange(len(tables[agent]) + 1))
        lost = np.zeros(tables[agent].shape)
        for d, now in enumerate(tables[agent]):
            faced = sample.others[agent][order[bounds[d] : bounds[d + 1]]]
            if len(faced):
                worth = sample.revenue(agent, faced, (now + np.vstack([np.zeros(3, int), np.eye(3, dtype=int)])) * unit)
                lost[d] = worth[0] - worth[1:]
        if alike[1]:
            lost = lost + exchanged(lost)
        found.append(np.round(lost, 9))
    return found * 2 if alike[0] else found


def symmetric(tables: tuple[Array, Array], alike: tuple[bool, bool]) -> tuple[Array, Array]:
    """The least tables nowhere below these that treat alike the bidders, and the items, that are."""
    one, two = tables
    if alike[0]:
        one = two = np.maximum(one, two)
    return (np.maximum(one, exchanged(one)), np.maximum(two, exchanged(two))) if alike[1] else (one, two)


def exchanged(table: Array) -> Array:
    """A table [cell, option] of a square grid with the items' names exchanged."""
    side = round(len(table) ** 0.5)
    return np.asarray(table.reshape(side, side, 3).transpose(1, 0, 2)[..., [1, 0, 2]].reshape(-1, 3))


def images(cell: int, agent: int, side: int, bidders: bool, items: bool) -> list[tuple[int, int, Array]]:
    """(agent, cell, order of options): where the same change must be made if bidders, or items, are alike."""
    a, b = divmod(cell, side)
    found = [(agent, cell, np.array([0, 1, 2]))]
    if items and a != b:
        found.append((agent, b * side + a, np.array([1, 0, 2])))
    if bidders:
        found += [(1 - i, c, order) for i, c, order in found]
    return found


def lower_prices(
    extras: tuple[Array, Array], edges: Edges, sample: Sample, unit: float, *, alike: tuple[bool, bool], passes: int = 2
) -> tuple[Array, Array]:
    """Tables that earn more on the sample and do not conflict, from tables that do not. `alike`: bidders, items."""
    tables = [np.ascontiguousarray(e, np.int64).copy() for e in symmetric(extras, alike)]
    box = [corners(edges[0]), corners(edges[1])]
    side = len(edges[0][1]) - 1
    for _ in range(passes):
        moved = False
        for agent in range(1 if alike[0] else 2):
            order = np.argsort(sample.cells[agent], kind="stable")
            bounds = np.searchsorted(sample.cells[agent][order], np.arange(len(tables[agent]) + 1))
            for d in range(len(tables[agent])):
                if alike[1] and d // side > d % side:
                    continue
                faced = sample.others[agent][order[bounds[d] : bounds[d + 1]]]
                if len(faced):
                    where = images(d, agent, side, *alike)
                moves = EVEN if alike[1] and d // side == d % side else MOVES  # a cell that is its own image
                moved |= improve(tables, agent, d, faced, sample, unit, box, where, moves)
        if not moved:
            break
    return tables[0], tables[1]


def improve(tables, agent, d, faced, sample, unit, box, where, moves) -> bool:  # type: ignore[no-untyped-def]
    """Make the best compatible change of one cell's menu, over and over; whether there was one."""
    moved = False
    while True:
        now = tables[agent][d]
        candidates = np.concatenate([now[None], now + moves])
        worth = sample.revenue(agent, faced, candidates * unit)
        for k in np.argsort(-worth, kind="stable"):
            if worth[k] <= worth[0] + 1e-12:
                return moved
            before = [(i, c, tables[i][c].copy()) for i, c, _ in where]
            for i, c, order in where:
                tables[i][c] = candidates[k][order]
            if not conflicted(tables, agent, d, box):
                moved = True
                break
            for i, c, row in before:
                tables[i][c] = row
        else:
            return moved


def conflicted(tables: list[Array], agent: int, d: int, box: list[tuple[Array, Array]]) -> bool:
    """Whether the menu that `agent` faces in cell d of the other's types conflicts anywhere."""
    (low, high), (least, most) = box[agent], box[1 - agent]
    run = kernel("compatible_conflict")
    if run is not None:
        mine, ends = tables[agent][d], np.concatenate([least[d], most[d]])
        theirs = tables[1 - agent]
        return bool(
            run(pointer(mine), pointer(ends), pointer(theirs), pointer(low), pointer(high), count(len(low)), count(FAR))
        )
    one = slice(d, d + 1)
    return bool(among(tables[agent][one], tables[1 - agent], (low, high), (least[one], most[one])).any())


__all__ = ["Sample", "losses", "lower_prices", "raise_prices"]
