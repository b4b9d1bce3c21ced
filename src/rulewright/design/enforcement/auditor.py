"""The auditor is a player: heavier penalties make agents behave, and then it has no reason to look.

One agent complies or violates, one auditor inspects or trusts. The agent has a gain g (share φ forfeited if caught) and a
stake S. An inspection costs the auditor c, a violation that goes unseen h, a false alarm e; a catch earns it a bounty b.

                 comply            violate                                   comply      violate
    inspect      −c − fpr·e        −c − (1−tpr)·h + tpr·b        inspect     −fpr·S      g·(1 − φ·tpr) − tpr·S
    trust        0                 −h                            trust       0           g
                 (the auditor)                                               (the agent)

Without commitment the only equilibrium is mixed (inspection game: Dresher 1962; Avenhaus, von Stengel & Zamir 2002):

    inspections  q = g / ( tpr·(φ·g + S) − fpr·S )          makes the agent indifferent: a heavier fine lowers it
    violations   v = (c + fpr·e) / ( tpr·(h + b) + fpr·e )  makes the auditor indifferent: the fine does not enter

With commitment the auditor inspects at the same q and the agent complies. What an auditor that cannot commit has to be paid,
on what is found, is `auditor_contract`: rewards on the joint event (erred? inspected? caught?), after Agarwal, Lin, Braverman &
Hazan 2026 (AI Alignment via Incentives and Correction, arXiv 2605.01643).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics import rational
from ...numerics.rational import Array
from .deterrence import needed_rate, number, share

ACTS = (("inspect", "trust"), ("comply", "violate"))


@dataclass(frozen=True)
class InspectionPlay:
    """What both do, and get. Exact."""

    inspections: Fraction
    """q: how often the auditor looks."""
    violations: Fraction
    """v: how often the agent violates."""
    auditor: Fraction
    """Payoff units of the auditor."""
    agent: Fraction
    """Payoff units of the agent."""
    how: str

    def describe(self) -> str:
        shown = rational.decimal
        return (
            f"{self.how}: the auditor inspects with probability {shown(self.inspections)}, the agent violates with "
            f"probability {shown(self.violations)}; the auditor gets {shown(self.auditor)}, the agent {shown(self.agent)}."
        )


@dataclass(frozen=True)
class Inspection:
    """The two-by-two game. Exact; make one with `Inspection.of`."""

    gain: Fraction
    stake: Fraction
    tpr: Fraction
    fpr: Fraction
    forfeit: Fraction
    audit_cost: Fraction
    miss: Fraction
    bounty: Fraction
    false_alarm: Fraction

    @staticmethod
    def of(
        gain: Any,
        stake: Any,
        *,
        audit_cost: Any,
        miss: Any,
        tpr: Any = 1,
        fpr: Any = 0,
        forfeit: Any = 1,
        bounty: Any = 0,
        false_alarm: Any = 0,
    ) -> Inspection:
        """Gain and stake in the agent's payoff units, the rest in the auditor's. Raises InputError for numbers out of range."""
        rates = share(tpr, "tpr"), share(fpr, "fpr"), share(forfeit, "forfeit")
        auditor = [
            number(x, what)
            for x, what in (
                (audit_cost, "audit cost"),
                (miss, "miss"),
                (bounty, "bounty"),
                (false_alarm, "false alarm"),
            )
        ]
        if number(gain, "gain") == 0:
            raise InputError(where="gain", needed="a number above 0: else nobody is tempted", found="0")
        return Inspection(number(gain, "gain"), number(stake, "stake"), *rates, *auditor)

    @property
    def payoffs(self) -> Array:
        """[auditor or agent, inspect or trust, comply or violate]."""
        g, s, t, f = self.gain, self.stake, self.tpr, self.fpr
        c, h, b, e = self.audit_cost, self.miss, self.bounty, self.false_alarm
        auditor = [[-c - f * e, -c - (1 - t) * h + t * b], [Fraction(0), -h]]
        agent = [[-f * s, g * (1 - self.forfeit * t) - t * s], [Fraction(0), g]]
        return rational.exact(np.array([auditor, agent], dtype=object))

    def game(self) -> Game:
        """The same game for the behaviours: players auditor and agent."""
        return Game.normal(self.payoffs, players=("auditor", "agent"), actions=ACTS)

    @property
    def deterring(self) -> Fraction | None:
        """The inspections that make the agent indifferent; None where no probability does."""
        rate = needed_rate(self.gain, self.stake, self.tpr, self.fpr, self.forfeit).item()
        return rational.fraction(rate) if rate <= 1 else None

    def play(self, inspections: Any, violations: Any, how: str) -> InspectionPlay:
        """Payoffs at given probabilities."""
        q, v = rational.fraction(inspections), rational.fraction(violations)
        law = rational.exact([[q * (1 - v), q * v], [(1 - q) * (1 - v), (1 - q) * v]])
        auditor, agent = (Fraction((table * law).sum()) for table in self.payoffs)
        return InspectionPlay(q, v, auditor, agent, how)

    def without_commitment(self) -> InspectionPlay:
        """The equilibrium of simultaneous play; the mixed one wherever the auditor would inspect a sure violator and deter."""
        worth = self.tpr * (self.miss + self.bounty)  # of an inspection of a sure violator
        q = self.deterring
        if worth <= self.audit_cost:
            return self.play(0, 1, "Without commitment an inspection never pays")
        if q is None or q == 1:
            return self.play(1, 1, "Without commitment no inspection deters")
        alarm = self.fpr * self.false_alarm
        v = (self.audit_cost + alarm) / (worth + alarm)
        return self.play(q, v, "Without commitment")

    def with_commitment(self) -> InspectionPlay:
        """The auditor's best commitment; an indifferent agent does what suits the auditor."""
        q = self.deterring
        edge = Fraction(1) if q is None else q
        plays = [self.play(0, 1, "Committed not to look"), self.play(edge, 1, "Committed, without deterring")]
        if q is not None:
            plays.append(self.play(q, 0, "Committed to deter"))
        return max(plays, key=lambda p: (p.auditor, -p.violations))


