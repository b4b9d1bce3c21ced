"""The maps of commons harvest, as geometry.

Facts from Melting Pot (Agapiou et al. 2022; substrates commons_harvest__open, __closed, __partnership), rows and columns
counted from 0, border included. The three maps share apples and spawn points: 18 × 24 cells, walled in; four diamonds of 13
cells (at most two steps from the centre) around (3, 8), (3, 15), (8, 3) and (8, 20); two triangles of 6 in the upper corners;
so six stocks, 64 apples. Players 0 and 1 start at (7, 7) and (7, 16), all others, and all later, in three rows of 18, 20 and 22
spawn points at the bottom.

"orchard" is ours, for tests and for teaching: 9 × 16 cells, two diamonds around (3, 4) and (3, 11), 26 apples for three players,
who start in a row of ten spawn points at the bottom.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ...errors import InputError
from ..grid import Map

LEGEND = (("W", "wall"), ("A", "apple"), ("P", "spawn"), ("Q", "inside spawn"))
HEIGHT, WIDTH = 18, 24
DIAMONDS = ((3, 8), (3, 15), (8, 3), (8, 20))
INSIDE = ((7, 7), (7, 16))
SPAWNS = ((14, 3, 20), (15, 2, 21), (16, 1, 22))
"""(row, first column, last column)."""
ROOMS = ((1, 11, 12, 12), (9, 7, 9, 16), (11, 0, 11, 9), (11, 14, 11, 23), (13, 3, 13, 20))
"""(first row, first column, last row, last column) of walls that make two rooms, with doors at (11, 10) and (11, 13)."""
GAPS = ((1, 11, 6, 12), (8, 11, 8, 12))
"""What is opened of them for partners, so that each room is entered from the other as well."""


def _open() -> np.ndarray:
    picture = np.full((HEIGHT, WIDTH), " ")
    picture[[0, -1]] = picture[:, [0, -1]] = "W"
    row, column = np.mgrid[:HEIGHT, :WIDTH]
    apples = np.zeros(picture.shape, bool)
    for r, c in DIAMONDS:
        apples |= abs(row - r) + abs(column - c) <= 2
    for corner in (1, WIDTH - 2):
        apples |= (abs(row - 1) + abs(column - corner) <= 2) & (picture == " ")
    picture[apples] = "A"
    for r, first, last in SPAWNS:
        picture[r, first : last + 1] = "P"
    for r, c in INSIDE:
        picture[r, c] = "Q"
    return picture


def _filled(picture: np.ndarray, blocks: tuple[tuple[int, int, int, int], ...], sign: str) -> np.ndarray:
    for top, left, bottom, right in blocks:
        picture[top : bottom + 1, left : right + 1] = sign
    return picture


def _orchard() -> np.ndarray:
    picture = np.full((9, 16), " ")
    picture[[0, -1]] = picture[:, [0, -1]] = "W"
    row, column = np.mgrid[:9, :16]
    for c in (4, 11):
        picture[abs(row - 3) + abs(column - c) <= 2] = "A"
    picture[7, 3:13] = "P"
    return picture


@cache
def harvest_map(name: str) -> Map:
    """ "open", "closed", "partnership" or "orchard". Raises InputError for another name."""
    pictures = {
        "open": _open,
        "closed": _closed,
        "partnership": lambda: _filled(_closed(), GAPS, " "),
        "orchard": _orchard,
    }
    if name not in pictures:
        raise InputError(where="harvest map", needed=f"one of {', '.join(pictures)}, or a Map", found=repr(name))
    return Map(tuple("".join(row) for row in pictures[name]()), LEGEND)


def _closed() -> np.ndarray:
    return _filled(_open(), ROOMS, "W")
