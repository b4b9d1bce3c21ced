"""Replies to what others do, in one game or in many at once: worth, best replies, logit replies.

    U_i[row, a] = expected payoff of i's action a against σ_-i      σ_j[row, a] = chance of j's action a

A *row* is a type of the player in one game (U is given the type), or one game of a batch. What is done with rows afterwards
is the same for both, so reasoning in levels is written once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..game.game import Game
from ..game.games import Games
from ..game.play import expected, interim, marginal, weighted
from ..numerics.rational import Array
from .prediction import Spans

TIE = 1e-9  # relative to the range of a player's payoffs

Strategies = list[Array]
Reply = Callable[[Strategies], Strategies]


@dataclass(frozen=True, eq=False)
class Against:
    """Worth of every player's actions against the others' strategies."""

    worth: Callable[[Strategies], Strategies] = field(repr=False)
    """σ ↦ U, one [row, action] per player; payoff units."""
    slack: Strategies = field(repr=False)
    """Per player [row, 1]: what is less than this below the best is as good as it; payoff units."""
    uniform: Strategies = field(repr=False)
    """Per player [row, action]: all actions alike."""

    @staticmethod
    def game(game: Game) -> Against:
        """Rows are types. `game` is a core in floats."""
        chance = [np.where((p := marginal(game, i)) > 0, p, 1.0)[:, None] for i in range(game.n)]

        def worth(strategies: Strategies) -> Strategies:
            return [interim(game, strategies, i) / chance[i] for i in range(game.n)]

        slack = [np.full((t, 1), TIE * float(np.ptp(game.payoff[i]))) for i, t in enumerate(game.type_counts)]
        return Against(worth, slack, [np.full(shape, 1 / shape[1]) for shape in shapes(game)])

    @staticmethod
    def games(games: Games) -> Against:
        """Rows are games."""
        count, axes = len(games), tuple(range(1, 1 + games.n))
        slack = [TIE * np.ptp(games.payoff[:, i], axis=axes).reshape(-1, 1) for i in range(games.n)]
        start = [np.full((count, a), 1 / a) for a in games.action_counts]
        return Against(lambda s: [contracted(games.payoff[:, i], s, i) for i in range(games.n)], slack, start)

    def best(self, strategies: Strategies) -> Strategies:
        """Best replies, ties split evenly."""
        replies = []
        for worth, slack in zip(self.worth(strategies), self.slack, strict=True):
            chosen = worth >= worth.max(axis=1, keepdims=True) - slack
            replies.append(chosen / chosen.sum(axis=1, keepdims=True))
        return replies

    def logit(self, strategies: Strategies, lam: float) -> Strategies:
        """Replies ∝ exp(λ·U)."""
        return [logit(lam * worth) for worth in self.worth(strategies)]

    def regret(self, strategies: Strategies) -> Array:
        """[row of any player]: the most that somebody gains; for rows that are games."""
        gains = [w.max(axis=1) - (w * s).sum(axis=1) for w, s in zip(self.worth(strategies), strategies, strict=True)]
        return np.maximum(np.max(gains, axis=0), 0.0)


def shapes(game: Game) -> list[tuple[int, int]]:
    return list(zip(game.type_counts, game.action_counts, strict=True))


def logit(scores: Array) -> Array:
    """[row, action]: probabilities ∝ exp(score)."""
    weight = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True)


def contracted(table: Array, strategies: Strategies, keep: int | None = None) -> Array:
    """[game] or [game, action of `keep`]: table[game, *actions] in expectation over the others' actions."""
    axes = list(range(table.ndim))
    for j in reversed(range(len(strategies))):
        if j != keep:
            rest = [axis for axis in axes if axis != 1 + j]
            table = np.einsum(table, axes, strategies[j], [0, 1 + j], rest)
            axes = rest
    return table


def slopes(game: Game, strategies: Strategies) -> Array:
    """[(player, type, action), (player, type, action)]: how worth, given the type, changes with probabilities."""
    sizes = [t * a for t, a in shapes(game)]
    edges = np.cumsum([0, *sizes])
    table = np.zeros((edges[-1], edges[-1]))
    for i in range(game.n):
        chance = np.where((p := marginal(game, i)) > 0, p, 1.0)[:, None, None, None]
        for j in range(game.n):
            if i != j:
                pair = expected(weighted(game, i), strategies, keep=(i, j))  # [types of both, actions of both] in order
                pair = pair.transpose(0, 2, 1, 3) if i < j else pair.transpose(1, 3, 0, 2)
                block = (pair / chance).reshape(sizes[i], sizes[j])
                table[edges[i] : edges[i + 1], edges[j] : edges[j + 1]] = block
    return table


def spans_at(games: Games, goal: Array, against: Against, strategies: Strategies, how: str) -> Spans:
    """One play per game, as spans; regret against itself re-evaluated."""
    value = contracted(goal, strategies)
    one, sure = np.ones(len(games), dtype=int), np.ones(len(games), dtype=bool)
    return Spans(value, value.copy(), value.copy(), one, against.regret(strategies), sure, how)
