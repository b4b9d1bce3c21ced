"""Four kinds of goods, each a game, and the institutions that fit (game/goods.py): the rule is applied to the game itself.

What fits which is a finding, not a table by hand: the rule is applied, and the numbers of contributors that then last are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ...errors import InputError
from ...game.game import Game
from ...game.goods import CONTRIBUTES, kind, provision
from ...institution.institution import Institution
from ...welfare.schelling import Schelling
from .dilemma import Counted
from .fits import NONE, institution

MOST = 12  # players, since the game is written out


@dataclass(frozen=True)
class Goods(Counted):
    """Payoff units."""

    players: int = 4
    value: Fraction = Fraction(2)
    """v: what one contribution makes."""
    cost: Fraction = Fraction(3)
    """c, of contributing."""
    excludable: Fraction = Fraction(0)
    """Share of those who do not contribute that is kept from the good."""
    subtractable: Fraction = Fraction(0)
    """Share of the good that is divided among its users."""
    institution: str = NONE
    """"none", "subsidy" or "assurance"."""
    strength: Fraction = Fraction(0)
    """What it pays."""

    def __post_init__(self) -> None:
        if not 2 <= self.players <= MOST:
            raise InputError(where="players", needed=f"2 to {MOST}", found=str(self.players))
        if self.strength < 0:
            raise InputError(where="strength", needed="a number of at least 0", found=str(self.strength))
        _ = self.played

    @property
    def game(self) -> Game:
        """The game without the rule."""
        return provision(
            self.players, self.value, self.cost, excludable=self.excludable, subtractable=self.subtractable
        )

    @property
    def rule(self) -> Institution:
        """The institution, which applies to any game whose players contribute."""
        return institution(self.institution, CONTRIBUTES, self.strength, self.players)

    @property
    def base(self) -> Schelling:
        return Schelling.of(self.game)

    @property
    def played(self) -> Schelling:
        return Schelling.of(self.rule(self.game))

    def describe(self) -> str:
        said = "" if self.institution == NONE else f"; {self.rule.describe()}"
        return f"{kind(self.excludable, self.subtractable)}{said}"
