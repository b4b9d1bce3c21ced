"""Logit quantal response equilibrium: better actions are played more often, by a factor that grows with λ.

    σ_i(a | θ_i) ∝ exp( λ · U_i(a | θ_i, σ_-i) )

(McKelvey & Palfrey 1995, Games Econ. Behav. 10; at each type, their 1998 agent form). λ is per unit of payoff. At λ = 0
play is uniform, and from there one branch leads on: the principal branch, which is followed here by
pseudo-arclength continuation in x = log σ and λ (after Turocy 2005, Games Econ. Behav. 51), so that folds are passed and
not lost. Only λ·U matters: the branch is followed in units in which an own action changes payoffs by at most 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import Unsolved
from ..game.game import Game
from ..game.lower import core, lifted
from ..game.play import Play, expected, interim, marginal, weighted
from ..numerics.rational import Array
from .behaviour import Behaviour, argument, register
from .prediction import Plays, residual_of

RESIDUAL = 1e-9  # of the fixed-point equations, in log-probability
MOST_STEPS = 20_000
LEAST_COSINE = 0.5  # between the tangents at the ends of a step; less than that is another branch, or the way back


class _System:
    """F(x, λ) = 0 in x = log σ, stacked over players, types and actions."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.blocks = []
        first = 0
        for i in range(game.n):
            shape = (game.type_counts[i], game.action_counts[i])
            self.blocks.append((slice(first, first + shape[0] * shape[1]), shape))
            first += shape[0] * shape[1]
        self.size = first
        self.chance = [np.where((p := marginal(game, i)) > 0, p, 1.0) for i in range(game.n)]
        self.weighted = [weighted(game, i) for i in range(game.n)]
        # Rows: for each type, its first action's row says that probabilities sum to one, the others compare with it.
        self.first = np.concatenate(
            [
                np.arange(block.start, block.stop).reshape(shape)[:, :1].repeat(shape[1], 1).ravel()
                for block, shape in self.blocks
            ]
        )
        self.is_first = self.first == np.arange(self.size)
        self.group = np.equal.outer(self.first, self.first)

    def strategies(self, x: Array) -> list[Array]:
        return [np.exp(x[block]).reshape(shape) for block, shape in self.blocks]

    def start(self) -> Array:
        return np.concatenate([np.full(t * a, -np.log(a)) for _, (t, a) in self.blocks])

    def worth(self, strategies: list[Array]) -> Array:
        """[stacked]: expected payoff of every action at its type."""
        return np.concatenate(
            [(interim(self.game, strategies, i) / self.chance[i][:, None]).ravel() for i in range(self.game.n)]
        )

    def slopes(self, strategies: list[Array]) -> Array:
        """[stacked, stacked]: derivative of `worth` by log-probabilities."""
        jacobian = np.zeros((self.size, self.size))
        for i in range(self.game.n):
            for j in range(self.game.n):
                if i == j:
                    continue
                pair = expected(self.weighted[i], strategies, keep=(i, j))  # [types of both, actions of both] in order
                pair = pair.transpose(0, 2, 1, 3) if i < j else pair.transpose(1, 3, 0, 2)
                pair = pair / self.chance[i][:, None, None, None] * strategies[j]
                (block_i, shape_i), (block_j, shape_j) = self.blocks[i], self.blocks[j]
                jacobian[block_i, block_j] = pair.reshape(np.prod(shape_i), np.prod(shape_j))
        return jacobian

    def equations(self, x: Array, lam: float) -> tuple[Array, Array, Array]:
        """(F, dF/dx, dF/dλ)."""
        strategies = self.strategies(x)
        sigma = np.exp(x)
        worth = self.worth(strategies)
        value = x - x[self.first] - lam * (worth - worth[self.first])
        value[self.is_first] = (self.group @ sigma)[self.is_first] - 1
        slopes = self.slopes(strategies)
        jacobian = np.eye(self.size) - np.eye(self.size)[self.first] - lam * (slopes - slopes[self.first])
        jacobian[self.is_first] = (self.group * sigma)[self.is_first]
        by_lambda = -(worth - worth[self.first])
        return value, jacobian, by_lambda


@dataclass(frozen=True, eq=False)
class Path:
    """The principal branch: λ[k] and the strategies there, for every step taken."""

    game: Game
    lambdas: Array
    points: tuple[tuple[Array, ...], ...] = field(repr=False)
    """Per step, per active player, [type, action]."""

    def play(self, k: int) -> Play:
        return lifted(self.game.floats, self.points[k])

    def goal(self, goal: Array) -> Array:
        """[step]: expected goal along the path."""
        return np.array([float((self.play(k).law * goal).sum()) for k in range(len(self.points))])


