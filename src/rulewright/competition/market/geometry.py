"""A market on paper: people, AIs, the nearest mix and the hull, seen from where people stand outside it.

Every AI and people are points in as many dimensions as there are rows. The picture looks along two directions at right angles:
across, the witness ν, the move that people want and no AI does (so that a vertical line separates people from the AIs, and from
every mix of them), and up, where the AIs differ most beyond that. Where people are a mix, across is from the mix to people's
furthest AI. Shadows of hulls are hulls of shadows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...numerics import rational
from ...numerics.rational import Array
from .near import Near
from .table import Table

MOST_ROWS = 20_000  # evenly spaced ones of a longer table are looked at


@dataclass(frozen=True, eq=False)
class Shadow:
    """Coordinates on paper, in the table's units (root of summed squares over the rows looked at)."""

    people: Array
    """[2]."""
    mix: Array
    """[2]."""
    ais: Array = field(repr=False)
    """[i, 2]; moved by the constant offset, where there is one, as the mix is."""
    weights: Array = field(repr=False)
    """[i]."""
    border: float | None
    """Of no AI is the first coordinate larger; None where nothing separates people from the AIs."""
    seen: float
    """Share of the AIs' differences (variance) that lies in the plane."""
    rows: int
    """How many were looked at."""


def shadow(table: Table, found: Near) -> Shadow:
    """The projection that shows the distance of the mix that was `found`."""
    at = np.arange(table.n)
    if table.n > MOST_ROWS:
        at = np.union1d(np.linspace(0, table.n - 1, MOST_ROWS).astype(int), found.rows)
    u, ais = rational.floats(table.people[at]), rational.floats(table.ais[at])
    offset: Array | float = 0.0
    if found.offset == "constant":
        offset = float(found.offsets[0])
    elif found.offset == "case":
        offset = rational.floats(found.offsets)[table.cases[at]]  # type: ignore[index]
    w = rational.floats(found.weights)
    mix = ais @ w + offset
    points = ais.T + (offset if isinstance(offset, float) else offset[None])
    middle = points.mean(axis=0)
    rest = points - middle
    nu = np.zeros(len(at))
    nu[np.searchsorted(at, found.rows)] = rational.floats(found.witness)
    first = _unit(nu) if float(found.epsilon) > 0 else None
    apart = first is not None
    if first is None:
        first = _unit(rest[np.argmax((rest**2).sum(axis=1))])
    if first is None:
        first = np.eye(1, len(u))[0]
    left = rest - np.outer(rest @ first, first)
    second = _main(left)
    plane = np.stack([first, second], axis=1)
    spread = float((rest**2).sum())
    seen = float(((rest @ plane) ** 2).sum()) / spread if spread > 0 else 1.0
    on_paper = rest @ plane
    border = float(on_paper[:, 0].max()) if apart else None
    return Shadow((u - middle) @ plane, (mix - middle) @ plane, on_paper, w, border, seen, len(at))


def _unit(x: Array) -> Array | None:
    length = float(np.sqrt(x @ x))
    return x / length if length > 1e-12 else None


def _main(rest: Array) -> Array:
    """The direction in which rows of `rest`[i, r] differ most, its largest entry positive; k × k work only."""
    values, vectors = np.linalg.eigh(rest @ rest.T)
    found = _unit(rest.T @ vectors[:, -1]) if values[-1] > 1e-18 else None
    if found is None:
        return np.zeros(rest.shape[1])
    return found if found[np.argmax(np.abs(found))] > 0 else -found
