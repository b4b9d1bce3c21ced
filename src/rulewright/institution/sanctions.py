"""Sanctions: fines on acts that can be seen, and audits that make them visible (Becker 1968, J. Polit. Econ. 76).

A fine on an act is a payment below zero. An audit is a decision of the rule-maker, taken with a probability that it commits
to, after which a monitor may raise a flag; the fine is on the flag, so that the innocent can be hit as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from .institution import Institution
from .moves import Commit, Move, Pay


@dataclass(frozen=True)
class Sanction(Institution):
    """Fine a player for outcomes of a signal, by default for its own actions; fines are given as positive amounts."""

    player: str
    fines: Mapping[str, Any]
    on: str | None = None

    def moves(self, game: Game) -> tuple[Move, ...]:
        signal = game.signal(self.on or f"action of {self.player}")
        unknown = [y for y in self.fines if y not in signal.outcomes]
        if unknown or any(rational.fraction(f) < 0 for f in self.fines.values()):
            raise InputError(
                where=f"sanction of {self.player}",
                needed=f"fines of at least 0 for some of {', '.join(signal.outcomes)}",
                found=str(dict(self.fines)),
            )
        amounts = np.array([-rational.fraction(self.fines.get(y, 0)) for y in signal.outcomes], dtype=object)
        return (Pay(self.player, (signal.name,), amounts),)

    def describe(self) -> str:
        said = ", ".join(f"{rational.decimal(f)} for {y}" for y, f in self.fines.items())
        return f"fine {self.player} {said}" + (f" ({self.on})" if self.on else "")


@dataclass(frozen=True)
class Audit(Institution):
    """The designer takes `decision` with `probability` (else `otherwise`); fines follow what the monitor then shows."""

    decision: str
    otherwise: str
    probability: Any
    sanctions: tuple[Sanction, ...]

    def moves(self, game: Game) -> tuple[Move, ...]:
        chance = rational.fraction(self.probability)
        if not game.designer or not 0 <= chance <= 1:
            raise InputError(
                where="audit", needed="a designer, and a probability from 0 to 1", found=f"{chance}, {game!r}"
            )
        strategy = np.full((game.type_counts[0], game.action_counts[0]), rational.fraction(0), dtype=object)
        for label, p in ((self.decision, chance), (self.otherwise, 1 - chance)):
            if label not in game.actions[0]:
                raise InputError(where="audit", needed=f"decisions among {', '.join(game.actions[0])}", found=label)
            strategy[:, game.actions[0].index(label)] += p
        fines = [move for sanction in self.sanctions for move in sanction.moves(game)]
        return (*fines, Commit(game.players[0], (), strategy))

    def describe(self) -> str:
        said = "; ".join(sanction.describe() for sanction in self.sanctions)
        return f"{self.decision} with probability {rational.decimal(self.probability)}; {said}"
