"""Correlated play in Markov games: a mediator sees the state and, every round, tells each player privately what to do.

With continuation values w given, the laws that are obeyed in state s are the correlated equilibria of its stage game

    u_i(s, a) + δ_i Σ_s′ T(s, a, s′) w_i(s′)

a polytope, and the best or worst of them for a goal is a linear programme. Two uses are sound. *Finite horizon*: from the
last round backwards w is known, so each stage is one programme, and what comes out is an equilibrium of the whole, in
which every stage's mediator does its best for the goal from there on. *Stationary*: the same step is repeated until the law that it
gives is obeyed when its own values are the continuation (planning as in correlated-Q learning: Greenwald & Hall 2003, ICML);
that may cycle for ever (Zinkevich, Greenwald & Littman 2005, NIPS), and then the least disobeyed law is returned with its regret.

Neither is the best that any mediator could do: one that remembers can promise or threaten a worse stage later for the sake
of a better one now. The set of all stationary correlated equilibria is not a polytope (w depends on the law), so no one programme
gives its best point; `first_best` bounds it from above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.lower import core
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics.rational import Array
from ..correlated import optimum, polytope
from .found import MarkovPlays, plays_of
from .team import first_best

TOLERANCE = 1e-7  # of the regret of a stationary law, in units of the largest discounted payoff


@dataclass(frozen=True, eq=False)
class Horizon:
    """Correlated play of a fixed number of rounds. Round 0 is the first."""

    game: MarkovGame
    laws: Array = field(repr=False)
    """[round, state, *actions]; what the mediator draws."""
    values: Array = field(repr=False)
    """[round, player, state]: discounted payoffs from that round to the end."""
    goal: Array = field(repr=False)
    """[round, state]: the goal from that round to the end."""
    residual: float
    """The most that anybody gains in any round and state by disobeying once, re-evaluated from laws and values."""
    how: str

    @property
    def worth(self) -> float:
        """The goal under the law of the first state."""
        return float(self.goal[0] @ self.game.floats.start)


def finite_horizon(
    game: MarkovGame, rounds: int, goal: Array | None = None, discount: Any = None, *, worst: bool = False
) -> Horizon:
    """`rounds` rounds of correlated play by backward induction, every stage best (or worst) for goal[state, *actions].

    goal: the designer's, or the total of a game without one. discount: the first player's where None.
    """
    if rounds < 1:
        raise InputError(where="horizon", needed="at least one round", found=str(rounds))
    form, table, delta = _asked(game, goal, discount, finite=True)
    shape = (form.state_count, *form.action_counts)
    laws, values = np.zeros((rounds, *shape)), np.zeros((rounds + 1, form.n, form.state_count))
    worth, residual = np.zeros((rounds + 1, form.state_count)), 0.0
    for t in reversed(range(rounds)):
        laws[t] = _obeyed(form, table + delta * (form.transition @ worth[t + 1]), values[t + 1], worst)
        values[t] = _value(laws[t], form.worth(values[t + 1]))
        worth[t] = _value(laws[t], table + delta * (form.transition @ worth[t + 1]))
        residual = max(residual, _disobedience(form, laws[t], form.worth(values[t + 1])))
    how = f"backward induction over {rounds} rounds, a linear programme for each state"
    return Horizon(game, laws, values[:-1], worth[:-1], residual, how)


def stationary_correlated(
    game: MarkovGame,
    goal: Array | None = None,
    discount: Any = None,
    *,
    worst: bool = False,
    rounds: int = 300,
    tell: Callable[[str], None] | None = None,
) -> MarkovPlays:
    """A stationary law that is obeyed, each stage best (or worst) for the goal given what follows; see the file's limits.

    The iteration is started twice, from a future in which everybody plays the goal's first best (its worst, for `worst`) and
    from none at all, and the better law (the worse) is kept. `complete` is False: other stationary laws may be better still.
    `residual` is the regret of the law over every disobedience.
    """
    if rounds < 1:
        raise InputError(where="stationary correlated play", needed="at least one round", found=str(rounds))
    form, table, delta = _asked(game, goal, discount)
    size = max(float(np.abs(form.payoff).max()), 1e-300) / (1 - float(form.discount.max()))
    hoped = first_best(form, table, delta, worst=worst)
    starts = [(hoped.play.values, hoped.values), (np.zeros((form.n, form.state_count)), np.zeros(form.state_count))]
    ends = [_settled(form, table, delta, start, worst, rounds, TOLERANCE * size, tell) for start in starts]
    obeyed = [play for play, taken in ends if taken <= rounds]
    if not obeyed:
        how = f"stage programmes repeated {rounds} times did not settle (they may cycle); the least disobeyed law"
        return plays_of(form, [min((play for play, _ in ends), key=lambda play: float(play.regret))], how, False)
    sign = 1 if worst else -1
    chosen = min(obeyed, key=lambda play: sign * float(play.discounted(table, delta) @ form.start))
    how = f"stage programmes repeated until obeyed under their own values, from {len(obeyed)} of 2 starts"
    return plays_of(form, [chosen], how + "; other stationary laws are not searched", False)


def _settled(
    form: MarkovGame,
    table: Array,
    delta: float,
    start: tuple[Array, Array],
    worst: bool,
    rounds: int,
    close: float,
    tell: Callable[[str], None] | None,
) -> tuple[MarkovPlay, int]:
    """(the least disobeyed law met, rounds taken); more than `rounds` if none was obeyed to within `close`."""
    values, worth = start
    best: MarkovPlay | None = None
    last: Array | None = None
    for k in range(1, rounds + 1):
        ahead = table + delta * (form.transition @ worth)
        law = _obeyed(form, ahead, values, worst)
        if last is None or best is None or np.abs(law - last).max() > 1e-9 or k == rounds:
            play = MarkovPlay.joint(form, law)
            best = play if best is None or play.regret < best.regret else best
        if tell is not None:
            tell(f"round {k}: a law with a regret of {float(best.regret):.3g}")
        if best.regret <= close:
            return best, k
        last, values, worth = law, _value(law, form.worth(values)), _value(law, ahead)
    assert best is not None  # at least one round
    return best, rounds + 1


def _asked(
    game: MarkovGame, goal: Array | None, discount: Any, *, finite: bool = False
) -> tuple[MarkovGame, Array, float]:
    form = game.floats
    table = (form.goal if form.designer else form.total) if goal is None else form.per_round(goal)
    return form, table, float(form.rate(discount, finite=finite))


def _obeyed(form: MarkovGame, goal: Array, continuation: Array, worst: bool) -> Array:
    """[state, *actions]: in every state the correlated equilibrium of its stage game that is best (worst) for `goal`."""
    laws = np.zeros(form.payoff.shape[1:])
    for s in range(form.state_count):
        stage = form.stage(s, continuation)
        inner = core(stage)
        cells = np.ix_(*form.joint_available(s))
        programme, columns, _, _ = polytope(inner)
        wanted = goal[s][cells].reshape(inner.payoff.shape[1:])
        law = np.maximum(optimum(programme, wanted, maximise=not worst).point()[columns], 0)
        laws[s][cells] = (law / law.sum()).reshape(stage.action_counts)
    return laws


def _value(law: Array, worth: Array) -> Array:
    """[..., state]: expectation of worth[..., state, *actions]."""
    return np.asarray((law * worth).sum(axis=tuple(range(1 - law.ndim, 0))))


def _disobedience(form: MarkovGame, law: Array, worth: Array) -> float:
    """The most that a player gains in a state by the best function from what it is told to what it does."""
    most = 0.0
    for i in form.active:
        others = tuple(1 + j for j in range(form.n) if j != i)
        count = form.action_counts[i]
        gain = np.zeros((form.state_count, count))
        for told in range(count):
            mine = np.take(law, [told], axis=1 + i)
            instead = (mine * worth[i]).sum(axis=others)  # [state, action]
            instead = np.where(form.available[i], instead, -np.inf)
            gain[:, told] = instead.max(axis=1) - np.where(form.available[i][:, told], instead[:, told], 0)
            gain[:, told] *= form.available[i][:, told]
        most = max(most, float(gain.sum(axis=1).max()))
    return most
