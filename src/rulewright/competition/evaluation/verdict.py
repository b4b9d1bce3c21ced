"""A table of scores: which AI may be best, which is ruled out, what picking the best mean guarantees, and how many more items
decide.

scores[m, i], item m, AI i. For every ordered pair a lower bound L[i, j] on μ_i − μ_j holds, all k(k−1) of them together with chance
1 − α (a union bound). From these alone:

    i is ruled out             L[j, i] > 0 for some j
    rank of i                  between 1 + #{j : L[j, i] > 0} and k − #{j : L[i, j] > 0}
    the pick w loses           at most max_j −L[w, j]          (and at least nothing)

Which pick, and when it is made, does not matter: the bounds hold for all pairs. On the same items differences are bounded, whose
variance is often far smaller than that of scores; else each mean has its own interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.given import named
from ...numerics.rational import Array
from ..market.table import Table
from .bounds import least, level, radius, scores_in


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a table of scores says with confidence 1 − α, all statements together."""

    names: tuple[str, ...]
    items: int
    confidence: float
    method: str
    means: Array = field(repr=False)
    """[i]."""
    lower: Array = field(repr=False)
    """L[i, j] ≤ μ_i − μ_j."""
    pick: int
    """The largest mean; the first of several."""
    forecast: int | None
    """Items in all at which the pick would be the proved best, were means and variances to stay what they are. No guarantee; None
    where the lead is nothing."""

    @property
    def ruled_out(self) -> tuple[int, ...]:
        return tuple(np.flatnonzero((self.lower > 0).any(axis=0)).tolist())

    @property
    def may_be_best(self) -> tuple[int, ...]:
        return tuple(i for i in range(len(self.names)) if i not in self.ruled_out)

    @property
    def ranks(self) -> Array:
        """[i, 2]: best and worst rank that AI i may have, 1 being best."""
        above = self.lower > 0
        return np.column_stack([1 + above.sum(axis=0), len(self.names) - above.sum(axis=1)])

    @property
    def within(self) -> float:
        """Δ: the pick is at most this much worse than the best."""
        return float(max(0.0, (-self.lower[self.pick]).max()))

    @property
    def decided(self) -> bool:
        """Whether one AI is proved to be the best."""
        return len(self.may_be_best) == 1

    def describe(self) -> str:
        best = ", ".join(self.names[i] for i in self.may_be_best)
        said = (
            f"{self.names[self.pick]} has the best mean of {self.items:,} items and is within {self.within:.3g} of the best with "
            f"confidence {100 * self.confidence:g} %. "
        )
        if self.decided:
            return said + "No other can be the best."
        said += f"Still in question: {best}."
        if self.forecast is not None:
            said += f" About {max(self.forecast - self.items, 0):,} more items would decide if means stay as they are."
        return said


def judge(
    scores: Any,
    confidence: float = 0.95,
    *,
    low: float = 0.0,
    high: float = 1.0,
    same_items: bool = True,
    method: str = "better",
    names: Sequence[str] | None = None,
) -> Verdict:
    """The verdict on scores[m, i], or on a `Table` whose rows are items, and whose AIs' entries are scores.

    same_items: row m is one item that all AIs answered; else rows mean nothing and columns are samples of their own.
    Raises InputError for scores outside [low, high], fewer than two items or AIs, and an unknown method.
    """
    if isinstance(scores, Table):
        names, scores = names or scores.names, scores.ais
    table, alpha = scores_in(scores, low, high), level(confidence)
    n, k = table.shape
    if n < 2 or k < 2:
        raise InputError(where="scores", needed="at least two items and two AIs", found=f"{n} × {k}")
    called = named([f"AI {i + 1}" for i in range(k)] if names is None else names, "", k, "AIs")
    means = table.mean(axis=0)
    lead = means[:, None] - means[None, :]
    spread = variances(table, same_items)
    wide = _width(spread, n, alpha, high - low, method, same_items)
    lower = np.maximum(lead - wide, low - high)  # no two means are further apart than their range
    np.fill_diagonal(lower, 0.0)
    pick = int(means.argmax())
    rivals = np.delete(np.arange(k), pick)

    def settled(count: int) -> bool:
        width = _width(spread, count, alpha, high - low, method, same_items)
        return bool((lead[pick, rivals] > width[pick, rivals]).all())

    forecast = least(settled) if lead[pick, rivals].min() > 0 else None
    return Verdict(called, n, confidence, method, means, lower, pick, None if forecast is None else max(forecast, n))


def variances(table: Array, same_items: bool) -> Array:
    """[i, j] of differences on one item, or [i] of scores; unbiased."""
    if not same_items:
        return table.var(axis=0, ddof=1)
    c = np.cov(table.T)
    return np.maximum(np.diag(c)[:, None] + np.diag(c)[None, :] - 2 * c, 0.0)


def _width(spread: Array, n: int, alpha: float, span: float, method: str, same_items: bool) -> Array:
    """[i, j]: how far μ_i − μ_j may be below the difference of means."""
    if same_items:
        k = len(spread)
        return np.broadcast_to(radius(method, spread, n, alpha / (k * (k - 1)), 2 * span), (k, k))
    k = len(spread)
    single = np.broadcast_to(radius(method, spread, n, alpha / (2 * k), span), (k,))  # both sides of k means
    return single[:, None] + single[None, :]
