"""Economies: markets that clear in closed form, Scarf's circles, three equilibria, smoke, one seller."""

from fractions import Fraction as F
from functools import cache
from math import pi, sqrt

import numpy as np

from rulewright.society.markets import pair, proof, tatonnement, worth
from rulewright.society.markets.economy import Economy, utility
from rulewright.society.markets.externality import Externality
from rulewright.society.markets.power import Power
from rulewright.society.markets.solve import cobb_douglas, equilibrium, newton

from .answer import Known

MWG = "after Mas-Colell, Whinston & Green 1995, exercise 15.B; closed form: κ(q³ − 1) = q(q − 1), κ = 12/37, q³ = p₁/p₂"
SCARF = "after Scarf 1960, Int. Econ. Rev. 1; closed form"


@cache
def three():
    k = F(12, 37)
    unit = np.array([[F(1), F(0)], [F(0), F(1)]])
    economy = Economy(unit, np.array([[F(1), k], [k, F(1)]]), np.array([F(1, 3)] * 2, dtype=object))
    return economy, pair.all_equilibria(economy)


def exact_ratio(k):
    """p₁/p₂ of the k-th equilibrium, in rationals that clear markets exactly."""
    economy, roots = three()
    exact = proof.exactly(economy, newton(economy, start=np.array([roots[k].ratio, 1])))
    assert exact.clearing == 0
    return exact.prices[0] / exact.prices[1]


def edgeworth(a, b):
    """p₁ (prices sum to one) where one of each good is owned by one each, with share a and b of the first good."""
    return cobb_douglas(
        Economy(
            np.array([[F(1), F(0)], [F(0), F(1)]]),
            np.array([[a, 1 - a], [b, 1 - b]]),
            np.array([F(1)] * 2, dtype=object),
        )
    )[0]


def circle():
    near = tatonnement.flow(tatonnement.scarf(), np.array([1.01, 1.0, 0.99]), time=60)
    d = near.prices[:, 0] - 1
    up = np.flatnonzero((d[:-1] < 0) & (d[1:] >= 0))
    return float(np.diff(near.times[up] - d[up] / (d[up + 1] - d[up]) * near.times[1]).mean())


@cache
def smoke():
    return Externality(("plant", "town"), (F(10), F(10)), (F(1, 2), F(1, 5)), (F(0), F(1, 4)), F(10))


PRICE = (3 + sqrt(249)) / 24


def two_sided_gap():
    """Each owns all of one good and wants both alike: without trade nothing; with half of each, all."""
    economy = Economy([[3, 1], [1, 3]], [[1, 1], [1, 1]], 1.0)
    return worth.most(economy, utility(economy, economy.endowment))[0] ** 2


KNOWN = [
    *[
        Known(f"three equilibria: price ratio {k + 1}", MWG, r, lambda k=k: exact_ratio(k))
        for k, r in enumerate((F(27, 64), F(1), F(64, 27)))
    ],
    Known(
        "three equilibria: index of the middle one", "Dierker 1972: indices sum to one", -1, lambda: three()[1][1].index
    ),
    Known("Cobb–Douglas box", "closed form: p₁ = b/(1 − a + b)", F(3, 7), lambda: edgeworth(F(1, 3), F(1, 2))),
    Known("Scarf: price of each good", SCARF, 1 / 3, lambda: float(equilibrium(tatonnement.scarf()).prices[2]), 1e-10),
    Known("Scarf: period of small circles", SCARF + ": 8π/√3", 8 * pi / sqrt(3), circle, 1e-3),
    Known("smoke: burnt without a market for air", "closed form: 10/2 + 10/5", F(7), lambda: smoke().taxed(F(0))[1]),
    Known("smoke: price of air", "closed form: 6λ² − 3λ/2 − 5/2 = 0", PRICE, lambda: smoke().pigou[0], 1e-9),
    Known(
        "smoke: burnt with one", "closed form: 7½ − 5/(2λ)", 7.5 - 2.5 / PRICE, lambda: smoke().arrow.levels[0], 1e-8
    ),
    Known("one seller: price", "closed form: c + √(c² + c α/(1 − α))", F(3), lambda: Power().price),
    Known(
        "two sellers: price",
        "closed form: 3p²/4 − p/4 − 3/2 = 0",
        (1 + sqrt(73)) / 6,
        lambda: float(Power(sellers=F(2)).price),
        1e-9,
    ),
    Known(
        "what trade is worth, squared",
        "closed form: (2/√3)² of (3, 1) and (1, 3), wanted alike",
        4 / 3,
        two_sided_gap,
        1e-8,
    ),
]
