"""Prices of a table that conflicts are raised until none is left; then lowered again wherever that pays and stays compatible.

Raising ends: every round raises some e by at least one unit, and an option that costs more than it can ever be worth is
never picked. Lowering climbs: a change is kept if it earns more on the given sample and no pair of cells conflicts, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import Unsolved
from ...numerics.rational import Array
from .conflicts import PAIRS, among, conflicts, corners
from .menus import Edges

ROUNDS = 10_000
MOVES = np.array(
    [
        *([s if k in which else 0 for k in range(3)] for which in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
          for s in (-4, -1, 1, 4))
    ]
)  # fmt: skip


def raise_prices(extras: tuple[Array, Array], edges: Edges) -> tuple[Array, Array]:
    """Tables [other's cell, option] without a conflict, nowhere below these. Both options of a conflict rise, by a unit a round."""
    mine, theirs = (e.copy() for e in extras)
    for _ in range(ROUNDS):
        found = conflicts((mine, theirs), edges)
        if not len(found):
            return mine, theirs
        c, d, s, t = found.T
        first, second = np.zeros_like(mine), np.zeros_like(theirs)
        first[d, s] = second[c, t] = 1
        mine, theirs = mine + first, theirs + second
    raise Unsolved(needed=f"prices without a conflict after {ROUNDS} rounds", found=f"{len(found)} conflicts")


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
        """[candidate]: summed over `faced` (draws of others) and averaged over own draws, for extras [candidate, option] in money."""
        x, y = self.own[agent], faced
        value = np.stack([x[:, 0], x[:, 1], x.sum(1)])
        base = np.stack([y[:, 0], y[:, 1], y.sum(1)])
        price = base[None] + extras[:, :, None]  # [candidate, option, faced]
        best = np.zeros((len(extras), len(y), len(x)))
        paid = np.zeros_like(best)
        for s in range(3):
            asked = price[:, s, :, None]
            left = value[s] - asked
            better = left > best
            np.copyto(best, left, where=better)
            np.copyto(paid, asked, where=better)
        total = paid.sum(axis=(1, 2)) / len(x)
        return total


def images(cell: int, agent: int, side: int, bidders: bool, items: bool) -> list[tuple[int, int, Array]]:
    """(agent, cell, order of options): where the same change must be made if bidders, or items, are alike."""
    a, b = divmod(cell, side)
    found = [(agent, cell, np.array([0, 1, 2]))]
    if items:
        found.append((agent, b * side + a, np.array([1, 0, 2])))
    if bidders:
        found += [(1 - i, c, order) for i, c, order in found]
    return found


def lower_prices(
    extras: tuple[Array, Array], edges: Edges, sample: Sample, unit: float, *, alike: tuple[bool, bool], passes: int = 2
) -> tuple[Array, Array]:
    """Tables that earn more on the sample and do not conflict, from tables that do not. `alike`: bidders, items."""
    tables = [e.copy() for e in extras]
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
                    moved |= improve(tables, agent, d, faced, sample, unit, box, images(d, agent, side, *alike))
        if not moved:
            break
    return tables[0], tables[1]


def improve(tables, agent, d, faced, sample, unit, box, where) -> bool:  # type: ignore[no-untyped-def]
    """Make the best compatible change of one cell's menu, over and over; whether there was one."""
    moved = False
    while True:
        now = tables[agent][d]
        candidates = np.concatenate([now[None], now + MOVES])
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
    one = slice(d, d + 1)
    return bool(among(tables[agent][one], tables[1 - agent], (low, high), (least[one], most[one])).any())


__all__ = ["PAIRS", "Sample", "lower_prices", "raise_prices"]
