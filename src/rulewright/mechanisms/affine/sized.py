"""The affine maximiser over *all* deterministic allocations, with a boost for how many items each bidder gets.

    W(S) = Σ_i [w_i v_i(S_i) − Σ_{j∈S_i} r_ij + c_i(|S_i|)]          i pays  (h_i − [W(S*) − w_i v_i(S_i*)]) / w_i

S* maximises W, and h_i is the most that W can be with v_i = 0 (Clarke's choice). A virtual valuations combinatorial auction
(Likhodedov & Sandholm 2004, 2005) whose boosts count items. c_i(k) = −r k is the auction item by item with reserve r; a cost of
taking part, c_i(k) = −f − r k, lets items go to someone else when a bidder does not want enough of them; convex c favours bundles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array
from ..decisions import Allocation
from ..environment import Environment, additive
from ..mechanism import Menu, MenuMechanism, Outcome
from .partition import part, states

MOST_MENU_ITEMS = 12


@dataclass(frozen=True, eq=False)
class SizeBoosted(MenuMechanism):
    """Additive or unit-demand bidders with values of at least 0.

    Raises InputError for weights that are not above 0, boosts that are not [bidder, 0 … items] or not 0 for no item,
    TooLarge for too many bidders and items to count.
    """

    environment: Environment
    boosts: Array
    """[bidder, 0 … items], in money; 0 for no item."""
    weights: tuple[float, ...] = ()
    """[bidder], above 0; empty: all 1."""
    reserves: Array | None = None
    """[bidder, item]: r, at least 0, where items differ; then no boost may be above 0."""
    proof = (
        "An affine maximiser: all but values is fixed before anyone reports, and each pays what it costs the others."
    )

    def __post_init__(self) -> None:
        space, there = self.environment.decisions, self.environment
        if not isinstance(space, Allocation) or there.values is not additive or not (there.low >= 0).all():
            raise InputError(
                where="size-boosted auction",
                needed="items for bidders whose values add up and are ≥ 0",
                found=str(space),
            )
        weights = np.asarray(self.weights or (1.0,) * space.agents, float)
        boosts = np.array(np.broadcast_to(np.asarray(self.boosts, float), (space.agents, space.items + 1)))
        if weights.shape != (space.agents,) or not (np.isfinite(weights) & (weights > 0)).all():
            raise InputError(where="weights", needed="a number above 0 for each bidder", found=str(self.weights))
        if not np.isfinite(boosts).all() or boosts[:, 0].any():
            raise InputError(where="boosts", needed="finite numbers, 0 for no item", found=str(self.boosts))
        if space.demand == "unit":
            boosts[:, 2:] = -np.inf
        reserves = np.zeros(space.shape) if self.reserves is None else np.asarray(self.reserves, float)
        if reserves.shape != space.shape or not (np.isfinite(reserves) & (reserves >= 0)).all():
            raise InputError(where="reserves", needed="[bidder, item] of numbers ≥ 0", found=str(self.reserves))
        if reserves.any() and (boosts > 0).any():  # h is read off a table that knows numbers of items only
            raise InputError(where="boosts", needed="none above 0 where there are reserves", found=str(boosts.max()))
        object.__setattr__(self, "reserves", reserves)
        states(space.agents, space.items)  # TooLarge is said here
        object.__setattr__(self, "boosts", boosts)
        object.__setattr__(self, "weights", tuple(weights.tolist()))

    def outcome(self, reports: Array) -> Outcome:
        shape = np.shape(reports)
        weights = np.asarray(self.weights)
        flat = np.asarray(reports, float).reshape(-1, *shape[-2:])
        found = part(flat * weights[:, None] - self.reserves, self.boosts)
        gets = found.owner[:, None] == np.arange(shape[-2])[:, None]
        own = (flat * gets).sum(axis=2)
        pays = own - (found.welfare[:, None] - found.without) / weights
        pays = np.maximum(pays, 0.0)  # dust: Clarke's payments are ≥ 0
        return Outcome(gets.astype(float).reshape(shape), pays.reshape(shape[:-1]))

    def menu(self, agent: int, others: Array) -> Menu:
        """Every bundle of items. Raises TooLarge for more than 12 items."""
        items, shape = self.environment.dimensions, np.shape(others)
        if items > MOST_MENU_ITEMS:
            raise TooLarge(where="menu", needed=f"at most {MOST_MENU_ITEMS} items", found=str(items))
        has = ((np.arange(2**items)[:, None] >> np.arange(items)) & 1).astype(bool)
        others = np.asarray(others, float).reshape(math.prod(shape[:-2]), *shape[-2:])
        rest = np.delete(np.arange(self.environment.agents), agent)
        assert self.reserves is not None
        value = others[:, None] * np.asarray(self.weights)[rest, None] - self.reserves[rest]
        left = np.where(has[:, None], -np.inf, value).reshape(len(others) * len(has), len(rest), items)
        welfare = part(left, self.boosts[rest]).welfare if len(rest) else np.zeros(len(left))
        welfare = welfare.reshape(len(others), -1) + self.boosts[agent, has.sum(axis=1)] - has @ self.reserves[agent]
        price = (welfare.max(axis=1, keepdims=True) - welfare) / self.weights[agent]
        price[:, 0] = 0.0
        price = price.reshape(*shape[:-2], -1)
        return Menu(np.broadcast_to(has.astype(float), (*price.shape, items)), price)
