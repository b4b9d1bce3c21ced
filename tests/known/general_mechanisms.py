"""Exact mechanisms beyond auctions: welfare, revenue, deficits and ratios in closed form."""

from fractions import Fraction as F
from functools import cache
from math import comb, log

import numpy as np

from rulewright.mechanisms import REVENUE, SURPLUS, WORST_OFF, estimate
from rulewright.mechanisms.environments import (
    bandwidth,
    bilateral_trade,
    club_good,
    double_auction,
    facility_location,
    identical_items,
    public_good,
    task_allocation,
)
from rulewright.mechanisms.exact import (
    EfficientDivision,
    EqualShares,
    Maximal,
    McAfee,
    PostedTrade,
    SecondBest,
    best_ratio,
    broker,
    cavallo,
    cheapest,
    clarke,
    median,
    myerson_procurement,
    phantoms,
    pivotal,
    worst_ratio,
)

from .answer import Known

PROFILES = 200_000
UNIFORM = "closed form, values uniform on [0, 1]: "
TRADE = bilateral_trade()
NO_TRADE_WITHOUT = np.array([[True, False]] * 2)


@cache
def mean(mechanism, goal=None):
    return estimate(mechanism, profiles=PROFILES, goal=goal).mean


def short(mechanism):
    """What the rule-maker is out of pocket on average."""
    types = mechanism.environment.profiles(PROFILES, 0)
    found = mechanism.outcome(types)
    return float(mechanism.environment.shortfall(found.decision, found.payments).mean())


def alike(there):
    """Two agents who want the same of a capacity: what each pays."""
    return float(EfficientDivision(there).outcome(np.ones((2, 1))).payments[0])


CLOSE = 0.003  # four standard errors or more

KNOWN = [
    Known("bilateral trade: all gains", UNIFORM + "∫ z(1 − z) dz from 0", F(1, 6), lambda: mean(broker(TRADE)), CLOSE),
    Known(
        "VCG for it: the deficit is the gains once more",
        UNIFORM + "each side gets the gains",
        F(1, 6),
        lambda: short(broker(TRADE)),
        CLOSE,
    ),
    Known(
        "the most gains that cost nobody money",
        "Myerson & Satterthwaite 1983, J. Econ. Theory 29; " + UNIFORM + "∫ z(1 − z) dz from ¼",
        F(9, 64),
        lambda: mean(SecondBest(TRADE)),
        CLOSE,
    ),
    Known("a price of ½ posted", UNIFORM + "¼ · (¾ − ¼)", F(1, 8), lambda: mean(PostedTrade(TRADE, 0.5)), CLOSE),
    Known(
        "the broker's best: trade where the gap is ½ or more",
        "after Myerson & Satterthwaite 1983; " + UNIFORM + "∫ (1 − z)² dz from ½",
        F(1, 24),
        lambda: mean(Maximal(TRADE, np.eye(2), boosts=(0.0, -0.5), without=NO_TRADE_WITHOUT), REVENUE),
        CLOSE,
    ),
    Known(
        "a broker who posts ⅔ and ⅓",
        UNIFORM + "⅓ · ⅓ · ⅓",
        F(1, 27),
        lambda: mean(PostedTrade(TRADE, 2 / 3, 1 / 3), REVENUE),
        CLOSE,
    ),
    Known(
        "McAfee with one of each is the price ½",
        UNIFORM + "⅛",
        F(1, 8),
        lambda: mean(McAfee(double_auction(1, 1))),
        CLOSE,
    ),
    Known(
        "McAfee, one buyer and two sellers: trade at (low + s₂)/2 or not at all",
        UNIFORM + "∫ t/2 − t²/4 dt over t = s₂, where s₁ ≤ t/2 ≤ b",
        F(1, 6),
        lambda: mean(McAfee(double_auction(1, 2))),
        CLOSE,
    ),
    Known(
        "a public good of cost 1 for two: all gains",
        UNIFORM + "∫ (s − 1)(2 − s) ds",
        F(1, 6),
        lambda: mean(pivotal(public_good(2))),
        CLOSE,
    ),
    Known(
        "Clarke's pivot for it: the deficit",
        UNIFORM + "½ − ∫ (2 − s)² ds",
        F(1, 6),
        lambda: short(pivotal(public_good(2))),
        CLOSE,
    ),
    Known(
        "the cost split first: Clarke's tax, all waste",
        UNIFORM + "2 · ½ · E min 1{a < b} on [0, ½]",
        F(1, 12),
        lambda: -short(clarke(public_good(2))),
        CLOSE,
    ),
    Known(
        "equal shares of a club good of ½ for two",
        UNIFORM + "27/64 + 1/16",
        F(31, 64),
        lambda: mean(EqualShares(club_good(2))),
        CLOSE,
    ),
    *[
        Known(
            f"the median of {n} peaks: sum of distances",
            UNIFORM + "E Σ (θ_(n+1−k) − θ_(k))",
            -far,
            lambda n=n: mean(median(facility_location(n))),
            2 * CLOSE,
        )
        for n, far in ((3, F(1, 2)), (5, F(1)), (7, F(3, 2)))
    ],
    Known(
        "two peaks, the lower one: the farthest",
        UNIFORM + "E |θ₁ − θ₂|",
        -F(1, 3),
        lambda: mean(phantoms(facility_location(2), (0.0,)), WORST_OFF),
        CLOSE,
    ),
    Known(
        "two peaks and a phantom at ½: the farthest",
        UNIFORM + "½ · 1/6 + ½ · ⅓",
        -F(1, 4),
        lambda: mean(phantoms(facility_location(2), (0.5,)), WORST_OFF),
        CLOSE,
    ),
    Known(
        "a task worth 1, three agents, second prices",
        UNIFORM + "1 − ½",
        F(1, 2),
        lambda: mean(cheapest(task_allocation(3, 1))),
        CLOSE,
    ),
    Known(
        "the same with the reserve ½",
        "Myerson 1981, Math. Oper. Res. 6, in reverse: 17/32",
        F(17, 32),
        lambda: mean(myerson_procurement(task_allocation(3, 1), 1.0)),
        CLOSE,
    ),
    Known(
        "bandwidth 1, two who want it alike: what each pays",
        "closed form: log 2 − log 3/2",
        log(4 / 3),
        lambda: alike(bandwidth(2)),
        1e-12,
    ),
    *[
        Known(
            f"share of VCG's payments that goes back at the least, {n} agents, {m} items",
            "after Guo & Conitzer 2009; closed form: 1 − C(n−1, m)/Σ_{j ≥ m} C(n−1, j)",
            1 - F(comb(n - 1, m), sum(comb(n - 1, j) for j in range(m, n))),
            lambda n=n, m=m: best_ratio(n, m).worst,
            1e-8,
        )
        for n, m in ((3, 1), (4, 1), (6, 2), (10, 4))
    ],
    Known(
        "the same by Cavallo's rule, 4 agents, 1 item",
        "closed form: (n − m − 1)/n",
        F(1, 2),
        lambda: worst_ratio(cavallo(identical_items(4, 1)).coefficients, 1),
        1e-12,
    ),
    Known(
        "one item, three agents, Cavallo: left with",
        UNIFORM + "¾ − ½ + ⅓(2 · ¼ + ½)",
        F(7, 12),
        lambda: mean(cavallo(identical_items(3, 1)), SURPLUS),
        CLOSE,
    ),
]
