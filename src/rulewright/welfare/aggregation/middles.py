"""Aggregators of degrees: the mean and the median of the judgements on a case (Black 1948; Galton 1907)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...numerics.rational import Array
from .aggregator import Aggregator
from .judgements import Judgements


@dataclass(frozen=True)
class Mean(Aggregator):
    """The mean judgement, neutral ones counted as 1/2."""

    @property
    def name(self) -> str:
        return "mean"

    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        total = judgements.tally(judgements.value, weights)
        of = judgements.tally(np.ones(judgements.m), weights)
        return np.divide(total, of, out=np.full(judgements.n, np.nan), where=of > 0)


@dataclass(frozen=True)
class Median(Aggregator):
    """The middle judgement; half-way between the two middle ones where they differ."""

    @property
    def name(self) -> str:
        return "median"

    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        values = judgements.values
        w = np.ones(judgements.m) if weights is None else weights[judgements.person].astype(float)
        table = np.bincount(
            judgements.case * len(values) + judgements.answer, w, minlength=judgements.n * len(values)
        ).reshape(judgements.n, len(values))
        below = table.cumsum(axis=1)
        half = below[:, -1:] / 2
        first = (below >= half).argmax(axis=1)
        second = (below > half).argmax(axis=1)
        return np.where(below[:, -1] > 0, (values[first] + values[second]) / 2, np.nan)
