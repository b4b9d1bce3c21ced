"""Concavification: what beliefs are worth to a sender, and what splitting them adds (Aumann & Maschler; Kamenica &
Gentzkow 2011, Am. Econ. Rev. 101).

At belief q the receiver does what is best for Σ q·u(s,·), ties in the sender's favour, and the sender gets v̂(q). Beliefs at
which act a is best form a convex region; on it v̂ is linear. A signal splits the prior into posteriors that average to it,
so the best one brings the *concave closure* of v̂ at the prior: the least concave function above v̂. Its corners are
corners of regions. Two or three states, exact: regions by clipping with half-planes, the closure by its supporting planes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics import rational
from ...numerics.rational import Array, floats
from .exact import exact_prior
from .persuasion import checked

MOST_CORNERS = 150  # of all regions together: closures of more are not for a picture
ABOVE = 1e-9  # of the range of v̂, in the search for planes; what is found is then checked exactly


@dataclass(frozen=True, eq=False)
class Region:
    """The beliefs at which one act is best."""

    act: int
    corners: Array = field(repr=False)
    """[corner, s]: beliefs, Fractions; around the region in order. One or two corners where it has no inside."""
    values: Array = field(repr=False)
    """[corner]: the sender's payoff from the act."""


@dataclass(frozen=True, eq=False)
class Concavification:
    """v̂, its concave closure, and the best split of the prior. Fractions throughout."""

    prior: Array
    """p[s]."""
    regions: tuple[Region, ...]
    planes: Array = field(repr=False)
    """λ[k, s]: the closure at q is the least of q·λ_k. Floats; those at the prior are in `price`."""
    posteriors: Array
    """[k, s]: where the best split puts the receiver."""
    chances: Array
    """[k]: with which probability."""
    here: Fraction
    """v̂ at the prior: no information."""
    value: Fraction
    """The closure at the prior: the best signal."""
    price: Array
    """λ[s]: the plane through the posteriors, above v̂ everywhere; value = Σ p·λ, exactly."""

    @property
    def helps(self) -> bool:
        """Whether the sender gains by informing."""
        return self.value > self.here

    def at(self, beliefs: Any) -> Array:
        """v̂ at beliefs [..., s], floats."""
        q = floats(beliefs)
        worth, sender = q @ self._receiver, q @ self._sender
        best = worth >= worth.max(axis=-1, keepdims=True) - 1e-12 * self._size
        return np.where(best, sender, -np.inf).max(axis=-1)

    def closure(self, beliefs: Any) -> Array:
        """The concave closure at beliefs [..., s], floats."""
        return (floats(beliefs) @ self.planes.T).min(axis=-1)

    _receiver: Array = field(repr=False, default_factory=lambda: np.zeros((0, 0)))
    _sender: Array = field(repr=False, default_factory=lambda: np.zeros((0, 0)))
    _size: float = field(repr=False, default=1.0)


def concavify(prior: Any, sender: Any, receiver: Any) -> Concavification:
    """v̂, closure and best split for prior[s], sender[s, a], receiver[s, a] with two or three states.

    Raises InputError for another number of states, TooLarge for regions with more than MOST_CORNERS corners in all.
    """
    p0, v0, u0 = checked(prior, sender, receiver)
    if len(p0) not in (2, 3):
        raise InputError(
            where="concavification",
            needed="two or three states",
            found=str(len(p0)),
            remedy="persuade(prior, sender, receiver) gives value, split and plane for any number.",
        )
    p, v, u = exact_prior(prior), rational.exact(sender), rational.exact(receiver)
    regions = tuple(r for a in range(v.shape[1]) if (r := region(v, u, a)) is not None)
    corners = np.concatenate([r.corners for r in regions])
    values = np.concatenate([r.values for r in regions])
    if len(values) > MOST_CORNERS:
        raise TooLarge(
            where="concavification",
            needed=f"the closure over {len(values)} corners",
            found=f"{MOST_CORNERS} that are allowed",
            remedy="Use fewer acts, or persuade for the value alone.",
        )
    corners, values = _highest(corners, values)
    planes, bases = _upper(floats(corners), floats(values))
    chances, chosen, price = _split(p, corners, values, bases)
    value, worth = (chances * values[chosen]).sum(), p @ u
    here = max(x for x, w in zip(p @ v, worth, strict=True) if w == worth.max())
    nothing = here == value  # then the best split is none
    return Concavification(
        prior=p,
        regions=regions,
        planes=np.unique(planes.round(12), axis=0),
        posteriors=p[None] if nothing else corners[chosen],
        chances=rational.filled((1,), [Fraction(1)]) if nothing else chances,
        here=here,
        value=value,
        price=price,
        _receiver=u0,
        _sender=v0,
        _size=float(np.ptp(u0)) or 1.0,
    )


