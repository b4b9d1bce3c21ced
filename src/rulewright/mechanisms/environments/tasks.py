"""Tasks for agents whose costs are private: a reverse auction.

    v_i(θ, x) = −Σ_j θ_ij x_ij      θ_ij: what task j costs agent i;  x_ij: whether (with what chance) i does it

The rule-maker pays (payments are negative), and is the residual claimant of w for each task done: C(x) = −w Σ_ij x_ij. So
`REVENUE` is its profit, `WELFARE` what tasks are worth less what they cost the agents. `makespan`: minus the longest sum of costs
of one agent, where costs are hours and agents work side by side (Nisan & Ronen 2001, Games and Economic Behavior 35), and w hours
for a task undone.
"""

from __future__ import annotations

from typing import Any

from ...errors import InputError
from ..decisions import Allocation
from ..environment import REVENUE, WELFARE, Environment, Goal
from .settings import counted, positive, uniform_from


def toil(types: Any, decision: Any) -> Any:
    """[..., agent]: −Σ_j θ_ij x_ij."""
    return -(types * decision).sum(axis=-1)


def makespan(tasks: int, worth: float = 1.0) -> Goal:
    """Minus the time until the last agent is done and what was left undone is made up for, at `worth` hours a task."""

    def undone(types: Any, decision: Any) -> Any:
        return worth * (decision.sum(axis=(-2, -1)) - tasks)

    says = "minus the time until the last agent is done"
    return Goal("makespan", says, lambda types, values, payments: values.min(axis=-1), also=undone)


def task_allocation(
    agents: int,
    tasks: int,
    *,
    worth: float = 1.0,
    low: float = 0.0,
    high: float = 1.0,
    goal: str = "profit",
) -> Environment:
    """Which agent does which task; costs uniform on [low, high] for each, a task done is worth `worth` to the rule-maker.

    `goal`: "profit", "welfare" or "makespan". Raises InputError.
    """
    counted("tasks", agents=agents, tasks=tasks)
    positive("tasks", worth=worth)
    law = uniform_from("tasks", low, high, tasks)

    goals = {"profit": REVENUE, "welfare": WELFARE, "makespan": makespan(tasks, worth)}
    if goal not in goals:
        raise InputError(where="tasks, goal", needed=" or ".join(goals), found=repr(goal))

    def spent(decision: Any) -> Any:
        return -worth * decision.sum(axis=(-2, -1))

    name = f"{tasks} tasks for {agents} agents"
    return Environment((law,) * agents, Allocation(agents, tasks), toil, goals[goal], name=name, cost=spent)
