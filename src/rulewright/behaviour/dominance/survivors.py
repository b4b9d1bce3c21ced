"""What iterated elimination leaves, the order that led there, and the tables that it compares."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...game.game import Game
from ...game.play import Play
from ...numerics import rational
from ...numerics.rational import Array

TOLERANCE = 1e-9  # relative to the range of a player's payoffs, for floating games and for mixtures found by floating programmes

Left = list[list[list[int]]]
"""[player][type]: positions of the actions left in the core game."""


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


class Cells:
    """One type of one player against everything that the others may know and do.

    Tables are in the fastest field that is right: floats; int64 over a common denominator; or Fractions. `denominator`
    turns a sum over groups of (weight × table entry) back into payoff units.
    """

    def __init__(self, game: Game, payoff: Array, common: int, i: int, t: int, *, known: bool) -> None:
        others = [j for j in range(game.n) if j != i]
        order = [i, *others, game.n + i, *(game.n + j for j in others)]
        table = np.transpose(payoff, order)[t]  # [*θ_-i, a_i, *a_-i]
        chance = np.asarray(np.moveaxis(game.prior, i, 0)[t], dtype=game.prior.dtype)  # an array for one player too
        profiles = [p for p in np.ndindex(*(game.type_counts[j] for j in others)) if chance[p] > 0]
        given = [chance[p] / chance.sum() for p in profiles]
        self.common: int | float = common
        if known:  # the others' types are known: being worse is asked for at each
            given = [1] * len(profiles)
        elif payoff.dtype == np.int64:
            scale = math.lcm(*(p.denominator for p in given))
            given = [int(p * scale) for p in given]
            self.common = common * scale
            if scale >= 2**20:  # products would not fit
                table = table.astype(object)
        self.known, self.others = known, others
        self.groups = [(w, p, table[p]) for w, p in zip(given, profiles, strict=True)]
        self.own = np.arange(game.action_counts[i])
        self.token: object = None

    def tables(self, left: Left) -> list[tuple[Fraction | float | int, Array]]:
        """(weight, [own action, others' remaining actions]) for every possible profile of the others' types."""
        found = []
        for weight, profile, table in self.groups:
            kept = [np.array(left[j][t]) for j, t in zip(self.others, profile, strict=True)]
            found.append((weight, table[np.ix_(self.own, *kept)].reshape(len(self.own), -1)))
        return [(1, np.concatenate([table for _, table in found], axis=1))] if self.known else found

    def units(self, margin: Fraction | float | int) -> Fraction | float:
        """A margin in payoff units."""
        if isinstance(margin, float):
            return float(margin)
        return (margin if isinstance(margin, Fraction) else Fraction(int(margin))) / self.common


def cells_of(game: Game, *, known: bool = False) -> dict[tuple[int, int], Cells]:
    """Of every type that is possible, {(player, type): cells}."""
    found = {}
    for i in range(game.n):
        payoff, common = whole(game.payoff[i])
        marginal = game.prior.sum(axis=tuple(j for j in range(game.n) if j != i))
        for t in range(game.type_counts[i]):
            if marginal[t] > 0:
                found[i, t] = Cells(game, payoff, common, i, t, known=known)
    return found


def whole(table: Array) -> tuple[Array, int]:
    """(the table as int64 over a common denominator, that denominator); as it is, over 1, where floating or too large."""
    if not rational.is_exact(table):
        return table, 1
    scaled = rational.comparable(table, terms=2**20)
    if scaled.dtype != np.int64:
        return table, 1
    at = np.unravel_index(np.abs(scaled).argmax(), scaled.shape)
    return scaled, int(Fraction(int(scaled[at])) / table[at]) if table[at] else 1


def ranges(game: Game) -> list[float]:
    """[player]: the range of its payoffs; 1 where all are the same. One player's units are not another's."""
    if game.is_exact:
        return [float(table.max() - table.min()) or 1.0 for table in game.payoff]
    found = [rational.spread(table) for table in game.payoff]
    return [
        span.item() if span > least else max(1.0, float(np.abs(t).max()))
        for (span, least), t in zip(found, game.payoff, strict=True)
    ]


def labelled(game: Game, i: int, t: int, a: int, by: dict[int, Fraction], margin: Fraction | float) -> Step:
    names = game.actions[i]
    return Step(game.players[i], game.types[i][t], names[a], {names[b]: w for b, w in by.items()}, margin)


def placed(game: Game, left: Left) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """[player][type] in the game asked about, furniture included, from what is left in its core."""
    chosen = iter(left)
    return tuple(
        tuple(tuple(actions) for actions in next(chosen)) if i in game.active else ((0,),) * game.type_counts[i]
        for i in range(game.n)
    )
