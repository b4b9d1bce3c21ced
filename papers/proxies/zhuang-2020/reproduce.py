"""Consequences of misaligned AI, after Zhuang & Hadfield-Menell 2020 (NeurIPS, arXiv 2102.03896): own worked example.

`python papers zhuang-2020` for the claims. The theorems' wording was not available to us and is not asserted. Public names only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from rulewright.welfare.proxies.additive import Additive
from rulewright.welfare.proxies.course import Course, Rule, course

FOUR = Additive(4, 8.0)
PERIODS = (1, 50, 200, 500, 1500)


def run(rule: Rule = "proxy", every: int = 1) -> Course:
    return course(FOUR, np.ones(4), 2, rule=rule, every=every)


def asked(m: int) -> Callable[[bool], float]:
    return lambda fast: run("interactive", m).late


CLAIMS: dict[str, Callable[[bool], float]] = {
    "U at the end of the first phase, closed form": lambda fast: FOUR.binding(2, 1.0),
    "highest U on the way": lambda fast: float(run().utility.max()),
    "U falls at every step after its peak (1: yes)": lambda fast: float(
        (np.diff((found := run()).utility[found.peak : found.stopped]) < 0).all()
    ),
    "impact held: U": lambda fast: run("impact").late,
    "linear utility: U lost to the proxy": lambda fast: (
        (linear := Additive(4, 8.0, -3.0, "linear")).best() - linear.optimised(2)[0]
    ),
    **{f"chosen anew every {m} steps: mean U": asked(m) for m in PERIODS},
}


def main(arguments: list[str]) -> None:
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.6f}")


if __name__ == "__main__":
    main(sys.argv[1:])
