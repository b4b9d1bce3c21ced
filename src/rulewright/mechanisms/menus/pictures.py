"""The classical picture of two items and one buyer: how likely it gets each item, and what it pays, over all its values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..mechanism import Mechanism


@dataclass(frozen=True, eq=False)
class AllocationMap:
    """On a grid of types: what the only buyer, or one bidder while the others' reports stand still, gets and pays."""

    first: Array
    """[point]: values of item 0; rows of the grids."""
    second: Array
    """[point]: values of item 1; columns."""
    chance: Array
    """[first, second, item], between 0 and 1; NaN at types that the law does not have."""
    payment: Array
    """[first, second], in money; NaN there too."""


def allocation_map(
    mechanism: Mechanism, *, points: int = 101, others: Array | None = None, middles: bool = False
) -> AllocationMap:
    """For agent 0 of a mechanism with two items. Other agents' reports [agent − 1, item] stand still, otherwise at 0.

    Points are from end to end, or `middles` of cells of equal size.

    Raises InputError unless there are two items and types within finite ends.
    """
    there = mechanism.environment
    low, high = np.asarray(there.laws[0].low), np.asarray(there.laws[0].high)
    if there.dimensions != 2 or points < 2 or not np.isfinite(high).all():
        raise InputError(
            where="allocation map",
            needed="two items, values with finite ends, at least 2 points",
            found=f"{there.dimensions} items up to {high.tolist()}, {points} points",
        )
    shares = (np.arange(points) + 0.5) / points if middles else np.linspace(0, 1, points)
    axes = [low[k] + (high[k] - low[k]) * shares for k in range(2)]
    types = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    still = np.zeros((there.agents - 1, 2)) if others is None else np.asarray(others, float)
    if still.shape != (there.agents - 1, 2):
        raise InputError(where="allocation map", needed=f"reports of {there.agents - 1} others", found=str(still.shape))
    reports = np.concatenate([types[..., None, :], np.broadcast_to(still, (points, points, *still.shape))], axis=-2)
    found = mechanism.outcome(reports)
    known = there.laws[0].holds(types)
    chance = np.where(known[..., None], found.decision[..., 0, :], np.nan)
    return AllocationMap(axes[0], axes[1], chance, np.where(known, found.payments[..., 0], np.nan))
