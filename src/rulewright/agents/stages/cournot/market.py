"""A linear market (Cournot 1838): what it gives to firms and to buyers.

    P = max(0, a − b Q),  Q = Σ q_i        profit_i = (P − c) q_i        buyers' surplus = b Q² / 2  (while P > 0)
    Nash      q = (a − c) / (b (n+1))      monopoly  Q = (a − c) / 2b    competition  Q = (a − c) / b

*Severity* of collusion: (P − P_Nash) / (P_monopoly − P_Nash), 0 at Nash and 1 at the monopoly's price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ....errors import InputError
from ....numerics.rational import Array


@dataclass(frozen=True)
class Market:
    """Demand and cost; money, units of the good."""

    firms: int = 3
    a: float = 100.0
    """Price at which nothing is sold."""
    b: float = 1.0
    c: float = 4.0
    """Cost of a unit."""

    def __post_init__(self) -> None:
        if self.firms < 2 or not (0 <= self.c < self.a < np.inf) or not 0 < self.b < np.inf:
            found = f"{self.firms} firms, a = {self.a:g}, b = {self.b:g}, c = {self.c:g}"
            raise InputError(where="market", needed="two firms at least, 0 ≤ c < a and b > 0", found=found)

    def price(self, total: Array | float) -> Array:
        return np.maximum(self.a - self.b * np.asarray(total, float), 0.0)

    def profit(self, own: Array | float, others: Array | float) -> Array:
        return (self.price(np.asarray(own, float) + others) - self.c) * own

    def surplus(self, total: Array | float) -> Array:
        """Of buyers and firms together."""
        sold = np.minimum(np.asarray(total, float), self.a / self.b)
        return self.a * sold - self.b * sold**2 / 2 - self.c * np.asarray(total, float)

    @property
    def nash(self) -> float:
        """Quantity of each firm."""
        return (self.a - self.c) / (self.b * (self.firms + 1))

    @property
    def monopoly(self) -> float:
        """Each firm's part of the monopoly's quantity."""
        return (self.a - self.c) / (2 * self.b * self.firms)

    def severity(self, total: Array | float) -> Array:
        at_nash, at_monopoly = (float(self.price(self.firms * q)) for q in (self.nash, self.monopoly))
        return (self.price(total) - at_nash) / (at_monopoly - at_nash)
