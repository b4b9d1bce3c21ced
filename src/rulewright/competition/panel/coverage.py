"""Does a coalition of misaligned reviewers cover what people want? The weights, or the harmful proposal it would wave through.

    S covers  ⇔  u = Σ_{i ∈ S} λ_i U_i + r   with λ ≥ 0 and r ∈ C*, that is ⟨r, d⟩ ≥ 0 for all that may be proposed

Then whatever all of S approve is good for people: ⟨u, d⟩ = Σ λ_i ⟨U_i, d⟩ + ⟨r, d⟩ ≥ 0. Otherwise, by Farkas' lemma, some d ∈ D
with ⟨u, d⟩ < 0 is approved by all of S. One programme gives either, and

    ε(S) = −min { ⟨u, d⟩ : d ∈ D, ⟨U_i, d⟩ ≥ 0 for i ∈ S } = min over λ ≥ 0 of the largest −⟨u − Σ λ_i U_i, d⟩ on D,

the most that people can lose by S's word. After Collina, Goel, Roth & Sengupta (2026), definition 2.8 and theorem 1.
All answers are exact: decimals count as what they print as.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.given import numbers
from ...numerics.rational import Array
from .cone import Optimum, as_floats, least, rank, whole
from .setting import Panel

ZERO = Fraction(0)


@dataclass(frozen=True, eq=False)
class Gains:
    """What everybody gets from each proposal against the baseline, exact, and as whole numbers up to a positive factor."""

    panel: Panel
    """Exact."""
    principal: Array = field(repr=False)
    """[q]; ⟨u, d_q⟩."""
    reviewers: Array = field(repr=False)
    """[i, q]; ⟨U_i, d_q⟩."""
    cost: Array = field(repr=False)
    """[q]; `principal` in whole numbers."""
    rows: Array = field(repr=False)
    """[i, q]; `reviewers` in whole numbers, each row in units of its own."""
    units: list[Any] = field(repr=False)
    """rows[i] = units[i] · reviewers[i]; cost = units[-1] · principal."""
    rank: int
    """r: how many proposals count, linearly, for anybody. Minimal coalitions are no larger (conic Carathéodory)."""
    remembered: dict[Any, Any] = field(default_factory=dict, repr=False)
    """Answers that took long."""

    @property
    def n(self) -> int:
        return len(self.rows)

    def optimum(self, coalition: Iterable[int]) -> Optimum:
        """The most harmful mix that all of the coalition approve, and the weights, [i] over the whole panel."""
        members = list(coalition)
        found = least(self.cost, self.rows[members])
        unit = self.units[-1]
        weights = np.full(self.n, Fraction(0), dtype=object)
        for i, weight in zip(members, found.weights, strict=True):
            weights[i] = weight * self.units[i] / unit
        return Optimum(found.value / unit, found.mix, weights)

    def covering(self, coalition: Iterable[int], loss: Fraction = ZERO) -> tuple[int, ...] | None:
        """Members of a small coalition inside this one that covers up to `loss`; None where even all of it does not.

        Those with a weight: λ proves of them what it proves of all.
        """
        members = list(coalition)
        found = least(self.cost, self.rows[members])
        if found.value < -loss * self.units[-1]:
            return None
        return tuple(i for i, w in zip(members, found.weights, strict=True) if w)

    @property
    def floats(self) -> tuple[Array, Array]:
        """(cost [q], rows [i, q]) as floats, each row in units of its largest entry."""
        return as_floats(self.cost[None])[0], as_floats(self.rows)


@lru_cache(maxsize=64)
def gains(panel: Panel) -> Gains:
    """Of this panel; remembered."""
    exact = panel.exact
    wishes, units = whole(np.concatenate([exact.reviewers, exact.principal[None]]))
    steps, lengths = whole(exact.deviations)
    worth = rational.filled(
        (len(wishes), len(steps)),
        [
            Fraction(x, 1) / (unit * length)
            for row, unit in zip(wishes.dot(steps.T).tolist(), units, strict=True)
            for x, length in zip(row, lengths, strict=True)
        ],
    )
    table, units = whole(worth)
    return Gains(exact, worth[-1], worth[:-1], table[-1], table[:-1], units, rank(table))


@dataclass(frozen=True, eq=False)
class Proposal:
    """A mix of proposals (with the rest of the weight, if any, on the baseline), what it does, and who objects."""

    panel: Panel = field(repr=False)
    mix: Array = field(repr=False)
    """[q]; x ≥ 0, Σ x ≤ 1."""
    move: Array = field(repr=False)
    """[o]; d = Σ x_q d_q."""
    gain: Fraction
    """⟨u, d⟩, to people."""
    objectors: tuple[int, ...]
    """Reviewers with ⟨U_i, d⟩ < 0."""

    @property
    def is_harmful(self) -> bool:
        return self.gain < 0

    @property
    def approvers(self) -> tuple[int, ...]:
        return tuple(i for i in range(self.panel.n) if i not in self.objectors)

    def describe(self) -> str:
        """ "2/3 leak the secret + 1/3 ship: −0.4 to people; objecting: Ada, Bo"."""
        fractions = all(x.denominator < 1000 for x in self.mix)
        parts = [
            name if x == 1 else f"{x if fractions else rational.decimal(x)} {name}"
            for x, name in zip(self.mix, self.panel.proposals, strict=True)
            if x
        ]
        against = ", ".join(self.panel.names[i] for i in self.objectors) or "nobody"
        gain = rational.decimal(self.gain).replace("-", "−")
        return f"{' + '.join(parts) or 'nothing'}: {gain} to people; objecting: {against}"


def proposal(panel: Panel, mix: Any) -> Proposal:
    """The proposal of mix[q] ≥ 0, evaluated exactly. Raises InputError."""
    known = gains(panel)
    x = rational.exact(numbers(mix, "mix of proposals", (len(known.principal),)))
    if (x < 0).any():
        raise InputError(
            where="mix of proposals", needed=f"{len(known.principal)} weights of at least 0", found=str(mix)
        )
    worth = known.reviewers.dot(x)
    return Proposal(
        known.panel,
        x,
        known.panel.deviations.T.dot(x),
        known.principal.dot(x),
        tuple(np.flatnonzero(worth < 0).tolist()),
    )


@dataclass(frozen=True, eq=False)
class Coverage:
    """Whether a coalition covers, with what proves it."""

    panel: Panel = field(repr=False)
    coalition: tuple[int, ...]
    shortfall: Fraction
    """ε(S): the most that people lose, on D, by what all of S approve; 0 where S covers."""
    weights: Array = field(repr=False)
    """[i]; λ, 0 outside S: u − Σ λ_i U_i is at least −ε on D. The certificate."""
    proposal: Proposal | None = None
    """Where S does not cover: the most harmful d ∈ D that all of S approve. The counterexample."""

    @property
    def covers(self) -> bool:
        return self.shortfall == 0

    @property
    def remainder(self) -> Array:
        """[o]; r = u − Σ λ_i U_i, in C* where S covers."""
        return np.asarray(self.panel.principal - self.weights.dot(self.panel.reviewers))

    @property
    def carrying(self) -> tuple[int, ...]:
        """Members with a positive weight: they cover (up to ε) without the others."""
        return tuple(np.flatnonzero(self.weights).tolist())

    @property
    def holds(self) -> bool:
        """Whether the certificate, and the counterexample if there is one, stand when they are evaluated afresh."""
        slack = self.panel.deviations.dot(self.remainder)
        inside = all(i in self.coalition for i in self.carrying)
        good = bool((self.weights >= 0).all() and (slack >= -self.shortfall).all() and inside and self.shortfall >= 0)
        if self.proposal is None:
            return good and self.shortfall == 0
        harm = proposal(self.panel, self.proposal.mix)
        bounded = bool(sum(self.proposal.mix) <= 1)
        return good and bounded and harm.gain == -self.shortfall < 0 and not set(harm.objectors) & set(self.coalition)

    def describe(self) -> str:
        names = ", ".join(self.panel.names[i] for i in self.coalition) or "nobody"
        if self.proposal is not None:
            return f"{names}: do not cover; all of them approve of {self.proposal.describe()}"
        shares = " + ".join(f"{rational.decimal(self.weights[i])} {self.panel.names[i]}" for i in self.carrying)
        return f"{names}: cover, with {shares or 'no weight on anybody: nothing harmful can be proposed'}"


def members(panel: Panel, coalition: Iterable[int | str] | None) -> tuple[int, ...]:
    """Positions, ascending, of reviewers given by position or name; all for None. Raises InputError."""
    if coalition is None:
        return tuple(range(panel.n))
    found = set()
    for one in coalition:
        place = panel.names.index(one) if one in panel.names else one
        if not isinstance(place, (int, np.integer)) or not 0 <= place < panel.n:
            raise InputError(
                where="coalition", needed=f"reviewers 0 … {panel.n - 1} or their names", found=repr(one)
            ) from None
        found.add(int(place))
    return tuple(sorted(found))


def coverage(panel: Panel, coalition: Iterable[int | str] | None = None) -> Coverage:
    """Whether this coalition (default: everybody) covers, by one exact linear programme. Raises InputError."""
    known, who = gains(panel), members(panel, coalition)
    found = known.optimum(who)
    harm = proposal(known.panel, found.mix) if found.value else None
    return Coverage(known.panel, who, -found.value, found.weights, harm)


def covers(panel: Panel, coalition: Iterable[int | str] | None = None) -> bool:
    """Whether what all of the coalition approve is never bad for people."""
    return gains(panel).covering(members(panel, coalition)) is not None
