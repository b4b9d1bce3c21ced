"""Worst and best (coarse) correlated equilibria of many games of one shape.

Two players with two actions each: a vertex lies on three of eight facets (four cells unplayed, four incentives), so that all are
among 56 intersections, each a vector of 3×3 minors (that there are few: Calvó-Armengol 2006, "The set of correlated equilibria of
2 by 2 games"). Other shapes: one programme whose coefficients change from game to game, each solved from the last one's basis.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ...game.game import Game
from ...numerics.linprog import INFINITY, OPTIONS
from ...numerics.rational import Array
from ..prediction import Spans
from .generation import SMALL, extreme

TOLERANCE = 1e-9  # of the most that an own action changes a player's payoff
AT_ONCE = 4_000  # games, in closed form


def spans(payoff: Array, goal: Array, *, coarse: bool = False) -> Spans:
    """payoff[game, player, *actions], goal[game, *actions] → worst and best of every game, residuals re-evaluated."""
    if payoff.shape[1:] == (2, 2, 2):
        parts = [
            closed(payoff[k : k + AT_ONCE], goal[k : k + AT_ONCE], coarse=coarse)
            for k in range(0, len(payoff), AT_ONCE)
        ]
        laws, how = np.concatenate(parts), "all vertices of 2×2 games in closed form"
    else:
        large = payoff[0, 0].size * sum(payoff.shape[2:]) > SMALL
        laws = (_generated if large else _warm)(payoff, goal, coarse)
        how = "linear programmes (HiGHS), worst and best by one solve each"
    worth = (laws * goal[:, None]).reshape(len(payoff), 2, -1).sum(axis=2)
    residual = np.maximum(regret(payoff, laws[:, 0], coarse=coarse), regret(payoff, laws[:, 1], coarse=coarse))
    nothing, all_ = np.full(len(payoff), np.nan), np.ones(len(payoff), bool)
    return Spans(worth[:, 0], worth[:, 1], nothing, np.zeros(len(payoff), int), residual, all_, how)


def losses(payoff: Array, i: int) -> Array:
    """[game, instead, *actions]: what player i loses by an action instead, in each cell."""
    moved = np.moveaxis(payoff[:, i], 1 + i, 1)  # [game, instead, *others]
    return payoff[:, i][:, None] - np.expand_dims(moved, 2 + i)


def regret(payoff: Array, law: Array, *, coarse: bool = False) -> Array:
    """[game]: the most that a player gains by the best departure from law[game, *actions]."""
    gains = []
    for i in range(payoff.shape[1]):
        gain = -(losses(payoff, i) * law[:, None])
        others = tuple(2 + j for j in range(payoff.shape[1]) if j != i)
        told = gain.sum(axis=others)  # [game, instead, told]
        gains.append(told.sum(axis=2).max(axis=1) if coarse else told.max(axis=1).sum(axis=1))
    return np.maximum(np.max(gains, axis=0), 0)


def rows(payoff: Array, *, coarse: bool = False) -> Array:
    """[game, row, cell]: all incentives, dense, in units of the most that an own action changes the player's payoff."""
    found = []
    games, n, *actions = payoff.shape
    for i in range(n):
        unit = np.ptp(payoff[:, i], axis=1 + i).reshape(games, -1).max(axis=1)
        loss = losses(payoff, i) / np.where(unit > 0, unit, 1.0).reshape((-1,) + (1,) * (n + 1))
        told = np.eye(actions[i], dtype=bool).reshape([actions[i], 1] + [actions[i] if j == i else 1 for j in range(n)])
        for instead in range(actions[i]):
            for k in [None] if coarse else [k for k in range(actions[i]) if k != instead]:
                row = loss[:, instead] if k is None else np.where(told[k], loss[:, instead], 0.0)
                found.append(row.reshape(games, -1))
    return np.stack(found, axis=1) if found else np.zeros((games, 0, payoff[0, 0].size))


