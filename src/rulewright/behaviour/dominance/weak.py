"""Weak dominance, by mixtures, iterated in maximal simultaneous rounds; in games with types, at each type.

Action a of type θ_i is weakly dominated if some mixture b of the actions left is never worse and somewhere better:

    Σ_{θ_-i} p(θ_-i | θ_i) · min_{a_-i} [ u_i(θ, b, a_-i) − u_i(θ, a, a_-i) ]  ≥  0,    and the same with max in place of min  >  0

What is left depends on the order of elimination; here every dominated action of every type goes at once, in each round (the usual
convention: Luce & Raiffa 1957, Games and Decisions, ch. 5). Unlike strict dominance it may remove Nash equilibria.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...errors import Unsolved
from ...game.game import Game
from ...game.lower import core
from ...numerics import rational
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from . import mixtures
from .mixtures import Groups
from .survivors import TOLERANCE, Cells, Left, Step, Survivors, cells_of, labelled, placed, ranges


def weakly(game: Game) -> Survivors:
    """Eliminate all weakly dominated actions at once until there are none. A step's margin is the most that b gains.

    In exact games every step is checked without rounding; a mixture whose weights are no simple rationals is not used.
    """
    inner = core(game)
    if not inner.action_counts or max(inner.action_counts) == 1:
        return Survivors(game, tuple(tuple((0,) for _ in types) for types in game.types), ())
    cells = cells_of(inner)
    left: Left = [
        [list(range(a)) for _ in range(t)] for a, t in zip(inner.action_counts, inner.type_counts, strict=True)
    ]
    size = [0.0 if inner.is_exact else TOLERANCE * unit for unit in ranges(inner)]
    order: list[Step] = []
    while found := [step for (i, t), cell in cells.items() for step in _dominated(inner, i, t, cell, left, size[i])]:
        for i, t, a, step in found:
            left[i][t].remove(a)
            order.append(step)
    return Survivors(game, placed(game, left), tuple(order))


def _dominated(inner: Game, i: int, t: int, cell: Cells, left: Left, size: float) -> list[tuple[int, int, int, Step]]:
    """All eliminations of one type that are possible now."""
    actions = left[i][t]
    if len(actions) == 1:
        return []
    groups = [(p, table[actions]) for p, table in cell.tables(left)]
    found, scale = [], size * float(cell.common)
    worst = np.stack([_sum(groups, k, "min") for k in range(len(actions))], axis=1)  # [b, a]
    most = np.stack([_sum(groups, k, "max") for k in range(len(actions))], axis=1)
    better = (worst >= -scale) & (most > scale)
    for k in range(len(actions)):
        by: dict[int, Fraction] | None = None
        if better[:, k].any():
            # never by an action that is itself dominated: the relation is transitive, so that one is left to do it
            sure = [b for b in np.flatnonzero(better[:, k]) if not better[:, b].any()]
            first = (sure or np.flatnonzero(better[:, k]).tolist())[0]
            by, margin = {actions[first]: Fraction(1)}, most[first, k]
        elif len(actions) > 2 and not _alone(groups, k, scale):
            by, margin = _mixed(groups, k, actions, scale)
        if by is not None:
            found.append((i, t, actions[k], labelled(inner, i, t, actions[k], by, cell.units(margin))))
    return found


def _sum(groups: Groups, k: int, which: str) -> Array:
    """[b]: Σ_g p_g · (min or max over cells) of table[b] − table[k]."""
    return sum(p * getattr(table - table[k], which)(axis=1) for p, table in groups)  # type: ignore[return-value]


def _alone(groups: Groups, k: int, scale: float) -> bool:
    """Whether the action is the only best reply to some sure play at every profile of types: then nothing is as good."""
    for _, table in groups:
        others = np.delete(table, k, axis=0).max(axis=0)
        if not (table[k] > others + scale).any():
            return False
    return True


def _mixed(
    groups: Groups, k: int, actions: list[int], scale: float
) -> tuple[dict[int, Fraction] | None, Fraction | float]:
    """A mixture never worse than k and better on average over cells, checked in the tables' own field."""
    tables = [rational.floats(table) for _, table in groups]
    chance = np.array([float(p) for p, _ in groups])
    chance /= chance.sum()
    unit = max(float(np.abs(table - table[k]).max()) for table in tables) or 1.0
    programme = Programme()
    m = programme.add_columns(len(actions), upper=1.0)
    s = programme.add_columns(len(groups), lower=-INFINITY)
    programme.put(programme.add_rows(1, lower=1.0, upper=1.0)[:, None], m[None], 1.0)
    programme.put(programme.add_rows(1, lower=0.0)[:, None], s[None], chance[None])
    cost = np.zeros(programme.columns)
    for g, table in enumerate(tables):
        gain = (table - table[k]) / unit
        rows = programme.add_rows(gain.shape[1], lower=0.0)
        programme.put(rows[:, None], m[None], gain.T)
        programme.put(rows, s[g], -1.0)
        cost[m] += chance[g] * gain.mean(axis=1)
    try:
        found = programme.solve(cost, maximise=True)
    except Unsolved:
        return None, 0.0
    if found.x is None or found.value <= TOLERANCE:
        return None, 0.0
    rough = np.maximum(found.x[m], 0)
    rough[k] = 0.0  # without the action itself the rest dominates as well
    if not rough.any():
        return None, 0.0
    for weights in (mixtures.neat(rough / rough.sum()), mixtures.whole(rough)):
        if weights is None:
            continue
        total = sum(weights)
        exact = tables[0] is not groups[0][1]
        blend = [
            (p, (weights if exact else rational.floats(weights)) @ (x.astype(object) if exact else x))
            for p, x in groups
        ]
        whole = total if exact else float(total)
        low = sum(p * (mix - whole * x[k]).min() for (p, mix), (_, x) in zip(blend, groups, strict=True))
        high = sum(p * (mix - whole * x[k]).max() for (p, mix), (_, x) in zip(blend, groups, strict=True))
        if low >= -scale * whole and high > scale * whole:
            margin = Fraction(high) / total if exact else float(high / whole)
            return {actions[b]: Fraction(int(weights[b]), int(total)) for b in np.flatnonzero(weights)}, margin
    return None, 0.0
