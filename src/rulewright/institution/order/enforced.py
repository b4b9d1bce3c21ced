"""A normative order as an institution on games: others may sanction what it calls wrong. Made of `speak` and `pay`.

Each who may sanction says to the rule, together with its own act, what it will do about the acts of others:

    let pass                    no sanction
    sanction what is wrong      of each act that is seen and that the order calls wrong
    sanction everything         of each act that is seen (only where misdirected sanctions are looked at)

With a quorum of k a sanction bites where at least k of those who see the act take part; the actor then pays what it takes, and each
who took part paid its cost either way. Amounts are expectations over who sees whom, exact where the numbers are.

A plan is said before acts are known: a threat costs nothing where it is heeded. Whether it would be carried out is another question
(`Sanctioning.pays`), which no one-shot game answers; `society.law` asks it of a repeated one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics import rational
from ...numerics.rational import Array
from ..institution import Institution
from ..moves import Move, Pay, Speak, free_name
from .limits import within
from .normative import NormativeOrder
from .sanction import at_least

LET_PASS, SANCTION_WRONG, SANCTION_ALL = "let pass", "sanction what is wrong", "sanction everything"
PLANS = (LET_PASS, SANCTION_WRONG, SANCTION_ALL)
ACTS = np.array([[False, False], [False, True], [True, True]])
"""[plan, wrong]: whether who has the plan sanctions."""


@dataclass(frozen=True)
class Enforced(Institution):
    """The order at work on a one-shot game with exactly one public rule in force."""

    order: NormativeOrder
    rule: int = 0
    """Which rule of the table is in force."""
    misdirected: bool = False
    """Whether sanctions of what is allowed are possible too."""
    judged: tuple[str, ...] = ()
    """Whose acts are judged, in the order of the table's actors; empty for everybody's."""

    def moves(self, game: Game) -> tuple[Move, ...]:
        actors = game.players[1:] if game.designer else game.players
        who, judged = self.order.sanctioning.who or actors, self.judged or actors
        unknown = [p for p in (*who, *judged) if p not in actors]
        if unknown:
            raise InputError(where="sanctioning", needed=f"players among {', '.join(actors)}", found=", ".join(unknown))
        plans = PLANS if self.misdirected else PLANS[:2]
        said: list[Move] = [Speak(p, plans) for p in who]
        heard = {p: free_name(f"message of {p}", game) for p in who}
        sees = self._sees(actors)
        for j, actor in enumerate(judged):
            name, wrong = self._wrong(game, actor, j, len(judged))
            others = [p for p in who if p != actor]
            if not others or not (wrong.any() or self.misdirected):
                continue
            if name == f"action of {actor}" and actor in who:
                wrong = np.tile(wrong, len(plans))  # after it has spoken, its actions come once for every message
            chances = [sees[actors.index(p), actors.index(actor)] for p in others]
            said.append(Pay(actor, (name, *(heard[p] for p in others)), self._loss(wrong, chances, len(plans))))
            said.extend(
                Pay(p, (name, heard[p]), self._share(wrong, chance, len(plans)))
                for p, chance in zip(others, chances, strict=True)
            )
        return tuple(said)

    def describe(self) -> str:
        rule = self.order.sanctioning
        who = ", ".join(rule.who) or "everybody"
        many = f", which bites from {rule.quorum} on" if rule.quorum > 1 else ""
        return (
            f"{who} may sanction what is called wrong: it costs {rational.decimal(rule.cost)} "
            f"and takes {rational.decimal(self.order.takes)}{many}"
        )

    def _wrong(self, game: Game, actor: str, j: int, n: int) -> tuple[str, Array]:
        """The signal that shows the actor's act, and bool [act]: what is wrong for it."""
        book = self.order.classification
        named = [f"{book.on} of {actor}", book.on] if book.on else []
        there = {s.name for s in game.signals}
        name = next((x for x in named if x in there), f"action of {actor}")
        outcomes = len(game.signal(name).outcomes)
        table = getattr(book, "table", None)
        found = None if table is None else np.shape(table)
        if found is not None and (not 0 <= self.rule < found[0] or found[1] not in (1, n) or found[2] != outcomes):
            raise InputError(
                where=f"classification of {name}",
                needed=f"a table with rule {self.rule}, 1 or {n} actors and {outcomes} acts",
                found=f"{found} [rule, actor, act]",
            )
        act = np.arange(outcomes)
        given = (np.full(outcomes, self.rule),) * len(book.given)
        return name, np.asarray(book.code(given, act, np.full(outcomes, j))) > 0

    def _sees(self, actors: Sequence[str]) -> Array:
        """[observer, actor]: chances as Fractions."""
        within("observers", 0, 1, several=True, observers=self.order.observers)
        n = len(actors)
        chances = rational.exact(np.asarray(self.order.observers))
        if chances.shape not in ((), (n, n)):
            raise InputError(where="observers", needed=f"one chance, or {(n, n)} of them", found=f"{chances.shape}")
        return np.broadcast_to(chances, (n, n))

    def _loss(self, wrong: Array, chances: list[Any], plans: int) -> Array:
        """[act, plan of each other]: what the actor gets, in expectation over who sees it."""
        rule, takes = self.order.sanctioning, rational.fraction(self.order.takes)
        amounts = np.full((len(wrong), *[plans] * len(chances)), Fraction(0), dtype=object)
        for act, bad in enumerate(wrong):
            for said in itertools.product(range(plans), repeat=len(chances)):
                part = [p for p, plan in zip(chances, said, strict=True) if ACTS[plan, int(bad)]]
                if not part:
                    continue
                if rule.each:  # E[m; m ≥ k] = Σ p_i P(at least k − 1 of the others)
                    rest = [part[:i] + part[i + 1 :] for i in range(len(part))]
                    count = sum(p * at_least(r, rule.quorum - 1) for p, r in zip(part, rest, strict=True))
                else:
                    count = at_least(part, rule.quorum)
                amounts[(act, *said)] = -takes * count
        return amounts

    def _share(self, wrong: Array, chance: Fraction, plans: int) -> Array:
        """[act, plan]: what who takes part gets of it."""
        cost, reward = (rational.fraction(x) for x in (self.order.sanctioning.cost, self.order.sanctioning.reward))
        nothing = Fraction(0)
        return np.array(
            [
                [
                    chance * ((reward if bad else nothing) - cost) if ACTS[plan, int(bad)] else nothing
                    for plan in range(plans)
                ]
                for bad in wrong
            ],
            dtype=object,
        )
