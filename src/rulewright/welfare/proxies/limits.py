"""Where optimising ends: what people have at the optimum, and after a proxy has been climbed for ever.

The optimum of Σ a_k u(s_k) under Σ c_k s_k ≤ B, s ≥ b has one price of the resource, λ: a_k u′(s_k)/c_k = λ where s_k > b, less
where s_k = b (Karush, Kuhn & Tucker). Climbing the proxy of J for ever takes all that is not mentioned down to b, and is
the optimum of J alone on what is left. If u(b) = −∞ what people have is lost without bound, however little was left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...numerics.rational import Array
from .ascent import FAMILIES, Remedy, Wants


@dataclass(frozen=True)
class Limit:
    """A state, what people have there, and by how much the first-order conditions fail."""

    state: Array
    utility: float
    proxy: float
    residual: float


def optimum(wants: Wants, among: Array | None = None, budget: float | None = None, rest: Array | None = None) -> Limit:
    """The best state; where `among` (bool [attribute]) is given, over these only, the others at `rest`."""
    inside = np.ones(wants.length, bool) if among is None else among
    left = wants.budget if budget is None else budget
    others = np.full(wants.length, float(wants.floor)) if rest is None else rest
    a, c = wants.weights[inside], wants.prices[inside]
    state = others.copy()
    if wants.family == "linear":  # all that is left goes to what returns most
        found = np.full(len(a), float(wants.floor))
        best = int(np.argmax(a / c))
        found[best] += (left - float(c @ found)) / c[best]
        state[inside], residual = found, 0.0
    else:
        at = FAMILIES[wants.family].at_slope
        low, high = 1e-300, 1e300
        for _ in range(4000):
            middle = float(np.sqrt(low) * np.sqrt(high))
            spent = float(c @ np.maximum(at(middle * c / a), wants.floor))
            low, high = (middle, high) if spent > left else (low, middle)
            if high <= low * (1 + 1e-15):
                break
        state[inside] = np.maximum(at(high * c / a), wants.floor)
        residual = abs(float(c @ state[inside]) - left)
    return Limit(state, float(wants.utility(state)), float(wants.part(state, inside)), residual)


def limit(wants: Wants, mentioned: tuple[int, ...], remedy: Remedy = "none") -> Limit:
    """Where climbing the proxy for ever ends, without a remedy or with *impact*; an interactive one has no such place."""
    inside = wants.of(mentioned)
    rest = wants.start if remedy == "impact" else np.full(wants.length, float(wants.floor))
    left = wants.budget - float(wants.prices[~inside] @ rest[~inside])
    return optimum(wants, inside, left, rest)
