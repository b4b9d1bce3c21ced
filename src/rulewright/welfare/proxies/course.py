"""A proxy being optimised, step by step: the two phases, and two remedies.

Each step moves the mentioned attributes by `size` along the gradient of the proxy (a step of that length). What this takes beyond
the budget is paid by the unmentioned attributes, in equal parts. Remedies, after Zhuang & Hadfield-Menell 2020:

    impact         unmentioned attributes are held where they are: steps end where the budget does
    interactive    the proxy is chosen anew every so many steps: the attributes that people have least of
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .additive import Additive

Rule = Literal["proxy", "impact", "interactive"]
TAIL = 0.1  # of a course, that is averaged


@dataclass(frozen=True, eq=False)
class Course:
    """What was had along the way; the start is not in it."""

    states: Array = field(repr=False)
    """[step, attribute]."""
    utility: Array = field(repr=False)
    """[step]: U."""
    proxy: Array = field(repr=False)
    """[step]: of the attributes mentioned at first."""
    stopped: int | None
    """The step at which nothing was left to take, or the budget ended under the rule "impact"; None where it went on."""

    @property
    def late(self) -> float:
        """Mean utility over the last tenth."""
        return float(self.utility[-max(1, int(TAIL * len(self.utility))) :].mean())

    @property
    def peak(self) -> int:
        """The step with the highest utility."""
        return int(self.utility.argmax())


def course(
    problem: Additive,
    start: Array,
    mentioned: int,
    *,
    rule: Rule = "proxy",
    steps: int = 20_000,
    size: float = 0.002,
    every: int = 1,
) -> Course:
    """Optimise a proxy of the first `mentioned` attributes from start[attribute]. Raises InputError for absurd settings.

    `every`: steps between two choices of the proxy, under the rule "interactive"; ties go to the attribute with the lower number.
    """
    s = np.array(start, float)
    _checked(problem, s, mentioned, steps, size, every, rule)
    states = np.empty((steps, problem.attributes))
    on = np.arange(problem.attributes) < mentioned
    stopped = None
    for t in range(steps):
        if rule == "interactive" and t % every == 0:
            on = np.isin(np.arange(problem.attributes), np.argsort(s, kind="stable")[:mentioned])
        if stopped is None:
            there = _stepped(problem, s, on, size, rule)
            if there is None:
                stopped = t
            else:
                s = there
        states[t] = s
    first = np.arange(problem.attributes) < mentioned
    return Course(states, problem.utility(states), problem.u.value(states[:, first]).sum(axis=1), stopped)


def _stepped(problem: Additive, s: Array, on: Array, size: float, rule: Rule) -> Array | None:
    """One step; None where it cannot be paid for."""
    slope = np.where(on, problem.u.slope(s), 0.0)
    there = s + size * slope / np.linalg.norm(slope)
    beyond = there.sum() - problem.budget
    if beyond <= 0:
        return np.asarray(there)
    if rule == "impact":
        return None
    there = np.where(on, there, there - beyond / (~on).sum())
    return None if (there[~on] <= problem.floor).any() else there


def _checked(problem: Additive, s: Array, mentioned: int, steps: int, size: float, every: int, rule: str) -> None:
    if rule not in ("proxy", "impact", "interactive"):
        raise InputError(where="rule", needed='"proxy", "impact" or "interactive"', found=repr(rule))
    if s.shape != (problem.attributes,) or not np.isfinite(s).all():
        raise InputError(where="start", needed=f"{problem.attributes} finite numbers", found=str(s.tolist()))
    if (s <= problem.floor).any() or s.sum() > problem.budget:
        raise InputError(where="start", needed="attributes above the floor, within the budget", found=str(s.tolist()))
    if not 0 < mentioned < problem.attributes:
        raise InputError(where="mentioned", needed=f"1 to {problem.attributes - 1}", found=str(mentioned))
    if steps < 1 or every < 1 or not (size > 0 and np.isfinite(size)):
        raise InputError(
            where="steps",
            needed="at least one step of a size above 0, and a whole period",
            found=f"{steps}, {size}, {every}",
        )
