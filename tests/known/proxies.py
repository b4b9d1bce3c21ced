"""Optimising a proxy of two of four attributes: the worked example, in closed form and step by step."""

from functools import cache

import numpy as np

from rulewright.welfare.proxies.additive import Additive
from rulewright.welfare.proxies.course import course

from .answer import Known

SETTING = "after Zhuang & Hadfield-Menell 2020: U = Σ ln s_k, Σ s = 8, start (1, 1, 1, 1), J = {1, 2}"
CLOSED = f"{SETTING}; closed form"
COMPUTED = f"{SETTING}; own computation, steps of .002 along the gradient, 20,000 steps, mean over the last tenth"
FOUR = Additive(4, 8.0)


@cache
def late(rule, every=1):
    return course(FOUR, np.ones(4), 2, rule=rule, every=every).late


KNOWN = [
    Known(
        "U where the budget is used up: the end of the first phase",
        f"{CLOSED}: 2 ln 3",
        2.1972,
        lambda: FOUR.binding(2, 1.0),
        5e-5,
    ),
    Known(
        "the highest U on the way, step by step",
        CLOSED,
        2.1972,
        lambda: course(FOUR, np.ones(4), 2).utility.max(),
        2e-3,
    ),
    Known("the proxy's limit", f"{CLOSED}: 2 ln 4", 2.7726, lambda: Additive(4, 8.0, 1e-12).optimised(2)[1], 5e-5),
    Known("the best U", f"{CLOSED}: 4 ln 2", 2.7726, FOUR.best, 5e-5),
    Known("impact held at what it was: U stays at", CLOSED, 2.1972, lambda: late("impact"), 2e-3),
    *[
        Known(
            f"the proxy chosen anew every {m} steps: mean U", COMPUTED, value, lambda m=m: late("interactive", m), 5e-5
        )
        for m, value in ((1, 2.7726), (50, 2.7721), (200, 2.7692), (500, 2.7497), (1500, 2.5283))
    ],
]
