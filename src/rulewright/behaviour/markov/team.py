"""The first best of a Markov game: what a team with one goal, or a planner who plays everybody, can reach.

The joint actions of all are the actions of one decision-maker, and policy iteration finds its best stationary policy (Howard
1960), in rationals the exact one. No play of any kind, with whatever memory, is worth more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics.decision import best, expectation
from ...numerics.memory import reserve
from ...numerics.rational import Array, fraction, zeros


@dataclass(frozen=True, eq=False)
class Team:
    """The best pure stationary play for a goal."""

    play: MarkovPlay
    values: Array = field(repr=False)
    """[state]: discounted goal from every state."""
    worth: Any
    """Under the law of the first state."""
    residual: float
    """The most that one round of other actions adds in any state (Bellman), re-evaluated from the play; 0 if exact."""


def first_best(game: MarkovGame, goal: Array | None = None, discount: Any = None, *, worst: bool = False) -> Team:
    """The best (or worst) play for goal[state, *actions]: the designer's, or the total of a game without one.

    discount: the first player's where None. Exact in an exact game. Raises InputError for a goal or discount that is none, and
    TooLarge where the joint moves do not fit.
    """
    table = (game.goal if game.designer else game.total) if goal is None else game.per_round(goal)
    delta = game.rate(discount)
    counts = game.action_counts
    reserve((2, game.state_count, *counts, game.state_count), "the joint moves of the team", item_bytes=game.item_bytes)
    flat = table.reshape(game.state_count, 1, -1)
    moves = game.transition.reshape(game.state_count, 1, -1, game.state_count)
    allowed = np.ones((game.state_count, *counts), bool)
    for i, mask in enumerate(game.available):
        allowed &= mask.reshape(game.state_count, *(-1 if j == i else 1 for j in range(game.n)))
    sign = -1 if worst else 1
    _, policy = best(sign * flat, moves, delta, allowed.reshape(game.state_count, -1))
    at = np.unravel_index(policy[:, 0], counts)
    strategies = []
    for i, chosen in enumerate(at):
        strategy = zeros((game.state_count, counts[i]), game.payoff)
        strategy[np.arange(game.state_count), chosen] = fraction(1)
        strategies.append(strategy)
    play = MarkovPlay.of(game, strategies)
    mine = play.discounted(table, delta)
    ahead = np.where(allowed, sign * (table + delta * expectation(game.transition, mine)), (sign * mine).min())
    gain = (ahead.reshape(game.state_count, -1).max(axis=1) - sign * mine).max()
    return Team(play, mine, mine @ game.start, max(float(gain), 0.0))
