"""Opinion groups: k-means on the principal components of who judged what how; in kind what Polis does (Small et al. 2021).

A missing judgement stands at its case's mean, so the centred table is zero there and only what was said is ever touched: the
components come by subspace iteration on the sparse table, at 10⁶ judgements in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .judgements import Judgements

ROUNDS = 60


@dataclass(frozen=True, eq=False)
class Opinions:
    """Groups, largest first, and where people stand."""

    group: Array
    """[i]."""
    at: Array
    """[i, component]."""
    silhouette: float
    """Mean over people of (b − a)/max(a, b), a and b the distances to the own and the next centre."""


def components(judgements: Judgements, count: int = 2, *, seed: int = 0) -> Array:
    """[i, component]: people's coordinates on the first principal components, those with more spread first."""
    j = judgements.once
    means = j.tally(j.value) / np.maximum(1, j.tally(np.ones(j.m)))
    deviation = j.value - means[j.case]
    n, k = len(j.people), j.n
    count = min(count, n, k)

    def times(columns: Array) -> Array:
        return np.stack([np.bincount(j.person, deviation * c[j.case], minlength=n) for c in columns.T], axis=1)

    def back(rows: Array) -> Array:
        return np.stack([np.bincount(j.case, deviation * r[j.person], minlength=k) for r in rows.T], axis=1)

    width = min(count + 4, n, k)
    basis = np.linalg.qr(np.random.default_rng(seed).normal(size=(k, width)))[0]
    for _ in range(ROUNDS):
        basis = np.linalg.qr(back(times(basis)))[0]
    u, s, _ = np.linalg.svd(times(basis), full_matrices=False)
    at: Array = u[:, :count] * s[:count]
    largest = at[np.abs(at).argmax(axis=0), np.arange(count)]
    return at * np.where(largest < 0, -1.0, 1.0)


def kmeans(points: Array, k: int, *, seed: int = 0, starts: int = 10, rounds: int = 100) -> tuple[Array, Array]:
    """(group[i], centres[k, :]) with the smallest sum of squares over `starts` (k-means++; Lloyd). Raises InputError for k."""
    if not 1 <= k <= len(points):
        raise InputError(where="groups", needed=f"a number of groups from 1 to {len(points)}", found=str(k))
    rng = np.random.default_rng(seed)
    best, found = np.inf, (np.zeros(len(points), dtype=int), points[:k])
    for _ in range(starts):
        centres = points[[int(rng.integers(len(points)))]]
        while len(centres) < k:
            near = _squares(points, centres).min(axis=1)
            chance = near / near.sum() if near.sum() > 0 else np.full(len(points), 1 / len(points))
            centres = np.concatenate([centres, points[[int(rng.choice(len(points), p=chance))]]])
        group = np.full(len(points), -1)
        for _ in range(rounds):
            to = _squares(points, centres).argmin(axis=1)
            if (to == group).all():
                break
            group = to
            sizes = np.bincount(group, minlength=k)
            sums = np.stack([np.bincount(group, c, minlength=k) for c in points.T], axis=1)
            centres = np.where(sizes[:, None] > 0, sums / np.maximum(1, sizes)[:, None], centres)
        total = float(_squares(points, centres).min(axis=1).sum())
        if total < best - 1e-12:
            best, found = total, (group, centres)
    group, centres = found
    order = np.argsort(-np.bincount(group, minlength=k), kind="stable")
    rank = np.empty(k, dtype=int)
    rank[order] = np.arange(k)
    return rank[group], centres[order]


def opinion_groups(judgements: Judgements, k: int | None = None, *, seed: int = 0, most: int = 5) -> Opinions:
    """k groups, or as many from 2 to `most` as have the largest silhouette. Raises InputError."""
    at = components(judgements, 2, seed=seed)
    tried = range(2, min(most, len(at)) + 1) if k is None else [k]
    found = []
    for count in tried:
        group, centres = kmeans(at, count, seed=seed)
        found.append(Opinions(group, at, _silhouette(at, group, centres)))
    return max(found, key=lambda o: o.silhouette)


def _squares(points: Array, centres: Array) -> Array:
    squares: Array = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
    return squares


def _silhouette(points: Array, group: Array, centres: Array) -> float:
    if len(centres) < 2:
        return 0.0
    far = np.sqrt(_squares(points, centres))
    own = far[np.arange(len(points)), group]
    far[np.arange(len(points)), group] = np.inf
    other = far.min(axis=1)
    largest = np.maximum(own, other)
    return float(np.divide(other - own, largest, out=np.zeros_like(own), where=largest > 0).mean())
