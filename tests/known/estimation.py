"""Estimates with a closed form, and one that another library gives on data that it publishes."""

import math

import numpy as np

import rulewright as rw
from rulewright.behaviour.estimation import Family, Observations, levels, replies, reveal, weights
from rulewright.behaviour.estimation.branch import Branch
from rulewright.behaviour.estimation.confidence import chi_square
from rulewright.behaviour.estimation.logit import peak

from .answer import Known


def chosen(counts, payoffs):
    """λ̂ of one player who chose each of several actions so often."""
    game = rw.Game.normal(np.array([payoffs], float))
    return Observations.of(game, np.arange(len(counts))[:, None], weight=counts)


def ochs():
    """Asymmetric matching pennies with the frequencies of 128 plays, as the documentation of Gambit has them."""
    game = rw.Game.normal([[[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]])
    counts = 128 * np.array([0.527, 1 - 0.527, 0.366, 1 - 0.366])
    best = peak(Branch.to(game, 6.0), counts)
    return best.lam, float(counts @ best.x)


def piecework(acts):
    """Bonuses of 1 and 2 on success, which work brings with .8 and shirking with .2; the cost of work is sought."""
    game = rw.Game.bayesian(
        np.array([[[0.8, 0.2], [1.6, 0.4]]]), [0.5, 0.5], types=[["1", "2"]], actions=[["work", "shirk"]]
    )
    return Observations.of(game, acts, types=[[0], [1]]), Family.of(game, "player 1", {"own": 1.0, "breaks:work": None})


def two_cells():
    game = rw.Game.bayesian(
        np.array([[[1.0, 0.0], [3.0, 0.0]]]), [0.5, 0.5], types=[["1", "3"]], actions=[["work", "shirk"]]
    )
    seen = Observations.of(game, [[0], [1], [0], [1]], types=[[0], [0], [1], [1]], weight=[30, 70, 80, 20])
    return weights(seen, Family.of(game, "player 1", {"own": 1.0, "breaks:work": None}))


KNOWN = [
    Known(
        "λ̂ of 75 good choices in 100, 2 apart",
        "closed form: log odds over the difference in payoff, (log 3)/2",
        math.log(3) / 2,
        lambda: replies(chosen([75, 25], [2, 0]))[0].value,
        1e-9,
    ),
    Known(
        "λ̂ from 50 best replies of 50",
        "closed form: no finite λ; the profile interval starts where 50 log(1 + e^−λ) = χ²/2",
        -math.log(math.expm1(chi_square(0.95, 1) / 100)),
        lambda: replies(chosen([50, 0], [1, 0]))[0].interval.low,
        1e-6,
    ),
    Known(
        "λ̂ of logit equilibrium, asymmetric matching pennies",
        "Gambit 16.7, logit_estimate on the data in its documentation, after Ochs 1995 and McKelvey & Palfrey 1995",
        1.8456097536855864,
        lambda: ochs()[0],
        1e-5,
    ),
    Known(
        "log-likelihood of that estimate",
        "Gambit 16.7, as above",
        -174.76453191087444,
        lambda: ochs()[1],
        1e-6,
    ),
    Known(
        "cost of effort from two binary choices",
        "closed form: as many odds as parameters, c = 1 − log(3/7)/λ with λ = (log 4 − log 3/7)/2",
        1 - math.log(3 / 7) / ((math.log(4) - math.log(3 / 7)) / 2),
        lambda: float(two_cells().value[0]),
        1e-8,
    ),
    Known(
        "highest cost at which one shirks for a bonus of 1 and works for 2",
        "closed form: (.8 − .2)·2",
        1.2,
        lambda: reveal(*piecework([[1], [0]])).bounds({"breaks:work": 1.0})[1],
        1e-6,
    ),
    Known(
        "critical ε of working for a bonus of 1 and shirking for 2",
        "closed form: half of (.8 − .2)·(2 − 1)",
        0.3,
        lambda: reveal(*piecework([[0], [1]])).critical,
        1e-7,
    ),
    Known(
        "share of level 1 where 80 of 100 take the best of two actions",
        "closed form: 1 − 2·20/100",
        0.6,
        lambda: float(levels(chosen([80, 20], [1, 0]), highest=1).shares[1]),
        1e-6,
    ),
]
