"""Two players whose payoffs add up to the same number in every cell: the value of every state (Shapley 1953, PNAS 39).

    v(s) = val [ u(s, a, b) + δ Σ_s′ T(s, a, b, s′) v(s′) ]

Shapley's map contracts by δ per round. Here the minimiser's stage-optimal strategy is followed to the end by a best reply of the
maximiser before the map is applied again (Hoffman & Karp 1966), which takes a handful of rounds instead of log ε / log δ. The
answer is a pair of stationary strategies; best replies to each bound the value from both sides, whatever was computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay, averaged
from ...numerics.decision import best
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array, is_exact
from .found import MarkovPlays, plays_of

TOLERANCE = 1e-11  # of the change of values per round, in units of their size
MOST_ROUNDS = 1000


@dataclass(frozen=True, eq=False)
class Value(MarkovPlays):
    """The value of a zero-sum Markov game, with strategies that secure it."""

    lower: Array = field(default_factory=lambda: np.zeros(0), repr=False)
    """[state]: what the first of the two secures, by a best reply against its strategy."""
    upper: Array = field(default_factory=lambda: np.zeros(0), repr=False)
    """[state]: the most that the other's strategy lets it get."""

    @property
    def values(self) -> Array:
        """[state]: the middle of the bounds."""
        return (self.lower + self.upper) / 2


def shapley(game: MarkovGame, *, rounds: int = MOST_ROUNDS) -> Value:
    """Value and optimal stationary strategies of a game in which two players choose and their payoffs sum to a constant.

    Raises InputError where they do not, or where their discounts differ.
    """
    form = game.floats
    one, two = _pair(game)
    size = max(float(np.abs(form.payoff[one]).max()), 1e-300) / (1 - float(form.discount[one]))
    values = np.zeros(form.state_count)
    delta = form.discount[one]
    strategies: list[Any] = []
    taken, still = 0, False
    while taken < rounds and not still:
        taken += 1
        worth = form.payoff[one] + delta * (form.transition @ values)
        solved = [_stage(form, worth, s, one, two) for s in range(form.state_count)]
        strategies = [mask / mask.sum(axis=1, keepdims=True) for mask in form.available]
        for s, (x, y, _) in enumerate(solved):
            for i, mixture in ((one, x), (two, y)):
                strategies[i][s] = 0
                strategies[i][s, form.joint_available(s)[i]] = mixture
        reward = averaged(form.payoff[one], strategies, keep=(one,))
        moves = averaged(form.transition, strategies, keep=(one,), trailing=1)
        after = best(reward[:, None], moves[:, None], delta, form.available[one])[0]
        still = np.abs(np.array([v for *_, v in solved]) - values).max() <= TOLERANCE * size
        values = after
    play = MarkovPlay.of(form, strategies)
    upper = play.values[one] + play.regrets[one]
    lower = play.values[one] - play.regrets[two]
    found = plays_of(form, (play,), "", True)
    how = f"policy iteration of Hoffman & Karp, {taken} rounds; bounds from best replies"
    return Value(game, found.plays, how, found.residual, found.residual <= 1e-6 * size, lower, upper)


def _pair(game: MarkovGame) -> tuple[int, int]:
    if len(game.active) > 2 or len(game.strategic) < 2:
        raise InputError(
            where="zero-sum Markov game", needed="two players who choose", found=f"{len(game.active)} of {game.n}"
        )
    if len(game.active) == 2:
        one, two = game.active
    else:
        one, two = game.strategic[:2]
    sums = game.payoff[one] + game.payoff[two]
    off = max(sums.max() - sums.min(), abs(game.discount[one] - game.discount[two]))
    if off > (0 if is_exact(game.payoff) else 1e-9 * max(1.0, float(np.abs(game.payoff).max()))):
        raise InputError(
            where="zero-sum Markov game",
            needed=f"payoffs of {game.players[one]} and {game.players[two]} with one sum, and one discount",
            found="others",
            remedy="Use perfect_pure or branch for general payoffs.",
        )
    return one, two


def _stage(game: MarkovGame, worth: Array, s: int, one: int, two: int) -> tuple[Array, Array, float]:
    """(row mixture, column mixture, value) of state s; a saddle in pure strategies needs no programme."""
    table = worth[s][np.ix_(*game.joint_available(s))]
    matrix = np.moveaxis(table, (one, two), (0, 1)).reshape(table.shape[one], table.shape[two])
    low, high = matrix.min(axis=1), matrix.max(axis=0)
    row, column = int(low.argmax()), int(high.argmin())
    if low[row] >= high[column]:
        return np.eye(len(low))[row], np.eye(len(high))[column], float(matrix[row, column])
    floor, unit = float(matrix.min()), float(np.ptp(matrix)) or 1.0
    programme = Programme()
    x = programme.add_columns(len(low), upper=1.0)
    v = programme.add_columns(1, lower=-INFINITY, cost=1.0)
    programme.put(programme.add_rows(1, lower=1.0, upper=1.0), x, 1.0)
    rows = programme.add_rows(len(high), lower=0.0)
    programme.put(rows[None, :], x[:, None], (matrix - floor) / unit)
    programme.put(rows, v, -1.0)
    found = programme.solve(maximise=True)
    point, duals = found.point(), found.duals
    assert duals is not None  # an optimum has them
    mine, other = np.maximum(point[x], 0), np.abs(duals[rows])
    return mine / mine.sum(), other / other.sum(), float(point[v[0]]) * unit + floor
