"""A panel over many prompts, each with answers and scores of its own: on what share is it sound, and how robustly.

On each prompt p people have u[p, a] over answers and reviewer i scores U[p, i, a]. Coverage survives the removal of *any* k
reviewers iff the prompt's rejection depth is at least k + 1, so one sweep per prompt answers for all k. Prompts being a sample,
shares come with Clopper–Pearson intervals. After the audit of Collina, Goel, Roth & Sengupta (2026), section 6.

With up to four answers proposals count for at most three dimensions, and all prompts go through one sweep of corners (see
corners.py): rays are cross products of two of the n + 3 planes, the last three being those of the coordinates. Counts that
rounding could change are decided again, prompt by prompt, in whole numbers; larger prompts always are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...behaviour.estimation.confidence import Interval, binomial
from ...errors import InputError, TooLarge
from ...numerics.given import numbers
from ...numerics.rational import Array, floats, is_exact
from .corners import LARGEST_RANK
from .depth import MOST, depth
from .generated import angles, moves
from .setting import Panel

CHUNK = 1 << 22
ROUNDING = 12 * 2.0**-52  # as in corners.py: of a sum of products, generously


@dataclass(frozen=True, eq=False)
class Sampled:
    """Rejection depths of a panel of n on a sample of prompts."""

    n: int
    depths: Array = field(repr=False)
    """[p]; n + 1 where nothing harmful can be proposed."""
    closest: Array = field(repr=False)
    """[p]; degrees from people to the nearest reviewer, means removed."""
    retried: int
    """Prompts decided in whole numbers."""
    level: float

    def covered(self, removed: int = 0, among: Any = None) -> Interval:
        """The share of prompts that stay covered whichever `removed` reviewers go, among those where among[p]; with confidence."""
        some = self._of(among)
        return binomial(int((some > removed).sum()), len(some), self.level)

    def share(self, removed: int = 0, among: Any = None) -> float:
        """As `covered`, the share itself."""
        return float((self._of(among) > removed).mean())

    def _of(self, among: Any) -> Array:
        some = self.depths if among is None else self.depths[np.asarray(among, bool)]
        if not len(some):
            raise InputError(where="prompts", needed="at least one", found="none", remedy="Widen `among`.")
        return some

    @property
    def curve(self) -> Array:
        """[k], k = 0 … n: the share of prompts where "unless more than k object" is sound: covered after any k removals."""
        return (self.depths[None] > np.arange(self.n + 1)[:, None]).mean(axis=1)

    def describe(self, removals: tuple[int, ...] = (0, 1, 5)) -> str:
        lines = []
        for k in removals:
            found = self.covered(k)
            what = "the full panel covers" if not k else f"covered whichever {k} of {self.n} are removed"
            lines.append(
                f"{what}: {self.share(k):.1%} of {len(self.depths):,} prompts ({found.low:.1%} … {found.high:.1%} "
                f"with confidence {self.level:.0%})"
            )
        return "\n".join(lines)


def sample(
    principal: Any,
    reviewers: Any,
    baseline: int | None = 0,
    *,
    level: float = 0.95,
    most: int = MOST,
    tell: Callable[[str], None] | None = None,
) -> Sampled:
    """principal[p, a], reviewers[p, i, a]; baseline: the answer that stands unless another is approved.

    None: every move from some answers to others may be proposed. `most`: exact programmes per prompt with more than four answers.
    Raises InputError for other shapes, and TooLarge where a prompt's depth was not found within `most`.
    """
    u = numbers(principal, "principal's utility", (None, None))
    many = numbers(reviewers, "reviewers' scores", (len(u), None, u.shape[1]))
    answers = u.shape[1]
    known = baseline is None or (isinstance(baseline, (int, np.integer)) and 0 <= baseline < answers)
    if answers < 2 or not known:
        raise InputError(where="baseline", needed=f"one of {answers} ≥ 2 answers, or None", found=str(baseline))
    keep = [a for a in range(answers) if a != (baseline or 0)]
    start = [baseline or 0]
    low: Array = np.zeros(len(u), dtype=int)
    high: Array = np.full(len(u), many.shape[1] + 1)
    if answers - 1 <= LARGEST_RANK:
        people, scores = floats(u), floats(many)
        cost, rows = people[:, keep] - people[:, start], scores[..., keep] - scores[..., start]
        off = (np.abs(people[:, keep]) + np.abs(people[:, start])).max(axis=1)  # before the baseline is taken away
        away = (np.abs(scores[..., keep]) + np.abs(scores[..., start])).max(axis=-1)
        off[(people == np.rint(people)).all(axis=1)] = 0  # differences of whole numbers are right
        away[(scores == np.rint(scores)).all(axis=2)] = 0
        low, high = depths(cost, rows, 2.0**-52 * off, 2.0**-52 * away, everywhere=baseline is None)
    again = np.flatnonzero(low != high)
    found = low.copy()
    for k, p in enumerate(again):
        if tell and k % 100 == 99:
            tell(f"{k + 1:,} of {len(again):,} prompts in whole numbers")
        found[p] = _exactly(u[p], many[p], baseline, most)
    return Sampled(many.shape[1], found, angles(u, many).min(axis=1), len(again), level)


def _exactly(u: Array, many: Array, baseline: int | None, most: int) -> int:
    if baseline is not None:
        panel = Panel.choosing(u, many, baseline)
    else:
        steps = moves(len(u))
        panel = Panel.of(u, many, steps if is_exact(u) else steps.astype(float))
    one = depth(panel, most=most)
    if not one.complete:
        raise TooLarge(
            where="depth of a prompt",
            needed=f"more than {most:,} programmes",
            found=one.describe(),
            remedy="Allow more with `most`.",
        )
    return one.objectors


def depths(
    cost: Array, rows: Array, cost_error: Array, row_error: Array, *, everywhere: bool = False
) -> tuple[Array, Array]:
    """(at least, at most [p]) for floats cost[p, q], rows[p, i, q] with q ≤ 3, right to cost_error[p] and row_error[p, i] an entry.

    Mixes are x ≥ 0, or any x if `everywhere`. Bounds meet unless a count hangs on rounding; n + 1 where nothing harmful is there.
    """
    prompts, n, q = rows.shape
    step = max(1, CHUNK // ((n + q) ** 2 * (n + 1) if q == 3 else 16 * (n + q) * (n + 1)))
    low, high = np.empty(prompts, dtype=int), np.empty(prompts, dtype=int)
    for first in range(0, prompts, step):
        part = slice(first, first + step)
        low[part], high[part] = _swept(cost[part], rows[part], cost_error[part], row_error[part], everywhere)
    return low, high


def _swept(cost: Array, rows: Array, cost_error: Array, row_error: Array, everywhere: bool) -> tuple[Array, Array]:
    n = rows.shape[1]
    x, bound = _rays(rows, row_error)
    free = ~_tied(n, rows.shape[2])  # who is tied at a ray approves of it, whatever rounding says
    worth = x @ rows.swapaxes(1, 2)  # [p, ray, i]
    size = np.abs(x)
    wrong = (bound + ROUNDING * (size + bound)) @ np.abs(rows).swapaxes(1, 2)
    wrong += (size + bound).sum(axis=2, keepdims=True) * row_error[:, None]
    low, high = np.full(len(rows), n + 1), np.full(len(rows), n + 1)
    pad = ((size + bound).sum(axis=2) * cost_error[:, None])[..., None]
    for sign in (1, -1):
        possible, certain = _harmful(cost, sign * x, bound, pad[..., 0], everywhere)
        surely = (sign * worth + wrong < 0).sum(axis=2)
        maybe = ((sign * worth - wrong < 0) & free).sum(axis=2)
        low = np.minimum(low, np.where(possible, surely, n + 1).min(axis=1))
        high = np.minimum(high, np.where(certain, maybe, n + 1).min(axis=1))
    return low, high


def _harmful(cost: Array, x: Array, bound: Array, pad: Array, everywhere: bool) -> tuple[Array, Array]:
    """As `corners.harmful`, with an error `pad` of the gain, and for any x if `everywhere`."""
    if not everywhere:
        inside, surely = (x >= -bound).all(axis=2), ((x > bound) | ((x == 0) & (bound == 0))).all(axis=2)
    else:
        inside = surely = np.ones(x.shape[:2], bool)
    gain = (x @ cost[..., None])[..., 0]
    off = ((bound + ROUNDING * (np.abs(x) + bound)) @ np.abs(cost)[..., None])[..., 0] + pad
    return inside & (gain < off), surely & (gain < -off)


def _rays(rows: Array, row_error: Array) -> tuple[Array, Array]:
    """(x [p, ray, q], error bound): where q − 1 of the planes of reviewers and coordinates meet."""
    p, _, q = rows.shape
    planes = np.concatenate([rows, np.broadcast_to(np.eye(q), (p, q, q))], axis=1)
    error = np.concatenate([row_error, np.zeros((p, q))], axis=1)
    if q == 1:
        return np.ones((p, 1, 1)), np.zeros((p, 1, 1))
    if q == 2:
        x = np.stack([-planes[..., 1], planes[..., 0]], axis=2)
        return x, np.where(x == 0, 0, error[..., None])
    i, j = np.triu_indices(planes.shape[1], 1)
    a, b, e, f = planes[:, i], planes[:, j], error[:, i, None], error[:, j, None]
    left, right = a[..., [1, 2, 0]] * b[..., [2, 0, 1]], a[..., [2, 0, 1]] * b[..., [1, 2, 0]]
    spread = np.abs(a) * f + np.abs(b) * e + e * f
    return left - right, ROUNDING * (np.abs(left) + np.abs(right)) + spread[..., [1, 2, 0]] + spread[..., [2, 0, 1]]


def _tied(n: int, q: int) -> Array:
    """[ray, i], bool: whose plane a ray of `_rays` lies in."""
    if q == 1:
        return np.zeros((1, n), bool)
    rays = np.arange(n + q)[None] if q == 2 else np.stack(np.triu_indices(n + q, 1))
    return np.asarray((rays[:, :, None] == np.arange(n)).any(axis=0))
