"""Reward (mis)design for autonomous driving, after Knox, Allievi, Banzhaf, Schmitt & Stone 2023: the method.

`python papers knox-2023` for the claims. The paper's table of focus papers was not available to us, and no number of it is used:
the rewards below are ours. Public names of rulewright only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import rulewright as rw
from rulewright.welfare.rewards import mend, risk
from rulewright.welfare.rewards.checks import check
from rulewright.welfare.rewards.reward import FAIL, Case

IDLE, SUCCESS, CRASH = Fraction(0), Fraction(10), Fraction(-199, 2)
LENGTHS = Fraction(10), Fraction(5)


@cache
def case() -> Case:
    return rw.load("driving_reward").case  # type: ignore[attr-defined]


def point() -> risk.Indifference:
    return risk.Indifference(IDLE, SUCCESS, CRASH)


def designed(distance: int) -> Fraction:
    """The distance per crash that the penalty designed for `distance` has."""
    p = risk.chance(Fraction(distance), *LENGTHS)
    there = point()
    return there.having(there.penalty(p)).distance(*LENGTHS)


def failed(one: Case) -> int:
    """How many of the eight checks fail."""
    return sum(v.verdict == FAIL for v in check(one))


CLAIMS: dict[str, Callable[[bool], float]] = {
    "indifference point of returns 10, 0, −99.5": lambda fast: float(point().p),
    "distance per crash that it implies, km": lambda fast: float(point().distance(*LENGTHS)),
    "penalty designed for 100,000 km, plugged in, km": lambda fast: float(designed(100_000)),
    "penalty designed for 500 million km, plugged in, km": lambda fast: float(designed(500_000_000)),
    "checks that the shipped driving reward fails": lambda fast: float(failed(case())),
    "checks that it fails after the fine is mended": lambda fast: float(
        failed(mend.mended(case(), mend.mend(case())))  # type: ignore[arg-type]
    ),
}


def main(arguments: list[str]) -> None:
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.9g}")


if __name__ == "__main__":
    main(sys.argv[1:])
