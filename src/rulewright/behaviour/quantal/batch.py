"""The principal branches of many games of one shape at once, at one λ or at many.

With the compiled kernel every game is traced as `path` does it, folds and all, in one call. Without it, all games are taken
together by Newton's method at rising λ (natural continuation, each game with its own step), as long as det(I − K) stays
positive, which it does until the first fold; games that come to a fold, or hardly on, are traced one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.games import Games
from ...numerics.memory import reserve
from ...numerics.rational import Array, floats
from .equations import System, alike
from .trace import LONGEST, NEGLIGIBLE, RESIDUAL, ROUNDING, STOP, called, has_kernel, trace

MOST_STEPS = 5_000  # of one game
SMALLEST = 1e-3  # step in log(1 + λ), below which a game is traced by itself
CHUNK = 4_000_000  # numbers held for Newton's matrices at once


@dataclass(frozen=True, eq=False)
class Curves:
    """Logit equilibria on the principal branches of many games."""

    lambdas: Array
    """[λ], increasing; per unit of payoff."""
    strategies: tuple[Array, ...] = field(repr=False)
    """Per player [game, λ, action]; NaN where the branch could not be followed that far."""
    residual: Array = field(repr=False)
    """[game, λ]: the largest error of log σ = log of the logit response; re-evaluated, in log-probability."""

    @property
    def found(self) -> Array:
        """[game, λ], bool."""
        return ~np.isnan(self.residual)


def many_lambdas(games: Games, lambdas: Sequence[float]) -> Curves:
    """The principal branch of every game where it first reaches each λ. Raises InputError unless every λ is finite and ≥ 0."""
    asked = np.unique(floats(np.asarray(lambdas, dtype=float)))
    if not (asked.size and np.isfinite(asked).all() and asked[0] >= 0):
        raise InputError(
            where="logit of many games", needed="at least one λ, finite and at least 0", found=str(lambdas)
        )
    counts = games.action_counts
    reserve((len(games), len(asked) + 1, sum(counts)), "logit equilibria of all games")
    payoff = games.payoff
    relative = np.stack([payoff[:, i] - payoff[:, i].min(axis=1 + i, keepdims=True) for i in range(games.n)], axis=1)
    unit = relative.reshape(len(games), -1).max(axis=1)
    unit[unit == 0] = 1.0
    relative /= unit.reshape(-1, *[1] * (games.n + 1))
    stops = asked[asked > 0] * unit[:, None]
    x = np.full((len(games), len(asked), sum(counts)), np.nan)
    x[:, : len(asked) - stops.shape[1]] = -np.log(np.repeat(counts, counts))
    if stops.size:
        follow = traced if has_kernel(games.n) else together
        x[:, len(asked) - stops.shape[1] :] = follow(relative, stops)
    residual = np.stack([off(relative, x[:, k], asked[k] * unit) for k in range(len(asked))], axis=1)
    parts = np.split(np.exp(x), np.cumsum(counts)[:-1], axis=-1)
    return Curves(asked, tuple(parts), residual)


def traced(payoff: Array, stops: Array) -> Array:
    """x[game, stop, stacked] by the kernel; NaN where a stop is not met."""
    games, n, *counts = payoff.shape
    types = (1,) * n
    same = alike(payoff)
    whole, size = sum(counts), counts[0]
    x, lam, kind = np.full((*stops.shape, whole), np.nan), np.empty(stops.shape), np.empty(stops.shape, dtype=np.int64)
    payoff = payoff.reshape(games, n, *types, *counts)
    _, met = called(payoff, types, same, stops, (MOST_STEPS, LONGEST), True, (x, lam, kind))
    x[np.arange(stops.shape[1]) >= met[:, None]] = np.nan
    if same.any():
        x[same] = np.tile(x[same][:, :, :size], n)
    return x


def together(payoff: Array, stops: Array) -> Array:
    """As `traced`, by natural continuation of all games at once; those that come to a fold one by one."""
    games, n, *counts = payoff.shape
    whole = sum(counts)
    out = np.full((*stops.shape, whole), np.nan)
    left = []
    for first in range(0, games, room := max(1, CHUNK // whole**2)):
        part = slice(first, first + room)
        left += [first + g for g in _rising(payoff[part], stops[part], out[part])]
    for g in left:
        system = System(Game.normal(payoff[g]))
        found = trace(system, stops[g] * system.unit, MOST_STEPS)
        met = found.x[found.kind == STOP]
        out[g, : len(met)] = np.tile(met, n) if system.symmetric else met
    return out


def _rising(payoff: Array, stops: Array, out: Array) -> list[int]:
    """Fills out[game, stop] while det(I − K) > 0; the games that it leaves to others."""
    games, count = out.shape[:2]
    counts = payoff.shape[2:]
    x = np.tile(-np.log(np.repeat(counts, counts)), (games, 1))
    tau, step, met = np.zeros(games), np.full(games, 0.1), np.zeros(games, dtype=int)
    ahead = _newton(payoff, x, np.zeros(games))[2]
    busy, left = np.arange(games), []
    while len(busy):
        goal = np.log1p(stops[busy, met[busy]])
        to = np.minimum(tau[busy] + step[busy], goal)
        lands = to == goal
        lam = np.where(lands, stops[busy, met[busy]], np.expm1(to))
        guess = _normal(x[busy] + (to - tau[busy])[:, None] * ahead[busy], counts)
        newer, first = guess, np.zeros(len(busy))
        for iteration in range(6):
            change, wrong, along, sign, settled = _newton(payoff[busy], newer, lam)
            weigh = np.minimum(1.0, (1 + lam)[:, None] * np.exp(newer))
            size = (weigh * np.abs(change)).max(axis=1)
            first = size if iteration == 0 else first
            if (done := wrong < RESIDUAL + ROUNDING * lam).all() or not np.isfinite(size).any():
                break
            newer = np.where((done | ~np.isfinite(size))[:, None], newer, _normal(newer + change, counts))
        good = (wrong < RESIDUAL + ROUNDING * lam) & (first < 0.5) & (sign > 0)
        at = busy[good]
        x[at], tau[at], ahead[at] = settled[good], to[good], along[good]
        landed = busy[good & lands]
        out[landed, met[landed]] = x[landed]
        met[landed] += 1
        growth = np.clip(np.sqrt(0.05 / np.maximum(first, 1e-4)), 0.3, 2.0)
        step[busy] = np.where(good, np.minimum(2.0, step[busy] * growth), (to - tau[busy]) / 3)
        stuck = ~good & (step[busy] < SMALLEST)
        left += busy[stuck].tolist()
        busy = busy[~stuck & (met[busy] < count)]
    return left


def _newton(payoff: Array, x: Array, lam: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Per game: Newton's change of x at λ, the error, the slope of x by log(1 + λ), the sign of det(I − K), and x itself
    with the log-probabilities of what is hardly played as they follow from the rest."""
    counts = payoff.shape[2:]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    sigma = np.split(np.exp(x), starts[1:], axis=1)
    worth, slopes = _worth(payoff, sigma, slopes=True)
    response = _normal(lam[:, None] * worth, counts)
    played = np.exp(response)
    owner = np.repeat(np.arange(len(counts)), counts)

    def centred(rows: Array, weigh: Array) -> Array:
        return rows - np.add.reduceat(weigh * rows, starts, axis=1)[:, owner]

    matrix = np.eye(x.shape[1]) - lam[:, None, None] * centred(slopes, played[:, :, None])
    rise = (1 + lam)[:, None] * centred(worth, played)
    sides = np.stack([response - x, rise], axis=2)
    sign = np.linalg.slogdet(matrix)[0]
    matrix[~(np.abs(sign) > 0)] = np.eye(x.shape[1])
    solved = np.linalg.solve(matrix, sides)
    kept = (1 + lam)[:, None] * np.exp(x) > NEGLIGIBLE
    wrong = np.where(kept, np.abs(response - x), (1 + lam)[:, None] * np.abs(played - np.exp(x))).max(axis=1)
    return solved[:, :, 0], wrong, solved[:, :, 1], sign, np.where(kept, x, response)


