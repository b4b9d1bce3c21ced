"""A normative order: a classification of acts, and sanctions that are everybody's. Law, altars and silly rules are the same object.

    classification    code(given, act, actor) → which reason
    schedule          penalty(k) of the k-th offence, and how long good conduct takes to be forgiven
    amendment         who may propose, how many must agree, which rule can follow which
    observers         chance that one player sees another's act
    sanctioning       who may sanction, what it costs, what it takes, what they believe of each other

A rule is *silly* where it calls wrong what harms nobody (Hadfield-Menell, Andrus & Hadfield 2019, AIES). `density` is the share of
what is called wrong that is silly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array
from .amendment import Amendment
from .classification import Classification, Codebook
from .sanction import Sanctioning, Schedule


@dataclass(frozen=True)
class NormativeOrder:
    """The five parts together."""

    classification: Classification
    schedule: Schedule
    amendment: Amendment | None = None
    observers: Any = 1.0
    """Chance that observer i sees the act of j: a number, or [observer, actor]."""
    sanctioning: Sanctioning = field(default_factory=Sanctioning)

    @property
    def takes(self) -> Any:
        """What a sanction takes from a first offender when it bites."""
        return self.schedule.penalties[0] if self.sanctioning.takes is None else self.sanctioning.takes

    def on(self, game: Game, rule: int = 0, misdirected: bool = False, judged: tuple[str, ...] = ()) -> Game:
        """The induced game in which players say, beside their acts, whether they sanction what rule number `rule` calls wrong.

        See `order.enforced`. Raises InputError where the table does not fit the game.
        """
        from .enforced import Enforced

        return Enforced(self, rule, misdirected, judged)(game)


def silly(order: NormativeOrder | Codebook, effects: Any) -> Array:
    """bool [rule, actor, act]: called wrong, though what it does to people is nothing.

    effects: numbers that broadcast to the table's [rule, actor, act]; [act] alone will do. Welfare units; 0 for no effect.
    """
    book = order.classification if isinstance(order, NormativeOrder) else order
    table = np.asarray(getattr(book, "table", None))
    if table.ndim != 3:
        raise InputError(where="silly rules", needed="a classification that is a table", found=type(book).__name__)
    effect = np.asarray(effects)
    try:
        none = np.broadcast_to(effect == 0, table.shape)
    except ValueError:
        raise InputError(
            where="silly rules", needed=f"effects that fit {table.shape} [rule, actor, act]", found=f"{effect.shape}"
        ) from None
    found: Array = (table > 0) & none
    return found


def density(order: NormativeOrder | Codebook, effects: Any) -> float:
    """Share of what is called wrong that is silly; NaN where nothing is called wrong."""
    book = order.classification if isinstance(order, NormativeOrder) else order
    idle = silly(order, effects)
    wrong = int((np.asarray(book.table) > 0).sum())  # type: ignore[attr-defined]
    return float(idle.sum() / wrong) if wrong else float("nan")