def path(game: Game, to: float, *, stops: tuple[float, ...] = ()) -> Path:
    """The principal branch from λ = 0 until it first reaches `to`; passes exactly through `stops` on its way up.

    Raises Unsolved if the branch cannot be followed that far.
    """
    if not game.active:
        return Path(game, np.array([0.0, to]), ((), ()))
    inner, unit = _scaled(core(game).floats)
    system = _System(inner)
    point, step = np.append(system.start(), 0.0), 0.05
    lambdas, points = [0.0], [tuple(system.strategies(point[:-1]))]
    targets = sorted({s for s in (*stops, to) if 0 < s <= to})
    tangent = _tangent(system, point, None)
    for _ in range(MOST_STEPS):
        if not targets:
            return Path(game, np.array(lambdas), tuple(points))
        found, landed = _step(system, point, step, tangent, targets[0] * unit)
        turned = None if found is None else _tangent(system, found, tangent)
        if turned is not None and turned @ tangent < LEAST_COSINE:  # at a bifurcation: straight on, if it is a target
            turned = tangent if landed else None
        if found is None or turned is None or (moved := _moved(point, found)) > 3.0:
            step /= 2
            if step < 1e-10:
                break
            continue
        point, tangent = found, turned
        lambdas.append(targets.pop(0) if landed else float(point[-1]) / unit)
        points.append(tuple(system.strategies(point[:-1])))
        step = min(step * 1.5, 0.5 + 0.1 * float(np.linalg.norm(point))) if moved < 0.7 else step
    raise Unsolved(
        where="logit path",
        needed=f"the principal branch up to λ = {to:g}",
        found=f"no way on from λ = {lambdas[-1]:g}",
        remedy="Ask for a smaller λ.",
    )


def _scaled(game: Game) -> tuple[Game, float]:
    """(game with the same logit equilibria at λ·unit, unit): what an own action changes is at most 1 in it."""
    relative = [game.payoff[i] - game.payoff[i].min(axis=game.n + i, keepdims=True) for i in range(game.n)]
    unit = float(max(table.max() for table in relative)) or 1.0
    return replace(game, payoff=np.stack(relative) / unit), unit


def _step(system: _System, point: Array, step: float, tangent: Array, target: float) -> tuple[Array | None, bool]:
    """(next point on the branch, whether it is at λ = target); None if the step is too long. Never beyond the target."""
    guess = point + step * tangent
    found = None
    if not guess[-1] >= target > point[-1]:
        found = _correct(system, guess, tangent)
        if found is None or found[-1] <= 0 or np.linalg.norm(found - guess) > step / 2:
            return None, False
        if not found[-1] >= target > point[-1]:
            return found, False
        guess = found  # the branch is steeper than its tangent
    guess = point + (target - point[-1]) / (guess[-1] - point[-1]) * (guess - point)
    guess[-1] = target
    found = _correct(system, guess, None)
    if found is None or np.linalg.norm(found - guess) > step / 2:
        return None, False
    return found, True


def _moved(point: Array, found: Array) -> float:
    """The largest change of a log-probability; of a very small one, relative to its size."""
    return float((np.abs(found - point) / (1 - 0.1 * np.minimum(point, 0)))[:-1].max())


def _tangent(system: _System, point: Array, previous: Array | None) -> Array:
    """Unit vector along the branch, keeping its orientation; upwards in λ at the start; `previous` where branches meet."""
    _, jacobian, by_lambda = system.equations(point[:-1], point[-1])
    upwards = np.append(np.zeros(len(by_lambda)), 1.0)
    against = upwards if previous is None else previous
    try:
        tangent = np.linalg.solve(np.vstack([np.column_stack([jacobian, by_lambda]), against]), upwards)
    except np.linalg.LinAlgError:
        return against
    return tangent / np.linalg.norm(tangent)


def _correct(system: _System, guess: Array, tangent: Array | None) -> Array | None:
    """Newton back to the branch, at fixed λ or in the hyperplane through `guess` normal to the tangent."""
    point = guess.copy()
    for _ in range(12):
        value, jacobian, by_lambda = system.equations(point[:-1], point[-1])
        if not np.isfinite(value).all():
            return None
        if np.abs(value).max() < RESIDUAL:
            return point
        try:
            if tangent is None:
                point[:-1] -= np.linalg.solve(jacobian, value)
            else:
                rows = np.vstack([np.column_stack([jacobian, by_lambda]), tangent])
                point -= np.linalg.solve(rows, np.append(value, tangent @ (point - guess)))
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(point).all() or point[:-1].max() > 5:
            return None
    return None


@dataclass(frozen=True)
class Quantal(Behaviour):
    """Logit equilibrium at `lam` on the principal branch."""

    lam: float

    @property
    def name(self) -> str:
        return f"logit:{self.lam:g}"

    def __call__(self, game: Game) -> Plays:
        found = path(game, self.lam)
        play = found.play(len(found.points) - 1)
        how = f"principal branch followed from λ = 0 in {len(found.points) - 1} steps, residual below {RESIDUAL:g}"
        return Plays(self.name, game, (play,), how, residual_of([play]))


register("logit", lambda text: Quantal(argument("logit", text, float, "a number of at least 0, as in logit:5", 0.0)))
