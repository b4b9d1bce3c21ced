"""Correlated and coarse correlated equilibria: everything that a mediator, or a history of learning, can sustain.

A law π(a | θ) is a correlated equilibrium if nobody gains by disobeying what it is told to play,

    Σ_{θ_-i, a_-i} p(θ) π(a | θ) [ u_i(θ, a) − u_i(θ, a_i′, a_-i) ] ≥ 0     for every θ_i, a_i, a_i′

(Aumann 1974, J. Math. Econ. 1; with types, a Bayes correlated equilibrium: Bergemann & Morris 2016, Theor. Econ. 11, the widest
notion, which covers whatever the players may learn about each other's types). Coarse: nobody gains by ignoring it
(the rows summed over a_i; Moulin & Vial 1978). Both are polytopes, and the worst and best play for a goal are linear
programmes, whose dual is a certificate (the claim `worst`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...game.game import Game
from ...game.games import Games
from ...game.lower import average, core, lifted_law
from ...game.play import Play
from ...numerics.rational import Array
from ..behaviour import Behaviour, no_argument, register, wanted_goal
from ..dominance import iterated
from ..prediction import Prediction, Span, Spans, goal_on
from .batch import spans
from .corners import corners
from .generation import SMALL, extreme

PATIENCE = 3  # programmes in a row that find no dominating mixture, before the search for them ends


@dataclass(frozen=True, eq=False)
class Polytope(Prediction):
    """All (coarse) correlated equilibria of a game."""

    name: str
    game: Game
    coarse: bool
    how: str = "linear programme (HiGHS), worst and best by one solve each"
    residual: float = 0.0
    complete: bool = True

    def span(self, goal: Array) -> Span:
        inner = core(self.game.floats)  # averaged in floats: far faster than in Fractions
        goal = goal_on(self.game, goal)
        table = average(self.game.floats, goal)
        chance = inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
        allowed = None if self.coarse or not is_large(inner) else undominated(core(self.game))
        plays, worth = [], []
        for maximise in (False, True):
            if allowed is not None and (allowed.sum(axis=tuple(range(inner.n, 2 * inner.n))) == 1).all():
                law = allowed.astype(float)
            else:
                law = extreme(inner, table * chance, maximise=maximise, coarse=self.coarse, allowed=allowed).law
            play = lifted_law(self.game.floats, law * chance)
            plays.append(play)
            worth.append(float((play.law * goal).sum()))
        residual = max(ignoring(play) if self.coarse else float(play.regret) for play in plays)
        return Span(worth[0], worth[1], None, None, residual, *plays)

    def vertices(self, *, exact: bool = False, most: int = 2_000) -> tuple[Play, ...]:
        """All extreme equilibria, as plays. `exact`: in rationals, each proved to be an equilibrium.

        Raises TooLarge where there are more than `most` cells and incentives together, or vertices than the method keeps,
        and Unsolved where a vertex could not be turned into rationals.
        """
        inner = core(self.game)
        laws = corners(inner, coarse=self.coarse, exact=exact, most=most)
        game = self.game.exact if exact else self.game.floats
        return tuple(lifted_law(game, law) for law in laws)


def is_large(inner: Game) -> bool:
    """Whether rows and columns are generated, and dominance comes first."""
    return bool(inner.active) and inner.payoff[0].size * sum(inner.action_counts) > SMALL


def undominated(inner: Game) -> Array | None:
    """[*types, *actions]: cells of a large core game that survive strict dominance; None if all do, or for a small one.

    No correlated equilibrium plays the others. With types, actions must be worse at every profile of the others' types, since
    what a player is told may tell it about them.
    """
    if not is_large(inner):
        return None
    survivors = iterated(inner, known=True, patience=PATIENCE)
    if not survivors.order:
        return None
    allowed = np.ones(inner.payoff.shape[1:], dtype=bool)
    for i, types in enumerate(survivors.left):
        kept = np.zeros((inner.type_counts[i], inner.action_counts[i]), dtype=bool)
        for t, actions in enumerate(types):
            kept[t, list(actions)] = True
        shape = [1] * (2 * inner.n)
        shape[i], shape[inner.n + i] = kept.shape
        allowed &= kept.reshape(shape)
    return allowed


def ignoring(play: Play) -> float:
    """The most that a player gains by ignoring what it is told: for each of its types, by one action; ex ante."""
    game, gains = play.game, [0.0]
    for i in game.active:
        others = tuple(axis for axis in range(2 * game.n) if axis not in (i, game.n + i))
        here = (play.law * game.payoff[i]).sum(axis=(*others, game.n + i))  # [type]
        law = play.law.sum(axis=game.n + i, keepdims=True)
        instead = (law * game.payoff[i]).sum(axis=others)  # [type, action]
        gains.append(float(np.maximum(instead.max(axis=1) - here, 0).sum()))
    return max(gains)


@dataclass(frozen=True)
class Correlated(Behaviour):
    """All correlated equilibria, or all coarse ones."""

    coarse: bool = field(default=False)

    @property
    def name(self) -> str:
        return "coarse" if self.coarse else "correlated"

    def __call__(self, game: Game) -> Polytope:
        return Polytope(self.name, game, self.coarse)

    def many(self, games: Games) -> Spans:
        """Worst and best in each of many games. 2×2: all vertices in closed form, at once; else one warm solver.

        Raises InputError where the games have no goal.
        """
        return spans(games.payoff, wanted_goal(games), coarse=self.coarse)


register("correlated", lambda text: no_argument("correlated", text, Correlated))
register("coarse", lambda text: no_argument("coarse", text, lambda: Correlated(coarse=True)))
