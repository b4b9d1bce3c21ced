"""The audit of a panel: what it covers, how many may object, be bought or collude, and which rule to use.

Everything that `assess` says about a jury of reviewers, in one frozen record; each number is exact, and stands with the weights
or the harmful proposal that proves it. After Collina, Goel, Roth & Sengupta (2026).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import TooLarge
from ...numerics.rational import floats
from .coverage import Coverage, coverage, covers, gains
from .depth import MOST, Depth, depth
from .rules import (
    Coalitions,
    Compromise,
    Permissiveness,
    Soundness,
    compromise,
    drawn,
    minimal_covering,
    permissiveness,
    possible,
    soundness,
)
from .setting import Panel
from .strategic import Verdict, verdict
from .votes import Family, Rule, Threshold

MIXES = 20_000  # drawn proposals on which rules are compared
MOST_JUDGED = 500  # coalitions of a rule whose blocking coalitions are worked out
MOST_LISTED = 20_000  # programmes for the list of minimal covering coalitions


@dataclass(frozen=True, eq=False)
class Judged:
    """One rule of approval, looked at from all sides."""

    rule: Rule
    soundness: Soundness
    permissiveness: Permissiveness = field(repr=False)
    """On the drawn mixes."""
    strategic: Verdict | None
    """None where the rule has too many coalitions to list."""

    @property
    def in_words(self) -> str:
        names = self.strategic.panel.names if self.strategic else None
        return f"Executed {self.rule.describe(names)}"


@dataclass(frozen=True, eq=False)
class PanelAudit:
    """What is known about a panel."""

    panel: Panel = field(repr=False)
    """Exact."""
    full: Coverage
    """Of everybody: with weights if they cover, with a harmful proposal that all approve if not."""
    depth: Depth
    threshold: int | None
    """The largest k such that "unless more than k object" is sound; None if not even unanimity is."""
    compromise: Compromise = field(repr=False)
    """Thresholds k × c reviewers who may be bought."""
    minimal: Coalitions
    pivotal: tuple[int, ...]
    """Reviewers without whom the others do not cover (nobody's removal matters where depth is at least 2)."""
    alone: tuple[int, ...]
    """Reviewers who cover by themselves."""
    rank: int
    """r: no minimal covering coalition is larger."""
    possible: int
    """Σ_{j ≤ r} C(n, j): what listing them may cost."""
    judged: tuple[Judged, ...]
    """The rule in use (by majority, if none was given), unanimity, the largest sound threshold, and the most permissive rule."""

    @property
    def best(self) -> Judged | None:
        """The sound rule among those judged that lets most good mixes pass; the first of several. None where none is sound."""
        sound = [one for one in self.judged if one.soundness.sound]
        return max(sound, key=lambda one: one.permissiveness.completeness, default=None)

    @property
    def most_permissive(self) -> str:
        """The most permissive sound monotone rule, in words."""
        if not self.full.covers:
            return "none: even what everybody approves may harm people"
        if not self.minimal.sets:
            return f"execute if all approve, and perhaps more often: {self.minimal.how}"
        words = f"execute {self.minimal.rule.describe(self.panel.names)}"
        return words if self.minimal.complete else words + " (and perhaps others: the list was cut short)"

    def bought(self, objections: int) -> int | None:
        """How many reviewers may be bought under "unless more than `objections` object"; None where it is not sound as it is."""
        left = self.depth.at_least - objections - 1
        return None if left < 0 else min(left, self.panel.n)

    def describe(self) -> str:
        names, n = self.panel.names, self.panel.n
        lines = [self.full.describe(), self.depth.describe()]
        if self.threshold is None:
            lines.append("no rule of approval is sound")
        else:
            lines.append(f"sound thresholds: unless more than k object, k ≤ {self.threshold}")
            lines.append(f"reviewers who may be bought under unanimity: {self.bought(0)} of {n}")
        count = f"{len(self.minimal.sets)}" + ("" if self.minimal.complete else " or more")
        lines.append(f"minimal covering coalitions: {count}, of at most {self.rank} members")
        lines.append("pivotal: " + (", ".join(names[i] for i in self.pivotal) or "nobody"))
        lines.append("cover alone: " + (", ".join(names[i] for i in self.alone) or "nobody"))
        return "\n".join(lines)


def majority(n: int) -> Threshold:
    """Executed if more than half approve."""
    return Threshold(n, (n - 1) // 2)


def audit(
    panel: Panel,
    rule: Rule | Iterable[Iterable[int]] | None = None,
    *,
    most: int = MOST,
    listed: int = MOST_LISTED,
    mixes: Any = None,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> PanelAudit:
    """Everything about a panel. rule: the one in use (default: majority).

    most, listed: exact programmes for the depth and for the list of coalitions; what is cut short says so. mixes[m, q]:
    proposals on which rules are compared for permissiveness (default: 20,000 drawn evenly with `seed`).
    """
    known = gains(panel)
    exact, n = known.panel, known.n
    found = depth(exact, most=most, tell=tell)
    small = minimal_covering(exact, most=listed, tell=tell)
    threshold = None if found.tolerance is None else min(found.tolerance, n)
    rounded = (floats(known.principal), floats(known.reviewers), np.eye(len(known.principal)))
    floating = Panel.of(*rounded) if mixes is None else panel
    compared = drawn(panel, MIXES, seed) if mixes is None else mixes
    use = majority(n) if rule is None else rule
    rules: list[Rule] = [use if isinstance(use, Rule) else Family(n, tuple(tuple(s) for s in use))]
    for other in (Threshold(n, 0), Threshold(n, threshold or 0), small.rule):
        if other not in rules and not (isinstance(other, Family) and not other.winning):
            rules.append(other)
    return PanelAudit(
        exact,
        coverage(exact),
        found,
        threshold,
        compromise(exact, most=most),
        small,
        tuple(i for i in range(n) if not covers(exact, [j for j in range(n) if j != i])),
        tuple(i for i in range(n) if covers(exact, [i])),
        known.rank,
        possible(exact),
        tuple(
            Judged(r, soundness(exact, r, most=most), permissiveness(floating, r, compared), _verdict(exact, r))
            for r in rules
        ),
    )


def _verdict(panel: Panel, rule: Rule) -> Verdict | None:
    if isinstance(rule, Family) and len(rule.winning) > MOST_JUDGED:
        return None
    try:
        return verdict(panel, rule)
    except TooLarge:
        return None
