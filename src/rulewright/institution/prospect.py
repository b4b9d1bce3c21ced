"""How outcomes feel: gains and losses against a reference r, and losses weigh more.

    v(x) = (x − r)^α  if x ≥ r        v(x) = −λ (r − x)^β  if x < r

(Kahneman & Tversky 1979, Econometrica 47; the form of Tversky & Kahneman 1992, J. Risk Uncertain. 5, who found α = β = 0.88 and
λ = 2.25.) x is the payoff at one profile of types and actions. Chance that is inside a profile, of a signal that is paid
for or of a mixed commitment, has been averaged before; probabilities are not weighted, because expectation over them is
what all of the house's notions of play are made of.

Exact payoffs stay exact: whole α and β are powers of rationals, the others are rounded to 12 decimals before λ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.rational import Array, fraction

DECIMALS = 12
NEAR = 1e-12  # a floating payoff this close to the reference, relative to both, is at it
HIGHEST_POWER = 8


@dataclass(frozen=True)
class Prospect:
    """A value function. Raises InputError for numbers that are none, λ < 0, and curvatures outside (0, 8]."""

    reference: Any
    """r; payoff units."""
    loss_aversion: Any = Fraction(1)
    """λ ≥ 0; below 1, losses weigh less than gains."""
    curvature: Any = Fraction(1)
    """α, of gains."""
    loss_curvature: Any = None
    """β, of losses; None: as α."""

    def __post_init__(self) -> None:
        if self.loss_curvature is None:
            object.__setattr__(self, "loss_curvature", self.curvature)
        for name, needed, fits in (
            ("reference", "a finite number", lambda x: True),
            ("loss_aversion", "a number of at least 0", lambda x: x >= 0),
            ("curvature", f"a number above 0 and at most {HIGHEST_POWER}", lambda x: 0 < x <= HIGHEST_POWER),
            ("loss_curvature", f"a number above 0 and at most {HIGHEST_POWER}", lambda x: 0 < x <= HIGHEST_POWER),
        ):
            object.__setattr__(self, name, _number(name, getattr(self, name), needed, fits))

    def value(self, payoff: Array) -> Array:
        """v of every entry, in the field of `payoff`."""
        if rational.is_exact(payoff):
            return rational.filled(payoff.shape, [self._exact(x) for x in payoff.flat])
        reference = float(self.reference)
        change = payoff - reference
        change = np.where(abs(change) <= NEAR * np.maximum(abs(payoff), abs(reference)), 0.0, change)
        gain = np.maximum(change, 0) ** float(self.curvature)
        loss = np.maximum(-change, 0) ** float(self.loss_curvature)
        return gain - float(self.loss_aversion) * loss

    def _exact(self, x: Fraction) -> Fraction:
        if x >= self.reference:
            return _power(x - self.reference, self.curvature)
        return -self.loss_aversion * _power(self.reference - x, self.loss_curvature)

    def describe(self) -> str:
        """A phrase about the player: "values gains …"."""
        shown = {name: rational.decimal(value) for name, value in vars(self).items()}
        gains = "" if self.curvature == 1 else f" to the power {shown['curvature']}"
        losses = "" if self.loss_curvature == 1 else f" to the power {shown['loss_curvature']}"
        times = "" if self.loss_aversion == 1 else f" times {shown['loss_aversion']}"
        return f"feels gains above {shown['reference']}{gains} and losses below it{losses}{times}"


def _number(name: str, value: Any, needed: str, fits: Callable[[Fraction], bool]) -> Fraction:
    try:
        number = fraction(value)
    except ValueError:
        number = None
    if number is None or not fits(number):
        raise InputError(where=f"care, {name}", needed=needed, found=str(value))
    return number


def _power(base: Fraction, power: Fraction) -> Fraction:
    """base^power for base ≥ 0, exactly where the power is whole, else to the nearest 12th decimal, the same everywhere."""
    if power.denominator == 1 or base in (0, 1):
        return base ** int(power) if power.denominator == 1 else base
    digits = max(0, len(str(int(base)))) * (int(power) + 1) + DECIMALS + 30
    context = Context(prec=digits)
    exponent = context.divide(Decimal(power.numerator), Decimal(power.denominator))
    root = context.divide(Decimal(base.numerator), Decimal(base.denominator))
    return Fraction(context.quantize(context.power(root, exponent), Decimal(1).scaleb(-DECIMALS)))
