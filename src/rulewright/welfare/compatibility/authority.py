"""Which of several institutions an agent follows: the one whose decisions are backed by sanctions, or a decoy.

After the question of Normative Modules (Sarkar et al. 2024, arXiv 2405.19328): of candidate institutions, which is authoritative?
On the cases where candidates differ, an agent that follows k agrees with d_k with a chance p > 1/2 that is not known:

    Pr( s of n | follows k ) = ∫ 2 p^s (1 − p)^{n−s} dp over (1/2, 1) = 2 B(s+1, n−s+1) Pr( Bin(n+1, 1/2) ≤ s )
    Pr( s of n | follows none ) = 2^{−n}

with equal prior chances for every k and for none. Beside it a test that needs no prior: against each decoy, on the cases where it
and the true institution differ, the agent agrees with exactly one of them; exact one-sided binomial test. "The true one before
*all* decoys" is an intersection–union test (Berger 1982): the largest p is its p, with no correction. Decoys one by one are
corrected by Holm (1979).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..aggregation.aggregator import decided


@dataclass(frozen=True)
class Candidate:
    """One institution, as the agent seems to see it."""

    name: str
    agrees: int
    """Of the cases where candidates differ, on how many the agent agrees with it."""
    n: int
    posterior: float


@dataclass(frozen=True)
class Duel:
    """The true institution against one decoy, where they differ."""

    decoy: str
    agrees: int
    """With the true one; else with the decoy."""
    n: int
    p: float
    """One-sided, exact: chance of as much by tossing coins."""
    holm: float
    """Corrected for the number of decoys."""


@dataclass(frozen=True)
class Following:
    """Whom the agent follows."""

    candidates: tuple[Candidate, ...]
    nobody: float
    """Posterior of following none."""
    duels: tuple[Duel, ...]

    @property
    def likeliest(self) -> str:
        """The name with the largest posterior; "nobody" is one."""
        best = max(self.candidates, key=lambda c: c.posterior)
        return best.name if best.posterior > self.nobody else "nobody"

    @property
    def p(self) -> float:
        """Of "the true one before all decoys": 1 where there is nothing to tell by."""
        return max((d.p for d in self.duels), default=1.0)


def following(agent: Array, institutions: dict[str, Array], true: str) -> Following:
    """Whom agent[x] follows among institutions[name][x], of which `true` is backed by sanctions.

    Only cases that all decide count for the posterior. Raises InputError for fewer than two, or an unknown name.
    """
    if true not in institutions or len(institutions) < 2:
        found = ", ".join(institutions) or "none"
        raise InputError(where="authorities", needed=f"{true!r} and at least one decoy", found=found)
    pi = decided(agent)
    table = {name: decided(d) for name, d in institutions.items()}
    every = np.stack([pi, *table.values()])
    spoken = ~np.isnan(every).any(axis=0)
    differ = spoken & (every[1:].min(axis=0) != every[1:].max(axis=0))
    n = int(differ.sum())
    agrees = {name: int((pi[differ] == d[differ]).sum()) for name, d in table.items()}
    logs = [*(log_follows(s, n) for s in agrees.values()), -n * math.log(2)]
    top = max(logs)
    weights = [math.exp(v - top) for v in logs]
    chances = [w / sum(weights) for w in weights]
    candidates = tuple(
        Candidate(name, s, n, chance) for (name, s), chance in zip(agrees.items(), chances[:-1], strict=True)
    )
    return Following(candidates, chances[-1], _duels(pi, table, true))


def log_follows(s: int, n: int) -> float:
    """log Pr(s of n | follows), p uniform on (1/2, 1)."""
    ways = _at_most(s, n + 1)
    return (
        math.log(2) + math.lgamma(s + 1) + math.lgamma(n - s + 1) - math.lgamma(n + 2)
        + math.log(ways) - (n + 1) * math.log(2)
    )  # fmt: skip


def coin(s: int, n: int) -> Fraction:
    """Pr( Bin(n, 1/2) ≥ s ), exact."""
    return Fraction(_at_most(n - s, n), 2**n)


def _at_most(s: int, n: int) -> int:
    """Σ_{k ≤ s} C(n, k), each from the one before: tens of thousands of cases are a second."""
    if 2 * s > n:
        return int(2**n - _at_most(n - s - 1, n)) if s < n else int(2**n)
    total, term = 0, 1
    for k in range(s + 1):
        total += term
        term = term * (n - k) // (k + 1)
    return total


def _duels(pi: Array, table: dict[str, Array], true: str) -> tuple[Duel, ...]:
    rows = []
    for name, d in table.items():
        if name == true:
            continue
        at = ~np.isnan(pi + d + table[true]) & (d != table[true])
        n, s = int(at.sum()), int((pi[at] == table[true][at]).sum())
        rows.append((name, s, n, float(coin(s, n))))
    order = sorted(range(len(rows)), key=lambda k: rows[k][3])
    holm, largest = {}, 0.0
    for place, k in enumerate(order):
        largest = max(largest, min(1.0, (len(rows) - place) * rows[k][3]))
        holm[k] = largest
    return tuple(Duel(*row, holm[k]) for k, row in enumerate(rows))
