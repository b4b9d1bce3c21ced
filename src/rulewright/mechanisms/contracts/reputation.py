"""Reputation that buys access: when a score deters, and that a number alone enforces nothing.

A score r_t = λ·r_{t−1} + (1−λ)·g_t of conduct g_t = 1, or 1 − Δg after a misdeed that gains the agent Δu. Each period the
score buys access worth w(r_t) to it: tasks, budget, permissions. One misdeed at full score takes (1−λ)·λ^k·Δg off the score k
periods on, so

    it is deterred   iff   Δu ≤ Σ_k δ^k ( w(1) − w(1 − (1−λ)·λ^k·Δg) )

    graded access  w(r) = ω·r           the sum is ω·(1−λ)/(1−δλ)·Δg: a long memory (λ → 1) deters only the patient
    quarantine     w(r) = ω·1[r ≥ bar]  the sum is ω·(1 − δ^n)/(1 − δ), n periods until the score is back at the bar; who
                                        begins a period below the bar has no access and cannot misbehave
    none           w(r) = ω             the sum is 0: every misdeed that gains anything pays, however low the number falls

These are eq. 14–15 of the ICSAP proposal with what they leave out: a score that buys nothing binds nobody. For graded access
this is exact for every plan, as the agent's worth is linear in the score. So it is for quarantine: if a misdeed at full score
does not pay, none does later, as a lower score is away for longer. It is not if who is shut out may go on misbehaving: misdeeds
in every period then gain Δu each and lose ω each, and what deters is Δu ≤ ω, whatever λ and δ. `conduct` finds the best plan
under any access by dynamic programming.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...design.contracts import reputation_weight
from ...errors import InputError
from ...numerics.given import number, numbers, whole
from ...numerics.memory import reserve
from ...numerics.rational import Array

GRADED, QUARANTINE, NONE = "graded", "quarantine", "none"
MOST_PERIODS, CLOSE = 100_000, 1e-12


@dataclass(frozen=True)
class Reputation:
    """A score and what it buys. Exact."""

    memory: Fraction
    discount: Fraction
    gain: Fraction
    """Δu, of a misdeed now."""
    loss: Fraction
    """Δg, off that period's conduct; at most 1."""
    access: str
    worth: Fraction
    """ω, of full access, per period."""
    bar: Fraction

    @property
    def excluded(self) -> int | None:
        """Quarantine: periods below the bar after one misdeed at full score; None if it is never reached again."""
        fall, room = (1 - self.memory) * self.loss, 1 - self.bar
        if fall <= room:
            return 0
        if not self.memory:
            return 1
        if not room:
            return None
        n = max(1, math.ceil((_log(room) - _log(fall)) / _log(self.memory)) - 1)
        if n > MOST_PERIODS:
            raise InputError(where="bar", needed=f"one that is reached in {MOST_PERIODS} periods", found=str(self.bar))
        fall *= self.memory**n
        while fall > room:  # at most a step or two: logarithms are rounded
            fall, n = fall * self.memory, n + 1
        return n

    @property
    def stake(self) -> Fraction:
        """What one misdeed loses by less access, discounted."""
        return STAKES[self.access](self)

    @property
    def deterred(self) -> bool:
        """Whether a misdeed at full score does not pay."""
        return self.gain <= self.stake

    @property
    def least_worth(self) -> Fraction | None:
        """The least worth of access ω that deters; None if none does."""
        per = replace(self, worth=Fraction(1)).stake
        return self.gain / per if per else None if self.gain else Fraction(0)

    def describe(self) -> str:
        verdict = "is deterred" if self.deterred else "pays"
        return f"a misdeed that gains {float(self.gain):g} {verdict}: it loses access worth {float(self.stake):g}"


def _log(x: Fraction) -> float:
    """Of numbers too small for a float, too."""
    return math.log(x.numerator) - math.log(x.denominator)


def _periods(discount: Fraction, count: int | None) -> Fraction:
    """1 + δ + … of so many periods; for ever where None."""
    return (1 - (0 if count is None else discount**count)) / (1 - discount)


STAKES: dict[str, Callable[[Reputation], Fraction]] = {
    GRADED: lambda r: r.worth * reputation_weight(r.memory, r.discount) * r.loss,
    QUARANTINE: lambda r: r.worth * _periods(r.discount, r.excluded),
    NONE: lambda r: Fraction(0),
}


def reputation(
    memory: Any = 0.5,
    discount: Any = 0.9,
    gain: Any = 1,
    loss: Any = 1,
    *,
    access: str = GRADED,
    worth: Any = 1,
    bar: Any = 1,
) -> Reputation:
    """λ, δ in [0, 1), Δu ≥ 0, Δg in [0, 1], and what the score buys. Raises InputError."""
    if access not in STAKES:
        raise InputError(where="access", needed=f"one of {', '.join(STAKES)}", found=repr(access))
    what = {"memory": memory, "discount": discount, "gain": gain, "loss": loss, "worth": worth, "bar": bar}
    found = {name: number(value, name, least=0) for name, value in what.items()}
    for name in ("memory", "discount"):
        if found[name] >= 1:
            raise InputError(where=name, needed="a number from 0 to below 1", found=str(found[name]))
    for name in ("loss", "bar"):
        if found[name] > 1:
            raise InputError(where=name, needed="a number from 0 to 1", found=str(found[name]))
    return Reputation(access=access, **found)


@dataclass(frozen=True, eq=False)
class Conduct:
    """The agent's best plan, found by dynamic programming on a grid of scores."""

    scores: Array
    """[score], of last period."""
    misdeed: Array
    """bool [score]; whether a misdeed now is better than none."""
    value: Array = field(repr=False)
    """[score]"""

    @property
    def clean(self) -> bool:
        """Whether an agent that starts with a full score never misbehaves."""
        return not bool(self.misdeed[-1])


def conduct(asked: Reputation, access: Callable[[Array], Array] | None = None, *, grid: int = 401) -> Conduct:
    """Value iteration over the score, in between by straight lines: exact where access is graded or none.

    access: scores [n] → what they buy [n], with misdeeds possible at every score; the reputation's own, if None. Raises InputError.
    """
    reserve((whole(grid, "grid", least=2), 10), "scores")
    scores = np.linspace(0, 1, grid)
    lam, delta, gain, loss = (float(x) for x in (asked.memory, asked.discount, asked.gain, asked.loss))
    omega, bar = float(asked.worth), float(asked.bar)
    own: dict[str, Callable[[Array], Array]] = {
        GRADED: lambda r: omega * r, QUARANTINE: lambda r: omega * (r >= bar - 1e-9), NONE: lambda r: np.full(r.shape, omega),
    }  # fmt: skip
    buys = own[asked.access] if access is None else access
    after = np.stack([lam * scores + (1 - lam) * (1 - m * loss) for m in (0, 1)])  # [misdeed, score]
    in_reach = scores >= bar - 1e-9 if access is None and asked.access == QUARANTINE else np.ones(len(scores), bool)
    bought = [numbers(buys(row), "access, what scores buy", row.shape) for row in after]
    now = np.stack([bought[0], gain * in_reach + bought[1]])
    value = np.zeros(len(scores))
    for _ in range(10_000):
        both = now + delta * np.stack([np.interp(row, scores, value) for row in after])
        new = both.max(axis=0)
        if np.abs(new - value).max() < CLOSE * max(1.0, float(np.abs(new).max())):
            break
        value = new
    return Conduct(scores, both[1] > both[0] + 1e-9, value)
