"""Correlated and coarse correlated equilibria: everything that a mediator, or a history of learning, can sustain.

A law π(a | θ) is a correlated equilibrium if nobody gains by disobeying what it is told to play,

    Σ_{θ_-i, a_-i} p(θ) π(a | θ) [ u_i(θ, a) − u_i(θ, a_i′, a_-i) ] ≥ 0     for every θ_i, a_i, a_i′

(Aumann 1974, J. Math. Econ. 1; with types, a Bayes correlated equilibrium: Bergemann & Morris 2016, Theor. Econ. 11, the widest
notion, which covers whatever the players may learn about each other's types). Coarse: nobody gains by ignoring it
(the rows summed over a_i; Moulin & Vial 1978). Both are polytopes, and the worst and best play for a goal are linear
programmes, whose dual is a certificate (the claim `worst`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..game.game import Game
from ..game.lower import average, core, lifted_law
from ..game.play import marginal
from ..numerics import rational
from ..numerics.linprog import Programme, Solution
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .behaviour import Behaviour, no_argument, register
from .prediction import Prediction, Span


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
        inner = core(self.game).floats
        table = rational.floats(average(self.game, rational.like(goal, self.game.payoff)))
        programme, law, _, _ = polytope(inner, coarse=self.coarse)
        weight = table * inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
        plays, worth = [], []
        for maximise in (False, True):
            x = np.maximum(optimum(programme, weight, maximise=maximise).point()[law], 0)
            x = x / x.sum(axis=tuple(range(inner.n, 2 * inner.n)), keepdims=True)
            play = lifted_law(self.game.floats, x * inner.prior.reshape(inner.prior.shape + (1,) * inner.n))
            plays.append(play)
            worth.append(float((play.law * rational.floats(goal)).sum()))
        residual = max(float(play.regret) for play in plays) if not self.coarse else 0.0
        return Span(worth[0], worth[1], None, None, residual, *plays)


def polytope(inner: Game, *, coarse: bool = False) -> tuple[Programme, Array, dict[int, Array], dict[int, Array]]:
    """The programme whose points are the laws π(a | θ) of a core game in equilibrium.

    Returns it with the columns of π [*types, *actions] and, per player, the rows of its incentives: [type, told,
    instead], or [type, instead] if coarse. Rows of a player's type say Σ p·π·(u told − u instead) / scale ≥ 0. The
    scales, per player [type], are the type's probability times the most that an own action changes the player's payoff:
    the solver's tolerances are absolute. The dual of the row without scale is the row's dual divided by the scale.
    """
    shape = inner.payoff.shape[1:]
    reserve((2, *shape, max(inner.action_counts)), "the incentive rows of correlated equilibria")
    programme = Programme()
    law = programme.add_columns(shape, upper=1.0)
    sums = programme.add_rows(inner.type_counts, lower=1.0, upper=1.0)
    programme.put(sums.reshape(inner.type_counts + (1,) * inner.n), law, 1.0)
    chance = inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
    rows: dict[int, Array] = {}
    scales: dict[int, Array] = {}
    for i in range(inner.n):
        own, count = inner.n + i, inner.action_counts[i]
        unit = float(np.ptp(inner.payoff[i], axis=own).max()) or 1.0
        likely = marginal(inner, i)
        likely = np.where(likely > 0, likely, 1.0)
        scales[i] = likely * unit
        own_types = tuple(count if axis == i else 1 for axis, count in enumerate(inner.payoff.shape[1:]))
        worth = chance / likely.reshape(own_types) * (inner.payoff[i] / unit)
        row_shape = (inner.type_counts[i], count) if coarse else (inner.type_counts[i], count, count)
        rows[i] = programme.add_rows(row_shape, lower=0.0)
        told = np.arange(count).reshape([-1 if axis == own else 1 for axis in range(2 * inner.n)])
        kind = np.arange(inner.type_counts[i]).reshape([-1 if axis == i else 1 for axis in range(2 * inner.n)])
        for instead in range(count):
            gain = worth - np.take(worth, [instead], axis=own)
            row = rows[i][kind, instead] if coarse else rows[i][kind, told, instead]
            programme.put(row, law, gain)
    return programme, law, rows, scales


def optimum(programme: Programme, goal: Array, *, maximise: bool = False) -> Solution:
    """The best law for goal[*types, *actions], prior included, of `polytope`'s programme.

    Solved for the goal from its least at each type profile, in units of its range; value and duals are in goal units.
    """
    least = goal.min(axis=tuple(range(goal.ndim // 2, goal.ndim)), keepdims=True)  # π sums to one at each type profile
    unit = float((goal - least).max()) or 1.0
    found = programme.solve(((goal - least) / unit).ravel(), maximise=maximise)
    duals = None if found.duals is None else found.duals * unit
    return replace(found, value=found.value * unit + float(least.sum()), duals=duals)


@dataclass(frozen=True)
class Correlated(Behaviour):
    """All correlated equilibria, or all coarse ones."""

    coarse: bool = field(default=False)

    @property
    def name(self) -> str:
        return "coarse" if self.coarse else "correlated"

    def __call__(self, game: Game) -> Polytope:
        return Polytope(self.name, game, self.coarse)


register("correlated", lambda text: no_argument("correlated", text, Correlated))
register("coarse", lambda text: no_argument("coarse", text, lambda: Correlated(coarse=True)))
