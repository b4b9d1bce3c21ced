"""Who may change the rules: proposals, quorum, and which rule can follow which (after Ostrom's third principle)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from .limits import whole


@dataclass(frozen=True)
class Amendment:
    """How the rule is changed."""

    voters: tuple[int, ...]
    """Players who may propose and vote."""
    quorum: int
    """Votes that a change needs."""
    follows: tuple[tuple[bool, ...], ...] = ((True,),)
    """follows[rule][other]: whether one vote leads from a rule to the other."""

    def __post_init__(self) -> None:
        for i in self.voters:
            whole("amendment rule", 0, voter=i)
        whole("amendment rule", 1, quorum=self.quorum)
        if self.quorum > len(set(self.voters)) or len(set(self.voters)) < len(self.voters):
            raise InputError(
                where="amendment rule",
                needed="different voters, and a quorum of no more than all",
                found=f"{self.quorum} of {self.voters}",
            )

        n = len(self.follows)
        if not n or any(np.shape(row) != (n,) for row in self.follows):
            raise InputError(
                where="amendment rule",
                needed="follows[rule][other], as many of one as of the other",
                found=f"{[np.size(row) for row in self.follows]} in {n} rows",
            )

    def passes(self, votes: tuple[int, ...]) -> bool:
        """Whether the players who say yes carry it. Votes of others do not count."""
        return len(set(votes) & set(self.voters)) >= self.quorum

    @property
    def reaches(self) -> bool:
        """Whether every rule can be reached from every rule, in however many votes."""
        step = np.array(self.follows, bool) | np.eye(len(self.follows), dtype=bool)
        return bool(
            np.linalg.matrix_power(step, max(1, len(step))).all()
        )  # truth values: counts of ways would overflow
