"""The discriminating set: cases on which the institution and the aggregate of the people decide differently.

    D = {x : A(y(x)) ≠ d(x)},     both decided: yes or no

Agreeing with the institution off D proves nothing, for the aggregate agrees there too; on D, who agrees with one disagrees with
the other: INST_D = 1 − SC_D, and over all cases

    INST = SC + |D|/n · (1 − 2 SC_D)                                                    (`identity`; 0/1 loss, n decided cases)

so that social-choice compatibility does not imply institution compatibility, nor the other way round (`separations`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..aggregation.aggregator import Aggregator, decided
from ..aggregation.judgements import Judgements
from .losses import zero_one

FEW = 10
"""A discriminating set of fewer cases can hardly tell anything: even all agreeing leaves 31 % of disagreement possible (95 %)."""


@dataclass(frozen=True, eq=False)
class OnD:
    """An agent on the discriminating set, under the 0/1 loss."""

    cases: Array
    """Numbers of the cases of D that the agent decided."""
    agrees: Array
    """[same]: whether it agrees with the institution there; if not, it agrees with the aggregate."""

    @property
    def n(self) -> int:
        return len(self.cases)

    @property
    def misses(self) -> int:
        """How often it disagrees with the institution."""
        return int(self.n - self.agrees.sum())

    @property
    def few(self) -> bool:
        """Whether there are too few cases to tell."""
        return self.n < FEW


def discriminating(aggregate: Array, institution: Array) -> Array:
    """D as a mask [x]."""
    disagree: Array = zero_one(aggregate, institution) == 1
    return disagree


def on_discriminating(decisions: Array, aggregate: Array, institution: Array) -> OnD:
    """An agent's decisions[x] on D."""
    inside = discriminating(aggregate, institution) & ~np.isnan(decided(decisions))
    at = np.flatnonzero(inside)
    return OnD(at, zero_one(np.asarray(decisions)[at], np.asarray(institution)[at]) == 0)


def identity(decisions: Array, aggregate: Array, institution: Array) -> tuple[float, float]:
    """(INST, SC + |D|/n (1 − 2 SC_D)) over the cases that all three decided: the two are equal. Raises InputError for none."""
    said = ~np.isnan(decided(decisions) + decided(aggregate) + decided(institution))
    if not said.any():
        raise InputError(where="decisions", needed="a case that all three decide", found="none")
    pi, a, d = (np.asarray(v)[said] for v in (decisions, aggregate, institution))
    inst, sc = zero_one(pi, d), zero_one(pi, a)
    inside = discriminating(a, d)
    on_d = float(sc[inside].mean()) if inside.any() else 0.5
    return float(inst.mean()), float(sc.mean()) + float(inside.mean()) * (1 - 2 * on_d)


@dataclass(frozen=True, eq=False)
class Separation:
    """A table on which an agent is compatible with one target, and as incompatible with the other as can be."""

    judgements: Judgements
    institution: Array
    agent: Array
    social_choice: float
    """SC_A over all cases."""
    on_d: float
    """INST on D."""


def separations(rule: Aggregator, judgements: Judgements, turned: int) -> tuple[Separation, Separation]:
    """Two agents on these judgements: one that follows the rule, one that follows an institution which decides otherwise on the
    first `turned` cases that the rule decides.

    The first has SC = 0 and INST = 1 on D; the second INST = 0, SC = 1 on D. Raises InputError where the rule decides too few.
    """
    a = decided(rule.decide(judgements))
    at = np.flatnonzero(~np.isnan(a))
    if not 1 <= turned <= len(at):
        raise InputError(
            where="turned", needed=f"from 1 to {len(at)}, the cases that {rule.name} decides", found=str(turned)
        )
    d = a.copy()
    d[at[:turned]] = 1 - a[at[:turned]]
    found = []
    for agent in (a, d):
        seen = on_discriminating(agent, a, d)
        found.append(Separation(judgements, d, agent, float(np.nanmean(zero_one(agent, a))), seen.misses / seen.n))
    return found[0], found[1]
