"""Markov games: stochastic games with known values, and the tipping points of collective learning."""

from fractions import Fraction as F
from functools import cache

import numpy as np

from rulewright.behaviour.markov import (
    ActorCritic,
    Sarsa,
    branch,
    critical_frictions,
    first_best,
    follow,
    learn,
    shapley,
    stability,
)
from rulewright.game.markov import MarkovGame
from rulewright.game.markov_games import ecological_public_good, repeated
from rulewright.game.markov_play import MarkovPlay

from .answer import Known

BARFUSS = "Barfuss et al. 2025, PNAS, Collective cooperative intelligence"
OWN = "own measurement: an earlier independent programme with the paper's equations"
CLOSED = "closed form: a one-shot deviation gains nothing"


def start(first, second=0.95, degraded=0.95):
    """X of two players who cooperate with these probabilities in the prosperous state, and in the degraded one."""
    rows = [[[p, 1 - p], [degraded, 1 - degraded]] for p in (first, second)]
    return np.array(rows)


def boundary(width=1e-10):
    """Where the basin of cooperation begins for the first player, by bisection."""
    game, low, high = ecological_public_good().floats, 0.05, 0.95
    while high - low > width:
        middle = (low + high) / 2
        end = learn(game, start(middle), 5000, ActorCritic(0.1), tolerance=1e-9).last
        low, high = (low, middle) if end[0, 0, 0] > 0.5 else (middle, high)
    return (low + high) / 2


def steps(first):
    return int(learn(ecological_public_good(), start(first), 5000, ActorCritic(0.1), tolerance=1e-5).steps)


@cache
def share(discount, points=40):
    """Share of starts that end in cooperation: the area of its basin, on the midpoints of a grid over both players' starts."""
    game = ecological_public_good(discount=discount)
    middle = (np.arange(points) + 0.5) / points
    x = np.empty((points, points, 2, 2, 2))
    x[..., 0, :, 0], x[..., 1, :, 0] = (
        middle[:, None, None],
        middle[:, None],
    )  # what they do where it is degraded is all one
    x[..., 1] = 1 - x[..., 0]
    ends = learn(game, x, 25_000, ActorCritic(0.1), tolerance=1e-4).last
    return float((ends[..., 0, 0] > 0.5).all(axis=-1).mean())


@cache
def jumps(low=700, high=840, length=2500):
    """(discount where cooperation appears on the way up, where it is lost on the way down), by steps of .005.

    From defection, and only the part of the way in which something happens; papers/ goes all of it, .6 → .895 → .6.
    """
    way = [F(k, 1000) for k in (*range(815, high + 1, 5), *range(high, low - 1, -5))]
    ends = follow([ecological_public_good(discount=d).floats for d in way], start(0.05, 0.05), length, Sarsa())
    together = ends[:, :, 0, 0].mean(axis=1) > 0.5
    up = int(together.argmax())
    return float(way[up]), float(way[up + int((~together[up:]).argmax())])


def threshold(action, low, high):
    """The discount at which the pure profile of `action` changes stability, by bisection."""
    before = stability(ecological_public_good(discount=low), [action, action]).stable
    while high - low > 1e-9:
        middle = (low + high) / 2
        same = stability(ecological_public_good(discount=middle), [action, action]).stable == before
        low, high = (middle, high) if same else (low, middle)
    return (low + high) / 2


def critical(discount, which):
    return lambda: getattr(critical_frictions(F(discount)), which)


def waiting():
    """One state is left with probability 1/2 when both match, and pays the matcher 1 meanwhile; the other state is the end."""
    payoff = np.zeros((2, 2, 2, 2), dtype=object) + F(0)
    payoff[0, 0], payoff[1, 0] = np.eye(2, dtype=int), -np.eye(2, dtype=int)
    law = np.zeros((2, 2, 2, 2), dtype=object) + F(0)
    law[1, ..., 1], law[0, ..., 0] = F(1), F(1)
    law[0, 0, 0] = law[0, 1, 1] = [F(1, 2), F(1, 2)]
    return MarkovGame.of(payoff, law, F(4, 5), start=[1, 0])


