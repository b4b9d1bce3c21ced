"""Every item sold alone, to the highest bid above a reserve: the start that nothing else may fall below.

With a regular law that all bidders share this is Myerson's optimal auction item by item (Myerson 1981): the reserve r_j is
where the virtual value θ − (1 − F(θ))/f(θ) is zero; ½ for uniform on [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..numerics.rational import Array
from .decisions import Allocation
from .environment import Environment, additive
from .mechanism import Menu, MenuMechanism, Outcome


@dataclass(frozen=True, eq=False)
class Itemwise(MenuMechanism):
    """Second prices with a reserve for each item; additive bidders. Ties go to the bidder who comes first."""

    environment: Environment
    reserves: tuple[float, ...]
    proof = "The price of an item is the larger of its reserve and the others' best bid: no word of one's own moves it."

    def __post_init__(self) -> None:
        there, space = self.environment, self.environment.decisions
        adds_up = isinstance(space, Allocation) and space.demand == "additive" and there.values is additive
        if not adds_up or not there.transfers:
            raise InputError(
                where="item by item",
                needed="an auction: bidders whose values of items add up, and money",
                found=there.name or str(space),
            )
        if len(self.reserves) != there.dimensions or not np.isfinite(self.reserves).all():
            raise InputError(
                where="item by item, reserves",
                needed=f"a finite number for each of {there.dimensions} items",
                found=str(self.reserves),
            )
        if self.environment.values is not additive:  # of costs, or of equal items, second prices would not be truthful
            raise InputError(where="item by item", needed="values Σ θ_j x_j", found=self.environment.name)

    def outcome(self, reports: Array) -> Outcome:
        bids = np.swapaxes(reports, -1, -2)  # [..., item, agent]
        winner = bids.argmax(axis=-1)
        taken = np.take_along_axis(bids, winner[..., None], -1)[..., 0] >= np.asarray(self.reserves)
        decision = (np.arange(bids.shape[-1]) == winner[..., None]) & taken[..., None]
        second = np.sort(bids, axis=-1)[..., -2] if bids.shape[-1] > 1 else np.full(winner.shape, -np.inf)
        price = np.maximum(second, np.asarray(self.reserves))
        return Outcome(np.swapaxes(decision, -1, -2).astype(float), (decision * price[..., None]).sum(axis=-2))

    def menu(self, agent: int, others: Array) -> Menu:
        items = len(self.reserves)
        has = ((np.arange(2**items)[:, None] >> np.arange(items)) & 1).astype(float)  # [option, item]
        best = others.max(axis=-2) if others.shape[-2] else np.full((*others.shape[:-2], items), -np.inf)
        price = np.maximum(best, np.asarray(self.reserves))
        return Menu(np.broadcast_to(has, (*price.shape[:-1], *has.shape)), price @ has.T)


def myerson_uniform(environment: Environment) -> Itemwise:
    """The optimal auction of each item alone, for bidders who share one uniform law. Raises InputError for other laws."""
    from .laws import Uniform

    law = environment.laws[0]
    if not isinstance(law, Uniform) or any(other != law for other in environment.laws):
        raise InputError(where="item by item", needed="one uniform law for all bidders", found=str(environment.laws))
    # 2θ − high = 0
    reserves = tuple(max(low, high / 2) for low, high in zip(law.low, law.high, strict=True))
    return Itemwise(environment, reserves)
