"""A test set that is used again and again, and the score of whoever won.

**How many submissions a test set of n items survives.** Scores lie in [0, 1]. For m submissions fixed beforehand, Hoeffding
and a union bound: all are within τ of the truth with chance 1 − α if 2m·exp(−2nτ²) ≤ α. A submitter who adapts to answers
chooses its j-th submission as a function of the answers so far. If only N different lists of answers can ever be followed by a
submission, then N functions are submitted at most, all fixed before the items are drawn, and 2N·exp(−2nτ²) ≤ α suffices (a
submitter who draws at random: the same for every draw). N for

    exact scores       unbounded: nothing is proved
    rounded to 1/L     Σ_{j<m} (L + 1)^j
    ladder             the best so far, in steps of 1/L, is told only when it rises: Σ_{j<m} Σ_r C(j, r)·C(L + 1, r)

and what is told is off by half a step, or a step, besides. (Our own count, after Blum & Hardt 2015, ICML, "The Ladder".)

**The winner's curse.** The largest of k means is too high: 0 ≤ E[mean_w − μ_w] ≤ E max_i (mean_i − μ_i) ≤ √(log k / 2n), by
Hoeffding's lemma and Jensen. Chosen on one half of the items, its mean on the other half is unbiased.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import numpy as np

from ...behaviour.estimation.confidence import BOUNDED, Interval
from ...errors import InputError
from ...numerics.given import named
from ...numerics.rational import Array
from .bounds import least, level, radius, scores_in

TOLD = ("beforehand", "rounded", "ladder")
SPLITS = 200


@dataclass(frozen=True)
class Reuse:
    """What a test set of `items` items supports, all submissions together."""

    items: int
    submissions: int
    told: str
    steps: int | None
    """L."""
    confidence: float
    error: float
    """τ: no submission's true score is farther than this from its mean on the test set; 1 where nothing is proved."""
    shown_error: float
    """The same, for what the submitter is shown."""


def log_histories(submissions: int, told: str, steps: int | None) -> float:
    """log N: how many submissions there can be at most in all courses of events."""
    if told == "beforehand":
        return math.log(submissions)
    if not _whole(steps):
        raise InputError(
            where="reuse", needed="a whole number of steps ≥ 1, into which scores are rounded", found=str(steps)
        )
    if told == "rounded":  # a geometric sum
        top = submissions * math.log(steps + 1)
        return top + math.log1p(-math.exp(-top)) - math.log(steps)
    # Σ_{j<m} C(j, r) = C(m, r + 1)
    r = np.arange(min(submissions - 1, steps + 1) + 1)
    logs = np.array([_log_choose(submissions, x + 1) + _log_choose(steps + 1, x) for x in r.tolist()])
    peak = logs.max()
    return float(peak + math.log(np.exp(logs - peak).sum()))


def _whole(number: Any) -> TypeGuard[int]:
    return isinstance(number, int | np.integer) and bool(number >= 1)


