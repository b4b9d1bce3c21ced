"""What is to be drawn of one moment, before anybody says how: codes of cells, avatars, bars. Plain NumPy.

A world may say it itself, by a method `scene(state) -> Scene` and an attribute `tiles`; others are drawn by `board.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

PLAYERS = ("#2f6fb5", "#d8612c", "#2a9d78", "#b75fa6", "#d9a21b", "#53b1dc", "#8a5a44", "#6c7480", "#a3ad1f", "#7d5fc4")
"""Colours of players, in order; the eleventh has the first again."""
OTHERS = ("#c9cfd6", "#8a94a0", "#b8dccb", "#e2b8a0", "#b9b3dd", "#ead9a0", "#a9cbe8", "#d6a9c9")


@dataclass(frozen=True)
class Tile:
    """What a code of the board stands for."""

    name: str
    colour: str
    """#rrggbb."""


@dataclass(frozen=True)
class Bar:
    """A number between 0 and `most`."""

    label: str
    value: float
    most: float = 1.0
    player: int = -1
    """Whose colour it has; −1 for nobody's."""


@dataclass(frozen=True)
class Scene:
    """One moment."""

    codes: Any = field(default_factory=lambda: np.zeros((0, 0), np.int8))
    """int8 [row, column]; which tile each cell is. Empty where a world has no board."""
    avatars: tuple[tuple[int, int, int, int], ...] = ()
    """(row, column, heading, player); headings 0 to 3 are north, east, south, west, and −1 is none."""
    bars: tuple[Bar, ...] = ()
    lines: tuple[tuple[float, float, float, float], ...] = ()
    """(row, column, row, column) in cells, from the corner: borders of territories, beams."""


def rgb(colour: str) -> tuple[int, int, int]:
    """(red, green, blue) of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def of_player(i: int) -> str:
    return PLAYERS[i % len(PLAYERS)]


def unnamed(count: int) -> tuple[Tile, ...]:
    """Tiles of a world that names none: 0 is outside."""
    named = (Tile(f"code {k}", OTHERS[(k - 1) % len(OTHERS)]) for k in range(1, count))
    return (Tile("outside", "#2b323a"), *named)
