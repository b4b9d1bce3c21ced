"""Goods that all use: a public good of several levels, and a club good from which people can be kept out.

    public   v_i(θ, x) = θ_i Σ_k x_k (k/K)^γ,   C(x) = c Σ_k x_k k/K          x[k]: the chance of level k of 0 … K
    club     v_i(θ, x) = θ_i min(x_i, 1),       C(x) = c max_i min(x_i, 1)    x[i]: whether agent i is let in

θ_i is what the whole good is worth to agent i. Payments are contributions; the rule-maker builds and may not lose money.
After Clarke 1971 (Public Choice 11) and Moulin & Shenker 2001 (Economic Theory 18).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..decisions import Choice, Shares
from ..environment import WELFARE, Environment
from .settings import counted, positive, uniform_from


def public_good(
    agents: int,
    *,
    cost: float | None = None,
    levels: int = 1,
    curve: float = 1.0,
    low: float = 0.0,
    high: float = 1.0,
    deficit: float = 0.0,
) -> Environment:
    """Whether, or up to which of `levels` levels, to build what all use; the full good costs `cost` (agents/2 if left out).

    Values uniform on [low, high]; `curve` γ: below 1 the first levels are worth more. People want the welfare net of cost.

    Raises InputError.
    """
    cost = agents / 2 if cost is None else cost
    counted("public good", agents=agents, levels=levels)
    positive("public good", cost=cost, curve=curve)
    law = uniform_from("public good", low, high)
    level = np.arange(levels + 1) / levels
    worth = level**curve

    def values(types: Any, decision: Any) -> Any:
        return types[..., 0] * (decision * worth).sum(axis=-1)[..., None]

    def spent(decision: Any) -> Any:
        return cost * (decision * level).sum(axis=-1)

    name = f"public good, {agents} agents"
    return Environment(
        (law,) * agents, Choice(levels + 1), values, WELFARE, name=name, cost=spent, deficit=float(deficit)
    )


def served(decision: Any) -> Any:
    """min(x, 1): a share above 1 is worth no more."""
    return decision - (decision - 1) * (decision > 1)


def of_members(types: Any, decision: Any) -> Any:
    """[..., agent]: θ_i min(x_i, 1)."""
    return types[..., 0] * served(decision)


def club_good(
    agents: int, *, cost: float | None = None, low: float = 0.0, high: float = 1.0, deficit: float = 0.0
) -> Environment:
    """Who may use a good of fixed cost (agents/4 if left out) that serves any number; shares above 1 are worth no more.

    Values uniform on [low, high]; people want the welfare net of cost. Raises InputError.
    """
    cost = agents / 4 if cost is None else cost
    counted("club good", agents=agents)
    positive("club good", cost=cost)
    law = uniform_from("club good", low, high)

    def spent(decision: Any) -> Any:
        return cost * served(decision).max(axis=-1)

    name = f"club good, {agents} agents"
    space = Shares(agents, float(agents))
    return Environment((law,) * agents, space, of_members, WELFARE, name=name, cost=spent, deficit=float(deficit))
