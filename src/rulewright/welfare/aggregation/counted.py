"""Aggregators that count votes for and against, exactly: majority and supermajorities (May 1952, Econometrica 20).

    yes(x), no(x)   judgements above and below 1/2; neutral ones are left out unless they are counted
    A(x) = 1  if  yes · b ≥ a · (yes + no)   for a quota q = a/b of whole numbers;  "more than" for a majority

A majority says nothing where as many are for as against; a supermajority says no where its quota is missed: it favours what is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .aggregator import Aggregator
from .judgements import Judgements


@dataclass(frozen=True)
class Majority(Aggregator):
    """Yes where more are for than against; nothing where they are as many."""

    @property
    def name(self) -> str:
        return "majority"

    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        yes, no, _ = judgements.counts(weights)
        return np.where(yes > no, 1.0, np.where(yes < no, 0.0, np.nan))

    def score(self, judgements: Judgements, weights: Array | None = None) -> Array:
        """[x]: share of those for among those for and against."""
        return share(*judgements.counts(weights)[:2])


@dataclass(frozen=True)
class Supermajority(Aggregator):
    """Yes where at least a share `quota` is for. Raises InputError for a quota outside (0, 1]."""

    quota: Fraction
    neutrals: bool = False
    """Whether neutral judgements count among all."""

    def __post_init__(self) -> None:
        if not 0 < self.quota <= 1:
            raise InputError(where="quota", needed="more than 0 and at most 1", found=str(self.quota))

    @property
    def name(self) -> str:
        return f"supermajority of {self.quota}"

    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        yes, no, neutral = judgements.counts(weights)
        of = yes + no + (neutral if self.neutrals else 0)
        enough = yes * self.quota.denominator >= of * self.quota.numerator
        return np.where(of > 0, enough.astype(float), np.nan)

    def score(self, judgements: Judgements, weights: Array | None = None) -> Array:
        """[x]: share of those for."""
        yes, no, neutral = judgements.counts(weights)
        return share(yes, no + (neutral if self.neutrals else 0))


def share(yes: Array, others: Array) -> Array:
    """[x]: yes / (yes + others); NaN where there are none."""
    of = yes + others
    return np.divide(yes, of, out=np.full(len(of), np.nan), where=of > 0)
