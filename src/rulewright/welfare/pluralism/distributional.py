"""Distributional: asked many times, an agent's answers should be spread as the people's are (Sorensen et al. 2024).

Ours, per case, q(a) the agent's chances and p(a) the shares of the n people who judged it:

    TV(p, q) = ½ Σ |p − q|
    JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m),  m = (p + q)/2;  √JS is a distance (Endres & Schindelin 2003)

n people drawn from q itself are not at distance 0: the *noise floor* is the mean distance of such draws, and p-values are shares
of them at least as far away. An interval comes from drawing the people again; a bootstrap of a distance leans upward near 0, so
that the floor must be read beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..aggregation.judgements import Judgements
from .answers import counts, shares


def total_variation(p: Array, q: Array) -> Array:
    """TV along the last axis."""
    distance: Array = np.abs(np.asarray(p) - np.asarray(q)).sum(axis=-1) / 2
    return distance


def jensen_shannon(p: Array, q: Array) -> Array:
    """JS along the last axis, in bits: from 0 to 1."""
    p, q = np.broadcast_arrays(np.asarray(p, float), np.asarray(q, float))
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [np.where(a > 0, a * np.log2(a / m), 0.0).sum(axis=-1) for a in (p, q)]
    found: Array = np.maximum(0.0, (terms[0] + terms[1]) / 2)
    return found


DISTANCES = {"total variation": total_variation, "Jensen–Shannon": jensen_shannon}


@dataclass(frozen=True, eq=False)
class Distance:
    """Per case, and on average, between the agent's chances and the people's shares."""

    case: Array
    """Numbers of the cases that both speak of."""
    distance: Array
    floor: Array
    """[case]: mean distance of n draws from the agent's own chances."""
    p: Array
    """[case]: share of such draws at least as far away, this one counted."""
    n: Array
    """[case]: people."""
    draws: Array
    """[draw]: mean distance over cases with people drawn again."""
    floor_draws: Array
    """[draw]: mean distance over cases of draws from the agent's chances."""

    @property
    def mean(self) -> float:
        return float(self.distance.mean())

    @property
    def mean_floor(self) -> float:
        return float(self.floor.mean())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Quantiles of the bootstrap."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.draws, [tail, 1 - tail])
        return float(low), float(high)

    @property
    def p_mean(self) -> float:
        """Share of draws from the agent's chances whose mean distance is at least the one seen."""
        return float((1 + (self.floor_draws >= self.mean - 1e-12).sum()) / (1 + len(self.floor_draws)))


def distributional(
    judgements: Judgements, chances: Array, *, by: str = "total variation", draws: int = 200, seed: int = 0
) -> Distance:
    """chances[x, a] of the agent, NaN where it says nothing. Raises InputError for other shapes and for what sums to no one."""
    if by not in DISTANCES:
        raise InputError(where="distance", needed=f"one of {', '.join(DISTANCES)}", found=repr(by))
    table = counts(judgements)
    q = np.asarray(chances, float)
    if q.shape != table.shape:
        raise InputError(where="chances", needed=f"shape {table.shape}, cases × answers", found=str(q.shape))
    n = table.sum(axis=1)
    at = np.flatnonzero((n > 0) & ~np.isnan(q).any(axis=1))
    if not len(at):
        raise InputError(where="chances", needed="a case of which the agent and people both speak", found="none")
    q = q[at]
    if (q < 0).any() or not np.allclose(q.sum(axis=1), 1, atol=1e-6):
        found = f"a sum of {q.sum(axis=1)[np.abs(q.sum(axis=1) - 1).argmax()]:g}"
        raise InputError(where="chances", needed="chances of at least 0 that sum to 1 on every case", found=found)
    q = q / q.sum(axis=1, keepdims=True)
    p, of = shares(table[at]), n[at]
    measure = DISTANCES[by]
    rng = np.random.default_rng(seed)
    seen = measure(p, q)
    again, noise = np.empty(draws), np.empty(draws)
    floor, further = np.zeros(len(at)), np.ones(len(at))
    for k in range(draws):
        again[k] = measure(rng.multinomial(of, p) / of[:, None], q).mean()
        drawn = measure(rng.multinomial(of, q) / of[:, None], q)
        noise[k] = drawn.mean()
        floor += drawn / draws
        further += drawn >= seen - 1e-12
    return Distance(at, seen, floor, further / (1 + draws), of, again, noise)
