"""Any k items for p_k, or with a price of its own for each item besides: 2^m options that a buyer chooses from by sorting.

    price of a bundle S  =  Σ_{j∈S} a_j + s_|S|        best of size k: the k items with the most θ_j − a_j

For items that are alike a_j = 0, and m numbers are all; the straight-jacket auction (Giannakopoulos & Koutsoupias 2014, EC) is of
this kind. Additive values; a buyer with unit demand is offered s_1 only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array
from ..decisions import Bundles
from ..environment import Environment
from ..mechanism import Menu, MenuMechanism, Outcome
from .posted import PROOF, PostedMenu, at_most_one, one_buyer

MOST_LISTED = 16  # items of a menu that is written out


@dataclass(frozen=True, eq=False)
class SizeMenu(MenuMechanism):
    """`prices` of one, two, … items, and what each item costs besides; of sizes that are liked equally the largest is taken.

    Raises InputError for several agents, bundles as parts, wrong counts, NaN, or a bundle dearer than the budget.
    """

    environment: Environment
    prices: tuple[float, ...]
    """[size − 1]: s_1, s_2, …; sizes beyond are not for sale."""
    each: tuple[float, ...] = ()
    """[item]: a_j; empty: 0."""
    proof = PROOF

    def __post_init__(self) -> None:
        one_buyer(self.environment)
        there, m = self.environment, self.environment.dimensions
        most = 1 if at_most_one(there) else m
        numbers = np.array([*self.prices, *self.each], float)
        right = 1 <= len(self.prices) <= most and len(self.each) in (0, m) and np.isfinite(numbers).all()
        if not right or isinstance(there.decisions, Bundles):
            raise InputError(
                where="size menu",
                needed=f"finite prices of 1 to {most} items, and of each of {m} items or of none",
                found=f"{self.prices}, {self.each}",
            )
        dearest = np.cumsum(np.sort(self.extra)[::-1])[: len(self.prices)] + self.prices
        if dearest.max() > there.budget or (not there.transfers and numbers.any()):
            raise InputError(where="size menu", needed="prices within the budget", found=str(dearest.max()))

    @property
    def extra(self) -> Array:
        """[item]: what each item costs besides."""
        return np.asarray(self.each or (0.0,) * self.environment.dimensions, float)

    def outcome(self, reports: Array) -> Outcome:
        worth = np.asarray(reports)[..., 0, :] - self.extra
        order = np.argsort(-worth, axis=-1, kind="stable")
        gains = np.cumsum(np.take_along_axis(worth, order, -1), axis=-1)[..., : len(self.prices)] - self.prices
        backwards = np.concatenate([np.zeros((*gains.shape[:-1], 1)), gains], axis=-1)[..., ::-1]
        size = len(self.prices) - backwards.argmax(axis=-1)  # the largest of those that are liked equally
        rank = np.argsort(order, axis=-1, kind="stable")
        taken = (rank < size[..., None]).astype(float)
        paid = np.concatenate([[0.0], self.prices])[size] + taken @ self.extra
        return Outcome(taken[..., None, :], paid[..., None])

    def posted(self) -> PostedMenu:
        """The same, written out. Raises TooLarge beyond 16 items."""
        m = self.environment.dimensions
        if m > MOST_LISTED:
            raise TooLarge(where="size menu", needed=f"at most {MOST_LISTED} items to write out", found=str(m))
        has = ((np.arange(2**m)[:, None] >> np.arange(m)) & 1).astype(float)
        has = has[has.sum(axis=1) <= len(self.prices)]
        sizes = np.concatenate([[0.0], self.prices])
        return PostedMenu(self.environment, has, sizes[has.sum(axis=1).astype(int)] + has @ self.extra)

    def menu(self, agent: int, others: Array) -> Menu:
        return self.posted().menu(agent, others)


def straight_jacket(items: int) -> tuple[float, float]:
    """Prices of one and of two items that are optimal for one or two values uniform on [0, 1]: 2/3, (4 − √2)/3."""
    if items not in (1, 2):
        raise InputError(where="straight-jacket", needed="one or two items", found=str(items))
    return (0.5, np.inf) if items == 1 else (2 / 3, (4 - 2**0.5) / 3)
