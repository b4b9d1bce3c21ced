"""Contracts: payments promised for what can be observed. One word: pay.

Contract("agent", on="result", amounts={"success": 5/3})       a bonus
Contract("writer", on="action of writer", rate=0.2)            so much per unit
Promise({"writer": "1", "reviewer": "1"}, 0.07)                if all do as they should
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import given, rational
from .institution import Institution
from .moves import Move, Pay


@dataclass(frozen=True)
class Contract(Institution):
    """Pay `to` an amount per outcome of a signal (0 where none is given), or a rate per unit of a numeric outcome."""

    to: str
    on: str
    amounts: Mapping[str, Any] | None = None
    rate: Any = None

    def moves(self, game: Game) -> tuple[Move, ...]:
        outcomes = game.signal(self.on).outcomes
        if (self.amounts is None) == (self.rate is None):
            raise InputError(
                where=f"contract with {self.to}", needed="either amounts or a rate", found="both or neither"
            )
        if self.amounts is not None:
            unknown = [y for y in self.amounts if y not in outcomes]
            if unknown:
                raise InputError(
                    where=f"contract with {self.to}", needed=f"outcomes among {', '.join(outcomes)}", found=unknown[0]
                )
            table = [given.number(self.amounts.get(y, 0), f"contract with {self.to}") for y in outcomes]
        else:
            rate = given.number(self.rate, f"contract with {self.to}")
            try:
                table = [rate * rational.fraction(y) for y in outcomes]
            except ValueError:
                raise InputError(
                    where=f"contract with {self.to}",
                    needed=f"numbers as outcomes of {self.on}",
                    found=", ".join(outcomes),
                ) from None
        return (Pay(self.to, (self.on,), np.array(table, dtype=object)),)

    def describe(self) -> str:
        if self.rate is not None:
            return f"pay {self.to} {rational.decimal(self.rate)} × {self.on}"
        said = ", ".join(f"{rational.decimal(t)} if {y}" for y, t in (self.amounts or {}).items())
        return f"pay {self.to} on {self.on}: {said}"


@dataclass(frozen=True)
class Promise(Institution):
    """Pay everybody named in `profile` the same amount if all of them play their part, and nothing else."""

    profile: Mapping[str, str]
    amount: Any

    def moves(self, game: Game) -> tuple[Move, ...]:
        on = tuple(f"action of {player}" for player in self.profile)
        table = np.zeros([len(game.signal(name).outcomes) for name in on], dtype=object) + rational.fraction(0)
        for cell in itertools.product(*(enumerate(game.signal(name).outcomes) for name in on)):
            if all(label == wanted for (_, label), wanted in zip(cell, self.profile.values(), strict=True)):
                table[tuple(k for k, _ in cell)] = given.number(self.amount, "promise")
        if not (table != 0).any() and self.amount:
            raise InputError(where="promise", needed="actions that exist", found=str(dict(self.profile)))
        return tuple(Pay(player, on, table) for player in self.profile)

    def describe(self) -> str:
        said = ", ".join(f"{player} plays {action}" for player, action in self.profile.items())
        return f"promise {rational.decimal(self.amount)} to each if {said}"
