"""Families of games traced, swept and followed."""

import importlib.util

import numpy as np

import rulewright as rw
from benchmarks.row import Ready, Row
from rulewright.assessment import sweep
from rulewright.assessment.selection_risk import trace_of
from rulewright.behaviour.markov import Sarsa
from rulewright.behaviour.tipping import learning, loop, trace
from rulewright.game.markov_games import ecological_public_good


def booking() -> object:
    scenario = rw.load("booking")
    return lambda: trace_of(scenario, scenario.traces[0])


def floats(size: int, points: int) -> object:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((2, 2, size, size))
    values = np.linspace(0, 1, points).tolist()
    return lambda: trace(lambda t: rw.Game.normal((1 - t) * first + t * second), values)


def swept() -> object:
    scenario = rw.load("booking")
    return lambda: sweep(scenario, {"kappa": "0.001:1:0.001"}, ["pure", "nash"])


def patience() -> object:
    values = [round(0.6 + 0.005 * k, 3) for k in range(60)]
    settle = learning(lambda g: ecological_public_good(discount=g).floats, Sarsa(), 2500)
    return loop(settle, values, np.full((2, 2, 2), 0.5), lambda x: x[0, 0, 0]).up[0]


def every_point(size: int, points: int) -> object:
    """The same family, all equilibria at each value, one game after the other, by QuantEcon; nothing is matched or refined."""
    import quantecon.game_theory as qe

    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((2, 2, size, size))
    games = [
        qe.NormalFormGame((qe.Player(u[0]), qe.Player(u[1].T.copy())))
        for t in np.linspace(0, 1, points)
        for u in [(1 - t) * first + t * second]
    ]
    qe.vertex_enumeration(games[0])  # compiled before the clock starts
    return lambda: [qe.vertex_enumeration(g) for g in games]


def rows() -> list[Row]:
    there = importlib.util.find_spec("quantecon") is not None
    peer = (
        ("QuantEcon, each value alone", Ready(lambda: every_point(6, 200)))
        if there
        else ("QuantEcon is not here", None)
    )
    return [
        Row("booking, 21 × 2, exact: all branches over 13 values of κ, boundaries as fractions", Ready(booking)),
        Row(
            "6 × 6 affine family, floats: all equilibria over 200 values, with ends of branches",
            Ready(lambda: floats(6, 200)),
            (peer,),
        ),
        Row("sweep: 1,000 values of κ, pure and all Nash", Ready(swept), target="< 10 s"),
        Row("hysteresis loop of learners, 120 × 2,500 steps", patience),
    ]
