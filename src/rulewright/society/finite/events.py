"""The same populations one event at a time: in counts, without the steps at which nothing happens.

Of two strategies a state is i, and leaves after a geometric time with chance T⁺(i) + T⁻(i) at each step: what is drawn is how
long it stays and which way it goes, so that a population of one strategy costs one draw, however rare mutants are (Gillespie
1976, J. Comput. Phys. 22, in steps).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics import counter
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array
from .chain import Imitation

BLOCK = 1 << 14  # events for which is drawn at once


@dataclass(frozen=True, eq=False)
class Course:
    """What was seen of one course in counts."""

    spent: Array = field(repr=False)
    """int64 [i]: steps that began with i of the first strategy."""
    last: int
    events: int
    """Steps at which a number changed."""

    @property
    def law(self) -> Array:
        return self.spent / self.spent.sum()


def follow(process: Imitation, start: int, steps: int, seed: int, *, native: bool = True) -> Course:
    """`steps` steps from `start` of the first of two strategies, or fewer if it comes to a state that it never leaves.

    The compiled kernel and NumPy come to the same numbers. Raises InputError for a start that there is not.
    """
    if not 0 <= start <= process.size or steps < 0:
        raise InputError(
            where="course", needed=f"a start from 0 to {process.size}, some steps", found=f"{start}, {steps}"
        )
    up, down = process.steps
    leave = up + down
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.where(leave > 0, 1 / np.log1p(-np.minimum(leave, 1.0)), -np.inf)  # −0 where it is left at once
        rises = np.where(leave > 0, counter.bar(np.clip(up / leave, 0.0, 1.0)), 0).astype(np.int64)
    spent, state = np.zeros(process.size + 1, np.int64), np.array([start, steps, 0], np.int64)
    found = kernel("walk", None) if native else None
    while state[1] > 0:
        logs = np.log(counter.uniform(counter.draws(seed, 0, 0, BLOCK, start=int(state[2]))))
        ways = (counter.draws(seed, 1, 0, BLOCK, start=int(state[2])) >> np.uint32(1)).astype(np.int64)
        if found is not None:
            found(count(BLOCK), *(pointer(a) for a in (logs, ways, pace, rises, spent, state)))
        else:
            _walk(logs, ways, pace, rises, spent, state)
    return Course(spent, int(state[0]), int(state[2]))


def _walk(logs: Array, ways: Array, pace: Array, rises: Array, spent: Array, state: Array) -> None:
    """Events of one block; state = i, steps left, events so far."""
    i, left, events = (int(v) for v in state)
    for log, way in zip(logs, ways, strict=True):
        wait = log * pace[i]  # whole steps before the one at which i is left
        if wait >= left:
            spent[i] += left
            left = 0
            break
        stay = int(wait) + 1
        spent[i] += stay
        left -= stay
        i += 1 if way < rises[i] else -1
        events += 1
        if left == 0:
            break
    state[:] = i, left, events
