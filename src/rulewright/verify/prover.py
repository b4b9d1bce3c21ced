"""The prover: tries claims on the checker, keeps those that hold with the largest margins, and returns counterexamples.

It has no arithmetic of its own. A claim is proved when the checker, which knows nothing of how it was found, agrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import checker
from .claims import Claim


@dataclass(frozen=True)
class Proved:
    """A claim that holds, as it goes into the certificate."""

    claim: Claim
    says: str
    margin: Fraction | None

    holds = True


@dataclass(frozen=True)
class Counterexample:
    """A claim that fails: who gains how much by doing what instead."""

    claim: Claim
    says: str
    margin: Fraction | None

    holds = False


def prove(claim: Claim, statement: Mapping[str, Any]) -> Proved | Counterexample:
    """Check one claim exactly. Where the claim has a margin, it is raised to the largest that holds."""
    return prove_all([claim], statement)[0]


def prove_all(claims: Sequence[Claim], statement: Mapping[str, Any]) -> list[Proved | Counterexample]:
    """As `prove`, for several claims about the same statement; the induced game is worked out once."""
    checked = checker.Checked(dict(statement))
    results: list[Proved | Counterexample] = []
    for claim in claims:
        verdict = checked.evaluate(claim)
        if verdict.holds and "margin" in claim and verdict.margin is not None:
            claim = {**claim, "margin": str(verdict.margin)}
            verdict = checked.evaluate(claim)
        kind = Proved if verdict.holds else Counterexample
        results.append(kind(claim, verdict.says, verdict.margin))
    return results
