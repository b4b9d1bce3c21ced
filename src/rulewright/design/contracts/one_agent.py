"""Contracts with one agent and one result: the game they are for, the words they are said in, the act they ask for."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import Any

from ...game.game import Game
from ...institution.contracts import Contract
from ...institution.institution import Institution
from ...numerics.rational import Array
from .certify import Certified, one_agent
from .setting import Setting


class OneAgent(Certified):
    """Whoever has a `setting`, an `action` that is asked for, and exact `amounts` for the outcomes."""

    setting: Setting
    action: int

    @property
    @abstractmethod
    def amounts(self) -> Array:
        """[outcome]: what is paid, exact."""

    @cached_property
    def base(self) -> Game:
        """Principal, agent, and the signal "result"; exact."""
        s = self.setting
        return one_agent(s.law, s.exact_cost, s.worth, s.actions, s.outcomes)

    @cached_property
    def institution(self) -> Institution:
        paid = {y: t for y, t in zip(self.setting.outcomes, self.amounts, strict=True) if t}
        return Contract("agent", on="result", amounts=paid)

    @property
    def wanted(self) -> dict[str, str]:
        return {"agent": self.setting.actions[self.action]}

    @property
    def outside(self) -> dict[str, list[Any]]:
        return {} if self.setting.outside is None else {"agent": [self.setting.outside]}
