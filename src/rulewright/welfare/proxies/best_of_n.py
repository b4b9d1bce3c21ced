"""Over-optimisation as data show it: the true score of the best of n by a proxy.

From N samples with a proxy score and a true score each, the expected true score of the best of n drawn without replacement is, over
samples ordered by the proxy,

    T(n)  =  Σ_i  true_(i) · C(i − 1, n − 1) / C(N, n)                  i = n … N

without bias for every n ≤ N, since every set of n is as likely; samples that tie share their weights. How far best-of-n is from the
samples' own law: KL(n) = ln n − (n − 1)/n, for scores without ties (Stiennon et al. 2020, NeurIPS, give the formula). A proxy is
*over-optimised* beyond the n at which T is highest, if T at the end is below that by more than chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

MOST_POINTS = 60
FEW = 10  # samples for each of n, so that resampling tells chance


@dataclass(frozen=True)
class Curve:
    """Arrays over n; intervals are of the bootstrap over samples."""

    n: Array
    """int [point]."""
    true: Array
    low: Array
    high: Array
    proxy: Array
    """Expected proxy score of the best of n."""
    divergence: Array
    """KL(n), nats."""
    samples: int
    level: float
    draws: int
    drop: float
    """T at its highest less T at the end."""
    drop_low: float
    """Lower end of a one-sided interval of the largest drop to the end, over all n at once: the n was not known beforehand.

    Of n up to a tenth of the samples: beyond, few samples decide T, and resampling says too little about chance."""

    @property
    def peak(self) -> int:
        """The n of the highest true score."""
        return int(self.n[int(np.argmax(self.true))])

    @property
    def over_optimised(self) -> bool:
        """Whether the true score falls after its peak, by more than chance."""
        return self.drop_low > 0


def points(most: int) -> Array:
    """int [point]: 1 … most, evenly in logarithms."""
    return np.unique(np.rint(np.geomspace(1, most, min(most, MOST_POINTS))).astype(np.int64))


def weights(samples: int, n: Array) -> Array:
    """float [point, sample]: chance that the i-th smallest of all samples is the largest of n, without replacement."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, samples + 1)))])  # log k!
    i = np.arange(1, samples + 1)
    m = np.asarray(n)[:, None]
    inside = i >= m
    gap = np.where(inside, i - m, 0)
    said = logs[i - 1] - logs[m - 1] - logs[gap] - (logs[samples] - logs[m] - logs[samples - m])
    return np.where(inside, np.exp(np.where(inside, said, -np.inf)), 0.0)


def best_of_n(
    proxy: Sequence[float] | Array,
    true: Sequence[float] | Array,
    most: int = 0,
    *,
    draws: int = 400,
    seed: int = 0,
    level: float = 0.95,
) -> Curve:
    """The curve up to n = `most` (a tenth of the samples if 0). Raises InputError for scores that are not numbers."""
    scores, worth = np.asarray(proxy, float), np.asarray(true, float)
    if scores.shape != worth.shape or scores.ndim != 1 or len(scores) < 2 or not np.isfinite([scores, worth]).all():
        raise InputError(
            where="best of n",
            needed="two lists of finite numbers of the same length, two or more",
            found=f"shapes {scores.shape} and {worth.shape}",
        )
    top = most or max(2, len(scores) // FEW)
    if not 2 <= top <= len(scores):
        raise InputError(where="best of n", needed=f"n from 2 to {len(scores)}", found=str(top))
    n = points(top)
    table = weights(len(scores), n)
    order = np.argsort(scores, kind="stable")
    scores, worth = scores[order], worth[order]
    curve, sharp = _curve(scores, worth, table), _curve(scores, scores, table)
    rng = np.random.default_rng(seed)
    again = (np.sort(rng.integers(0, len(scores), len(scores))) for _ in range(draws))
    drawn = np.array([_curve(scores[k], worth[k], table) for k in again])
    tail = 100 * (1 - level)
    low, high = np.percentile(drawn, [tail / 2, 100 - tail / 2], axis=0)
    at, few = int(np.argmax(curve)), int((n <= max(2, len(scores) // FEW)).sum())
    divergence = np.log(n) - (n - 1) / n
    return Curve(
        n,
        curve,
        low,
        high,
        sharp,
        divergence,
        len(scores),
        level,
        draws,
        float(curve[at] - curve[-1]),
        _largest(curve[:few] - curve[few - 1], drawn[:, :few] - drawn[:, few - 1 : few], level),
    )


def _largest(drop: Array, drawn: Array, level: float) -> float:
    """What the largest of drop [point] is at least: all drops less their spread, as often as none would be missed.

    Looking for the n of the peak in the same samples favours it; max |t| over all n pays for that (Romano & Wolf 2005,
    Econometrica 73).
    """
    spread = drawn.std(axis=0)
    n = spread > 1e-12 * (1 + abs(drop).max())
    if not n.any():
        return float(drop.max())
    often = np.percentile(((drawn - drop) / np.where(n, spread, 1))[:, n].max(axis=1), 100 * level)
    return float((drop - often * spread)[n].max())


def _curve(scores: Array, worth: Array, table: Array) -> Array:
    """T [point], of samples in order of their scores; those of equal score share what they are worth."""
    group = np.concatenate([[0], np.cumsum(np.diff(scores) > 0)])
    if group[-1] + 1 < len(scores):
        worth = (np.bincount(group, worth) / np.bincount(group))[group]
    return np.asarray(table @ worth)
