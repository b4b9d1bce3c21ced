"""What no agent can be blamed for: targets that do not agree with themselves.

    self-consistency   of persons: share of repeated judgements (same person, same case) that say the same
    re-decision        of an institution: share of repeated decisions on the same case that say the same
    bootstrap of A     people drawn again with replacement: share of cases on which A decides otherwise than it did

An agent that agrees with a target at its ceiling is as compatible with it as the target is with itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..aggregation.aggregator import Aggregator, decided
from ..aggregation.judgements import Judgements
from .losses import zero_one


@dataclass(frozen=True)
class Consistency:
    """Of n pairs in which both say something, how many say the same."""

    same: int
    n: int

    @property
    def share(self) -> float:
        """NaN where there is no pair."""
        return self.same / self.n if self.n else float("nan")


def self_consistency(judgements: Judgements) -> Consistency:
    """Neighbouring repeats of persons, read as yes or no."""
    first, second = judgements.repeats()
    return _pairs(judgements.value[first], judgements.value[second])


def redecision(case: Array, decision: Array, era: Array | None = None) -> Consistency:
    """Neighbouring repeated decisions on the same case (and in the same era, where a rule changed in between)."""
    key = np.asarray(case)
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    if era is not None:
        same &= np.asarray(era)[order][1:] == np.asarray(era)[order][:-1]
    at = np.flatnonzero(same)
    d = np.asarray(decision, float)
    return _pairs(d[order[at]], d[order[at + 1]])


def _pairs(a: Array, b: Array) -> Consistency:
    losses = zero_one(a, b)
    said = ~np.isnan(losses)
    return Consistency(int((losses[said] == 0).sum()), int(said.sum()))


@dataclass(frozen=True, eq=False)
class Resampled:
    """An aggregate under people drawn again."""

    aggregate: Array
    """A[x] from everybody."""
    flips: Array
    """[draw]: share of the cases on which that draw decides otherwise."""
    share: Array
    """[x]: share of draws that decide yes, of those that decide."""
    agents: Array
    """[agent, draw]: loss of each agent against the draw's aggregate."""


def resampled(
    rule: Aggregator, judgements: Judgements, agents: Array | None = None, *, draws: int = 200, seed: int = 0
) -> Resampled:
    """Draw people with replacement; agents[agent, x] are decisions to score against each draw (0/1). Raises InputError."""
    if draws < 1:
        raise InputError(where="draws", needed="at least 1", found=str(draws))
    j = judgements.once
    rng = np.random.default_rng(seed)
    people = len(j.people)
    base = decided(rule.decide(j))
    scored = np.zeros((0, j.n)) if agents is None else np.asarray(agents, float)
    flips, losses = np.full(draws, np.nan), np.full((len(scored), draws), np.nan)
    yes, said = np.zeros(j.n), np.zeros(j.n)
    for k in range(draws):
        weights = np.bincount(rng.integers(people, size=people), minlength=people)
        drawn = decided(rule.decide(j, weights))
        other = zero_one(drawn, base)
        if not np.isnan(other).all():
            flips[k] = np.nanmean(other)
        for a, decisions in enumerate(scored):
            each = zero_one(decisions, drawn)
            if not np.isnan(each).all():
                losses[a, k] = np.nanmean(each)
        yes += drawn == 1
        said += ~np.isnan(drawn)
    return Resampled(base, flips, np.divide(yes, said, out=np.full(j.n, np.nan), where=said > 0), losses)
