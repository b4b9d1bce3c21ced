"""An Alice who chooses better actions more often, not always: quantal response, and what it costs her.

    û(a)   = E[u(s, t, a) | t, what she heard]          her estimates
    P(a)   ∝ exp(λ·û(a))                                 λ ≥ 0 in 1 / units of utility; large is sharp
    V_i(μ) = Σ_{s,t} μ(s)·p(t|s)·Σ_a P(a | t, μ)·U_i(s, t, a)    what Bob i (or Alice) gets where the Bobs' words leave belief μ

Two facts, proved in docs/theory/conversations.md:

    regret      Σ_a P(a)·û(a) ≥ max_a û(a) − log|A|/λ
    closeness   estimates within γ of each other in every action: total variation of P at most tanh(λγ/2); reached with two actions

She is not strategic in conversation: she hears and responds. V_i is smooth, so that argmax's jumps are gone and with
them exactness: `softened` bounds what she does between the beliefs that were looked at. Parametrisation after Collina, Goel, Roth,
Ryu & Shi 2025.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.given import numbers, real, whole
from ...numerics.rational import Array
from .private import alphabets
from .replies import joined, partitions
from .setting import Rivals


def check_rate(rate: float) -> None:
    """Raise InputError unless λ is a finite number of at least 0."""
    if isinstance(rate, bool) or not isinstance(rate, Real) or not 0 <= rate < math.inf:
        raise InputError(
            where="rate of quantal response",
            needed="a finite number of at least 0",
            found=repr(rate),
            remedy="For an Alice who always does best, use persuasion, selection, rich or private.",
        )


def softmax(worth: Array, rate: float) -> Array:
    """P[..., a] ∝ exp(rate·worth[..., a])."""
    shifted = np.exp(rate * (worth - worth.max(axis=-1, keepdims=True)))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def softmax_loss(actions: int, rate: float) -> float:
    """log|A|/λ: quantal response never loses more against the best action. Infinite at λ = 0 (unless nothing is to choose)."""
    check_rate(rate)
    whole(actions, "softmax loss: actions")
    return 0.0 if actions == 1 else math.log(actions) / rate if rate else math.inf


def choice_distance(rate: float, gap: float) -> float:
    """tanh(λγ/2): total variation between choices whose estimates differ by no more than γ in any action."""
    check_rate(rate)
    return math.tanh(rate * real(gap, "distance of choices: the gap") / 2)


@dataclass(frozen=True, eq=False)
class Softened:
    """A setting in floats, states that happen only, seen from the beliefs that the Bobs' words leave."""

    prior: Array
    """p[s] > 0."""
    given: Array
    """p[s, t]: of t given s."""
    alice: Array
    """u[s, t, a]."""
    bobs: Array
    """U[i, s, t, a]."""
    rate: float

    @staticmethod
    def of(rivals: Rivals, rate: float) -> Softened:
        check_rate(rate)
        here = rivals.floats
        p = here.prior.sum(axis=1)
        live = p > 0
        given = here.prior[live] / p[live, None]
        return Softened(p[live] / p[live].sum(), given, here.alice[live], here.bobs[:, live], float(rate))

    @property
    def utilities(self) -> Array:
        """[1 + k, s, t, a]: Alice's, then the Bobs'."""
        return np.concatenate([self.alice[None], self.bobs])

    def posteriors(self, beliefs: Array) -> tuple[Array, Array]:
        """(chance[b, t], belief[b, t, s] of Alice who also knows t) for beliefs[b, s]; the prior where t cannot be."""
        joint = beliefs[:, None, :] * self.given.T
        chance = joint.sum(axis=2)
        safe = np.where(chance > 0, chance, 1.0)[..., None]
        return chance, np.where(chance[..., None] > 0, joint / safe, self.prior)

    def choices(self, beliefs: Array) -> Array:
        """P[b, t, a]."""
        _, after = self.posteriors(beliefs)
        return softmax(np.einsum("bts,sta->bta", after, self.alice), self.rate)

    def values(self, beliefs: Array) -> Array:
        """V[1 + k, b]."""
        joint = beliefs[:, None, :] * self.given.T
        return np.einsum("bts,bta,csta->cb", joint, self.choices(beliefs), self.utilities, optimize=True)


