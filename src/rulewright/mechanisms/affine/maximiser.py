"""Affine maximisers over a menu of decisions, which may be lotteries (after Curry, Sandholm & Dickerson 2022; Duan et al. 2023).

    k* = argmax_k Σ_i w_i v_i(θ_i, x_k) + b_k          i pays  (max_k [W_k − w_i v_i(x_k)] − [W_k* − w_i v_i(x_k*)]) / w_i

Truthful for every menu x, boosts b and weights w > 0 (Roberts 1979): i's utility is W_k*/w_i less what i cannot move. Voluntary
where values are ≥ 0. Row 0 of the menu is the decision that gives nobody anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array
from ..decisions import Allocation, Bundles
from ..environment import Environment, additive
from ..mechanism import Menu, MenuMechanism, Outcome

AT_ONCE = 1 << 21  # numbers
MOST = 1 << 16  # allocations
DUST = 1e-9


@dataclass(frozen=True, eq=False)
class AffineMaximiser(MenuMechanism):
    """For bidders whose values add up (of items, or of bundles) and are ≥ 0.

    Raises InputError for weights that are not above 0, a menu that is not allowed or whose row 0 is not nothing, and boosts that
    are not one for each row.
    """

    environment: Environment
    options: Array
    """[option, *shape]: decisions, row 0 all zeros."""
    boosts: Array
    """[option], in money."""
    weights: tuple[float, ...] = ()
    """[agent], above 0; empty: all 1."""
    proof = (
        "An affine maximiser: all but values is fixed before anyone reports, and each pays what it costs the others."
    )

    def __post_init__(self) -> None:
        there = self.environment
        space = there.decisions
        if not isinstance(space, Allocation | Bundles) or there.values is not additive or not (there.low >= 0).all():
            raise InputError(
                where="affine maximiser", needed="items or bundles whose values add up and are ≥ 0", found=str(space)
            )
        options, boosts = np.asarray(self.options, float), np.asarray(self.boosts, float)
        weights = np.asarray(self.weights or (1.0,) * there.agents, float)
        if weights.shape != (there.agents,) or not (np.isfinite(weights) & (weights > 0)).all():
            raise InputError(where="weights", needed="a number above 0 for each bidder", found=str(self.weights))
        if options.ndim != 3 or options.shape[1:] != space.shape or not np.isfinite(options).all() or options[0].any():
            raise InputError(
                where="menu", needed=f"decisions of shape {space.shape}, the first all zeros", found=str(options.shape)
            )
        if (over := float(np.max(space.excess(options)))) > DUST:
            raise InputError(where="menu", needed="decisions that are allowed", found=f"one that is over by {over:.3g}")
        if boosts.shape != options.shape[:1] or not np.isfinite(boosts).all():
            raise InputError(where="boosts", needed=f"{len(options)} finite numbers", found=str(boosts.shape))
        for name, value in (("options", options), ("boosts", boosts), ("weights", tuple(weights.tolist()))):
            object.__setattr__(self, name, value)

    def _others(self, each: list[Array], skip: int) -> Array:
        """[profile, option]: what an option comes to without one agent, boost included; summed in the order of agents."""
        total = np.broadcast_to(self.boosts, each[0].shape).copy() if each else self.boosts.copy()
        for i, value in enumerate(each):
            if i != skip:
                total += value
        return total

    def outcome(self, reports: Array) -> Outcome:
        shape = np.shape(reports)
        flat = np.asarray(reports, float).reshape(-1, *shape[-2:])
        step = max(1, AT_ONCE // len(self.options))
        parts = [self._some(flat[a : a + step]) for a in range(0, len(flat), step)]
        decision = np.concatenate([p[0] for p in parts]) if parts else np.zeros(flat.shape)
        pays = np.concatenate([p[1] for p in parts]) if parts else np.zeros(flat.shape[:2])
        return Outcome(decision.reshape(shape), pays.reshape(shape[:-1]))

    def _some(self, reports: Array) -> tuple[Array, Array]:
        each = [w * (reports[:, i] @ self.options[:, i].T) for i, w in enumerate(self.weights)]
        best = self._others(each, -1).argmax(axis=1)[:, None]
        pays = np.empty(reports.shape[:2])
        for i, w in enumerate(self.weights):
            rest = self._others(each, i)
            pays[:, i] = (rest.max(axis=1) - np.take_along_axis(rest, best, 1)[:, 0]) / w
        return self.options[best[:, 0]], pays

    def menu(self, agent: int, others: Array) -> Menu:
        """Every row of the menu, at its price; first nothing for nothing."""
        shape = np.shape(others)
        flat = np.asarray(others, float).reshape(math.prod(shape[:-2]), *shape[-2:])
        rest = [i for i in range(len(self.weights)) if i != agent]
        each = [self.weights[i] * (flat[:, k] @ self.options[:, i].T) for k, i in enumerate(rest)]
        total = self._others(each, -1) if each else np.broadcast_to(self.boosts, (len(flat), len(self.boosts)))
        price = (total.max(axis=1, keepdims=True) - total) / self.weights[agent]
        price = np.concatenate([np.zeros((len(flat), 1)), price], axis=1).reshape(*shape[:-2], -1)
        own = np.concatenate([np.zeros((1, self.options.shape[2])), self.options[:, agent]])
        return Menu(np.broadcast_to(own, (*price.shape, own.shape[1])), price)


def deterministic(environment: Environment) -> Array:
    """[option, *shape]: every deterministic allocation of items or bundles, nothing first. Raises TooLarge above 65,536."""
    space = environment.decisions
    if not isinstance(space, Allocation | Bundles):
        raise InputError(where="allocations", needed="items or bundles", found=str(space))
    n, m = space.agents, space.items
    if (n + 1) ** m > MOST:
        raise TooLarge(where="allocations", needed=f"at most {MOST}", found=str((n + 1) ** m))
    rows = []
    for owners in product(range(n, -1, -1), repeat=m):
        row = np.zeros(space.shape)
        for i in range(n):
            got = [j for j in range(m) if owners[j] == i]
            if isinstance(space, Bundles) and got:
                row[i, sum(1 << j for j in got) - 1] = 1
            elif isinstance(space, Allocation):
                row[i, got] = 1
        rows.append(row)
    found = np.array(rows)
    if isinstance(space, Allocation) and space.demand == "unit":
        found = found[found.sum(axis=2).max(axis=1) <= 1]
    return found