def _worth(payoff: Array, sigma: Sequence[Array], slopes: bool = False) -> tuple[Array, Array]:
    """(U[game, stacked], its derivative by x[game, stacked, stacked] if asked) of payoff[game, player, *actions]."""
    n, starts = payoff.shape[1], np.concatenate([[0], np.cumsum(payoff.shape[2:])])
    worth = np.empty((len(payoff), starts[-1]))
    table = np.zeros((len(payoff), starts[-1], starts[-1] if slopes else 0))
    for i in range(n):
        own = slice(starts[i], starts[i + 1])
        worth[:, own] = _contracted(payoff[:, i], sigma, (i,))
        for j in (k for k in range(n) if slopes and k != i):
            pair = _contracted(payoff[:, i], sigma, (i, j))
            pair = pair if i < j else pair.transpose(0, 2, 1)
            table[:, own, starts[j] : starts[j + 1]] = pair * sigma[j][:, None, :]
    return worth, table


def _contracted(table: Array, sigma: Sequence[Array], keep: tuple[int, ...]) -> Array:
    """table[game, *actions] summed over the actions of players that are not in `keep`, by what they play in each game."""
    axes = list(range(table.ndim))
    for j in (k for k in reversed(range(len(sigma))) if k not in keep):
        rest = [axis for axis in axes if axis != 1 + j]
        table, axes = np.einsum(table, axes, sigma[j], [0, 1 + j], rest), rest
    return table


def _normal(y: Array, counts: Sequence[int]) -> Array:
    """log of the logit response y[game, stacked] within each player."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    owner = np.repeat(np.arange(len(counts)), counts)
    top = np.maximum.reduceat(y, starts, axis=1)[:, owner]
    return y - top - np.log(np.add.reduceat(np.exp(y - top), starts, axis=1))[:, owner]


def off(payoff: Array, x: Array, lam: Array) -> Array:
    """[game]: the largest error of x[game, stacked] as a logit equilibrium at lam[game], in log-probability; NaN stays."""
    sigma = np.split(np.exp(x), np.cumsum(payoff.shape[2:])[:-1], axis=1)
    return np.abs(x - _normal(lam[:, None] * _worth(payoff, sigma)[0], payoff.shape[2:])).max(axis=1)


def regrets(payoff: Array, sigma: Sequence[Array]) -> Array:
    """[game]: what some player gains at the most by another action; payoff units."""
    worth = np.split(_worth(payoff, sigma)[0], np.cumsum(payoff.shape[2:])[:-1], axis=1)
    return np.max([w.max(axis=1) - (w * s).sum(axis=1) for w, s in zip(worth, sigma, strict=True)], axis=0)


def expected_goal(goal: Array, sigma: Sequence[Array]) -> Array:
    """[game]: the goal[game, *actions] that independent play gives."""
    return _contracted(goal, sigma, ())
