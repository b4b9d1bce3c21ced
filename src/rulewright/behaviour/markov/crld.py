"""Deterministic reinforcement learning in Markov games: what learners do on average, with the noise of samples taken out.

Player i plays action a in state s with probability X_i(s, a) and, after a long batch of play with everybody's X held fixed,

    X_i(s, a)  ←  X_i(s, a) · exp( η δ_i(s, a) ) / norm

    actor–critic   δ_i = pre·R_i(s, a) + γ_i E[V_i(s′)] − V_i(s)
    SARSA          δ_i = β (pre·R_i(s, a) + γ_i E[V_i(s′)]) − ln X_i(s, a)
    Q              δ_i = β (pre·R_i(s, a) + γ_i E[max_b Q_i(s′, b)]) − ln X_i(s, a)

with V_i = pre (I − γ_i T)⁻¹ R_i under the joint strategy, Q_i(s, a) = pre·R_i(s, a) + γ_i E[V_i(s′)], and pre = 1, or 1 − γ_i
(`normalised`). Barfuss, Donges & Kurths 2019, Phys. Rev. E 99; Barfuss et al. 2025, PNAS. Strategies are one array
X[*runs, player, state, action], zero where a player has no such action.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics.memory import reserve
from ...numerics.native import count, kernel, pointer, real
from ...numerics.rational import Array, floats


@dataclass(frozen=True)
class Learner:
    """How one learns. rate η > 0 per step; normalised: rewards weighed by pre = 1 − γ instead of 1."""

    rate: float
    normalised: bool = False
    code: ClassVar[int]
    explores: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 < self.rate < math.inf:
            raise InputError(where="learning rate", needed="a positive number", found=str(self.rate))

    @property
    def beta(self) -> float:
        return 1.0


@dataclass(frozen=True)
class ActorCritic(Learner):
    """Probabilities follow advantages; no exploration, so that pure strategies are points of rest."""

    rate: float = 0.1
    code: ClassVar[int] = 0
    explores: ClassVar[bool] = False


@dataclass(frozen=True)
class Sarsa(Learner):
    """On-policy learning with exploration of intensity β, in log-probability per unit of value."""

    rate: float = 0.01
    normalised: bool = True
    intensity: float = 60.0
    code: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.intensity < math.inf:
            raise InputError(where="intensity of choice", needed="a positive number", found=str(self.intensity))

    @property
    def beta(self) -> float:
        return self.intensity


@dataclass(frozen=True)
class QLearning(Sarsa):
    """As `Sarsa`, but looking forward to the best next action instead of the own next action."""

    code: ClassVar[int] = 2


@dataclass(frozen=True, eq=False)
class Worlds:
    """Markov games of one shape as arrays with a leading axis."""

    payoff: Array = field(repr=False)
    """[world, player, state, *actions]."""
    transition: Array = field(repr=False)
    """[world, state, *actions, next state]."""
    discount: Array = field(repr=False)
    """[world, player]."""
    allowed: Array = field(repr=False)
    """[player, state, action], padded to the largest number of actions."""

    @staticmethod
    def of(games: MarkovGame | Sequence[MarkovGame]) -> Worlds:
        """Raises InputError where the games differ in shape or in available actions."""
        listed = [games] if isinstance(games, MarkovGame) else list(games)
        masks = [_padded(game.available, game) for game in listed]
        if not listed or any(m.shape != masks[0].shape or (m != masks[0]).any() for m in masks):
            raise InputError(
                where="Markov games",
                needed="at least one, all of one shape with the same actions",
                found=f"{len(listed)}",
            )
        return Worlds(
            np.stack([game.floats.payoff for game in listed]),
            np.stack([game.floats.transition for game in listed]),
            np.stack([game.floats.discount for game in listed]),
            masks[0].astype(bool),
        )

    @property
    def action_counts(self) -> tuple[int, ...]:
        return self.payoff.shape[3:]

    def __len__(self) -> int:
        return len(self.payoff)


def _padded(rows: Sequence[Any], game: MarkovGame) -> Array:
    """[player, state, action] from one [state, action] per player, zeros where a player has fewer actions."""
    table = np.zeros((game.n, game.state_count, max(game.action_counts)))
    for i, row in enumerate(rows):
        table[i, :, : game.action_counts[i]] = floats(row)
    return table


def strategy_array(play: MarkovPlay) -> Array:
    """X[player, state, action] of independent play. Raises InputError for correlated play."""
    if play.strategies is None:
        raise InputError(where="learners", needed="independent strategies", found="a correlated law")
    return _padded(play.strategies, play.game)


def random_starts(game: MarkovGame, number: int, seed: int) -> Array:
    """X[run, player, state, action], uniform over the available mixtures, independently."""
    allowed = _padded(game.available, game)
    drawn = np.random.default_rng(seed).standard_exponential((number, *allowed.shape)) * allowed
    return drawn / drawn.sum(axis=-1, keepdims=True)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Where learning went. `last` is [*runs, player, state, action]; `points` has the moments kept on an axis after the runs."""

    game: MarkovGame
    """The game, or the first of several."""
    last: Array = field(repr=False)
    points: Array = field(repr=False)
    """[*runs, point, player, state, action]: the start and every `every`-th step; a run that rests stays where it is."""
    steps: Array
    """[*runs], int: steps taken."""
    rests: Array
    """[*runs], bool: whether the last step moved less than the tolerance."""

    def play(self, *run: int) -> MarkovPlay:
        """The play where a run ended, in its game (the first one, if there are several)."""
        x = self.last[run]
        return MarkovPlay.of(self.game.floats, [x[i, :, :k] for i, k in enumerate(self.game.action_counts)])


