"""Tasks for agents whose costs are private: a reverse auction.

    v_i(θ, x) = −Σ_j θ_ij x_ij      θ_ij: what task j costs agent i;  x_ij: whether (with what chance) i does it

The rule-maker pays (payments are negative), and is the residual claimant of w for each task done. Goals: "profit", w times the
tasks done less what is paid; "welfare", the same less what it costs the agents; "makespan", minus the longest sum of costs of one
agent, where costs are hours and agents work side by side (Nisan & Ronen 2001, Games and Economic Behavior 35).
"""

from __future__ import annotations

from typing import Any

from ...errors import InputError
from ..decisions import Allocation
from ..environment import Environment, Goal
from .settings import counted, positive, uniform_from

MAKESPAN = Goal("makespan", "minus the time until the last agent is done", lambda t, values, p: values.min(axis=-1))


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

    `goal`: "profit", "welfare" or "makespan". Under "makespan" a task left undone costs `worth` hours, so that doing
    nothing is no way to be done early. Raises InputError.
    """
    counted("tasks", agents=agents, tasks=tasks)
    positive("tasks", worth=worth)
    law = uniform_from("tasks", low, high, tasks)

    def done(types: Any, decision: Any) -> Any:
        return worth * decision.sum(axis=(-2, -1))

    def undone(types: Any, decision: Any) -> Any:
        return worth * (decision.sum(axis=(-2, -1)) - tasks)

    goals = {
        "profit": Goal("profit", "tasks done less what is paid", lambda t, v, p: p.sum(axis=-1), also=done),
        "welfare": Goal("welfare", "tasks done less what they cost", lambda t, v, p: v.sum(axis=-1), also=done),
        "makespan": Goal("makespan", MAKESPAN.says, MAKESPAN.at, also=undone),
    }
    if goal not in goals:
        raise InputError(where="tasks, goal", needed=" or ".join(goals), found=repr(goal))

    def values(types: Any, decision: Any) -> Any:
        return -(types * decision).sum(axis=-1)

    name = f"{tasks} tasks for {agents} agents"
    return Environment((law,) * agents, Allocation(agents, tasks), values, goals[goal], name=name)