def waiting_value():
    """v = val [[1 + .4 v, .8 v], [.8 v, 1 + .4 v]] = (1 + 1.2 v)/2, so v = 1/.8."""
    return float(shapley(waiting()).values[0])


def collapse_in_letters(n=5, gamma=F(7, 10), f=F(6, 5), c=5, m=-5, qc=F(1, 5), qr=F(1, 100)):
    """k_C from the values of everybody cooperating, p = q_c/N."""
    p, prosperous = qc / n, (f - 1) * c / (1 - gamma)
    degraded = (m + gamma * qr * prosperous) / (1 - gamma * (1 - qr))
    return (1 - p) * f * c * F(n - 1, n) + p * m - (f - 1) * c - gamma * p * (prosperous - degraded)


KNOWN = [
    Known(
        "critical friction of five players, in letters",
        "closed form: docs/theory/collective_learning.md",
        collapse_in_letters(),
        lambda: critical_frictions(F(7, 10), players=5).collapse,
    ),
    Known("basin boundary of collective learning, first agent", BARFUSS, 0.16475855, boundary, 1e-6),
    *(
        Known(f"steps to rest from {first}", OWN, wanted, lambda first=first: steps(first), 0)
        for first, wanted in ((0.1647585, 672), (0.95, 120), (0.05, 217))
    ),
    Known("no start ends in cooperation at γ = .675", BARFUSS, 0.0, lambda: share(F(27, 40)), 0.005),
    Known("all starts end in cooperation at γ = .9", BARFUSS, 1.0, lambda: share(F(9, 10)), 0.005),
    *(
        Known(
            f"share of starts that end in cooperation at γ = {gamma}",
            OWN,
            wanted,
            lambda g=gamma: share(F(g)),
            0.05,
        )
        for gamma, wanted in ((".70", 0.10), (".75", 0.38), (".80", 0.65), (".85", 0.89))
    ),
    Known("hysteresis: jump up", BARFUSS + " (about .83)", 0.83, lambda: jumps()[0], 0.0051),
    Known("hysteresis: jump down", BARFUSS + " (about .71)", 0.71, lambda: jumps()[1], 0.0051),
    Known("cooperation is locally stable above γ", CLOSED, 0.67114, lambda: threshold(0, 0.6, 0.8), 5e-6),
    Known("defection is locally stable below γ", CLOSED, 0.91100, lambda: threshold(1, 0.8, 0.99), 5e-6),
    *(
        Known(
            f"friction {name} at γ = {gamma}", f"after {BARFUSS}; {CLOSED}", wanted, critical(gamma, which), 5e-5 * size
        )
        for gamma, kc, kd, size in ((".65", 0.1060, 0.8836, 1), (".60", 0.3133, 0.9524, 1), (".75", -0.548, 0.691, 10))
        for name, which, wanted in (
            ("below which cooperation collapses", "collapse", kc),
            ("above which it recovers", "recovery", kd),
        )
    ),
    Known("value of a game that may end, 1/.8", "closed form: fixed point of Shapley's map", 1.25, waiting_value, 1e-9),
    Known(
        "matching pennies for ever, discounted: worth nothing to either",
        "Shapley 1953, PNAS 39 (one state)",
        0.0,
        lambda: float(branch(repeated([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], 0.9)).plays[0].worth[0]),
        1e-9,
    ),
    Known(
        "first best of the ecological public good, two players",
        "closed form: 2·(f − 1)c/(1 − γ)",
        F(8),
        lambda: first_best(ecological_public_good()).worth,
    ),
    Known(
        "both cooperate, exact value in the degraded state",
        "closed form: (m + γ q_r·4)/(1 − γ(1 − q_r))",
        F(-1988, 103),
        lambda: MarkovPlay.pure(ecological_public_good(), [0, 0]).values[0, 1],
    ),
]
