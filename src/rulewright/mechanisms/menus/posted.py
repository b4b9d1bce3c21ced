"""A posted menu: one buyer, lotteries over items with prices, and the buyer takes what it likes best.

    u(θ) = max_k θ·x_k − p_k          option 0 is nothing, for nothing

u is convex with slopes x in [0, 1]; every truthful mechanism for one buyer is such a menu (Rochet 1987, J. Math. Econ. 16), and
every such menu is truthful, whatever its numbers are. Learned as a network it is RochetNet (Dütting et al. 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Allocation, Bundles
from ..environment import Environment, additive
from ..mechanism import Menu, MenuMechanism, Outcome

ROUNDING = 1e-9
PROOF = "The buyer takes what it likes best of a list of options with prices, which was there before it said a word."


def one_buyer(environment: Environment) -> None:
    """Raises InputError unless there is one buyer whose value is θ·x, who can stay away at no loss."""
    space = environment.decisions
    if environment.agents != 1 or not isinstance(space, Allocation | Bundles) or environment.values is not additive:
        raise InputError(
            where="menu",
            needed="one buyer with values Σ θ_j x_j",
            found=f"{environment.agents} agents, {space}",
            remedy="For several bidders use an affine maximiser.",
        )
    if environment.outside != 0 or not environment.budget >= 0:
        raise InputError(
            where="menu",
            needed="a buyer who gets 0 by staying away, and a budget of at least 0",
            found=f"outside {environment.outside}, budget {environment.budget}",
        )


def at_most_one(environment: Environment) -> bool:
    """Whether the parts of an option sum to at most 1: unit demand, or bundles as parts."""
    space = environment.decisions
    return isinstance(space, Bundles) or (isinstance(space, Allocation) and space.demand == "unit")


def lotteries(options: Array, sum_too: bool) -> Array:
    """[option, part]: the nearest lotteries: within [0, 1], and of sum at most 1 where `sum_too`."""
    inside = np.clip(options, 0, 1)
    over = inside.sum(axis=1) > 1
    if sum_too and over.any():
        rising = np.sort(options[over], axis=1)[:, ::-1]
        excess = (np.cumsum(rising, axis=1) - 1) / np.arange(1, options.shape[1] + 1)
        last = (rising > excess).sum(axis=1) - 1
        inside[over] = np.maximum(options[over] - excess[np.arange(len(last)), last][:, None], 0)
    return inside


@dataclass(frozen=True, eq=False)
class PostedMenu(MenuMechanism):
    """Options [option, part] with prices [option]; of options that are liked equally the dearest is taken, then the last in
    dictionary order, so that the order in which they are listed means nothing. Nothing, for nothing, is put first if it is not.

    Raises InputError for several agents, lotteries that are none, prices that are no numbers or above the budget.
    """

    environment: Environment
    options: Array
    prices: Array
    proof = PROOF

    def __post_init__(self) -> None:
        one_buyer(self.environment)
        options, prices = np.array(self.options, float), np.array(self.prices, float)
        width = self.environment.dimensions
        if options.ndim != 2 or options.shape[1:] != (width,) or prices.shape != options.shape[:1]:
            raise InputError(
                where="menu",
                needed=f"options [option, {width}] and a price for each",
                found=f"{options.shape}, {prices.shape}",
            )
        if not (np.isfinite(options).all() and np.isfinite(prices).all()):
            raise InputError(where="menu", needed="finite numbers", found="NaN or an infinity")
        if not len(options) or options[0].any() or prices[0] != 0:
            options, prices = np.vstack([np.zeros(width), options]), np.append(0.0, prices)
        most = options.sum(axis=1).max() if at_most_one(self.environment) else options.max()
        if options.min() < 0 or most > 1 + ROUNDING:
            raise InputError(where="menu", needed="lotteries", found=f"chances from {options.min()} up to {most}")
        if prices.max() > self.environment.budget:
            raise InputError(
                where="menu", needed=f"prices within the budget {self.environment.budget}", found=str(prices.max())
            )
        if not self.environment.transfers and prices.any():
            raise InputError(where="menu", needed="prices of 0: no money changes hands", found=str(prices))
        object.__setattr__(self, "options", options)
        object.__setattr__(self, "prices", prices)

    def outcome(self, reports: Array) -> Outcome:
        order = np.lexsort((*self.options.T[::-1], self.prices))[::-1]  # the dearest first: argmax takes the first
        options, prices = self.options[order], self.prices[order]
        taken = (np.asarray(reports)[..., 0, :] @ options.T - prices).argmax(axis=-1)
        return Outcome(options[taken][..., None, :], prices[taken][..., None])

    def menu(self, agent: int, others: Array) -> Menu:
        batch = np.shape(others)[:-2]
        return Menu(
            np.broadcast_to(self.options, (*batch, *self.options.shape)),
            np.broadcast_to(self.prices, (*batch, len(self.prices))),
        )
