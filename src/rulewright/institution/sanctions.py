"""Sanctions: fines on acts that can be seen, and audits that make them visible (Becker 1968, J. Polit. Econ. 76).

A fine on an act is a payment below zero. An audit is a decision of the rule-maker, taken with a probability that it commits
to, after which a monitor may raise a flag; the fine is on the flag, so that the innocent can be hit as well. What a fine can be
for an agent that is a programme, how large, and at whose cost, is a table: `penalties`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import given, rational
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
        fines = {y: given.number(f, f"sanction of {self.player}") for y, f in self.fines.items()}
        if unknown or any(f < 0 for f in fines.values()):
            raise InputError(
                where=f"sanction of {self.player}",
                needed=f"fines of at least 0 for some of {', '.join(signal.outcomes)}",
                found=str(dict(self.fines)),
            )
        amounts = np.array([-rational.fraction(fines.get(y, 0)) for y in signal.outcomes], dtype=object)
        return (Pay(self.player, (signal.name,), amounts),)

    def describe(self) -> str:
        said = ", ".join(f"{rational.decimal(rational.fraction(f))} for {y}" for y, f in self.fines.items())
        return f"fine {self.player} {said}" + (f" ({self.on})" if self.on else "")


@dataclass(frozen=True)
class Audit(Institution):
    """The designer takes `decision` with `probability` (else `otherwise`); fines follow what the monitor then shows."""

    decision: str
    otherwise: str
    probability: Any
    sanctions: tuple[Sanction, ...]

    def moves(self, game: Game) -> tuple[Move, ...]:
        chance = given.number(self.probability, "audit, probability")
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


@dataclass(frozen=True)
class SelfReport(Institution):
    """Audits, with a reduced fine for whoever reports itself by an action of its own.

    Kaplow & Shavell 1994, J. Polit. Econ. 102.
    """

    audit: Audit
    player: str
    action: str
    """The action of the player that amounts to a report."""
    fine: Any

    def moves(self, game: Game) -> tuple[Move, ...]:
        return (*Sanction(self.player, {self.action: self.fine}).moves(game), *self.audit.moves(game))

    def describe(self) -> str:
        return f"{self.audit.describe()}; {self.player} pays {rational.decimal(self.fine)} for {self.action}"


@dataclass(frozen=True)
class Penalty:
    """What can be taken from an agent that is a programme. Amounts in payoff units of the agent, costs in goal units of people."""

    name: str
    bound: Fraction
    """L: the most that it can take."""
    cost: Fraction
    """To people, each time that it is imposed in full; a wrongful one costs the same."""
    condition: str
    """When it is a penalty at all."""

    def describe(self) -> str:
        return (
            f"{self.name}: takes at most {rational.decimal(self.bound)}, costs people {rational.decimal(self.cost)}; "
            f"a penalty only if {self.condition}"
        )


def penalties(
    *,
    reward: Any,
    access: Any,
    discount: Any,
    stake: Any = 0,
    periods: int = 1,
    left: Any = 0,
    tools: Any = 0,
    work: Any = 0,
) -> tuple[Penalty, ...]:
    """The penalties that an AI agent can bear, with their bounds. Exact. Raises InputError for numbers out of range.

    `reward` is what one episode pays the agent, `access` what a later period is worth to it (V), `work` what its work in a period
    is worth to people, `discount` δ, `periods` the length of a quarantine or of a loss of `tools` (their worth to the agent
    per period), `left` what the rest of the episode is worth to it, `stake` what it has deposited.
    """
    given = {"reward": reward, "access": access, "stake": stake, "left": left, "tools": tools, "work": work}
    r, v, s, rest, kit, w = (rational.fraction(x) for x in given.values())
    delta = rational.fraction(discount)
    wrong = [name for name, x in given.items() if rational.fraction(x) < 0]
    if wrong or not 0 <= delta < 1 or periods < 0:
        raise InputError(
            where="penalties",
            needed="amounts and periods of at least 0, and a discount from 0 to below 1",
            found=", ".join(wrong) or f"discount {delta}, periods {periods}",
        )
    ahead = delta / (1 - delta)  # all later periods
    stretch = ahead * (1 - delta**periods)  # the next ones
    return (
        Penalty("reward deduction", r, Fraction(0), "the agent acts for its reward, or is trained on it"),
        Penalty(
            "lost tools or budget", kit * stretch, w * stretch * (kit / v if v else 0), "it wants to use them later"
        ),
        Penalty("quarantine", v * stretch, w * stretch, "it is still there afterwards, and wants to work"),
        Penalty("termination", rest, w, "what it wants in this episode is not yet done"),
        Penalty("loss of future access", v * ahead, w * ahead, "it wants to act again: δV/(1 − δ), nothing if δ is 0"),
        Penalty("forfeited stake", s, Fraction(0), "something of its own was deposited beforehand"),
    )