def mixed(first: Any, second: Any) -> tuple[Fraction, Fraction]:
    """(p, q): chances of the first row and the first column in the completely mixed equilibrium of a two-by-two game. Exact.

    Each makes the other indifferent. Raises InputError where there is none: then somebody has a dominant action, or the game has
    pure equilibria to choose from.
    """
    a, b = rational.exact(first), rational.exact(second)
    if a.shape != (2, 2) or b.shape != (2, 2):
        raise InputError(where="mixed equilibrium", needed="two tables of 2 × 2", found=f"{a.shape}, {b.shape}")
    row, column = b[0, 0] - b[0, 1] - b[1, 0] + b[1, 1], a[0, 0] - a[0, 1] - a[1, 0] + a[1, 1]
    if row == 0 or column == 0:
        raise InputError(where="mixed equilibrium", needed="payoffs that depend on both players", found="none")
    p, q = (b[1, 1] - b[1, 0]) / row, (a[1, 1] - a[0, 1]) / column
    if not (0 < p < 1 and 0 < q < 1):
        raise InputError(
            where="mixed equilibrium", needed="a game in which both have reason to mix", found=f"p = {p}, q = {q}"
        )
    return p, q


@dataclass(frozen=True)
class Correction:
    """A solver and an auditor paid on the joint event, after Agarwal, Lin, Braverman & Hazan 2026; the letters are ours.

    The solver takes care, at a cost, or errs. The auditor inspects, at a cost, or signs off; an inspection finds an error with
    probability tpr. Payments are for the events right, right and inspected, wrong and unseen, wrong and caught.
    """

    care_cost: Fraction
    audit_cost: Fraction
    tpr: Fraction
    solver: tuple[Fraction, Fraction, Fraction, Fraction]
    """Payments to the solver for (right, right inspected, wrong unseen, wrong caught)."""
    auditor: tuple[Fraction, Fraction, Fraction, Fraction]
    """The same to the auditor."""

    @property
    def payoffs(self) -> Array:
        """[auditor or solver, inspect or sign off, take care or err]."""
        t = self.tpr
        tables = []
        for pay, inspecting, caring in ((self.auditor, self.audit_cost, 0), (self.solver, 0, self.care_cost)):
            right, seen, unseen, caught = pay
            found = t * caught + (1 - t) * unseen
            tables.append([[seen - inspecting - caring, found - inspecting], [right - caring, unseen]])
        return rational.exact(np.array(tables, dtype=object))

    def game(self) -> Game:
        actions = (("inspect", "sign off"), ("take care", "err"))
        return Game.normal(self.payoffs, players=("auditor", "solver"), actions=actions)

    def equilibrium(self) -> tuple[Fraction, Fraction]:
        """(inspections, errors) in the completely mixed equilibrium. Raises InputError where there is none."""
        inspections, care = mixed(*self.payoffs)
        return inspections, 1 - care
