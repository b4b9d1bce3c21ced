"""A signal that is nearly obeyed, made one that is: the truth is mixed in where a recommendation would not be followed.

Telling the parameter is always obeyed. In each state the least share λ of telling is found with which every recommendation is:

    (1 − λ)·slack(σ; a, b) + λ·slack(telling; a, b) ≥ 0,        slack(σ; a, b) = Σ_θ μ(θ) σ(a|θ) (u(θ,a) − u(θ,b))

A recommendation that is never the truth cannot be mended by mixing; it is replaced by the truth altogether. Floats or Fractions
alike: with Fractions the result is obeyed exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ....numerics import rational
from ....numerics.rational import Array
from .process import Process, given, telling


def repaired(process: Process, signal: Any) -> Array:
    """σ[s, θ, a] that is obeyed by a stream, near `signal`[s, θ, a]; in the field of the process (floats or Fractions)."""
    law, u = process.law, process.receiver
    sigma = rational.like(given(process, signal), u)
    truth = rational.like(telling(process), u)
    sigma = sigma / sigma.sum(axis=2, keepdims=True)
    return np.stack([_state(law[s], u[s], sigma[s], truth[s]) for s in range(process.states)])


def _slack(law: Array, u: Array, sigma: Array) -> Array:
    """[a, b]."""
    table = (law[:, None] * sigma).T @ u
    return np.asarray(np.diag(table)[:, None] - table)


def _state(law: Array, u: Array, sigma: Array, truth: Array) -> Array:
    told = _slack(law, u, truth)
    lost = ((_slack(law, u, sigma) < 0) & (told <= 0)).any(axis=1)
    if lost.any():
        moved = sigma[:, lost].sum(axis=1)
        sigma = sigma.copy()
        sigma[:, lost] = sigma[:, lost] * 0
        sigma = sigma + moved[:, None] * truth
    slack = _slack(law, u, sigma)
    broken = slack < 0
    if not broken.any():
        return sigma
    share = max((-slack[broken]) / (told[broken] - slack[broken]))
    if slack.dtype != object:
        share = min(1.0, share * (1 + 1e-9))  # so that rounding does not undo it
    return sigma * (1 - share) + truth * share
