"""Small random tables of utilities in tenths."""

from fractions import Fraction

import numpy as np

from rulewright.competition.market.table import Table


def table(seed, n=12, k=3, cases=4, exact=True):
    draw = np.random.default_rng(seed)
    numbers = draw.integers(0, 11, (n, k + 1))
    values = np.array([[Fraction(int(x), 10) for x in row] for row in numbers]) if exact else numbers / 10
    return Table.of(values[:, 0], values[:, 1:], cases=draw.permutation(np.arange(n) % cases))
