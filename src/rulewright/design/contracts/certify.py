"""From arrays to a certificate: the game that a contract is for, the contract in the house's words, and what is proved of it.

A result that is `Certified` has a base game (exact), an institution, and the play that it asks for. The institution is applied by
`institution/` and judged by the checker, which know nothing of how it was found.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ...game.game import SINGLE, Game, Signal
from ...game.play import Play
from ...institution.institution import Institution
from ...numerics import rational
from ...numerics.rational import Array
from ...verify import claims
from ...verify.certificate import sealed, statement
from ...verify.prover import Counterexample, Proved, prove_all


def one_agent(F: Array, cost: Array, worth: Array, actions: Sequence[str], outcomes: Sequence[str]) -> Game:
    """A principal who decides nothing, and an agent: F[action, outcome], cost[action], worth[action] of the principal; exact."""
    n, m = F.shape
    payoff = rational.filled((2, 1, 1, 1, n), [*worth, *(-cost)])
    return Game.bayesian(
        payoff,
        rational.exact([[1]]),
        players=("principal", "agent"),
        types=(SINGLE, SINGLE),
        actions=(SINGLE, tuple(actions)),
        signals=(Signal("result", tuple(outcomes), F.reshape(1, 1, 1, n, m)),),
        designer=True,
    )


class Certified(ABC):
    """A contract with a base game, an institution and a wanted play; proofs are worked out when they are asked for."""

    @property
    @abstractmethod
    def base(self) -> Game:
        """The game before the contract, exact."""

    @property
    @abstractmethod
    def institution(self) -> Institution:
        """The contract in the house's words."""

    @property
    @abstractmethod
    def wanted(self) -> Mapping[str, Any]:
        """{player: action, or one per type} in the induced game."""

    @property
    def outside(self) -> Mapping[str, Sequence[Any]]:
        """{player: outside option of each type}, where taking part is voluntary."""
        return {}

    @cached_property
    def induced(self) -> Game:
        return self.institution(self.base)

    @cached_property
    def play(self) -> Play:
        return Play.pure(self.induced, self.wanted)

    def claims(self) -> list[claims.Claim]:
        """An equilibrium, what people get and what is paid on average, taking part where it is voluntary."""
        found = [claims.equilibrium(), claims.goal(self.play.goal), claims.budget(self.play.paid)]
        return [*found, claims.voluntary(self.outside)] if self.outside else found

    def proved(self) -> list[Proved | Counterexample]:
        """Each claim as the checker judges it."""
        return prove_all(self.claims(), statement(self.base, self.institution.as_data(self.base), self.play))

    def certificate(self, title: str = "contract") -> dict[str, Any]:
        """The certificate, plain data for a stranger to check; it has the claims that hold."""
        said = statement(self.base, self.institution.as_data(self.base), self.play, title=title)
        return sealed(said, [p.claim for p in prove_all(self.claims(), said) if p.holds])
