"""Best-AI selection when values are seen with noise: what is left of OPT − 2ε, and what more items buy.

k AIs commit to what they tell; V_j is Alice's value of listening to j alone. She evaluates each, takes the one that looks best
and listens to it. Noise makes that a lottery: q_j(V) is the chance that j is taken. Two numbers say all about it that the
theorem needs:

    e(t)   the chance at most that an AI ahead of each other one by t is not taken
    κ      her regret at most, max V − Σ q_j V_j, whatever the values

Theorem. Let Σ_j w_j U_j be within the range ρ ≤ 2ε of her utility, as in market alignment, and W = Σ_j w_j·(range of U_j).
Every Nash equilibrium in pure commitments gives her at least

    OPT − min_t max( ρ + W·e(t),  t + κ ).

Proof. Fix an equilibrium and t. Either some V_i ≥ OPT − t: then she gets at least max V − κ ≥ OPT − t − κ. Or all V_i < OPT −
t: an AI j that deviates to C_B*, telling all she can use, is taken with chance ≥ 1 − e(t) and then brings about I*; else j
gets at least its lowest utility. So U_j(NE) ≥ U_j(I*) − e(t)·(range of U_j). Weighted by w and summed, Σ w_j U_j(NE) ≥ Σ w_j
U_j(I*) − W·e(t), and her utility differs from Σ w_j U_j, up to what no AI can move, by a range of ρ. ∎  (After Collina et al.
2025, best-AI selection: e = κ = 0 gives OPT − 2ε.)

With softmax selection, Pr(j) ∝ exp(βV_j), the others keep their odds when j deviates, so j's law changes only by what it wins
and loses: U_j(NE) ≥ U_j(I*) − (range)·(1 − q_j)·exp(−β(OPT − V_j)), and e(t) may be replaced by exp(−βt).

If with chance 1 − α no difference of two means is off by more than D, then e(t) ≤ α for t > D and κ ≤ D + α:
the loss is at most max( ρ + αW, 2D + α ), not their sum.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from . import chances

STEPS = 200
ROUNDING = 1e-9


class Selection(ABC):
    """How the AI to listen to is found, from values in units of Alice's utility."""

    @abstractmethod
    def behind(self, t: float) -> float:
        """The chance at most that an AI whose value is t behind another's looks at least as good."""

    @abstractmethod
    def chances(self, values: Array) -> Array:
        """q[..., j] from values [..., j]."""

    @abstractmethod
    def describe(self) -> str: ...

    def ahead(self, t: float, k: int) -> float:
        """e(t)."""
        return min(1.0, (k - 1) * self.behind(t))

    def deviator(self, t: float, k: int) -> float:
        """What multiplies W in the theorem: e(t), or what stands in its place."""
        return self.ahead(t, k)

    def regret(self, k: int, most: float = 1.0) -> float:
        """κ, values differing by `most` at the most: the smaller of Σ max ℓ·behind(ℓ) and ∫ min(1, (k−1)·behind)."""
        x = np.linspace(0, most, 4001)
        tail = np.array([self.behind(z) for z in x])
        step = x[1]
        each = float((np.minimum(x + step, most) * tail).max())  # tail falls: an upper bound on every cell
        return min(most, (k - 1) * each, float(np.minimum(1, (k - 1) * tail[:-1]).sum() * step))


def _positive(number: float, what: str, of: str) -> None:
    if not 0 < number < math.inf:
        raise InputError(where=of, needed=f"{what}, a finite number above 0", found=f"{number:g}")


@dataclass(frozen=True)
class Softmax(Selection):
    """Pr(j) ∝ exp(β·V_j). Raises InputError unless β is finite and positive."""

    beta: float

    def __post_init__(self) -> None:
        _positive(self.beta, "β", "softmax selection")

    def behind(self, t: float) -> float:
        return 1 / (1 + math.exp(min(self.beta * t, 700)))

    def ahead(self, t: float, k: int) -> float:
        others = (k - 1) * math.exp(-min(self.beta * t, 700))
        return others / (1 + others)

    def deviator(self, t: float, k: int) -> float:
        return min(self.ahead(t, k), math.exp(-min(self.beta * t, 700)))

    def regret(self, k: int, most: float = 1.0) -> float:
        """Exactly r with βr·e^{βr} = (k − 1)/e, reached where all others are r + 1/β behind: Σ(ℓ − r)e^{−βℓ} = r at its largest."""
        target, r = (k - 1) / math.e, math.log1p((k - 1) / math.e)
        for _ in range(50):
            r -= (r * math.exp(r) - target) / (math.exp(r) * (1 + r))
        return min(most, r / self.beta)

    def chances(self, values: Array) -> Array:
        return chances.softmax(values, self.beta)

    def describe(self) -> str:
        return f"softmax selection with β = {self.beta:g}"


