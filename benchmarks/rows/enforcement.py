"""Enforcement: commitment against several kinds of attacker, coverage of many sites, a monitor measured on labelled scores."""

import numpy as np

import rulewright as rw
from rulewright.behaviour.stackelberg import dobss, harsanyi_programmes, multiple_programmes
from rulewright.design.enforcement import Monitor, Sites, cover, deterring_coverage
from rulewright.numerics.linprog import Programme

from ..row import Row


def rows() -> list[Row]:
    small, large = sites(100, 5, 5), sites(1000, 20, 10)
    a, b = np.random.default_rng(0).random((2, 100, 100))
    types = np.random.default_rng(1).random((2, 4, 6, 5))
    even = np.full(4, 0.25)
    scores = np.random.default_rng(2).normal(size=1000)
    labels = (np.arange(1000) < 100).astype(int)
    return [
        Row("best commitment, random 100×100", lambda: multiple_programmes(a, b)),
        Row(
            "best commitment, 6×5 against 4 types, one integer programme",
            lambda: dobss(*types, even),
            (("linear programmes on the Harsanyi form, 625 plans", lambda: harsanyi_programmes(*types, even)),),
        ),
        Row(
            "coverage of 100 sites against 5 types, proved optimal",
            lambda: cover(small),
            (
                (
                    "bare HiGHS on the textbook programme with large constants, stopped after 60 s",
                    lambda: textbook(small),
                ),
            ),
            repeats=1,
        ),
        Row(
            "coverage of 1,000 sites against 20 types, budget 10, proved optimal",
            lambda: cover(large),
            (("the textbook programme is not run at this size", None),),
            target="solved on two cores",
            repeats=1,
        ),
        Row("deterring coverage of 1,000 sites against 20 types", lambda: deterring_coverage(large.gain, 3, 0.8, 0.05)),
        Row(
            "operating point from 1,000 labelled scores, all thresholds bounded",
            lambda: Monitor.from_scores(scores + 2 * labels, labels).bounded().operating_point(1, 3),
            repeats=1,
        ),
        Row("`assess oversight`", lambda: rw.assess("oversight"), target="< 20 s", repeats=1),
    ]


def sites(count: int, types: int, budget: float) -> Sites:
    """Payoffs uniform on ±{0.1, …, 10}, attackers and people independent of each other."""
    draw = np.random.default_rng(0)
    high, low, bad, good = (draw.integers(1, 101, (types, count)) / 10 for _ in range(4))
    chances = draw.random(types)
    return Sites.of(high, -low, -bad, good, budget=budget, chances=chances / chances.sum())


def textbook(given: Sites) -> object:
    """max Σ p_k g_k with g_k ≤ people's payoff at s + M(1 − z_ks) and 0 ≤ r_k − attacker's payoff at s ≤ M(1 − z_ks)."""
    types, count = given.gain.shape
    big = 20.0  # the range of all payoffs: the smallest constant that is right
    programme = Programme()
    c = programme.add_columns(count, upper=1.0)
    g = programme.add_columns(types, lower=-big, upper=big, cost=given.chances)
    r = programme.add_columns(types, lower=-big, upper=big)
    z = programme.add_columns((types, count), upper=1.0, integer=True)
    programme.put(programme.add_rows(1, upper=given.budget), c, 1.0)
    programme.put(programme.add_rows(types, lower=1.0, upper=1.0)[:, None], z, 1.0)
    rows = programme.add_rows((types, count), upper=given.worth + big)
    programme.put(rows, g[:, None], 1.0)
    programme.put(rows, c, -given.relief)
    programme.put(rows, z, big)
    rows = programme.add_rows((2, types, count), lower=np.stack([given.gain, given.gain - 2 * big]),
                              upper=np.stack([given.gain + 2 * big, given.gain + big]))  # fmt: skip
    programme.put(rows, r[:, None], 1.0)
    programme.put(rows, c, given.bite)
    programme.put(rows[1], z, big)
    return programme.solve(maximise=True, seconds=60, partial=True)
