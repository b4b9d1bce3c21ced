"""Beliefs at which a plan of Alice's is a best reply: a polytope for each plan, given by its corners, and by them alone.

    P_π = { μ ≥ 0, Σ μ(s) = 1, Σ_s μ(s)·P(t|s)·( u(s,t,π(t)) − u(s,t,b) ) ≥ 0 for all t, b }

A message that recommends π at a belief μ of P_π may as well say which corner of P_π it is, each with its weight in μ: the plan
stays a best reply, and what everybody gets is linear in μ for one plan. So outcomes of signals are mixtures of *extreme advice*:
pairs (corner, plan), their mean being the prior. Corners by double description (numerics/polytope.py), exact where given so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import TooLarge
from ...numerics import rational
from ...numerics.given import whole
from ...numerics.polytope import vertices
from ...numerics.rational import Array
from .persuasion import Advice

MOST = 50_000  # pairs (corner, plan)
WHERE = "beliefs at which Alice's plans change"
REMEDY = "Use fewer states, types or actions, or ask for what is found: partial=True."


@dataclass(frozen=True, eq=False)
class Extreme:
    """C pairs of a belief and a plan that it supports."""

    beliefs: Array = field(repr=False)
    """μ[c, s], over the states that happen."""
    plans: Array = field(repr=False)
    """[c]: number of the plan."""
    alice: Array = field(repr=False)
    """u[c]: her expected utility."""
    bobs: Array = field(repr=False)
    """U[i, c]."""

    complete: bool = True
    """Whether these are all corners."""

    def outcome(self, weights: Array, plans: int) -> Array:
        """x[s, π] of a mixture weights[c] of extreme advice."""
        x = rational.zeros((self.beliefs.shape[1], plans), self.beliefs)
        for c in np.flatnonzero(weights):
            x[:, self.plans[c]] += weights[c] * self.beliefs[c]
        return x


def extreme(setting: Advice, *, most: int = MOST, partial: bool = False) -> Extreme:
    """All corners of all P_π. Raises TooLarge beyond `most` of them, or where one P_π has too many.

    With `partial`, plans that are too much are left out, but for the states in which they are best, and `complete` is False.
    """
    plans, most = setting.shape[1], whole(most, "most corners", least=0)
    beliefs, number, complete = [], [], True
    total = 0
    for plan in range(plans):
        corners = _all_corners(setting, plan, most - total, partial)
        if corners is None:
            corners, complete = _sure(setting, plan), False
        total += len(corners)
        beliefs.append(corners)
        number.append(np.full(len(corners), plan))
    return paired(setting, np.concatenate(beliefs), np.concatenate(number), complete)


def paired(setting: Advice, beliefs: Array, plans: Array, complete: bool = True) -> Extreme:
    """Beliefs[c, s] and plans[c] with what everybody gets."""
    alice = (beliefs * setting.alice[:, plans].T).sum(axis=1)
    bobs = (beliefs[None] * np.moveaxis(setting.bobs[:, :, plans], 1, 2)).sum(axis=2)
    return Extreme(beliefs, plans, np.asarray(alice), np.asarray(bobs), complete)


def _all_corners(setting: Advice, plan: int, most: int, partial: bool) -> Array | None:
    """The corners of P_π, or None where they are too many and that is allowed."""
    try:
        corners = _corners(setting.edges[:, plan], setting.prior)
    except TooLarge as error:
        if partial:
            return None
        raise TooLarge(where=WHERE, needed=error.needed, found=error.found, remedy=REMEDY) from None
    if len(corners) <= most:
        return corners
    if partial:
        return None
    raise TooLarge(where=WHERE, needed=f"{most:,} corners more at most", found=f"{len(corners):,} more", remedy=REMEDY)


def _sure(setting: Advice, plan: int) -> Array:
    """[k, s]: knowing the state, for the states in which the plan is best."""
    best = np.flatnonzero(np.asarray((setting.edges[:, plan] >= 0).all(axis=1), dtype=bool))
    corners = rational.zeros((len(best), len(setting.prior)), setting.prior)
    corners[np.arange(len(best)), best] = rational.like(1, setting.prior)[()]
    return corners


def _corners(edges: Array, prior: Array) -> Array:
    """[corner, s] of {μ in the simplex: Σ_s μ(s)·edges(s, row) ≥ 0 for every row}: of the cone cut at Σ μ ≤ 1, without 0."""
    rows = edges[:, np.asarray((edges < 0).any(axis=0), dtype=bool)].T  # the others say nothing
    states = len(edges)
    one = rational.zeros((1, states), prior) + 1
    matrix, bound = np.concatenate([one, -rows]), rational.zeros((len(rows) + 1,), prior)
    bound[0] = bound[0] + 1
    if not rational.is_exact(prior):
        matrix[1:] /= np.abs(matrix[1:]).max(axis=1, keepdims=True)
    points, _ = vertices(matrix, bound)
    total = points.sum(axis=1)
    found = np.asarray(total > 0.5, dtype=bool)
    return np.asarray(points[found] / total[found, None])