@dataclass(frozen=True)
class Probit(Selection):
    """Each value is seen with an independent normal error of standard deviation `scale`; n items of spread σ: scale = σ/√n.
    Raises InputError unless it is finite and positive."""

    scale: float

    def __post_init__(self) -> None:
        _positive(self.scale, "the standard deviation of errors", "probit selection")

    def behind(self, t: float) -> float:
        return 0.5 * math.erfc(t / (2 * self.scale))

    def chances(self, values: Array) -> Array:
        return chances.probit(values, self.scale)

    def describe(self) -> str:
        return f"selection with normal errors of standard deviation {self.scale:g}"


@dataclass(frozen=True)
class Sampled(Selection):
    """The best mean of n scores in an interval of length `span`; `chances` supposes right-or-wrong scores and span 1.
    Raises InputError for less than one item and a length that is not positive."""

    items: int
    same_items: bool = False
    span: float = 1.0

    def __post_init__(self) -> None:
        if self.items < 1 or self.items != int(self.items):
            raise InputError(where="sampled selection", needed="a whole number of items", found=f"{self.items:g}")
        _positive(self.span, "the length of the scores' interval", "sampled selection")

    def behind(self, t: float) -> float:
        return math.exp(-self.items * (t / self.span) ** 2 / (2 if self.same_items else 1))

    def chances(self, values: Array) -> Array:
        if self.same_items or self.span != 1:
            raise InputError(
                where="chances of selection", needed="items of its own, right or wrong", found=self.describe()
            )
        flat = np.asarray(values, float).reshape(-1, np.shape(values)[-1])
        flat = np.where(abs(flat - flat.round()) <= ROUNDING, flat.round(), flat)  # 0 and 1 but for rounding
        return np.stack([chances.sampled(v, self.items) for v in flat]).reshape(np.shape(values))

    def describe(self) -> str:
        return f"the best mean of {self.items:,} items {'that all answer' if self.same_items else 'of its own'}"


@dataclass(frozen=True)
class Guarantee:
    """Every pure Nash equilibrium of noisy best-AI selection gives Alice at least `value`, by the theorem above."""

    value: float
    loss: float
    """OPT − value."""
    noise: float
    """The part of the loss that sharp selection would not have: loss − ρ, at least 0."""
    at: float
    """t of the theorem."""
    missed: float
    """e(t), or what stands in its place."""
    regret: float
    """κ."""
    how: str

    def describe(self) -> str:
        return (
            f"At least {self.value:.4g} in every pure equilibrium: OPT less {self.loss:.4g}, {self.noise:.4g} of it for noise "
            f"({self.how})."
        )


def guarantee(
    opt: float, alignment: float, k: int, selection: Selection, *, weight: float = 1.0, uninformed: float = 0.0
) -> Guarantee:
    """What is proved, from opt, `alignment` (ρ, or 2ε), `weight` (W) and the value `uninformed` of listening to nobody.

    All values V lie between `uninformed` and `opt`: who may ignore an AI never does worse than by herself. Raises InputError for
    k < 1 or negative numbers.
    """
    if k < 1 or not (alignment >= 0 and weight >= 0 and -math.inf < uninformed - ROUNDING <= opt < math.inf):
        raise InputError(
            where="guarantee",
            needed="k ≥ 1, alignment ≥ 0, weight ≥ 0 and opt ≥ uninformed",
            found=f"k = {k}, alignment {alignment:g}, weight {weight:g}, opt {opt:g}",
        )
    most = max(0.0, opt - uninformed)
    kappa = 0.0 if k == 1 else selection.regret(k, max(most, 1e-300))
    missed = (lambda t: 0.0) if k == 1 else (lambda t: selection.deviator(t, k))
    low, high = 0.0, max(most, 0.0)
    for _ in range(STEPS):
        t = (low + high) / 2
        low, high = (t, high) if alignment + weight * missed(t) > t + kappa else (low, t)
    loss = min(most, max(alignment + weight * missed(high), high + kappa))
    if k == 1:
        loss = min(most, alignment)
    return Guarantee(
        opt - loss, loss, max(0.0, loss - alignment), high, missed(high), kappa, f"{selection.describe()}, {k} AIs"
    )


def within_error(alignment: float, error: float, alpha: float, *, weight: float = 1.0, span: float = 1.0) -> float:
    """The loss at most, max(ρ + αW, 2D + α·span): no difference of two estimates is off by more than D = `error`, chance 1 − α."""
    return max(alignment + alpha * weight, 2 * error + alpha * span)
