"""Several periods with a state: what is not used today is there tomorrow.

    stock_{t+1} = stock_t − Σ_i x_ti + inflow,   Σ_i x_ti ≤ stock_t
    v_i(θ, x) = Σ_t δ^t θ_it b(x_ti)             b as in `sharing`

All periods' types are known at the outset, so that one direct mechanism decides the whole plan x[period, agent].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ..decisions import Decisions
from ..environment import WELFARE, Environment
from .settings import counted, positive, uniform_from
from .sharing import Concave


@dataclass(frozen=True)
class Plan(Decisions):
    """Who gets how much when, x[period, agent] ≥ 0, from a stock with an inflow: Σ_{s ≤ t, i} x_si ≤ first + t·inflow."""

    periods: int
    agents: int
    first: float = 1.0
    inflow: float = 0.0

    @property
    def shape(self) -> tuple[int, ...]:
        return self.periods, self.agents

    def stocks(self, decision: Any) -> Any:
        """[..., period]: what is there when a period begins."""
        used = decision.sum(axis=-1)
        return self.first + self.inflow * np.arange(self.periods) + used - used.cumsum(axis=-1)

    def excess(self, decision: Any, xp: Any = np) -> Any:
        over = (decision.sum(axis=-1) - self.stocks(decision)).max(axis=-1)
        return xp.maximum(over, (-decision).max(axis=(-2, -1)))


def stock(
    agents: int,
    periods: int,
    *,
    first: float = 1.0,
    inflow: float = 0.0,
    discount: float = 1.0,
    curve: str = "log",
    scale: float = 1.0,
    low: float = 0.0,
    high: float = 1.0,
) -> Environment:
    """A stock of compute credits, water or quota, used over several periods; people want the discounted welfare.

    Raises InputError.
    """
    counted("stock", agents=agents, periods=periods)
    positive("stock", first=first)
    if not (0 < discount <= 1 and 0 <= inflow < float("inf")):
        raise InputError(where="stock", needed="0 < discount ≤ 1 and inflow ≥ 0", found=f"{discount}, {inflow}")
    law, worth = uniform_from("stock", low, high, periods), Concave(curve, scale)
    weight = discount ** np.arange(periods)

    def values(types: Any, decision: Any) -> Any:
        return (types * worth.worth(decision).swapaxes(-1, -2) * weight).sum(axis=-1)

    space = Plan(periods, agents, float(first), float(inflow))
    name = f"stock, {agents} agents, {periods} periods"
    return Environment((law,) * agents, space, values, WELFARE, name=name, deficit=0.0)
