"""Laws of aggregators, asked on every profile of a few people; a failure comes with the profile.

    anonymity      who says what does not matter
    neutrality     yes and no are treated alike: judgements turned round turn the decision round
    monotonicity   a judgement that moves towards yes never moves the decision towards no
    unanimity      where all say the same, so does the rule

Every profile of n people out of (no, neutral, yes) is one case: all 3ⁿ of them are aggregated at once. May (1952): on two
alternatives the majority is the only rule that is anonymous, neutral and positively responsive (`may` counts them all).
Rules that look at groups are anonymous within groups only, so their people are all put in one group, or in the groups given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array
from .aggregator import Aggregator
from .judgements import Judgements

LAWS = ("anonymity", "neutrality", "monotonicity", "unanimity")
LEVELS = (0.0, 0.5, 1.0)
MOST = 9
WORDS = {0.0: "no", 0.5: "neutral", 1.0: "yes"}


@dataclass(frozen=True)
class Law:
    """Whether a law holds on all profiles; else one on which it fails."""

    name: str
    holds: bool
    profiles: int
    witness: str = ""


def laws(rule: Aggregator, people: int = 5, *, groups: Sequence[int] | None = None) -> list[Law]:
    """The four laws. Raises TooLarge for more people than 9, InputError for rules that do not take cases one by one."""
    if rule.dear:
        raise InputError(where=rule.name, needed="a rule that looks at one case at a time", found="one that does not")
    if people > MOST:
        raise TooLarge(where="laws", needed=f"at most {MOST} people", found=f"3^{people} profiles")
    profile = np.array(list(product(LEVELS, repeat=people)))
    decisions = _decide(rule, profile, groups)
    return [
        _anonymity(rule, profile, decisions, groups),
        _neutrality(profile, decisions),
        _monotonicity(profile, decisions),
        _unanimity(profile, decisions),
    ]


def _decide(rule: Aggregator, profile: Array, groups: Sequence[int] | None) -> Array:
    table = Judgements.wide(profile.T)
    return rule.decide(table.grouped(np.zeros(profile.shape[1], dtype=int) if groups is None else groups))


def _said(row: Array) -> str:
    return ", ".join(WORDS[float(v)] for v in row)


def _word(value: float) -> str:
    return "nothing" if np.isnan(value) else WORDS.get(float(value), f"{value:.4g}")


def _law(name: str, profile: Array, wrong: Array, told: str) -> Law:
    return Law(name, not len(wrong), len(profile), told)


def _same(a: Array, b: Array) -> Array:
    same: Array = np.isclose(a, b, rtol=0, atol=1e-12, equal_nan=True)
    return same


def _anonymity(rule: Aggregator, profile: Array, decisions: Array, groups: Sequence[int] | None) -> Law:
    """Neighbours exchanged: these exchanges make every permutation."""
    n = profile.shape[1]
    for k in range(n - 1):
        order = [*range(k), k + 1, k, *range(k + 2, n)]
        other = _decide(rule, profile[:, order], groups)
        wrong = np.flatnonzero(~_same(decisions, other))
        if len(wrong):
            r = wrong[0]
            told = f"({_said(profile[r])}) gives {_word(decisions[r])}; with people {k + 1} and {k + 2} exchanged, "
            return _law("anonymity", profile, wrong, f"{told}{_word(other[r])}")
    return Law("anonymity", True, len(profile))


def _neutrality(profile: Array, decisions: Array) -> Law:
    turned = decisions[::-1]  # profiles in the order of LEVELS: the last is the first turned round
    wrong = np.flatnonzero(~_same(decisions, 1 - turned))
    if not len(wrong):
        return Law("neutrality", True, len(profile))
    r = wrong[0]
    told = f"({_said(profile[r])}) gives {_word(decisions[r])}; turned round, {_word(turned[r])}"
    return Law("neutrality", False, len(profile), told)


def _monotonicity(profile: Array, decisions: Array) -> Law:
    """One step of one person towards yes; saying nothing lies between no and yes."""
    n = profile.shape[1]
    value = np.where(np.isnan(decisions), 0.5, decisions)
    for k in range(n):
        step = len(LEVELS) ** (n - 1 - k)
        low = np.flatnonzero(profile[:, k] < 1)
        wrong = low[value[low + step] < value[low] - 1e-12]
        if len(wrong):
            r, up = wrong[0], wrong[0] + step
            told = f"({_said(profile[r])}) gives {_word(decisions[r])}, ({_said(profile[up])}) {_word(decisions[up])}"
            return Law("monotonicity", False, len(profile), told)
    return Law("monotonicity", True, len(profile))


def _unanimity(profile: Array, decisions: Array) -> Law:
    for r, said in ((0, 0.0), (len(profile) - 1, 1.0)):
        got = decisions[r]
        if np.isnan(got) or (got > 0.5) != (said > 0.5) or got == 0.5:
            return Law("unanimity", False, len(profile), f"({_said(profile[r])}) gives {_word(got)}")
    return Law("unanimity", True, len(profile))


def may(people: int) -> list[tuple[int, ...]]:
    """All anonymous, neutral, positively responsive rules for n ≤ 5 people who vote yes, no or neutral, found by trying every
    anonymous and neutral one: decisions (−1, 0, 1) by (number of yes, number of no) in lexicographic order.

    Positively responsive: where the decision is not no and a vote moves towards yes, it is yes. Raises TooLarge.
    """
    if people > 5:
        raise TooLarge(where="rules", needed="at most 5 people", found=f"{people}")
    counts = [(y, n) for y in range(people + 1) for n in range(people + 1 - y)]
    free = [c for c in counts if c[0] > c[1]]
    moves = [
        (a, b) for a in counts for b in ((a[0] + 1, a[1]), (a[0], a[1] - 1), (a[0] + 1, a[1] - 1)) if b in set(counts)
    ]
    found = []
    for said in product((-1, 0, 1), repeat=len(free)):
        rule = dict.fromkeys(counts, 0) | dict(zip(free, said, strict=True))
        rule |= {(n, y): -rule[(y, n)] for y, n in free}
        if all(rule[b] == 1 for a, b in moves if rule[a] >= 0):
            found.append(tuple(rule[c] for c in counts))
    return found
