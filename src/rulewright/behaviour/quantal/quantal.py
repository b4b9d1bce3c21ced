"""Behaviour `logit:λ`: the logit equilibrium on the principal branch, in one game or in many."""

from __future__ import annotations

from dataclasses import dataclass

from ...game.game import Game
from ..behaviour import Behaviour, argument, register
from ..prediction import Plays, residual_of
from .path import path
from .trace import RESIDUAL


@dataclass(frozen=True)
class Quantal(Behaviour):
    """Logit equilibrium at `lam` on the principal branch."""

    lam: float

    @property
    def name(self) -> str:
        return f"logit:{self.lam:g}"

    def __call__(self, game: Game) -> Plays:
        found = path(game, self.lam)
        play = found.play(len(found.points) - 1)
        how = f"principal branch followed from λ = 0 in {len(found.points) - 1} steps, residual below {RESIDUAL:g}"
        if found.folds:
            how += f"; λ turns back at {found.folds[0].lam:g}: several logit equilibria from there on"
        return Plays(self.name, game, (play,), how, residual_of([play]))


register("logit", lambda text: Quantal(argument("logit", text, float, "a number of at least 0, as in logit:5", 0.0)))
