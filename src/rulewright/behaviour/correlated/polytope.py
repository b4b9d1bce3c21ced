"""The (coarse) correlated equilibria of a game, written out as a linear programme with every row and column.

    Σ_{θ_-i, a_-i} p(θ) π(a | θ) [ u_i(θ, a) − u_i(θ, a_i′, a_-i) ] ≥ 0     for every θ_i, a_i, a_i′

(Aumann 1974, J. Math. Econ. 1). With slack ε_i, no type gains more than ε_i by its best departure, a function from what it
is told to what it does instead: s(θ_i, a_i) ≥ the gain of every a_i′, s ≥ 0, and Σ_{a_i} s(θ_i, a_i) ≤ ε_i·p(θ_i).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.play import marginal
from ...numerics.linprog import Programme, Solution
from ...numerics.memory import reserve
from ...numerics.rational import Array, floats


def allowance(inner: Game, slack: float | Sequence[float] | Array | None) -> Array | None:
    """[player]: ε of those who choose, in payoff units; None for none. Raises InputError for a wrong length or sign."""
    if slack is None:
        return None
    given = floats(slack)
    if given.shape not in ((), (inner.n,)) or not np.isfinite(given).all() or (given < 0).any():
        raise InputError(
            where="slack", needed=f"a number of at least 0, or {inner.n} of them", found=np.array2string(given)
        )
    return np.broadcast_to(given, (inner.n,)) if (given > 0).any() else None


def units(inner: Game) -> tuple[list[float], list[Array]]:
    """Per player: the most that an own action changes its payoff, and [type] the probability of a type (1 if it is 0)."""
    most = [float(np.ptp(inner.payoff[i], axis=inner.n + i).max()) or 1.0 for i in range(inner.n)]
    likely = [marginal(inner, i) for i in range(inner.n)]
    return most, [np.where(p > 0, p, 1.0) for p in likely]


def polytope(
    inner: Game, *, coarse: bool = False, slack: float | Sequence[float] | Array | None = None
) -> tuple[Programme, Array, dict[int, Array], dict[int, Array]]:
    """The programme whose points are the laws π(a | θ) of a core game in equilibrium.

    Returns it with the columns of π [*types, *actions] and, per player, the rows of its incentives: [type, told,
    instead], or [type, instead] if coarse. Rows of a player's type say Σ p·π·(u told − u instead) / scale ≥ 0. The
    scales, per player [type], are the type's probability times the most that an own action changes the player's payoff:
    the solver's tolerances are absolute. The dual of the row without scale is the row's dual divided by the scale.

    `slack` ε, a number or one for each player [player] in payoff units, asks for less: no type gains more than ε by its
    best departure, given that it has that type (coarse: by its best action instead). The columns of π come first.
    Raises InputError for a wrong slack and TooLarge where the rows do not fit.
    """
    shape = inner.payoff.shape[1:]
    reserve((2, *shape, max(inner.action_counts)), "the incentive rows of correlated equilibria")
    programme = Programme()
    law = programme.add_columns(shape, upper=1.0)
    sums = programme.add_rows(inner.type_counts, lower=1.0, upper=1.0)
    programme.put(sums.reshape(inner.type_counts + (1,) * inner.n), law, 1.0)
    chance = inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
    spread, chances = units(inner)
    rows: dict[int, Array] = {}
    scales: dict[int, Array] = {}
    eased = allowance(inner, slack)
    for i in range(inner.n):
        own, count = inner.n + i, inner.action_counts[i]
        unit, likely = spread[i], chances[i]
        scales[i] = likely * unit
        own_types = tuple(count if axis == i else 1 for axis, count in enumerate(inner.payoff.shape[1:]))
        worth = chance / likely.reshape(own_types) * (inner.payoff[i] / unit)
        row_shape = (inner.type_counts[i], count) if coarse else (inner.type_counts[i], count, count)
        lower = -eased[i] / unit if eased is not None and coarse else 0.0
        rows[i] = programme.add_rows(row_shape, lower=lower)
        told = np.arange(count).reshape([-1 if axis == own else 1 for axis in range(2 * inner.n)])
        kind = np.arange(inner.type_counts[i]).reshape([-1 if axis == i else 1 for axis in range(2 * inner.n)])
        for instead in range(count):
            gain = worth - np.take(worth, [instead], axis=own)
            row = rows[i][kind, instead] if coarse else rows[i][kind, told, instead]
            programme.put(row, law, gain)
    for i in range(inner.n) if eased is not None and not coarse else ():
        gains = programme.add_columns(rows[i].shape[:2])
        programme.put(rows[i], gains[:, :, None], 1.0)
        total = programme.add_rows(inner.type_counts[i], upper=eased[i] / spread[i] if eased is not None else 0.0)
        programme.put(total[:, None], gains, 1.0)
    return programme, law, rows, scales


def optimum(programme: Programme, goal: Array, *, maximise: bool = False) -> Solution:
    """The best law for goal[*types, *actions], prior included, of `polytope`'s programme.

    Solved for the goal from its least at each type profile, in units of its range; value and duals are in goal units.
    """
    least = goal.min(axis=tuple(range(goal.ndim // 2, goal.ndim)), keepdims=True)  # π sums to one at each type profile
    unit = float((goal - least).max()) or 1.0
    cost = np.zeros(programme.columns)
    cost[: goal.size] = ((goal - least) / unit).ravel()
    found = programme.solve(cost, maximise=maximise)
    duals = None if found.duals is None else found.duals * unit
    return replace(found, value=found.value * unit + float(least.sum()), duals=duals)
