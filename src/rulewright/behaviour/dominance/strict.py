"""Strict dominance, by mixtures, iterated; in games with types, at each type.

Action a of type θ_i is strictly dominated if some mixture b of the actions left is better whatever the others do:

    Σ_{θ_-i} p(θ_-i | θ_i) · min_{a_-i} [ u_i(θ, b, a_-i) − u_i(θ, a, a_-i) ]  >  margin

(for two players, and for private values, exactly dominance against all strategies; else sufficient for it). What
survives the iteration is, in two-player games, what is rationalisable (Pearce 1984, Econometrica 52, Bernheim 1984); with more,
what is correlated rationalisable. An action that is a best reply to some sure play of the others, or to some belief tried, is not
dominated; a programme is solved only for the others, and first it is tried whether the last mixture, moved along, serves again.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ...game.game import Game
from ...game.lower import core
from ...numerics import rational
from ...numerics.rational import Array
from . import mixtures
from .mixtures import Groups
from .survivors import TOLERANCE, Cells, Left, Step, Survivors, cells_of, labelled, placed, ranges

BELIEFS = 64  # random ones, about the others' actions, that a dominated action must be worse against
ROUNDING = 1e-12  # of payoffs: what an action must be worse by, lest it is rounding


def iterated(
    game: Game,
    *,
    margin: float | Fraction = 0,
    widest: bool = False,
    known: bool = False,
    patience: int | None = None,
) -> Survivors:
    """Eliminate until nothing is dominated by more than `margin` (payoff units).

    `widest` eliminates only what is dominated by most, again and again: slower, but the smallest margin of the order
    is as large as it can be made, which is what robustness needs. `known` asks that an action be worse at every profile of the
    others' types, not on average: what no correlated equilibrium plays, whatever its messages tell. `patience` ends the search
    for mixtures when so many programmes in a row have found none.
    """
    inner = core(game)
    if not inner.action_counts or max(inner.action_counts) == 1:
        return Survivors(game, tuple(tuple((0,) for _ in types) for types in game.types), ())
    least = [margin if inner.is_exact else max(float(margin), TOLERANCE * unit) for unit in ranges(inner)]
    return _Search(inner, cells_of(inner, known=known), least, widest, patience).run(game)


class _Search:
    def __init__(
        self,
        inner: Game,
        cells: dict[tuple[int, int], Cells],
        least: Sequence[float | Fraction],
        widest: bool,
        patience: int | None,
    ) -> None:
        self.inner, self.cells, self.least, self.widest, self.patience = inner, cells, least, widest, patience
        self.left: Left = [
            [list(range(a)) for _ in range(t)] for a, t in zip(inner.action_counts, inner.type_counts, strict=True)
        ]
        self.order: list[Step] = []
        self.guess: tuple[int, Array] | None = None
        """The last mixture: the position of what it dominated among the actions then left, and its whole weights."""
        self.misses = 0
        self.failed: dict[tuple[int, int, int], object] = {}
        """(player, type, action): the others' actions against which no mixture was found."""

    def run(self, game: Game) -> Survivors:
        while self._by_pure() or self._by_mixtures():
            pass
        return Survivors(game, placed(game, self.left), tuple(self.order))

    def _remove(self, i: int, t: int, a: int, step: Step) -> None:
        self.left[i][t].remove(a)
        self.order.append(step)

    def _groups(self, i: int, t: int) -> Groups:
        actions = self.left[i][t]
        return [(p, table[actions]) for p, table in self.cells[i, t].tables(self.left)]

    def _seen(self, i: int, t: int) -> object:
        """What the others have left, and the own actions: nothing need be compared twice against the same."""
        return tuple(map(tuple, (a for j in range(self.inner.n) for a in self.left[j] if j != i))), tuple(
            self.left[i][t]
        )

    def _by_pure(self) -> bool:
        """All eliminations possible now by pure strategies; if `widest`, those with the largest margin."""
        found = []
        for (i, t), cell in self.cells.items():
            actions, token = self.left[i][t], self._seen(i, t)
            if len(actions) == 1 or cell.token == token:
                continue
            groups = self._groups(i, t)
            open_ = candidates(groups)
            slack = np.sum([p * _least_gain(table, open_) for p, table in groups], axis=0)  # [dominator, candidate]
            least: Any = self.least[i] * cell.common
            doomed = [at for at in range(len(open_)) if (slack[:, at] > least).any()]
            names = {int(open_[at]) for at in doomed}
            for at in doomed:
                safe = [b for b in range(len(actions)) if b not in names and slack[b, at] > least]
                b = max(safe, key=lambda b: slack[b, at])
                a = actions[open_[at]]
                worse = cell.units(slack[b, at])
                found.append((i, t, a, labelled(self.inner, i, t, a, {actions[b]: Fraction(1)}, worse)))
            if not doomed:
                cell.token = token
        most = max((step.margin for *_, step in found), default=None)
        for i, t, a, step in found:
            if not self.widest or step.margin == most:
                self._remove(i, t, a, step)
        return bool(found)

    def _by_mixtures(self) -> bool:
        """Eliminations by mixtures: one if `widest`, else what each type's candidates allow, one after the other."""
        some = False
        for (i, t), cell in self.cells.items():
            if len(self.left[i][t]) <= 2 or self._tired():
                continue
            others = self._seen(i, t)[0]  # type: ignore[index]
            groups = self._groups(i, t)
            least = self.least[i] * cell.common
            open_ = candidates(groups)
            if len(open_) > 1:
                open_ = replied(groups, open_, least)
            for a in [self.left[i][t][k] for k in open_]:
                if len(self.left[i][t]) <= 2 or self._tired() or self.failed.get((i, t, a)) == others:
                    continue
                step = self._mixed(i, t, a, groups, cell, least)
                if step is None:
                    self.failed[i, t, a] = others
                    continue
                k = self.left[i][t].index(a)
                groups = [(p, np.delete(table, k, axis=0)) for p, table in groups]
                self._remove(i, t, a, step)
                some = True
                if self.widest:
                    return True
        return some

    def _tired(self) -> bool:
        return self.patience is not None and self.misses >= self.patience

    def _mixed(self, i: int, t: int, a: int, groups: Groups, cell: Cells, least: float | Fraction | int) -> Step | None:
        actions = self.left[i][t]
        k = actions.index(a)
        found = None if self.widest else self._moved(groups, k, least)
        if found is None:
            weights = mixtures.mixture(groups, k)
            found = None if weights is None else _proved(groups, k, weights, least)
            self.misses = 0 if found is not None else self.misses + 1
        if found is None:
            return None
        weights, margin = found
        self.guess = (k, weights)
        total = sum(weights)
        by = {actions[b]: Fraction(weights[b], total) for b in np.flatnonzero(weights)}
        return labelled(self.inner, i, t, a, by, cell.units(margin))

    def _moved(self, groups: Groups, k: int, least: float | Fraction | int) -> tuple[Array, Fraction | float] | None:
        """The last mixture as it is, or moved by as many places as the dominated action is: grids dominate alike."""
        if self.guess is None:
            return None
        at, old = self.guess
        count = len(groups[0][1])
        weights = np.zeros(count, dtype=object)
        source = np.flatnonzero(old)
        for b, w in zip(np.clip(source + (k - at), 0, count - 1), old[source], strict=True):
            weights[b] += w
        if not any(weights) or weights[k]:
            return None
        rough = rational.floats(weights)
        rough /= rough.sum()
        if not float(mixtures.margin([(float(p), rational.floats(x)) for p, x in groups], k, rough)) > float(least):
            return None
        return _certain(groups, k, weights, least)


