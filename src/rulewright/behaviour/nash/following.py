"""One equilibrium of any number of players: along the logit branch until the supports show, then by Newton's method.

The principal branch of logit equilibria leads from uniform play (λ = 0) to a Nash equilibrium as λ grows, in almost every
game (McKelvey & Palfrey 1995, Games Econ. Behav. 10; Turocy 2005, Games Econ. Behav. 51). Along it the actions in use soon
stand out from the others; indifference among them,

    u_i(a, σ_-i) = u_i(a_i⁰, σ_-i)    for all a, a_i⁰ in use at each type of each player,

is then solved by Newton's method, and the result is put through the definition. The first equilibrium that this gives need
not be the one at the very end of the branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...errors import Unsolved
from ...game.game import Game
from ...game.lower import core, lifted
from ...game.play import Play, expected, weighted
from ...numerics.rational import Array
from ..behaviour import Behaviour, no_argument, register
from ..prediction import Plays, residual_of
from ..quantal import path
from .pure import room, within

LAMBDAS = (10.0, 100.0, 1_000.0, 10_000.0)  # per largest range of somebody's payoffs
CUTS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6)  # probabilities under which an action may be out of use
RESIDUAL = 1e-9  # of the range of a player's payoffs
USED = 1e-9


class NashPath(Behaviour):
    """One equilibrium, from the principal logit branch."""

    name = "nash-path"

    def __call__(self, game: Game) -> Plays:
        """Raises Unsolved where the branch cannot be followed far enough for the supports to show."""
        if not game.active:
            return Plays(self.name, game, (lifted(game, []),), "nobody has a choice", 0.0)
        play, where = from_branch(game)
        how = f"one equilibrium: by Newton's method on the actions in use, from the logit branch at {where}"
        return Plays(self.name, game, (play,), how, residual_of([play]), complete=False)


def from_branch(game: Game) -> tuple[Play, str]:
    """(an equilibrium found from the principal logit branch, the λ at which its supports showed, in words).

    Where payoffs of some players are far larger than those of others, one λ for all leaves these undecided: then along the
    branch of the game in which each player's payoffs are divided by their range, whose equilibria are the same. Raises Unsolved
    where supports do not show up to λ = 10⁴ per range of payoffs.
    """
    inner = core(game).floats
    size, most = _size(inner), room(inner, RESIDUAL)
    ranges = np.ptp(inner.payoff.reshape(inner.n, -1), axis=1)
    own = _divided(inner, np.where(ranges > 0, ranges, 1.0))
    for followed, far in ((inner, size), (own, 1.0)) if np.ptp(ranges) else ((inner, size),):
        for reach in LAMBDAS:
            lam = reach / far
            near = path(followed, lam).points[-1]
            for cut in CUTS:
                found = polished(inner, [_cut(strategy, cut) for strategy in near])
                play = Play.of(inner, found)
                if within(play, most):
                    said = f"λ = {lam:.4g}" + (" per range of each player's payoffs" if followed is not inner else "")
                    return lifted(game.floats, found), said
    raise Unsolved(
        where="Nash equilibrium by path following",
        needed=f"supports that show on the logit branch up to λ = {LAMBDAS[-1] / size:.4g}",
        found=f"a regret of {float(play.regret):.3g} or more after Newton's method",
        remedy="Use `pure`, or `logit:<λ>` for play that is nearly an equilibrium.",
    )


def polished(game: Game, strategies: Sequence[Array], steps: int = 25) -> list[Array]:
    """Strategies [type, action] of a floating game after Newton's method on the indifference among the actions in use.

    By least squares, so that a continuum is met at a near point. What did not converge, or left the simplex, comes back as
    it was: the caller looks at the regret.
    """
    system = _Indifference(game, strategies)
    now = [np.array(s, dtype=float) for s in strategies]
    if not system.size:
        return now
    for _ in range(steps):
        value, slopes = system.equations(now)
        step = -np.linalg.lstsq(slopes, value, rcond=1e-10)[0]
        largest = float(np.abs(step).max())
        if not largest < 1e3:
            return list(strategies)
        now = [s + change for s, change in zip(now, system.spread(step), strict=True)]
        if largest < 1e-15:
            break
    if min(float(s.min()) for s in now) < -1e-7:
        return list(strategies)
    now = [np.maximum(s, 0) for s in now]
    return [s / s.sum(axis=1, keepdims=True) for s in now]


class _Indifference:
    """Worths of actions in use compared with the most likely one at each type; unknown are all other probabilities."""

    def __init__(self, game: Game, strategies: Sequence[Array]) -> None:
        self.game, self.shapes = game, [s.shape for s in strategies]
        self.tables = [weighted(game, i) / max(float(np.ptp(game.payoff[i])), 1e-300) for i in range(game.n)]
        self.free, self.base = [], []
        for s in strategies:
            best = s.argmax(axis=1)
            used = s > USED
            used[np.arange(len(s)), best] = False
            at = np.argwhere(used)
            self.free.append(at)
            self.base.append(best)
        self.first = np.concatenate([[0], np.cumsum([len(at) for at in self.free])]).astype(int)
        self.size = int(self.first[-1])

    def equations(self, strategies: Sequence[Array]) -> tuple[Array, Array]:
        """(differences in worth, their slopes)."""
        value, slopes = np.zeros(self.size), np.zeros((self.size, self.size))
        for i, at in enumerate(self.free):
            if not len(at):
                continue
            rows = slice(self.first[i], self.first[i + 1])
            t, a = at.T
            worth = expected(self.tables[i], strategies, keep=(i,))
            value[rows] = worth[t, a] - worth[t, self.base[i][t]]
            for j, other in enumerate(self.free):
                if j == i or not len(other):
                    continue
                pair = expected(self.tables[i], strategies, keep=(i, j))  # [types of both, actions of both] in order
                pair = pair.transpose(0, 2, 1, 3) if i < j else pair.transpose(1, 3, 0, 2)
                gain = pair[t, a] - pair[t, self.base[i][t]]  # [row, other's type, other's action]
                s, b = other.T
                slopes[rows, self.first[j] : self.first[j + 1]] = gain[:, s, b] - gain[:, s, self.base[j][s]]
        return value, slopes

    def spread(self, step: Array) -> list[Array]:
        """Per player [type, action]: the change of all probabilities that a change of the free ones is."""
        changes = []
        for i, at in enumerate(self.free):
            change, own = np.zeros(self.shapes[i]), step[self.first[i] : self.first[i + 1]]
            np.add.at(change, (at[:, 0], at[:, 1]), own)
            np.add.at(change, (at[:, 0], self.base[i][at[:, 0]]), -own)
            changes.append(change)
        return changes


def _cut(strategy: Array, least: float) -> Array:
    kept = np.where(strategy >= np.minimum(least, strategy.max(axis=1, keepdims=True)), strategy, 0.0)
    return kept / kept.sum(axis=1, keepdims=True)


def _divided(game: Game, unit: Array) -> Game:
    """The game with player i's payoffs divided by unit[i]: another scale, the same equilibria."""
    wide = unit.reshape(-1, *(1,) * (game.payoff.ndim - 1))
    return replace(game, payoff=game.payoff / wide, transfer=game.transfer / wide)


def _size(game: Game) -> float:
    """The largest range of somebody's payoffs."""
    return max((float(np.ptp(table)) for table in game.payoff), default=0.0) or 1.0


register("nash-path", lambda text: no_argument("nash-path", text, NashPath))
