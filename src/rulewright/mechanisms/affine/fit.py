"""The fee that earns most of what a fixed sample of profiles would pay, as a function of an index of the best rival bids.

    s = Σ_j E[(θ_ij − max(t_j, ρ_j))⁺]          what i could be left with if it bought item by item; t the best rival bids

Profiles are sorted by s into cells; in a cell, a fee e earns Σ_{u ≥ e} (p + e), which is largest at one of the utilities u.
The table through the cells' fees is then improved knot by knot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...numerics.rational import Array
from ..environment import Environment
from ..fees import Index
from .plan import DRAWS, alike, monopoly

KNOTS, CELLS = 17, 16
SHARE = 0.6  # of the monopoly price: ρ
ROUNDS = 3


def bids(environment: Environment) -> Array:
    """[knot]: bids at which indices are tabled."""
    u = np.full((DRAWS, environment.dimensions), 0.999)
    top = max(float(law.at(u).max()) for law in environment.laws)
    return np.linspace(min(0.0, float(environment.low.min())), top, KNOTS)


def index_table(environment: Environment, share: float = SHARE) -> Array:
    """[agents or 1, knot]: E[(θ − max(t, ρ))⁺] at the knots, of the mean over an agent's dimensions."""
    knots, price = bids(environment), monopoly(environment) * share
    u = np.random.default_rng(0).random((DRAWS, environment.dimensions))
    rows = []
    for i in range(1 if alike(environment) else environment.agents):
        types = environment.laws[i].at(u)
        left = np.maximum(types[None] - np.maximum(knots[:, None, None], price[i]), 0)
        rows.append(left.mean(axis=(1, 2)))
    return np.array(rows)


def rivals(types: Array) -> Array:
    """[profile, agent, dimension]: the best bid of the others."""
    if types.shape[1] == 1:
        return np.zeros_like(types)
    top = np.sort(types, axis=1)[:, -2:]
    return np.where(types == top[:, 1:], top[:, :1], top[:, 1:])


def sums(environment: Environment, types: Array, table: Array) -> Array:
    """[profile, agent]: the index."""
    knots, best = bids(environment), rivals(types)
    rows = [np.interp(best[:, i], knots, table[min(i, len(table) - 1)]).sum(axis=1) for i in range(types.shape[1])]
    return np.stack(rows, axis=1)


@dataclass(frozen=True, eq=False)
class Cells:
    """Profiles in cells of equal size by their index, for each group of agents that share a table."""

    order: Array
    """[group, cell, member]: places in the flat [profile, agent]."""
    count: int
    """How many profiles there are."""

    def earns(self, utility: Array, paid: Array) -> float:
        """The mean revenue with the best fee in each cell; utilities and payments [profile, agent]."""
        return float(self.best(utility, paid)[0].sum() / self.count)

    def best(self, utility: Array, paid: Array) -> tuple[Array, Array]:
        """[group, cell]: what the best fee earns, and the fee."""
        u, p = utility.ravel()[self.order], paid.ravel()[self.order]
        rank = np.argsort(-u, axis=-1, kind="stable")
        u = np.maximum(np.take_along_axis(u, rank, -1), 0)
        earned = np.cumsum(np.take_along_axis(p, rank, -1), axis=-1) + u * np.arange(1, u.shape[-1] + 1)
        top = earned.argmax(axis=-1)[..., None]
        return np.take_along_axis(earned, top, -1)[..., 0], np.take_along_axis(u, top, -1)[..., 0]


def cells(index: Array, groups: int) -> Cells:
    """Of an index [profile, agent]; `groups` is 1 where all agents share a table."""
    profiles, agents = index.shape
    flat = np.arange(profiles * agents).reshape(profiles, agents)
    place = flat.reshape(1, -1) if groups == 1 else flat.T
    order = np.take_along_axis(place, np.argsort(index.ravel()[place], axis=1, kind="stable"), 1)
    size = order.shape[1] // CELLS
    return Cells(order[:, : size * CELLS].reshape(len(order), CELLS, size), profiles)


def fit(environment: Environment, types: Array, utility: Array, paid: Array, share: float = SHARE) -> Index:
    """A fee for what a mechanism without one leaves [profile, agent] and earns [profile, agent]."""
    table = index_table(environment, share)
    index = sums(environment, types, table)
    found = cells(index, len(table))
    _, fee = found.best(utility, paid)
    middle = index.ravel()[found.order].mean(axis=2)  # [group, cell]
    knots = np.unique(np.quantile(index, (np.arange(CELLS) + 0.5) / CELLS))
    fees = np.array([np.interp(knots, *_rising(middle[g], fee[g])) for g in range(len(fee))])
    for g in range(len(fees)):
        who = found.order[g].ravel()
        fees[g] = _improve(knots, fees[g], index.ravel()[who], utility.ravel()[who], paid.ravel()[who])
    return Index(bids(environment), table, knots, fees)


def _rising(x: Array, y: Array) -> tuple[Array, Array]:
    keep = np.r_[True, np.diff(x) > 0]
    return x[keep], y[keep]


def _improve(knots: Array, fees: Array, index: Array, utility: Array, paid: Array) -> Array:
    """Knot by knot, with steps that are halved; only the profiles between a knot's neighbours are looked at."""
    fees = fees.copy()
    step = max(0.1 * float(fees.max()), 1e-3)
    order = np.argsort(index, kind="stable")
    index, utility, paid = index[order], utility[order], paid[order]

    def earned(low: int, high: int) -> float:
        fee = np.maximum(np.interp(index[low:high], knots, fees), 0)
        return float(np.where(utility[low:high] >= fee, paid[low:high] + fee, 0).sum())

    for _ in range(ROUNDS):
        for k in range(len(knots)):
            low = 0 if k == 0 else int(np.searchsorted(index, knots[k - 1]))
            high = len(index) if k == len(knots) - 1 else int(np.searchsorted(index, knots[k + 1]))
            best = earned(low, high)
            for change in (step, -step):
                fees[k] += change
                now = earned(low, high)
                if now > best:
                    best = now
                    break
                fees[k] -= change
        step /= 2
    return fees
