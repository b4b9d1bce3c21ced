"""The question that a contract answers: actions with costs and laws of outcomes, and which contracts are allowed.

Law F[action, outcome], cost c[action] of the agent, reward r[outcome] of the principal; payments t[outcome] = B·x in one of the
forms of `forms.py`. With G = F·B every question is linear in x. What must hold if action a is to be chosen:

    (G_a − G_b)·x ≥ c_a − c_b + margin + 2ε + 2η·(largest − least payment)       for every other action b
     G_a·x        ≥ c_a + outside + ε + η·(largest − least payment)

where payoffs may be off by ε and each law by η in total variation: moving η of chance changes an expected payment by at most
η times the range of payments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...numerics import rational
from ...numerics.exact import Linear, dot
from ...numerics.given import bounds, law, named, number, numbers
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from .forms import Form, form


@dataclass(frozen=True, eq=False)
class Setting:
    """Who can do what at which cost, what it is worth, and which contracts are allowed. Checked once, when it is made."""

    F: Array = field(repr=False)
    """[action, outcome]; law of outcomes."""
    cost: Array = field(repr=False)
    """[action]; the agent's."""
    reward: Array = field(repr=False)
    """[outcome]; the principal's, before it pays."""
    low: Array = field(repr=False)
    """[outcome]; least payment."""
    high: Array = field(repr=False)
    """[outcome]; largest payment, or infinity."""
    kind: str
    slack: Any
    """Margin, and twice the payoff error."""
    error: Any
    """ε: every payoff of the agent may be off by this much."""
    variation: Any
    """η: every law may be off by this much in total variation."""
    outside: Any
    """What the agent gets elsewhere, or None if it must take part."""
    budget: Any
    rarest: Any
    actions: tuple[str, ...]
    outcomes: tuple[str, ...]

    @cached_property
    def form(self) -> Form:
        return form(self.kind, rational.exact(self.reward), self.low, self.high)

    @cached_property
    def law(self) -> Array:
        """F in rationals."""
        return law(self.F)

    @cached_property
    def exact_cost(self) -> Array:
        return rational.exact(self.cost)

    @cached_property
    def worth(self) -> Array:
        """[action]; expected rewards, exact."""
        return dot(self.law, rational.exact(self.reward))

    @cached_property
    def floating(self) -> tuple[Array, Array, Array]:
        """G[action, column], cost[action], expected reward[action]."""
        F = rational.floats(self.F)
        return self.form.laws(F), rational.floats(self.cost), F @ rational.floats(self.reward)

    @cached_property
    def G(self) -> Array:
        """[action, column]; exact."""
        return self.form.laws(self.law)

    def limits(self, a: int, exact: bool) -> tuple[Array, Array]:
        """Bounds of the columns where action a is wanted; the last two are the least and the largest payment, if needed."""
        low, high = self.form.low, self.form.high
        if self.rarest:
            chance = self.law[a] if exact else rational.floats(self.F[a])
            high = np.where(chance < (self.rarest if exact else float(self.rarest)), low, high)
        if self.variation:
            least, largest = min(self.low), max(self.high)
            low, high = np.append(low, [least, least]), np.append(high, [largest, largest])
        return (low, high) if exact else (rational.floats(low), rational.floats(high))

    def rows(self, a: int, against: list[int], exact: bool) -> tuple[Array, Array]:
        """(rows, sides): the form's own, taking part, the range of payments, then one incentive for each of `against`."""
        field_ = rational.exact if exact else rational.floats
        G, cost = (self.G, self.exact_cost) if exact else self.floating[:2]
        spread = field_(self.variation)[()]
        blocks, sides = [field_(self.form.rows)], [field_(self.form.sides)]
        if self.outside is not None:
            blocks.append(G[a : a + 1])
            sides.append(field_([self.outside + self.error]) + cost[a])
        blocks.append(G[a] - G[against])
        sides.append(cost[a] - cost[against] + field_(self.slack)[()])
        rows, side = np.concatenate(blocks), np.concatenate(sides)
        if not self.variation:
            return rows, side
        fixed, incentives = len(self.form.rows), len(against)
        weight = field_([0] * fixed + [1] * (len(rows) - fixed - incentives) + [2] * incentives) * spread
        rows = np.concatenate([rows, weight[:, None], -weight[:, None]], axis=1)
        basis = field_(np.eye(len(self.reward), dtype=int) if self.form.basis is None else self.form.basis)
        one, none = field_(np.ones((len(basis), 1), dtype=int)), field_(np.zeros((len(basis), 1), dtype=int))
        ranges = [np.concatenate([basis, -one, none], axis=1), np.concatenate([-basis, none, one], axis=1)]
        return np.concatenate([*ranges, rows]), np.concatenate([none[:, 0], none[:, 0], side])

    def objective(self, a: int, exact: bool) -> Array:
        row = (self.G if exact else self.floating[0])[a]
        return np.append(row, rational.like([0, 0], row)) if self.variation else row

    def slacks(self, a: int, x: Array) -> Array:
        """[action]; by how much each incentive holds, in the field of x."""
        exact = rational.is_exact(x)
        G, cost = (self.G, self.exact_cost) if exact else self.floating[:2]
        spread = 2 * rational.like(self.variation, x)[()] * (x[-1] - x[-2]) if self.variation else x.dtype.type(0)
        money = x[: G.shape[1]]
        utility = (dot(G, money) if exact else G @ money) - cost
        slack = utility[a] - utility - spread - rational.like(self.slack, x)[()]
        slack[a] = rational.zeros((1,), x)[0]
        return slack

    def linear(self, a: int, against: list[int]) -> Linear:
        rows, sides = self.rows(a, against, exact=True)
        return Linear(self.objective(a, True), rows, sides, *self.limits(a, True))

    @cached_property
    def ceiling(self) -> Array:
        """[action]; what no contract that brings the action about exceeds, exact: welfare less the least that the agent gets."""
        least = (self.law.dot(self.low) - self.exact_cost).max() if self.kind != "monotone" else -min(self.exact_cost)
        if self.outside is not None:
            least = max(least, self.outside)
        return self.worth - self.exact_cost - least

    @cached_property
    def floating_ceiling(self) -> Array:
        _, cost, worth = self.floating
        F = rational.floats(self.F)
        least = float((F @ rational.floats(self.low) - cost).max()) if self.kind != "monotone" else float(-cost.min())
        return worth - cost - max(least, -INFINITY if self.outside is None else float(self.outside))


