"""One Markov-perfect equilibrium of any finite Markov game: the logit branch, from uniform play to where nobody errs any more.

    σ_i(a | s) ∝ exp( λ·Q_i(s, a) )      Q_i(s, a) = E_{σ_-i}[ u_i(s, a) + δ_i Σ_s′ T(s, a, s′) V_i(s′) ]      V_i = Σ_a σ_i Q_i

At λ = 0 play is uniform; the branch that starts there is followed by pseudo-arclength steps in x = log σ, the values and λ, and its
limit is a Markov-perfect equilibrium (after McKelvey & Palfrey 1998 in the agent form, and Eibelshäuser & Poensgen 2019 for Markov
games). λ is per unit of discounted payoff. The end of the branch is then sharpened: on the actions that are still played, Newton's
method makes them equally good. What comes out is judged by `MarkovPlay.regret`, not by the path.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay, averaged
from ...numerics.rational import Array
from .found import MarkovPlays, plays_of

RESIDUAL = 1e-9  # of the equations
ENOUGH = 1e-12  # a regret, in units of one round's range, that needs no sharpening
LEAST_COSINE = 0.5  # between the tangents at both ends of a step
SHARP = (1e-4, 1e-2, 1e-6)  # probabilities below which an action is taken as unplayed, tried in turn at the end
MEETING = 1e-5  # a step at which a change of orientation is a meeting of branches, and no jump between strands of one


class _System:
    """F(x, v, λ) = 0: x = log σ of available actions, v = (1 − δ)·values, in units of the largest range of payoffs."""

    def __init__(self, game: MarkovGame) -> None:
        self.game = game
        low = game.payoff.reshape(game.n, -1).min(axis=1)
        self.unit = float((game.payoff.reshape(game.n, -1).max(axis=1) - low).max()) or 1.0
        self.payoff = (game.payoff - low.reshape((-1,) + (1,) * (game.n + 1))) / self.unit
        self.column = []  # per player [state, action]: position in x, −1 where there is none
        first = 0
        for mask in game.available:
            at = np.full(mask.shape, -1)
            at[mask] = first + np.arange(mask.sum())
            first += int(mask.sum())
            self.column.append(at)
        self.acts = first
        self.size = first + game.n * game.state_count
        self.base = np.concatenate(
            [
                at[np.arange(len(at)), mask.argmax(axis=1)].repeat(mask.sum(axis=1))
                for at, mask in zip(self.column, game.available, strict=True)
            ]
        )
        self.is_base = self.base == np.arange(self.acts)
        self.group = np.equal.outer(self.base, self.base)

    def strategies(self, x: Array) -> list[Array]:
        found = []
        for at, mask in zip(self.column, self.game.available, strict=True):
            strategy = np.zeros(mask.shape)
            strategy[mask] = np.exp(x[at[mask]])
            found.append(strategy)
        return found

    def start(self) -> Array:
        x = np.concatenate(
            [
                np.broadcast_to(-np.log(mask.sum(axis=1, keepdims=True)), mask.shape)[mask]
                for mask in self.game.available
            ]
        )
        play = MarkovPlay.of(self.game, self.strategies(x))
        scaled = [play.discounted(table, d) * (1 - d) for table, d in zip(self.payoff, self.game.discount, strict=True)]
        return np.concatenate([x, np.concatenate(scaled)])

    def value_columns(self, i: int) -> Array:
        return self.acts + i * self.game.state_count + np.arange(self.game.state_count)

    def slopes(self, z: Array) -> tuple[Array, Array]:
        """(Q [acts], dQ [acts, size]) by log-probabilities and values."""
        game = self.game
        strategies = self.strategies(z[: self.acts])
        worth, by = np.zeros(self.acts), np.zeros((self.acts, self.size))
        for i in range(game.n):
            keep, at, delta = game.available[i], self.column[i], game.discount[i]
            table = self.payoff[i] + delta / (1 - delta) * (game.transition @ z[self.value_columns(i)])
            worth[at[keep]] = averaged(table, strategies, keep=(i,))[keep]
            moves = averaged(game.transition, strategies, keep=(i,), trailing=1)
            by[np.ix_(at[keep], self.value_columns(i))] = delta / (1 - delta) * moves[keep]
            for j in range(game.n):
                if j == i:
                    continue
                pair = averaged(table, strategies, keep=(i, j))
                pair = (pair if i < j else pair.swapaxes(1, 2)) * strategies[j][:, None]
                s, a, b = np.nonzero(keep[:, :, None] & game.available[j][:, None, :])
                by[at[s, a], self.column[j][s, b]] = pair[s, a, b]
        return worth, by

    def equations(self, z: Array, lam: float) -> tuple[Array, Array, Array]:
        """(F, dF/dz, dF/dλ)."""
        x, sigma = z[: self.acts], np.exp(z[: self.acts])
        worth, by = self.slopes(z)
        value, slope = np.zeros(self.size), np.zeros((self.size, self.size))
        eye = np.eye(self.acts, self.size)
        value[: self.acts] = x - x[self.base] - lam * (worth - worth[self.base])
        slope[: self.acts] = eye - eye[self.base] - lam * (by - by[self.base])
        value[: self.acts][self.is_base] = (self.group @ sigma)[self.is_base] - 1
        slope[: self.acts][self.is_base] = 0
        slope[: self.acts, : self.acts][self.is_base] = (self.group * sigma)[self.is_base]
        by_lambda = np.zeros(self.size)
        by_lambda[: self.acts] = -(worth - worth[self.base])
        for i, at in enumerate(self.column):
            rows, keep, left = self.value_columns(i), self.game.available[i], 1 - self.game.discount[i]
            for s, row in enumerate(rows):
                mine = at[s][keep[s]]
                value[row] = z[row] - left * (sigma[mine] @ worth[mine])
                slope[row] = -left * (sigma[mine] @ by[mine])
                slope[row, mine] -= left * sigma[mine] * worth[mine]
                slope[row, row] += 1
        return value, slope, by_lambda


@dataclass(frozen=True, eq=False)
class Branch(MarkovPlays):
    """One equilibrium, and the logit equilibria on the way to it."""

    lambdas: Array = field(default_factory=lambda: np.zeros(0), repr=False)
    """[step]; per unit of discounted payoff."""
    path: tuple[tuple[Array, ...], ...] = field(default=(), repr=False)
    """Per step, per player [state, action]."""


def branch(game: MarkovGame, *, to: float = 1e5, steps: int = 5000, sharpen: bool = True) -> Branch:
    """Follow the logit branch until λ, times the largest range of one round's payoffs, is `to`; then sharpen its end.

    `complete` is always False: there may be other equilibria. If the branch cannot be followed in `steps`, what was
    reached is returned, and `how` says so. sharpen=False: the logit equilibrium itself, whose regret is about 1/λ.
    """
    if not 0 < to < float("inf"):
        raise InputError(where="logit branch", needed="a positive, finite λ to follow it to", found=str(to))
    form = game.floats
    system = _System(form)
    point, step = np.append(system.start(), 0.0), 0.05
    tangent, side = _tangent(system, point, np.append(np.zeros(system.size), 1.0))
    lambdas, path = [0.0], [tuple(system.strategies(point[: system.acts]))]
    for _ in range(steps):
        if point[-1] >= to:
            break
        found = _correct(system, point + step * tangent, tangent)
        turned, facing = (tangent, side) if found is None else _tangent(system, found, tangent)
        jumped = facing != side and step > MEETING
        if found is None or jumped or turned @ tangent < LEAST_COSINE or _moved(system, point, found) > 3:
            step /= 2
            if step < 1e-10:
                break
            continue
        step *= 1.5 if _moved(system, point, found) < 1 else 1.0
        point, tangent, side = found, turned, facing
        lambdas.append(float(point[-1]) / system.unit)
        path.append(tuple(system.strategies(point[: system.acts])))
    strategies = [row / row.sum(axis=1, keepdims=True) for row in path[-1]]
    play = MarkovPlay.of(form, strategies)
    arrived = point[-1] >= to
    how = f"logit branch from λ = 0 to {lambdas[-1]:.4g} in {len(lambdas) - 1} steps"
    how += "" if arrived else ", where no way on was found"
    sharp = play
    for least in SHARP if sharpen else ():
        if sharp.regret > ENOUGH * system.unit:
            sharp = _sharpened(system, point, sharp, least) or sharp
    if sharp is not play:
        play, how = sharp, how + ", its end sharpened by Newton's method"
    found_ = plays_of(form, (play,), how + "; other equilibria are not searched", False)
    return Branch(game, found_.plays, found_.how, found_.residual, False, np.array(lambdas), tuple(path))


def _moved(system: _System, point: Array, found: Array) -> float:
    """The largest change of a log-probability; of a very small one, relative to its size."""
    x, y = point[: system.acts], found[: system.acts]
    return float((np.abs(y - x) / (1 - 0.2 * np.minimum(x, 0))).max())


def _tangent(system: _System, point: Array, previous: Array) -> tuple[Array, float]:
    """(unit vector along the branch in the direction of `previous`, side); `previous` itself where branches meet.

    The side is the sign of the determinant, the same all along a branch: where a step lands on a strand that leads back it is
    the other one, although the direction looks right.
    """
    _, slope, by_lambda = system.equations(point[:-1], point[-1])
    last = np.append(np.zeros(system.size), 1.0)
    rows = np.vstack([np.column_stack([slope, by_lambda]), previous])
    try:
        tangent = np.linalg.solve(rows, last)
    except np.linalg.LinAlgError:
        return previous, 0.0
    return tangent / np.linalg.norm(tangent), float(np.linalg.slogdet(rows)[0])


def _correct(system: _System, guess: Array, tangent: Array) -> Array | None:
    """Newton back to the branch in the hyperplane through `guess` normal to the tangent."""
    point = guess.copy()
    for _ in range(10):
        if not np.isfinite(point).all() or point[: system.acts].max() > 3 or point[-1] < 0:
            return None
        value, slope, by_lambda = system.equations(point[:-1], point[-1])
        scale = (
            1 + np.abs(point[:-1]) * 1e-3 + 1e-3 * point[-1]
        )  # rows of log-odds grow with λ, and so does their rounding
        if (np.abs(value) < RESIDUAL * scale).all():
            return point
        rows = np.vstack([np.column_stack([slope, by_lambda]), tangent])
        try:
            point = point - np.linalg.solve(rows, np.append(value, tangent @ (point - guess)))
        except np.linalg.LinAlgError:
            return None
    return None


def _sharpened(system: _System, point: Array, play: MarkovPlay, least: float) -> MarkovPlay | None:
    """The play whose played actions are equally good, by Newton's method from the end of the branch; None if no better."""
    form, z = system.game, point[:-1].copy()
    played = z[: system.acts] > np.log(least)
    for _ in range(30):
        sigma = np.where(played, np.exp(np.clip(z[: system.acts], -700, 1)), 0)
        value, slope = _indifference(system, z, sigma, played)
        if np.abs(value).max() < 1e-14:
            break
        move = np.linalg.lstsq(slope, -value, rcond=1e-12)[0]
        z = z + move
        if not np.isfinite(z).all() or np.abs(move[: system.acts]).max() > 20:
            return None
    strategies = []
    for at, mask in zip(system.column, form.available, strict=True):
        strategy = np.zeros(mask.shape)
        strategy[mask] = np.where(played[at[mask]], np.exp(np.clip(z[at[mask]], -700, 1)), 0)
        strategies.append(strategy / strategy.sum(axis=1, keepdims=True))
    better = MarkovPlay.of(form, strategies)
    return better if better.regret < play.regret else None


