"""Logit equilibria whose equations have one unknown, solved here by bisection; and what another tracer found."""

import math

import numpy as np

import rulewright as rw
from rulewright.behaviour import quantal

from .answer import Known

PAYS, STAYS = 32.0, 0.9  # of the threshold game below
ASYMMETRIC = rw.Game.normal(np.array([[[9.0, 0], [0, 1]], [[0, 1], [1, 0]]]))
PURE_COORDINATION = rw.Game.normal(np.array([[[1.0, 0], [0, 1]]] * 2))


def root(rising, low, high):
    """Where a function that rises from below 0 to above it is 0, by bisection."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def choose(gain):
    """The probability of an action that is better by `gain`, in units of 1/λ, than the only other."""
    return 1 / (1 + math.exp(-gain))


def row_of_matching_pennies(lam):
    """p = choose(λ(10q − 1)), q = choose(λ(1 − 2p)): the right side falls in p, so that there is one solution."""
    return root(lambda p: p - choose(lam * (10 * choose(lam * (1 - 2 * p)) - 1)), 0.0, 1.0)


def first(game, lam, player=0, action=0):
    """What the principal branch gives."""
    return float(quantal.path(game, lam).points[-1][player][0, action])


def threshold():
    """Six players: who joins gets 32 if all others do, who stays .9. λ(q) = log(q/(1 − q)) / (32 q⁵ − .9) on the branch."""
    joined = np.indices((2,) * 6) == 0
    return rw.Game.normal(np.where(joined, PAYS * joined.all(axis=0), STAYS))


def rate(q):
    """The derivative of log λ(q) by q, times what is positive."""
    return (PAYS * q**5 - STAYS) - q * (1 - q) * math.log(q / (1 - q)) * 5 * PAYS * q**4


def at(q):
    return math.log(q / (1 - q)) / (PAYS * q**5 - STAYS)


HIGH = root(lambda q: -rate(q), 0.51, 0.7)  # q where λ(q) turns down
LOW = root(rate, 0.8, 0.99)  # and up again
AFTER = root(lambda q: at(q) - at(HIGH), LOW, 1 - 1e-12)

STAG = "one unknown, by bisection: p = 1/(1 + exp λ(3 − 4p))"
FOLD = "one unknown, by bisection: where dλ/dq = 0"
MP95 = "McKelvey & Palfrey 1995, Games Econ. Behav. 10: their two equations, solved by bisection"
GAMBIT = "computed with Gambit 16.7 (tracing), not published"

KNOWN = [
    Known(
        "logit of matching pennies is 1/2 at λ = 7",
        "closed form: symmetry",
        0.5,
        lambda: first(rw.library.matching_pennies(), 7),
        1e-9,
    ),
    *[
        Known(
            f"logit of asymmetric matching pennies, 9 for 1, row at λ = {lam:g}",
            MP95,
            row_of_matching_pennies(lam),
            lambda lam=lam: first(ASYMMETRIC, lam),
            1e-8,
        )
        for lam in (0.5, 1.0, 4.0, 20.0)
    ],
    *[
        Known(
            f"logit of the stag hunt at λ = {lam:g}",
            STAG,
            root(lambda p, lam=lam: p - choose(lam * (4 * p - 3)), 0, 0.5),
            lambda lam=lam: first(rw.library.stag_hunt(), lam),
            1e-9,
        )
        for lam in (0.5, 1.0, 5.0)
    ],
    Known(
        "logit of the prisoner's dilemma at λ = 1",
        "one unknown, by bisection: p = 1/(1 + exp(1 + p))",
        root(lambda p: p - choose(-(1 + p)), 0, 1),
        lambda: first(rw.library.prisoners(), 1),
        1e-9,
    ),
    Known(
        "number of logit equilibria of 2×2 coordination, λ below and above where the branches part",
        "closed form: the response to 1/2 has slope λ/2, so that they part at λ = 2",
        True,
        lambda: [len(quantal.equilibria(PURE_COORDINATION, lam).found) for lam in (1.99, 2.01)] == [1, 3],
    ),
    Known(
        "where the logit response of 2×2 coordination ceases to contract",
        "closed form: λ = 2",
        1.0,
        lambda: quantal.contraction(PURE_COORDINATION.floats, 2.0),
        1e-12,
    ),
    Known(
        "first fold of the logit branch of the threshold game",
        FOLD,
        at(HIGH),
        lambda: quantal.path(threshold(), 1.0).folds[0].lam,
        1e-8,
    ),
    Known(
        "second fold of the logit branch of the threshold game",
        FOLD,
        at(LOW),
        lambda: quantal.path(threshold(), 1.0).folds[1].lam,
        1e-8,
    ),
    Known(
        "who joins at the first fold of the threshold game",
        FOLD,
        HIGH,
        lambda: float(quantal.path(threshold(), 1.0).folds[0].strategies[0][0, 0]),
        1e-6,
    ),
    Known(
        "who joins after the jump from that fold",
        "one unknown, by bisection: λ(q) as at the fold",
        AFTER,
        lambda: float(quantal.path(threshold(), 1.0).jump.after[0][0, 0]),
        1e-8,
    ),
    *[
        Known(
            f"mean claim of the traveler's dilemma 2…{top} at logit:{lam:g}",
            GAMBIT,
            mean,
            lambda top=top, lam=lam: claim(top, lam),
            1e-7,
        )
        for top, lam, mean in (
            (21, 0.5, 16.127825010393),
            (21, 5.0, 12.596703056329),
            (51, 1.0, 46.570610191607),
            (100, 0.5, 95.114441243874),
            (100, 1.0, 95.570610191609),
            (100, 5.0, 91.596703056328),
        )
    ],
]


def claim(top, lam):
    strategy = quantal.path(rw.library.travelers_dilemma(top).floats, lam).points[-1][0][0]
    return float(strategy @ np.arange(2, top + 1))
