"""One step of a population, run by NumPy or by JAX, with the same bits.

A step is a function of arrays of whole numbers, and of draws by counting (`numerics/counter.py`), so that it says the same
wherever it runs:

    step(xp, state, t) → (state, seen)        xp: numpy or jax.numpy; state, seen: tuples of arrays; t: the number of the step

Under JAX the whole course is one compiled loop (`learning/populations.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from ...errors import InputError, MissingExtra
from ...numerics import counter
from ...numerics.rational import Array

BACKENDS = ("auto", "numpy", "jax")
WORTH_COMPILING = 10**8  # agents times steps, from which "auto" takes JAX where it is installed
State = tuple[Any, ...]
Step = Callable[[Any, State, Any], tuple[State, State]]


def chosen(backend: str, work: int = 0) -> str:
    """ "numpy" or "jax", for `work` agents times steps. Raises InputError for another name, MissingExtra where JAX is not there."""
    if backend not in BACKENDS:
        raise InputError(where="backend", needed=f"one of {', '.join(BACKENDS)}", found=repr(backend))
    there = backend != "numpy" and find_spec("jax") is not None
    if backend == "jax" and not there:
        raise MissingExtra(
            where="backend",
            needed="JAX, which simulates a population on what machine it finds",
            found="it is not installed",
            remedy='Run: pip install "rulewright[learning]", or take the backend "numpy": the numbers are the same.',
        )
    return "jax" if there and (backend == "jax" or work >= WORTH_COMPILING) else "numpy"


def run(step: Step, state: State, steps: int, backend: str = "auto", work: int = 0) -> tuple[State, tuple[Array, ...]]:
    """(last state, what was seen: arrays [step, ...]) after `steps` steps from `state`.

    Raises InputError and MissingExtra as `chosen` does.
    """
    if chosen(backend, work) == "jax":
        from ...learning.populations import scan  # the only wing that may import JAX

        return scan(step, state, steps)
    seen = []
    for t in range(steps):
        state, here = step(np, state, t)
        seen.append(here)
    return state, tuple(np.stack(column) for column in zip(*seen, strict=True))


def draws(xp: Any, seed: Any, stream: int, step: Any, count: int) -> Any:
    """uint32 [count]: as `counter.draws`, in the arrays of `xp`; `step` may be traced."""
    if xp is np:
        return counter.draws(int(seed), stream, int(step), count)
    pairs = xp.arange((count + 1) // 2, dtype=xp.uint32)
    both = counter.threefry((seed, xp.uint32(stream)), pairs, xp.asarray(step, xp.uint32), xp)
    return xp.stack(both, axis=1).reshape(-1)[:count]
