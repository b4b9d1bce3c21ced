"""Entry fees over an exact mechanism: the same options, every one dearer by a fee that only the others' reports move.

    i pays  p_i + e_i(θ_−i)  if  u_i ≥ e_i(θ_−i);  otherwise i gets nothing and pays nothing

Given the others' reports, i chose from a menu before and chooses from one now: the same menu with e_i on all but nothing. Its
best option is its old one or nothing; nobody else's changes. So truth stays dominant, nobody loses by taking part, and an
allocation that was feasible stays so (after Yao 2015: bidders pay to enter a second-price auction). Proof: docs/theory/affine.md.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..numerics.rational import Array
from .decisions import Allocation, Bundles, Shares
from .mechanism import Menu, MenuMechanism, Outcome


class Fee(ABC):
    """What an agent pays to take part, from what the others report. It is never shown the agent's own report."""

    @abstractmethod
    def at(self, agent: int, others: Array) -> Array:
        """[...]: of the others' reports [..., agent − 1, dimension]; below 0 counts as 0."""


@dataclass(frozen=True)
class Constant(Fee):
    """The same fee whatever the others report."""

    fee: float = 0.0

    def at(self, agent: int, others: Array) -> Array:
        return np.full(np.shape(others)[:-2], self.fee)


@dataclass(frozen=True, eq=False)
class Index(Fee):
    """A function of an index of the best rival bids: F(Σ_j k(t_j)), t_j = max_{l≠i} θ_lj. Both k and F are piecewise linear.

    Tables are [agent, knot], or [1, knot] where all agents share them; beyond their knots they are flat.
    """

    bids: Array
    """[knot], rising."""
    index: Array
    """[agents or 1, knot]: k at these bids."""
    sums: Array
    """[knot], rising."""
    fees: Array
    """[agents or 1, knot]: F at these sums."""

    def at(self, agent: int, others: Array) -> Array:
        row = min(agent, len(self.fees) - 1)
        best = np.max(others, axis=-2, initial=0.0)
        sums = np.interp(best, self.bids, self.index[min(agent, len(self.index) - 1)]).sum(axis=-1)
        return np.interp(sums, self.sums, self.fees[row])


@dataclass(frozen=True, eq=False)
class BestAgainst(Fee):
    """The fee that earns most of a fixed sample of one's own types, given what the others report: best against the law.

    For each of the sample's types, u its best utility from the base's menu and p what that costs: e = argmax Σ_{u ≥ e} (p + e).
    """

    base: MenuMechanism
    sample: Array
    """[draw, dimension], drawn before anyone reports."""

    def at(self, agent: int, others: Array) -> Array:
        menu = self.base.menu(agent, others)
        options, prices = np.broadcast_to(menu.options, (*menu.prices.shape, menu.options.shape[-1])), menu.prices
        flat = options.reshape(-1, *options.shape[-2:]), prices.reshape(-1, prices.shape[-1])
        count = len(self.sample)
        found = np.empty(len(flat[0]))
        for k, (has, price) in enumerate(zip(*flat, strict=True)):
            left = self.sample @ has.T - price  # [draw, option]
            best = left.argmax(axis=1)
            utility = np.maximum(left[np.arange(count), best], 0)
            order = np.argsort(-utility, kind="stable")
            earned = np.cumsum(price[best][order]) + utility[order] * np.arange(1, count + 1)
            found[k] = utility[order][earned.argmax()]
        return found.reshape(prices.shape[:-1])


@dataclass(frozen=True, eq=False)
class EntryFees(MenuMechanism):
    """`base` with fees. Raises InputError for decisions in which agents have no part of their own."""

    base: MenuMechanism
    fee: Fee
    proof = "The base is truthful, and a fee that only the others' reports move makes every option but nothing dearer by as much."

    def __post_init__(self) -> None:
        if not self.base.proof:
            raise InputError(where="entry fees", needed="a base that is truthful by construction", found=str(self.base))
        if not isinstance(self.base.environment.decisions, Allocation | Bundles | Shares):
            raise InputError(
                where="entry fees",
                needed="decisions with a part for each agent",
                found=str(self.base.environment.decisions),
            )
        object.__setattr__(self, "environment", self.base.environment)

    def asked(self, agent: int, others: Array) -> Array:
        """[...]: the fee, at least 0."""
        return np.maximum(self.fee.at(agent, others), 0.0)

    def outcome(self, reports: Array) -> Outcome:
        found = self.base.outcome(reports)
        utility = self.base.utilities(reports, found)
        agents = range(np.shape(reports)[-2])
        fee = np.stack([self.asked(i, np.delete(reports, i, axis=-2)) for i in agents], axis=-1)
        stays = utility >= fee
        own = stays.reshape(*stays.shape, *(1,) * (found.decision.ndim - stays.ndim))
        return Outcome(found.decision * own, np.where(stays, found.payments + fee, 0.0))

    def menu(self, agent: int, others: Array) -> Menu:
        base = self.base.menu(agent, others)
        dearer = base.prices + self.asked(agent, others)[..., None]
        taken = base.options.any(axis=-1)
        return Menu(base.options, np.where(taken, dearer, base.prices))
