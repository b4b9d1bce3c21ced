"""Choosing the best AI from samples: verdicts on large tables, elimination, exact counts, worst equilibria with noise."""

import numpy as np

from rulewright.competition.evaluation import noise, planning, selection, sequential, verdict
from rulewright.competition.rivals.setting import Rivals
from rulewright.competition.users import examples, policies

from ..row import Ready, Row, Work


def scores(items: int, ais: int) -> np.ndarray:
    """[m, i]: right or wrong, values from .3 to .8."""
    return (np.random.default_rng(0).random((items, ais)) < np.linspace(0.3, 0.8, ais)).astype(float)


def rivals(k: int) -> Rivals:
    """Three states, three actions, u + d_i with Σ d_i = 0."""
    rng = np.random.default_rng(k)
    p, u, d = rng.dirichlet(np.ones(3)), rng.random((3, 3)), 0.6 * rng.normal(size=(k, 3, 3))
    return Rivals.of(p, u, u + d - d.mean(axis=0))


def judging() -> Work:
    table = scores(100_000, 50)
    return lambda: verdict.judge(table)


def eliminating() -> Work:
    table = scores(2_000, 20)
    return lambda: sequential.eliminate(table)


def rows() -> list[Row]:
    none = (("no public peer: no known package solves it", None),)
    return [
        Row("verdict on 100,000 items × 50 AIs", Ready(judging), none, "< 2 s"),
        Row("elimination, 2,000 items × 20 AIs", Ready(eliminating), none, "< 2 s"),
        Row(
            "items for 5 AIs within .05 at 95 %, exact, right or wrong",
            lambda: planning.plan(5, 0.05, binary=True).items,
            none,
            "< 1 s",
        ),
        Row(
            "worst equilibrium of noisy selection, 2 AIs, 21 offers",
            lambda: selection.worst(rivals(2), noise.Softmax(20.0), grids=(21,)).value,
            none,
            "< 1 s",
        ),
        Row(
            "worst equilibrium of noisy selection, 3 AIs, 21 offers",
            lambda: selection.worst(rivals(3), noise.Probit(0.05), grids=(21,)).value,
            none,
            "< 5 s",
        ),
        Row(
            "one message for 3 users or one each, exact",
            lambda: float(policies.value_of_personalisation(examples.stalemate(3)).total),
            none,
            "< 1 s",
        ),
    ]
