"""n enforcers of whom k must act: every one by her own logic, or all by a common one. After Hadfield & Weingast 2012; ours.

    B(n, k, p) = Σ_{m ≥ k} C(n, m) p^m (1 − p)^(n−m)             at least k of n
    private    each calls an act right with accuracy q, independently:     deters B(n, k, q), strikes falsely B(n, k, 1 − q)
    common     each has adopted R with chance a, whatever the case:        what R calls wrong meets B(n, k, a), all else nothing

R itself may miss: with chance e it calls an act other than it is (0: R is what is wrong). A wrong that is not deterred costs
people s, a false boycott that bites costs them f, and following R against their own judgement costs ℓ per case. Of cases a share
w are wrong.

    value of the institution = w s [(1 − e) B(a) − B(q)] + (1 − w) f [B(1 − q) − e B(a)] − ℓ

    ∂B/∂p = n C(n−1, k−1) p^(k−1) (1 − p)^(n−k) ≥ 0        the value falls in q: R pays up to one accuracy q*

Whether to take part is a game of its own: at cost c, with g to each if a quorum acts, others taking part with chance p, it pays
where

    g C(n−1, k−1) p^(k−1) (1 − p)^(n−k) ≥ c

Equilibria: nobody (for k ≥ 2, or c ≥ g); exactly k (if c ≤ g), each of whom decides; and symmetric mixtures with equality, of
which there are two on both sides of p = (k − 1)/(n − 1) where c is below the maximum there, the lower one a threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ...errors import InputError
from ...institution.order import Sanctioning
from ...numerics.binomial import tail
from .boycott import number

HALVINGS = 50


def slope(n: int, k: int, p: Any) -> Any:
    """∂B/∂p; for 1 ≤ k ≤ n. n times the chance of being the one who decides."""
    return n * Sanctioning(quorum=k, belief=p).pivotal(n)


def bracket(rises: Any, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """(x, y) with rises(x) ≤ 0 ≤ rises(y), halved so often; both ends once more the same where a zero is hit."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        value = rises(middle)
        if value == 0:
            return middle, middle
        low, high = (middle, high) if value < 0 else (low, middle)
    return low, high


@dataclass(frozen=True)
class Enforcers:
    """n, k and what they judge by; numbers are kept as Fractions. Raises InputError for numbers out of range."""

    n: int = 5
    k: int = 3
    accuracy: Any = "0.7"
    """q, of each one's own logic."""
    adoption: Any = "0.9"
    """a, chance that one acts by the common logic."""
    wrong: Any = "1/2"
    """w, share of cases that are wrong."""
    stake: Any = 1
    """s, per wrong that is not deterred; welfare units."""
    harm: Any = 1
    """f, per false boycott that bites."""
    error: Any = 0
    """e, chance that R calls a case other than it is."""
    congruence: Any = 0
    """ℓ, per case, of following R against one's own logic."""

    def __post_init__(self) -> None:
        if not 1 <= self.k <= self.n <= 1000:
            raise InputError(where="quorum", needed="1 ≤ k ≤ n ≤ 1000", found=f"k = {self.k}, n = {self.n}")
        for name in ("accuracy", "adoption", "wrong", "error"):
            object.__setattr__(self, name, number(getattr(self, name), name, 0, 1))
        for name in ("stake", "harm", "congruence"):
            object.__setattr__(self, name, number(getattr(self, name), name, 0))

    def reaches(self, p: Any) -> Any:
        """B(n, k, p)."""
        return tail(self.n, self.k, p)

    @property
    def private(self) -> tuple[Fraction, Fraction]:
        """(chance that a wrong is deterred, that a right act is boycotted), each by her own logic."""
        return self.reaches(self.accuracy), self.reaches(1 - self.accuracy)

    @property
    def common(self) -> tuple[Fraction, Fraction]:
        """The same under R."""
        met = self.reaches(self.adoption)
        return (1 - self.error) * met, self.error * met

    @property
    def gain(self) -> Fraction:
        """What R is worth before congruence losses; welfare units per case."""
        (deters, strikes), (deters_r, strikes_r) = self.private, self.common
        deterred = self.wrong * self.stake * (deters_r - deters)
        return Fraction(deterred + (1 - self.wrong) * self.harm * (strikes - strikes_r))

    @property
    def value(self) -> Fraction:
        """Value of the institution, net of congruence losses."""
        return self.gain - self.congruence

    def at_accuracy(self, q: Fraction) -> Enforcers:
        """The same with another accuracy."""
        return replace(self, accuracy=q)

    @property
    def threshold(self) -> tuple[Fraction, Fraction] | None:
        """(below, above): rationals between which the accuracy q* lies from which on private logics are better; None if there is
        none.

        The value falls in q, strictly within (0, 1) unless nothing is at stake.
        """
        if self.at_accuracy(Fraction(0)).value <= 0 or self.at_accuracy(Fraction(1)).value >= 0:
            return None
        return bracket(lambda q: -self.at_accuracy(q).value, Fraction(0), Fraction(1))


@dataclass(frozen=True)
class Support:
    """Which equilibria the decision to take part has, for one quorum."""

    k: int
    nobody: bool
    """Whether nobody taking part is one."""
    exactly: bool
    """Whether exactly k taking part is one."""
    most: Fraction
    """Largest chance of deciding, over p: what c/g may be at most for a symmetric mixture."""
    mixed: tuple[tuple[Fraction, Fraction], ...]
    """Brackets of the p of symmetric mixtures, rising; with two the lower one is a threshold and the upper one is stable."""


def support(n: int, k: int, cost: Any, gain: Any) -> Support:
    """Equilibria of n enforcers, k of whom must act, at `cost` each and `gain` to each if they do. Exact."""
    c, g = number(cost, "cost", 0), number(gain, "gain", 0)
    if not 1 <= k <= n:
        raise InputError(where="quorum", needed="1 ≤ k ≤ n", found=f"k = {k}, n = {n}")

    def deciding(p: Fraction) -> Fraction:
        return Fraction(Sanctioning(quorum=k, belief=p).pivotal(n))

    peak = Fraction(k - 1, n - 1) if n > 1 else Fraction(0)
    most = deciding(peak)
    mixed = []
    if 0 < c < g * most:
        if k > 1:
            mixed.append(bracket(lambda p: g * deciding(p) - c, Fraction(0), peak))
        if k < n:
            mixed.append(bracket(lambda p: c - g * deciding(p), peak, Fraction(1)))
    elif c == g * most and 0 < peak < 1 and c > 0:
        mixed.append((peak, peak))
    return Support(k, k > 1 or c >= g, c <= g, most, tuple(mixed))