def learn(
    games: MarkovGame | Sequence[MarkovGame],
    start: Any,
    steps: int,
    learner: Learner | None = None,
    *,
    tolerance: float = 1e-5,
    every: int = 0,
) -> Trajectory:
    """Learn for at most `steps` from start[*runs, player, state, action] (or a play), until a step moves less than `tolerance`.

    Several games of one shape: the first axis of the runs is theirs, and a start without it serves all of them. A step moves by
    the Euclidean norm over all players. every: keep each such step in `points` (0: only the start and the end).
    learner: `ActorCritic()` where None.
    """
    worlds, how = Worlds.of(games), learner or ActorCritic()
    first = games if isinstance(games, MarkovGame) else games[0]
    if steps < 0 or every < 0:
        raise InputError(where="learning", needed="numbers of steps of at least 0", found=f"{steps}, every {every}")
    x = strategy_array(start) if isinstance(start, MarkovPlay) else floats(start)
    x = _checked(x, worlds)
    if not isinstance(games, MarkovGame):
        given = x if x.ndim > 3 and x.shape[0] == len(worlds) else np.broadcast_to(x, (len(worlds), *x.shape))
        runs, which = given.shape[:-3], np.arange(len(worlds)).repeat(math.prod(given.shape[1:-3]))
    else:
        given, runs = x, x.shape[:-3]
        which = np.zeros(math.prod(runs), np.int64)
    kept = steps // every if every else 0
    reserve((len(which), kept + 2, *x.shape[-3:]), "the points of the trajectories")
    flat = np.array(given, dtype=float).reshape(-1, *x.shape[-3:])
    last, track, taken, rests = _run(worlds, which, flat.copy(), how, steps, tolerance, max(every, 1), kept)
    middle = track if every else last[:, None]
    points = np.concatenate([flat[:, None], middle], axis=1)
    return Trajectory(
        first,
        last.reshape(*runs, *x.shape[-3:]),
        points.reshape(*runs, *points.shape[1:]),
        taken.reshape(runs),
        rests.reshape(runs).astype(bool),
    )


def follow(games: Sequence[MarkovGame], start: Any, steps: int, learner: Learner, *, tolerance: float = 0.0) -> Array:
    """[game, player, state, action]: where `steps` of learning end in each game in turn, every one from the last one's end.

    A parameter that is moved up and down again shows hysteresis.
    """
    x = strategy_array(start) if isinstance(start, MarkovPlay) else floats(start)
    ends = []
    for game in games:
        x = learn(game, x, steps, learner, tolerance=tolerance).last
        ends.append(x)
    return np.stack(ends)


def _checked(x: Array, worlds: Worlds) -> Array:
    wanted = worlds.allowed.shape
    if x.shape[-3:] != wanted:
        raise InputError(where="start", needed=f"last axes {wanted} [player, state, action]", found=f"shape {x.shape}")
    off = np.abs(x.sum(axis=-1) - 1).max(initial=0) > 1e-9 or x.min(initial=0) < 0 or not np.isfinite(x).all()
    if off or (x * ~worlds.allowed).any():
        raise InputError(
            where="start", needed="probabilities that sum to 1 over the available actions", found="other numbers"
        )
    return x


