"""Legible normativity: the value of silly rules, after Hadfield-Menell, Andrus & Hadfield 2019 (AIES): a reconstruction.

`python papers hadfield-menell-2019` for the claims. Public names of rulewright only; groups with just θ N punishers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise

import numpy as np

from rulewright.society.silly import Law, critical_cost, fixed, law, policy

DENSITIES = (0.0, 0.25, 0.5, 0.75, 0.9)
GOOD, BAD = 0.8, 0.3  # shares of punishers
SHOCK, MILDER, TRUSTING = (2, 8), (2, 6), (6, 3)
COST = 0.0005  # of the paper's main figure


@cache
def course(belief: tuple[int, int], cost: float, theta: float, d: float) -> Law:
    return law(policy(d, cost, belief), fixed(theta), 200, d)


def size(belief: tuple[int, int], cost: float, d: float, fast: bool = False) -> float:
    """Of a hundred members, at slot 200."""
    return 100 * float(course(belief, cost, GOOD, d).mean("size")[-1])


def losses(d: float, fast: bool = False) -> float:
    """Of a hundred members, to violations that nobody punished."""
    return 100 * float(course(TRUSTING, COST, BAD, d).totals[0])


def recovery(fast: bool) -> float:
    sizes = [size(SHOCK, COST, d) for d in DENSITIES]
    return float(sizes[0] == 0 and all(b > a for a, b in pairwise(sizes)))


def reversal(fast: bool) -> float:
    dear, milder = ([size(b, c, d) for d in DENSITIES] for b, c in ((SHOCK, 0.005), (MILDER, 0.02)))
    return float(dear[4] < dear[3] and milder[4] == 0 < milder[1])


def adapted(d: float, fast: bool = False) -> float:
    """Slots after which half the members of a group that punishes too little have stopped taking part."""
    return float(np.argmax(course(TRUSTING, COST, BAD, d).mean("active") < 0.5) + 1)


def rise(fast: bool) -> float:
    """Largest rise of the value of staying as a silly rule gets dearer."""
    costs = np.linspace(0, 0.05, 51)
    return max(float(np.diff(policy(d, costs, SHOCK).value).max()) for d in DENSITIES)


CLAIMS: dict[str, Callable[[bool], float]] = {
    "cheap silly rules: none, no recovery; more, more recovery": recovery,
    "dear silly rules: the sign turns": reversal,
    "losses before a bad group is left, without silly rules over d = .9": lambda fast: losses(0.0) / losses(0.9),
    "slots until half have stopped taking part in a bad group, d = 0": partial(adapted, 0.0),
    "slots until half have stopped taking part in a bad group, d = .9": partial(adapted, 0.9),
    **{f"size at slot 200, shock Beta(2, 8), c = .0005, d = {d}": partial(size, SHOCK, COST, d) for d in DENSITIES},
    **{f"size at slot 200, shock Beta(2, 8), c = .005, d = {d}": partial(size, SHOCK, 0.005, d) for d in DENSITIES},
    **{f"size at slot 200, shock Beta(2, 6), c = .02, d = {d}": partial(size, MILDER, 0.02, d) for d in DENSITIES},
    **{f"losses before a bad group is left, d = {d}": partial(losses, d) for d in DENSITIES},
    "largest rise of the value with the cost of silly rules": rise,
    "critical cost after the shock, d = .5": lambda fast: float(critical_cost(0.5, SHOCK)),
    "critical cost after the shock, d = .9": lambda fast: float(critical_cost(0.9, SHOCK)),
}


if __name__ == "__main__":
    for name, compute in CLAIMS.items():
        print(f"{name}: {compute(False):.6g}")
