"""Dividing a cake between two: the one cuts, the other chooses, and fairness is the goal (Steinhaus 1948, Econometrica 16).

The cake is a row of crumbs 1 … m; cuts fall between crumbs. A type is a measure on the crumbs, v_i(θ_i, piece) its share of
the whole. After k crumbs the cutter who knows nothing of the chooser is sure of

    g(k) = min( v_1(left of k), v_1(right of k) )                       max_k g(k) = ½ where some cut halves

and the chooser, who sees the cut, of max(v_2(left), v_2(right)) ≥ ½. If both may be of the same type no rule gives both
more for sure, since their shares then add up to one. Fairness as what the designer wants: Zhang et al., equation 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics import rational
from ...numerics.rational import Array
from ..institution import Institution
from ..moves import Commit, Move, Speak
from .direct import Direct, certain, valuations
from .settings import Setting, gather

CUTTER, CHOOSER = "cutter", "chooser"


def cake(measures: Sequence[Sequence[Any]] = ((1, 1, 1, 1), (3, 1, 1, 1), (1, 1, 1, 3)), prior: Any = None) -> Setting:
    """Cutter and chooser, each with one of the measures [type][crumb] (scaled to 1), independently, uniform where no prior.

    Decisions: where to cut (after 0 … m crumbs) and who gets the left piece; number 2k gives the cutter the left of cut k,
    2k+1 the right. Staying away is worth ½, the fair share. The designer's payoff is the sum of shares; put `Goal.worst_off()` in
    its place for fairness. Raises InputError.
    """
    table = rational.exact(measures)
    if table.ndim != 2 or not table.size or (table < 0).any() or (table.sum(axis=1) == 0).any():
        raise InputError(where="cake", needed="measures of at least 0, not all 0, [type][crumb]", found=str(measures))
    m = table.shape[1]
    left = np.concatenate([table[:, :1] * 0, np.cumsum(table, axis=1)], axis=1) / table.sum(axis=1, keepdims=True)
    values = [np.stack([side, 1 - side], axis=2).reshape(len(table), -1) for side in (left, 1 - left)]
    types = [" ".join(str(x) for x in row) for row in table]
    decisions = [f"cut after {k}, {who} left" for k in range(m + 1) for who in (CUTTER, CHOOSER)]
    game = gather(values, decisions, [types, types], (CUTTER, CHOOSER), [prior, prior] if prior is not None else None)
    flip = np.arange(2 * (m + 1)) ^ 1
    swapped = np.stack([np.stack([flip ^ 1, flip], axis=1), np.stack([flip, flip ^ 1], axis=1)], axis=1)
    half = rational.exact([rational.fraction("1/2")] * len(table))
    said = f"cake of {m} crumbs, {len(table)} measures each"
    return Setting(game, "cake", said, swapped=swapped, outside=(half, half))


def _cuts(game: Game) -> list[Array]:
    """Per player v[type, cut, decision within the cut]. Raises InputError where decisions are not cuts."""
    tables = [v.reshape(len(v), -1, 2) if v.shape[1] % 2 == 0 else v[:, :0, None] for v in valuations(game)]
    wholes = [t.sum(axis=2) for t in tables]
    if len(tables) != 2 or not wholes[0].size or any((w != w[:, :1]).any() for w in wholes if not w.dtype.kind == "f"):
        raise InputError(
            where="division",
            needed="two players and pairs of decisions that split one whole, as division.cake gives",
            found=repr(game),
        )
    return tables


@dataclass(frozen=True)
class DivideAndChoose(Direct):
    """Divide and choose played for them: the rule cuts where the cutter's report halves best, and takes the better for the chooser.

    Ties: the first cut, and the left piece for the chooser.
    """

    def describe(self) -> str:
        return "divide and choose"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        mine, theirs = _cuts(game)
        cut = mine.min(axis=2).argmax(axis=1)
        likes_right = theirs[:, :, 0] > theirs[:, :, 1]  # what the chooser gets when the cutter gets the left
        choice = 2 * cut[:, None] + np.where(likes_right[:, cut].T, 0, 1)
        return certain(choice, mine.shape[1] * 2, game.payoff), None


@dataclass(frozen=True)
class CutAndChoose(Institution):
    """Divide and choose as it is played: the cutter says where, the chooser hears it and then says which piece.

    The chooser's actions are plans (2^cuts of them), so keep the cake coarse.
    """

    cuts: tuple[str, ...] = field(default=())

    def describe(self) -> str:
        return "one cuts, the other sees the cut and chooses"

    def moves(self, game: Game) -> tuple[Move, ...]:
        count = _cuts(game)[0].shape[1]
        cutter, chooser = game.players[1:]
        cuts = self.cuts or tuple(str(k) for k in range(count))
        follow = rational.zeros((1, count, 2, 2 * count), game.payoff)
        for k in range(count):
            follow[0, k, 0, 2 * k + 1] = follow[0, k, 1, 2 * k] = rational.fraction(1)
        return (
            Speak(chooser, ("left", "right")),
            Speak(cutter, cuts, hearer=chooser),
            Commit(game.players[0], (f"message of {cutter}", f"message of {chooser}"), follow),
        )


def guarantees(game: Game, player: str | int) -> Array:
    """[type, action]: the least that the player gets, whatever the others are (of possible types) and do.

    Its maximum over actions is the max–min value of the type: what it is sure of without knowing anybody.
    """
    i = game.index(player)
    possible = np.broadcast_to((game.prior > 0).reshape(*game.prior.shape, *(1,) * game.n), game.payoff.shape[1:])
    high = game.payoff[i].max()
    table = np.where(possible, game.payoff[i], high)
    return table.min(axis=tuple(axis for axis in range(2 * game.n) if axis not in (i, game.n + i)))
