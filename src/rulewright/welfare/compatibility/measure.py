"""Three targets of an agent's decisions π(x): persons, an aggregate of persons, an institution.

    IC_i  = E l(π, y_i)      individual: the person served best has the least, and the mean is over people
    SC_A  = E l(π, A(y))     social choice, for an aggregator A
    INST  = E l(π, d)        institution, which decided d(x)

over the cases on which both sides say something. The definitions are Hadfield's; this executable form is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..aggregation.judgements import Judgements
from .losses import Loss


@dataclass(frozen=True, eq=False)
class Against:
    """Losses of decisions against one target, case by case."""

    losses: Array
    """[x]; NaN where nothing is said."""

    @property
    def said(self) -> Array:
        """[x]: whether there is a loss."""
        return ~np.isnan(self.losses)

    @property
    def n(self) -> int:
        """Cases with a loss."""
        return int(self.said.sum())

    @property
    def mean(self) -> float:
        """E l; NaN where there is no case."""
        return float(self.losses[self.said].mean()) if self.n else float("nan")

    @property
    def total(self) -> float:
        """Sum of losses: under the 0/1 loss, the number of disagreements."""
        return float(self.losses[self.said].sum())

    def on(self, keep: Array) -> Against:
        """On some cases only: keep[x] is true or false."""
        return Against(np.where(keep, self.losses, np.nan))


@dataclass(frozen=True, eq=False)
class Individual:
    """Losses of decisions against each person."""

    losses: Array
    """[i]: mean over the person's cases; NaN for who has too few."""
    n: Array
    """[i]: cases on which the person and the agent both say something."""
    people: tuple[str, ...]

    @property
    def counted(self) -> Array:
        """Numbers of the people who count."""
        return np.flatnonzero(~np.isnan(self.losses))

    @property
    def mean(self) -> float:
        """Mean over people."""
        return float(np.nanmean(self.losses)) if len(self.counted) else float("nan")

    @property
    def least(self) -> float:
        """Of the person served best."""
        return float(np.nanmin(self.losses)) if len(self.counted) else float("nan")

    @property
    def most(self) -> float:
        """Of the person served worst."""
        return float(np.nanmax(self.losses)) if len(self.counted) else float("nan")

    @property
    def best_served(self) -> str:
        """Name of the person with the least loss; of several, the one with most cases."""
        if not len(self.counted):
            return ""
        order = np.lexsort((-self.n, np.where(np.isnan(self.losses), np.inf, self.losses)))
        return self.people[int(order[0])]


def against(decisions: Array, target: Array, loss: Loss) -> Against:
    """Losses of decisions[x] against target[x]. Raises InputError for other lengths."""
    if np.shape(decisions) != np.shape(target):
        found = f"{np.shape(decisions)} and {np.shape(target)}"
        raise InputError(where="decisions", needed="as many as the target has cases", found=found)
    return Against(loss(decisions, target))


def individual(decisions: Array, judgements: Judgements, loss: Loss, *, least: int = 1) -> Individual:
    """Losses against each person who judged at least `least` cases that the agent decided. Raises InputError."""
    if np.shape(decisions) != (judgements.n,):
        found = str(np.shape(decisions))
        raise InputError(where="decisions", needed=f"one for each of {judgements.n} cases", found=found)
    j = judgements.once
    each = loss(np.asarray(decisions)[j.case], j.value)
    said = ~np.isnan(each)
    count = len(j.people)
    n = np.bincount(j.person[said], minlength=count)
    total = np.bincount(j.person[said], each[said], minlength=count)
    return Individual(np.divide(total, n, out=np.full(count, np.nan), where=n >= max(1, least)), n, j.people)
