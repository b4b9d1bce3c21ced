"""Jurisdiction: an agent that respects an institution defers to it within its domain, and not beyond; and gives its reasons.

On cases where the institution and the aggregate of the people differ, deferring is deciding as the institution does. Inside the
domain that is what is wanted; outside it, the people's decision is. The two are counted apart: one number would hide either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .discriminating import on_discriminating


@dataclass(frozen=True)
class Deference:
    """How often the agent decides as the institution does, where the people would not."""

    inside: int
    inside_n: int
    outside: int
    outside_n: int


def deference(agent: Array, aggregate: Array, institution: Array, domain: Array) -> Deference:
    """Counts inside and outside domain[x]. Raises InputError for another length."""
    if np.shape(domain) != np.shape(agent):
        raise InputError(where="domain", needed=f"one for each of {len(agent)} cases", found=str(np.shape(domain)))
    seen = on_discriminating(agent, aggregate, institution)
    inside = np.asarray(domain, bool)[seen.cases]
    return Deference(
        int(seen.agrees[inside].sum()), int(inside.sum()), int(seen.agrees[~inside].sum()), int((~inside).sum())
    )


def same_reasons(agent: Sequence[str], institution: Sequence[str]) -> tuple[int, int]:
    """(same, n): of cases where both give a reason, how often the agent cites the rule that the institution used.

    Raises InputError for other lengths.
    """
    if len(agent) != len(institution):
        raise InputError(where="reasons", needed=f"{len(institution)}", found=str(len(agent)))
    both = [(a.strip(), b.strip()) for a, b in zip(agent, institution, strict=True) if a.strip() and b.strip()]
    return sum(a.casefold() == b.casefold() for a, b in both), len(both)
