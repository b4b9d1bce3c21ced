"""Two classics of aggregation: when a majority is right, and when it contradicts itself.

Condorcet (1785): n people, n odd, each right with chance p independently; a majority is right with chance

    J(n, p) = Σ_{k > n/2} C(n, k) p^k (1 − p)^{n − k}

The discursive dilemma (Kornhauser & Sager 1986; List & Pettit 2002): majorities on logically connected questions need not fit
together, though each person's answers do.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ...errors import InputError
from ...numerics.binomial import tail
from .counted import Majority
from .judgements import Judgements


def jury(people: int, right: Fraction) -> Fraction:
    """J(n, p), exact. Raises InputError for an even number of people or a chance outside [0, 1]."""
    if people < 1 or people % 2 == 0:
        raise InputError(where="people", needed="an odd number", found=str(people))
    if not 0 <= right <= 1:
        raise InputError(where="chance of being right", needed="from 0 to 1", found=str(right))
    return tail(people, people // 2 + 1, Fraction(right))


@dataclass(frozen=True)
class Dilemma:
    """Three judges, two premises and a conclusion that is right if and only if both premises are."""

    judgements: Judgements
    premises: tuple[float, float]
    """What the majority says of each."""
    conclusion: float
    """What the majority says of it."""
    follows: float
    """What follows from the majority's premises."""

    @property
    def contradicts(self) -> bool:
        """Whether the majority's three answers do not fit together."""
        return self.conclusion != self.follows


def discursive_dilemma() -> Dilemma:
    """The smallest: (yes, yes, yes), (yes, no, no), (no, yes, no)."""
    table = [[1, 1, 1], [1, 0, 0], [0, 1, 0]]
    j = Judgements.wide(table, cases=["duty", "breach", "liable"], people=["first", "second", "third"])
    p, q, r = (float(v) for v in Majority().decide(j))
    return Dilemma(j, (p, q), r, min(p, q))
