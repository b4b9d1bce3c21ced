"""Any game without types, played a number of rounds, under any institution: what the induced game is, players are told in words.

Base payoffs and the rule's money are kept apart; the goal is read in the base game.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...institution.institution import Institution
from ...institution.words import sentence
from ...numerics.rational import Array, decimal
from ..stage import Settled
from ..view import Answer, Choice, View

MOST = 64
"""Cells of a payoff table that are told in words; beyond that, only the player's own action and ranges."""


@dataclass(frozen=True)
class Table:
    """What was played so far."""

    round: int = 1
    past: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Repeated:
    """`rounds` plays of a game without private types, everybody seeing what everybody did."""

    game: Game
    rounds: int = 1
    institution: Institution | None = None
    goal: Array | None = None
    """[*actions] of the base game; the sum of base payoffs if left out."""
    name: str = "game"
    players: tuple[str, ...] = field(init=False)
    induced: Game = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if any(len(types) > 1 for types in self.game.types):
            raise InputError(where=self.name, needed="a game without private types", found="types")
        if self.rounds < 1:
            raise InputError(where=self.name, needed="at least one round", found=str(self.rounds))
        induced = self.game if self.institution is None else self.institution(self.game)
        if induced.actions != self.game.actions:
            raise InputError(
                where=self.name, needed="an institution that leaves the actions as they are", found="other actions"
            )
        object.__setattr__(self, "players", self.game.players)
        object.__setattr__(self, "induced", induced)

    @property
    def wanted(self) -> Array:
        """[*actions], floats: what people get."""
        return np.asarray(self._table(self.game.payoff).sum(0) if self.goal is None else self.goal, float)

    @property
    def best(self) -> float:
        return float(self.wanted.max()) * self.rounds

    def _table(self, values: Array) -> Array:
        """[player, *actions]."""
        return values.reshape((len(self.game.players), *(len(labels) for labels in self.game.actions)))

    def start(self, seed: int) -> Table:
        return Table()

    def asked(self, state: Table) -> Mapping[str, View]:
        return {player: self._view(player, state) for player in self.players}

    def _view(self, player: str, state: Table) -> View:
        i = self.players.index(player)
        last = "" if not state.past else "Last round: " + self._said(state.past[-1]) + "."
        choice = Choice("action", "what you do this round", self.game.actions[i], default=self.game.actions[i][0])
        numbers: dict[str, Any] = {
            "payoff": np.asarray(self._table(self.induced.payoff), float),
            "past": state.past,
            "index": i,
            "rounds": self.rounds,
        }
        return View(player, state.round, self._rules(i), last, (choice,), numbers)

    def _said(self, cell: tuple[int, ...]) -> str:
        return ", ".join(f"{p}: {self.game.actions[k][cell[k]]}" for k, p in enumerate(self.players))

    def _rules(self, i: int) -> str:
        table = self._table(self.induced.payoff)[i]
        lines = [f"You are {self.players[i]}. All choose at the same time, {self.rounds} round(s) in all."]
        if self.institution is not None:
            lines.append(f"The rule: {sentence(self.institution, self.game)}.")
        if table.size <= MOST:
            cells = itertools.product(*(range(n) for n in table.shape))
            lines += ["What you are paid, the rule included:"]
            lines += [f"  {self._said(cell)} → {decimal(table[cell], 6)}" for cell in cells]
        return "\n".join(lines)

    def settle(self, state: Table, answers: Mapping[str, Answer]) -> Settled:
        cell = tuple(self.game.actions[k].index(answers[p]["action"]) for k, p in enumerate(self.players))
        base, after = self._table(self.game.payoff), self._table(self.induced.payoff)
        payoffs = {p: float(base[(k, *cell)]) for k, p in enumerate(self.players)}
        moved = {p: float(after[(k, *cell)]) - payoffs[p] for k, p in enumerate(self.players)}
        over = state.round >= self.rounds
        nxt = Table(state.round + 1, (*state.past, cell))
        return Settled(nxt, payoffs, moved, float(self.wanted[cell]), over=over)
