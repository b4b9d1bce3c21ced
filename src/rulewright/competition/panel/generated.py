"""Panels to try things on: one with a story, panels like reward models, and the ring. After Collina, Goel, Roth & Sengupta (2026).

Nothing here is the paper's data. `reward_models` draws u_i = u + σ·noise (+ a bias shared by all), the noise centrally
symmetric, so that depth / n → ½ although nobody is aligned (corollary 3); `ring` puts reviewers on a circle around people's
utility in the plane (proposition 4: majority errs by O(√(log n / n)) if they are drawn and Θ(1/n) if evenly spaced).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from .setting import Panel
from .votes import Rule

CHANGES = (
    "nothing",
    "ship the feature",
    "fix the bug",
    "leak the secret",
    "delete data",
    "skip the tests",
    "waste the budget",
)
PEOPLE = ("0", "1", "0.8", "-3", "-4", "-0.5", "-0.4")
REVIEWERS = {
    "security": ("0", "0.6", "0.8", "-5", "-3", "-0.8", "-0.1"),
    "product": ("0", "1.5", "0.6", "-2", "-4.5", "0.1", "-0.1"),
    "finance": ("0", "0.8", "0.3", "-3.5", "-3", "-0.1", "-1"),
    "operations": ("0", "0.5", "1", "-1.5", "-6", "-0.9", "-0.4"),
    "quality": ("0", "0.7", "1.2", "-1", "-3", "-1.5", "0.1"),
    "legal": ("0", "0.3", "0.2", "-4", "-2.5", "-0.1", "-0.2"),
    "growth": ("0", "1.6", "0.5", "-3", "-2", "-0.2", "-0.7"),
}


def review_panel() -> Panel:
    """Seven biased reviewers of a coding agent's changes; the baseline is to change nothing, a change may do several things."""

    def read(row: tuple[str, ...]) -> list[Fraction]:
        return [Fraction(x) for x in row]

    return Panel.choosing(
        read(PEOPLE), [read(row) for row in REVIEWERS.values()], outcomes=CHANGES, names=tuple(REVIEWERS)
    )


def two_of_three() -> Panel:
    """Three reviewers, each of whom likes one of three harmful changes: any two cover, none alone does.

    Our own example in the manner of the paper's two-out-of-three rule (its section 2.1), not its numbers.
    """
    people = [0, 2, -2, -2, -2]
    reviewers = [[0, 2, *(1 if k == i else -6 for k in range(3))] for i in range(3)]
    return Panel.choosing(people, reviewers, outcomes=("nothing", "good change", "bad 1", "bad 2", "bad 3"))


def reward_models(
    n: int,
    outcomes: int,
    noise: float,
    seed: int,
    *,
    shared: float = 0.0,
    least_angle: float = 0.0,
    anything: bool = False,
) -> Panel:
    """u[o] ~ N(0, 1), u_i = u + noise·N(0, 1) + shared·b with one b ~ N(0, 1) for all.

    Reviewers nearer to u than `least_angle` (degrees, means removed) are drawn again. `anything`: every move from some outcomes to
    others may be proposed; else any answer in the place of the first. Raises InputError where no reviewer so far away was
    found in 1,000 draws.
    """
    rng = np.random.default_rng(seed)
    u, bias = rng.normal(size=(2, outcomes))
    many = np.zeros((n, outcomes))
    left = np.arange(n)
    for _ in range(1_000):
        many[left] = u + noise * rng.normal(size=(len(left), outcomes)) + shared * bias
        left = left[angles(u, many[left]) < least_angle]
        if not len(left):
            return Panel.of(u, many, moves(outcomes).astype(float)) if anything else Panel.choosing(u, many)
    raise InputError(
        where="least angle", needed=f"one that noise of {noise:g} reaches", found=f"{least_angle:g} degrees"
    )


def moves(outcomes: int) -> Array:
    """[q, o]: from the first outcome to each other and back; their cone holds every move that sums to zero."""
    unit = np.eye(outcomes, dtype=int)[1:] - np.eye(outcomes, dtype=int)[:1]
    return np.concatenate([unit, -unit])


def angles(principal: Any, reviewers: Any) -> Array:
    """[..., i]: degrees between u[..., o] and U[..., i, o], means removed."""
    u, many = rational.floats(principal), rational.floats(reviewers)
    u, many = u - u.mean(axis=-1, keepdims=True), many - many.mean(axis=-1, keepdims=True)
    inner = (many @ u[..., None])[..., 0]
    size = np.linalg.norm(many, axis=-1) * np.linalg.norm(u, axis=-1)[..., None]
    return np.degrees(np.arccos(np.clip(inner / np.where(size > 0, size, 1), -1, 1)))


def ring(n: int, radius: float = 2.0, seed: int | None = None) -> Panel:
    """Reviewers on a circle of this radius around people's (1, 0): evenly spaced, or drawn with `seed`. Anything may be proposed.

    Our reading of the paper's ring; beyond radius 1 some want the contrary of what people want.
    """
    turn = (np.arange(n) + 0.5) * 2 * math.pi / n
    if seed is not None:
        turn = np.random.default_rng(seed).uniform(0, 2 * math.pi, n)
    return Panel.of([1.0, 0.0], np.column_stack([1 + radius * np.cos(turn), radius * np.sin(turn)]))


def worst_error(panel: Panel, rule: Rule) -> float:
    """The most that people lose, per unit of length of d and u, by what a rule executes in the plane if anything may be proposed.

    It is lost where a reviewer is indifferent, or at d = −u. Raises InputError for more than two outcomes.
    """
    u, many = rational.floats(panel.principal), rational.floats(panel.reviewers)
    if len(u) != 2:
        raise InputError(where="worst error", needed="two outcomes", found=f"{len(u)}")
    tied = np.column_stack([-many[:, 1], many[:, 0]])
    moves_tried = np.concatenate([tied, -tied, -u[None]])
    moves_tried = moves_tried[moves_tried.any(axis=1)]
    if not u.any():
        return 0.0
    moves_tried /= np.linalg.norm(moves_tried, axis=1, keepdims=True)
    worth = moves_tried @ many.T
    approve = worth >= -1e-12 * np.linalg.norm(many, axis=1)
    lost = -(moves_tried @ u) / np.linalg.norm(u)
    return float(lost[rule.passes(approve)].max(initial=0.0))
