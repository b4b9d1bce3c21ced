"""A map: rows of characters, and a legend that says what stands where. Cells are numbered row by row.

    Map(("WWWW", "WAPW", "WWWW"), (("W", "wall"), ("A", "apple"), ("P", "spawn")))

A space is free ground. "wall" blocks moves and beams, "spawn" is where players come into the world; any other word of the legend
names cells that the world gives a meaning to. Outside of a bounded map is as good as wall; a torus has no outside.
Players that are out of the game stand on the cell `nowhere`, one past the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...errors import InputError

DOWN = (-1, 0, 1, 0)
RIGHT = (0, 1, 0, -1)
"""Row and column steps of the headings north, east, south and west, 0 to 3."""


@dataclass(frozen=True)
class Map:
    """Hashable, so that it is part of the compiled shape. Raises InputError for rows that are no map."""

    rows: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    """(character, what it stands for)."""
    torus: bool = False

    def __post_init__(self) -> None:
        check(self)

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def size(self) -> int:
        """Cells."""
        return self.height * self.width

    @property
    def nowhere(self) -> int:
        """The cell of those who are out of the game."""
        return self.size

    def cells(self, *words: str) -> np.ndarray:
        """int32; the cells of these words of the legend, ascending."""
        return _cells(self, words)

    @cached_property
    def walls(self) -> np.ndarray:
        """bool [cell]."""
        found = np.zeros(self.size, bool)
        found[self.cells("wall")] = True
        return found

    def ahead(self, cell: int, heading: int, forward: int, right: int = 0) -> int:
        """The cell that lies so far forward and to the right of somebody there; -1 outside of a bounded map."""
        row = cell // self.width + forward * DOWN[heading] + right * DOWN[(heading + 1) % 4]
        column = cell % self.width + forward * RIGHT[heading] + right * RIGHT[(heading + 1) % 4]
        if self.torus:
            row, column = row % self.height, column % self.width
        inside = 0 <= row < self.height and 0 <= column < self.width
        return row * self.width + column if inside else -1

    def asked(self, players: int) -> None:
        """Raises InputError where there are fewer spawn points than players, or no player."""
        spawns = len(self.cells("spawn"))
        if players < 1:
            raise InputError(where="players", needed="at least one", found=str(players))
        if players > spawns:
            raise InputError(
                where="map",
                needed=f"a spawn point for each of {players} players",
                found=f"{spawns} of them",
                remedy="Mark more cells as “spawn”, or play with fewer.",
            )


@cache
def _cells(world: Map, words: tuple[str, ...]) -> np.ndarray:
    signs = {sign for sign, word in world.legend if word in words}
    return np.array([k for k, sign in enumerate("".join(world.rows)) if sign in signs], np.int32)


@cache
def steps(world: Map) -> np.ndarray:
    """int32 [heading, cell]: the next cell that way, the same cell where a wall or the edge is in the way."""
    found = np.empty((4, world.size + 1), np.int32)
    found[:, world.nowhere] = world.nowhere
    for cell in range(world.size):
        for heading in range(4):
            to = world.ahead(cell, heading, 1)
            found[heading, cell] = cell if to < 0 or world.walls[to] else to
    return found


@cache
def near(world: Map, word: str, square: int = 4) -> np.ndarray:
    """bool [k, k] among the cells of `word`: which lie within a distance whose square is at most `square`; not the cell itself."""
    cells = world.cells(word)
    down = cells[:, None] // world.width - cells // world.width
    right = cells[:, None] % world.width - cells % world.width
    if world.torus:
        down = (down + world.height // 2) % world.height - world.height // 2
        right = (right + world.width // 2) % world.width - world.width // 2
    away = down**2 + right**2
    return (away <= square) & (away > 0)


@cache
def patches(world: Map, word: str, square: int = 4) -> np.ndarray:
    """int [k]: to which patch each cell of `word` belongs. Patches have no neighbours in common; numbered by their first cells."""
    beside, patch = near(world, word, square), -np.ones(len(world.cells(word)), int)
    for first in range(len(patch)):
        if patch[first] >= 0:
            continue
        name, reached = patch.max() + 1, [first]
        while reached:
            cell = reached.pop()
            patch[cell] = name
            reached += [int(k) for k in np.flatnonzero(beside[cell]) if patch[k] < 0]
    return patch


def check(world: Map) -> None:
    """Raises InputError: no rows, ragged rows, an unknown character, no spawn point."""
    if not world.rows or not world.rows[0]:
        raise InputError(where="map", needed="at least one row with at least one cell", found="none")
    for k, row in enumerate(world.rows):
        if len(row) != world.width:
            raise InputError(
                where=f"map, row {k + 1}",
                needed=f"{world.width} cells, as in the first row",
                found=f"{len(row)}",
                remedy="Fill short rows with spaces: a space is free ground.",
            )
    known = {sign for sign, _ in world.legend} | {" "}
    for k, row in enumerate(world.rows):
        for column, sign in enumerate(row):
            if sign not in known:
                raise InputError(
                    where=f"map, row {k + 1}, column {column + 1}",
                    needed="one of " + ", ".join(f"{sign!r} ({word})" for sign, word in world.legend) + ", or a space",
                    found=repr(sign),
                )
    if not len(world.cells("spawn")):
        signs = [sign for sign, word in world.legend if word == "spawn"]
        raise InputError(
            where="map",
            needed="at least one spawn point",
            found="none",
            remedy=f"Mark cells where players may start with {signs[0]!r}."
            if signs
            else "Give the legend a character for “spawn”.",
        )
