"""The nearest mixes of several markets of one long table: without one AI, with another, of another kind, in the same passes.

Each market has a programme of its own, which grows by the rows that stick out of its mix (see gap.py). A pass over the rows costs
about the same for many mixes as for one, so all programmes grow at once. A row that is added to no programme is obeyed by every
mix: the last pass shows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...numerics.rational import Array
from .gap import Block, Extremes, Rows, Scale, extremes_of_many, measured, tell_nothing
from .near import CLOSE, NEXT, ROUNDS, Grown, Near, spread


@dataclass(frozen=True)
class Market:
    """Some of the AIs of a table, and how they may be mixed."""

    keep: tuple[int, ...]
    kind: str
    offset: str


class Chosen:
    """`gap.Rows` with some of the AIs only, in this order."""

    def __init__(self, rows: Rows, keep: Sequence[int]) -> None:
        self.rows, self.keep = rows, np.asarray(keep, int)

    @property
    def k(self) -> int:
        return len(self.keep)

    def blocks(self) -> Iterator[Block]:
        for first, u, ais, cases in self.rows.blocks():
            yield first, u, ais[:, self.keep], cases

    def take(self, rows: Array) -> tuple[Array, Array]:
        u, ais = self.rows.take(rows)
        return u, ais[:, self.keep]

    def note(self, rows: Array, u: Array, ais: Array) -> None:
        """Nothing: `take` asks for whole rows."""

    def forget(self) -> None:
        self.rows.forget()


class Joined:
    """`gap.Rows` with one AI more: the average of the others, but for some rows."""

    def __init__(self, rows: Rows, at: Array, utility: Array) -> None:
        self.rows, self.at, self.utility = rows, at, utility
        """`at` in rising order; utility[j] at row at[j]."""

    @property
    def k(self) -> int:
        return self.rows.k + 1

    def blocks(self) -> Iterator[Block]:
        for first, u, ais, cases in self.rows.blocks():
            yield first, u, self._with(first + np.arange(len(u)), ais), cases

    def _with(self, rows: Array, ais: Array) -> Array:
        column = ais.mean(axis=1)
        place = np.searchsorted(self.at, rows)
        place[place == len(self.at)] = 0
        here = self.at[place] == rows
        column[here] = self.utility[place[here]]
        return np.concatenate([ais, column[:, None]], axis=1)

    def take(self, rows: Array) -> tuple[Array, Array]:
        u, ais = self.rows.take(rows)
        return u, self._with(rows, ais)

    def note(self, rows: Array, u: Array, ais: Array) -> None:
        self.rows.note(rows, u, ais[:, :-1])

    def forget(self) -> None:
        self.rows.forget()


def several(
    rows: Rows,
    markets: Sequence[Market],
    *,
    also: Array | None = None,
    tolerance: float = CLOSE,
    seconds: float = np.inf,
    tell: Callable[[str], Any] = tell_nothing,
) -> list[Near]:
    """`near` of each market, in floats; offsets are per case for all or for none. `also`: rows to begin with, beside some others.

    After `seconds` it returns what it has (`complete` False there, with the bound so far).
    """
    if not markets:
        return []
    start = time.monotonic()
    grouped = markets[0].offset == "case"
    scale = measured(rows, grouped)
    grown = [_grown(rows, scale, market) for market in markets]
    at, cases = spread(rows, scale, "case" if grouped else "constant", also)
    for each in grown:
        each.both(at, cases)
    rows.forget()
    found: list[Near | None] = [None] * len(markets)
    still, turn = list(range(len(markets))), 0
    while still:
        turn += 1
        tell(f"{len(markets)} markets, round {turn}: {len(still)} to go")
        solved = {m: grown[m].master.solve() for m in still}
        w = np.zeros((rows.k, len(still)))
        for j, m in enumerate(still):
            w[list(markets[m].keep), j] = grown[m].master.weights(solved[m])
        seen = dict(zip(still, extremes_of_many(rows, w, scale.groups, NEXT), strict=True))
        if grouped:
            _note(rows, [grown[m].outside(seen[m], solved[m].point(), tolerance) for m in still], seen, still)
        late = turn >= ROUNDS or time.monotonic() - start > seconds
        for m in list(still):
            gap = grown[m].reached(seen[m]) - float(solved[m].value) * scale.unit
            enough = gap <= tolerance * scale.unit or not grown[m].widen(seen[m], solved[m].point(), tolerance)
            if enough or late:
                found[m] = grown[m].made(solved[m], seen[m], enough, turn)
                still.remove(m)
        rows.forget()
    return [made for made in found if made is not None]


def _grown(rows: Rows, scale: Scale, market: Market) -> Grown:
    own = Scale(scale.unit, scale.columns[list(market.keep)], scale.rows, scale.groups)
    return Grown(Chosen(rows, market.keep), own, market.kind, market.offset, "both")


def _note(rows: Rows, outside: list[Array], seen: dict[int, Extremes], still: list[int]) -> None:
    """The rows that programmes will ask for, of all of them in one pass."""
    wanted = [
        np.concatenate([seen[m].high_row[out], seen[m].low_row[out]]) for m, out in zip(still, outside, strict=True)
    ]
    every = np.unique(np.concatenate(wanted))
    if len(every):
        rows.take(every)
