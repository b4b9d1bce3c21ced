"""Raising the worst correlated equilibrium by alternating linear programmes.

For multipliers λ_i(a_i, a_i′) ≥ 0 of the players' incentives, every correlated equilibrium of the game that payments c
induce leaves people with at least (weak duality; the claim `worst` of a certificate)

    min_a [ goal(a) − κ·t(a) − Σ_i Σ_{a_i′} λ_i(a_i, a_i′) · ( u_i(a) + t_i(a) − u_i(a_i′, a_-i) − t_i(a_i′, a_-i) ) ].

It is bilinear: linear in λ for fixed c (the dual of the worst correlated equilibrium) and in c for fixed λ. The one after
the other, neither lowers it. What it ends at is a guarantee, but not the highest: only a local optimum.
"""

from __future__ import annotations

import numpy as np

from ...behaviour.correlated import optimum, polytope
from ...errors import TooLarge, Unsolved
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from ..implementation import Family
from .induced import Induced

ROUNDS = 12
GAIN = 1e-7  # relative to the size of payoffs; less ends the alternation
NEGLIGIBLE = 1e-9


def raised(family: Family, star: tuple[int, ...], c: Array) -> Array:
    """Coefficients under which a* holds by slack and the worst correlated equilibrium is no worse than under `c`."""
    best = float("-inf")
    for _ in range(ROUNDS):
        try:
            multipliers = _multipliers(Induced(family, c))
            value, better = _payments(family, star, multipliers)
        except (TooLarge, Unsolved):
            return c
        if better is None or value <= best + GAIN * family.size:
            return c if better is None else better
        best, c = value, better
    return c


def _multipliers(induced: Induced) -> list[Array]:
    """Per player who chooses [told, instead]: the dual of the worst correlated equilibrium."""
    inner = induced.core
    programme, _, rows, scales = polytope(inner)
    duals = optimum(programme, induced.value.reshape(inner.payoff.shape[1:])).duals
    if duals is None:
        raise Unsolved(where="worst correlated equilibrium", needed="its multipliers", found="none")
    return [np.maximum(duals[rows[k]], 0)[0] / scales[k][0] for k in range(inner.n)]


def _payments(family: Family, star: tuple[int, ...], multipliers: list[Array]) -> tuple[float, Array | None]:
    """(the highest guarantee that these multipliers can show, payments that reach it)."""
    programme = Programme()
    columns = family.columns(programme)
    v = programme.add_columns(1, lower=-INFINITY, upper=float(family.most[star]))
    for i in family.game.active:
        family.best_reply(programme, columns, i, star, tuple(j for j in range(family.game.n) if j != i))
    path = family.on_path(star).sum(axis=0)
    if family.rules.budget is not None and len(columns):
        programme.put(programme.add_rows(1, upper=float(family.rules.budget)), columns, path)
    cells = family.cells.ravel()
    constant = family.goal.ravel().copy()
    terms: list[tuple[int, Array, Array, Array]] = []  # player, rows, cells, weights: what is put on the left-hand side
    if family.kappa:
        terms += [(i, cells, cells, np.full(len(cells), family.kappa)) for i in family.game.strategic]
    for i, weights in zip(family.game.active, multipliers, strict=True):
        moved = np.moveaxis(family.cells, i, 0).reshape(family.shape[i], -1)
        for told, instead in np.argwhere(weights > NEGLIGIBLE):
            here, there, weight = moved[told], moved[instead], weights[told, instead]
            constant[here] -= weight * (family.payoff[i].ravel()[here] - family.payoff[i].ravel()[there])
            terms += [
                (i, here, here, np.full(len(here), weight)),
                (i, here, there, np.full(len(here), -weight)),
            ]
    rows = programme.add_rows(len(cells), upper=constant)
    programme.put(rows, v, 1.0)
    for i, at, there, weight in terms:
        family.put_payment(programme, rows[at], columns, i, there, weight)
    cost = np.zeros(programme.columns)
    cost[v] = 1.0
    found = programme.solve(cost, maximise=True)
    return (float("nan"), None) if found.x is None else (found.value, found.x[columns])