def value(rivals: Rivals, signal: Any, rate: float) -> Array:
    """[1 + k]: what Alice and every Bob get under one public signal σ[s, m] with a quantal Alice. InputError for no law."""
    states = rivals.prior.shape[0]
    law = rational.floats(numbers(signal, "signal", (states, None)))
    if (law < 0).any() or (abs(law.sum(axis=1) - 1) > 1e-9).any():
        raise InputError(
            where="signal", needed=f"σ[s, m] for {states} states, each row a law", found=f"shape {law.shape}"
        )
    soft = Softened.of(rivals, rate)
    live = rational.floats(rivals.prior).sum(axis=1) > 0
    joint = soft.prior[:, None] * law[live]
    chance = joint.sum(axis=0)
    heard = chance > 0
    return soft.values((joint[:, heard] / chance[heard]).T) @ chance[heard]


@dataclass(frozen=True)
class Closeness:
    """How far others' words can move a quantal Alice who hears one given signal, in total variation of the law of (s, t, a)."""

    delta: float
    """The largest distance, other Bobs' deterministic signals all tried, from what she does on the given signal alone."""
    bound: float
    """Σ p·tanh(λγ/2): whatever is added to the signal, she is this near to what she would do knowing s."""
    gamma: float
    """The most that her estimate of any action can differ from its utility in the true state."""
    refinements: int
    """Distinct refinements of the given signal that the others can bring about; all were tried."""


def closeness(rivals: Rivals, rate: float, star: Any = None, messages: Any = None) -> Closeness:
    """δ of the (δ, C_B*)-closeness condition, for C_B* a deterministic signal star[s] (label of the message), said by one Bob.

    Left out, C_B* tells s in full: then nothing can be added and δ = 0. `messages` (one number, or one per Bob) limits what the
    others say; left out, they can say anything deterministic. Raises InputError for other shapes.
    """
    here, states = rivals.floats, rivals.prior.shape[0]
    told = np.arange(states) if star is None else np.asarray(star)
    if told.shape != (states,) or told.dtype.kind not in "biuU":
        needed = f"one message for each of {states} states, whole numbers or names"
        raise InputError(where="signal C_B*", needed=needed, found=repr(star))
    base = joined(told, told)
    everybody = [np.zeros((1, states), dtype=np.int64)]
    counts = (states,) * rivals.k if messages is None else alphabets(rivals, messages)
    for i in range(rivals.k):  # Bob i says C_B*; the others refine it
        kinds = base[None]
        for j in range(rivals.k):
            if j != i and len(np.unique(base)) < states:
                deck = partitions(states, counts[j])
                kinds = np.unique(joined(kinds[:, None], deck[None]).reshape(-1, states), axis=0)
        everybody.append(kinds)
    refined = np.unique(np.concatenate(everybody[1:]), axis=0)
    law = _laws(here, np.concatenate([base[None], refined]), rate)
    distance = np.abs(law[1:] - law[0]).sum(axis=(1, 2, 3)) / 2
    together = base[:, None] == base
    apart = np.abs(here.alice[:, None] - here.alice).max(axis=3)  # [s, s', t]
    seen = together[..., None] & (here.prior > 0)[None]
    gap = np.where(seen, apart, 0.0).max(axis=1)  # [s, t]
    bound = float((here.prior * np.tanh(rate * gap / 2)).sum())
    worst = float(gap[here.prior > 0].max(initial=0.0))
    return Closeness(float(distance.max()), bound, worst, len(refined))


def _laws(rivals: Rivals, kinds: Array, rate: float) -> Array:
    """[partition, s, t, a]: the law that a quantal Alice gives when she hears the cell of kinds[partition, s]."""
    check_rate(rate)
    same = (kinds[:, :, None] == kinds[:, None, :]).astype(float)
    weight = np.einsum("nsr,rt->nstr", same, rivals.prior)
    total = weight.sum(axis=3, keepdims=True)
    estimate = np.einsum("nstr,rta->nsta", weight / np.where(total > 0, total, 1.0), rivals.alice)
    return rivals.prior[..., None] * softmax(estimate, rate)
