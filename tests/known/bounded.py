"""Bounded rationality: closed forms of levels, the hierarchy, ε-equilibria, noise, inattention, crowds and prospects."""

import math
from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.behaviour.crowd import RandomShare
from rulewright.behaviour.hierarchy import Hierarchy
from rulewright.behaviour.inattentive import Inattentive
from rulewright.behaviour.levels import Level
from rulewright.behaviour.near import NearCorrelated
from rulewright.behaviour.noisy import Noisy
from rulewright.institution.prospect import Prospect

from .answer import Known

F = Fraction
GUESSES = np.arange(163) * 50 / 81  # 0 to 100, with 50·(2/3)^k on the grid for k ≤ 4


def guessing():
    """Two players, each of whom wants to be at two thirds of the other's guess."""
    loss = (GUESSES[:, None] - 2 / 3 * GUESSES) ** 2
    return rw.Game.normal(-np.stack([loss, loss.T]))


def guess(behaviour):
    return float(behaviour(guessing()).plays[0].strategies[0][0] @ GUESSES)


def guess_of_step(k):
    return float(Hierarchy(1.5).levels(guessing()).plays[k].strategies[0][0] @ GUESSES)


def cooperation(behaviour):
    return float(behaviour(rw.library.prisoners()).plays[0].strategies[0][0, 0])


def gamble(good, safe):
    """Alone: risky pays 1 in the good state and 0 in the bad one, or a safe amount."""
    return rw.Game.bayesian(np.array([[[1.0, safe], [0.0, safe]]]), np.array([good, 1 - good]))


def risky(good, safe, kappa):
    strategy = Inattentive(kappa)(gamble(good, safe)).plays[0].strategies[0]
    return float(np.array([good, 1 - good]) @ strategy[:, 0])


def risky_in_closed_form(good, safe, kappa):
    e, r = math.exp(1 / kappa), math.exp(safe / kappa)
    return r * (good * (e - r) - (1 - good) * (r - 1)) / ((e - r) * (r - 1))


def matched(kappa):
    game = rw.Game.bayesian(np.eye(2)[None], np.array([0.5, 0.5]))
    return float(Inattentive(kappa)(game).plays[0].strategies[0][0, 0])


def prisoners_with_goal():
    return rw.Goal.total().on(rw.library.prisoners())


def best_near(epsilon):
    game = prisoners_with_goal()
    return NearCorrelated(epsilon)(game).span(game.goal).best


def one_sided(size, uniform=False):
    """The chance of an action that is better by 1, alone."""
    return float(Noisy(size, uniform)(rw.Game.normal(np.array([[1.0, 0.0]]))).plays[0].strategies[0][0, 0])


KNOWN = [
    *(
        Known(
            f"guessing game, level {k}",
            "closed form: 50·(2/3)^k, after Nagel 1995, Am. Econ. Rev. 85",
            50 * (2 / 3) ** k,
            lambda k=k: guess(Level(k)),
            1e-9,
        )
        for k in (1, 2, 3, 4)
    ),
    Known(
        "guessing game, two steps of a hierarchy with τ = 3/2, on a grid of 50/81",
        "closed form: 2/3 of (50 + 3/2·100/3)/(5/2) is 26.67, nearest guess; after Camerer, Ho & Chong 2004, Q. J. Econ. 119",
        43 * 50 / 81,
        lambda: guess_of_step(2),
        1e-9,
    ),
    Known(
        "prisoners, cognitive hierarchy with τ = 3/2: cooperation",
        "closed form: only level 0 cooperates, half of the time, e^{−τ}/2",
        math.exp(-1.5) / 2,
        lambda: cooperation(Hierarchy(1.5)),
        1e-11,
    ),
    Known(
        "prisoners, best correlated ε-equilibrium for the total at ε = 1/4",
        "closed form: 2 + 6ε while ε ≤ 1/2",
        3.5,
        lambda: best_near(F(1, 4)),
        1e-7,
    ),
    Known(
        "a gain of 1 seen with normal errors of size 2",
        "closed form: Φ(1/(2√2)), McKelvey & Palfrey 1995, Games Econ. Behav. 10, with normal errors",
        math.erfc(-1 / 4) / 2,
        lambda: one_sided(2.0),
        1e-12,
    ),
    Known(
        "a gain of 1 seen with errors uniform on [−2, 2]",
        "closed form: 1 − (2 − 1/2)²/8",
        1 - 1.5**2 / 8,
        lambda: one_sided(2.0, True),
        1e-12,
    ),
    Known(
        "two equally likely states, attention at 1/2 a nat: right action",
        "closed form: e^{1/κ}/(1 + e^{1/κ}), Matějka & McKay 2015, Am. Econ. Rev. 105",
        1 / (1 + math.exp(-2)),
        lambda: matched(0.5),
        1e-10,
    ),
    Known(
        "risky or safe, attention at 0.4 a nat: chance of the risky action",
        "closed form of the binary problem, after Matějka & McKay 2015, Am. Econ. Rev. 105",
        risky_in_closed_form(0.5, 0.45, 0.4),
        lambda: risky(0.5, 0.45, 0.4),
        1e-9,
    ),
    Known(
        "prisoners, a fifth play at random: cooperation",
        "closed form: ρ/2",
        0.1,
        lambda: cooperation(RandomShare(F(1, 5))),
        1e-12,
    ),
    Known(
        "value of losing 10 at λ = 2.25, α = β = 0.88",
        "closed form: −2.25·10^0.88, Tversky & Kahneman 1992, J. Risk Uncertain. 5",
        -2.25 * 10**0.88,
        lambda: float(Prospect(0, "2.25", "0.88").value(np.array([F(-10)], dtype=object))[0]),
        1e-11,
    ),
]
