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

    def __post_init__(self) -> None:
        if isinstance(self.fee, str) or not np.isfinite(self.fee):
            raise InputError(where="fee", needed="a number", found=repr(self.fee))

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

    def __post_init__(self) -> None:
        for name, knots, rows in (("index", self.bids, self.index), ("fees", self.sums, self.fees)):
            fits = knots.ndim == 1 and len(knots) and rows.ndim == 2 and len(rows) and rows.shape[1:] == knots.shape
            if not fits or not np.isfinite(knots).all() or not np.isfinite(rows).all() or (np.diff(knots) <= 0).any():
                raise InputError(
                    where=f"fee, {name}",
                    needed="finite numbers [agents or 1, knot] at rising knots",
                    found=f"{rows.shape} at {np.array2string(knots, threshold=8)}",
                )

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

    def __post_init__(self) -> None:
        shape = np.shape(self.sample)
        if shape[1:] != (self.base.environment.dimensions,) or not shape[0] or not np.isfinite(self.sample).all():
            raise InputError(
                where="fee, sample",
                needed=f"finite types [draw, {self.base.environment.dimensions}], one at least",
                found=str(shape),
            )

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
        agents, fee = self.base.environment.agents, self.fee
        if isinstance(fee, Index) and not {len(fee.index), len(fee.fees)} <= {1, agents}:
            raise InputError(
                where="entry fees",
                needed=f"tables of 1 or {agents} rows",
                found=f"{len(fee.index)} and {len(fee.fees)}",
            )
        if isinstance(fee, BestAgainst) and fee.base.environment is not self.base.environment:
            raise InputError(
                where="entry fees", needed="a fee for the same environment", found=fee.base.environment.name
            )
        object.__setattr__(self, "environment", self.base.environment)

    def asked(self, agent: int, others: Array) -> Array:
        """[...]: the fee, at least 0. Raises InputError where it is no number."""
        fee = np.maximum(np.asarray(self.fee.at(agent, others), float), 0.0)
        if np.isnan(fee).any():
            raise InputError(where="entry fees", needed="fees that are numbers", found="NaN")
        return fee

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
