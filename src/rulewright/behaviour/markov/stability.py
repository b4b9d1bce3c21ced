"""Whether learners stay where they are: growth of small departures from a point of rest, and what moves the tipping points.

At a pure strategy profile an unplayed action of an actor–critic grows by exp(η·pre·A_i(s, a)) per step, where A_i is its one-shot
advantage: the profile is stable if all are negative, that is at a strict Markov-perfect equilibrium. Elsewhere departures
grow by the largest eigenvalue, in modulus, of the Jacobian of one step in log-odds. Actions that come to the same for
everybody (payoffs and moves) are one action here: nothing pushes either way between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...game.markov import MarkovGame
from ...game.markov_games import ecological_public_good
from ...game.markov_play import MarkovPlay
from ...numerics.rational import Array, floats
from .crld import ActorCritic, Learner, Worlds, step, strategy_array

PLAYED = 1e-12  # a probability below this is zero
DIFFERENCE = 1e-5  # of log-odds, for central differences
AT_REST = 1e-6  # the most that one step may move a point of rest


@dataclass(frozen=True, eq=False)
class Stability:
    """`exponent` < 0: departures die out; > 0: they grow, by exp(exponent) per step; −inf if there is nowhere to go."""

    exponent: float
    within: float
    """Of departures among the actions that are played."""
    entering: Array = field(repr=False)
    """[player, state, action]: log growth per step of an unplayed action; NaN for played, missing and copied ones."""

    @property
    def stable(self) -> bool:
        return self.exponent < 0

    @property
    def multiplier(self) -> float:
        """Growth of the worst departure per step."""
        return float(np.exp(self.exponent))


def stability(game: MarkovGame, at: Any, learner: Learner | None = None) -> Stability:
    """Stability of a point of rest: a play, X[player, state, action], or what `MarkovPlay.pure` reads ({player: action, …}).

    learner: `ActorCritic()` where None. Raises InputError for a pure strategy of learners that explore (they never rest there), and
    Unsolved if one step of learning leaves the point.
    """
    how = learner or ActorCritic()
    worlds = Worlds.of(game)
    if isinstance(at, np.ndarray) and at.ndim == 3:
        x = floats(at)
    else:
        x = strategy_array(at if isinstance(at, MarkovPlay) else MarkovPlay.pure(game, at))
    played = x > PLAYED
    missing = worlds.allowed & ~played
    if how.explores and missing.any():
        raise InputError(
            where="stability",
            needed="a point of rest of learners that explore, with every action played",
            found="actions of probability 0",
            remedy="Learn until rest first, and give where that ends.",
        )
    which = np.zeros(1, np.int64)
    x = np.where(played, x, 0)
    x = x / x.sum(axis=-1, keepdims=True)
    after = step(worlds, which, x[None], how)[0]
    if np.abs(after - x).max() > AT_REST:
        raise Unsolved(
            where="stability",
            needed="a point of rest",
            found=f"one that a step of learning moves by {np.abs(after - x).max():.2g}",
            remedy="Learn for longer, with a smaller tolerance.",
        )
    entering = np.where(missing & ~copies(game, played), _entering(game, x, how), np.nan)
    within = _within(worlds, which, x, played, how, copies(game, played))
    most = np.nanmax(entering) if (~np.isnan(entering)).any() else -np.inf
    return Stability(float(max(within, most)), within, entering)


def _entering(game: MarkovGame, x: Array, how: Learner) -> Array:
    play = MarkovPlay.of(game.floats, [x[i, :, :k] for i, k in enumerate(game.action_counts)])
    gains = np.full(x.shape, np.nan)
    for i, rows in enumerate(play.advantages):
        gains[i, :, : rows.shape[1]] = rows * how.rate * ((1 - play.game.discount[i]) if how.normalised else 1)
    return gains


def _within(worlds: Worlds, which: Array, x: Array, played: Array, how: Learner, copied: Array) -> float:
    """Log of the spectral radius of one step in the log-odds of played actions against the first played one."""
    base = np.broadcast_to(played.argmax(axis=-1)[..., None], x.shape)
    action = np.arange(x.shape[-1])
    free = np.argwhere(played & (action != base) & ~copied)
    if not len(free):
        return -np.inf
    i, s, a = free.T
    shifts = DIFFERENCE * np.concatenate([np.eye(len(free)), -np.eye(len(free))])
    near = np.repeat(x[None], len(shifts), axis=0)
    near[:, i, s, a] *= np.exp(shifts)
    near /= near.sum(axis=-1, keepdims=True)
    moved = step(worlds, which.repeat(len(near)), near, how)
    odds = np.log(moved[:, i, s, a]) - np.log(moved[:, i, s, base[i, s, a]])
    slopes = (odds[: len(free)] - odds[len(free) :]).T / (2 * DIFFERENCE)
    radius = float(np.abs(np.linalg.eigvals(slopes)).max())
    return float(np.log(radius)) if radius > 0 else -np.inf


def copies(game: MarkovGame, played: Array) -> Array:
    """[player, state, action]: whether the action comes to the same for everybody as the first played one of that player."""
    found = np.zeros(played.shape, bool)
    for i, count in enumerate(game.action_counts):
        payoff, moves = np.moveaxis(game.payoff, 2 + i, 2), np.moveaxis(game.transition, 1 + i, 1)
        for s in range(game.state_count):
            base = int(played[i, s].argmax())
            for a in range(count):
                same = (payoff[:, s, a] == payoff[:, s, base]).all() and (moves[s, a] == moves[s, base]).all()
                found[i, s, a] = a != base and same
    return found


@dataclass(frozen=True)
class Tipping:
    """The two critical frictions of the ecological public good, in units of payoff."""

    collapse: Any
    """k_C: all-cooperate is stable iff κ > k_C."""
    recovery: Any
    """k_D: all-defect is stable iff κ < k_D."""

    def margin(self, friction: Any) -> Any:
        """κ − k_C: how much cheaper defection may become before cooperation collapses (robustness margin)."""
        return friction - self.collapse

    def fee(self, friction: Any) -> Any:
        """k_D − κ: the fee on defection that brings cooperation back for sure once it is gone (recovery cost)."""
        return self.recovery - friction


def critical_frictions(discount: Any, **environment: Any) -> Tipping:
    """k_C and k_D of `ecological_public_good(discount=…, **environment)`, exact.

    A technology lowers the private cost κ of defecting (after Barfuss et al. 2025; the cost is ours). The one-shot advantage of
    leaving a pure profile is affine in κ, since κ is paid by who defects in the prosperous state, so two solves give its root.
    """
    corners = (
        ecological_public_good(discount=discount, **environment),
        ecological_public_good(discount=discount, friction=1, **environment),
    )
    roots = []
    for action in (0, 1):
        zero, one = (MarkovPlay.pure(g, [action] * g.n).advantages[0][0, 1 - action] for g in corners)
        roots.append(zero / (zero - one))
    return Tipping(*roots)