def _indifference(system: _System, z: Array, sigma: Array, played: Array) -> tuple[Array, Array]:
    """As `equations`, at λ = ∞: played actions of one state are worth the same; unplayed ones stay where they are."""
    there = z.copy()
    there[: system.acts] = np.where(played, z[: system.acts], -700.0)
    value, slope, by_lambda = system.equations(there, 1.0)
    worth, by = -by_lambda[: system.acts], None
    _, by = system.slopes(there)
    best = np.zeros(system.acts, int)
    for k in np.flatnonzero(system.is_base):
        members = np.flatnonzero(system.base == k)
        best[members] = members[np.argmax(sigma[members])]
    level = worth - worth[best]
    rows = played & ~system.is_base
    leader = np.arange(system.acts) == best
    swap = played & system.is_base & ~leader  # the row of a base action says that probabilities sum to one
    value[: system.acts][rows] = level[rows]
    slope[: system.acts][rows] = (by - by[best])[rows]
    for k in np.flatnonzero(swap):  # so its indifference goes into the row of the leader
        value[best[k]] = level[k]
        slope[best[k]] = by[k] - by[best[k]]
    idle = np.flatnonzero(~played & ~system.is_base)
    value[idle], slope[idle] = 0.0, np.eye(system.acts, system.size)[idle]
    return value, slope
