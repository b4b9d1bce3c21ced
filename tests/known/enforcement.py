"""Audit rates, confidence bounds, inspection games and commitment."""

from fractions import Fraction as F

import numpy as np

import rulewright as rw
from rulewright.behaviour.stackelberg import multiple_programmes
from rulewright.design.enforcement import (
    Inspection,
    Offences,
    Sites,
    at_least,
    cover,
    deter,
    deterring_coverage,
    needed_rate,
    worth_of_penalties,
)

from .answer import Known

BECKER = "after Becker 1968, J. Polit. Econ. 76; closed form 1/(tpr(1+L) − fpr·L)"
INSPECTION = "closed form of the inspection game, see docs/theory/enforcement.md"
TABLE = ((".5", ".01", (1.01, 0.51, 0.19)), (".8", ".05", (0.65, 0.33, 0.12)), (".95", ".2", (0.59, 0.31, 0.12)))
LEADER, FOLLOWER = np.array([[2, 4], [1, 3]]), np.array([[1, 0], [0, 2]])


def rate(stake, tpr, fpr):
    return needed_rate(1, stake, F(tpr), F(fpr)).item()


def inspection(stake):
    return Inspection.of(1, stake, audit_cost=F(1, 10), miss=5, tpr=F(4, 5), fpr=F(1, 20))


def zero_sum_sites():
    """Three sites worth 3, 2, 1 to an attacker whose gain is people's loss; one of them can be covered in full."""
    worth = np.array([[3.0, 2.0, 1.0]])
    return Sites.of(worth, 0 * worth, -worth, 0 * worth, budget=1)


KNOWN = [
    *(
        Known(
            f"audit rate at tpr {t}, fpr {f}, L = {stake}",
            BECKER,
            value,
            lambda s=stake, t=t, f=f: rate(s, t, f),
            0.005,
        )
        for t, f, values in TABLE
        for stake, value in zip((1, 3, 10), values, strict=True)
    ),
    Known("audit rate at tpr .8, fpr .05, L = 3", BECKER, F(20, 61), lambda: deter(1, 3, 0.8, 0.05).rate),
    Known(
        "audit probability of oversight, margin .1", "closed form: (1 + .1)/3.05", 22 / 61, lambda: oversight(), 1e-6
    ),
    Known(
        "95 of 100 detected: tpr at least, one-sided 95 %",
        "Clopper & Pearson 1934, Biometrika 26",
        0.898,
        lambda: at_least(95, 100).bound,
        5e-4,
    ),
    Known("violations at stake 1", INSPECTION, F(1, 40), lambda: inspection(1).without_commitment().violations),
    Known("violations at stake 10", INSPECTION, F(1, 40), lambda: inspection(10).without_commitment().violations),
    Known("inspections at stake 10", INSPECTION, F(10, 83), lambda: inspection(10).without_commitment().inspections),
    Known(
        "commitment in (2,1)(4,0)(1,0)(3,2)",
        "game of Conitzer & Sandholm 2006, EC 7; recomputed: 2/3 on the first row, 11/3",
        11 / 3,
        lambda: multiple_programmes(LEADER, FOLLOWER).value,
        1e-9,
    ),
    Known("Nash equilibrium of that game", "game of Conitzer & Sandholm 2006, EC 7", 2.0, lambda: nash_value(), 1e-9),
    Known(
        "sites worth 3, 2, 1, one covered",
        "closed form: (1 − r/3) + (1 − r/2) = 1",
        -6 / 5,
        lambda: cover(zero_sum_sites()).value,
        1e-6,
    ),
    Known(
        "coverage that deters gains 1, 2 at stake 3",
        "closed form: 1/4 + 2/5",
        F(13, 20),
        lambda: deterring_coverage([1, 2], 3).cost,
    ),
    Known("loss of access worth 2 per period, δ = .9", "closed form: δV/(1 − δ)", F(18), lambda: lost_access()),
    Known(
        "marginal deterrence: the petty offence is left", "after Stigler 1970, J. Polit. Econ. 78", 1, lambda: petty()
    ),
]


def lost_access():
    return worth_of_penalties([0], false=0, discount=F(9, 10), access=2)[0][0]


def oversight():
    return rw.assess("oversight").report.design.decisions["audit"]


def nash_value():
    game = rw.Game.normal([LEADER, FOLLOWER])
    (play,) = rw.Nash()(game).plays
    return float(play.values[0])


def petty():
    """Gains 4 and 5, at most half of the acts audited: neither offence can be deterred, the worse one can."""
    laws = [[F(1, 20), 0], [F(4, 5), 0], [0, F(4, 5)]]
    return Offences.of([0, 4, 5], laws, 3, [0, 1, 10], audit_cost=F(1, 10)).schedule(most=F(1, 2)).acts[0]
