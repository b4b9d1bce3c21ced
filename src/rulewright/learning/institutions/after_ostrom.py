"""An institution after Ostrom 1990 (Governing the Commons, ch. 3): quotas by the stock for members, monitors from among them, a
known stock, graduated sanctions with appeals, and a vote of the members on the share that is taken. For worlds with one stock.

The amounts are ours; the principles are hers. What each part does is measured by `learning.ostrom.score_card`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.institution import Chain, Institution
from ..classification import Allowance, Amendment, Schedule
from .appeals import Appeals
from .constitution import Constitution
from .graduated import Graduated
from .knowing import StockMonitor
from .ledger import BALANCED, WorldInstitution, a_world, amounts_of, of_players, within
from .monitors import Monitors
from .quotas import Quota


@dataclass(frozen=True)
class AfterOstrom(WorldInstitution):
    """Members take within quotas that follow the stock; beyond an allowance they are watched, fined by offence, and heard."""

    members: tuple[int, ...]
    growth: Any
    """r: the stock grows r-fold."""
    allowance: float
    """A take above it is an offence even where the quota would let it pass."""
    penalties: tuple[float, ...] = (1.0, 4.0, 16.0)
    recovery: int = 3
    look: float = 0.9
    hit: float = 0.95
    false: float = 0.02
    corrupt: float = 0.05
    accountability: float = 0.5
    stake: float = 1.0
    bribe: float = 0.5
    succeeds: float = 0.9
    error: float = 0.05
    """Of the stock that is told."""
    on: str = "catch"
    stock: str = "stock"

    def links_at(self, game: Any) -> tuple[Institution, ...]:
        """The parts, in order."""
        world = a_world(game, "after Ostrom")
        if not self.members or len({world.index(i) for i in self.members}) < len(self.members):
            raise InputError(where="after Ostrom", needed="one or more different members", found=repr(self.members))
        within("after Ostrom", 0, np.inf, allowance=self.allowance)
        within("after Ostrom", 1, np.inf, growth=self.growth)
        amount = jnp.asarray(amounts_of(of_players(world, self.on, "after Ostrom"), "after Ostrom"), jnp.float32)
        rule = Allowance(jnp.float32(self.allowance), amount, self.on)
        shares = tuple(float(i in self.members) for i in range(world.n))
        quotas = tuple(Quota(growth=r, shares=shares, stock=self.stock) for r in (self.growth, (1 + self.growth) / 2))
        quorum = len(self.members) // 2 + 1
        monitors = Monitors(
            rule,
            look=self.look,
            hit=self.hit,
            false=self.false,
            corrupt=self.corrupt,
            accountability=self.accountability,
            stake=self.stake,
            bribe=self.bribe,
            monitor=self.members[0],
        )
        return (
            StockMonitor(self.error, self.stock),
            Constitution(quotas, Amendment(self.members, quorum, ((True, True), (True, True)))),
            Appeals(Graduated(monitors, Schedule(self.penalties, self.recovery)), self.succeeds, latency=1),
        )

    @property
    def budget(self) -> str:
        return BALANCED

    def moves(self, game: Any) -> tuple[Any, ...]:
        return Chain(self.links_at(game)).moves(game)

    def describe(self) -> str:
        return (
            f"after Ostrom: members {', '.join(map(str, self.members))} share a quota of 1 − 1/{self.growth} of "
            f"{self.stock}, more than {self.allowance:g} of {self.on} is watched, fined "
            f"{', '.join(f'{p:g}' for p in self.penalties)} by offence and may be appealed, "
            f"and a majority changes the quota; {self.budget}"
        )
