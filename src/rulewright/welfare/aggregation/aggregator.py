"""What an aggregator is: from judgements of people to one decision for each case."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from ...numerics.rational import Array
from .judgements import Judgements


class Aggregator(ABC):
    """A rule A. Decisions are from 0 (no) to 1 (yes); NaN where it says nothing."""

    dear = False
    """Whether it takes long enough that it is resampled less often."""
    grouped = False
    """Whether it needs groups of people."""

    @property
    @abstractmethod
    def name(self) -> str:
        """In words."""

    @abstractmethod
    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        """A[x], with weights[i] of people (all one if left out)."""

    def score(self, judgements: Judgements, weights: Array | None = None) -> Array:
        """[x]: the number that is compared with a bar."""
        return self.decide(judgements, weights)


def decided(values: Array) -> Array:
    """1 above 1/2, 0 below, NaN at 1/2 and where there is nothing."""
    v = np.asarray(values, dtype=float)
    return np.where(v > 0.5, 1.0, np.where(v < 0.5, 0.0, np.nan))
