"""Hidden action: the best contract when only outcomes can be paid for, and the agent does what is best for itself.

Action a costs the agent c_a and gives outcome y with chance F_a(y), worth r(y). The agent is risk-neutral and pays in no more
than `low` (limited liability). Two steps (Grossman & Hart 1983, Econometrica 51): the cheapest contract t for each action,

    minimise  F_a·t   subject to   F_a·t − c_a ≥ F_b·t − c_b + slack  for all b,   low ≤ t ≤ high,   F_a·t − c_a ≥ outside,

then the action with the largest R_a − F_a·t. No action is worth more than its welfare R_a − c_a less what the agent gets in
any case, so actions are tried from the largest such bound on, until it falls below the best value found. Of the rows of
one action few matter: they are added as they are broken. Multipliers λ_b prove that nothing is better (`exact`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...numerics import rational
from ...numerics.given import law
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from .cheapest import NotImplementable, Tried, cheapest, exactly, least_price, why_not
from .one_agent import OneAgent
from .setting import Setting, setting


@dataclass(frozen=True, eq=False)
class ExactContract:
    """A contract in rationals that breaks no incentive, and the proof of how good it is."""

    amounts: Array
    """[outcome]; t."""
    value: Any
    """The principal's."""
    paid: Any
    bound: Any
    """No allowed contract is worth more (none for this action, if it was asked for); proved by multipliers."""
    slack: Any
    """What the agent loses at the least by another action, beyond the margin asked for."""

    @property
    def gap(self) -> Any:
        return self.bound - self.value


@dataclass(frozen=True, eq=False)
class HiddenAction(OneAgent):
    """The optimal contract. Money is in payoff units."""

    setting: Setting = field(repr=False)
    action: int
    """Position of the action brought about."""
    contract: Array
    """[outcome]; what is paid, floating. `exact.amounts` has the rationals."""
    value: float
    """Expected reward less what is paid."""
    paid: float
    utility: float
    """The agent's: paid less cost."""
    tried: tuple[Tried, ...] = field(repr=False)
    """Actions whose programmes were solved, in the order of their welfare."""
    chosen: bool = True
    """Whether the action was chosen as the best one, and not asked for."""

    @property
    def rent(self) -> float:
        """What the agent gets beyond its outside option (beyond 0 where it has none)."""
        return self.utility - float(self.setting.outside or 0)

    @property
    def solved(self) -> int:
        """How many actions needed a programme; the others' welfare is too small."""
        return len(self.tried)

    @cached_property
    def exact(self) -> ExactContract:
        """The contract in rationals. Raises Unsolved where none near the solver's breaks nothing."""
        asked, best = self.setting, next(t for t in self.tried if t.action == self.action)
        found = exactly(asked, best)
        value = asked.worth[self.action] - found.value
        ceilings = asked.ceiling.copy()
        for tried in self.tried:
            price = found.bound if tried is best else least_price(asked, tried, asked.worth[tried.action] - value)
            over = asked.budget is not None and price > asked.budget
            ceilings[tried.action] = value if over else min(ceilings[tried.action], asked.worth[tried.action] - price)
        slack = np.delete(asked.slacks(self.action, found.x), self.action)
        return ExactContract(
            asked.form.payments(found.x),
            value,
            found.value,
            max(ceilings) if self.chosen else ceilings[self.action],
            min(slack, default=None),
        )

    @property
    def amounts(self) -> Array:
        """[outcome]: the exact contract."""
        return self.exact.amounts

    def describe(self) -> str:
        action = self.setting.actions[self.action]
        money = [
            f"{rational.decimal(t)} if {y}" for y, t in zip(self.setting.outcomes, self.contract, strict=True) if t
        ]
        return (
            f"Pay {', '.join(money) or 'nothing'}: the agent chooses {action}, is paid {rational.decimal(self.paid)} on average, "
            f"and {rational.decimal(self.value)} is left."
        )

    def why_not(self, action: int | str) -> NotImplementable | None:
        """Why no contract brings this action about; None where one does."""
        return why_not(self.setting, position(self.setting, action))


def position(asked: Setting, action: int | str) -> int:
    if isinstance(action, str) and action in asked.actions:
        return asked.actions.index(action)
    if isinstance(action, (int, np.integer)) and 0 <= action < len(asked.actions):
        return int(action)
    raise InputError(where="action", needed=f"one of {', '.join(asked.actions[:9])}", found=repr(action))


