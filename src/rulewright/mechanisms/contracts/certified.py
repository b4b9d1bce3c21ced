"""From a learned contract to a proof: payments rounded to rationals, the agent's best reply in rationals, the checker's verdict.

Rounding may tip a type that was nearly indifferent; so the reply is worked out again, exactly, and what is certified is what the
rounded contract brings about. Several entries become messages: the agent says which entry it takes, then acts, and is paid by both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...design.contracts.certify import Certified
from ...errors import InputError, TooLarge
from ...game.game import SINGLE, Game, Signal
from ...institution.institution import Institution, Moves
from ...institution.moves import Pay, Speak
from ...numerics import rational
from ...numerics.given import whole
from ...numerics.rational import Array
from ...verify.claims import Claim, equilibrium
from .agency import AWAY, Agency, Reply, reply

MOST_CELLS = 20_000


@dataclass(frozen=True, eq=False)
class CertifiedContract(Certified):
    """A contract, or a menu of them, in rationals, with what it brings about."""

    agency: Agency = field(repr=False)
    amounts: Array
    """[entry, outcome]; exact, 0 ≤ · ≤ cap."""
    reply: Reply = field(repr=False)

    @property
    def value(self) -> Fraction:
        """The principal's, E[v] − κ·E[g]; exact."""
        return Fraction(self.reply.value)

    @property
    def worst(self) -> Fraction:
        """The same if ties are broken against the principal."""
        return Fraction(self.reply.worst)

    @property
    def margin(self) -> Fraction:
        """What the worst-placed type loses by another act."""
        return Fraction(self.reply.margin or 0)

    @cached_property
    def base(self) -> Game:
        a = self.agency
        F, cost, worth, prior = a.rationals
        K, A, Y = F.shape
        payoff = np.stack([worth, -cost]).reshape(2, 1, K, 1, A)
        return Game.bayesian(
            payoff,
            prior.reshape(1, K),
            players=("principal", "agent"),
            types=(SINGLE, a.types),
            actions=(SINGLE, a.acts),
            signals=(Signal("result", a.outcomes, F.reshape(1, K, 1, A, Y)),),
            designer=True,
        )

    @cached_property
    def institution(self) -> Institution:
        entries = tuple(f"contract {k + 1}" for k in range(len(self.amounts)))
        if len(entries) == 1:
            return Moves.of("learned contract", [Pay("agent", ("result",), self.amounts[0])])
        says = Speak("agent", entries)
        return Moves.of("learned menu", [says, Pay("agent", ("message of agent", "result"), self.amounts)])

    @property
    def wanted(self) -> dict[str, Any]:
        names = self.induced.actions[1]
        done = []
        for entry, act in zip(self.reply.entry, self.reply.act, strict=True):
            position = int(act) if len(self.amounts) == 1 else int(entry) * self.agency.sizes[1] + int(act)
            done.append(names[position])
        return {"agent": done}

    @property
    def outside(self) -> dict[str, list[Any]]:
        a = self.agency
        return {} if a.outside is None else {"agent": [a.outside] * a.sizes[0]}

    def claims(self) -> list[Claim]:
        """With the margin by which the agent prefers its act, for one type and one contract."""
        first, *rest = super().claims()
        single = len(self.amounts) == 1 and self.agency.sizes[0] == 1 and self.margin > 0
        return [equilibrium(self.margin) if single else first, *rest]

    def loss(self, bound: Any) -> Fraction:
        """How much less than `bound` (the exact optimum, or what nothing exceeds) it is worth."""
        return rational.fraction(bound) - self.value

    def describe(self) -> str:
        said = []
        for kind, entry, act in zip(self.agency.types, self.reply.entry, self.reply.act, strict=True):
            takes = f" takes contract {entry + 1} and" if len(self.amounts) > 1 else ""
            said.append(f"{kind}{takes} does {self.agency.acts[act]}" if act != AWAY else f"{kind} stays away")
        return "; ".join(said)


def certified(asked: Agency, pay: Any, *, digits: int = 4) -> CertifiedContract:
    """pay[entry, outcome] rounded to `digits` decimals, never above the cap nor below 0, with the exact reply to it.

    Raises InputError (payments out of bounds; a type that stays away, which has no place in the game), TooLarge.
    """
    whole(digits, "digits", least=0)
    table = np.atleast_2d(np.asarray(pay, float))
    if not np.isfinite(table).all():
        raise InputError(where="contract", needed="finite payments", found="NaN or infinity")
    K, A, Y = asked.sizes
    if K * A * Y * len(table) > MOST_CELLS:
        raise TooLarge(
            where="certificate",
            needed=f"at most {MOST_CELLS} cells of types × acts × outcomes × entries",
            found=str(K * A * Y * len(table)),
            remedy="Certify a version with fewer outcomes; the statistical judgement holds for the large one.",
        )
    scale = 10**digits
    amounts = rational.filled(table.shape, [Fraction(round(float(x) * scale), scale) for x in table.ravel()])
    amounts = np.minimum(amounts, rational.exact(asked.cap))
    found = reply(asked, amounts)
    if (found.act == AWAY).any():
        missing = asked.types[int(np.flatnonzero(found.act == AWAY)[0])]
        raise InputError(where="certificate", needed="every type to take part", found=f"{missing} stays away")
    return CertifiedContract(asked, amounts, found)
