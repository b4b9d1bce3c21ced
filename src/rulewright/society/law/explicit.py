"""What the explicit stage of `Stage.after` says in closed form, beside the published inequality, and how far the two are apart.

Under the profile R nothing is wronged while both play R, and everything is once one has failed: a buyer has V − P or −P per
period. The seller finds both buyers served with chance τ = (1 − ρ_i)(1 − ρ_j). Boycotting a wrong keeps R alive if the other one
boycotts too:

    buyer i boycotts    c ≤ d (1 − ρ_j) V/(1 − d)                          for j with ρ_i
    seller honours      τ ≥ 2κ / ((1 − d) h + 2 d κ)                       κ > 0; from V_s: 2κ/(1 − d) ≤ τ (h + 2 d κ/(1 − d))
    threshold           c̄ = d (1 − max(ρ_i, ρ_j)) V/(1 − d)

(`deviation.costs` finds the same from the tables, exactly.) All of it ours. The published bound looks like one period ahead for
both buyers, ours counts all later periods, so that

    c̄ ≥ Q/(1 + Q) · P   ⇔   V (1 + Q) ≥ 2 P (1 − d)(1 − min(ρ_i, ρ_j))

which V ≥ 2 P is enough for: then the published condition is sufficient for buyers in our game too. With V near P and little
patience it is not: the gap is below zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import InputError
from .boycott import Boycott, number


@dataclass(frozen=True)
class Explicit:
    """Thresholds of the explicit game; all numbers are kept as Fractions."""

    discount: Any
    """d, from 0 to below 1."""
    price: Any = 1
    value: Any = 2
    """V, above the price."""
    rho_i: Any = 0
    rho_j: Any = 0
    honour: Any = "1/10"
    """κ, what honouring one delivery costs the seller."""
    harm: Any | None = None
    """h, what a boycott by both takes from it; None: 2P."""

    def __post_init__(self) -> None:
        for name, high in (("discount", 1), ("rho_i", 1), ("rho_j", 1), ("price", None), ("value", None)):
            object.__setattr__(self, name, number(getattr(self, name), name, 0, high))
        harm = 2 * self.price if self.harm is None else self.harm
        object.__setattr__(self, "honour", number(self.honour, "honour", 0))
        object.__setattr__(self, "harm", number(harm, "harm", 0))
        if self.discount == 1 or self.value <= self.price:
            raise InputError(
                where="explicit game",
                needed="a discount below 1 and a value above the price",
                found=f"{self.discount}, {self.value} and {self.price}",
            )

    @property
    def threshold(self) -> Fraction:
        """c̄: most that a boycott may cost, as far as buyers are concerned."""
        certain = 1 - max(self.rho_i, self.rho_j)
        return Fraction(self.discount * certain * self.value / (1 - self.discount))

    @property
    def both_served(self) -> Fraction:
        """τ."""
        return Fraction((1 - self.rho_i) * (1 - self.rho_j))

    @property
    def both_needed(self) -> Fraction | None:
        """Least τ at which the seller is deterred: 0 where wronging saves it nothing, None where it has nothing to lose."""
        if self.honour == 0:
            return Fraction(0)
        at_risk = (1 - self.discount) * self.harm + 2 * self.discount * self.honour
        return Fraction(2 * self.honour / at_risk) if at_risk else None

    @property
    def deters(self) -> bool:
        """Whether the seller would rather honour."""
        return self.both_needed is not None and self.both_served >= self.both_needed

    @property
    def published(self) -> Fraction:
        """Q/(1 + Q) · P."""
        return Boycott(self.discount, 0, self.price, self.rho_i, self.rho_j).threshold

    @property
    def gap(self) -> Fraction:
        """c̄ − Q/(1 + Q) · P; units of money."""
        return self.threshold - self.published
