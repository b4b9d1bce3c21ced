"""A panel: an agent proposes to depart from the baseline, reviewers approve or object, a rule decides whether it happens.

    o   an outcome                 u[o]      the principal's utility (people)
    i   a reviewer                 U[i, o]   that of reviewer i
    q   a proposal                 d[q, o] = μ(q)[o] − μ₀[o]: how it changes the law of outcomes

What may be proposed is D = conv({0} ∪ {d_q}) and its cone C. Reviewer i approves of d iff ⟨U_i, d⟩ ≥ 0: ties approve.
A proposal is harmful iff ⟨u, d⟩ < 0. After Collina, Goel, Roth & Sengupta (2026), section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.given import named, numbers
from ...numerics.rational import Array


@dataclass(frozen=True, eq=False)
class Panel:
    """A principal, reviewers, and what may be proposed; exact (Fractions) or floating. Make it with `Panel.of`."""

    principal: Array = field(repr=False)
    """u[o]."""
    reviewers: Array = field(repr=False)
    """U[i, o]."""
    deviations: Array = field(repr=False)
    """d[q, o]; rows of a law minus the baseline sum to zero, but any directions may be given."""
    names: tuple[str, ...]
    """Of the reviewers."""
    outcomes: tuple[str, ...]
    proposals: tuple[str, ...]

    @classmethod
    def of(
        cls,
        principal: Any,
        reviewers: Any,
        deviations: Any = None,
        *,
        names: Sequence[str] | None = None,
        outcomes: Sequence[str] | None = None,
        proposals: Sequence[str] | None = None,
    ) -> Panel:
        """principal[o], reviewers[i, o], deviations[q, o] (default: ±each direction, that is C is everything).

        Exact if all are given as integers or Fractions. Raises InputError for other shapes and NaN.
        """
        u = numbers(principal, "principal's utility", (None,))
        many = numbers(reviewers, "reviewers' utilities", (None, len(u)))
        if deviations is None:
            unit = np.eye(len(u), dtype=int)
            deviations = np.concatenate([unit, -unit])
        d = numbers(deviations, "deviations", (None, len(u)))
        if len({rational.is_exact(x) for x in (u, many, d)}) > 1:
            u, many, d = (rational.floats(x) for x in (u, many, d))
        return cls(
            u,
            many,
            d,
            named(
                [f"reviewer {k + 1}" for k in range(len(many))] if names is None else names, "", len(many), "reviewers"
            ),
            named(outcomes, "o", len(u), "outcomes"),
            named(proposals, "q", len(d), "proposals"),
        )

    @classmethod
    def choosing(
        cls,
        principal: Any,
        reviewers: Any,
        baseline: int = 0,
        *,
        names: Sequence[str] | None = None,
        outcomes: Sequence[str] | None = None,
        proposals: Sequence[str] | None = None,
    ) -> Panel:
        """principal[a], reviewers[i, a]: an agent proposes any lottery over answers a in the place of answer `baseline`.

        Deviations are e_a − e_baseline; proposals are named after answers.
        """
        u = numbers(principal, "principal's utility", (None,))
        if not isinstance(baseline, (int, np.integer)) or not 0 <= baseline < len(u):
            raise InputError(where="baseline", needed=f"an answer 0 … {len(u) - 1}", found=repr(baseline))
        others = [a for a in range(len(u)) if a != baseline]
        d = np.zeros((len(others), len(u)), dtype=int)
        d[np.arange(len(others)), others] = 1
        d[:, baseline] = -1
        if outcomes is not None and proposals is None and len(outcomes) == len(u):
            proposals = [outcomes[a] for a in others]
        field = d if rational.is_exact(u) else d.astype(float)
        return cls.of(u, reviewers, field, names=names, outcomes=outcomes, proposals=proposals)

    @property
    def n(self) -> int:
        """Number of reviewers."""
        return len(self.reviewers)

    @property
    def is_exact(self) -> bool:
        return rational.is_exact(self.principal)

    @property
    def exact(self) -> Panel:
        """The same in rationals; decimals become what they print as."""
        u, many, d = (rational.exact(x) for x in (self.principal, self.reviewers, self.deviations))
        return replace(self, principal=u, reviewers=many, deviations=d)

    @property
    def floats(self) -> Panel:
        u, many, d = (rational.floats(x) for x in (self.principal, self.reviewers, self.deviations))
        return replace(self, principal=u, reviewers=many, deviations=d)

    def only(self, keep: Sequence[int]) -> Panel:
        """The same with these reviewers only, in this order."""
        return replace(self, reviewers=self.reviewers[list(keep)], names=tuple(self.names[i] for i in keep))

    @property
    def gains(self) -> tuple[Array, Array]:
        """(principal[q], reviewers[i, q]): what each gets from each proposal, against the baseline."""
        return np.dot(self.deviations, self.principal), np.dot(self.reviewers, self.deviations.T)
