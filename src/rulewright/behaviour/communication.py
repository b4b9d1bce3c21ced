"""Communication equilibria: what a mediator can sustain who has to ask the players for their types.

Everybody reports a type r_i, the mediator draws actions from μ(a | r) and tells each player its own. Nobody gains by any pair of
a false report and a departure from what it is told (Myerson 1982, J. Math. Econ. 10; Forges 1986, Econometrica 54):

    v_i(θ_i, r_i, a_i) ≥ Σ_{θ_-i, a_-i} p(θ) μ(a | r_i, θ_-i) u_i(θ, a_i′, a_-i)     for every a_i′
    Σ_{θ_-i, a} p(θ) μ(a | θ) u_i(θ, a) ≥ Σ_{a_i} v_i(θ_i, r_i, a_i)                 for every θ_i, r_i

v is what the best departure gets after report r_i. Linear in (μ, v). Where everybody who knows something has a choice, a subset of
the Bayes correlated equilibria (`correlated`), whose mediator knows all types without asking; the same set where nobody has
private knowledge. Who has one action and some types is asked here, while `correlated` averages over what it knows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..game.game import Game
from ..game.play import Play, marginal
from ..numerics.linprog import INFINITY, Programme
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .behaviour import Behaviour, no_argument, register
from .correlated import optimum
from .prediction import Prediction, Span, goal_on


def asked(game: Game) -> tuple[int, ...]:
    """Players with anything to report or to do. What a designer without a choice knows, the mediator knows."""
    return tuple(
        i
        for i in range(game.n)
        if game.action_counts[i] > 1 or (game.type_counts[i] > 1 and not (game.designer and i == 0))
    )


def programme(game: Game) -> tuple[Programme, Array]:
    """The programme of a floating game, and the columns of μ [*reports, *actions], which come first."""
    n, shape = game.n, game.payoff.shape[1:]
    largest = max((t * a for t, a in zip(game.type_counts, game.action_counts, strict=True)), default=1)
    reserve((2, *shape, largest), "the incentive rows of communication equilibria")
    made = Programme()
    law = made.add_columns(shape, upper=1.0)
    sums = made.add_rows(game.type_counts, lower=1.0, upper=1.0)
    made.put(sums.reshape(game.type_counts + (1,) * n), law, 1.0)
    for i in asked(game):
        types, count = game.type_counts[i], game.action_counts[i]
        worth = _worth(game, i)  # [own type, own action, other types, other actions]
        cells = np.moveaxis(law, (i, n + i), (0, 1)).reshape(worth.shape)
        best = made.add_columns((types, types, count), lower=-INFINITY)  # [type, report, told]
        depart = made.add_rows((types, types, count, count), lower=0.0)  # [type, report, told, instead]
        made.put(depart, best[..., None], 1.0)
        honest = made.add_rows((types, types), lower=0.0)  # [type, report]
        made.put(honest[:, :, None], best, -1.0)
        for t in range(types):
            for instead in range(count):
                rows = depart[t, :, :, instead][:, :, None]  # [report, told, 1]
                made.put(rows, cells, -worth[t, instead][None, None])
            made.put(honest[t][:, None, None], cells[t][None], worth[t][None])
    return made, law


def _worth(game: Game, i: int) -> Array:
    """[own type, own action, the rest]: p(θ_-i | θ_i)·u_i, from its least at each own type, in units of its range."""
    n = game.n
    chance = game.prior.reshape(game.prior.shape + (1,) * n)
    payoff = game.payoff[i]
    others = tuple(axis for axis in range(2 * n) if axis != i)
    payoff = payoff - payoff.min(axis=others, keepdims=True)
    unit = float(payoff.max()) or 1.0
    likely = marginal(game, i)
    moved = np.moveaxis(chance * payoff / unit, (i, n + i), (0, 1)).reshape(
        game.type_counts[i], game.action_counts[i], -1
    )
    return moved / np.where(likely > 0, likely, 1.0)[:, None, None]


def temptation(game: Game, law: Array) -> float:
    """The most that a type of a player gains by a false report and a departure, under μ(a | r) [*reports, *actions].

    Payoff units, given the type; each report with its best reply to everything that it is then told. 0 if nobody gains.
    """
    n, most = game.n, 0.0
    chance = game.prior.reshape(game.prior.shape + (1,) * n)
    for i in asked(game):
        likely = marginal(game, i)
        payoff = np.moveaxis(chance * game.payoff[i], (i, n + i), (0, 1))
        payoff = payoff.reshape(game.type_counts[i], game.action_counts[i], -1)
        told = np.moveaxis(law, (i, n + i), (0, 1)).reshape(payoff.shape)
        for t in np.flatnonzero(likely > 0):
            honest = float((told[t] * payoff[t]).sum())
            instead = told @ payoff[t].T  # [report, told, instead]
            most = max(most, float(instead.max(axis=2).sum(axis=1).max() - honest) / float(likely[t]))
    return most


@dataclass(frozen=True, eq=False)
class Mediated(Prediction):
    """All communication equilibria of a game."""

    name: str
    game: Game
    how: str = "linear programme over reports and recommendations (HiGHS), worst and best by one solve each"
    residual: float = 0.0
    complete: bool = True

    def law(self, goal: Array, *, maximise: bool = False) -> Array:
        """μ(a | r), [*reports, *actions]: best (`maximise`) or worst for goal[*types, *actions]."""
        game = self.game.floats
        made, law = programme(game)
        weight = goal_on(game, goal) * game.prior.reshape(game.prior.shape + (1,) * game.n)
        x = np.maximum(optimum(made, weight, maximise=maximise).point()[law], 0)
        return np.asarray(x / x.sum(axis=tuple(range(game.n, 2 * game.n)), keepdims=True))

    def span(self, goal: Array) -> Span:
        game, table = self.game.floats, goal_on(self.game, goal)
        laws = [self.law(table, maximise=best) for best in (False, True)]
        plays = [Play.joint(game, law * game.prior.reshape(game.prior.shape + (1,) * game.n)) for law in laws]
        worst, best = (float((play.law * table).sum()) for play in plays)
        return Span(worst, best, None, None, max(temptation(game, law) for law in laws), *plays)


class Communication(Behaviour):
    """All communication equilibria."""

    name = "communication"

    def __call__(self, game: Game) -> Mediated:
        return Mediated(self.name, game)


register("communication", lambda text: no_argument("communication", text, Communication))
