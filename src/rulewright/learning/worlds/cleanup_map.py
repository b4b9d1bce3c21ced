"""Where things are in clean-up: 21 rows of 30 cells, drawn from what the published map of Melting Pot's clean_up says in words.

A wall around. The river runs along the north: five rows of 28 cells, all of which can be dirty, and one strip of 7 below them
(147 in all, 79 dirty at the start: whole columns, mostly every other one, and a few cells more). A channel of plain water leads
south. The orchard is four rows in the south, less two cells in the channel's mouth, and every other cell of its edge (122).
"""

from __future__ import annotations

import numpy as np

ROWS, COLUMNS = 21, 30
BANKS = range(1, COLUMNS - 1)
RIVER = range(1, 6)
STRIP = range(17, 24)
"""Columns of row 6 that can be dirty."""
CHANNEL = {6: range(16, 17), 7: range(20, 23), **dict.fromkeys(range(8, 16), range(20, 22))}
"""Plain water: columns by row."""
SOILED = (2, 6, *range(9, 20, 2), 22, 24, 25, 26, 28)
"""Columns of the river that are dirty at the start, in all its rows."""
ALSO = {1: (3, 4, 7), 2: (4, 7), 3: (3, 5), 4: (4, 7), 5: (3, 4, 5, 7), 6: (17,)}
"""Further cells that are dirty at the start: columns by row."""
EDGE = 15
EDGE_TREES = (*range(2, 19, 2), *range(24, 29, 2))
ORCHARD = range(16, 20)
MOUTH = (20, 21)
"""Columns of the orchard's first row where no apple grows."""
SPAWNS = (
    *((7, c) for c in (4, 9)),
    *((8, c) for c in (6, 12, 16, 25)),
    *((9, c) for c in (14, 18)),
    *((10, c) for c in (4, 9, 26)),
    *((11, c) for c in (16, 23)),
    *((12, c) for c in (6, 18)),
    *((13, c) for c in (12, 24)),
    *((14, c) for c in (3, 17)),
)

WALL, SAND, WATER, CLEAN, DIRTY, TREE, SPAWN = "W", " ", "~", "h", "d", "a", "P"


def rows() -> tuple[str, ...]:
    """The map as text, a character per cell."""
    board = np.full((ROWS, COLUMNS), SAND)
    board[[0, -1]] = WALL
    board[:, [0, -1]] = WALL
    for row, columns in CHANNEL.items():
        board[row, columns] = WATER
    board[np.ix_(RIVER, BANKS)] = CLEAN
    board[6, STRIP] = CLEAN
    board[np.ix_(RIVER, SOILED)] = DIRTY
    for row, more in ALSO.items():
        board[row, list(more)] = DIRTY
    board[np.ix_(ORCHARD, BANKS)] = TREE
    board[ORCHARD[0], list(MOUTH)] = SAND
    board[EDGE, list(EDGE_TREES)] = TREE
    for row, column in SPAWNS:
        board[row, column] = SPAWN
    return tuple("".join(line) for line in board)
