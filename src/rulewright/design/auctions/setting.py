"""Who bids for what: bidders i with types θ_i, vectors of values for the items j, drawn independently.

A bidder's types are a table V_i[type, item]. Its law is p_i[type]. Additive bidders want every item; with unit demand a
bidder can use one. Grids of midpoints (k − ½)/g stand for the uniform law: a coarse grid *overstates* what the seller can
take from the continuum, by O(1/g), because a type on a grid has fewer lies to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...numerics import rational
from ...numerics.rational import Array

DEMANDS = ("additive", "unit")


def midpoints(count: int, low: float = 0.0, high: float = 1.0) -> Array:
    """[count]: midpoints of equal pieces of [low, high]; with equal weights the uniform law on a grid."""
    if count < 1 or not low <= high:
        raise InputError(where="grid", needed="at least one point, and low ≤ high", found=f"{count} on [{low}, {high}]")
    return low + (high - low) * (np.arange(count) + 0.5) / count


def product(*grids: Any) -> Array:
    """[type, item]: all vectors with the j-th value from the j-th grid, last item fastest."""
    return np.stack([axis.ravel() for axis in np.meshgrid(*map(rational.floats, grids), indexing="ij")], axis=1)


@dataclass(frozen=True, eq=False)
class Setting:
    """Checked once, when it is made by `setting`."""

    types: tuple[Array, ...] = field(repr=False)
    """Per bidder V_i[type, item]; values in money."""
    prior: tuple[Array, ...] = field(repr=False)
    """Per bidder p_i[type]."""
    demand: str = "additive"

    @property
    def bidders(self) -> int:
        return len(self.types)

    @property
    def items(self) -> int:
        return self.types[0].shape[1]

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(len(table) for table in self.types)

    def chance(self) -> Array:
        """[*types]: probability of each profile."""
        return reduce(np.multiply.outer, self.prior)

    def others(self, i: int) -> Array:
        """[*types of the others]: their law."""
        return reduce(np.multiply.outer, [p for k, p in enumerate(self.prior) if k != i], np.ones(()))

    def worth(self) -> Array:
        """[bidder, item, *types]: what item j is worth to bidder i at each profile."""
        n = self.bidders
        shaped = [
            table.T.reshape(self.items, *(len(table) if k == i else 1 for k in range(n)))
            for i, table in enumerate(self.types)
        ]
        return np.stack([np.broadcast_to(one, (self.items, *self.counts)) for one in shaped])


def setting(values: Any, prior: Any, bidders: int, demand: str) -> Setting:
    """`values`: one table [type, item] for all bidders, or a tuple of tables; `prior` likewise, None for equal chances.

    A one-dimensional table is one item. Raises InputError.
    """
    if demand not in DEMANDS:
        raise InputError(where="auction", needed=" or ".join(DEMANDS), found=repr(demand), remedy="Set `demand`.")
    if bidders < 1:
        raise InputError(where="auction", needed="at least one bidder", found=str(bidders))
    tables = _each(values, bidders, "values")
    tables = [table[:, None] if table.ndim == 1 else table for table in tables]
    if any(table.ndim != 2 or not table.size or table.shape[1] != tables[0].shape[1] for table in tables):
        found = ", ".join(str(table.shape) for table in tables)
        raise InputError(where="auction values", needed="tables [type, item] of the same items", found=found)
    if not all(np.isfinite(table).all() for table in tables):
        raise InputError(where="auction values", needed="finite numbers", found="NaN or infinity")
    if any(len(np.unique(table, axis=0)) < len(table) for table in tables):
        raise InputError(where="auction values", needed="different types", found="the same vector of values twice")
    if prior is None:
        laws = [np.full(len(table), 1 / len(table)) for table in tables]
    else:
        laws = _each(prior, bidders, "prior")
    for table, law in zip(tables, laws, strict=True):
        if law.shape != (len(table),):
            raise InputError(where="auction prior", needed=f"{len(table)} probabilities", found=f"shape {law.shape}")
        check_law(law, "auction prior")
    return Setting(tuple(tables), tuple(laws), demand)


def _each(given: Any, bidders: int, what: str) -> list[Array]:
    if not isinstance(given, tuple):
        return [rational.floats(given)] * bidders
    if len(given) != bidders:
        raise InputError(
            where=f"auction {what}", needed=f"one table for each of {bidders} bidders", found=f"{len(given)}"
        )
    return [rational.floats(one) for one in given]


def neighbours(table: Array) -> Array:
    """[2, pair]: (type, other) that differ by at most one step of the grid in every item.

    Steps are ranks among the values that occur for the item, so that any finite set of types has a grid.
    """
    ranks = np.stack([np.unique(column, return_inverse=True)[1] for column in table.T], axis=1)
    sizes = ranks.max(axis=0) + 3  # a margin on both sides: a step out of the grid meets no type
    weight = np.r_[1, np.cumprod(sizes[::-1])[:-1]][::-1]
    code = (ranks + 1) @ weight
    order = np.argsort(code)
    pairs = []
    for step in np.ndindex(*(3,) * table.shape[1]):
        wanted = code + (np.array(step) - 1) @ weight
        at = np.minimum(np.searchsorted(code[order], wanted), len(code) - 1)
        here = np.flatnonzero(code[order][at] == wanted)
        if set(step) != {1}:
            pairs.append(np.stack([here, order[at[here]]]))
    return np.concatenate(pairs, axis=1) if pairs else np.zeros((2, 0), int)


def is_grid(table: Array) -> tuple[Array, ...] | None:
    """The grids whose `product` the table is, or None."""
    grids = [np.unique(column) for column in table.T]
    whole: Sequence[int] = [len(grid) for grid in grids]
    if int(np.prod(whole)) != len(table) or not np.array_equal(product(*grids), table):
        return None
    return tuple(grids)
