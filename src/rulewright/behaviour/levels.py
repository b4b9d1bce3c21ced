"""Level-k play: level 0 does something simple, level k replies best to level k − 1; ties are split evenly.

    σ^0 = level 0      σ^k_i = best replies to σ^{k−1}_-i      or, noisily,  σ^k_i ∝ exp(λ·U_i(·, σ^{k−1}_-i))

After Stahl & Wilson 1994 (J. Econ. Behav. Organ. 25) and Nagel 1995 (Am. Econ. Rev. 85). Level 0 chooses at random, as
there, unless something else stands out: the first action of everybody, or an action by its label (a focal one).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.games import Games
from ..game.lower import core, lifted
from .behaviour import Behaviour, argument, register, wanted_goal
from .prediction import Plays, Spans, residual_of
from .replies import Against, Strategies, spans_at

HIGHEST = 10_000  # nobody thinks so far ahead, and every level takes a round
UNIFORM, FIRST = "uniform", "first"
LEVEL_ZERO = {UNIFORM: "random play", FIRST: "everybody's first action"}


@dataclass(frozen=True)
class Level(Behaviour):
    """Everybody plays at level `k`."""

    k: int
    zero: str = UNIFORM
    """Level 0: "uniform", "first", or the label of an action; players who have no such action choose at random."""
    lam: float | None = None
    """Replies are logit with this λ, per unit of payoff; None: they are best."""

    def __post_init__(self) -> None:
        if not 0 <= self.k <= HIGHEST:
            raise InputError(where="behaviour level", needed=f"a level from 0 to {HIGHEST:,}", found=f"{self.k}")

    @property
    def name(self) -> str:
        head = f"level:{self.k}" if self.lam is None else f"level-noisy:{self.k},{self.lam:g}"
        return head if self.zero == UNIFORM else f"{head},{self.zero}"

    def __call__(self, game: Game) -> Plays:
        """Raises InputError where level 0 is a label that nobody who chooses has."""
        inner = core(game).floats
        strategies = self._climb(Against.game(inner), level_zero(inner, self.zero))
        plays = (lifted(game.floats, strategies if game.active else []),)
        return Plays(self.name, game, plays, self._how, residual_of(plays))

    def many(self, games: Games) -> Spans:
        if self.zero not in LEVEL_ZERO:
            return super().many(games)
        goal, against = wanted_goal(games), Against.games(games)
        strategies = self._climb(against, same_zero(against, self.zero))
        return spans_at(games, goal, against, strategies, self._how)

    def _climb(self, against: Against, strategies: Strategies) -> Strategies:
        for _ in range(self.k):
            strategies = replies(against, strategies, self.lam)
        return strategies

    @property
    def _how(self) -> str:
        kind = "best" if self.lam is None else f"logit (λ = {self.lam:g})"
        return f"{self.k} round{'s' * (self.k != 1)} of {kind} replies to {said(self.zero)}"


def replies(against: Against, strategies: Strategies, lam: float | None) -> Strategies:
    """Best replies, or logit ones where `lam` is a number."""
    return against.best(strategies) if lam is None else against.logit(strategies, lam)


def said(zero: str) -> str:
    """Level 0 in words."""
    return LEVEL_ZERO.get(zero, f"“{zero}”")


def same_zero(against: Against, zero: str) -> Strategies:
    """Per player [row, action]: level 0 where it is told without labels."""
    if zero == UNIFORM:
        return against.uniform
    return [np.broadcast_to(np.eye(row.shape[1])[0], row.shape) for row in against.uniform]


def level_zero(inner: Game, zero: str) -> Strategies:
    """Per player [type, action]: what level 0 does. Raises InputError where it is a label that nobody has."""
    against = Against.game(inner)
    if zero in LEVEL_ZERO:
        return same_zero(against, zero)
    if inner.active and not any(zero in labels for labels in inner.actions):
        known = dict.fromkeys(label for labels in inner.actions for label in labels)
        raise InputError(
            where="behaviour level",
            needed=f"a level 0 of {', '.join(LEVEL_ZERO)} or an action among {', '.join(list(known)[:20])}",
            found=repr(zero),
        )
    return [
        np.broadcast_to(np.eye(len(labels))[labels.index(zero)], row.shape) if zero in labels else row
        for labels, row in zip(inner.actions, against.uniform, strict=True)
    ]


def _level(text: str) -> Level:
    k, _, zero = text.partition(",")
    return Level(int(argument("level", k, int, "a whole number, as in level:2 or level:2,first", 0)), zero or UNIFORM)


def _noisy(text: str) -> Level:
    needed = "a level and a λ, as in level-noisy:2,5 or level-noisy:2,5,first"
    k, _, rest = text.partition(",")
    lam, _, zero = rest.partition(",")
    level = int(argument("level-noisy", k, int, needed, 0))
    return Level(level, zero or UNIFORM, argument("level-noisy", lam, float, needed, 0.0))


register("level", _level)
register("level-noisy", _noisy)
