"""Strict dominance, by mixtures, iterated; in games with types, at each type.

Action a of type θ_i is strictly dominated if some mixture b of the actions left is better whatever the others do:

    Σ_{θ_-i} p(θ_-i | θ_i) · min_{a_-i} [ u_i(θ, b, a_-i) − u_i(θ, a, a_-i) ]  >  margin

(for two players, and for private values, exactly dominance against all strategies; else sufficient for it). What
survives the iteration is, in two-player games, what is rationalisable (Pearce 1984, Econometrica 52, Bernheim 1984).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..game.game import Game
from ..game.lower import average, core, lifted
from ..game.play import Play, marginal
from ..numerics import rational
from ..numerics.linprog import INFINITY, Programme
from ..numerics.rational import Array
from .behaviour import Behaviour, no_argument, register
from .prediction import Plays, Prediction, Span

TOLERANCE = 1e-9  # relative to the range of payoffs, for floating games and for mixtures found by floating programmes


@dataclass(frozen=True)
class Step:
    """One elimination: `action` of `type` of `player` is worse by `margin` than the mixture `by` of actions left."""

    player: str
    type: str
    action: str
    by: dict[str, Fraction]
    margin: Fraction | float


@dataclass(frozen=True, eq=False)
class Survivors:
    """What is left after iterated elimination, and the order that led there."""

    game: Game
    left: tuple[tuple[tuple[int, ...], ...], ...] = field(repr=False)
    """left[player][type]: positions of the actions left, in the game asked about."""
    order: tuple[Step, ...]

    @property
    def unique(self) -> bool:
        return all(len(actions) == 1 for types in self.left for actions in types)

    @property
    def margin(self) -> Fraction | float | None:
        """The smallest margin of a step; None if nothing was eliminated."""
        return min((step.margin for step in self.order), default=None)

    def play(self) -> Play:
        """The only play left, or uniform over what is left."""
        strategies = []
        for i in range(self.game.n):
            strategy = rational.zeros((self.game.type_counts[i], self.game.action_counts[i]), self.game.payoff)
            for t, actions in enumerate(self.left[i]):
                for a in actions:
                    strategy[t, a] = Fraction(1, len(actions))
            strategies.append(strategy)
        return Play.of(self.game, strategies)


class _Cells:
    """One type of one player against everything that the others may know and do."""

    def __init__(self, game: Game, i: int, t: int) -> None:
        others = [j for j in range(game.n) if j != i]
        order = [i, *others, game.n + i, *(game.n + j for j in others)]
        table = np.transpose(game.payoff[i], order)[t]  # [*θ_-i, a_i, *a_-i]
        chance = np.asarray(np.moveaxis(game.prior, i, 0)[t], dtype=game.prior.dtype)  # an array for one player too
        self.scale = chance.sum()
        self.types = [game.type_counts[j] for j in others]
        self.table = [
            (chance[profile] / self.scale, profile, table[profile].reshape(game.action_counts[i], -1))
            for profile in np.ndindex(*self.types)
            if chance[profile] > 0
        ]
        self.others, self.counts = others, [game.action_counts[j] for j in others]

    def groups(self, left: list[list[list[int]]]) -> Iterator[tuple[Fraction | float, Array]]:
        """(probability, [own action, others' remaining actions]) for every possible profile of the others' types."""
        for p, profile, table in self.table:
            kept = np.ix_(*[left[j][t] for j, t in zip(self.others, profile, strict=True)])
            columns = np.arange(table.shape[1]).reshape(self.counts or [1])[kept or (slice(None),)].ravel()
            yield p, table[:, columns]


def iterated(game: Game, *, margin: float | Fraction = 0, widest: bool = False) -> Survivors:
    """Eliminate until nothing is dominated by more than `margin`.

    `widest` eliminates only what is dominated by most, again and again: slower, but the smallest margin of the order
    is as large as it can be made, which is what robustness needs.
    """
    inner = core(game)
    if not inner.action_counts or max(inner.action_counts) == 1:
        return Survivors(game, tuple(tuple((0,) for _ in types) for types in game.types), ())
    left = [[list(range(a)) for _ in range(t)] for a, t in zip(inner.action_counts, inner.type_counts, strict=True)]
    cells = {
        (i, t): _Cells(inner, i, t)
        for i in range(inner.n)
        for t in range(inner.type_counts[i])
        if marginal(inner, i)[t] > 0
    }
    least = margin if inner.is_exact else max(float(margin), TOLERANCE * _range(inner))
    order: list[Step] = []
    while found := _round(inner, cells, left, least):
        if widest:
            best = max(step.margin for _, step in found)
            found = [(at, step) for at, step in found if step.margin == best]
        for (i, t, a), step in found:
            left[i][t].remove(a)
            order.append(step)
    return Survivors(game, _in(game, left), tuple(order))


def _round(inner: Game, cells: dict, left: list, least: float | Fraction) -> list[tuple[tuple[int, int, int], Step]]:
    """All eliminations possible now: by pure strategies if there are any, else the first by a mixture."""
    found = []
    for (i, t), cell in cells.items():
        actions = left[i][t]
        if len(actions) == 1:
            continue
        groups = [(p, table[actions]) for p, table in cell.groups(left)]
        slack = sum(p * _least_gain(table) for p, table in groups)  # [dominator, dominated]
        doomed = [k for k in range(len(actions)) if (slack[:, k] > least).any()]
        for k in doomed:
            safe = [b for b in range(len(actions)) if b not in doomed and slack[b, k] > least]
            b = max(safe, key=lambda b: slack[b, k])
            step = _step(inner, i, t, actions[k], {actions[b]: Fraction(1)}, slack[b, k])
            found.append(((i, t, actions[k]), step))
    if found:
        return found
    for (i, t), cell in cells.items():
        for k in range(len(left[i][t])) if len(left[i][t]) > 2 else ():
            mixed = _mixed(inner, i, t, left[i][t], k, [(p, x[left[i][t]]) for p, x in cell.groups(left)], least)
            if mixed:
                return [((i, t, left[i][t][k]), mixed)]
    return []


def _least_gain(table: Array) -> Array:
    """[b, a]: min over columns of table[b] − table[a]."""
    return np.stack([(table - row).min(axis=1) for row in table], axis=1)


def _mixed(
    inner: Game, i: int, t: int, actions: list[int], k: int, groups: list, least: float | Fraction
) -> Step | None:
    """Dominance of actions[k] by a mixture: maximise Σ p·s_g with s_g ≤ Σ_b m_b·(u(b) − u(a)) in every cell of g."""
    programme = Programme()
    others = [b for b in range(len(actions)) if b != k]
    mixture = programme.add_columns(len(others), upper=1.0)
    slack = programme.add_columns(len(groups), lower=-INFINITY, cost=np.array([float(p) for p, _ in groups]))
    programme.put(programme.add_rows(1, lower=1, upper=1)[:, None], mixture[None], 1.0)
    for g, (_, table) in enumerate(groups):
        gain = rational.floats(table[others] - table[k])
        rows = programme.add_rows(gain.shape[1], lower=0)
        programme.put(rows[:, None], mixture[None], gain.T)
        programme.put(rows, slack[g], -1.0)
    solution = programme.solve(maximise=True)
    if not solution.value > max(float(least), TOLERANCE * _range(inner)):
        return None
    weights = rational.simplest(np.maximum(solution.point()[mixture], 0), 1e-10)
    total = sum(weights)
    by = {b: w / total for b, w in zip(others, weights, strict=True) if w > 0}
    blend = [rational.like(np.array([by[b] for b in by]), groups[0][1]) @ table[list(by)] for _, table in groups]
    margin = sum(p * (mix - table[k]).min() for (p, table), mix in zip(groups, blend, strict=True))
    if not margin > least:
        return None
    return _step(inner, i, t, actions[k], {actions[b]: w for b, w in by.items()}, margin)


def _step(inner: Game, i: int, t: int, a: int, by: dict[int, Fraction], margin: Fraction | float) -> Step:
    labels = inner.actions[i]
    return Step(inner.players[i], inner.types[i][t], labels[a], {labels[b]: w for b, w in by.items()}, margin)


def _range(game: Game) -> float:
    return float(game.payoff.max() - game.payoff.min()) or 1.0


def _in(game: Game, left: list[list[list[int]]]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    chosen = iter(left)
    return tuple(
        tuple(tuple(actions) for actions in next(chosen)) if i in game.active else ((0,),) * game.type_counts[i]
        for i in range(game.n)
    )


@dataclass(frozen=True, eq=False)
class Box(Prediction):
    """Every play of the actions that survive: a box of strategies, whose worst and best plays are corners."""

    name: str
    game: Game
    survivors: Survivors
    how: str
    residual: float = 0.0
    complete: bool = True
    most = 2_000_000  # corners looked at one by one; beyond that the span is a bound, type profile by type profile

    def span(self, goal: Array) -> Span:
        inner = core(self.game)
        if inner is self.game and not self.game.active:
            return Plays(self.name, self.game, (self.survivors.play(),), self.how, 0.0).span(goal)
        weight = inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
        worth = rational.floats(average(self.game, rational.like(goal, self.game.payoff)) * weight)
        slots = {
            (k, t): actions for k, i in enumerate(self.game.active) for t, actions in enumerate(self.survivors.left[i])
        }
        corners = math.prod(map(len, slots.values()))
        profiles = [p for p in np.ndindex(*inner.type_counts) if inner.prior[p] > 0]
        if corners > self.most:
            kept = [worth[p][np.ix_(*[slots[k, t] for k, t in enumerate(p)])] for p in profiles]
            return Span(sum(x.min() for x in kept), sum(x.max() for x in kept), None, corners, 0.0)
        chosen = np.unravel_index(np.arange(corners), [len(a) for a in slots.values()])
        played = {slot: np.array(a)[c] for (slot, a), c in zip(slots.items(), chosen, strict=True)}
        total = sum(worth[p][tuple(played[k, t] for k, t in enumerate(p))] for p in profiles)
        low, high = (self._corner(inner, played, int(k)) for k in (np.argmin(total), np.argmax(total)))
        return Span(float(total.min()), float(total.max()), float(total.mean()), corners, 0.0, low, high)

    def _corner(self, inner: Game, played: dict[tuple[int, int], Array], at: int) -> Play:
        strategies = [np.zeros((inner.type_counts[k], inner.action_counts[k])) for k in range(inner.n)]
        for (k, t), actions in played.items():
            strategies[k][t, actions[at]] = 1.0
        return lifted(self.game, strategies)


class Dominance(Behaviour):
    """Whatever survives iterated strict dominance."""

    name = "dominance"

    def __call__(self, game: Game) -> Box:
        left = iterated(game)
        return Box(self.name, game, left, f"{len(left.order)} eliminations, by mixtures, in rounds")


register("dominance", lambda text: no_argument("dominance", text, Dominance))
