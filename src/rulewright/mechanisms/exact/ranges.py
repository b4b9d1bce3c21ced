"""Ranges: decisions of a space listed once and for all, for maximisers to choose from.

    Choice        its options
    Allocation    every item to one agent or to nobody                     (agents + 1)^items
    Shares        the capacity in `steps` equal parts, all given out       C(steps + n − 1, n − 1); or nothing, to a single agent
    Plan          the stock of all periods in parts of first/steps, as the stock of each period allows

A maximiser is truthful over any range; a finer one is worth more and takes longer. Beside the options stands which of them can be
taken without an agent: those that give it nothing and ask nothing of it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array
from ..decisions import Allocation, Choice, Decisions, Shares
from ..environment import Environment
from ..environments.periods import Plan

MOST = 20_000  # options
SLACK = 1e-9  # of a stock: rounding
NUMBERS = 1 << 22  # in all of them


@dataclass(frozen=True, eq=False)
class Range:
    """Options, and which can be taken without whom."""

    options: Array = field(repr=False)
    """[option, *shape]"""
    without: Array | None = field(default=None, repr=False)
    """bool [agent, option]; None: all of them, without anybody."""


def listed(environment: Environment, *, steps: int = 4) -> Range:
    """The range of a space. Raises InputError for spaces that have none, TooLarge above twenty thousand options."""
    if steps < 1:
        raise InputError(where="range, steps", needed="at least 1", found=str(steps))
    for kind, make in RANGES.items():
        if isinstance(environment.decisions, kind):
            return make(environment, environment.decisions, steps)
    raise InputError(
        where="range",
        needed=" or ".join(kind.__name__ for kind in RANGES),
        found=str(environment.decisions),
        remedy="List the decisions yourself.",
    )


def _few(count: int, space: Decisions) -> None:
    remedy = "Take fewer steps, or list them."
    if count > MOST:
        found = str(count) if count < 10**30 else "over 10^30"
        raise TooLarge(where="range", needed=f"at most {MOST} options", found=found, remedy=remedy)
    if (numbers := count * math.prod(space.shape)) > NUMBERS:
        raise TooLarge(where="range", needed=f"at most {NUMBERS} numbers in all", found=str(numbers), remedy=remedy)


def _choice(environment: Environment, space: Any, steps: int) -> Range:
    _few(space.options, space)
    return Range(np.eye(space.options))


def _allocation(environment: Environment, space: Any, steps: int) -> Range:
    """Where agents are more than the rows, items have owners, who come after (a double auction)."""
    _few((space.agents + 1) ** min(space.items, 64), space)
    to = np.array(list(itertools.product(range(space.agents + 1), repeat=space.items)))  # [option, item]
    options = (to[:, None, :] == np.arange(space.agents)[:, None]).astype(float)
    options = options[space.excess(options) <= 0]
    idle = [options.sum(axis=2) == 0]
    if environment.agents > space.agents:
        idle.append(options.sum(axis=1) == 0)
    return Range(options, np.concatenate(idle, axis=1).T)


def _shares(environment: Environment, space: Any, steps: int) -> Range:
    _few(_ways(steps, space.agents), space)
    options = _parts(steps, space.agents) * (space.capacity / steps)
    if space.agents == 1:  # all given out would leave nothing to be taken without it
        options = np.concatenate([np.zeros((1, 1)), options])
    return Range(options, (options == 0).T)


def _plan(environment: Environment, space: Any, steps: int) -> Range:
    unit = space.first / steps
    total = int((space.first + (space.periods - 1) * space.inflow) / unit + 1e-9)
    places = space.periods * space.agents
    _few(_ways(total, places + 1), space)
    options = _parts(total, places + 1)[:, :-1].reshape(-1, space.periods, space.agents) * unit  # the last is left over
    options = options[space.excess(options) <= SLACK * space.first]
    return Range(options, (options.sum(axis=1) == 0).T)


def _ways(total: int, places: int) -> int:
    """How many ways there are; more than enough are not counted to the end."""
    if min(total, places - 1) > 64:
        return 2**64
    return math.comb(total + places - 1, places - 1)


def _parts(total: int, places: int) -> Array:
    """[way, place]: all ways to put `total` equal parts into places."""
    ways = math.comb(total + places - 1, places - 1)
    bars = np.array(list(itertools.combinations(range(total + places - 1), places - 1)), int).reshape(ways, places - 1)
    ends = np.concatenate([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), total + places - 1)], axis=1)
    return np.asarray(np.diff(ends, axis=1) - 1, float)


RANGES: dict[type[Decisions], Callable[[Environment, Any, int], Range]] = {
    Choice: _choice,
    Allocation: _allocation,
    Shares: _shares,
    Plan: _plan,
}
