"""Principals and agents: closed forms of replies, promises, reputation and contracts in time."""

from fractions import Fraction as F

import numpy as np

from rulewright.mechanisms.contracts import (
    agency,
    alternate,
    best_contract,
    best_for_all,
    delegation,
    promise,
    random_tree,
    reputation,
    subgame_perfect,
)

from .answer import Known

CLOSED = "closed form"
EFFORT = [[F(4, 5), F(1, 5)], [F(1, 5), F(4, 5)]]


def work(**more):
    return agency(EFFORT, [0, 1], [0, 10], cap=5, **more)


def twice(discount):
    """Two periods of the same work: it is done again whatever came out."""
    go = np.zeros((2, 2, 2), int)
    go[0, :, 1] = 1
    return delegation([EFFORT] * 2, [[0, 1]] * 2, [[0, 10]] * 2, go, discount=discount)


def two_types():
    """Types for whom effort costs ½ and 1, equally likely, under one contract: both work for 5/3."""
    return agency([EFFORT, EFFORT], [[0, F(1, 2)], [0, 1]], [0, 10], cap=5)


KNOWN = [
    Known(
        "success .8 or .2 at cost 1, worth 10: best contract",
        f"{CLOSED}: 8 − .8·5/3",
        20 / 3,
        lambda: best_contract(work()).value,
        1e-12,
    ),
    Known(
        "the same where a unit paid costs 3/2",
        f"{CLOSED}: 8 − 3/2·4/3",
        6.0,
        lambda: best_contract(work(weight=F(3, 2))).value,
        1e-12,
    ),
    Known(
        "the same for two types, one contract",
        f"{CLOSED}: 8 − 4/3",
        20 / 3,
        lambda: best_for_all(two_types()).value,
        1e-7,
    ),
    Known(
        "least patience of a bonus of 5/3, outside option 2",
        "closed form, after Levin 2003: (5/3)/(5/3 + 5)",
        F(1, 4),
        lambda: promise(work(), [0, F(5, 3)], F(1, 2), outside=2).patience,
    ),
    Known(
        "temptation just below it",
        f"{CLOSED}: 5/3 − δ/(1−δ)·5 at δ = 1/5",
        F(5, 12),
        lambda: promise(work(), [0, F(5, 3)], F(1, 5), outside=2).temptation,
    ),
    Known(
        "what graded access must be worth, λ = 9/10, δ = 4/5",
        f"{CLOSED}: (1 − δλ)/(1 − λ)",
        F(14, 5),
        lambda: reputation(F(9, 10), F(4, 5)).least_worth,
    ),
    Known(
        "what quarantine must be worth, λ = 1/2, δ = 4/5, bar 9/10",
        f"{CLOSED}: (1 − δ)/(1 − δ³)",
        F(25, 61),
        lambda: reputation(F(1, 2), F(4, 5), access="quarantine", bar=F(9, 10)).least_worth,
    ),
    Known(
        "a number that buys nothing deters",
        "the proposal's eq. 14–15 taken by themselves",
        False,
        lambda: reputation(0, F(9, 10), F(1, 1000), access="none").deterred,
    ),
    Known(
        "two periods of work, nothing carried over",
        f"{CLOSED}: 20/3·(1 + δ) at δ = 1/2",
        F(10),
        lambda: subgame_perfect(twice(F(1, 2))).value,
    ),
    Known(
        "alternation, tree of depth 3: off the equilibrium",
        "backward induction",
        0.0,
        lambda: alternate(random_tree(seed=3), 4)[1][-1] - float(subgame_perfect(random_tree(seed=3)).value),
        1e-8,
    ),
]
