"""Punishment in groups, after Boyd & Richerson 1992 (Ethology & Sociobiology 13): our version, without errors and with errors
of our own.

`python papers boyd-1992`. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from functools import cache
from itertools import pairwise

import numpy as np

from rulewright.society.model import Plan
from rulewright.society.punishment import TYPES, Edge, Punishment, Stage, edge, invasion

P, R, M, E, D = range(len(TYPES))


@cache
def found(n: int) -> Edge:
    """All rests of punishers and reluctant in groups of n: b = 3, c = 1, k = .2, p = .5, W = 10."""
    return edge(Stage(n, F(3), F(1), F(1, 5), F(1, 2), F(10)), P, R)


def inner(n: int, stable: bool) -> float:
    return next(r.x for r in found(n).inner if r.stable is stable)


def shape() -> float:
    """Largest group, of those up to 128, with a stable mix, once it is certain that mixes shrink all the way up to it."""
    mixes = {n: [r.x for r in found(n).inner if r.stable] for n in range(2, 129)}
    there = [n for n, m in mixes.items() if m]
    shares = [mixes[n][0] for n in there]
    assert there == list(range(there[0], there[-1] + 1)) and all(a > b for a, b in pairwise(shares))
    return there[-1]


def bar(benefit: F, n: int) -> float:
    """Fine at which moralists begin to resist the reluctant, by halving, times n − 1 and less c − b/n with c = 1: nought."""
    low, high = F(0), F(4)
    for _ in range(60):
        middle = (low + high) / 2
        holds = invasion(Stage(n, benefit, F(1), F(1, 5), middle, F(10)), M, R) < 0
        low, high = (low, middle) if holds else (middle, high)
    return float(high * (n - 1) - (1 - benefit / n))


def erring(errors: F) -> Stage:
    """A norm that harms all: b = −1, c = 1/2, n = 16, k = .2, p = .5, W = 10."""
    return Stage(16, F(-1), F(1, 2), F(1, 5), F(1, 2), F(10), errors)


def resists(errors: F) -> float:
    """Which of the reluctant, the easygoing and the defectors are driven out by moralists: bits 1, 2 and 4."""
    return sum(2**k for k, t in enumerate((R, E, D)) if invasion(erring(errors), M, t) < 0)


def side_by_side() -> float:
    """Share of the easygoing where they live beside punishers and reluctant, groups of 8, errors of 1/50; else nought."""
    for one in Punishment(group=8, errors=0.02, types=("punisher", "reluctant", "easygoing")).states:
        if one.kind == "found" and one.stable and (one.shares[[P, R, E]] > 0.05).all():
            return float(one.shares[E])
    return 0.0


def crowd(fast: bool) -> float:
    """Share of punishers in a million agents (fewer with --fast), groups of 16, mean of the last hundred generations and of
    seeds.
    """
    plan = Plan(64_000 if fast else 1_000_000, 220, (0,) if fast else (0, 1, 2, 3))
    course = Punishment(start=(0.15, 0.85)).simulate(plan)
    return float(np.asarray(course.measures["punishers"])[:, -100:].mean())


CLAIMS: dict[str, Callable[[bool], float]] = {
    "n = 8: share of starts from which punishers take over": lambda fast: found(8).rests[-1].basin,
    "n = 16: stable mix": lambda fast: inner(16, True),
    "n = 16: unstable share": lambda fast: inner(16, False),
    "n = 32: stable mix": lambda fast: inner(32, True),
    "n = 32: unstable share": lambda fast: inner(32, False),
    "n = 64: stable mix": lambda fast: inner(64, True),
    "n = 64: unstable share": lambda fast: inner(64, False),
    "n = 128: a few punishers spread": lambda fast: float(not found(128).rests[0].stable),
    "n = 128: unstable share": lambda fast: inner(128, False),
    "stable mixes shrink with the group; the largest group that has one": lambda fast: shape(),
    "moralists against the reluctant, b = 3: fine p (n − 1) less c − b/n at the bar": lambda fast: bar(F(3), 16),
    "moralists against the reluctant, b = −3: the same": lambda fast: bar(F(-3), 16),
    "a harmful norm without errors: whom moralists drive out (1 reluctant, 2 easygoing, 4 defectors)": lambda fast: (
        resists(F(0))
    ),
    "a harmful norm with errors of 1/10: whom moralists drive out": lambda fast: resists(F(1, 10)),
    "n = 8, errors of 1/50: share of easygoing beside punishers and reluctant": lambda fast: side_by_side(),
    "n = 16: share of punishers in a crowd": crowd,
}
