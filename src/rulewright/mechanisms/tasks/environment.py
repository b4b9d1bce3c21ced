"""Task markets as an environment of direct mechanisms, so that the auditor may look for lies in any rule of theirs.

    θ_i = (c_i, q_i)                    cost and chance of success, private
    decision[agent] = (x_i, b_i, s_i)   the chance that i does the task; what success brings it above failure, in mean; its claim
    v_i(θ, d) = −c_i·x_i + b_i·(q_i − s_i)        t_i: what i pays in mean if its claim is true
    C(d) = −V·Σ_i x_i·s_i

so that v_i − t_i is what i of quality q_i expects of payments that hang on an outcome that nobody can report, and, at the truth,
the house's measures are what they are called: `WELFARE` Σ_i x_i·(q_i·V − c_i), `REVENUE` the buyer's profit, `SURPLUS` the agents'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Decisions
from ..environment import REVENUE, WELFARE, Environment
from ..environments.settings import counted, positive
from ..found import Found
from ..laws import Uniform
from ..mechanism import Mechanism, Outcome
from . import market
from .market import Rule, Settled

ABSURD = 1e-12


@dataclass(frozen=True)
class Jobs(Decisions):
    """x[agent] ≥ 0, Σ_i x_i ≤ 1; nothing hangs on the success of who does nothing, nor on its claim."""

    agents: int

    @property
    def shape(self) -> tuple[int, ...]:
        return self.agents, 3

    def excess(self, decision: Any, xp: Any = np) -> Any:
        x = decision[..., 0]
        idle = xp.where(x[..., None] <= 0, abs(decision[..., 1:]), 0.0).max(axis=(-2, -1))
        return xp.maximum(xp.maximum(x.sum(axis=-1) - 1, (-x).max(axis=-1)), xp.where(idle > 0, idle, -1.0))


def expects(types: Any, decision: Any) -> Any:
    """[..., agent]: −c·x + b·(q − s)."""
    x, bonus, claim = decision[..., 0], decision[..., 1], decision[..., 2]
    return bonus * (types[..., 1] - claim) - types[..., 0] * x


def task_market(agents: int, *, worth: float = 1.0, cost: float = 1.0, goal: str = "welfare") -> Environment:
    """A task worth `worth` if it succeeds; costs uniform on [0, cost], chances of success on [0, 1], all independent.

    `goal`: "welfare" or "profit" (the buyer's). Raises InputError.
    """
    counted("task market", agents=agents)
    positive("task market", worth=worth, cost=cost)
    goals = {"welfare": WELFARE, "profit": REVENUE}
    if goal not in goals:
        raise InputError(where="task market, goal", needed=" or ".join(goals), found=repr(goal))
    law = Uniform((0.0, 0.0), (float(cost), 1.0))

    def claimed(decision: Any) -> Any:
        return -worth * (decision[..., 0] * decision[..., 2]).sum(axis=-1)

    name = f"a task for {agents} agents"
    return Environment((law,) * agents, Jobs(agents), expects, goals[goal], name=name, cost=claimed)


Score = Callable[[Any, float, Array, Array, Array], Array]
"""(rule, V, price, quality, standing [agent]) → [..., agent]; −∞ where it is not to be had."""


def _if(sold: Array, score: Array) -> Array:
    return np.where(sold, score, -np.inf)


def _ratio(rule: Any, worth: float, p: Array, s: Array, r: Array) -> Array:
    return _if(s * worth >= p, s / np.maximum(p, ABSURD))


def _surplus(rule: Any, worth: float, p: Array, s: Array, r: Array) -> Array:
    return _if(s * worth >= p, s * worth - p)


SCORES: dict[str, Score] = {
    "best ratio": _ratio,
    "deposit": _ratio,
    "lowest price": lambda rule, worth, p, s, r: _if((s >= float(rule.bar)) & (p <= worth), -p),
    "second score": _surplus,
    "settled on outcome": lambda rule, worth, p, s, r: np.minimum(
        _surplus(rule, worth, p, s, r), np.inf if rule.cap is None else float(rule.cap)
    ),
    "reputation": lambda rule, worth, p, s, r: _if(r * worth >= p, r * worth - p + 0 * s),
    "first come": lambda rule, worth, p, s, r: _if(s * worth >= p, -np.arange(p.shape[-1]) + 0.0 * p),
    "lot": lambda rule, worth, p, s, r: _if(s * worth >= p, 0.0 * p),
}


def _asked(rule: Any, worth: float, p: Array, s: Array, k: Array) -> tuple[Array, Array]:
    return p, p


def _settled(rule: Any, worth: float, p: Array, s: Array, k: Array) -> tuple[Array, Array]:
    return worth - k, -k  # means, given what truly came of it: V·(1[seen] − f)/(t − f) has mean V, or 0


PAYS: dict[str, Callable[[Any, float, Array, Array, Array], tuple[Array, Array]]] = {
    "second score": lambda rule, worth, p, s, k: (s * worth - k, s * worth - k),
    "deposit": lambda rule, worth, p, s, k: (p, p - float(rule.amount)),
    "settled on outcome": _settled,
}
"""Means of what is paid, given success and failure; of the others, the price."""


@dataclass(frozen=True, eq=False)
class TaskMechanism(Mechanism):
    """A rule of `market` for one task, in arrays. Ties go to whoever comes first, but for the lot, which shares the chance."""

    environment: Environment
    rule: Rule
    standing: tuple[float, ...] = ()
    """[agent]; empty: the rule's start for everyone."""

    def __post_init__(self) -> None:
        if not isinstance(self.environment.decisions, Jobs):
            raise InputError(where="task rule", needed="a task market", found=self.environment.name)
        if self.standing and len(self.standing) != self.environment.agents:
            raise InputError(
                where="standing", needed=f"{self.environment.agents} numbers", found=str(len(self.standing))
            )

    @property
    def worth(self) -> float:
        """V, as the environment has it."""
        sure = np.zeros(self.environment.decisions.shape)
        sure[0] = 1.0, 0.0, 1.0
        return 0.0 if self.environment.cost is None else -float(self.environment.cost(sure))

    @property
    def proof(self) -> str:  # type: ignore[override]
        if not isinstance(self.rule, Settled):
            return ""
        return (
            "Who wins gets its true score less the best score of the others, in mean, whatever it said; so it wants to win "
            "exactly when its true score is the higher one, and saying the truth does that."
        )

    def outcome(self, reports: Array) -> Outcome:
        p, s = reports[..., 0], reports[..., 1]
        r = np.asarray(self.standing or (float(self.rule.start),) * p.shape[-1])
        score = SCORES[self.rule.name](self.rule, self.worth, p, s, r)
        able = np.isfinite(score)
        first = np.arange(p.shape[-1]) == score.argmax(axis=-1)[..., None]
        x = np.where(first & able, 1.0, 0.0)
        if self.rule.name == "lot":
            x = able / np.maximum(able.sum(axis=-1, keepdims=True), 1)
        k = np.maximum(_best_of_others(score), 0.0)
        success, failure = PAYS.get(self.rule.name, _asked)(self.rule, self.worth, p, s, k)
        bonus = np.where(x > 0, x * (success - failure), 0.0)
        paid = np.where(x > 0, -x * failure - bonus * s, 0.0)
        return Outcome(np.stack([x, bonus, np.where(x > 0, s, 0.0)], axis=-1), paid)

    def truly(self, types: Array, outcome: Outcome) -> tuple[Array, Array]:
        """([...], [...]): welfare, and the buyer's part, of agents of these types, whatever they reported."""
        x, bonus, claim = (outcome.decision[..., k] for k in range(3))
        brings = self.worth * x * types[..., 1]
        paid = outcome.payments + bonus * (claim - types[..., 1])
        return (brings - x * types[..., 0]).sum(axis=-1), (brings + paid).sum(axis=-1)


def _best_of_others(score: Array) -> Array:
    """[..., agent]: −∞ for an agent alone."""
    if score.shape[-1] == 1:
        return np.full(score.shape, -np.inf)
    two = np.sort(score, axis=-1)[..., -2:]
    top = np.arange(score.shape[-1]) == score.argmax(axis=-1)[..., None]
    return np.where(top, two[..., :1], two[..., 1:])


def task_rule(
    environment: Environment,
    rule: str = "settled on outcome",
    bar: float = 0.5,
    amount: float = 0.25,
    sees: float = 1.0,
    mistakes: float = 0.0,
    cap: float = 0.0,
    standing: tuple[float, ...] = (),
) -> Found:
    """A rule by its name, for scenario files; `cap` 0: none. Raises InputError for names and settings that there are not."""
    if rule not in market.RULES:
        raise InputError(where="task rule", needed=" or ".join(market.RULES), found=repr(rule))
    mine = {"lowest price": {"bar": bar}, "deposit": {"amount": amount}}.get(rule, {})
    if rule == Settled.name:
        mine = {"sees": sees, "mistakes": mistakes, **({"cap": cap} if cap else {})}
    try:
        made = market.RULES[rule](**mine)  # type: ignore[arg-type]
    except market.Refused as problem:
        raise InputError(where="task rule", needed="settings within their ranges", found=str(problem)) from None
    return Found(TaskMechanism(environment, made, standing))
