"""What learners and flows answer: time averages of play, one for each run or start, each with its share of all.

A run is a law over plan profiles, what was played when; its worth is the average of what people got on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...game.game import Game
from ...game.games import Games
from ...game.lower import average, core, lifted_law, normal, over_plans, plans
from ...game.play import Play
from ...numerics.rational import Array
from ..behaviour import wanted_goal
from ..prediction import Prediction, Span, Spans, goal_on
from .judge import mean

CHUNK = 4_000_000  # numbers held at a time for many games


@dataclass(frozen=True, eq=False)
class Runs(Prediction):
    """Independent runs of a dynamic; a run is judged by its time average."""

    name: str
    game: Game
    law: Array = field(repr=False)
    """[run, *plans]: how often each plan profile is played, over the normal form of the core."""
    how: str
    residual: float
    """Largest average regret of any agent in any run, in payoff units: of not having played one plan throughout."""
    complete: bool = True
    shares: Array | None = None
    """[run]: how often the run stands for; None if all alike."""

    def span(self, goal: Array) -> Span:
        inner = core(self.game)
        worth = average(self.game.floats, goal_on(self.game, goal))
        table = over_plans(inner.floats, worth) if inner.prior.size > 1 else worth
        means = mean(table.reshape(self.law.shape[1:]), self.law)
        low, high = int(np.argmin(means)), int(np.argmax(means))
        middle = float(means.mean() if self.shares is None else self.shares @ means)
        return Span(
            float(means[low]), float(means[high]), middle, len(means), self.residual, self.play(low), self.play(high)
        )

    @property
    def plays(self) -> tuple[Play, ...]:
        """The time average of every run."""
        return tuple(self.play(run) for run in range(len(self.law)))

    def play(self, run: int) -> Play:
        """The time average of one run, as a correlated play."""
        inner = core(self.game.floats)
        weights = self.law[run]
        law = np.zeros(inner.payoff.shape[1:])
        table = [plans(inner, i) for i in range(inner.n)]
        at = np.nonzero(weights)
        for profile in np.ndindex(*inner.type_counts):
            played = tuple(table[j][at[j], t] for j, t in enumerate(profile))
            np.add.at(law[profile], played, weights[at] * inner.prior[profile])
        return lifted_law(self.game.floats, law)


def strategic(game: Game) -> Array:
    """payoff[1, player, *plans] of those who choose."""
    inner = normal(core(game).floats)
    return inner.payoff.reshape(1, inner.n, *inner.action_counts)


def in_parts(games: Games, each: int, one: Callable[[Games], Spans]) -> Spans:
    """`one` of a part of the games at a time, so that `each` numbers for each game stay below CHUNK in all."""
    wanted_goal(games)
    games = _choosing(games)
    size = max(CHUNK // max(each, 1), 1)
    if len(games) <= size:
        return one(games)
    assert games.goal is not None
    parts = [one(Games(games.payoff[k : k + size], games.goal[k : k + size])) for k in range(0, len(games), size)]

    def all_of(column: str) -> Array:
        return np.concatenate([getattr(part, column) for part in parts])

    return Spans(
        all_of("worst"),
        all_of("best"),
        all_of("mean"),
        all_of("count"),
        all_of("residual"),
        all_of("complete"),
        parts[0].how,
    )


def _choosing(games: Games) -> Games:
    """Without players who have one action: they draw nothing, and runs are those of a single game."""
    counts = games.action_counts
    keep = [i for i, count in enumerate(counts) if count > 1]
    if len(keep) in (0, len(counts)):
        return games
    shape = (len(games), *(counts[i] for i in keep))
    payoff = games.payoff[:, keep].reshape(len(games), len(keep), *shape[1:])
    return Games(payoff, wanted_goal(games).reshape(shape))


def spans(games: Games, law: Array, regret: Array, complete: Array, how: str, same: Array | None = None) -> Spans:
    """Of law[game × run, *actions] and regret[game × run]; `same`[game, run] tells runs that repeat an earlier one."""
    goal = wanted_goal(games)
    runs = len(law) // len(games)
    worth = mean(np.repeat(goal, runs, axis=0), law).reshape(len(games), runs)
    count = np.full(len(games), runs) if same is None else runs - same.sum(axis=1)
    worst = regret.reshape(len(games), runs).max(axis=1)
    return Spans(worth.min(axis=1), worth.max(axis=1), worth.mean(axis=1), count, worst, complete, how)
