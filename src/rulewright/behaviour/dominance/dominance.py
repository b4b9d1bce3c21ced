"""Iterated dominance as a behaviour: every play of the actions that survive.

`dominance` eliminates strictly dominated actions, and `rationalisable` is its other name: for any number of players, what survives
is what is played by those who believe it all of each other, beliefs about several others may be correlated (Pearce 1984,
Econometrica 52; Bernheim 1984, Econometrica 52; Brandenburger & Dekel 1987, Econometrica 55). `weak-dominance` eliminates weakly
dominated ones, all at once in each round; another order may leave other plays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...game.game import Game
from ...game.games import Games
from ...game.lower import average, core, lifted
from ...game.play import Play
from ...numerics.rational import Array
from ..behaviour import Behaviour, no_argument, register, wanted_goal
from ..prediction import Plays, Prediction, Span, Spans, goal_on
from . import batch
from .strict import iterated
from .survivors import Survivors
from .weak import weakly


@dataclass(frozen=True, eq=False)
class Box(Prediction):
    """Every play of the actions that survive: a box of strategies, whose worst and best plays are corners."""

    name: str
    game: Game
    survivors: Survivors
    how: str
    residual: float = 0.0
    complete: bool = True
    most = 2_000_000  # corners looked at one by one; beyond that the span is a bound, type profile by type profile

    def span(self, goal: Array) -> Span:
        inner, goal = core(self.game.floats), goal_on(self.game, goal)
        if not self.game.active:
            return Plays(self.name, self.game, (self.survivors.play(),), self.how, 0.0).span(goal)
        weight = inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
        worth = average(self.game.floats, goal) * weight
        slots = {
            (k, t): actions for k, i in enumerate(self.game.active) for t, actions in enumerate(self.survivors.left[i])
        }
        corners = math.prod(map(len, slots.values()))
        profiles = [p for p in np.ndindex(*inner.type_counts) if inner.prior[p] > 0]
        if corners > self.most:
            kept = [worth[p][np.ix_(*[slots[k, t] for k, t in enumerate(p)])] for p in profiles]
            return Span(sum(x.min() for x in kept), sum(x.max() for x in kept), None, corners, 0.0)
        chosen = np.unravel_index(np.arange(corners), [len(a) for a in slots.values()])
        played = {slot: np.array(a)[c] for (slot, a), c in zip(slots.items(), chosen, strict=True)}
        total = sum(worth[p][tuple(played[k, t] for k, t in enumerate(p))] for p in profiles)
        low, high = (self._corner(inner, played, int(k)) for k in (np.argmin(total), np.argmax(total)))
        return Span(float(total.min()), float(total.max()), float(total.mean()), corners, 0.0, low, high)

    def _corner(self, inner: Game, played: dict[tuple[int, int], Array], at: int) -> Play:
        strategies = [np.zeros((inner.type_counts[k], inner.action_counts[k])) for k in range(inner.n)]
        for (k, t), actions in played.items():
            strategies[k][t, actions[at]] = 1.0
        return lifted(self.game, strategies)


@dataclass(frozen=True)
class Dominance(Behaviour):
    """Whatever survives iterated strict dominance."""

    called: str = "dominance"

    @property
    def name(self) -> str:
        return self.called

    def __call__(self, game: Game) -> Box:
        left = iterated(game)
        return Box(self.name, game, left, f"{len(left.order)} eliminations, by mixtures, in rounds")

    def many(self, games: Games) -> Spans:
        """Worst and best corner of each game's box; `residual` is 0, a box being no equilibrium.

        By pure actions in all games at once; one by one where a mixture could dominate more. Raises InputError where the games
        have no goal.
        """
        goal = wanted_goal(games)
        kept = batch.survivors(games.payoff)
        for k in np.flatnonzero(batch.open_to_mixtures(games.payoff, kept)):
            for i, ((actions),) in enumerate(iterated(Game.normal(games.payoff[k])).left):
                kept[i][k] = False
                kept[i][k, list(actions)] = True
        return batch.spans(goal, kept)


class WeakDominance(Behaviour):
    """Whatever survives when all weakly dominated actions are eliminated at once, again and again."""

    name = "weak-dominance"

    def __call__(self, game: Game) -> Box:
        left = weakly(game)
        how = f"{len(left.order)} eliminations, by mixtures, all that can be in each round; another order may leave others"
        return Box(self.name, game, left, how)


register("dominance", lambda text: no_argument("dominance", text, Dominance))
register("rationalisable", lambda text: no_argument("rationalisable", text, lambda: Dominance("rationalisable")))
register("weak-dominance", lambda text: no_argument("weak-dominance", text, WeakDominance))
