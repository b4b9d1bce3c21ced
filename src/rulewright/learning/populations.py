"""Populations under JAX: the steps of `society/finite`, compiled and looped on whatever machine JAX finds, with NumPy's bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..numerics.rational import Array

State = tuple[Any, ...]
Step = Callable[[Any, State, Any], tuple[State, State]]


def scan(step: Step, state: State, steps: int) -> tuple[State, tuple[Array, ...]]:
    """(last state, what was seen: arrays [step, ...]) of `step(jax.numpy, state, t)` for t = 0 … steps − 1, one compiled loop."""

    def body(here: State, t: Any) -> tuple[State, State]:
        return step(jnp, here, t)

    loop = jax.jit(lambda first: jax.lax.scan(body, first, jnp.arange(steps, dtype=jnp.uint32)))
    last, seen = loop(tuple(jnp.asarray(a) for a in state))
    return tuple(np.asarray(a) for a in last), tuple(np.asarray(a) for a in seen)
