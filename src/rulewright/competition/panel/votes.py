"""Rules of approval: which sets of approvers have a proposal executed.

    threshold    unless more than k object
    weighted     if the votes of those who approve reach a quota
    family       if the approvers include one of some listed coalitions (every monotone rule is one)

All are monotone: one more approval never stops anything. A rule is *admissible* if the whole panel's approval suffices.
After Collina, Goel, Roth & Sengupta (2026), section 2.
"""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array

MOST_SETS = 1_000_000  # winning coalitions listed
LARGEST_PANEL = 20  # reviewers whose sets are all tried


class Rule(ABC):
    """A monotone rule of approval by n reviewers."""

    n: int

    @abstractmethod
    def passes(self, approve: Any) -> Array:
        """[...]: whether it is executed, from approve[..., i]."""

    @abstractmethod
    def minimal_winning(self) -> tuple[tuple[int, ...], ...]:
        """The coalitions that suffice and need all their members. Raises TooLarge."""

    @abstractmethod
    def describe(self, names: Sequence[str] | None = None) -> str: ...

    @property
    def is_admissible(self) -> bool:
        return bool(self.passes(np.ones(self.n, bool)))

    def read(self, approve: Any) -> Array:
        """approve[..., i] as truth values. Raises InputError where it is not for n reviewers."""
        votes = np.asarray(approve, bool)
        if votes.shape[-1:] != (self.n,):
            raise InputError(where="approvals", needed=f"the votes of {self.n} reviewers", found=f"shape {votes.shape}")
        return votes

    def called(self, names: Sequence[str] | None) -> Sequence[str]:
        return [f"reviewer {i + 1}" for i in range(self.n)] if names is None else names


@dataclass(frozen=True)
class Threshold(Rule):
    """Executed unless more than `objections` object; 0 is unanimity."""

    n: int
    objections: int

    def __post_init__(self) -> None:
        if not isinstance(self.objections, (int, np.integer)) or not 0 <= self.objections <= self.n:
            raise InputError(where="objections that are let pass", needed=f"0 … {self.n}", found=str(self.objections))

    def passes(self, approve: Any) -> Array:
        return np.asarray((~self.read(approve)).sum(axis=-1) <= self.objections)

    def minimal_winning(self) -> tuple[tuple[int, ...], ...]:
        size = self.n - self.objections
        if math.comb(self.n, size) > MOST_SETS:
            raise _too_many(math.comb(self.n, size))
        return tuple(itertools.combinations(range(self.n), size))

    def describe(self, names: Sequence[str] | None = None) -> str:
        if not self.objections:
            return f"if all {self.n} approve"
        return f"unless more than {self.objections} of {self.n} object"


@dataclass(frozen=True)
class Weighted(Rule):
    """Executed if the votes of those who approve reach the quota; whole numbers."""

    votes: tuple[int, ...]
    quota: int

    def __post_init__(self) -> None:
        if not self.votes or any(not isinstance(v, int) or v < 0 for v in self.votes) or self.quota < 1:
            raise InputError(
                where="weighted rule",
                needed="whole votes of at least 0 and a quota of at least 1",
                found=f"{self.votes}, {self.quota}",
            )

    @property
    def n(self) -> int:  # type: ignore[override]
        return len(self.votes)

    def passes(self, approve: Any) -> Array:
        return np.asarray(self.read(approve) @ np.array(self.votes) >= self.quota)

    def minimal_winning(self) -> tuple[tuple[int, ...], ...]:
        sets = every_set(self.n)
        total = sets @ np.array(self.votes)
        spare = np.where(sets, np.array(self.votes), np.iinfo(int).max).min(axis=1)
        minimal = (total >= self.quota) & ((total - spare < self.quota) | ~sets.any(axis=1))
        return tuple(tuple(np.flatnonzero(row).tolist()) for row in sets[minimal])

    def describe(self, names: Sequence[str] | None = None) -> str:
        each = ", ".join(f"{name} {v}" for name, v in zip(self.called(names), self.votes, strict=True) if v)
        return f"if the approvers have {self.quota} of {sum(self.votes)} votes ({each})"


@dataclass(frozen=True)
class Family(Rule):
    """Executed if the approvers include one of these coalitions; those that include another are dropped."""

    n: int
    winning: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        for members in self.winning:
            if any(not isinstance(i, (int, np.integer)) or not 0 <= i < self.n for i in members):
                raise InputError(where="winning coalition", needed=f"reviewers 0 … {self.n - 1}", found=str(members))
        object.__setattr__(self, "winning", minimal(self.winning))

    def passes(self, approve: Any) -> Array:
        votes = self.read(approve)
        found = np.zeros(votes.shape[:-1], bool)
        for members in self.winning:
            found |= votes[..., list(members)].all(axis=-1)
        return found

    def minimal_winning(self) -> tuple[tuple[int, ...], ...]:
        return self.winning

    def describe(self, names: Sequence[str] | None = None) -> str:
        if not self.winning:
            return "never"
        called = self.called(names)
        ways = [" and ".join(called[i] for i in members) or "nobody at all" for members in self.winning]
        more = f"; or one of {len(ways) - 6} other coalitions" if len(ways) > 7 else ""
        shown = "; or ".join(ways[:6] if more else ways) + more
        return f"if these approve: {shown}"


def minimal(sets: Iterable[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    """Those that include no other, by size and then in order."""
    kept: list[frozenset[int]] = []
    for one in sorted({frozenset(map(int, s)) for s in sets}, key=lambda s: (len(s), sorted(s))):
        if not any(smaller <= one for smaller in kept):
            kept.append(one)
    return tuple(tuple(sorted(s)) for s in kept)


def every_set(n: int) -> Array:
    """[2^n, i], bool: all sets of reviewers. Raises TooLarge beyond 20."""
    if n > LARGEST_PANEL:
        raise TooLarge(
            where="all sets of reviewers",
            needed=f"at most {LARGEST_PANEL} reviewers",
            found=str(n),
            remedy="Use a threshold, whose soundness needs no list.",
        )
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)


def _too_many(count: int) -> TooLarge:
    return TooLarge(
        where="minimal winning coalitions",
        needed=f"at most {MOST_SETS:,}",
        found=f"{count:,}",
        remedy="Use the rejection depth, which needs no list.",
    )
