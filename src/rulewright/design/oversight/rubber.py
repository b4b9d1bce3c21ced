"""Rubber-stamping: is it an equilibrium that the reviewer signs off unseen, and how many known answers break it?

A share τ of agents would violate if nobody looked. Looking costs the reviewer c, catches a violation with probability tpr and
raises a false alarm with probability fpr. It is paid b for a catch, pays e for a false alarm, and m for a miss that comes to light,
which a real one does with probability d; a planted one always does, because its answer is known. With a share ρ of violations
among what it reviews, of which π are planted, the pay of looking, of approving unseen and of flagging unseen is

    look      ρ·tpr·b − (1−ρ)·fpr·e − [ π + (ρ−π)·d ]·(1−tpr)·m − c
    approve   − [ π + (ρ−π)·d ]·m
    flag      ρ·b − (1−ρ)·e

**Rubber-stamping is an equilibrium** without probes iff looking does not beat approving where agents know that nobody looks, ρ = τ:

    τ·tpr·( b + d·m ) − (1−τ)·fpr·e  ≤  c

If looking deters, then nobody violates while the reviewer looks, ρ = π, and it looks only for the planted. **The least share of
known answers** at which looking beats approving, whatever the agents do (no agent violates is the worst case):

    π*  =  ( c + fpr·e ) / ( tpr·(b + m) + fpr·e )

and flagging everything does not pay iff  (1−π)·(1−fpr)·e ≥ c + π·(1−tpr)·(b + m),  so false alarms need a price as well.
All derived here; the tests hold them against the payoffs and against `auditor_contract`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import Impossible, InputError
from ...numerics import rational
from ..enforcement.deterrence import number, share


@dataclass(frozen=True)
class Reviewer:
    """A reviewer's incentives, in its own payoff units. Exact; make one with `Reviewer.of`."""

    cost: Fraction
    """c."""
    tpr: Fraction
    fpr: Fraction
    bounty: Fraction
    """b."""
    false_alarm: Fraction
    """e."""
    miss: Fraction
    """m: at most what the reviewer can lose."""
    discovery: Fraction
    """d."""

    @staticmethod
    def of(
        cost: Any, *, tpr: Any, fpr: Any = 0, bounty: Any = 0, false_alarm: Any = 0, miss: Any = 0, discovery: Any = 0
    ) -> Reviewer:
        """Raises InputError for numbers out of range."""
        t, f, d = share(tpr, "tpr"), share(fpr, "fpr"), share(discovery, "discovery")
        b, e, m = number(bounty, "bounty"), number(false_alarm, "false alarm"), number(miss, "miss")
        return Reviewer(number(cost, "cost"), t, f, b, e, m, d)

    def pay(self, violations: Any, probes: Any = 0) -> tuple[Fraction, Fraction, Fraction]:
        """(look, approve unseen, flag unseen), per act reviewed; `probes` are a part of `violations`. Raises InputError."""
        rho, pi = share(violations, "violations"), share(probes, "probes")
        if pi > rho:
            raise InputError(where="probes", needed="a part of the violations", found=f"{pi} of {rho}")
        known = pi + (rho - pi) * self.discovery
        look = rho * self.tpr * self.bounty - (1 - rho) * self.fpr * self.false_alarm
        look -= known * (1 - self.tpr) * self.miss + self.cost
        return look, -known * self.miss, rho * self.bounty - (1 - rho) * self.false_alarm

    def worth_of_looking(self, tempted: Any) -> Fraction:
        """By how much looking beats approving where nobody looks and a share `tempted` of agents violate."""
        look, approve, _ = self.pay(tempted)
        return look - approve

    def rubber_stamps(self, tempted: Any) -> bool:
        """Whether approving unseen is an equilibrium, without probes, against approving and looking."""
        return self.worth_of_looking(tempted) <= 0

    @property
    def probes(self) -> Fraction | None:
        """π*: the least share of known answers at which looking is as good as approving; None where no share below 1 does."""
        alarm = self.fpr * self.false_alarm
        gain = self.tpr * (self.bounty + self.miss) + alarm
        if gain <= 0 or self.cost + alarm > gain:
            return None
        return (self.cost + alarm) / gain

    def price_of_false_alarms(self, probes: Any) -> Fraction | None:
        """The least e at which flagging everything unseen does not beat looking; None where no e does (fpr = 1, or only probes).

        Takes π as given; π* itself rises with e where fpr > 0.
        """
        pi = share(probes, "probes")
        room = (1 - pi) * (1 - self.fpr)
        return (self.cost + pi * (1 - self.tpr) * (self.bounty + self.miss)) / room if room > 0 else None

    def describe(self, tempted: Any) -> str:
        shown = rational.decimal
        stamps = "is" if self.rubber_stamps(tempted) else "is not"
        worth = shown(self.worth_of_looking(tempted))
        first = f"Signing off unseen {stamps} an equilibrium: where nobody looks, looking is worth {worth} more to the reviewer."
        if self.probes is None:
            return f"{first} No share of known answers makes it look: a catch and a miss together are worth too little."
        return f"{first} With known answers in {shown(100 * self.probes)} % of what it reviews it looks, whatever the agents do."


def known_answers(
    cost: Any, *, liability: Any, tpr: Any, fpr: Any = 0, bounty: Any = 0, false_alarm: Any = None
) -> Reviewer:
    """The reviewer under the mildest rule that has only looking left: known answers at π*, a miss costing what it can lose.

    `false_alarm`: None for the least e that keeps it from flagging everything at π*(e), found in closed form. Raises Impossible.
    """
    if false_alarm is not None:
        return Reviewer.of(cost, tpr=tpr, fpr=fpr, bounty=bounty, miss=liability, false_alarm=false_alarm)
    free = Reviewer.of(cost, tpr=tpr, fpr=fpr, bounty=bounty, miss=liability)
    c, t, f, w = free.cost, free.tpr, free.fpr, free.bounty + free.miss
    # π = (c + f·e)/(t·w + f·e) in (1−π)(1−f)e = c + π(1−t)w, times t·w + f·e:  a·e = k
    a = (1 - f) * (t * w - c) - f * c - f * (1 - t) * w
    k = c * t * w + c * (1 - t) * w
    if a <= 0 and (c or not t * w):  # a look that costs nothing needs no price
        raise Impossible(
            where="known answers",
            needed="a price of false alarms at which flagging everything does not pay",
            found=f"none: a look costs {rational.decimal(c)}, a catch and a miss together are worth {rational.decimal(w)}",
            remedy="Raise the bounty or what a missed known answer costs, or use a monitor with tpr further above fpr.",
        )
    return Reviewer.of(cost, tpr=tpr, fpr=fpr, bounty=bounty, miss=liability, false_alarm=k / a if k else 0)
