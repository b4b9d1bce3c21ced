"""The deterrence frontier of a measured monitor: for each penalty up to what the agent can lose, how often to look.

The threshold is picked anew for each penalty, by what deterrence costs there or by the fewest audits (`Monitor.operating_point`),
from a curve that takes
tpr at its lower and fpr at its upper bound: what deters at the bounds deters at the true rates, with the confidence of the band,
since
the needed rate g/( tpr·(φ·g + S) − fpr·S ) falls in tpr and rises in fpr. The rate at the measured curve stands beside it; it is
what one would believe without the statistics, and promises nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ...errors import Impossible, InputError
from ...numerics import rational
from ..enforcement.deterrence import number
from ..enforcement.monitor import Monitor, OperatingPoint
from .agents import LEARNER, QLearner, learned_rate, logit_margin
from .band import Band


@dataclass(frozen=True)
class Row:
    """One penalty. None where no audits do it."""

    stake: Fraction
    least: OperatingPoint | None
    """The fewest audits that deter an agent that maximises, at the bounds."""
    measured: OperatingPoint | None
    """The same at the curve as it was seen."""
    noisy: OperatingPoint | None
    """The same for a logit agent, at the bounds."""
    learned: float | None
    """The same for a Q-learner, simulated at the threshold of `least` (or of `noisy`)."""
    sure: OperatingPoint | None
    """The cheapest audits that deter a maximiser, at the bounds: their cost and that of wrongful penalties together."""


@dataclass(frozen=True)
class Terms:
    """What an agent and the rule-maker weigh. Money in payoff units of the agent, costs in goal units."""

    gain: Fraction = Fraction(1)
    liability: Fraction = Fraction(3)
    """L: the most that a flag can take."""
    forfeit: Fraction = Fraction(1)
    audit_cost: Fraction = Fraction(1, 10)
    wrongful_weight: Fraction = Fraction(1)
    """Of a unit of penalty on the honest, in goal units."""
    budget: Fraction = Fraction(1)
    """Audits per act, at most."""
    rationality: float = 5.0
    """λ of the logit agent, per unit of payoff."""
    tolerated: float = 0.05
    """Violations that are put up with, of noisy and learning agents."""
    learner: QLearner = LEARNER

    @staticmethod
    def of(**said: Any) -> Terms:
        """Numbers in any form. Raises InputError for those out of range."""
        exact: dict[str, float | str] = {
            "gain": "inf",
            "liability": "inf",
            "forfeit": 1,
            "audit_cost": "inf",
            "wrongful_weight": "inf",
            "budget": 1,
        }
        found: dict[str, Any] = {
            name: number(value, name.replace("_", " "), most=float(exact[name])) if name in exact else value
            for name, value in said.items()
        }
        terms = replace(Terms(), **found)
        if terms.gain == 0 or terms.budget == 0:
            raise InputError(where="gain and budget", needed="numbers above 0", found=f"{terms.gain}, {terms.budget}")
        logit_margin(terms.rationality, terms.tolerated)
        return terms


def point(curve: Monitor, stake: Any, terms: Terms, margin: Any = 0) -> OperatingPoint | None:
    """The cheapest point at a penalty; None where none within the budget deters."""
    try:
        return curve.operating_point(
            terms.gain,
            stake,
            forfeit=terms.forfeit,
            audit_cost=terms.audit_cost,
            wrongful_weight=terms.wrongful_weight,
            most=terms.budget,
            margin=margin,
        )
    except Impossible:
        return None


def frontier(band: Band, terms: Terms, stakes: Sequence[Any] | None = None, *, learn: bool = True) -> tuple[Row, ...]:
    """[penalty]: by default twelve, evenly up to the liability."""
    if stakes is None:
        stakes = [terms.liability * Fraction(k, 12) for k in range(1, 13)] if terms.liability else [Fraction(0)]
    margin = rational.fraction(max(0.0, logit_margin(terms.rationality, terms.tolerated)))
    curves = cornered(band.monitor), cornered(band.measured)
    return tuple(_row(curves, terms, number(s, "penalty"), margin, learn) for s in stakes)


def cornered(curve: Monitor) -> Monitor:
    """The corners of a curve's hull, which are all that an operating point is made of."""
    at = curve.hull()
    cuts = None if curve.thresholds is None else curve.thresholds[at]
    bounds = tuple(curve.bounds[k] for k in at) if curve.bounds else ()
    return Monitor(curve.fpr[at], curve.tpr[at], cuts, bounds, curve.confidence, curve.counts)


def _row(curves: tuple[Monitor, Monitor], terms: Terms, stake: Fraction, margin: Fraction, learn: bool) -> Row:
    sure, seen = curves
    few = replace(terms, wrongful_weight=Fraction(0), audit_cost=Fraction(1))
    least, noisy = point(sure, stake, few), point(sure, stake, few, margin)
    there = least or noisy
    learned = None
    if learn and there is not None:
        learned = learned_rate(
            float(stake),
            gain=float(terms.gain),
            tpr=float(there.tpr),
            fpr=float(there.fpr),
            tolerated=terms.tolerated,
            forfeit=float(terms.forfeit),
            learner=terms.learner,
        )
    return Row(stake, least, point(seen, stake, few), noisy, learned, point(sure, stake, terms))
