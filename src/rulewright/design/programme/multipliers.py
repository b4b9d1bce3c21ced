"""What each requirement costs at the optimum: duals, read off so that anyone can turn them into an exact bound.

For any multipliers ≥ 0 the Lagrangian is a sum over reported profiles of types, each maximised by one decision, one
recommendation and payments at their bounds: an upper bound on what any rule of the family is worth (docs/certificate.md).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...numerics.linprog import Solution
from ...numerics.rational import Array
from .frame import Frame
from .incentives import Incentives


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Weights of the rows of every player, and of the budget."""

    deviations: Mapping[int, Array] = field(repr=False)
    """Per player w[(*others' types, if incentives are ex post,) θ, r, a, b]: of type θ reporting r and, told a, doing b."""
    taking_part: Mapping[int, Array] = field(repr=False)
    """Per player with an outside option π[(*others' types,) θ], or π[θ, a] where nobody reports."""
    budget: float = 0.0


def read(frame: Frame, incentives: list[Incentives], solution: Solution, *, sense: float = -1.0) -> Multipliers | None:
    """From the duals of a maximum (sense −1) or a minimum (+1); None where the family has rows of another kind."""
    if solution.duals is None or not _plain(frame):
        return None
    duals = sense * solution.duals
    deviations, part = {}, {}
    for own in incentives:
        members = frame.alike.like(own.i)
        found = own.multipliers(duals)
        rows = frame.part.get(own.i)
        stays = None if rows is None else np.maximum(duals[rows], 0.0)
        for m in members:
            deviations[m] = _of_member(frame, own, m, found) / len(members)
            if stays is not None:
                part[m] = _of_member(frame, own, m, stays) / len(members)
    budget = 0.0 if frame.budget is None else float(max(-duals[frame.budget[0]], 0.0))
    return Multipliers(deviations, part, budget)


def _plain(frame: Frame) -> bool:
    rules = frame.rules
    return (
        rules.objective == "goal"
        and not rules.priors
        and rules.robust is None
        and not rules.balance
        and rules.floor is None
        and (rules.budget is None or rules.budget_when == "ex ante")
        and rules.recommend is True
        and (not rules.anonymous or frame.treated.classes == frame.alike.classes)
        and all(p.form == "free" and not p.group for p in rules.payments)
        and (not rules.outside or rules.taking_part == ("interim" if rules.incentives == "bayesian" else "ex post"))
        and not frame.every_report
    )


def _of_member(frame: Frame, own: Incentives, member: int, array: Array) -> Array:
    """The representative's array as that of another member of its class, the same for others that are alike."""
    count = len(own.known)
    if not count:
        return array
    others = [j for j in range(1, frame.n) if j != own.i]
    theirs = [j for j in range(1, frame.n) if j != member]
    axes = [others.index(member if j == own.i else j) for j in theirs]
    moved = np.transpose(array, [*axes, *range(count, array.ndim)])
    places = [[theirs.index(j) for j in c if j in theirs] for c in frame.alike.classes]
    total, images = np.zeros(moved.shape), 0
    for orders in itertools.product(*(itertools.permutations(p) for p in places)):
        axis = list(range(moved.ndim))
        for place, order in zip(places, orders, strict=True):
            for here, there in zip(place, order, strict=True):
                axis[here] = there
        total, images = total + np.transpose(moved, axis), images + 1
    return total / images
