"""Relational contracts: promises that no court enforces, kept because tomorrow is worth more.

*Discretionary bonuses* (after Levin 2003, Am. Econ. Rev. 93; derived here). Every period the agent chooses a, outcome y comes out,
and a bonus b(y) is promised on top of a fixed pay w. Whoever breaks a promise ends the relation. Let δ be the discount factor, π
and u the per-period gains of principal and agent above their outside options, and s = π + u = R_a − c_a − (both outside options):

    the principal pays b(y)      iff   δ/(1−δ)·π  ≥   b(y)
    the agent pays −b(y)         iff   δ/(1−δ)·u  ≥  −b(y)

Adding the first at the largest bonus to the second at the smallest gives spread := max b − min b ≤ δ/(1−δ)·s; and if that holds,
some w divides s so that both hold. So the safest promise is that of the smallest spread that makes a a best reply, and

    a can be sustained   iff   δ ≥ spread / (spread + s).

*Reputation*. The agent is paid by a score r_t = λ·r_{t−1} + (1−λ)·g_t of how well it behaved. One misdeed gains Δu now and takes Δg
off today's g, hence (1−λ)·Δg·λ^k off the score k periods on, worth δ^k as much. Summed over k = 0, 1, …: it complies iff
Δu ≤ (1−λ)/(1−δλ)·Δg. A long memory (λ → 1) destroys the incentives of all but patient agents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...numerics import rational
from ...numerics.exact import ONE, ZERO, Linear
from ...numerics.given import number
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from .hidden_action import position
from .one_agent import OneAgent
from .setting import Setting, setting


@dataclass(frozen=True, eq=False)
class Relational(OneAgent):
    """The promise of the smallest spread that sustains an action. Exact."""

    setting: Setting = field(repr=False)
    action: int
    bonus: Array
    """[outcome]; b, the smallest is 0."""
    least_spread: Fraction
    """No promise with a smaller spread makes the action a best reply; proved by multipliers."""
    surplus: Fraction
    """s: expected reward less cost less all outside options, per period."""

    @property
    def spread(self) -> Fraction:
        return max(self.bonus)

    @property
    def patience(self) -> Fraction | None:
        """The least discount factor that sustains the action; None if none below 1 does."""
        if self.spread == 0:
            return ZERO if self.surplus >= 0 else None
        return self.spread / (self.spread + self.surplus) if self.surplus > 0 else None

    def keeps(self, discount: Any) -> bool:
        """Whether both keep the promise at this discount factor, the surplus divided as it has to be."""
        delta = _below_one(discount, "discount")
        return self.surplus >= 0 and self.spread * (1 - delta) <= delta * self.surplus

    def gains(self, discount: Any) -> tuple[Fraction, Fraction]:
        """(π, u): per-period gains of principal and agent that keep both from walking away. Raises Impossible if none do."""
        delta = _below_one(discount, "discount")
        if not self.keeps(delta):
            raise Impossible(
                where="relational contract",
                needed="a spread that fits into the future surplus",
                found=f"{rational.decimal(self.spread)} at discount {rational.decimal(delta)}",
                remedy=f"It takes {rational.decimal(self.patience)}." if self.patience is not None else "",
            )
        return self.surplus, ZERO  # the smallest bonus is 0: only the principal is ever tempted

    @property
    def amounts(self) -> Array:
        """[outcome]: one period, the promise kept."""
        return self.bonus

    @property
    def outside(self) -> dict[str, list[Any]]:
        return {}  # that it pays to stay is said by `patience`

    def describe(self) -> str:
        name, patience = self.setting.actions[self.action], self.patience
        if patience is None:
            return f"{name} cannot be sustained: the relation is worth nothing beyond the outside options."
        return f"{name} is sustained by a bonus of up to {rational.decimal(self.spread)} if δ ≥ {rational.decimal(patience)}."


def relational(
    F: Any,
    cost: Any,
    reward: Any,
    action: int | str,
    *,
    outside: Any = 0,
    margin: Any = 0,
    actions: Any = None,
    outcomes: Any = None,
) -> Relational:
    """The smallest promise that sustains `action` for law F[action, outcome], cost[action], reward[outcome].

    `outside` is what principal and agent get together, per period, without the relation. Raises InputError; Impossible where no
    bonus makes the action a best reply.
    """
    asked = setting(F, cost, reward, margin=margin, actions=actions, outcomes=outcomes)
    a = position(asked, action)
    n, m = asked.F.shape
    others = [b for b in range(n) if b != a]
    rows, sides = asked.rows(a, others, exact=True)
    zeros = np.full((len(rows), 1), ZERO, dtype=object)
    ones = np.full((m, 1), ONE, dtype=object)
    below = np.concatenate([-rational.exact(np.eye(m, dtype=int)), ones], axis=1)  # b(y) ≤ spread
    linear = Linear(
        np.array([ZERO] * m + [ONE], dtype=object),
        np.concatenate([below, np.concatenate([rows, zeros], axis=1)]),
        np.concatenate([np.full(m, ZERO, dtype=object), sides]),
        np.full(m + 1, ZERO, dtype=object),
        np.full(m + 1, INFINITY, dtype=object),
    )
    if linear.solve().x is None:
        raise Impossible(
            where="relational contract", needed=f"a bonus that makes {asked.actions[a]} a best reply", found="none"
        )
    exact = linear.exactly()
    bonus = exact.x[:m] - min(exact.x[:m])
    surplus = asked.worth[a] - asked.exact_cost[a] - number(outside, "outside")
    return Relational(asked, a, bonus, exact.bound, surplus)


def best_relational(F: Any, cost: Any, reward: Any, discount: Any, **asked: Any) -> Relational:
    """The action of the largest surplus that a promise sustains at this discount factor. Raises Impossible where there is none."""
    found = []
    for a in range(len(np.asarray(F))):
        try:
            contract = relational(F, cost, reward, a, **asked)
        except Impossible:
            continue
        if contract.keeps(discount):
            found.append(contract)
    if not found:
        raise Impossible(
            where="relational contract",
            needed=f"an action that a promise sustains at discount {discount}",
            found="none",
            remedy="A relation that nobody wants to keep sustains nothing; raise the surplus or the discount factor.",
        )
    return max(found, key=lambda c: c.surplus)


def _below_one(value: Any, what: str) -> Any:
    exact = number(value, what, least=0)
    if exact >= 1:
        raise InputError(where=what, needed="a number from 0 to below 1", found=str(exact))
    return exact


# ── reputation ──────────────────────────────────────────────────────────────────────────────────────────────────────


def reputation_weight(memory: Any, discount: Any) -> Fraction:
    """(1−λ)/(1−δλ): what one unit of today's behaviour is worth through the score, for memory λ and discount δ, both in [0, 1)."""
    lam, delta = _below_one(memory, "memory"), _below_one(discount, "discount")
    return (1 - lam) / (1 - delta * lam)


def complies(gain: Any, loss: Any, *, memory: Any, discount: Any) -> bool:
    """Whether an agent forgoes a misdeed that gains it Δu now and takes Δg off the period's contribution to its score."""
    return number(gain, "gain") <= reputation_weight(memory, discount) * number(loss, "loss")


def longest_memory(gain: Any, loss: Any, *, discount: Any) -> Fraction | None:
    """The largest memory λ at which the agent still complies; None if it does not even at λ = 0. For gain < loss, below 1.

    From Δu·(1 − δλ) ≤ (1 − λ)·Δg: λ ≤ (Δg − Δu)/(Δg − δ·Δu).
    """
    u, g, delta = number(gain, "gain", least=0), number(loss, "loss", least=0), _below_one(discount, "discount")
    if not g:
        return None if u else ONE
    return (g - u) / (g - delta * u) if u <= g else None
