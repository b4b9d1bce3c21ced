"""Who is served, how much, and who pays for it: costs covered exactly, truth dominant.

EqualShares    a club good of cost c: the largest set S all of whose members are willing to pay c/|S|. Shares fall as the set grows
               (cross-monotone), so that no coalition gains by lying: Moulin & Shenker 2001 (Economic Theory 18).
SerialShares   amounts from a technology C(q) = c q²/2. In the order θ_(1) ≤ θ_(2) ≤ …, the k-th takes the q_k at which its θ is the
               marginal cost of q_1 + … + q_{k−1} + (n − k + 1) q_k, as if all who want more took as much; it pays
               Σ_{l ≤ k} [C(Q_l) − C(Q_{l−1})]/(n − l + 1),  Q_l = q_1 + … + q_{l−1} + (n − l + 1) q_l.
               Moulin & Shenker 1992 (Econometrica 60).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Shares
from ..environment import Environment, Values
from ..environments.goods import of_members
from ..environments.production import linear
from ..mechanism import Mechanism, Outcome


def _shared(where: str, environment: Environment, values: Values, needed: str) -> None:
    if not isinstance(environment.decisions, Shares) or environment.values is not values or environment.cost is None:
        raise InputError(where=where, needed=needed, found=environment.name)


@dataclass(frozen=True, eq=False)
class EqualShares(Mechanism):
    """Equal shares of the cost of a club good for the largest set that is willing to pay them."""

    environment: Environment
    proof = "A share depends on who is served, not on what one says beyond yes; it only falls when more are served."

    def __post_init__(self) -> None:
        _shared("equal shares", self.environment, of_members, "a club good")

    def outcome(self, reports: Array) -> Outcome:
        bids = reports[..., 0]
        n = bids.shape[-1]
        assert self.environment.cost is not None
        cost = float(self.environment.cost(np.ones(n)))
        size = np.arange(1, n + 1)
        falling = -np.sort(-bids, axis=-1)
        served = ((falling >= cost / size) * size).max(axis=-1)  # the largest k whose k highest bids are ≥ c/k
        share = cost / np.maximum(served, 1)
        chosen = (bids >= share[..., None]) & (served > 0)[..., None]
        return Outcome(chosen.astype(float), chosen * share[..., None])


@dataclass(frozen=True, eq=False)
class SerialShares(Mechanism):
    """Serial cost sharing of a quadratic cost, in values that are linear."""

    environment: Environment
    proof = (
        "What others of lower value take is fixed before one's turn, what others of higher value take does not touch one's bill: "
        "one picks the best amount from a bill of one's own."
    )

    def __post_init__(self) -> None:
        _shared("serial shares", self.environment, linear, "shared production")

    def outcome(self, reports: Array) -> Outcome:
        assert self.environment.cost is not None
        bids = np.maximum(reports[..., 0], 0)
        n = bids.shape[-1]
        unit = np.zeros(n)
        unit[0] = 1.0
        slope = 2 * float(self.environment.cost(unit))  # C(q) = slope q²/2
        order = bids.argsort(axis=-1, kind="stable")
        rising = np.take_along_axis(bids, order, -1)
        total = rising / slope  # Q_l: where θ_(l) is the marginal cost
        left = n - np.arange(n)
        before = np.concatenate([np.zeros((*bids.shape[:-1], 1)), total[..., :-1]], axis=-1)
        amounts = ((total - before) / left).cumsum(axis=-1)  # Q_l − Q_{l−1} = (n − l + 1)(q_l − q_{l−1})
        bills = (slope * (total**2 - before**2) / 2 / left).cumsum(axis=-1)
        back = order.argsort(axis=-1)
        return Outcome(np.take_along_axis(amounts, back, -1), np.take_along_axis(bills, back, -1))
