"""What a reward does not see, and what it sees twice: how its terms move as single features of a step are changed.

    Δ_f r(step, v) = r(step with f := v) − r(step)

A declared outcome that moves no return is *missing*. Two terms whose changes are in one proportion over all steps, features and
values measure one thing: they are *redundant*. Both are exact for the changes that were tried; a formula that does not name an
outcome is known never to see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...numerics.rational import Array, exact
from .reward import ZERO, Case, Trajectory, by_term

LEAST_VALUES = 3  # different values other than 0 that two terms must share to be called one


@dataclass(frozen=True)
class Seen:
    """A trajectory and a change of one feature of one of its steps that moves the return."""

    trajectory: Trajectory
    step: int
    variant: int
    before: Fraction
    after: Fraction


def moved(case: Case, one: Trajectory, feature: str) -> Array | None:
    """[variant, step, term]: by how much terms move as the feature changes; None where that is not known of this trajectory."""
    there = one.moved.get(feature)
    return None if there is None else exact(there - one.values[None])


def sees(case: Case, outcome: str, terms: Array) -> Seen | None:
    """A change of that outcome that moves the return of the terms[term] asked for; None where none of those tried does."""
    for one in case.trajectories:
        change = moved(case, one, outcome)
        if change is None:
            continue
        felt = (change * case.weights)[..., terms].sum(axis=-1)
        for step, variant in np.argwhere((felt != 0).T):
            before = _sum(case, one.values, one, terms)
            values = one.values.copy()
            values[step] = one.moved[outcome][variant, step]
            after = _sum(case, values, one, terms)
            if after != before:
                return Seen(one, int(step), int(variant), before, after)
    return None


def _sum(case: Case, values: Array, one: Trajectory, terms: Array) -> Fraction:
    return sum((by_term(values, one.counts, case.gamma) * case.weights)[terms], ZERO)


def tried(case: Case, feature: str) -> int:
    """How many changes of a feature were tried."""
    return sum(
        one.moved[feature].shape[0] * one.moved[feature].shape[1] for one in case.trajectories if feature in one.moved
    )


def felt_by(case: Case, features: Sequence[str]) -> Array:
    """[term]: whether any tried change of any of these features moves it."""
    found = np.zeros(len(case.terms), bool)
    for one in case.trajectories:
        for f in features:
            change = moved(case, one, f)
            if change is not None:
                found |= (change != 0).any(axis=(0, 1))
    return found


@dataclass(frozen=True)
class Twins:
    """Two terms in one proportion: the second is `factor` times the first."""

    first: int
    second: int
    factor: Fraction
    by: str
    """"changes", or "values"."""
    number: int
    """Of numbers compared that are not 0."""


def gradients(case: Case) -> Array:
    """[term, change]: how every term moves under every change tried, of any feature."""
    rows = [
        change.reshape(-1, len(case.terms))
        for one in case.trajectories
        for f in one.moved
        if (change := moved(case, one, f)) is not None
    ]
    return np.concatenate(rows).T if rows else exact(np.zeros((len(case.terms), 0), int))


def values(case: Case) -> Array:
    """[term, step]: what terms say of every step given."""
    rows = [one.values for one in case.trajectories if one.total is None]
    return np.concatenate(rows).T if rows else exact(np.zeros((len(case.terms), 0), int))


def twins(case: Case) -> list[Twins]:
    """Pairs of terms of the true reward that are in one proportion, under changes or, with enough values, over the steps given."""
    found: list[Twins] = []
    kept = np.flatnonzero(case.true)
    for table, by, least in ((gradients(case), "changes", 1), (values(case), "values", LEAST_VALUES)):
        for k, a in enumerate(kept):
            for b in kept[k + 1 :]:
                factor = proportion(table[a], table[b])
                number = int((table[a] != 0).sum())
                known = any(t.first == a and t.second == b for t in found)
                if factor is not None and not known and len(set(table[a]) - {ZERO}) >= least:
                    found.append(Twins(int(a), int(b), factor, by, number))
    return found


def untold(changes: Array, steps: Array) -> tuple[int, int] | None:
    """The first two rows of [term, change] that no change moves and that no step given tells apart, [term, step]; or None."""
    for a in range(len(changes)):
        for b in range(a + 1, len(changes)):
            still = not (changes[[a, b]] != 0).any()
            if still and (not (steps[[a, b]] != 0).any() or proportion(steps[a], steps[b]) is not None):
                return a, b
    return None


def proportion(a: Array, b: Array) -> Fraction | None:
    """c with b = c·a, if neither is nothing."""
    at = np.flatnonzero(a != 0)
    if not len(at) or not (b != 0).any():
        return None
    factor = Fraction(b[at[0]] / a[at[0]])
    return factor if (b == factor * a).all() else None


def rank(table: Array) -> int:
    """Of an exact matrix, by elimination in rationals."""
    rows, found = [list(row) for row in table], 0
    for column in range(table.shape[1]):
        at = next((r for r in range(found, len(rows)) if rows[r][column]), None)
        if at is None:
            continue
        rows[found], rows[at] = rows[at], rows[found]
        pivot = rows[found]
        for r in range(found + 1, len(rows)):
            if rows[r][column]:
                factor = rows[r][column] / pivot[column]
                rows[r] = [x - factor * y for x, y in zip(rows[r], pivot, strict=True)]
        found += 1
        if found == len(rows):
            break
    return found
