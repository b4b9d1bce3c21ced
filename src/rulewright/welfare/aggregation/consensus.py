"""Aggregators that look at groups: group-aware consensus, and leximin over groups.

Group-aware consensus, after Polis (Small, Bjorkegren, Erkkila, Shaw & Megill 2021): the chance that one person drawn from each
group agrees, each chance estimated with one agreement and one disagreement added,

    c(x) = Π_g (yes_g(x) + 1) / (n_g(x) + 2),      n_g counts all who voted, neutral ones too

Polis ranks by c. That it *decides* yes where the geometric mean over groups, c^(1/G), is above a bar (1/2) is ours.

Leximin: of yes and no, the one whose worst group supports it more; where that is equal, whose second worst does; and so on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .aggregator import Aggregator
from .judgements import Judgements


def group_consensus(judgements: Judgements, weights: Array | None = None) -> Array:
    """c[x], a product over groups. Raises InputError where people have no groups."""
    yes, no, neutral = judgements.group_counts(weights)
    product: Array = np.prod((yes + 1) / (yes + no + neutral + 2), axis=0)
    return product


@dataclass(frozen=True)
class GroupConsensus(Aggregator):
    """Yes where the geometric mean over groups of estimated agreement is above `bar`, else no."""

    bar: float = 0.5
    grouped = True

    def __post_init__(self) -> None:
        if not 0 <= self.bar < 1:
            raise InputError(where="bar", needed="from 0 to less than 1", found=f"{self.bar:g}")

    @property
    def name(self) -> str:
        return "group-aware consensus"

    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        voted = judgements.tally(np.ones(judgements.m), weights) > 0
        return np.where(voted, (self.score(judgements, weights) > self.bar).astype(float), np.nan)

    def score(self, judgements: Judgements, weights: Array | None = None) -> Array:
        found: Array = group_consensus(judgements, weights) ** (1 / len(judgements.groups))
        return found


@dataclass(frozen=True)
class Leximin(Aggregator):
    """Of yes and no, the one that the groups who like it least like more; nothing where that is equal throughout.

    A group in which nobody voted for or against says nothing.
    """

    grouped = True

    @property
    def name(self) -> str:
        return "leximin by group"

    def decide(self, judgements: Judgements, weights: Array | None = None) -> Array:
        yes, no, _ = judgements.group_counts(weights)
        of = yes + no
        both = [np.sort(np.divide(s, of, out=np.ones_like(of), where=of > 0), axis=0) for s in (yes, no)]
        differ = both[0] != both[1]
        at = differ.argmax(axis=0)[None]
        more = np.take_along_axis(both[0], at, 0) > np.take_along_axis(both[1], at, 0)
        return np.where(differ.any(axis=0) & (of > 0).any(axis=0), more[0].astype(float), np.nan)

    def score(self, judgements: Judgements, weights: Array | None = None) -> Array:
        """[x]: share for, in the group in which it is smallest."""
        yes, no, _ = judgements.group_counts(weights)
        of = yes + no
        least: Array = np.divide(yes, of, out=np.full_like(of, np.inf), where=of > 0).min(axis=0)
        return np.where(np.isfinite(least), least, np.nan)
