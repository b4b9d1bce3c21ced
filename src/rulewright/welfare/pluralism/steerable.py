"""Steerable: told whom to speak for, an agent should answer as they would (Sorensen et al. 2024).

Ours: the agent's decisions π(x, g) when it is conditioned on group g, scored against the members of g, one by one and averaged;
beside the loss of the same members under any other conditioning: an agent that ignores g has the same loss under all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..aggregation.judgements import Judgements
from ..compatibility.losses import Loss


@dataclass(frozen=True)
class Steered:
    """One group: its loss when it is spoken for, and the least loss under another conditioning."""

    group: str
    loss: float
    n: int
    """Judgements it is made of."""
    floor: float
    """The least loss that one decision per case can have against these judgements."""
    elsewhere: float
    """Least loss of the same members when another group is spoken for; NaN where there is none."""


def steerable(judgements: Judgements, decisions: Array, loss: Loss) -> list[Steered]:
    """decisions[g, x], in the order of the groups; the worst-served group first. Raises InputError."""
    j = judgements.once
    table = np.asarray(decisions, float)
    if j.group is None or table.shape != (len(j.groups), j.n):
        needed = f"shape ({len(j.groups)}, {j.n}), groups × cases"
        raise InputError(where="steered decisions", needed=needed, found=str(table.shape))
    member = j.group[j.person]
    yes_no = np.array([0.0, 1.0])
    rows = []
    for g, name in enumerate(j.groups):
        mine = member == g
        means, n = [], 0
        for other in range(len(j.groups)):
            each = loss(table[other][j.case[mine]], j.value[mine])
            said = ~np.isnan(each)
            means.append(float(each[said].mean()) if said.any() else float("nan"))
            n = int(said.sum()) if other == g else n
        floor = _floor(j.case[mine], j.value[mine], table[g], yes_no, loss, j.n)
        others = [m for k, m in enumerate(means) if k != g and not np.isnan(m)]
        rows.append(Steered(name, means[g], n, floor, min(others) if others else float("nan")))
    return sorted(rows, key=lambda r: (np.isnan(r.loss), -r.loss))


def _floor(case: Array, value: Array, decision: Array, levels: Array, loss: Loss, n: int) -> float:
    """With the best of yes and no on every case that the agent decided."""
    least = np.full((len(levels), n), np.nan)
    count: Array = np.zeros(n)
    for k, level in enumerate(levels):
        each = loss(np.full(len(case), level), value)
        said = ~np.isnan(each) & ~np.isnan(decision[case])
        count = np.bincount(case[said], minlength=n)
        least[k] = np.bincount(case[said], np.where(np.isfinite(each[said]), each[said], np.inf), minlength=n)
    total = count.sum()
    return float(least.min(axis=0).sum() / total) if total else float("nan")
