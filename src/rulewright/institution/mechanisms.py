"""Mechanisms: players report, the rule decides and pays. Three words: speak, pay, commit.

A direct mechanism asks for types. What it satisfies (truthful, voluntary, balanced, …) is not typed in but proved on the
game that it induces (`rulewright.prove`), or refuted with a counterexample.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.play import Play
from ..numerics import rational
from .institution import Institution
from .moves import Commit, Move, Pay, Speak

Reports = dict[str, str]
Decide = Callable[[Reports], str | Mapping[str, Any]]
Charge = Callable[[Reports, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Mechanism(Institution):
    """Ask, decide, pay.

    `decide(reports)` is a decision of the designer, or {decision: probability}; `pay(reports, decision)` is
    {player: amount}, negative for charges. `ask` gives the messages of each player; left out, everybody with types
    is asked for its type.
    """

    name: str
    decide: Decide
    pay: Charge = field(default=lambda reports, decision: {})
    ask: Mapping[str, tuple[str, ...]] | None = None

    def describe(self) -> str:
        return self.name

    def asked(self, game: Game) -> dict[str, tuple[str, ...]]:
        if self.ask is not None:
            return {game.players[game.index(p)]: tuple(m) for p, m in self.ask.items()}
        return {game.players[i]: game.types[i] for i in game.strategic if game.type_counts[i] > 1}

    def moves(self, game: Game) -> tuple[Move, ...]:
        if not game.designer:
            raise InputError(where=f"mechanism {self.name}", needed="a designer who decides", found=repr(game))
        asked, decisions = self.asked(game), game.actions[0]
        shape = tuple(map(len, asked.values()))
        strategy = np.full((*shape, len(decisions)), Fraction(0), dtype=object)
        amounts = {p: np.full((*shape, len(decisions)), Fraction(0), dtype=object) for p in game.players[1:]}
        for at, reports in self._reports(asked):
            decided = self.decide(dict(reports))
            for label, p in ({decided: 1} if isinstance(decided, str) else decided).items():
                strategy[(*at, self._decision(label, decisions))] += rational.fraction(p)
            for d, label in enumerate(decisions):
                for player, amount in self.pay(dict(reports), label).items():
                    amounts[player][(*at, d)] += rational.fraction(amount)
        heard = tuple(f"message of {player}" for player in asked)
        speak = [Speak(player, messages) for player, messages in asked.items()]
        on = (*heard, f"action of {game.players[0]}")
        pay = [Pay(player, on, table) for player, table in amounts.items() if (table != 0).any()]
        everywhere = np.broadcast_to(strategy, (game.type_counts[0], *strategy.shape))
        return (*speak, *pay, Commit(game.players[0], heard, everywhere))

    def _reports(self, asked: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[tuple[int, ...], Reports]]:
        for cell in itertools.product(*(enumerate(messages) for messages in asked.values())):
            yield tuple(k for k, _ in cell), dict(zip(asked, (m for _, m in cell), strict=True))

    def _decision(self, label: str, decisions: tuple[str, ...]) -> int:
        if label not in decisions:
            raise InputError(
                where=f"mechanism {self.name}", needed=f"decisions among {', '.join(decisions)}", found=repr(label)
            )
        return decisions.index(label)

    def truth(self, induced: Game) -> Play:
        """The play of the induced game in which everybody reports its type (players with one action of their own)."""
        choices: list[Any] = []
        for i in range(induced.n):
            says = [f"say {t}" for t in induced.types[i]]
            choices.append(says if set(says) <= set(induced.actions[i]) else induced.actions[i][0])
        return Play.pure(induced, choices)
