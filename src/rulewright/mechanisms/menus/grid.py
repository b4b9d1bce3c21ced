"""Where a search begins: the best menu for a few types on a grid, an exact linear programme, and the options that it offers.

    maximise  Σ_i w_i ((α + β) θ_i·x_i − β u_i)        the goal α·value + β·payment, with payment θ_i·x_i − u_i
    subject to  u_i − u_j ≥ (θ_i − θ_j)·x_j, u ≥ 0, x a lottery        u is convex, with slopes x

(Rochet & Choné 1998, Econometrica 66, on a grid.) Rows of near neighbours first; rows that are broken are added. Few options
come out, which shows what kind of menu the continuum wants: lotteries where these are needed. What a grid earns is more than
what the continuum does: only the options are kept.
"""

from __future__ import annotations

import numpy as np

from ...numerics.linprog import Programme
from ...numerics.rational import Array
from ..environment import Environment
from .posted import at_most_one, lotteries

NEAR, ROUNDS, LOOSE = 8, 12, 1e-7


def points(environment: Environment, count: int) -> Array:
    """[type, dimension]: types at the middles of equally likely cells; in more than three dimensions, drawn."""
    m = environment.dimensions
    side = round(count ** (1 / m))
    if m > 3 or side < 3:
        return environment.profiles(count, 1)[:, 0]
    middles = (np.arange(side) + 0.5) / side
    grid = np.stack(np.meshgrid(*[middles] * m, indexing="ij"), axis=-1).reshape(-1, m)
    return np.asarray(environment.laws[0].at(grid))


def best_on(types: Array, environment: Environment, alpha: float, beta: float) -> tuple[Array, Array]:
    """(options [type, dimension], prices [type]) that are best for equally likely types [type, dimension]."""
    n, m = types.shape
    programme = Programme()
    u = programme.add_columns(n, cost=-beta / n)
    x = programme.add_columns((n, m), upper=1.0, cost=(alpha + beta) * types / n)
    if at_most_one(environment):
        programme.put(programme.add_rows(n, upper=1.0)[:, None], x, 1.0)
    pay = programme.add_rows(n, lower=0.0, upper=environment.budget if environment.transfers else 0.0)
    programme.put(pay[:, None], x, types)
    programme.put(pay, u, -1.0)
    away = ((types[:, None] - types) ** 2).sum(axis=-1)
    wanted = np.zeros((n, n), bool)
    np.put_along_axis(wanted, np.argsort(away, axis=1, kind="stable")[:, 1 : NEAR + 1], True, 1)
    wanted |= wanted.T
    done = np.eye(n, dtype=bool)
    for _ in range(ROUNDS):
        i, j = np.nonzero(wanted & ~done)
        done |= wanted
        rows = programme.add_rows(len(i), lower=0.0)
        programme.put(rows, u[i], 1.0)
        programme.put(rows, u[j], -1.0)
        programme.put(rows[:, None], x[j], types[j] - types[i])
        found = programme.solve(maximise=True).point()
        options = found[x]
        prices = (types * options).sum(axis=1) - found[u]
        envy = types @ options.T - prices - found[u][:, None]  # [i, j]: what i gains by what j has
        envy[done] = 0
        wanted = (envy > LOOSE) & ((envy == envy.max(axis=0)) | (envy == envy.max(axis=1, keepdims=True)))
        if not wanted.any():
            break
    return np.clip(options, 0, 1), np.clip(prices, 0, environment.budget)


def offered(options: Array, prices: Array, most: int, environment: Environment) -> tuple[Array, Array]:
    """The options that differ, those that most types take first, and nothing not among them."""
    unlike, taken = np.unique(np.round(np.column_stack([options, prices]), 5) + 0.0, axis=0, return_counts=True)
    unlike, taken = unlike[unlike[:, :-1].any(axis=1)], taken[unlike[:, :-1].any(axis=1)]
    order = np.argsort(-taken, kind="stable")[:most]
    return lotteries(unlike[order, :-1], at_most_one(environment)), np.minimum(unlike[order, -1], environment.budget)
