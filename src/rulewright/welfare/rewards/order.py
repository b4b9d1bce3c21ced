"""Whether returns are in the order that people agree on, and which weights would put them in it.

For a pair (better, worse) let d_k = R_k(better) − R_k(worse) for each term k. Weights w serve if w·d > 0 for every pair. The
nearest such weights solve

    minimise  Σ_k |w_k − w⁰_k| / s_k     subject to     w·d ≥ m   for every pair,        s_k = |w⁰_k|, or 1

where m is the least margin that today's weights have on a pair they get right. If there are none, some pairs contradict each other
for these terms, whatever their weights: y ≥ 0, y ≠ 0 with Σ_pairs y d = 0 (Gordan 1873) shows it, and no pair can be left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...numerics.exact import Linear, dot
from ...numerics.linear import unique_solution
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array, exact, filled
from .reward import ONE, ZERO, Case, Preference


@dataclass(frozen=True)
class Compared:
    """A pair with its returns."""

    pair: Preference
    better: Fraction
    worse: Fraction

    @property
    def right(self) -> bool:
        return self.better > self.worse


@dataclass(frozen=True, eq=False)
class Repair:
    """Weights that put all pairs in order, or pairs that no weights do."""

    weights: Array | None = field(default=None, repr=False)
    """[term], exact."""
    conflict: tuple[int, ...] = ()
    """Pairs that contradict each other; every set with fewer of them can be had."""
    multipliers: tuple[Fraction, ...] = ()
    """Of these pairs: their differences, so often, add up to nothing."""


def pairs(case: Case) -> tuple[Preference, ...]:
    """What people said, and what the three reference outcomes imply: success above idle above failure."""
    said = list(case.preferences)
    known = {(p.better, p.worse) for p in said}
    if case.risk is not None:
        for better, worse in ((case.risk.success, case.risk.idle), (case.risk.idle, case.risk.failure)):
            if (better, worse) not in known:
                said.append(Preference(better, worse, implied=True))
    return tuple(said)


def compared(case: Case) -> list[Compared]:
    """Every pair with the returns of the true reward."""
    return [
        Compared(p, case.value(case.trajectory(p.better)), case.value(case.trajectory(p.worse))) for p in pairs(case)
    ]


def differences(case: Case) -> Array | None:
    """[pair, term]: R_k(better) − R_k(worse), terms of the true reward only; None where a trajectory is a bare total."""
    rows = []
    for p in pairs(case):
        both = case.trajectory(p.better), case.trajectory(p.worse)
        if any(t.total is not None for t in both):
            return None
        rows.append((case.by_term(both[0]) - case.by_term(both[1]))[case.true])
    return exact(np.array(rows, dtype=object)) if rows else None


def repair(d: Array, today: Array) -> Repair:
    """Nearest weights that give every row of d [pair, term] a positive product, from today's [term]; or a smallest conflict."""
    if not d.size or not _feasible(d):
        return Repair(conflict=(kept := _smallest(d)), multipliers=_multipliers(d[list(kept)]))
    margins = [m for m in dot(d, today) if m > 0]
    least = min(margins, default=ONE)
    terms = d.shape[1]
    unit = exact(np.eye(terms, dtype=int))
    none = exact(np.zeros((len(d), terms), int))
    rows = np.concatenate(
        [np.concatenate([d, none], axis=1), np.concatenate([unit, unit], axis=1), np.concatenate([-unit, unit], axis=1)]
    )
    sides = np.concatenate([filled((len(d),), [least] * len(d)), today, -today])
    near = filled((terms,), [1 / abs(w) if w else ONE for w in today])
    low = np.array([-INFINITY] * terms + [ZERO] * terms, dtype=object)
    high = np.array([INFINITY] * 2 * terms, dtype=object)
    found = Linear(np.concatenate([unit[0] * 0, near]), rows, sides, low, high).exactly()
    weights = found.x[:terms]
    assert (dot(d, weights) > 0).all(), "the programme's own rows"
    return Repair(weights)


def _feasible(d: Array) -> bool:
    """Whether some weights give every row a positive product."""
    if not d.shape[1]:
        return False
    size = [max(abs(x) for x in row) or ONE for row in d]
    scaled = d / filled((len(d), 1), size)  # each row's scale is free
    terms = d.shape[1]
    found = Linear(
        exact(np.zeros(terms, int)),
        scaled,
        filled((len(d),), [ONE] * len(d)),
        np.array([-INFINITY] * terms, dtype=object),
        np.array([INFINITY] * terms, dtype=object),
    ).solve()
    return found.x is not None


def _smallest(d: Array) -> tuple[int, ...]:
    """A set of rows that cannot be had together, and of which none can be left out."""
    kept = list(range(len(d)))
    for k in range(len(d)):
        fewer = [j for j in kept if j != k]
        if fewer and not _feasible(d[fewer]):
            kept = fewer
    return tuple(kept)


def _multipliers(d: Array) -> tuple[Fraction, ...]:
    """y > 0 with y·d = 0 and y_0 = 1; rows of a smallest conflict have exactly one such."""
    if len(d) == 1:
        return (ONE,)
    found = unique_solution(d[1:].T.tolist(), (-d[0]).tolist())
    return (ONE, *found) if found is not None and min(found) > 0 else ()
