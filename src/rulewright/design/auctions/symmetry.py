"""Symmetry between bidders and between items: variables and rows that a permutation maps on each other are one.

The optimum is concave in the mechanism, so that averaging an optimal mechanism over the group leaves it optimal (Gatermann &
Parrilo 2004, J. Pure Appl. Algebra 192, for the technique). Every symmetry used is checked on the data: two bidders are
exchangeable when their types and laws agree, two items when exchanging them maps every bidder's types and law, and the
goal, on themselves. An orbit is labelled by its smallest cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from ...numerics.rational import Array
from .setting import Setting

CLOSE = 1e-12
Action = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Swap:
    """Exchange of two bidders, or of two items, acting on arrays [bidder, item, *types]; axes of length one stay."""

    pair: tuple[int, int]
    maps: tuple[Array, ...] = field(default=(), repr=False)
    """Of items: per bidder, the type that has the two values exchanged. Empty for bidders."""

    def __call__(self, array: Array) -> Array:
        a, b = self.pair
        own = 1 if self.maps else 0
        order = np.arange(array.shape[own])
        if len(order) > 1:
            order[[a, b]] = order[[b, a]]
        moved = np.take(array, order, axis=own)
        if not self.maps:
            return np.swapaxes(moved, 2 + a, 2 + b)
        for axis, to in enumerate(self.maps):
            if moved.shape[2 + axis] > 1:
                moved = np.take(moved, to, axis=2 + axis)
        return moved

    def own_items(self, i: int) -> Action:
        """The exchange of two items acting on [item, type of bidder i]."""

        def act(array: Array) -> Array:
            order = np.arange(len(array))
            order[list(self.pair)] = self.pair[::-1]
            return array[order][:, self.maps[i]]

        return act

    def own_types(self, i: int) -> Action:
        """The exchange of two items acting on arrays with types of bidder i on every axis."""
        return lambda array: array[np.ix_(*(self.maps[i],) * array.ndim)]

    def with_report(self, i: int) -> Action:
        """Acting on [*types, report of bidder i]; for bidders, neither of them i."""

        def act(array: Array) -> Array:
            if not self.maps:
                return np.swapaxes(array, *self.pair)
            return array[np.ix_(*self.maps, self.maps[i])]

        return act


def symmetries(setting: Setting, goal: Array) -> list[Swap]:
    """The exchanges that leave the problem as it is; `goal`[bidder, item, *types] is what each item earns people."""
    found = [
        Swap(pair)
        for pair in combinations(range(setting.bidders), 2)
        if np.array_equal(setting.types[pair[0]], setting.types[pair[1]])
        and np.array_equal(setting.prior[pair[0]], setting.prior[pair[1]])
    ]
    for pair in combinations(range(setting.items), 2):
        maps = [_exchanged(table, law, pair) for table, law in zip(setting.types, setting.prior, strict=True)]
        if all(to is not None for to in maps):
            found.append(Swap(pair, tuple(to for to in maps if to is not None)))
    return [swap for swap in found if np.allclose(swap(goal), goal, rtol=0, atol=CLOSE)]


def _exchanged(table: Array, law: Array, pair: tuple[int, int]) -> Array | None:
    """[type]: which type has the two items' values exchanged; None if one is missing or has another chance."""
    other = table.copy()
    other[:, list(pair)] = table[:, [pair[1], pair[0]]]
    here, there = np.lexsort(table.T), np.lexsort(other.T)
    if not np.array_equal(table[here], other[there]):
        return None
    to = np.empty(len(table), int)
    to[there] = here
    return to if np.allclose(law[to], law, rtol=0, atol=CLOSE) else None


def orbits(shape: tuple[int, ...], actions: Iterable[Action]) -> Array:
    """[*shape]: the smallest cell (position in C order) that the exchanges, one after the other, can reach."""
    labels, actions = np.arange(int(np.prod(shape))).reshape(shape), list(actions)
    while True:
        before = labels
        for act in actions:
            labels = np.minimum(labels, act(labels))
        if labels is before or np.array_equal(labels, before):
            return labels


def numbered(labels: Array) -> tuple[Array, Array]:
    """Orbits numbered 0, 1, …: ([orbit]: its first cell; the number of each cell, in the labels' shape)."""
    first, number = np.unique(labels, return_inverse=True)
    return first, number.reshape(labels.shape)
