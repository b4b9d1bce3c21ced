"""Competition: rival advisers enter, who know what the one who decides does not. Four words: admit, reveal, speak, commit.

    admit   each adviser, with what it wants; it can do nothing yet
    reveal  to each the type of somebody (nature, the rule-maker): all advisers know the same
    speak   each may say one of its messages to the hearer, in private, who acts after hearing all
    commit  where an adviser's signal is given, it is fixed and public (persuasion); the others talk cheaply

Cheap talk after Crawford & Sobel 1982 (Econometrica 50), several senders after Battaglini 2002 (Econometrica 70); committed ones
after Kamenica & Gentzkow 2011 (Am. Econ. Rev. 101). What competition does to people whose advisers are all misaligned:
Collina, Goel, Roth, Ryu & Shi 2025. Advisers who choose what to commit to are `rulewright.competition.rivals`: there the
signals are the actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import SINGLE, Game
from ..numerics import rational
from ..numerics.rational import Array
from .institution import Institution
from .moves import Admit, Commit, Move, Reveal, Speak


@dataclass(frozen=True, eq=False)
class Rivalry(Institution):
    """Admit advisers who know the type of `about` and may speak to `hearer` before it acts."""

    advisers: Mapping[str, Any]
    """{name: utility}, an array that broadcasts to [*types, *actions] of the game, in the adviser's own units."""
    hearer: str
    about: str
    """The player whose type they know; not the hearer."""
    messages: tuple[str, ...] | None = None
    """What each may say; left out, the types of `about`."""
    committed: Mapping[str, Any] | None = None
    """{name: σ[type of about, message]} of advisers whose signal is fixed and public; left out, all talk cheaply."""

    def moves(self, game: Game) -> tuple[Move, ...]:
        hearer, about = game.index(self.hearer), game.index(self.about)
        kinds, promised = game.types[about], dict(self.committed or {})
        said = kinds if self.messages is None else tuple(self.messages)
        if hearer == about or len(kinds) < 2:
            raise InputError(
                where="rivalry",
                needed="advisers who know the type of a player other than the hearer, of two types or more",
                found=f"{self.about}, of {len(kinds)}, advising {self.hearer}",
            )
        if not self.advisers or not set(promised) <= set(self.advisers):
            raise InputError(
                where="rivalry",
                needed="at least one adviser, and commitments of advisers only",
                found=f"advisers {', '.join(self.advisers) or 'none'}; committed {', '.join(promised) or 'none'}",
            )
        enter = [Admit(name, SINGLE, self._own(game, name, j)) for j, name in enumerate(self.advisers)]
        told: list[Move] = []
        for j, name in enumerate(self.advisers):
            counts = [*game.type_counts, *[len(kinds)] * j, *[1] * (len(self.advisers) - j)]
            shape = [1] * len(counts) + [len(kinds)]
            shape[about] = len(kinds)
            law = rational.exact(np.eye(len(kinds), dtype=int)).reshape(shape)
            told.append(Reveal((name,), (kinds,), np.broadcast_to(law, (*counts, len(kinds)))))
        talk: list[Move] = []
        for name in self.advisers:
            talk.append(Speak(name, said, self.hearer))
            if name in promised:
                talk.append(Commit(name, (), self._signal(name, promised[name], len(kinds), len(said))))
        return (*enter, *told, *talk)

    def _own(self, game: Game, name: str, before: int) -> Array:
        """The utility on the axes of the game into which the adviser comes, `before` others having come before it."""
        shape = game.payoff.shape[1:]
        given = rational.numbers(self.advisers[name])
        try:
            table = np.broadcast_to(given, shape)
        except ValueError:
            needed = f"numbers that broadcast to {shape} [*types, *actions]"
            raise InputError(where=f"utility of {name}", needed=needed, found=f"shape {given.shape}") from None
        extra = (1,) * before
        return table.reshape((*game.type_counts, *extra, *game.action_counts, *extra, 1))

    def _signal(self, name: str, given: Any, kinds: int, said: int) -> Array:
        signal = rational.numbers(given)
        if signal.shape != (kinds, said):
            needed = f"σ[type of {self.about}, message] of shape {(kinds, said)}"
            raise InputError(where=f"signal of {name}", needed=needed, found=f"shape {signal.shape}")
        off = (signal < 0).any() or (
            abs(signal.sum(axis=1) - Fraction(1)) > (0 if rational.is_exact(signal) else 1e-9)
        ).any()
        if off:
            raise InputError(where=f"signal of {name}", needed="rows that are laws over messages", found=str(given))
        return signal

    def describe(self) -> str:
        names, bound = list(self.advisers), dict(self.committed or {})
        who, know = " and ".join(names), "knows" if len(names) == 1 else "know"
        how = "by cheap talk" if not bound else f"{' and '.join(bound)} by a committed signal"
        how += "" if not bound or len(bound) == len(names) else ", the others by cheap talk"
        return f"admit {who}, who {know} the type of {self.about}, to advise {self.hearer}: {how}"