def _run(
    worlds: Worlds, which: Array, x: Array, how: Learner, steps: int, tolerance: float, every: int, kept: int
) -> tuple[Array, Array, Array, Array]:
    """(end [run, …], track [run, point, …], steps taken [run], whether it rests [run])."""
    runs = len(x)
    track = np.zeros((runs, kept, *x.shape[1:]))
    taken, rests = np.zeros(runs, np.int64), np.zeros(runs, np.uint8)
    compiled = kernel("learn_markov")
    if compiled is not None:
        counts = np.array(worlds.action_counts, dtype=np.int64)
        which = np.ascontiguousarray(which, np.int64)
        tables = [np.ascontiguousarray(t) for t in (worlds.payoff, worlds.transition, worlds.discount)]
        allowed = np.ascontiguousarray(worlds.allowed)
        failed = compiled(
            *(count(k) for k in (runs, *x.shape[1:])),
            *map(pointer, (counts, *tables, which, allowed, x)),
            count(how.code),
            real(how.rate),
            real(how.beta),
            count(how.normalised),
            count(steps),
            real(tolerance),
            count(every),
            count(kept),
            *map(pointer, (track, taken, rests)),
        )
        if not failed:
            return x, track, taken, rests
    going = np.arange(runs)
    for t in range(1, steps + 1):
        if not len(going):
            break
        after = step(worlds, which[going], x[going], how)
        moved = np.sqrt(((after - x[going]) ** 2).sum(axis=(1, 2, 3)))
        x[going], taken[going], rests[going] = after, t, moved < tolerance
        if kept and t % every == 0:
            track[going, t // every - 1] = after
        going = going[moved >= tolerance]
    for b in range(runs if kept else 0):
        track[b, taken[b] // every :] = x[b]
    return x, track, taken, rests


def step(worlds: Worlds, which: Array, x: Array, how: Learner) -> Array:
    """X[run, player, state, action] after one step; which[run] is its world."""
    known = np.log(x, where=x > 0, out=np.full_like(x, -np.inf))
    error = errors(worlds, which, x, how)
    grown = known + how.rate * (error if not how.explores else how.beta * error - np.where(x > 0, known, 0))
    grown = np.exp(grown - grown.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def errors(worlds: Worlds, which: Array, x: Array, how: Learner) -> Array:
    """[run, player, state, action]: pre·R + γ E[next value]; advantages but for a number that is the same for all actions."""
    n, states = x.shape[1:3]
    payoff, law, discount = worlds.payoff[which], worlds.transition[which], worlds.discount[which]
    found = np.zeros_like(x)
    own = [x[:, j, :, :k] for j, k in enumerate(worlds.action_counts)]
    run, state, first = 0, 1, 2  # einsum's names of the axes: first + j is player j's actions, first + n the next state
    for i in range(n):
        reward, at = payoff[:, i], [run, state, *range(first, first + n)]
        moves, to = law, [*at, first + n]
        for j in reversed(range(n)):
            if j != i:
                rest, rest_to = [a for a in at if a != first + j], [a for a in to if a != first + j]
                reward = np.einsum(reward, at, own[j], [run, state, first + j], rest)
                moves = np.einsum(moves, to, own[j], [run, state, first + j], rest_to)
                at, to = rest, rest_to
        gamma = discount[:, i]
        pre = 1 - gamma if how.normalised else np.ones_like(gamma)
        reward = pre[:, None, None] * reward
        chain = np.einsum("rsat,rsa->rst", moves, own[i])
        right = np.einsum("rsa,rsa->rs", reward, own[i])
        value = np.linalg.solve(np.eye(states) - gamma[:, None, None] * chain, right[..., None])[..., 0]
        ahead = reward + gamma[:, None, None] * np.einsum("rsat,rt->rsa", moves, value)
        if how.code == QLearning.code:
            allowed = worlds.allowed[i, :, : own[i].shape[-1]]
            most = np.where(allowed, ahead, -np.inf).max(axis=-1)
            ahead = reward + gamma[:, None, None] * np.einsum("rsat,rt->rsa", moves, most)
        found[:, i, :, : ahead.shape[-1]] = ahead
    return found
