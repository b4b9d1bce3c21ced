"""A vote with weights that is sound, and lets through as much as such a vote can.

The most permissive sound rule is a list of coalitions; people would rather count votes. Whole votes v_i and a quota make a sound
rule iff no coalition that fails to cover reaches the quota, so for any votes the lowest sound quota is one more than the most
that a *maximal failing* coalition has. Votes are chosen by whole-number programming, such that as many minimal covering coalitions
reach it as can be:

    maximise   #{T : b_T = 1}     v(M) ≤ q − 1 for maximal failing M,     v(T) ≥ q − V·(1 − b_T) for minimal covering T

Soundness does not rest on the solver: it is read off the votes. Where the weights of a threshold rule do, this finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import Impossible
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .coverage import coverage
from .depth import table_of
from .rules import Coalitions, minimal_covering
from .setting import Panel
from .strategic import hitting
from .votes import LARGEST_PANEL, Threshold, Weighted, every_set

LARGEST_VOTE = 9


@dataclass(frozen=True, eq=False)
class Fit:
    """A sound vote with weights."""

    panel: Panel = field(repr=False)
    rule: Weighted
    wins: int
    """Minimal covering coalitions that reach the quota."""
    of: int
    """Minimal covering coalitions there are."""
    bound: int
    """No sound vote with weights up to the largest allowed has more of them; equal to `wins` unless time ran out."""

    @property
    def is_most_permissive(self) -> bool:
        """Whether it executes just what the most permissive sound rule does."""
        return self.wins == self.of

    def describe(self) -> str:
        words = f"executed {self.rule.describe(self.panel.names)}: sound; {self.wins} of {self.of} minimal coalitions reach it"
        return words if self.wins == self.bound else f"{words} (at most {self.bound} could)"


def failing(coalitions: Coalitions) -> tuple[tuple[int, ...], ...]:
    """Maximal coalitions that do not cover: all but a minimal set that meets every covering one. Needs a complete list."""
    n = coalitions.panel.n
    if () in coalitions.sets:
        return ()
    return tuple(tuple(i for i in range(n) if i not in out) for out in hitting(coalitions.sets))


def weighted_rule(panel: Panel, *, largest: int = LARGEST_VOTE, seconds: float = 60.0) -> Fit:
    """Whole votes up to `largest` each. Raises Impossible where even the full panel does not cover, TooLarge beyond 20 reviewers.

    Where solving takes longer than `seconds` the best rule so far is returned, with its bound.
    """
    if panel.n > LARGEST_PANEL:
        every_set(panel.n)
    coalitions = minimal_covering(panel)
    if not coalitions.sets:
        whole = coverage(panel)
        raise Impossible(
            where="weighted rule",
            needed="a panel that covers",
            found=whole.describe(),
            remedy="Add a reviewer who objects to that.",
        )
    bad = table_of(failing(coalitions), panel.n)
    good = table_of(coalitions.sets, panel.n)
    most = largest * panel.n + 1
    programme = Programme()
    votes = programme.add_columns(panel.n, upper=float(largest), cost=-1 / (2 * most), integer=True)
    quota = programme.add_columns(1, lower=1.0, upper=float(most), integer=True)
    wins = programme.add_columns(len(good), upper=1.0, cost=1.0, integer=True)
    rows = programme.add_rows(len(bad), upper=-1.0)
    programme.put(rows[:, None], votes, bad)
    programme.put(rows, quota, -1.0)
    rows = programme.add_rows(len(good), lower=-float(most))
    programme.put(rows[:, None], votes, good)
    programme.put(rows, quota, -1.0)
    programme.put(rows, wins, -float(most))
    rows = programme.add_rows(1, lower=0.0)  # all together must win
    programme.put(rows, votes, 1.0)
    programme.put(rows, quota, -1.0)
    unanimous = np.concatenate([np.ones(panel.n), [panel.n], good.all(axis=1)])
    found = programme.solve(maximise=True, seconds=seconds, start=unanimous, partial=True)
    return _read(panel, found.point()[votes], good, bad, int(np.floor(found.bound + 0.5)))


def _read(panel: Panel, votes: Array, good: Array, bad: Array, bound: int) -> Fit:
    """The rule with the lowest sound quota for these votes."""
    whole = np.rint(votes).astype(int)
    quota = int((bad @ whole).max(initial=0)) + 1
    shared = int(np.gcd.reduce([*whole.tolist(), quota])) or 1
    rule = Weighted(tuple((whole // shared).tolist()), quota // shared)
    if not rule.is_admissible:
        rule = Weighted((1,) * panel.n, panel.n)
    wins = int((good @ np.array(rule.votes) >= rule.quota).sum())
    return Fit(panel, rule, wins, len(good), max(wins, min(bound, len(good))))


def threshold_of(rule: Weighted) -> Threshold | None:
    """The threshold rule that it is, if all votes count alike."""
    if len(set(rule.votes)) > 1 or not rule.votes[0]:
        return None
    needed = -(-rule.quota // rule.votes[0])
    return Threshold(rule.n, rule.n - needed) if needed <= rule.n else None
