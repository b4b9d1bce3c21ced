"""The penalty that asks for the wanted safety: inverse design of an indifference point, exact, and plugged in again.

With the returns of idling and of success kept, r_failure = r_success − (r_success − r_idle)/p (see risk.py). Where a term speaks
only in the failure, its weight alone does it: w′ = w + (r_failure wanted − r_failure) / R_term(failure).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from . import risk
from .reward import Case


@dataclass(frozen=True)
class Mend:
    """What to set."""

    p: Fraction
    """The indifference point that is wanted."""
    distance: Fraction | None
    """Distance per failure that it implies, where lengths are known."""
    failure: Fraction
    """Return of failure to set."""
    term: int | None
    """The term whose weight does it, if there is one that speaks in the failure only."""
    weight: Fraction | None
    """Its new weight."""


def indifference(case: Case) -> risk.Indifference | None:
    """The three returns, of the true reward; None where no reference outcomes are named."""
    if case.risk is None:
        return None
    names = case.risk.idle, case.risk.success, case.risk.failure
    return risk.Indifference(*(case.value(case.trajectory(n)) for n in names))


def lengths(case: Case) -> tuple[Fraction, Fraction] | None:
    """(L_success, L_failure), where both are known and can be used."""
    if case.risk is None:
        return None
    success, failure = (case.trajectory(n).length for n in (case.risk.success, case.risk.failure))
    return (success, failure) if success is not None and failure is not None and success > 0 <= failure else None


def wanted(case: Case) -> Fraction | None:
    """The largest acceptable chance of failure of an attempt: as said, or from the distance per failure. Raises InputError."""
    asked, both = case.risk, lengths(case)
    if asked is None:
        return None
    found = [] if asked.rate is None else [asked.rate]
    if asked.distance is not None and both is not None:
        found.append(risk.chance(asked.distance, *both))
    return min(found, default=None)


def mend(case: Case) -> Mend | None:
    """The penalty to set; None where success is not worth more than idling, or nothing is said to be acceptable."""
    point, p, both = indifference(case), wanted(case), lengths(case)
    if point is None or p is None or case.risk is None or not point.idle < point.success or not 0 < p < 1:
        return None
    failure = point.penalty(p)
    distance = None if both is None else risk.distance(p, *both)
    k = _alone(case)
    if k is None:
        return Mend(p, distance, failure, None, None)
    said = case.by_term(case.trajectory(case.risk.failure))[k]
    return Mend(p, distance, failure, k, case.terms[k].weight + (failure - point.failure) / said)


def _alone(case: Case) -> int | None:
    """A term of the true reward that speaks in the failure only."""
    assert case.risk is not None
    three = [case.trajectory(n) for n in (case.risk.idle, case.risk.success, case.risk.failure)]
    if any(t.total is not None for t in three):
        return None
    idle, success, failure = (case.by_term(t) for t in three)
    only = (failure != 0) & (idle == 0) & (success == 0) & case.true
    return int(np.flatnonzero(only)[0]) if only.any() else None


def mended(case: Case, found: Mend) -> Case:
    """The case with that weight set. Raises ValueError where no single term does it."""
    if found.term is None or found.weight is None:
        raise ValueError("no term speaks in the failure only")
    terms = [replace(t, weight=found.weight) if k == found.term else t for k, t in enumerate(case.terms)]
    return replace(case, terms=tuple(terms))
