"""The likelihood along the principal logit branch: x(λ) = log σ(λ), met exactly at any λ between two steps of the branch.

    x = log softmax( λ U(σ) )  by group        (I − λ C S) dx/dλ = C U

with S = ∂U/∂x, C taking from each group (a type of a player) its mean under σ. The branch is traced by `quantal.path`; between two
of its steps the guess is a straight line in x, corrected by Newton's method at fixed λ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...errors import Unsolved
from ...game.game import Game
from ...game.play import expected, marginal, weighted
from ...numerics.rational import Array
from .. import quantal

CLOSE = 1e-12  # of Newton's correction, in log-probability
NEWTON = 20


@dataclass(frozen=True, eq=False)
class Point:
    """The branch at one λ."""

    lam: float
    x: Array = field(repr=False)
    """[stacked]: log σ, over players, types and actions."""
    rise: Array = field(repr=False)
    """[stacked]: dx/dλ."""


@dataclass(frozen=True, eq=False)
class Branch:
    """As far as it was followed."""

    game: Game
    lambdas: Array
    """[step]; in the order of the branch, which may fold."""
    logs: Array = field(repr=False)
    """[step, stacked]."""

    @staticmethod
    def to(game: Game, most: float) -> Branch:
        """Raises Unsolved where it cannot be followed that far."""
        found = quantal.path(game, most)
        with np.errstate(divide="ignore"):
            logs = [np.log(np.concatenate([np.asarray(s).ravel() for s in point])) for point in found.points]
        return Branch(game, np.asarray(found.lambdas), np.stack(logs))

    def likelihood(self, counts: Array) -> Array:
        """[step]: ℓ of counts[stacked]."""
        seen = counts > 0
        return self.logs[:, seen] @ counts[seen]

    # ── between steps ───────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _groups(self) -> list[tuple[slice, tuple[int, int]]]:
        found, first = [], 0
        for shape in zip(self.game.type_counts, self.game.action_counts, strict=True):
            found.append((slice(first, first + shape[0] * shape[1]), shape))
            first += shape[0] * shape[1]
        return found

    @cached_property
    def _weighted(self) -> list[Array]:
        """Per player p(θ)·u_i over the probability of its type."""
        found = []
        for i in range(self.game.n):
            chance = marginal(self.game, i)
            shape = [-1 if axis == i else 1 for axis in range(2 * self.game.n)]
            found.append(weighted(self.game, i) / np.where(chance > 0, chance, 1.0).reshape(shape))
        return found

    def strategies(self, x: Array) -> tuple[Array, ...]:
        return tuple(np.exp(x[block]).reshape(shape) for block, shape in self._groups)

    def _worth(self, strategies: Sequence[Array]) -> Array:
        return np.concatenate([expected(w, strategies, keep=(i,)).ravel() for i, w in enumerate(self._weighted)])

    def _slopes(self, strategies: Sequence[Array]) -> Array:
        """[stacked, stacked]: ∂U/∂x."""
        size = self._groups[-1][0].stop
        found = np.zeros((size, size))
        for i, (rows, shape) in enumerate(self._groups):
            for j, (columns, other) in enumerate(self._groups):
                if i != j:
                    pair = expected(self._weighted[i], strategies, keep=(i, j))
                    pair = pair.transpose(0, 2, 1, 3) if i < j else pair.transpose(1, 3, 0, 2)
                    found[rows, columns] = (pair * strategies[j]).reshape(shape[0] * shape[1], other[0] * other[1])
        return found

    def _centred(self, table: Array, strategies: Sequence[Array]) -> Array:
        """[stacked, …] less its mean under σ in each group."""
        found = np.empty_like(table)
        for (block, shape), sigma in zip(self._groups, strategies, strict=True):
            part = table[block].reshape(*shape, -1)
            found[block] = (part - np.einsum("ta,tak->tk", sigma, part)[:, None]).reshape(table[block].shape)
        return found

    def _logit(self, worth: Array) -> Array:
        found = np.empty_like(worth)
        for block, shape in self._groups:
            part = worth[block].reshape(shape)
            part = part - part.max(axis=1, keepdims=True)
            found[block] = (part - np.log(np.exp(part).sum(axis=1, keepdims=True))).ravel()
        return found

    def at(self, lam: float, step: int) -> Point | None:
        """The branch at λ between `step` and the next one, whether λ rises or falls there; None where it is not met."""
        before, after = self.lambdas[step : step + 2]
        if not min(before, after) <= lam <= max(before, after) or before == after:
            return None
        share = (lam - before) / (after - before)
        x = np.maximum(self.logs[step], -700) * (1 - share) + np.maximum(self.logs[step + 1], -700) * share
        identity = np.eye(len(x))
        for _ in range(NEWTON):
            strategies = self.strategies(x)
            worth = self._worth(strategies)
            miss = x - self._logit(lam * worth)
            matrix = identity - lam * self._centred(self._slopes(strategies), strategies)
            try:
                if np.abs(miss).max() < CLOSE * max(1.0, float(np.abs(x).max())):
                    return Point(lam, x, np.linalg.solve(matrix, self._centred(worth, strategies)))
                x = x - np.linalg.solve(matrix, miss)
            except np.linalg.LinAlgError:
                return None
            if not np.isfinite(x).all() or x.max() > 5:
                return None
        return None


def followed(game: Game, most: float, limit: float, enough: Callable[[Branch], bool]) -> tuple[Branch, str]:
    """(the branch until it is `enough`, or to the limit, words if it could not be followed so far).

    It is followed to `most` in any case, if it can be; to a hundredth of that, if not. Raises Unsolved where even that fails.
    """
    try:
        branch = Branch.to(game, most)
    except Unsolved:
        most = most / 100
        branch = Branch.to(game, most)
    while most < limit and not enough(branch):
        most = min(4 * most, limit)
        try:
            branch = Branch.to(game, most)
        except Unsolved as stop:
            return branch, f"the branch was followed to λ = {branch.lambdas.max():.4g} only: {stop.found}"
    return branch, ""
