"""When there is no rule: what would have to give, and by how little; and which requirements contradict each other."""

from __future__ import annotations

import numpy as np

from ...errors import Impossible
from ...numerics.linprog import Solution
from ...numerics.rational import Array
from .frame import Frame
from .incentives import Incentives
from .multipliers import read

AT_MOST = ("the budget",)
MOST_NAMED = 6  # requirements named in the sentence


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
        found=(f"none: it fails on {short}" if short else "none") + contradiction(frame, incentives, solution),
        remedy="The smallest relaxation that would do gives way by exactly these amounts, weighted by probability;"
        " or allow wider bounds on payments.",
    )
    error.witness = read(frame, incentives, solution, sense=1.0)
    return error


def contradiction(frame: Frame, incentives: list[Incentives], solution: Solution) -> str:
    """Farkas' witness in words: requirements whose weighted sum no rule of the family can meet."""
    if solution.duals is None:
        return ""
    terms: list[tuple[float, str]] = []
    for own in incentives:
        game, i = frame.game, own.i
        for keys, rows in own.rows:
            weights = np.maximum(solution.duals[rows], 0.0) if own.mode != "both" else np.zeros(len(rows))
            for k in np.argsort(-weights, kind="stable")[:MOST_NAMED]:
                _, t, r, a, b = keys[k]
                who = game.players[i] + (f" of type {game.types[i][t]}" if game.type_counts[i] > 1 else "")
                lie = (
                    f" from saying {game.types[i][r]}"
                    if t != r
                    else f" from doing {game.actions[i][b]}, told {game.actions[i][a]}"
                )
                terms.append((float(weights[k]), f"{who} kept{lie}"))
    named = ("truth must be best for",)
    for name, rows in frame.soft:
        weight = float(abs(solution.duals[rows]).sum())
        if not name.startswith(named) or any(own.mode == "both" for own in incentives):
            terms.append((weight, name))
    shown = sorted((t for t in terms if t[0] > 1e-7), key=lambda t: -t[0])[:MOST_NAMED]
    if len(shown) < 2:
        return ""
    said = " + ".join(f"{weight:.4g} × ({name})" for weight, name in shown)
    more = " + …" if sum(t[0] > 1e-7 for t in terms) > len(shown) else ""
    return f". These contradict each other: {said}{more}"
