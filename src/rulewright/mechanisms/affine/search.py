"""Pattern search over a plan: one direction after another, with a step of its own that grows when it helps and turns and shrinks
when it does not. Samples grow from level to level, always the first profiles of one sequence, so that comparisons share their luck.

All that changes is in `State`, so that a search that was stopped goes on to the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics.rational import Array

GROWS, TURNS = 1.4, -0.6
TOLERANCES = (0.03, 0.01, 0.005)  # of the scale, at which a level ends
FIRST = 0.25
MOST_ROUNDS = 25
LEAST = 1e-9


@dataclass(eq=False)
class State:
    x: Array
    value: float
    steps: Array
    place: int = 0
    level: int = 0
    evaluations: int = 0
    here: int = 0
    """Evaluations at this level."""
    curve: list[list[float]] = field(default_factory=list)
    """[seconds, evaluations, value on the sample, value held out]"""
    best: Array = field(default_factory=lambda: np.zeros(0))
    best_level: int = 0
    judged: int = -1
    """The last level that was judged at its end."""
    held_out: float = -np.inf

    def header(self) -> dict[str, Any]:
        names = ("value", "place", "level", "evaluations", "here", "curve", "best_level", "judged", "held_out")
        return {name: getattr(self, name) for name in names}

    def arrays(self) -> dict[str, Array]:
        return {"x": self.x, "steps": self.steps, "best": self.best}


def restored(header: dict[str, Any], arrays: dict[str, Array], size: int, directions: int, where: str) -> State:
    """The state that a checkpoint holds, for vectors of `size`. Raises InputError where it holds something else."""
    try:
        numbers = {name: header[name] for name in State.header(State(np.zeros(0), 0.0, np.zeros(0)))}
        last = len(TOLERANCES) - 1
        within = {"place": (0, directions - 1), "level": (0, last), "best_level": (0, last), "judged": (-1, last)}
        within |= {"evaluations": (0, 2**62), "here": (0, 2**62)}
        right = all(type(numbers[name]) is int and a <= numbers[name] <= b for name, (a, b) in within.items())
        right &= all(type(header[name]) in (int, float) for name in ("value", "held_out", "spent"))
        right &= bool(np.isfinite([header["value"], header["spent"]]).all()) and header["held_out"] < np.inf
        right &= np.shape(header["curve"]) in ((0,), (len(header["curve"]), 4)) and header["spent"] >= 0
        state = State(arrays["x"], steps=arrays["steps"], best=arrays["best"], **numbers)
        bare = header["held_out"] == -np.inf
        shapes = state.x.shape, state.steps.shape, state.best.shape
        right &= shapes in {((size,), (directions,), (size,)), *([((size,), (directions,), (0,))] if bare else ())}
        right &= all(a.dtype == np.float64 and np.isfinite(a).all() for a in (state.x, state.steps, state.best))
        right &= bool(np.isfinite(np.asarray(header["curve"], float)).all())
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise InputError(where=where, needed="a checkpoint of learn_affine", found=str(wrong)) from None
    if not right:
        raise InputError(where=where, needed="a checkpoint of learn_affine", found="numbers that no search has")
    return state


def finite(value: float, state_at: int, saved: str) -> float:
    """Raises Unsolved with the step, and where the last good checkpoint is, for a value that is no number."""
    if not np.isfinite(value):
        raise Unsolved(
            where=f"learn_affine, evaluation {state_at}",
            needed="a finite value of the goal",
            found=str(value),
            remedy=f"The last good state is in {saved}." if saved else "Name a folder to keep the last good state.",
        )
    return float(value)


def begin(starts: list[Array], directions: Array, objective: Callable[[Array], float], saved: str) -> State:
    """The best of the starts."""
    values = [finite(objective(x), k, saved) for k, x in enumerate(starts)]
    k = int(np.argmax(values))
    return State(starts[k].copy(), values[k], np.full(len(directions), FIRST), evaluations=len(values))


def step(state: State, directions: Array, scale: float, objective: Callable[[Array], float], saved: str) -> None:
    """One evaluation."""
    k = state.place
    there = state.x + state.steps[k] * scale * directions[k]
    value = finite(objective(there), state.evaluations, saved)
    if value > state.value + LEAST:
        state.x, state.value = there, value
        state.steps[k] *= GROWS
    else:
        state.steps[k] *= TURNS
    state.place = (k + 1) % len(directions)
    state.evaluations += 1
    state.here += 1


def ended(state: State) -> bool:
    """Whether this level has nothing more to say."""
    return bool(np.abs(state.steps).max() < TOLERANCES[state.level]) or state.here >= MOST_ROUNDS * len(state.steps)


def rise(state: State, objective: Callable[[Array], float], saved: str) -> None:
    """To the next level, on its sample."""
    state.level, state.here, state.place = state.level + 1, 0, 0
    state.value = finite(objective(state.x), state.evaluations, saved)
    state.evaluations += 1
    state.steps = np.sign(state.steps) * 2 * TOLERANCES[state.level - 1]
