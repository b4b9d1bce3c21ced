"""When there is no rule: what would have to give, and by how little; and which requirements contradict each other."""

from __future__ import annotations

import numpy as np

from ...errors import Impossible
from ...numerics.rational import Array
from .frame import Frame
from .incentives import Incentives
from .multipliers import read

AT_MOST = ("the budget",)


def relaxation(frame: Frame, incentives: list[Incentives]) -> Impossible:
    """Slack on everything asked for, as little in all as possible; its duals are Farkas' witness that none will not do."""
    programme = frame.programme
    gives: list[tuple[str, Array]] = []
    for name, rows in frame.soft:
        for sign in (-1.0,) if name in AT_MOST else (1.0, -1.0) if name == "balance" else (1.0,):
            columns = programme.add_columns(len(rows))
            programme.put(rows, columns, sign)
            gives.append((name, columns))
    cost = np.zeros(programme.columns)
    for _, columns in gives:
        cost[columns] = 1.0
    solution = programme.solve(cost)
    if solution.x is None:
        return Impossible(
            where="design",
            needed="a rule that agents obey",
            found="none, whatever may give",
            remedy="Allow more: wider bounds on payments, recommendations, or a smaller margin.",
        )
    needs: dict[str, float] = {}
    for name, columns in gives:
        needs[name] = needs.get(name, 0.0) + float(solution.x[columns].sum())
    short = ", ".join(f"{name} (short by {amount:.6g})" for name, amount in needs.items() if amount > 1e-9)
    error = Impossible(
        where="design",
        needed="a rule in the allowed family that does what is asked",
        found=f"none: it fails on {short}" if short else "none",
        remedy="The smallest relaxation that would do gives way by exactly these amounts, weighted by probability;"
        " or allow wider bounds on payments.",
    )
    error.witness = read(frame, incentives, solution, sense=1.0)
    return error
