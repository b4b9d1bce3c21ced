"""Where a direct mechanism works: whose types are private, what may be decided, what it is worth to whom, what people want.

    u_i(θ_i, x, t) = v_i(θ_i, x) − t_i

v is any function of arrays (NumPy or JAX) that is given types [..., agent, dimension] and decisions [..., *shape] and gives
[..., agent]. In auctions v_i = Σ_j θ_ij x_ij. A goal is what people want of types, decision and payments: revenue is one of many.
Values are gains over staying away (a seller who trades has v = −θ). The rule-maker gets all payments, bears C(x), the cost of
the decision, and is the residual claimant: it is out of pocket by C(x) − Σ_i t_i.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics.counter import draws, uniform
from ..numerics.rational import Array
from .decisions import Allocation, Bundles, Decisions
from .laws import Law, Uniform

Values = Callable[[Any, Any], Any]
"""(types [..., agent, dimension], decisions [..., *shape]) → values [..., agent], in money."""
STREAM = 0x6D656368  # of draws, so that profiles are nobody else's random numbers


@dataclass(frozen=True)
class Goal:
    """What people want of a mechanism."""

    name: str
    says: str
    at: Callable[[Any, Any, Any], Any] = field(repr=False)
    """(types [..., agent, dimension], values [..., agent], payments [..., agent]) → [...]"""
    also: Callable[[Any, Any], Any] | None = field(default=None, repr=False)
    """(types, decisions [..., *shape]) → [...]: what people get from the decision itself, added; None: nothing."""
    bears: float = 0.0
    """How much what the decision costs the rule-maker counts against it: 1 fully, 0 not."""


REVENUE = Goal("revenue", "what agents pay", lambda types, values, payments: payments.sum(axis=-1), bears=1.0)
WELFARE = Goal(
    "welfare", "what the decision is worth to all", lambda types, values, payments: values.sum(axis=-1), bears=1.0
)
SURPLUS = Goal("surplus", "what agents are left with", lambda types, values, payments: (values - payments).sum(axis=-1))
WORST_OFF = Goal(
    "worst off", "what the worst-off agent is left with", lambda types, values, payments: (values - payments).min(-1)
)
GOALS = {goal.name: goal for goal in (REVENUE, WELFARE, SURPLUS, WORST_OFF)}


@dataclass(frozen=True, eq=False)
class Environment:
    """One declarative object for every direct mechanism."""

    laws: tuple[Law, ...]
    """Per agent; all of the same number of dimensions."""
    decisions: Decisions
    values: Values = field(repr=False)
    goal: Goal = REVENUE
    transfers: bool = True
    """False: no money changes hands."""
    outside: float = 0.0
    """What an agent gets that stays away."""
    budget: float = float("inf")
    """The most that one agent can pay."""
    name: str = ""
    cost: Callable[[Any], Any] | None = field(default=None, repr=False)
    """decisions [..., *shape] → [...]: what a decision costs the rule-maker, in money; below 0: what it brings; None: nothing."""
    deficit: float = float("inf")
    """The most that the rule-maker may be out of pocket, C(x) − Σ_i t_i, whatever the types."""

    def __post_init__(self) -> None:
        if not self.laws or len({law.dimensions for law in self.laws}) != 1:
            raise InputError(
                where="environment",
                needed="agents whose types have equally many dimensions",
                found=str([law.dimensions for law in self.laws]),
            )

    @property
    def agents(self) -> int:
        return len(self.laws)

    @property
    def dimensions(self) -> int:
        return self.laws[0].dimensions

    @property
    def low(self) -> Array:
        """[agent, dimension]: the least that may be reported."""
        return np.array([law.low for law in self.laws])

    @property
    def high(self) -> Array:
        """[agent, dimension]: the most that may be reported."""
        return np.array([law.high for law in self.laws])

    def types(self, u: Any, xp: Any = np) -> Any:
        """[..., agent, dimension]: types from uniform draws of that shape."""
        return xp.stack([law.at(u[..., i, :], xp) for i, law in enumerate(self.laws)], axis=-2)

    def profiles(self, count: int, seed: int, *, start: int = 0) -> Array:
        """[profile, agent, dimension]: draws start, start + 1, … of one endless sequence for each seed."""
        each = self.agents * self.dimensions
        odd = (start * each) % 2  # the generator counts in pairs
        drawn = draws(seed, STREAM, 0, count * each + odd, start=start * each - odd)[odd:]
        return np.asarray(self.types(uniform(drawn).reshape(count, self.agents, self.dimensions)))

    def shortfall(self, decision: Any, payments: Any) -> Any:
        """[...]: by how much the rule-maker is out of pocket, C(x) − Σ_i t_i."""
        paid = payments.sum(axis=-1)
        return -paid if self.cost is None else self.cost(decision) - paid

    def achieved(self, types: Any, decision: Any, payments: Any, goal: Goal | None = None) -> Any:
        """[...]: what people get, of `goal` or otherwise of the environment's, with cost and decision counted as it says."""
        wanted = self.goal if goal is None else goal
        total = wanted.at(types, self.values(types, decision), payments)
        if wanted.also is not None:
            total = total + wanted.also(types, decision)
        return total - wanted.bears * self.cost(decision) if wanted.bears and self.cost is not None else total

    def wanting(self, goal: Goal) -> Environment:
        """The same, for another goal."""
        return replace(self, goal=goal)


def additive(types: Any, decision: Any) -> Any:
    """[..., agent]: Σ_j θ_ij x_ij."""
    return (types * decision).sum(axis=-1)


def auction(
    bidders: int,
    items: int,
    *,
    low: float | tuple[float, ...] = 0.0,
    high: float | tuple[float, ...] = 1.0,
    demand: str = "additive",
    law: Law | None = None,
) -> Environment:
    """Items for sale: values uniform on [low, high] for each item, independently, or from `law`; "additive" or "unit" demand.

    Revenue is the goal. Raises InputError.
    """
    if bidders < 1 or items < 1:
        raise InputError(
            where="auction", needed="at least one bidder and one item", found=f"{bidders} bidders, {items} items"
        )
    if law is None:
        for name, ends in (("low", low), ("high", high)):
            if np.ndim(ends) and np.shape(ends) != (items,):
                raise InputError(where=name, needed=f"one number, or one for each of {items} items", found=str(ends))
        lows, highs = (tuple(np.broadcast_to(np.asarray(v, float), (items,)).tolist()) for v in (low, high))
        law = Uniform(lows, highs)
    if law.dimensions != items:
        raise InputError(where="auction", needed=f"a law of {items} values", found=str(law.dimensions))
    name = f"{bidders}×{items} {demand}"
    return Environment((law,) * bidders, Allocation(bidders, items, demand), additive, name=name)


def bundle_auction(laws: tuple[Law, ...], items: int) -> Environment:
    """Combinatorial values: θ_i[bundle] for every bundle of items; few items only."""
    return Environment(laws, Bundles(len(laws), items), additive, name=f"{len(laws)}×{items} bundles")
