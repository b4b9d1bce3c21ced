"""Rationality thresholds that can be written down."""

import math
from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.behaviour.threshold import rational_share, seen, threshold

from .answer import Known

F = Fraction
NINE = F(9, 10)


def pure(game, *actions):
    return rw.Play.pure(game, list(actions))


def alone(margin):
    """One agent, whose first action is worth so much more than the second."""
    return pure(rw.Game.normal(np.array([[margin, F(0)]], dtype=object)), 0)


def weakest_link(players, cost):
    """One for each if all contribute; who contributes bears the cost. All are asked to."""
    payoff = np.zeros((players,) + (2,) * players, dtype=object)
    for cell in np.ndindex(*payoff.shape[1:]):
        for i in range(players):
            payoff[(i, *cell)] = F(int(sum(cell) == 0)) - cost * (cell[i] == 0)
    return pure(rw.Game.normal(payoff), *[0] * players)


def least_over_a_fold():
    """Stag, worth 4 s against 3 where the other hunts it with s, has a logit equilibrium from the fold on."""
    s = np.linspace(0.9, 0.999, 100_001)
    return float((np.log(s / (1 - s)) / (4 * s - 3)).min())


EQUAL = np.array([[[F(1), F(0)], [F(0), F(1)]]] * 2, dtype=object)
LOGIT = "closed form: q/(1 − q) = exp(λ·d) (McKelvey & Palfrey 1995, Games Econ. Behav. 10, has the equilibrium)"

KNOWN = [
    Known("λ at which one agent errs one time in ten", LOGIT, math.log(9), lambda: seen(alone(F(1))), 1e-6),
    Known("the same, proved, at margin 1/3", LOGIT, 3 * math.log(9), lambda: threshold(alone(F(1, 3))).lam, 0.08),
    Known(
        "λ at which both betray in nine of ten dilemmas",
        LOGIT,
        math.log(9) / 1.1,
        lambda: seen(pure(rw.library.prisoners(), 1, 1)),
        1e-4,
    ),
    Known(
        "λ from which on pure coordination stays, proved",
        LOGIT,
        math.log(9) / 0.8,
        lambda: threshold(pure(rw.Game.normal(EQUAL), 0, 0), kind="stays").lam,
        0.03,
    ),
    Known(
        "λ from which on a stag hunt stays one, proved",
        "closed form: least of log(s/(1 − s))/(4s − 3)",
        least_over_a_fold(),
        lambda: threshold(pure(rw.library.stag_hunt(), 0, 0), kind="stays").lam,
        0.04,
    ),
    Known(
        "share of rational hunters that stag needs",
        "closed form: 4s = 3, its risk factor (Harsanyi & Selten 1988)",
        F(3, 4),
        lambda: rational_share(pure(rw.library.stag_hunt(), 0, 0)).candidates[0],
    ),
    Known(
        "share of rational others in a weakest link of three at cost 1/4",
        "closed form: s² = 1/4",
        F(1, 2),
        lambda: rational_share(weakest_link(3, F(1, 4))).candidates[0],
    ),
    Known(
        "share of rational others in a weakest link of four at cost 8/27",
        "closed form: s³ = 8/27",
        F(2, 3),
        lambda: rational_share(weakest_link(4, F(8, 27))).candidates[0],
    ),
]
