"""The logit equations of one game, as a fixed point in log-probabilities.

    x = log σ,     x = logit( λ·U(eˣ) ),     logit(y)_a = y_a − log Σ_b exp y_b   within each agent

An agent is one type of one player (McKelvey & Palfrey 1998, Exp. Econ. 1); U_a is the expected payoff of its action a against
the others. With K = ∂ logit / ∂x, whose column b carries the factor σ_b, Newton's matrix is I − K: the column of an
action that is hardly played is that of the identity, so such actions leave the linear system and follow from it.
Where all players are alike (a symmetric game), one player's equations stand for all: the branch that starts at
uniform play is symmetric.

Only λ·U matters, and only what an own action changes in U: the equations are written in units in which that is 1 at most.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.play import expected, marginal
from ...numerics.rational import Array, floats


class System:
    """The equations of `game` (a core, in floats). `weights`[player] multiply λ for each player; 1 if left out.

    `use_symmetry`: whether one player stands for all where all are alike.
    """

    def __init__(self, game: Game, weights: Array | None = None, *, use_symmetry: bool = True) -> None:
        n = game.n
        relative = [game.payoff[i] - game.payoff[i].min(axis=n + i, keepdims=True) for i in range(n)]
        if weights is not None:
            relative = [table * weight for table, weight in zip(relative, weights, strict=True)]
        self.unit = float(max(table.max() for table in relative)) or 1.0
        """Payoff units; λ here is λ·unit in the game's own."""
        prior = game.prior.reshape(game.prior.shape + (1,) * n)
        tables = []
        for i, table in enumerate(relative):
            own = marginal(game, i).reshape([-1 if k == i else 1 for k in range(2 * n)])
            tables.append(
                table / self.unit if prior.size == 1 else table / self.unit * prior / np.where(own > 0, own, 1)
            )
        self.payoff: Array = np.ascontiguousarray(np.stack(tables))
        """[player, *types, *actions]: p(others' types | own)·u, in units."""
        self.n = n
        self.types, self.actions = game.type_counts, game.action_counts
        table = self.payoff.reshape(1, n, *game.action_counts) if prior.size == 1 else None
        self.symmetric = use_symmetry and table is not None and bool(alike(table)[0])
        self.solved = 1 if self.symmetric else n
        """Players whose strategies are unknowns: the first `solved`."""
        self.counts = np.repeat(self.actions[: self.solved], self.types[: self.solved])
        self.starts = np.concatenate([[0], np.cumsum(self.counts)[:-1]]).astype(np.int64)
        self.agent = np.repeat(np.arange(len(self.counts)), self.counts)
        self.size = int(self.counts.sum())
        self.whole = sum(t * a for t, a in zip(self.types, self.actions, strict=True))

    def uniform(self) -> Array:
        return -np.log(np.repeat(self.counts, self.counts))

    def strategies(self, x: Array) -> tuple[Array, ...]:
        """Per player, [type, action]."""
        found, first, sigma = [], 0, np.exp(x)
        for i in range(self.solved):
            size = self.types[i] * self.actions[i]
            found.append(sigma[first : first + size].reshape(self.types[i], self.actions[i]))
            first += size
        return tuple(found * self.n if self.symmetric else found)

    def stacked(self, strategies: Sequence[Array]) -> Array:
        """x of strategies [type, action] per player; of the first player only, in a symmetric game."""
        with np.errstate(divide="ignore"):
            return np.concatenate([np.log(s).ravel() for s in strategies[: self.solved]])

    def worth(self, strategies: Sequence[Array]) -> Array:
        """U[stacked]: expected payoff of every action at its type."""
        return np.concatenate([expected(self.payoff[i], strategies, keep=(i,)).ravel() for i in range(self.solved)])

    def slopes(self, strategies: Sequence[Array]) -> Array:
        """[stacked, stacked]: derivative of `worth` by x."""
        rows = []
        for i in range(self.solved):
            row: list[Array] = [np.zeros((self.types[i] * self.actions[i],) * 2)] * self.solved
            for j in (k for k in range(self.n) if k != i):
                pair = expected(self.payoff[i], strategies, keep=(i, j))  # [types of both, actions of both] in order
                pair = pair.transpose(0, 2, 1, 3) if i < j else pair.transpose(1, 3, 0, 2)
                block = (pair * strategies[j]).reshape(self.types[i] * self.actions[i], -1)
                at = 0 if self.symmetric else j
                row[at] = row[at] + block if self.symmetric else block
            rows.append(np.concatenate(row, axis=1))
        return np.concatenate(rows)

    def logit(self, y: Array) -> Array:
        """log of the logit response within each agent."""
        top = np.maximum.reduceat(y, self.starts)[self.agent]
        return y - top - np.log(np.add.reduceat(np.exp(y - top), self.starts))[self.agent]

    def centred(self, rows: Array, sigma: Array) -> Array:
        """rows[stacked, ...] less their mean under σ within each agent."""
        weighed = (sigma * rows.T).T
        return rows - np.add.reduceat(weighed, self.starts, axis=0)[self.agent]

    def residual(self, x: Array, lam: float) -> float:
        """The largest error of x = logit(λ·U), in log-probability; re-evaluated from the payoffs alone."""
        return float(np.abs(x - self.logit(lam * self.worth(self.strategies(x)))).max())

    def response_slopes(self, x: Array, lam: float) -> Array:
        """K[stacked, stacked] = ∂ logit(λ·U(eˣ)) / ∂x at a solution."""
        return lam * self.centred(self.slopes(self.strategies(x)), np.exp(x))


def alike(payoff: Array) -> Array:
    """[game], bool: whether all players are alike, exactly: payoff[game, player, *actions] with two in each other's place."""
    games, n, *counts = payoff.shape
    if n < 2 or len(set(counts)) != 1:
        return np.zeros(games, dtype=bool)
    first = payoff[:, 0]
    same = [first == first.swapaxes(1 + j, 2 + j) for j in range(1, n - 1)]
    same += [payoff[:, j] == first.swapaxes(1, 1 + j) for j in range(1, n)]
    return np.asarray(np.all([equal.reshape(games, -1).all(axis=1) for equal in same], axis=0))


def checked_weights(game: Game, weights: Sequence[float] | None) -> Array | None:
    """[active player] as floats. Raises InputError for a wrong number of them, or one that is not positive."""
    if weights is None:
        return None
    found = floats(np.asarray(weights))
    if found.shape != (len(game.active),) or not (np.isfinite(found).all() and (found > 0).all()):
        raise InputError(
            where="weights of λ",
            needed=f"one positive number for each of {', '.join(game.players[i] for i in game.active)}",
            found=str(weights),
        )
    return found
