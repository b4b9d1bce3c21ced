"""The score card: eleven legal attributes, each a test.

The attributes are after Hadfield & Weingast 2012 (J. Legal Analysis 4); the tests, and how they are graded, are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...report.findings.report import FAIL, PASS, UNKNOWN, Check
from .attributes.alike import clarity, generality, impersonality, publicity, universality
from .attributes.grades import SEARCHED
from .attributes.order import congruence, non_contradiction, public_reasoning, uniqueness
from .attributes.time import prospectivity, stability
from .law import Law

ATTRIBUTES: dict[str, Callable[[Law], Check]] = {
    "generality": generality,
    "universality": universality,
    "impersonality": impersonality,
    "non-contradiction": non_contradiction,
    "uniqueness": uniqueness,
    "prospectivity": prospectivity,
    "publicity": publicity,
    "stability": stability,
    "congruence": congruence,
    "clarity": clarity,
    "public reasoning": public_reasoning,
}


def card(law: Law, tell: Callable[[str], None] = lambda _: None) -> list[Check]:
    """One line for each attribute. A rule that answers the same case in two ways proves nothing by passing."""
    lines = []
    for name, check in ATTRIBUTES.items():
        tell(f"testing {name}")
        lines.append(check(law))
    random = law.again is not None and any(c.name == "non-contradiction" and c.verdict == FAIL for c in lines)
    return [replace(c, grade=SEARCHED) if random and c.verdict == PASS else c for c in lines]


def tally(lines: list[Check]) -> dict[str, int]:
    """{verdict: lines}."""
    return {verdict: sum(c.verdict == verdict for c in lines) for verdict in (PASS, FAIL, UNKNOWN)}
