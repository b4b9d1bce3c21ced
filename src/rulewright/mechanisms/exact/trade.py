"""Markets for one item each that never cost the rule-maker money.

PostedTrade    one buyer, one seller: trade if and only if both accept a price that was fixed beforehand. Hagerty & Rogerson 1987
               (J. Econ. Theory 42): essentially all that is truthful in dominant strategies, voluntary and balanced.
McAfee         many of each (1992, J. Econ. Theory 56). Buyers b_1 ≥ b_2 …, sellers s_1 ≤ s_2 …, k efficient trades,
               p = (b_{k+1} + s_{k+1})/2. If s_k ≤ p ≤ b_k: k trades at p. Otherwise k − 1, buyers pay b_k, sellers get s_k.
SecondBest     what SplitTheGap does in its linear equilibrium, as a direct mechanism: of all that are voluntary and cost nothing it
               has the largest expected gains for uniform values (Myerson & Satterthwaite 1983). Truth is best on average only.
SplitTheGap    the foil: trade when the buyer's bid is above the seller's, half-way (Chatterjee & Samuelson 1983,
               Operations Research 31). Not truthful.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Allocation, Choice
from ..environment import Environment
from ..environments.trade import of_market, of_pair
from ..laws import Uniform
from ..mechanism import Mechanism, Outcome


def _pair(where: str, environment: Environment) -> None:
    if environment.values is not of_pair or environment.decisions != Choice(2):
        raise InputError(where=where, needed="one buyer and one seller of one item", found=environment.name)


@dataclass(frozen=True, eq=False)
class PostedTrade(Mechanism):
    """The buyer pays `price`, the seller gets `price` less `margin`, if both accept. The rule-maker keeps the margin."""

    environment: Environment
    price: float
    margin: float = 0.0
    proof = "The price was fixed before anybody spoke; a report only says yes or no to it."

    def __post_init__(self) -> None:
        _pair("posted trade", self.environment)
        if not (np.isfinite([self.price, self.margin]).all() and self.margin >= 0):
            raise InputError(
                where="posted trade", needed="a price and a margin ≥ 0", found=f"{self.price}, {self.margin}"
            )

    def outcome(self, reports: Array) -> Outcome:
        trade = ((reports[..., 0, 0] >= self.price) & (reports[..., 1, 0] <= self.price - self.margin)).astype(float)
        paid = np.stack([self.price * trade, (self.margin - self.price) * trade], axis=-1)
        return Outcome(np.stack([1 - trade, trade], axis=-1), paid)


@dataclass(frozen=True, eq=False)
class SplitTheGap(Mechanism):
    """The half-bid double auction, run on reports as if they were the truth: a foil without proof."""

    environment: Environment

    def __post_init__(self) -> None:
        _pair("split the gap", self.environment)

    def outcome(self, reports: Array) -> Outcome:
        buyer, seller = reports[..., 0, 0], reports[..., 1, 0]
        trade = (buyer >= seller).astype(float)
        price = trade * (buyer + seller) / 2
        return Outcome(np.stack([1 - trade, trade], axis=-1), np.stack([price, -price], axis=-1))


def linear_equilibrium(types: Array, *, low: float = 0.0, high: float = 1.0) -> Array:
    """Bids [..., 2, 1] in the linear equilibrium of SplitTheGap when both values are uniform on [low, high].

    In units of the width: buyer ⅔θ + 1/12, seller ⅔θ + ¼; trade if and only if the buyer's value is ¼ above the seller's.
    """
    return low + 2 / 3 * (np.asarray(types) - low) + (high - low) * np.array([[1 / 12], [1 / 4]])


@dataclass(frozen=True, eq=False)
class SecondBest(Mechanism):
    """Trade if and only if the buyer's value is a quarter of the width above the seller's. Truth is a Bayesian equilibrium."""

    environment: Environment

    def __post_init__(self) -> None:
        _pair("second best", self.environment)
        buyer, seller = self.environment.laws
        if not isinstance(buyer, Uniform) or buyer != seller:
            raise InputError(where="second best", needed="one uniform law for both", found=str(self.environment.laws))

    def outcome(self, reports: Array) -> Outcome:
        low, high = float(self.environment.low[0, 0]), float(self.environment.high[0, 0])
        return SplitTheGap(self.environment).outcome(linear_equilibrium(reports, low=low, high=high))


@dataclass(frozen=True, eq=False)
class McAfee(Mechanism):
    """A market that clears without loss, at the price of the least valuable trade in some profiles. Ties: who comes first."""

    environment: Environment
    proof = (
        "Whether one trades turns at a price that one's own report does not move: whoever could move it does not trade."
    )

    def __post_init__(self) -> None:
        if not isinstance(self.environment.decisions, Allocation) or self.environment.values is not of_market:
            raise InputError(where="McAfee", needed="a double auction of single items", found=self.environment.name)

    def outcome(self, reports: Array) -> Outcome:
        space = self.environment.decisions
        assert isinstance(space, Allocation)
        n, m = space.agents, space.items
        lead, low, high = reports.shape[:-2], self.environment.low.min(), self.environment.high.max()
        bids, asks = reports[..., :n, 0], reports[..., n:, 0]
        by, to = np.argsort(-bids, axis=-1, kind="stable"), asks.argsort(axis=-1, kind="stable")
        b = np.concatenate([np.take_along_axis(bids, by, -1), np.full((*lead, m + 1), low)], axis=-1)
        s = np.concatenate([np.take_along_axis(asks, to, -1), np.full((*lead, n + 1), high)], axis=-1)
        most = min(n, m)
        k = (b[..., :most] >= s[..., :most]).sum(axis=-1)  # rising and falling: a run of trues

        def at(side: Array, place: Array) -> Array:
            return np.take_along_axis(side, np.maximum(place, 0)[..., None], -1)[..., 0]

        last_b, last_s, price = at(b, k - 1), at(s, k - 1), (at(b, k) + at(s, k)) / 2
        clear = (last_s <= price) & (price <= last_b)
        trades = np.where(k > 0, np.where(clear, k, k - 1), 0)
        pay, get = np.where(clear, price, last_b), np.where(clear, price, last_s)
        rank_b, rank_s = by.argsort(axis=-1), to.argsort(axis=-1)
        buys, sells = rank_b < trades[..., None], rank_s < trades[..., None]
        decision = (rank_b[..., :, None] == rank_s[..., None, :]) & buys[..., :, None]
        paid = np.concatenate([buys * pay[..., None], sells * -get[..., None]], axis=-1)
        return Outcome(decision.astype(float), paid)
