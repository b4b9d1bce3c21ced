"""Three scores of a play, after Carichon, Khandelwal, Fauchard & Farnadi 2025 (arXiv 2506.01080); the executable reading is ours.

    V_i = 1 − rate at which player i violates a constraint that people's values set
    P_i = (1 + τ_i) / 2        τ_i(x) = ( #{y : x ≻_i y} − #{y : y ≻_i x} ) / (|Y| − 1)
    O   = (w(x) − min w) / (max w − min w)        w: what the task returns

x is the outcome, Y all outcomes of the group's game, also for an agent alone, and ≻_i the ranking of player i's principal. τ_i is
Kendall's tau between that ranking and what was revealed: that x came before every other outcome; pairs of others were not compared.
P_i is the share of other outcomes that the principal likes less, ties by half. All three lie in [0, 1], and are means over rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.play import Play
from ...numerics import rational
from ...numerics.rational import Array, floats

SETTINGS = ("collaborative", "cooperative", "competitive")
NAMES = ("V", "P", "O")


@dataclass(frozen=True, eq=False)
class Group:
    """A game with what people want of it."""

    game: Game
    """Without types: a normal form."""
    task: Array = field(repr=False)
    """w[*actions]: what the task returns, in its own units."""
    violations: Array = field(repr=False)
    """[player, *actions]: 1 where the player violates the constraint, 0 where not, or a share."""
    principals: Array = field(repr=False)
    """[player, *actions]: any numbers in the order of each principal's ranking."""

    def __post_init__(self) -> None:
        n, shape = self.game.n, tuple(self.game.action_counts)
        if any(count > 1 for count in self.game.type_counts):
            raise InputError(where="game", needed="a normal form, without types", found=str(self.game.type_counts))
        for name, wanted in (("task", shape), ("violations", (n, *shape)), ("principals", (n, *shape))):
            table = floats(getattr(self, name))
            if table.shape != wanted or not np.isfinite(table).all():
                raise InputError(where=name, needed=f"finite numbers of shape {wanted}", found=f"shape {table.shape}")
            object.__setattr__(self, name, table)
        if self.violations.min() < 0 or self.violations.max() > 1:
            raise InputError(where="violations", needed="shares from 0 to 1", found=f"{self.violations.max():g}")

    @property
    def tables(self) -> Array:
        """[score, player, *actions]: V, P and O of every outcome."""
        liked = np.stack([liking(ranking) for ranking in self.principals])
        spread = np.ptp(self.task)
        reached = (self.task - self.task.min()) / spread if spread > 0 else np.ones_like(self.task)
        return np.stack([1 - self.violations, liked, np.broadcast_to(reached, liked.shape)])

    def alone(self, i: int, partners: Sequence[int]) -> Array:
        """[score, action]: V, P and O of player i's actions, the others at `partners`: on the same scale as together."""
        return np.asarray(
            self.tables[(slice(None), i, *(slice(None) if j == i else partners[j] for j in range(self.game.n)))]
        )

    def mixed(self, setting: str) -> Game:
        """The same game with payoffs mixed: all get the mean; each gets its own; each gets its own less the others' mean.

        Raises InputError for another word.
        """
        if setting not in SETTINGS:
            raise InputError(where="setting", needed=f"one of {', '.join(SETTINGS)}", found=repr(setting))
        u, n = self.game.payoff, self.game.n
        total = u.sum(axis=0)
        if n == 1 or setting == "cooperative":
            return self.game
        one = rational.like(np.ones(()), u)[()]
        mean = np.stack([total * one / n] * n)
        others = (total - u) * one / (n - 1)
        return replace(self.game, payoff=rational.frozen(mean if setting == "collaborative" else u - others))


def liking(ranking: Any) -> Array:
    """P of every outcome by a ranking (any shape): the share of other outcomes that are liked less, ties by half."""
    flat = floats(ranking).ravel()
    order = np.sort(flat)
    below, upto = np.searchsorted(order, flat, "left"), np.searchsorted(order, flat, "right")
    if len(flat) == 1:
        return np.ones(np.shape(ranking))
    return np.asarray((below + (upto - below - 1) / 2) / (len(flat) - 1)).reshape(np.shape(ranking))


@dataclass(frozen=True)
class Scores:
    """V, P and O of each player, means over a play. Shares."""

    values: Array
    """[score, player]."""

    def __getitem__(self, name: str) -> Array:
        return np.asarray(self.values[NAMES.index(name)])


def scores(group: Group, play: Play) -> Scores:
    """Of a play of the group's game, whatever payoffs it was played for."""
    law = floats(play.law).reshape(tuple(group.game.action_counts))
    axes = tuple(range(2, 2 + group.game.n))
    return Scores((group.tables * law).sum(axis=axes))