def region(sender: Array, receiver: Array, a: int) -> Region | None:
    """Where act a is a best reply, exactly; None if nowhere. Clipping after Sutherland & Hodgman 1974, Commun. ACM 17."""
    states = len(receiver)
    corners = [rational.filled((states,), [Fraction(int(j == k)) for j in range(states)]) for k in range(states)]
    for b in range(receiver.shape[1]):
        lead = receiver[:, a] - receiver[:, b]
        levels = [(q * lead).sum() for q in corners]
        kept = []
        for k in range(len(corners)):
            q, r, x, y = corners[k - 1], corners[k], levels[k - 1], levels[k]
            if x * y < 0:
                kept.append((q * y - r * x) / (y - x))
            if y >= 0:
                kept.append(r)
        corners = [q for k, q in enumerate(kept) if not any((q == r).all() for r in kept[:k])]
        if not corners:
            return None
    found = np.stack(corners)
    return Region(a, found, found @ sender[:, a])


def _highest(corners: Array, values: Array) -> tuple[Array, Array]:
    """Each belief once, with the highest of its values."""
    best: dict[tuple[Fraction, ...], Fraction] = {}
    for q, x in zip(corners, values, strict=True):
        key = tuple(q)
        best[key] = max(best.get(key, x), x)
    points = rational.filled((len(best), corners.shape[1]), [x for key in best for x in key])
    return points, rational.filled((len(best),), list(best.values()))


def _upper(points: Array, values: Array) -> tuple[Array, Array]:
    """(λ[k, s], corners [k, states]): planes through as many points as there are states, above all points."""
    states = points.shape[1]
    size = float(np.ptp(values)) or 1.0
    bases = np.array(list(itertools.combinations(range(len(points)), states)))
    bases = bases[np.abs(np.linalg.det(points[bases])) > 1e-12]
    planes = np.linalg.solve(points[bases], values[bases][..., None])[..., 0]
    above = np.ones(len(planes), bool)
    for q, x in zip(points, values, strict=True):
        above &= planes @ q >= x - ABOVE * size
    return planes[above], bases[above]


def _split(p: Array, points: Array, values: Array, bases: Array) -> tuple[Array, Array, Array]:
    """(chances, positions of posteriors, λ[s]) from the first plane that contains the prior and lies above all, exactly."""
    near = np.einsum("s,kst->kt", floats(p), np.linalg.inv(floats(points)[bases])).min(axis=1)
    for k in np.argsort(-near, kind="stable"):
        basis = points[bases[k]]  # [corner, s]
        inverse = _inverse(basis)
        chances, price = p @ inverse, inverse @ values[bases[k]]
        if (chances >= 0).all() and (points @ price >= values).all():
            used = chances > 0
            return chances[used], bases[k][used], price
    raise InputError(
        where="concavification",
        needed="payoffs that differ by more than rounding",
        found="corners that floats cannot tell apart",
        remedy="Scale the payoffs to a moderate range.",
    )


def _inverse(matrix: Array) -> Array:
    """Inverse of a small exact matrix, by Gauss and Jordan."""
    n = len(matrix)
    unit = rational.filled((n, n), [Fraction(int(i == j)) for i in range(n) for j in range(n)])
    work = np.concatenate([matrix, unit], axis=1)
    for k in range(n):
        pivot = next(i for i in range(k, n) if work[i, k] != 0)
        work[[k, pivot]] = work[[pivot, k]]
        work[k] = work[k] / work[k, k]
        for i in range(n):
            if i != k:
                work[i] = work[i] - work[k] * work[i, k]
    return work[:, n:]
