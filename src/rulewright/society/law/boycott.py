"""When law holds though nobody enforces it but those it serves (Hadfield & Weingast 2012, J. Legal Analysis 4): the inequality.

Two buyers i, j and a seller. A common logic R says in public which deliveries are wrongful. Strategy R: boycott what R calls
wrongful as long as the other buyer has always done so. R serves buyer i with chance 1 − ρ_i in a period. P: price, c: what a
boycott costs who takes part, d: discount. With

    Q = 2 d (1 − ρ_i) (1 − ρ_j)

boycotts of all wrongs, and no wrongs, are a perfect Bayesian equilibrium if

    c < Q/(1 + Q) · P          that is          c < Q (P − c)

The condition is sufficient; it is not claimed to be necessary. What the factor 2 stands for was not verified. From it:

    ∂/∂d   [Q/(1 + Q)] =  2 (1 − ρ_i)(1 − ρ_j)/(1 + Q)²  ≥ 0
    ∂/∂ρ_i [Q/(1 + Q)] = −2 d (1 − ρ_j)/(1 + Q)²         ≤ 0          the same for j
    Q ≤ 2, so that the share of P is at most 2/3; it is 0 if ρ_i = 1, ρ_j = 1 or d = 0
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import InputError
from ...numerics import given, rational
from ...report.report import ClaimRow

SUPREMUM = Fraction(2, 3)
"""Of the share of the price that a boycott may cost: d = 1, ρ = 0."""


def number(value: Any, name: str, low: Any, high: Any = None) -> Fraction:
    """Exactly what was said. Raises InputError unless it lies in [low, high]."""
    found = given.number(value, name)
    if found < low or (high is not None and found > high):
        limits = f"a number of at least {low}" if high is None else f"a number from {low} to {high}"
        raise InputError(where=name, needed=limits, found=rational.decimal(found, 9))
    return found


@dataclass(frozen=True)
class Boycott:
    """The inequality at one setting; all numbers are kept as Fractions. Raises InputError for numbers out of range."""

    discount: Any
    """d, from 0 to 1."""
    cost: Any = 0
    """c, at least 0; in units of the price."""
    price: Any = 1
    """P, above 0."""
    rho_i: Any = 0
    """ρ_i, chance that R does not serve buyer i in a period."""
    rho_j: Any = 0

    def __post_init__(self) -> None:
        for name, high in (("discount", 1), ("rho_i", 1), ("rho_j", 1), ("cost", None), ("price", None)):
            object.__setattr__(self, name, number(getattr(self, name), name, 0, high))
        if self.price == 0:
            raise InputError(where="price", needed="a number above 0", found="0")

    @property
    def q(self) -> Fraction:
        """Q."""
        return Fraction(2 * self.discount * (1 - self.rho_i) * (1 - self.rho_j))

    @property
    def share(self) -> Fraction:
        """Q/(1 + Q): share of the price below which a boycott must cost."""
        return self.q / (1 + self.q)

    @property
    def threshold(self) -> Fraction:
        """Q/(1 + Q) · P."""
        return Fraction(self.share * self.price)

    @property
    def holds(self) -> bool:
        """c < Q/(1 + Q) · P."""
        return bool(self.cost < self.threshold)

    @property
    def holds_as_stakes(self) -> bool:
        """c < Q (P − c): what a boycott costs now, below Q times what is then at stake. The same."""
        return bool(self.cost < self.q * (self.price - self.cost))

    @property
    def slopes(self) -> tuple[Fraction, Fraction, Fraction]:
        """Derivatives of the share by (d, ρ_i, ρ_j)."""
        i, j, below = 1 - self.rho_i, 1 - self.rho_j, (1 + self.q) ** 2
        return 2 * i * j / below, -2 * self.discount * j / below, -2 * self.discount * i / below

    def claims(self) -> list[ClaimRow]:
        """The inequality and what follows from it, each a line that a reader can redo by hand."""
        say = rational.decimal
        q, share, c, p = self.q, self.share, self.cost, self.price
        patience, first, second = self.slopes
        relation = "<" if self.holds else "≥"
        return [
            ClaimRow(
                "law holds by boycott alone (Hadfield & Weingast 2012, sufficient)",
                self.holds,
                "proved",
                f"Q = 2·{say(self.discount)}·{say(1 - self.rho_i)}·{say(1 - self.rho_j)} = {say(q)}; "
                f"c = {say(c)} {relation} {say(q)}/{say(1 + q)} · {say(p)} = {say(self.threshold)}",
                float(self.threshold - c),
            ),
            ClaimRow(
                "the same as: c now is below Q times what is at stake, P − c",
                self.holds == self.holds_as_stakes,
                "proved",
                f"c (1 + Q) < Q P ⇔ c < Q (P − c): here {say(c)} and {say(q)}·{say(p - c)} = {say(q * (p - c))}",
            ),
            ClaimRow(
                "patience helps, failures of R hurt, and both buyers count alike",
                patience >= 0 >= max(first, second),
                "proved",
                f"of the share: ∂/∂d = {say(patience)} ≥ 0, ∂/∂ρ_i = {say(first)} ≤ 0, ∂/∂ρ_j = {say(second)} ≤ 0",
            ),
            ClaimRow(
                "a boycott may never cost two thirds of the price or more",
                share <= SUPREMUM,
                "proved",
                f"Q ≤ 2, and x/(1 + x) rises: {say(share)} ≤ 2/3",
            ),
        ]
