"""What an environment asks besides truth, and by how much truthful outcomes break it: the same measure for searches and reports.

    decisions   excess of the decision          taking part   outside − (v_i − t_i)
    budgets     t_i − budget                    deficit       C(x) − Σ_i t_i − deficit

Rounding is forgiven in proportion to the numbers at hand, so that the unit of money, millionths or millions, does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..numerics.rational import Array
from .mechanism import Mechanism, at_once

SLACK = 1e-9  # of the largest number at hand


@dataclass(frozen=True)
class Kept:
    """The most by which each is broken, anywhere; 0: nowhere that was looked at."""

    decisions: float
    taking_part: float
    budgets: float
    deficit: float

    @property
    def most(self) -> float:
        return max(self.decisions, self.taking_part, self.budgets, self.deficit)


def kept(mechanism: Mechanism, types: Array) -> Kept:
    """At truthful reports [profile, agent, dimension]."""
    there, step = mechanism.environment, at_once(mechanism.environment)
    worst, units = np.full(4, -np.inf), np.zeros(2)
    for start in range(0, len(types), step):
        part = types[start : start + step]
        found = mechanism.outcome(part)
        values, short = mechanism.values(part, found), there.shortfall(found.decision, found.payments)
        over = (
            there.decisions.excess(found.decision),
            there.outside - (values - found.payments),
            found.payments - there.budget,
            short - there.deficit,
        )
        worst = np.maximum(worst, [float(np.max(one)) for one in over])
        money = max(float(np.abs(one).max()) for one in (values, found.payments, short))
        units = np.maximum(units, [float(np.abs(found.decision).max()), money])
    slack = SLACK * units[[0, 1, 1, 1]]
    return Kept(*(float(w) if w > s else 0.0 for w, s in zip(worst, slack, strict=True)))
