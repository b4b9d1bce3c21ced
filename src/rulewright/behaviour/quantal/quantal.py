"""Behaviour `logit:λ`: the logit equilibrium on the principal branch, in one game or in many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...game.game import Game
from ...game.games import Games
from ..behaviour import Behaviour, argument, register, wanted_goal
from ..prediction import Plays, Spans, residual_of
from .batch import expected_goal, many_lambdas, regrets
from .path import path
from .trace import LONGEST, RESIDUAL


@dataclass(frozen=True)
class Quantal(Behaviour):
    """Logit equilibrium at `lam` on the principal branch."""

    lam: float

    @property
    def name(self) -> str:
        return f"logit:{self.lam:g}"

    def __call__(self, game: Game) -> Plays:
        found = path(game, self.lam, longest=LONGEST)
        play = found.play(len(found.lambdas) - 1)
        how = f"principal branch followed from λ = 0 in {len(found.lambdas) - 1} steps, residual below {RESIDUAL:g}"
        if found.folds:
            how += (
                f"; λ turns back at {found.folds[0].lam:g}, so that there are several logit equilibria just below that"
            )
        return Plays(self.name, game, (play,), how, residual_of([play]))

    def many(self, games: Games) -> Spans:
        """The goal at `lam` on the principal branch of each game; NaN and incomplete where it could not be followed."""
        goal = wanted_goal(games)
        curves = many_lambdas(games, [self.lam])
        sigma = [strategy[:, 0] for strategy in curves.strategies]
        found, worth = curves.found[:, 0], expected_goal(goal, sigma)
        how = f"principal branches followed from λ = 0, {found.sum()} of {len(games)} to the end, residual below {RESIDUAL:g}"
        return Spans(worth, worth, worth, found.astype(int), regrets(games.payoff, sigma), np.asarray(found), how)


register("logit", lambda text: Quantal(argument("logit", text, float, "a number of at least 0, as in logit:5", 0.0)))
