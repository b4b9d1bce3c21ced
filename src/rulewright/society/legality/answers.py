"""What a rule said of cases: positions in lists of verdicts and reasons, and what stands where there was none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...numerics.rational import Array

NONE, RAISED, ODD, CLASH, ABSENT = -1, -2, -3, -4, -5
"""No verdict; an error; something that is no verdict; two rules that contradict each other; not asked, or not recorded."""


@dataclass(frozen=True)
class Answers:
    """On cases, in their order."""

    verdict: Array
    """int32 [case]: position in `labels`, or one of the five numbers above."""
    labels: tuple[str, ...]
    reason: Array | None = None
    """int32 [case]: position in `reasons`, −1 where none was given."""
    reasons: tuple[str, ...] = ()
    odd: Mapping[int, str] = field(default_factory=dict)
    """{case: what came instead of a verdict}."""

    def said(self, k: int) -> str:
        """The verdict on case k, in words."""
        code = int(self.verdict[k])
        if code >= 0:
            return self.labels[code]
        return self.odd.get(k) or {NONE: "no verdict", CLASH: "two verdicts"}.get(code, "nothing")
