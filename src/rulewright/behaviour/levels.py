"""Level-k play: level 0 chooses at random, level k replies best to level k − 1; ties are split evenly.

After Stahl & Wilson 1994 (J. Econ. Behav. Organ. 25) and Nagel 1995 (Am. Econ. Rev. 85).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..game.game import Game
from ..game.lower import core, lifted
from ..game.play import interim
from ..numerics.rational import Array
from .behaviour import Behaviour, argument, register
from .prediction import Plays, residual_of

TIE = 1e-9  # relative to the range of payoffs


@dataclass(frozen=True)
class Level(Behaviour):
    """Everybody plays at level `k`."""

    k: int

    @property
    def name(self) -> str:
        return f"level:{self.k}"

    def __call__(self, game: Game) -> Plays:
        inner = core(game).floats
        strategies = uniform(inner)
        for _ in range(self.k):
            strategies = [best_reply(inner, strategies, i) for i in range(inner.n)]
        plays = (lifted(game.floats, strategies if game.active else []),)
        return Plays(
            self.name,
            game,
            plays,
            f"{self.k} round{'s' * (self.k != 1)} of best replies to random play",
            residual_of(plays),
        )


def uniform(game: Game) -> list[Array]:
    return [np.full((t, a), 1 / a) for t, a in zip(game.type_counts, game.action_counts, strict=True)]


def best_reply(game: Game, strategies: list[Array], i: int) -> Array:
    """[type, action]: uniform over i's best replies."""
    worth = interim(game, strategies, i)
    best = worth >= worth.max(axis=1, keepdims=True) - TIE * max(float(np.ptp(game.payoff[i])), 1e-300)
    return best / best.sum(axis=1, keepdims=True)


register("level", lambda text: Level(int(argument("level", text, int, "a whole number, as in level:2", 0))))