def closed(payoff: Array, goal: Array, *, coarse: bool = False) -> Array:
    """[game, worst or best, 2, 2]: laws of 2×2 games."""
    games = len(payoff)
    incentive = rows(payoff, coarse=coarse)
    facets = np.concatenate([np.broadcast_to(np.eye(4), (games, 4, 4)), incentive], axis=1)
    chosen = np.array(list(combinations(range(facets.shape[1]), 3)))
    m = facets[:, chosen]  # [game, choice, 3, cell]
    ray = np.empty((*m.shape[:2], 4))
    for k in range(4):
        a, b, c = np.moveaxis(np.delete(m, k, axis=3), 2, 0)
        ray[..., k] = (-1) ** k * (a * np.cross(b, c)).sum(axis=-1)
    total = ray.sum(axis=2, keepdims=True)
    size = np.abs(ray).max(axis=2, keepdims=True)
    point = np.divide(ray, total, out=np.zeros_like(ray), where=np.abs(total) > 1e-12 * np.maximum(size, 1e-300))
    least = np.minimum(point.min(axis=2), np.einsum("grc,gkc->gkr", incentive, point).min(axis=2))
    fits = (least >= -TOLERANCE) & (np.abs(point.sum(axis=2) - 1) < 1e-6) & (size[..., 0] > 1e-12)
    point = np.maximum(point, 0)
    point /= np.maximum(point.sum(axis=2, keepdims=True), 1e-300)
    worth = np.einsum("gkc,gc->gk", point, goal.reshape(games, 4))
    low = np.where(fits, worth, np.inf).argmin(axis=1)
    high = np.where(fits, worth, -np.inf).argmax(axis=1)
    at = np.arange(games)
    return np.stack([point[at, low], point[at, high]], axis=1).reshape(games, 2, 2, 2)


def _warm(payoff: Array, goal: Array, coarse: bool) -> Array:
    import highspy

    solver = highspy.Highs()
    for option, setting in OPTIONS:
        solver.setOptionValue(option, setting)
    games, size = len(payoff), goal[0].size
    laws = np.empty((games, 2, size))
    basis, count = None, 0
    for g in range(games):
        matrix = np.concatenate([np.ones((1, size)), rows(payoff[g : g + 1], coarse=coarse)[0]])
        count = len(matrix)
        row, column = np.nonzero(matrix)
        start = np.searchsorted(row, np.arange(count + 1)).astype(np.int32)
        low, high = np.zeros(count), np.full(count, INFINITY)
        low[0] = high[0] = 1.0
        flat = goal[g].ravel()
        cost = (flat - flat.min()) / (np.ptp(flat) or 1.0)
        bounds = np.zeros(size), np.full(size, INFINITY)
        kinds, whole = np.zeros(size, np.int32), column.astype(np.int32)
        layout = int(highspy.MatrixFormat.kRowwise)
        solver.passModel(
            size, count, len(row), layout, 1, 0.0, cost, *bounds, low, high, start, whole, matrix[row, column], kinds
        )
        if basis is not None:
            solver.setBasis(basis)
        for k, sense in enumerate((highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize)):
            solver.changeObjectiveSense(sense)
            solver.run()
            if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                laws[g, k] = solver.getSolution().col_value
                basis = solver.getBasis() if k == 0 else basis
            else:
                laws[g, k] = _one(payoff[g], goal[g], coarse, bool(k)).ravel()
                basis = None
    laws = np.maximum(laws, 0)
    laws /= laws.sum(axis=2, keepdims=True)
    return laws.reshape(games, 2, *goal.shape[1:])


def _generated(payoff: Array, goal: Array, coarse: bool) -> Array:
    return np.stack(
        [np.stack([_one(u, w, coarse, best) for best in (False, True)]) for u, w in zip(payoff, goal, strict=True)]
    )


def _one(payoff: Array, goal: Array, coarse: bool, best: bool) -> Array:
    game = Game.normal(payoff)
    return extreme(game, goal.reshape(game.payoff.shape[1:]), maximise=best, coarse=coarse).law.reshape(goal.shape)