def setting(
    F: Any,
    cost: Any,
    reward: Any,
    *,
    low: Any = 0,
    high: Any = INFINITY,
    monotone: bool = False,
    two_part: bool = False,
    margin: Any = 0,
    payoff_error: Any = 0,
    variation: Any = 0,
    outside: Any = None,
    budget: Any = None,
    rarest: Any = 0,
    actions: Any = None,
    outcomes: Any = None,
) -> Setting:
    """What `hidden_action` asks about; its arguments, checked. Raises InputError."""
    F = numbers(F, "law F", (None, None))
    n, m = F.shape
    check_law(F, "law F")
    if monotone and two_part:
        raise InputError(where="contract", needed="one form", found="both monotone and two_part")
    kind = "monotone" if monotone else "two-part" if two_part else "free"
    lowest, highest = bounds(low, "low", m), bounds(high, "high", m)
    if any(x == -INFINITY for x in lowest):
        raise InputError(
            where="low",
            needed="a finite least payment",
            found="-inf",
            remedy="Without limited liability sell the agent the outcome: t = reward − a fixed price.",
        )
    if (lowest > highest).any():
        raise InputError(where="contract", needed="low ≤ high at every outcome", found="the contrary")
    values = {"margin": margin, "payoff_error": payoff_error, "variation": variation, "rarest": rarest}
    exact = {what: number(value, what, least=0) for what, value in values.items()}
    if exact["variation"] and any(x == INFINITY for x in highest):
        raise InputError(
            where="contract",
            needed="a finite `high` where laws may be off: what a misjudged chance costs grows with the largest payment",
            found="infinity",
        )
    if exact["rarest"] and kind != "free":
        raise InputError(where="contract", needed="a free form with `rarest`", found=kind)
    return Setting(
        F,
        numbers(cost, "cost", (n,)),
        numbers(reward, "reward", (m,)),
        lowest,
        highest,
        kind,
        exact["margin"] + 2 * exact["payoff_error"],
        exact["payoff_error"],
        exact["variation"],
        None if outside is None else number(outside, "outside"),
        None if budget is None else number(budget, "budget"),
        exact["rarest"],
        named(actions, "a", n, "actions"),
        named(outcomes, "y", m, "outcomes"),
    )
