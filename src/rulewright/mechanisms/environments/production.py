"""Shared production: each agent takes an amount, and what is made in all costs ever more.

    v_i(θ, x) = θ_i x_i,     C(x) = c (Σ_i x_i)² / 2

The common oven, an API with congestion: θ_i is the private worth of a unit. After Moulin & Shenker 1992 (Econometrica 60).
"""

from __future__ import annotations

from typing import Any

from ..decisions import Shares
from ..environment import WELFARE, Environment
from .settings import counted, positive, uniform_from


def linear(types: Any, decision: Any) -> Any:
    """[..., agent]: θ_i x_i."""
    return types[..., 0] * decision


def shared_production(agents: int, *, cost: float = 1.0, low: float = 0.0, high: float = 1.0) -> Environment:
    """Amounts from a technology of rising marginal cost `cost`·Σx; people want the welfare net of cost. Raises InputError.

    Nobody sensible makes more than high/cost, where the last unit costs the most that it may be worth: that is the capacity.
    """
    counted("shared production", agents=agents)
    positive("shared production", cost=cost)
    law = uniform_from("shared production", low, high)

    def spent(decision: Any) -> Any:
        return cost * decision.sum(axis=-1) ** 2 / 2

    name = f"shared production, {agents} agents"
    space = Shares(agents, float(high / cost))
    return Environment((law,) * agents, space, linear, WELFARE, name=name, cost=spent, deficit=0.0)
