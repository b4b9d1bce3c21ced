"""Receivers who do not quite believe the law, and receivers who do not quite do what is best.

A recommendation a is obeyed under a law p′ iff Σ_θ p′(θ)·f(θ) ≥ 0 for all b, f(θ) = σ(a|θ)·(u(θ,a) − u(θ,b)). Within total
variation r of p the worst law moves mass r from the parameters with the largest f to the one with the least: a sum that falls in r,
so the largest r that is safe has a closed form (`radius`).

**Theorem.** If σ is obeyed with margin m under p, every recommendation that σ ever makes (σ(a|θ) > 0 at any θ, be p(θ) = 0) has
chance at least q > 0 under p, and in no state of the world do two acts differ by more than R to the receiver, then σ is obeyed
under every law within total variation m·q/(2R) of p.
*Proof.* Σ p f ≥ m·q(a) ≥ m·q, q(a) = Σ p σ(a|·). And |Σ (p − p′) f| ≤ r·(max f − min f) ≤ r·2R, as |f| ≤ R. ∎
The factor q cannot be left out: a recommendation that is made rarely speaks of few parameters, and little mass turns it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ....numerics.given import real
from ....numerics.rational import Array, floats
from .process import Process, given, worth


def radius(law: Array, receiver: Array, signal: Array) -> Any:
    """The largest total variation around law[θ] within which σ[θ, a] stays obeyed; −1 where it is not obeyed at all, 1 at most.

    Floats or Fractions, the three alike: with Fractions exact.
    """
    found: Any = 1
    for a in range(signal.shape[1]):
        for b in range(signal.shape[1]):
            if a != b:
                found = min(found, _safe(law, signal[:, a] * (receiver[:, a] - receiver[:, b])))
    return found


def _safe(law: Array, f: Array) -> Any:
    left, moved, least = (law * f).sum(), 0 * law[0], f.min()
    if left < 0:
        return -1
    if least >= 0:
        return 1
    for k in sorted(range(len(f)), key=lambda i: -f[i]):
        cost = f[k] - least
        if left < law[k] * cost:
            return moved + left / cost
        left, moved = left - law[k] * cost, moved + law[k]
    return 1


def radii(process: Process, signal: Any) -> Array:
    """[s]: `radius` of σ[s, θ, a] in every state."""
    table = given(process, signal)
    law, u = process.law, process.receiver
    if table.dtype != object:
        law, u = floats(law), floats(u)
    return np.array([radius(law[s], u[s], table[s]) for s in range(process.states)])


def logit_replies(process: Process, signal: Any, precision: float) -> Array:
    """σ[s, θ, b]: what is done where receivers reply to what they hear by chances ∝ exp(precision · E[u | heard]).

    `precision` is per unit of the receiver's payoff; smooth in the signal. Raises InputError.
    """
    real(precision, "logit receivers, precision")
    signal = floats(given(process, signal))
    joint = floats(process.law)[..., None] * signal
    chance = joint.sum(axis=1)
    value = np.einsum("sta,stb->sab", joint, floats(process.receiver)) / np.maximum(chance, 1e-300)[..., None]
    lead = precision * (value - value.max(axis=2, keepdims=True))
    replies = np.exp(lead)
    replies /= replies.sum(axis=2, keepdims=True)
    return np.asarray(np.einsum("sta,sab->stb", signal, replies))


def logit_value(process: Process, signal: Any, precision: float) -> float:
    """What σ[s, θ, a] brings the sender for ever if receivers reply by logit."""
    return float(floats(process.start) @ worth(process, logit_replies(process, signal, precision)))
