"""Who gets what, over two numbers that one agent may report: the classical picture of an auction of two items.

The others report one fixed profile: the middle of what they may report.
"""

from __future__ import annotations

import numpy as np

from ...mechanisms import Allocation, Mechanism
from ...mechanisms.menus.pictures import allocation_map
from ...report.findings.report import Figure, Series

CELLS = 60  # a side


def maps(name: str, label: str, mechanism: Mechanism) -> list[Figure]:
    """One map for each of two items, of the first agent's chance to get it; none for other numbers of items and endless types."""
    there = mechanism.environment
    low, high = there.low, there.high
    if not isinstance(there.decisions, Allocation) or there.dimensions != 2 or not np.isfinite([low, high]).all():
        return []
    seen = allocation_map(mechanism, points=CELLS, others=((low + high) / 2)[1:], middles=True)
    chance = np.nan_to_num(seen.chance).swapaxes(0, 1)  # a row of the picture is a value of item 2
    ends = Series("ends", [float(low[0, 0]), float(high[0, 0])], [float(low[0, 1]), float(high[0, 1])])
    others = "" if there.agents == 1 else " The others report the middle of what they may."
    return [
        Figure(
            f"{label}-item-{j + 1}",
            f"{name}: who gets item {j + 1}",
            "value of item 1",
            "value of item 2",
            [ends],
            caption=f"Chance that the first bidder gets item {j + 1}, over its two values.{others}",
            draw="heat",
            grid=chance[..., j].tolist(),
        )
        for j in (0, 1)
    ]
