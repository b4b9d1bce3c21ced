"""A rule with the way to change it: alternatives, one in force, and an amendment rule (Ostrom 1990, third principle)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...errors import InputError
from ...institution.institution import Institution
from ..classification import Amendment
from .ledger import BALANCED, FUND, WorldInstitution, whole


@dataclass(frozen=True)
class Constitution(WorldInstitution):
    """`alternatives[current]` is in force; who may change it, and to what, says the amendment rule."""

    alternatives: tuple[Institution, ...]
    amendment: Amendment
    current: int = 0

    def __post_init__(self) -> None:
        count = len(self.alternatives)
        table = self.amendment.follows
        if not 0 <= self.current < count or len(table) != count or any(len(row) != count for row in table):
            raise InputError(
                where="constitution",
                needed="a current rule among the alternatives, and for each two of them whether one follows the other",
                found=f"rule {self.current} of {count}, a table of {len(table)} rows",
            )

    @property
    def links(self) -> tuple[Institution, ...]:
        """What it is made of."""
        return (self.alternatives[self.current],)

    @property
    def budget(self) -> str:
        return BALANCED if all(getattr(rule, "budget", FUND) == BALANCED for rule in self.links) else FUND

    def amended(self, to: int, votes: tuple[int, ...]) -> Constitution:
        """After players `votes` said yes to rule `to`: itself, where that does not carry. Raises InputError for no such rule."""
        whole("amendment", 0, len(self.alternatives) - 1, rule=to)
        carried = self.amendment.passes(votes) and self.amendment.follows[self.current][to]
        return replace(self, current=to) if carried else self

    def moves(self, game: Any) -> tuple[Any, ...]:
        for i in self.amendment.voters:
            game.index(i)
        return tuple(move for move, _ in self.alternatives[self.current].trace(game)[0])

    def describe(self) -> str:
        votes = f"{self.amendment.quorum} of {len(self.amendment.voters)} players"
        return f"{self.alternatives[self.current].describe()}; {votes} may change it to another of {len(self.alternatives)} rules"
