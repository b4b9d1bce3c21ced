"""Information: what players are told before they act. One word: reveal.

Full and no disclosure are the ends; in between, a rule-maker that knows the state chooses what its signals mean
(Kamenica & Gentzkow 2011, Am. Econ. Rev. 101), and a mediator that knows nothing tells each player what to do (Aumann 1974,
J. Math. Econ. 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from ..numerics.rational import Array
from .institution import Institution
from .moves import Move, Reveal


@dataclass(frozen=True)
class Disclosure(Institution):
    """Tell `to`, in private, something about the type of `about`: {type: {signal: probability}}."""

    to: str
    about: str
    law: Mapping[str, Mapping[str, Any]]

    def moves(self, game: Game) -> tuple[Move, ...]:
        j = game.index(self.about)
        if set(self.law) != set(game.types[j]):
            raise InputError(
                where=f"disclosure to {self.to}",
                needed=f"a law for each of {', '.join(game.types[j])}",
                found=", ".join(self.law),
            )
        signals = tuple(dict.fromkeys(s for row in self.law.values() for s in row))
        rows = [[rational.fraction(self.law[t].get(s, 0)) for s in signals] for t in game.types[j]]
        shape = [1] * game.n + [len(signals)]
        shape[j] = game.type_counts[j]
        table = np.array(rows, dtype=object).reshape(shape)
        return (Reveal((self.to,), (signals,), np.broadcast_to(table, (*game.type_counts, len(signals)))),)

    def describe(self) -> str:
        return f"disclose to {self.to} what is known of {self.about}"


@dataclass(frozen=True)
class FullDisclosure(Institution):
    """Tell `to` the type of `about`."""

    to: str
    about: str

    def moves(self, game: Game) -> tuple[Move, ...]:
        kinds = game.types[game.index(self.about)]
        return Disclosure(self.to, self.about, {t: {t: 1} for t in kinds}).moves(game)

    def describe(self) -> str:
        return f"tell {self.to} everything about {self.about}"


@dataclass(frozen=True, eq=False)
class Mediator(Institution):
    """Draw a profile of recommendations for `to`, and tell each its own: law[recommendation of each, in order]."""

    to: tuple[str, ...]
    law: Array

    def moves(self, game: Game) -> tuple[Move, ...]:
        labels = tuple(game.actions[game.index(p)] for p in self.to)
        wanted = tuple(map(len, labels))
        if self.law.shape != wanted:
            raise InputError(where="mediator", needed=f"a law of shape {wanted}", found=str(self.law.shape))
        law = np.broadcast_to(rational.numbers(self.law), (*game.type_counts, *wanted))
        return (Reveal(self.to, labels, law),)

    def describe(self) -> str:
        return f"recommend to {' and '.join(self.to)} in private"
