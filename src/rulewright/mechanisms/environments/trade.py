"""Trade between those who have and those who want: one pair, or a market with both sides.

    v_buyer(θ, x) = θ x,     v_seller(θ, x) = −θ x       gains over keeping what one has

Agents are buyers first, then sellers. People want the gains from trade; the rule-maker may not pay for it.
After Myerson & Satterthwaite 1983 (J. Econ. Theory 29) and McAfee 1992 (J. Econ. Theory 56).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..decisions import Allocation, Choice
from ..environment import WELFARE, Environment
from .settings import counted, uniform_from

SIGNS = np.array([1.0, -1.0])


def of_pair(types: Any, decision: Any) -> Any:
    """[..., agent]: θ for the buyer, −θ for the seller, where option 1 is taken."""
    return types[..., 0] * decision[..., 1:2] * SIGNS


def of_market(types: Any, decision: Any) -> Any:
    """[..., agent]: θ Σ x for buyers, −θ Σ x for sellers."""
    xp = decision.__array_namespace__()
    amounts = xp.concatenate([decision.sum(axis=-1), -decision.sum(axis=-2)], axis=-1)
    return types[..., 0] * amounts


def bilateral_trade(*, low: float = 0.0, high: float = 1.0, deficit: float = 0.0) -> Environment:
    """A buyer (agent 0) and a seller (agent 1) of an item, values uniform on [low, high]; option 1 is trade. Raises InputError."""
    law = uniform_from("bilateral trade", low, high)
    return Environment((law, law), Choice(2), of_pair, WELFARE, name="bilateral trade", deficit=float(deficit))


def double_auction(
    buyers: int, sellers: int, *, low: float = 0.0, high: float = 1.0, deficit: float = 0.0
) -> Environment:
    """Buyers of one item each, sellers with one each. A decision x[buyer, seller] says who buys from whom. Raises InputError."""
    counted("double auction", buyers=buyers, sellers=sellers)
    law = uniform_from("double auction", low, high)
    name = f"double auction, {buyers} buyers, {sellers} sellers"
    space = Allocation(buyers, sellers, "unit")
    return Environment((law,) * (buyers + sellers), space, of_market, WELFARE, name=name, deficit=float(deficit))
