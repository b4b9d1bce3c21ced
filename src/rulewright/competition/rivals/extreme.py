"""Beliefs at which a plan of Alice's is a best reply: a polytope for each plan, given by its corners, and by them alone.

    P_π = { μ ≥ 0, Σ μ(s) = 1, Σ_s μ(s)·P(t|s)·( u(s,t,π(t)) − u(s,t,b) ) ≥ 0 for all t, b }

A message that recommends π at a belief μ of P_π may as well say which corner of P_π it is, each with its weight in μ: the plan stays
a best reply, and what everybody gets is linear in μ for one plan. So outcomes of signals are mixtures of *extreme advice*:
pairs (corner, plan), their mean being the prior. Corners by double description (numerics/polytope.py), exact where given so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import TooLarge
from ...numerics import rational
from ...numerics.polytope import vertices
from ...numerics.rational import Array
from .persuasion import Advice

MOST = 50_000  # pairs (corner, plan)


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

    def outcome(self, weights: Array, plans: int) -> Array:
        """x[s, π] of a mixture weights[c] of extreme advice."""
        x = rational.zeros((self.beliefs.shape[1], plans), self.beliefs)
        for c in np.flatnonzero(weights):
            x[:, self.plans[c]] += weights[c] * self.beliefs[c]
        return x


def extreme(setting: Advice, *, most: int = MOST) -> Extreme:
    """All corners of all P_π. Raises TooLarge beyond `most` of them, or where one P_π has too many."""
    states, plans = setting.shape
    beliefs, number = [], []
    total = 0
    for plan in range(plans):
        corners = _corners(setting.edges[:, plan], setting.prior)
        total += len(corners)
        if total > most:
            raise TooLarge(
                where="beliefs at which Alice's plans change",
                needed=f"at most {most:,} corners",
                found=f"{total:,} after {plan + 1} of {plans} plans",
                remedy="Use fewer states, types or actions; best-AI selection needs no list of corners.",
            )
        beliefs.append(corners)
        number.append(np.full(len(corners), plan))
    mu, of = np.concatenate(beliefs), np.concatenate(number)
    alice = (mu * setting.alice[:, of].T).sum(axis=1)
    bobs = (mu[None] * np.moveaxis(setting.bobs[:, :, of], 1, 2)).sum(axis=2)
    return Extreme(mu, of, np.asarray(alice), np.asarray(bobs))


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