def _log_choose(n: int, r: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(r + 1) - math.lgamma(n - r + 1)


def reuse(
    items: int, submissions: int, confidence: float = 0.95, *, told: str = "ladder", steps: int | None = None
) -> Reuse:
    """τ for a number of submissions. `steps` = L is needed for rounded scores and for the ladder. Raises InputError."""
    if not (_whole(items) and _whole(submissions)) or told not in TOLD:
        raise InputError(
            where="reuse",
            needed=f"whole numbers of items and submissions of at least 1, told one of {', '.join(TOLD)}",
            found=f"{items}, {submissions}, {told}",
        )
    many = log_histories(submissions, told, steps)
    error = min(1.0, math.sqrt((many + math.log(2 / level(confidence))) / (2 * items)))
    step = 0.0 if steps is None or told == "beforehand" else (0.5 if told == "rounded" else 1.0) / steps
    return Reuse(items, submissions, told, steps, confidence, error, min(1.0, error + step))


def survives(
    items: int, error: float, confidence: float = 0.95, *, told: str = "ladder", steps: int | None = None
) -> int:
    """How many submissions keep within `error` of the truth, on the test set itself; 0 if not even one is proved to.

    Raises InputError, also for an error that is not between 0 and 1.
    """
    if not 0 < error < 1:
        raise InputError(
            where="survives", needed="an error between 0 and 1, the length of the scores' range", found=str(error)
        )
    worse = least(lambda m: reuse(items, m, confidence, told=told, steps=steps).error > error, most=2**30)
    return 2**30 if worse is None else worse - 1


class Ladder:
    """A leaderboard that tells as little as it must: the best score so far, and only when it rises by a step of 1/L.

    `submit(score)` takes the mean on the test set and returns what is shown: the largest multiple of 1/L reached so far, if this
    submission is the first to reach it, else what was shown before.
    """

    def __init__(self, steps: int) -> None:
        if not _whole(steps):
            raise InputError(where="ladder", needed="a whole number of steps, at least one", found=str(steps))
        self.steps = steps
        self.shown = -1

    def submit(self, score: float) -> float:
        """The best that is shown now, in [0, 1]. Raises InputError for a score outside."""
        if not 0 <= score <= 1:
            raise InputError(where="ladder", needed="a score between 0 and 1", found=f"{score:g}")
        self.shown = max(self.shown, math.floor(score * self.steps + 1e-12))
        return self.shown / self.steps


@dataclass(frozen=True, eq=False)
class Winner:
    """Who scores best, and what that score is worth."""

    name: str
    pick: int
    """Of the first half of the items, drawn by `seed`."""
    boasted: float
    """Its mean on the half that it was picked on: too high on average."""
    fresh: Interval
    """Of its value, from the other half alone."""
    estimate: float
    """Its mean on the other half: unbiased, for the AI that the first half picks."""
    curse: float
    """Estimated: how much the boast exceeds the fresh mean, over many splits."""
    curse_at_most: float
    """√(log k / 2n) with n items in a half, in units of scores: no law of scores makes the expected excess larger."""
    seed: int = field(repr=False, default=0)

    def describe(self) -> str:
        return (
            f"{self.name} scored {self.boasted:.3f} where it was picked and {self.estimate:.3f} on {self.fresh.n:,} fresh items: "
            f"between {self.fresh.low:.3f} and {self.fresh.high:.3f} with confidence {100 * self.fresh.level:g} %."
        )


def winner(
    scores: Any,
    confidence: float = 0.95,
    *,
    seed: int,
    low: float = 0.0,
    high: float = 1.0,
    method: str = "better",
    names: Any = None,
) -> Winner:
    """Pick on one half of scores[m, i], estimate on the other. Raises InputError for fewer than four items."""
    table, alpha = scores_in(scores, low, high), level(confidence)
    n, k = table.shape
    if n < 4:
        raise InputError(where="scores", needed="at least four items: two halves of two", found=str(n))
    called = named([f"AI {i + 1}" for i in range(k)] if names is None else names, "", k, "AIs")
    rng = np.random.default_rng(seed)
    half = n // 2
    order = rng.permutation(n)
    first, second = table[order[:half]], table[order[half:]]
    pick = int(first.mean(axis=0).argmax())
    kept = second[:, pick]
    wide = float(radius(method, kept.var(ddof=1), len(kept), alpha / 2, high - low))
    mean = float(kept.mean())
    interval = Interval(max(low, mean - wide), min(high, mean + wide), confidence, len(kept), method, BOUNDED)
    return Winner(
        called[pick],
        pick,
        float(first.mean(axis=0)[pick]),
        interval,
        mean,
        _curse(table, rng),
        (high - low) * math.sqrt(math.log(k) / (2 * half)),
        seed,
    )


def _curse(table: Array, rng: np.random.Generator) -> float:
    """Mean excess of the pick's mean on its half over that on the other, over SPLITS random splits."""
    half, total = len(table) // 2, 0.0
    for _ in range(SPLITS):
        order = rng.permutation(len(table))
        first, second = table[order[:half]].mean(axis=0), table[order[half:]].mean(axis=0)
        pick = first.argmax()
        total += float(first[pick] - second[pick])
    return total / SPLITS
