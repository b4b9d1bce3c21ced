"""Smoke, after Pigou 1920 and Arrow 1969: a market without air, what all would prefer, a market with air. The digits are ours.

`python papers arrow-1969` for the claims. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from rulewright.society.markets.externality import Externality
from rulewright.verify import economy_checker

F = Fraction
SMOKE = Externality(("plant", "town"), (F(10), F(10)), (F(1, 2), F(1, 5)), (F(0), F(1, 4)), F(10))


def held() -> float:
    """Claims of the certificate that hold."""
    return float(sum(v.holds for v in economy_checker.check(SMOKE.certificate())))


CLAIMS: dict[str, Callable[[bool], float]] = {
    "burnt without a market for air": lambda fast: float(SMOKE.taxed(F(0))[1]),
    "price of air where it has a market": lambda fast: SMOKE.pigou[0],
    "burnt where air has a market": lambda fast: float(SMOKE.arrow.levels[0]),
    "burnt under a tax of that price paid to the town": lambda fast: float(
        SMOKE.taxed(F(SMOKE.pigou[0]), (F(0), F(1)))[1]
    ),
    "part of resources that would do, without a market": lambda fast: SMOKE.outcomes()[0].measures["used"],
    "the same with one": lambda fast: SMOKE.having(market_for_air=True).outcomes()[0].measures["used"],
    "what the plant loses by the market for air": lambda fast: 10 - float(SMOKE.arrow.utility[0]),
    "claims of the certificate that hold": lambda fast: held(),
}

if __name__ == "__main__":
    for name, value in CLAIMS.items():
        print(f"{name}: {np.round(value(False), 9):.9g}")
