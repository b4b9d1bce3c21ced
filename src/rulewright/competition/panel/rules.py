"""Which rules of approval are sound: every proposal they execute is good for people.

    a monotone rule is sound  ⇔  each of its minimal winning coalitions covers              (theorem 1)
    some admissible rule is sound  ⇔  the whole panel covers; then unanimity is             (corollary 1)
    the most permissive sound monotone rule executes iff the approvers cover                (proposition 1)

So the most permissive rule is the list of minimal covering coalitions, none larger than r, the dimensions that proposals
count for (conic Carathéodory). After Collina, Goel, Roth & Sengupta (2026).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics import rational
from ...numerics.given import number, numbers
from ...numerics.rational import Array
from .coverage import Coverage, coverage, gains, members
from .depth import MOST, coalition_count, depth
from .setting import Panel
from .votes import Family, Rule, Threshold


@dataclass(frozen=True, eq=False)
class Coalitions:
    """Minimal coalitions that cover, by size."""

    panel: Panel = field(repr=False)
    sets: tuple[tuple[int, ...], ...]
    complete: bool
    how: str

    @property
    def rule(self) -> Family:
        """Executed iff one of them is among the approvers: sound; the most permissive sound rule if `complete`."""
        return Family(self.panel.n, self.sets)

    @property
    def pivotal(self) -> tuple[int, ...]:
        """Reviewers who are in every covering coalition: without one of them nothing covers. Only if `complete`."""
        common = set.intersection(*map(set, self.sets)) if self.sets else set()
        return tuple(sorted(common))

    def named(self) -> list[str]:
        return [" + ".join(self.panel.names[i] for i in members) or "nobody needed" for members in self.sets]


def minimal_covering(panel: Panel, *, most: int = MOST, tell: Callable[[str], None] | None = None) -> Coalitions:
    """All minimal covering coalitions, the smallest sizes first, by exact programmes; `most` of them may be solved."""
    known = gains(panel)
    largest = min(known.rank, known.n)
    kept: list[tuple[int, ...]] = []
    bits: list[int] = []
    spent = 0
    for size in range(largest + 1):
        if tell and size > 1:
            tell(f"coalitions of {size} of {known.n}: {spent:,} programmes so far")
        for some in itertools.combinations(range(known.n), size):
            here = sum(1 << i for i in some)
            if any(small & here == small for small in bits):
                continue
            if spent >= most:
                how = f"all of at most {size - 1} members, some of {size}; stopped at {most:,} programmes"
                return Coalitions(known.panel, tuple(kept), False, how)
            spent += 1
            if known.covering(some) is not None:
                kept.append(some)
                bits.append(here)
    how = f"{spent:,} exact programmes for all of at most {largest} of {known.n} reviewers"
    return Coalitions(known.panel, tuple(kept), True, how)


@dataclass(frozen=True, eq=False)
class Soundness:
    """Whether all that a rule executes is good for people."""

    rule: Rule
    sound: bool
    covering: tuple[Coverage, ...] = field(repr=False)
    """Of each minimal winning coalition that was looked at, with its weights; of a threshold rule none (see `Depth`)."""
    failing: Coverage | None = None
    """A winning coalition that does not cover, with the harmful proposal that it executes."""

    def describe(self) -> str:
        words = f"Executed {self.rule.describe(self._names)}: "
        if self.sound:
            return words + "sound"
        assert self.failing is not None and self.failing.proposal is not None
        return words + f"unsound; it executes {self.failing.proposal.describe()}"

    @property
    def _names(self) -> tuple[str, ...] | None:
        return self.failing.panel.names if self.failing else self.covering[0].panel.names if self.covering else None


def soundness(panel: Panel, rule: Rule | Iterable[Iterable[int]], *, most: int = MOST) -> Soundness:
    """Of a rule, or of the monotone one with these winning coalitions; exact.

    A threshold is judged by the rejection depth, any other rule by one programme for each minimal winning coalition.
    Raises InputError where nobody's votes could execute anything, and TooLarge.
    """
    made = rule if isinstance(rule, Rule) else Family(panel.n, tuple(members(panel, s) for s in rule))
    if made.n != panel.n:
        raise InputError(where="rule of approval", needed=f"one for {panel.n} reviewers", found=f"{made.n}")
    if isinstance(made, Threshold):
        return _of_threshold(panel, made, most)
    seen: list[Coverage] = []
    for some in made.minimal_winning():
        one = coverage(panel, some)
        if not one.covers:
            return Soundness(made, False, tuple(seen), one)
        seen.append(one)
    return Soundness(made, True, tuple(seen))


def _of_threshold(panel: Panel, rule: Threshold, most: int) -> Soundness:
    found = depth(panel, most=most)
    if found.at_least > rule.objections:
        return Soundness(rule, True, ())
    if found.objectors > rule.objections or found.proposal is None:
        raise TooLarge(
            where="soundness of a threshold",
            needed=f"more than {most:,} programmes",
            found=found.describe(),
            remedy="Allow more with `most`.",
        )
    return Soundness(rule, False, (), coverage(panel, found.proposal.approvers))


@dataclass(frozen=True, eq=False)
class Permissiveness:
    """How many of some proposals pass, the good and the harmful ones apart."""

    good: int
    good_passed: int
    harmful: int
    harmful_passed: int
    refused: tuple[int, ...] = field(repr=False)
    """Good ones that do not pass, by position."""

    @property
    def completeness(self) -> float:
        """The share of good proposals that pass; 1 where there are none."""
        return self.good_passed / self.good if self.good else 1.0


def permissiveness(panel: Panel, rule: Rule, mixes: Any = None) -> Permissiveness:
    """Of a rule, on mixes[m, q] of proposals (default: each proposal alone, exactly); of an exact panel mixes are exact, too.

    Gains are exact before they are rounded: decimals that add up to nothing count as nothing.
    """
    known = gains(panel)
    worth, votes = u, many = known.principal, known.reviewers
    if mixes is not None:
        if not panel.is_exact:
            u, many = rational.floats(u), rational.floats(many)
        x = rational.like(numbers(mixes, "mixes of proposals", (None, len(u))), u)
        worth, votes = x.dot(u), many.dot(x.T)
    good = np.asarray(worth >= 0, bool)
    passed = rule.passes(np.asarray(votes >= 0, bool).T)
    return Permissiveness(
        int(good.sum()),
        int((good & passed).sum()),
        int((~good).sum()),
        int((~good & passed).sum()),
        tuple(np.flatnonzero(good & ~passed).tolist()),
    )


def drawn(panel: Panel, count: int, seed: int) -> Array:
    """[m, q]: mixes of proposals drawn evenly from all that sum to one, as floats."""
    return np.random.default_rng(seed).dirichlet(np.ones(len(panel.deviations)), count)


@dataclass(frozen=True, eq=False)
class Compromise:
    """What thresholds stand when some reviewers vote as an enemy wishes."""

    panel: Panel = field(repr=False)
    sound: Array
    """[k, c], bool: "unless more than k object" is sound though any c reviewers may be bought."""
    live: Array
    """[k, c]: the share of the good proposals listed in the panel that pass though any c reviewers veto; NaN if none is good."""
    worst: tuple[tuple[int, ...], ...]
    """[c]: a set of c reviewers whose purchase does the most harm: those who would have objected."""
    complete: bool

    def describe(self) -> str:
        """A table: rows k, columns c; ✓ where sound, then the live share."""
        n, most = self.panel.n, self.sound.shape[1]
        lines = ["objections let pass   " + "".join(f"{c:>2} bought  " for c in range(most))]
        for k in range(len(self.sound)):
            cells = [
                f"{'sound  ' if s else 'unsound'} {x:>3.0%}" for s, x in zip(self.sound[k], self.live[k], strict=True)
            ]
            lines.append(f"{k:>3} of {n:<14} " + " ".join(cells))
        return "\n".join(lines)


def compromise(panel: Panel, *, most_objections: int | None = None, most: int = MOST) -> Compromise:
    """The table for k up to `most_objections` (default n − 1) and all c.

    A harmful d with objectors O passes iff |O| − c ≤ k, those who object being bought: sound iff depth > k + c. A good one passes
    although c others veto iff |O| + c ≤ k.
    """
    n = panel.n
    if most_objections is not None and not 0 <= most_objections <= n:
        raise InputError(where="objections that are let pass", needed=f"0 … {n}", found=str(most_objections))
    found = depth(panel, most=most)
    ks, cs = np.arange(n if most_objections is None else most_objections + 1), np.arange(n + 1)
    u, many = panel.exact.gains
    good = np.asarray(u >= 0, bool)
    against = np.asarray(many < 0, bool).sum(axis=0)[good]
    total = np.minimum(against[:, None] + cs, n)  # [good, c]
    live = (total[None] <= ks[:, None, None]).mean(axis=1) if good.any() else np.full((len(ks), n + 1), np.nan)
    objectors = list(found.proposal.objectors) if found.proposal else []
    order = objectors + [i for i in range(n) if i not in objectors]
    return Compromise(
        panel,
        found.at_least > ks[:, None] + cs if found.proposal else np.ones((len(ks), n + 1), bool),
        live,
        tuple(tuple(sorted(order[:c])) for c in cs),
        found.complete,
    )


def possible(panel: Panel) -> int:
    """How many minimal coalitions there can be at the most: Σ C(n, j), j ≤ r."""
    return int(coalition_count(panel.n, gains(panel).rank))


def required(panel: Panel, loss: Any, coalition: Iterable[int] | None = None) -> bool:
    """Whether what the coalition approves costs people at most `loss` on bounded D: ε(S) ≤ loss."""
    return bool(coverage(panel, coalition).shortfall <= number(loss, "tolerated loss", least=0))
