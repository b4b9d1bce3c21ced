"""Among the optimal rules, one that pays little, and then one whose largest payments and fines are smallest.

Where nothing is paid and the same is asked of a player always: one under which disobedience costs most.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...errors import Unsolved
from ...numerics.linprog import Solution
from ...numerics.rational import Array
from .frame import Frame
from .requirements import prior_of

TIE_BREAK = 1e-9  # relative: how much of the optimum the tie-break may give up
EXPOSURE = 1e-3  # weight, in the tie-break, of the largest payment against the expected one
MOST_COLUMNS = 500  # of payments: beyond that nobody reads the table, and the solver's own choice stands


def least_exposure(frame: Frame, optimum: Solution, solve: Callable[[Array], Solution]) -> Solution:
    """`solve(cost)` minimises over the rows as they stand, and any that are still to come."""
    programme = frame.programme
    if frame.strictness is not None:
        return _strictest(frame, optimum, solve)
    if not frame.money or sum(m.columns.size for m in frame.money) > MOST_COLUMNS:
        return optimum
    _keep(frame, optimum)
    edges = []
    for money in frame.money:
        shape = money.columns.shape[:-1]
        for sign in (1.0, -1.0):  # the largest payment, the largest fine
            edge = programme.add_columns(shape)
            rows = programme.add_rows((*shape, money.basis.shape[1]), lower=0.0)
            programme.put(rows, edge[..., None], 1.0)
            programme.put(rows[..., None], money.columns[..., None, :], -sign * money.basis.T)
            edges.append((edge, np.broadcast_to(prior_of(frame, money)[..., 0], shape)))
    total = np.zeros(programme.columns)
    for edge, chance in edges:
        total[edge] = EXPOSURE * np.maximum(chance, 1e-6)  # impossible types too, or they would float
    for money in frame.money:
        if money.basis.min() >= 0 and np.min(money.payment.bounds(money.basis.shape[1])[0]) >= 0:
            np.add.at(total, money.columns, prior_of(frame, money) * money.law)
    return _or(optimum, solve, total)


def _or(optimum: Solution, solve: Callable[[Array], Solution], total: Array) -> Solution:
    """The solution at these costs; the optimum that there is where the solver finds none."""
    try:
        found = solve(total)
    except Unsolved:
        return optimum
    return found if found.x is not None else optimum


def _keep(frame: Frame, optimum: Solution) -> None:
    """A row that gives up no more of the optimum than a hair."""
    programme, cost = frame.programme, frame.programme.cost()
    row = programme.add_rows(1, lower=optimum.value - TIE_BREAK * max(1.0, abs(optimum.value)))
    columns = np.flatnonzero(cost)
    programme.put(row, columns, cost[columns])


def _strictest(frame: Frame, optimum: Solution, solve: Callable[[Array], Solution]) -> Solution:
    _keep(frame, optimum)
    total = np.zeros(frame.programme.columns)
    total[frame.strictness] = -1.0
    return _or(optimum, solve, total)