def _certain(
    groups: Groups, k: int, weights: Array, least: float | Fraction | int
) -> tuple[Array, Fraction | float] | None:
    """(weights, margin without rounding) if it is larger than `least`."""
    exact = groups[0][1].dtype != np.float64
    if exact and not all(mixtures.fits(table) for _, table in groups):
        groups = [(p, table.astype(object)) for p, table in groups]
    margin = mixtures.margin(groups, k, weights if exact else rational.floats(weights))
    return (weights, margin) if margin > least else None


def _proved(
    groups: Groups, k: int, rough: Array, least: float | Fraction | int
) -> tuple[Array, Fraction | float] | None:
    """Simple weights if these lose nothing that counts, else the weights over 2^60."""
    full = _certain(groups, k, mixtures.whole(rough), least)
    simple = mixtures.neat(rough)
    neat = None if simple is None else _certain(groups, k, simple, least)
    if full is None or neat is None:
        return full or neat
    return neat if float(neat[1]) >= (1 - 1e-6) * float(full[1]) else full


def candidates(groups: Groups) -> Array:
    """Positions of actions that may be dominated: in some group, no best reply to any sure play of the others."""
    open_ = np.zeros(len(groups[0][1]), dtype=bool)
    for _, table in groups:
        open_ |= ~(table == table.max(axis=0)).any(axis=1)
    return np.flatnonzero(open_)


def replied(groups: Groups, open_: Array, least: float | Fraction | int) -> Array:
    """Those of the candidates that are worse, by more than `least`, than some action against each of some random beliefs."""
    generator = np.random.default_rng(0)
    worth = np.zeros((len(groups[0][1]), BELIEFS))
    for p, table in groups:
        belief = np.zeros((table.shape[1], BELIEFS))
        few = generator.integers(0, table.shape[1], (3, BELIEFS))
        share = generator.random((3, BELIEFS))
        share[2, ::2] = 0  # half of them on two cells only
        np.add.at(belief, (few, np.arange(BELIEFS)), share)
        belief[:, -1] = 1.0
        worth = worth + float(p) * (table.astype(float) @ (belief / belief.sum(axis=0)))
    worse = worth.max(axis=0) - worth[open_]
    slack = float(least) + ROUNDING * float(np.abs(worth).max())
    return open_[(worse > slack).all(axis=1)]


def _least_gain(table: Array, open_: Array) -> Array:
    """[b, candidate]: min over columns of table[b] − table[candidate]."""
    if not len(open_):
        return np.zeros((len(table), 0), dtype=table.dtype)
    return np.stack([(table - table[a]).min(axis=1) for a in open_], axis=1)
