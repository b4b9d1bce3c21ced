"""A direct mechanism as arrays: everybody reports its type r_i, the rule decides and pays.

    P(d | r)   strategy[*reports, decision]          t_i(r)   amounts[player, *reports]

Said in words: `speak` for whoever has more than one type, `pay` on the messages, `commit` on the messages. Rules here read
*private values* v_i(θ_i, d) from the game's payoffs, and act on arrays over all report profiles at once.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.play import Play
from ...numerics import rational
from ...numerics.rational import Array
from ..institution import Institution
from ..mechanisms import Mechanism
from ..moves import Commit, Move, Pay, Speak


class Direct(Institution):
    """A rule that maps reported types to decisions of the designer and to payments."""

    @abstractmethod
    def rule(self, game: Game) -> tuple[Array, Array | None]:
        """(strategy[*reports, decision], amounts[player, *reports] or None).

        Reports have one axis for each player after the designer (length 1 where it has one type); `player` counts them
        in the same order. Rows of the strategy sum to one.
        """

    def moves(self, game: Game) -> tuple[Move, ...]:
        speak = [Speak(game.players[i], game.types[i]) for i in asked(game)]
        return (*speak, *self.as_told(game, {i: f"message of {game.players[i]}" for i in asked(game)}))

    def as_told(self, game: Game, signals: dict[int, str]) -> tuple[Move, ...]:
        """`pay` and `commit` with player i's report read off signals[i], for every player that is asked."""
        strategy, amounts = self.rule(game)
        heard = tuple(signals[i] for i in asked(game))
        told = tuple(game.type_counts[i] for i in asked(game))
        pay = [] if amounts is None else [row.reshape(told) for row in amounts]
        paid = [Pay(game.players[1 + k], heard, row) for k, row in enumerate(pay) if (row != 0).any()]
        everywhere = np.broadcast_to(strategy.reshape(*told, -1), (game.type_counts[0], *told, strategy.shape[-1]))
        return (*paid, Commit(game.players[0], heard, everywhere))

    def truth(self, induced: Game) -> Play:
        """The play of the induced game in which everybody reports its type."""
        return Play.pure(
            induced,
            [
                range(induced.type_counts[i]) if induced.action_counts[i] > 1 else [0] * induced.type_counts[i]
                for i in range(induced.n)
            ],
        )


@dataclass(frozen=True)
class Tabled(Direct):
    """A `Mechanism` that asks for types, as arrays; payments that depend on the decision are averaged over it."""

    mechanism: Mechanism

    def describe(self) -> str:
        return self.mechanism.describe()

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        wanted = {game.players[i]: game.types[i] for i in asked(game)}
        if self.mechanism.asked(game) != wanted:
            raise InputError(
                where=f"mechanism {self.mechanism.name}", needed="that it asks for types", found="other messages"
            )
        moves = self.mechanism.moves(game)
        shape, decisions = report_shape(game), game.action_counts[0]
        strategy = next(m.strategy[0] for m in moves if isinstance(m, Commit)).reshape(*shape, decisions)
        amounts = rational.zeros((len(shape), *shape), strategy)
        for move in moves:
            if isinstance(move, Pay):
                amounts[game.index(move.to) - 1] += (move.amounts.reshape(strategy.shape) * strategy).sum(axis=-1)
        return strategy, amounts


def asked(game: Game) -> tuple[int, ...]:
    """Players with something to report: more than one type."""
    return tuple(i for i in game.strategic if game.type_counts[i] > 1)


def valuations(game: Game) -> tuple[Array, ...]:
    """Per player after the designer, v_i[type, decision].

    Raises InputError unless player 0 is a designer without types, nobody else acts, and what a player gets does not depend
    on the others' types.
    """
    if not game.designer or game.type_counts[0] > 1 or max(game.action_counts[1:], default=1) > 1:
        raise InputError(
            where="mechanism",
            needed="a designer without private knowledge who decides, and players who only report",
            found=repr(game),
            remedy="Generators of such games are in rulewright.institution.classical.settings.",
        )
    found = []
    for i in game.strategic:
        table = game.payoff[i].reshape(*game.type_counts[1:], game.action_counts[0])
        own = np.moveaxis(table, i - 1, 0).reshape(game.type_counts[i], -1, game.action_counts[0])
        if (own != own[:, :1]).any():
            raise InputError(
                where=f"payoff of {game.players[i]}",
                needed="private values: what it gets does not depend on the types of others",
                found="a payoff that does",
            )
        found.append(own[:, 0])
    return tuple(found)


def along(values: Array, axis: int, axes: int) -> Array:
    """v[type, …] with its type on `axis` of `axes` report axes, the others of length 1, trailing axes kept."""
    return values.reshape((1,) * axis + values.shape[:1] + (1,) * (axes - axis - 1) + values.shape[1:])


def welfare(values: Sequence[Array], but: int | None = None) -> Array:
    """[*reports, decision]: Σ_i v_i(r_i, d), without player `but`."""
    rows = [along(v, k, len(values)) for k, v in enumerate(values) if k != but]
    shape = tuple(len(v) for v in values) + values[0].shape[1:]
    return sum(rows, rational.zeros(shape, values[0]))


def certain(choice: Array, decisions: int, field: Array) -> Array:
    """strategy[*reports, decision] that takes choice[*reports] with certainty, in the field of `field`."""
    strategy = rational.zeros((choice.size, decisions), field)
    strategy[np.arange(choice.size), choice.ravel()] = Fraction(1)
    return strategy.reshape(*choice.shape, decisions)


def taken(table: Array, choice: Array) -> Array:
    """table[*reports, choice[*reports]]."""
    return np.take_along_axis(table, choice[..., None], axis=-1)[..., 0]


def report_shape(game: Game) -> tuple[int, ...]:
    return game.type_counts[1:]


def profiles(game: Game) -> Any:
    """Every profile of reports, as positions on the report axes."""
    return np.ndindex(*report_shape(game))