def hidden_action(F: Any, cost: Any, reward: Any, *, action: int | str | None = None, **allowed: Any) -> HiddenAction:
    """The optimal contract for law F[action, outcome], cost[action] and reward[outcome].

    low, high      bounds of what is paid: one number or [outcome]; limited liability is low = 0
    monotone       what is paid and what is left both rise with the reward, and neither is negative (Innes 1990)
    two_part       a fixed part and a rate
    outside        what the agent gets elsewhere; without it the agent must take part
    budget         most that is paid on average
    rarest         outcomes less likely than this under the wanted action are paid no more than `low`
    margin         every other action is worse by this much, in payoff units
    payoff_error   ε: the agent's payoffs may be off by this much; the incentives survive that
    variation      η: laws may be off by this much in total variation; needs a finite `high`
    action         bring this action about, instead of the best one
    actions, outcomes   names

    Raises InputError; Impossible where no action can be brought about, or not the one asked for.
    """
    asked = setting(F, cost, reward, **allowed)
    worth, ceiling = asked.floating[2], asked.floating_ceiling
    order = np.argsort(-ceiling, kind="stable") if action is None else [position(asked, action)]
    best, tried = None, []
    most = INFINITY if asked.budget is None else float(asked.budget)
    for a in map(int, order):
        value = -INFINITY if best is None else worth[best.action] - best.paid
        if ceiling[a] <= value:
            break
        found = cheapest(asked, a, too_dear=worth[a] - value, like=best)
        tried.append(found)
        if found.status == "optimal" and found.paid <= most * (1 + 1e-9):
            best = found
    if best is None:
        raise _impossible(asked, tried)
    a = best.action
    contract = asked.form.payments(best.point())
    cost_ = asked.floating[1][a]
    return HiddenAction(
        asked, a, contract, float(worth[a] - best.paid), best.paid, best.paid - cost_, tuple(tried), action is None
    )


def _impossible(asked: Setting, tried: list[Tried]) -> Impossible:
    reason = why_not(asked, tried[0].action) if len(tried) == 1 else None
    if reason is not None:
        return Impossible(where="contract", needed="an allowed contract", found=reason.describe().rstrip("."))
    dear = [t.paid for t in tried if t.x is not None]
    found = f"the cheapest costs {rational.decimal(min(dear))}" if dear else "none that brings any action about"
    return Impossible(
        where="contract",
        needed="an allowed contract" + ("" if asked.budget is None else f" within a budget of {asked.budget}"),
        found=found,
        remedy="Widen the bounds on payments, raise the budget, or ask for a smaller margin.",
    )


def worst_slacks(F: Any, cost: Any, contract: Any, action: int, *, payoff_error: Any = 0, variation: Any = 0) -> Array:
    """[action]; how much each incentive of `action` still holds by, at the worst of the laws and payoffs that are possible.

    Every law may be off by `variation` in total variation, each on its own, every payoff by `payoff_error`. Exact where
    `contract` is; the entry of `action` itself is 0. The worst law of the action takes chance from where the contract pays most
    to where it pays least; that of the others takes it the other way.
    """
    t, F = rational.numbers(contract), rational.numbers(F)
    if rational.is_exact(t):
        F, cost = law(F), rational.exact(cost)
    up = shifted(F, t, rational.like(variation, t)[()])
    down = -shifted(F[action : action + 1], -t, rational.like(variation, t)[()])[0]
    cost = rational.like(cost, t)
    slack = (down - cost[action]) - (up - cost) - 2 * rational.like(payoff_error, t)[()]
    slack[action] = slack[action] - slack[action]
    return slack


def shifted(F: Array, t: Array, variation: Any) -> Array:
    """[action]; the largest expected payment when `variation` of chance may move to where most is paid."""
    order = np.argsort(t, kind="stable")
    chance, pay = F[:, order], t[order]
    left = np.minimum(np.cumsum(chance, axis=1), variation)
    moved = np.concatenate([left[:, :1], np.diff(left, axis=1)], axis=1)
    return (F * t).sum(axis=1) + (moved * (pay[-1] - pay)).sum(axis=1)
