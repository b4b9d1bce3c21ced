"""Dividing a capacity among agents with concave values: the efficient division, priced; and the customary one, which is gamed.

    b = log(1 + x/s)        x_i = s (θ_i μ − 1)⁺             with μ such that Σ_i x_i = capacity
    b = x/(x + s)           x_i = s (√θ_i μ − 1)⁺

EfficientDivision   that division, and Clarke's payment: what the others lose by one's being there. Exactly truthful.
ProportionalShare   x_i = capacity · r_i/Σ r_j, for nothing or at a price per unit of the report: the foil, which is not truthful.
                    With payments r_i it is Kelly's auction (1997, Eur. Trans. Telecom. 8; Johari & Tsitsiklis 2004, Math. OR 29).
EqualSplit          x_i = capacity/n, whatever is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Shares
from ..environment import Environment
from ..environments.sharing import Concave
from ..mechanism import Mechanism, Outcome


def filled(levels: Array, scale: float, capacity: float) -> Array:
    """[..., agent]: s (level_i μ − 1)⁺ that sum to the capacity; equal shares where all levels are 0.

    With shares for the k highest levels, s (l_i μ − 1) = [l_i·capacity + s Σ_{j ≤ k} (l_i − l_j)]/Σ_{j ≤ k} l_j: differences
    levels, none of which is lost where the capacity is far below s.
    """
    n = levels.shape[-1]
    falling = -np.sort(-levels, axis=-1)
    count = np.arange(1, n + 1)
    steps = np.diff(falling, axis=-1, prepend=falling[..., :1]) * (count - 1)
    behind = steps.cumsum(axis=-1)  # Σ_{j ≤ k} (l_k − l_j) ≤ 0
    good = (falling * capacity + scale * behind > 0) & (falling > 0)
    k = np.maximum((good * count).max(axis=-1), 1)[..., None]
    last, apart, total = (np.take_along_axis(a, k - 1, -1) for a in (falling, behind, falling.cumsum(axis=-1)))
    share = np.maximum(levels * capacity + scale * (k * (levels - last) + apart), 0)
    return np.where(total > 0, share / np.where(total > 0, total, 1), capacity / n)


def _settings(where: str, environment: Environment) -> tuple[Concave, float]:
    values, space = environment.values, environment.decisions
    if not isinstance(values, Concave) or not isinstance(space, Shares):
        raise InputError(where=where, needed="a capacity shared by agents of concave values", found=environment.name)
    return values, space.capacity


@dataclass(frozen=True, eq=False)
class EfficientDivision(Mechanism):
    """VCG on a divisible capacity, in closed form."""

    environment: Environment
    proof = "An agent pays what the others lose by its being there: so it wants what is best for all together."

    def __post_init__(self) -> None:
        _settings("efficient division", self.environment)

    def divide(self, bids: Array) -> Array:
        """[..., agent]: the division with the largest sum of values."""
        values, capacity = _settings("efficient division", self.environment)
        bids = np.maximum(bids, 0)
        return filled(bids if values.curve == "log" else np.sqrt(bids), values.scale, capacity)

    def outcome(self, reports: Array) -> Outcome:
        values, _ = _settings("efficient division", self.environment)
        bids = reports[..., 0]
        n = bids.shape[-1]
        share = self.divide(bids)
        each = bids * values.worth(share)
        paid = []
        for i in range(n):
            others = np.delete(bids, i, axis=-1)
            alone = (others * values.worth(self.divide(others))).sum(axis=-1) if n > 1 else np.zeros(bids.shape[:-1])
            paid.append(alone - np.delete(each, i, axis=-1).sum(axis=-1))
        return Outcome(share, np.stack(paid, axis=-1))


@dataclass(frozen=True, eq=False)
class ProportionalShare(Mechanism):
    """Shares in proportion to reports; `price` is what a unit of the report costs. Not truthful."""

    environment: Environment
    price: float = 0.0

    def __post_init__(self) -> None:
        _settings("proportional share", self.environment)
        if not (np.isfinite(self.price) and self.price >= 0):
            raise InputError(where="proportional share, price", needed="a number ≥ 0", found=str(self.price))

    def outcome(self, reports: Array) -> Outcome:
        _, capacity = _settings("proportional share", self.environment)
        bids = reports[..., 0]
        total = bids.sum(axis=-1, keepdims=True)
        share = np.where(total > 0, capacity * bids / np.where(total > 0, total, 1), capacity / bids.shape[-1])
        return Outcome(share, self.price * bids)


@dataclass(frozen=True, eq=False)
class EqualSplit(Mechanism):
    """The same for all, for nothing."""

    environment: Environment
    proof = "Nothing depends on what anybody says."

    def __post_init__(self) -> None:
        _settings("equal split", self.environment)

    def outcome(self, reports: Array) -> Outcome:
        _, capacity = _settings("equal split", self.environment)
        bids = reports[..., 0]
        return Outcome(np.full(bids.shape, capacity / bids.shape[-1]), np.zeros(bids.shape))
