"""Institutions for goods, as sentences of the seven words: who contributes, who rides free, how much is drawn.

Payments among players balance: what one is given, all bear in equal parts, itself included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...institution.institution import NOTHING, Institution
from ...institution.moves import Move, Pay, Permit
from ...numerics import given, rational

NONE = "none"


def _shared(game: Game, amounts: Callable[[str], Fraction]) -> tuple[Move, ...]:
    """Everybody is paid `amounts(own action)`, and all bear it in equal parts."""
    moves: list[Move] = []
    for i in game.players[1:] if game.designer else game.players:
        signal = game.signal(f"action of {i}")
        own = np.array([amounts(y) for y in signal.outcomes], dtype=object)
        others = [j for j in game.players if j != i]
        part = own / Fraction(game.n)
        moves.append(Pay(i, (signal.name,), own - part))
        moves += [Pay(j, (signal.name,), -part) for j in others]
    return tuple(moves)


@dataclass(frozen=True)
class Subsidy(Institution):
    """So much to whoever takes the action, borne by all."""

    action: str
    amount: Any

    def moves(self, game: Game) -> tuple[Move, ...]:
        worth = given.number(self.amount, "subsidy")
        return _shared(game, lambda y: worth if y == self.action else Fraction(0))

    def describe(self) -> str:
        return f"everybody who plays {self.action} is given {rational.decimal(self.amount)}, borne by all alike"


@dataclass(frozen=True)
class Tax(Institution):
    """So much per unit of a numeric action, handed back to all alike (Pigou 1920)."""

    rate: Any

    def moves(self, game: Game) -> tuple[Move, ...]:
        rate = given.number(self.rate, "tax")
        return _shared(game, lambda y: -rate * rational.fraction(y))

    def describe(self) -> str:
        return f"{rational.decimal(self.rate)} for each unit that is drawn, handed back to all alike"


@dataclass(frozen=True)
class Assurance(Institution):
    """Who contributes is given `amount` if fewer than `enough` do, by the rule-maker: a promise that costs nothing where it works.

    After the provision point with refunds (Bagnoli & Lipman 1989, Rev. Econ. Stud. 56).
    """

    action: str
    enough: int
    amount: Any

    def moves(self, game: Game) -> tuple[Move, ...]:
        names = tuple(f"action of {i}" for i in game.players)
        takes = [np.array([y == self.action for y in game.signal(name).outcomes]) for name in names]
        who = np.meshgrid(*takes, indexing="ij")
        few = np.sum(who, axis=0) < self.enough
        worth = np.array(given.number(self.amount, "assurance"), dtype=object)
        return tuple(
            Pay(i, names, np.where(few & mine, worth, np.array(Fraction(0), dtype=object)))
            for i, mine in zip(game.players, who, strict=True)
        )

    def describe(self) -> str:
        return f"who plays {self.action} is given {rational.decimal(self.amount)} if fewer than {self.enough} do"


@dataclass(frozen=True)
class Quota(Institution):
    """Nobody may draw more than `most`: actions above it do not exist."""

    most: int

    def moves(self, game: Game) -> tuple[Move, ...]:
        found = []
        for i, actions in zip(game.players, game.actions, strict=True):
            allowed = tuple(y for y in actions if rational.fraction(y) <= self.most)
            if not allowed:
                raise InputError(where="quota", needed="an action that it leaves", found=str(self.most))
            found.append(Permit(i, allowed))
        return tuple(found)

    def describe(self) -> str:
        return f"nobody draws more than {self.most}"


def institution(name: str, action: str, strength: Fraction, players: int) -> Institution:
    """An institution for a good by its name. Raises InputError naming those there are."""
    made: dict[str, Callable[[], Institution]] = {
        NONE: lambda: NOTHING,
        "subsidy": lambda: Subsidy(action, strength),
        "assurance": lambda: Assurance(action, players, strength),
    }
    if name not in made:
        raise InputError(where="institution", needed=f"one of {', '.join(made)}", found=repr(name))
    return made[name]()
