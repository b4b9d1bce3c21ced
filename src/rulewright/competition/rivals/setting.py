"""Alice decides; k AIs ("Bobs") know more than she does, want something else, and tell her what they like.

    s   what all Bobs know (x_B)            p[s, t]       prior
    t   what Alice alone knows (x_A)        u[s, t, a]    Alice's expected utility of her action a
    a   her action                          U[i, s, t, a] that of Bob i

Where there is a state y behind the features, utilities of (y, a) are averaged over y given (s, t): nobody learns more.
After Collina, Goel, Roth, Ryu & Shi (2025), section 1; all Bobs hold the same x_B and differ in utility only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...numerics import rational
from ...numerics.given import law, named, numbers, one_of
from ...numerics.rational import Array


@dataclass(frozen=True, eq=False)
class Rivals:
    """One who decides and several who know more; exact (Fractions) or floating. Make it with `Rivals.of`."""

    prior: Array = field(repr=False)
    """p[s, t]; sums to one."""
    alice: Array = field(repr=False)
    """u[s, t, a]."""
    bobs: Array = field(repr=False)
    """U[i, s, t, a]."""
    names: tuple[str, ...]
    """Of the Bobs."""
    states: tuple[str, ...]
    types: tuple[str, ...]
    actions: tuple[str, ...]

    @classmethod
    def of(
        cls,
        prior: Any,
        alice: Any,
        bobs: Any,
        *,
        names: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        types: Sequence[str] | None = None,
        actions: Sequence[str] | None = None,
    ) -> Rivals:
        """prior[s] , alice[s, a], bobs[i, s, a]; or prior[s, t], alice[s, t, a], bobs[i, s, t, a] where Alice knows something too.

        All exact if all are given as integers or Fractions. Raises InputError for other shapes, NaN, and chances that do not
        sum to one.
        """
        p = rational.numbers(prior)
        single = p.ndim == 1
        p = numbers(p, "prior", (None,) if single else (None, None))
        u = numbers(alice, "Alice's utility", (*p.shape, None))
        many = numbers(bobs, "the AIs' utilities", (None, *u.shape))
        if single:
            p, u, many = p[:, None], u[:, None], many[:, :, None]
        if len({rational.is_exact(x) for x in (p, u, many)}) > 1:
            p, u, many = (rational.floats(x) for x in (p, u, many))
        check_law(p.reshape(-1), "prior")
        return cls(
            law(p.reshape(-1)).reshape(p.shape) if rational.is_exact(p) else p,
            u,
            many,
            named([f"AI {k + 1}" for k in range(len(many))] if names is None else names, "", len(many), "AIs"),
            named(states, "s", p.shape[0], "states"),
            named(types, "t", p.shape[1], "types"),
            named(actions, "a", u.shape[-1], "actions"),
        )

    @classmethod
    def observing(cls, joint: Any, alice: Any, bobs: Any, **names: Any) -> Rivals:
        """joint[s, t, y], alice[y, a], bobs[i, y, a]: utilities depend on y, which nobody sees beyond (s, t).

        Feature pairs that never happen are given utility 0. Raises InputError as `of`.
        """
        j = numbers(joint, "joint law", (None, None, None))
        u = numbers(alice, "Alice's utility", (j.shape[2], None))
        many = numbers(bobs, "the AIs' utilities", (None, *u.shape))
        if len({rational.is_exact(x) for x in (j, u, many)}) > 1:
            j, u, many = (rational.floats(x) for x in (j, u, many))
        check_law(j.reshape(-1), "joint law")
        p = j.sum(axis=2)
        given = j / np.where(p == 0, 1, p)[..., None]
        return cls.of(p, np.dot(given, u), np.stack([np.dot(given, v) for v in many]), **names)

    @property
    def k(self) -> int:
        """Number of Bobs."""
        return len(self.bobs)

    @property
    def is_exact(self) -> bool:
        return rational.is_exact(self.prior)

    @property
    def exact(self) -> Rivals:
        """The same in rationals; decimals become what they print as, and the prior sums to exactly one."""
        p = law(self.prior.reshape(-1)).reshape(self.prior.shape)
        return replace(self, prior=p, alice=rational.exact(self.alice), bobs=rational.exact(self.bobs))

    @property
    def floats(self) -> Rivals:
        p, u, many = (rational.floats(x) for x in (self.prior, self.alice, self.bobs))
        return replace(self, prior=p, alice=u, bobs=many)

    def only(self, keep: Sequence[int]) -> Rivals:
        """The same with these Bobs only, in this order. Raises InputError where none is left."""
        if isinstance(keep, str) or not isinstance(keep, Iterable):
            raise InputError(where="rivals", needed="numbers of AIs, in a list", found=repr(keep))
        kept = [one_of(i, "rivals", self.k) for i in keep]
        if not kept:
            raise InputError(where="rivals", needed="at least one AI", found="none")
        return replace(self, bobs=self.bobs[kept], names=tuple(self.names[i] for i in kept))

    @property
    def opt(self) -> Any:
        """Alice's first best: E max_a E[u | s, t], the value of knowing all that anybody knows."""
        return (self.prior * self.alice.max(axis=2)).sum()

    @property
    def uninformed(self) -> Any:
        """V₀: her best without a word from anybody: Σ_t max_a Σ_s p·u."""
        return (self.prior[..., None] * self.alice).sum(axis=0).max(axis=1).sum()
