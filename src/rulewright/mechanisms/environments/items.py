"""Auctions with a turn: bidders who cannot pay more than a budget; identical items, of which each wants one.

v_i(θ, x) = Σ_j θ_ij x_ij, payments ≤ budget;      v_i(θ, x) = θ_i Σ_j x_ij, Σ_j x_ij ≤ 1
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...errors import InputError
from ..decisions import Allocation
from ..environment import SURPLUS, Environment, auction
from .settings import counted, positive, uniform_from


def of_any(types: Any, decision: Any) -> Any:
    """[..., agent]: θ_i Σ_j x_ij."""
    return types[..., 0] * decision.sum(axis=-1)


def budget_auction(
    bidders: int, items: int, *, budget: float, low: float = 0.0, high: float = 1.0, demand: str = "additive"
) -> Environment:
    """Items for sale to bidders none of whom can pay more than `budget`; revenue is the goal. Raises InputError."""
    positive("budget auction", budget=budget)
    there = auction(bidders, items, low=low, high=high, demand=demand)
    return replace(there, budget=float(budget), name=f"{there.name}, budget {budget:g}")


def identical_items(agents: int, items: int, *, low: float = 0.0, high: float = 1.0) -> Environment:
    """Equal items that nobody sells, one for each who gets one; people want what agents are left with. Raises InputError.

    A slot, a licence, a GPU: money that leaves the agents is lost to them, so that payments are waste, which redistribution cuts.
    """
    counted("identical items", agents=agents, items=items)
    if items >= agents:
        raise InputError(where="identical items", needed="fewer items than agents", found=f"{items}, {agents}")
    law = uniform_from("identical items", low, high)

    name = f"{items} identical items, {agents} agents"
    return Environment((law,) * agents, Allocation(agents, items, "unit"), of_any, SURPLUS, name=name, deficit=0.0)
