"""How often must one look? Becker 1968, J. Polit. Econ. 76, with a monitor that errs on both sides.

An agent gains g by misconduct. Audited with probability q, it is flagged with probability tpr if it misbehaves and fpr if it
does not. A flag costs the agent its stake S; misconduct that is flagged loses the share φ of the gain as well.

    comply    −q·fpr·S
    violate    g·(1 − q·φ·tpr) − q·tpr·S
    deterred   q·( tpr·(φ·g + S) − fpr·S ) ≥ g + margin           so   q = (g + margin) / ( tpr·(φ·g + S) − fpr·S )

With φ = 1 and L = S/g this is q = 1 / ( tpr·(1 + L) − fpr·L ). Where tpr > fpr, q rises in g: what deters a gain of G
deters every smaller one. Nothing else about the agent enters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...institution.sanctions import Penalty
from ...numerics import rational
from ...numerics.rational import Array

NEVER = float("inf")


def share(value: Any, where: str) -> Fraction:
    """`value` as a rational from 0 to 1. Raises InputError."""
    return number(value, where, most=1)


def number(value: Any, where: str, *, least: float = 0, most: float = NEVER) -> Fraction:
    """`value` as a rational within bounds. Raises InputError naming the quantity."""
    needed = f"a number of at least {least:g}" if most == NEVER else f"a number from {least:g} to {most:g}"
    try:
        found = rational.fraction(value)
    except ValueError:
        raise InputError(where=where, needed=needed, found=repr(value)) from None
    if not least <= found <= most:
        raise InputError(where=where, needed=needed, found=str(value))
    return found


def needed_rate(gain: Any, stake: Any, tpr: Any, fpr: Any, forfeit: Any = 1, margin: Any = 0) -> Array:
    """The least audit probability that deters; above 1, or infinite, where none does. Arrays are broadcast.

    Units: gain, stake and margin in payoff units; forfeit, tpr, fpr are shares. Exact if every input is.
    """
    g, s, t, f, phi, m = np.broadcast_arrays(*(rational.numbers(x) for x in (gain, stake, tpr, fpr, forfeit, margin)))
    bite = t * (phi * g + s) - f * s  # what one audit takes from misconduct, beyond what it takes from the innocent
    bites = np.asarray(bite > 0, dtype=bool)
    need = g + m
    rate = np.where(bites, need / np.where(bites, bite, 1), NEVER)
    return np.where(np.asarray(need > 0, dtype=bool), rate, 0)


def deterred_gain(rate: Any, stake: Any, tpr: Any, fpr: Any, forfeit: Any = 1) -> Array:
    """The largest gain that audits at this rate deter, payoff units; infinite where every gain is forfeited. Broadcast."""
    q, s, t, f, phi = np.broadcast_arrays(*(rational.numbers(x) for x in (rate, stake, tpr, fpr, forfeit)))
    kept = 1 - q * phi * t  # the share of the gain that misconduct keeps
    keeps = np.asarray(kept > 0, dtype=bool)
    bound = np.where(keeps, q * s * (t - f) / np.where(keeps, kept, 1), NEVER)
    return np.where(np.asarray(bound > 0, dtype=bool), bound, 0)


@dataclass(frozen=True)
class Deterrence:
    """Audits at one rate that deter every agent whose gain is at most `gain`. Exact."""

    gain: Fraction
    """G, payoff units of the agent; the only thing that is assumed about it."""
    stake: Fraction
    """S: what a flag takes, payoff units; at most what the agent can lose."""
    tpr: Fraction
    fpr: Fraction
    forfeit: Fraction
    """φ: the share of the gain that is lost when misconduct is flagged."""
    margin: Fraction
    """By how much complying is better at the gain G, payoff units."""
    rate: Fraction | None
    """q, per act; None where no audit probability deters."""

    @property
    def feasible(self) -> bool:
        return self.rate is not None

    @property
    def wrongful(self) -> Fraction | None:
        """Expected penalty of an honest act, q·fpr·S."""
        return None if self.rate is None else self.rate * self.fpr * self.stake

    def advantage(self, gain: Any) -> Fraction:
        """By how much complying beats a misconduct worth `gain`; below zero where it does not. Exact, from the two payoffs."""
        q, g = self.rate or Fraction(0), rational.fraction(gain)
        comply = -q * self.fpr * self.stake
        violate = g * (1 - q * self.forfeit * self.tpr) - q * self.tpr * self.stake
        return comply - violate

    def describe(self) -> str:
        monitor = f"a monitor with tpr {rational.decimal(self.tpr)} and fpr {rational.decimal(self.fpr)}"
        if self.rate is None or self.wrongful is None:
            return (
                f"No audit probability deters a gain of {rational.decimal(self.gain)} with {monitor} and a stake of "
                f"{rational.decimal(self.stake)}."
            )
        return (
            f"Audits with probability {rational.decimal(self.rate)} deter every agent whose gain is at most "
            f"{rational.decimal(self.gain)}, with {monitor} and a stake of {rational.decimal(self.stake)}; an honest "
            f"act loses {rational.decimal(self.wrongful)} by false flags."
        )


def deter(gain: Any, stake: Any, tpr: Any, fpr: Any, forfeit: Any = 1, margin: Any = 0) -> Deterrence:
    """The least audits that deter every gain up to `gain`. Exact. Raises InputError for numbers out of range.

    Assumes that the agent weighs gain and penalty by their expectation and learns of the audit only after acting.
    """
    g, s, m = number(gain, "gain"), number(stake, "stake"), number(margin, "margin")
    t, f, phi = share(tpr, "tpr"), share(fpr, "fpr"), share(forfeit, "forfeit")
    rate = needed_rate(g, s, t, f, phi, m).item()
    # A monitor no better than chance bites through the forfeited gain alone; q = 1/tpr·φ is then the same for all gains.
    return Deterrence(g, s, t, f, phi, m, rational.fraction(rate) if rate <= 1 else None)


@dataclass(frozen=True)
class PricedPenalty:
    """What deterrence costs with one kind of penalty, per honest act. Exact."""

    penalty: Penalty
    deterrence: Deterrence
    cost: Fraction | None
    """q·(audit cost + fpr·cost of imposing it wrongly), goal units; None where it cannot deter."""

    def describe(self) -> str:
        if self.cost is None or self.deterrence.rate is None:
            return f"{self.penalty.name}: too small to deter"
        rate = rational.decimal(self.deterrence.rate)
        return f"{self.penalty.name}: audits with probability {rate}, {rational.decimal(self.cost)} per honest act"


def price(
    penalties: Iterable[Penalty], gain: Any, tpr: Any, fpr: Any, *, forfeit: Any = 1, audit_cost: Any = 1
) -> tuple[PricedPenalty, ...]:
    """Each penalty imposed in full on a flag, the cheapest way to deter a gain first, those that cannot deter last."""
    c = number(audit_cost, "audit cost")
    found = []
    for penalty in penalties:
        deterrence = deter(gain, penalty.bound, tpr, fpr, forfeit)
        q = deterrence.rate
        found.append(PricedPenalty(penalty, deterrence, None if q is None else q * (c + deterrence.fpr * penalty.cost)))
    return tuple(sorted(found, key=lambda p: (p.cost is None, p.cost or 0)))
