"""Evaluate, look, drop, go on: designs that stop when they know, and bounds that allow it.

    elimination   all AIs left answer item t; i is dropped once some j left leads it by more than a radius that holds at all times t
                  and for all pairs. The best AI is never dropped, with chance 1 − α; and one may stop at any time: what is
                  left then contains it, and the pick loses at most what its radius says.
                                      (Even-Dar, Mannor & Mansour 2006, J. Mach. Learn. Res. 7, with radii of our own)
    betting       a radius that shrinks with the variance seen and still holds at all times: weights λ_t fixed before score t,
                    | Σ λ_t (X_t − μ) | ≤ log(2/α) + Σ 4 (X_t − m_{t−1})²·ψ(λ_t),   ψ(λ) = ( −log(1 − λ) − λ ) / 4,   X in [0, 1]
                                      (Waudby-Smith & Ramdas 2024, J. R. Stat. Soc. B 86, theorem 2)
    halving       a budget of T scores: ⌈log₂ k⌉ rounds of equal cost, the better half goes on. The best AI is lost with chance at
                  most 3·log₂k·exp( −T / (8·log₂k·max_{i≥2} i/Δ_i²) )     (Karnin, Koren & Somekh 2013, ICML, theorem 4.1)

Scores are given as an array, in the order in which they came (or would come): nothing is asked for twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .bounds import any_time, level, scores_in

WAYS = ("mixture", "betting")
MOST_BET = 0.5  # λ at the most


@dataclass(frozen=True, eq=False)
class Elimination:
    """What was dropped when. All statements hold together, at every time, with chance `confidence`."""

    left: tuple[int, ...]
    """AIs that may be best, in order of their means."""
    dropped_at: Array = field(repr=False)
    """[i]: item after which AI i was dropped, 0 while it is not."""
    within: float
    """The first of `left` is at most this much worse than the best, in units of scores."""
    items: int
    """Looked at until one AI was left, or until they ran out."""
    evaluations: int
    """Scores used: AIs dropped answer no more."""
    confidence: float

    @property
    def decided(self) -> bool:
        return len(self.left) == 1


def betting(differences: Any, alpha: float) -> tuple[Array, Array]:
    """(centre[t, …], radius[t, …]) of the mean of differences[t, …] in [−1, 1], two-sided, at all times t together."""
    d = np.asarray(differences, float)
    x = (d + 1) / 2
    t = np.arange(1, len(x) + 1).reshape(-1, *[1] * (x.ndim - 1))
    mean = (0.5 + np.cumsum(x, axis=0)) / (t + 1)
    before = np.concatenate([np.full_like(mean[:1], 0.5), mean[:-1]])
    variance = (0.25 + np.cumsum((x - mean) ** 2, axis=0)) / (t + 1)
    known = np.concatenate([np.full_like(variance[:1], 0.25), variance[:-1]])
    bet = np.minimum(np.sqrt(2 * math.log(2 / alpha) / (known * t * np.log1p(t))), MOST_BET)
    staked = np.cumsum(bet, axis=0)
    cost = np.cumsum((x - before) ** 2 * (-np.log1p(-bet) - bet), axis=0)
    centre = np.cumsum(bet * x, axis=0) / staked
    return 2 * centre - 1, 2 * (math.log(2 / alpha) + cost) / staked


def eliminate(
    scores: Any, confidence: float = 0.95, *, low: float = 0.0, high: float = 1.0, way: str = "betting"
) -> Elimination:
    """Successive elimination on scores[t, i], in order of time; row t is one item that all AIs left answer.

    way: "mixture" (Robbins) or "betting". Raises InputError for scores outside [low, high] and an unknown way, TooLarge.
    """
    table, alpha = (scores_in(scores, low, high) - low) / (high - low), level(confidence)
    n, k = table.shape
    if way not in WAYS:
        raise InputError(where="way", needed=f"one of {', '.join(WAYS)}", found=way)
    reserve((5, n, k, k), "bounds on all pairs of AIs at all times")
    first, second = np.triu_indices(k, 1)
    share = alpha / max(1, len(first))
    pairs = table[:, first] - table[:, second]
    if way == "betting":
        centre, wide = betting(pairs, share)
    else:
        t = np.arange(1, n + 1)
        centre = np.cumsum(pairs, axis=0) / t[:, None]
        wide = np.broadcast_to(any_time(t, share, 2.0)[:, None], centre.shape)
    below = np.full((n, k, k), -np.inf)  # [t, i, j]: lower bounds on μ_i − μ_j, the best so far
    below[:, first, second] = np.maximum.accumulate(centre - wide, axis=0)
    below[:, second, first] = np.maximum.accumulate(-centre - wide, axis=0)
    return _walk(table, below, confidence, high - low)


def _walk(table: Array, below: Array, confidence: float, span: float) -> Elimination:
    n, k = table.shape
    left, dropped, used, last = np.ones(k, bool), np.zeros(k, int), 0, n
    for t in range(n):
        used += int(left.sum())
        out = left & (below[t][left] > 0).any(axis=0)
        dropped[out] = t + 1
        left &= ~out
        if left.sum() == 1:
            last = t + 1
            break
    means = table[:last].mean(axis=0)
    kept = sorted(np.flatnonzero(left).tolist(), key=lambda i: -means[i])
    rivals = list(kept[1:])
    loss = max([0.0, *(-below[last - 1][kept[0], rivals])]) if rivals else 0.0
    return Elimination(tuple(kept), dropped, span * float(min(loss, 1.0)), last, used, confidence)


def halve(scores: Any, budget: int) -> int:
    """Sequential halving on scores[t, i] within `budget` scores in all: the AI that is left.

    Each round uses fresh rows. Raises InputError where the budget buys not one item a round, or rows run out.
    """
    table = np.asarray(scores, float)
    n, k = table.shape
    rounds, left, at = max(1, math.ceil(math.log2(k))), np.arange(k), 0
    while len(left) > 1:
        each = budget // (len(left) * rounds)
        if each < 1 or at + each > n:
            raise InputError(
                where="halving",
                needed=f"a budget of at least {k * rounds} scores, and {at + max(each, 1)} rows",
                found=f"{budget} scores, {n} rows",
            )
        means = table[at : at + each, left].mean(axis=0)
        left, at = left[np.argsort(-means, kind="stable")[: math.ceil(len(left) / 2)]], at + each
    return int(left[0])


def halving_error(values: Any, budget: int) -> float:
    """The chance at most with which `halve` loses the best of AIs of these values (scores in [0, 1]); 1 where two are best."""
    v = np.sort(np.asarray(values, float))[::-1]
    gaps = v[0] - v[1:]
    if not len(gaps):
        return 0.0
    if gaps.min() <= 0:
        return 1.0
    hard = float((np.arange(2, len(v) + 1) / gaps**2).max())
    rounds = math.log2(len(v))
    return min(1.0, 3 * rounds * math.exp(-budget / (8 * hard * rounds)))
