"""Punishment in groups, and finite populations."""

from fractions import Fraction as F
from functools import cache

import numpy as np

from rulewright.society.finite import GroupGame, Imitation
from rulewright.society.punishment import Stage, edge, invasion
from rulewright.society.punishment.stage import E, M, P, R

from .answer import Known

OURS = "after Boyd & Richerson 1992, our version without errors: b = 3, c = 1, k = .2, p = .5, W = 10"
CLOSED = "closed form: p (n − 1) > c − b/n, after Boyd & Richerson 1992"


@cache
def rests(n):
    return edge(Stage(n, F(3), F(1), F(1, 5), F(1, 2), F(10)), P, R).rests


def inner(n, k):
    return rests(n)[1:-1][k].x


def harmful(fine, errors=F(0)):
    """b = −1, c = 1/2, n = 16: the bar is c − b/n = 9/16, over 15 others."""
    return Stage(16, F(-1), F(1, 2), F(1, 5), fine, F(10), errors)


def stag(size):
    return Imitation(GroupGame.pairwise(np.array([[4.0, 0.0], [3.0, 3.0]])), size)


def drift():
    return Imitation(GroupGame(5, ("a", "b"), np.zeros((6, 2))), 40)


KNOWN = [
    Known("n = 8: the reluctant alone are no stable rest", OURS, False, lambda: bool(rests(8)[0].stable)),
    Known("n = 8: punishers take over from every start", OURS, 1.0, lambda: rests(8)[-1].basin, 1e-12),
    Known("n = 16: stable mix of punishers", OURS, 0.131, lambda: inner(16, 0), 5e-4),
    Known("n = 16: unstable share of punishers", OURS, 0.361, lambda: inner(16, 1), 5e-4),
    Known("n = 32: stable mix of punishers", OURS, 0.0365, lambda: inner(32, 0), 5e-5),
    Known("n = 32: unstable share of punishers", OURS, 0.328, lambda: inner(32, 1), 1e-3),
    Known("n = 64: stable mix of punishers", OURS, 0.0065, lambda: inner(64, 0), 5e-5),
    Known("n = 64: unstable share of punishers", OURS, 0.307, lambda: inner(64, 1), 5e-4),
    Known("n = 128: a few punishers cannot spread", OURS, True, lambda: bool(rests(128)[0].stable)),
    Known("n = 128: unstable share of punishers", OURS, 0.297, lambda: inner(128, 0), 5e-4),
    Known(
        "moralists hold up what harms all: fine just above the bar",
        CLOSED,
        -1,
        lambda: invasion(harmful(F(38, 1000)), M, R),
    ),
    Known(
        "moralists hold up what harms all: fine just below the bar",
        CLOSED,
        1,
        lambda: invasion(harmful(F(37, 1000)), M, R),
    ),
    Known("without errors easygoing are not told from moralists", CLOSED, 0, lambda: invasion(harmful(F(1, 2)), M, E)),
    Known(
        "with errors moralists resist the easygoing",
        "after Boyd & Richerson 1992, payoffs with errors ours",
        -1,
        lambda: invasion(harmful(F(1, 2), F(1, 10)), M, E),
    ),
    Known(
        "groups of 5 among 40: a neutral mutant is fixed",
        "closed form: 1/Z",
        F(1, 40),
        lambda: float(np.exp(drift().fixations()[0, 1])),
        1e-15,
    ),
    Known(
        "stag hunt (4, 0; 3, 3): where selection turns among 2,000",
        "closed form: x* = 3/4 as Z → ∞",
        0.75,
        lambda: float(np.argmax(stag(2000).gradient()[1:-1] > 0) / 2000),
        1e-3,
    ),
    Known(
        "stag hunt (4, 0; 3, 3): share of time with stags at rare mutation, Z = 100",
        "closed form: 0 as Z → ∞, since 3/4 > 1/2 (risk dominance)",
        0.0,
        lambda: float(stag(100).rare_mutation()[0]),
        1e-9,
    ),
]
