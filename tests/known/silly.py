"""Silly rules, after Hadfield-Menell, Andrus & Hadfield 2019: the recomputed table, and anchors in closed form.

The table is a mean of 10 seeds of 100 members, whose types are drawn; ours is the exact expectation. Tolerance: twice the standard
error of such a mean (over seeds, counted on 2,000 groups) plus half a unit of the printed digit.
"""

from functools import cache

import numpy as np

from rulewright.society.silly import Act, critical_cost, density, drawn, fixed, law, policy

from .answer import Known

TABLE = "recomputed: variant “added”, N = 100, R = L = 1, g = .97, 260 observations, 200 slots, mean of 10 seeds"
CLOSED = "closed form: optimal stopping, after Hadfield-Menell et al. 2019"
DENSITIES = (0, 0.25, 0.5, 0.75, 0.9)


@cache
def course(belief, cost, theta, d):
    return law(policy(d, cost, belief), drawn(100, theta).thinned(8), 200, d)


def size(belief, cost, theta, d):
    return 100 * float(course(belief, cost, theta, d).mean("size")[-1])


def losses(d):
    return 100 * float(course((6, 3), 0.0005, 0.3, d).totals[0])


def threshold(gain, loss):
    """The greatest mean belief at which one leaves who cannot use what it learns (γ = 0), among multiples of 1/840."""
    found = policy(0.0, 0.0, (1e-12, 1e-12), reward=gain, loss=loss, discount=0.0, observations=840)
    return (float(found.joins[-1]) - 1) / 840


SIZES = [
    # belief after the shock, cost, members at slot 200 for each density, tolerance for each
    ((2, 8), 0.0005, (0, 98, 99, 100, 100), (0, 1.7, 1.1, 0.9, 0.7)),
    ((2, 8), 0.005, (0, 0, 73, 77, 73), (0, 0, 4.9, 4.6, 4.9)),
    ((2, 8), 0.02, (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)),
    ((2, 6), 0.02, (0, 73, 72, 74, 0), (0, 5.5, 5.1, 5.4, 0)),
]
LOSSES = ((1018, 195), (719, 196), (495, 162), (280, 109), (108, 93))

KNOWN = [
    *[
        Known(
            f"members at slot 200, shock Beta{belief}, c = {cost}, d = {d}",
            TABLE,
            said,
            lambda belief=belief, cost=cost, d=d: size(belief, cost, 0.8, d),
            tolerance,
        )
        for belief, cost, row, tolerances in SIZES
        for d, said, tolerance in zip(DENSITIES, row, tolerances, strict=True)
    ],
    *[
        Known(
            f"losses before a bad group is left, θ = .3, Beta(6, 3), d = {d}",
            TABLE,
            said,
            lambda d=d: losses(d),
            tolerance,
        )
        for d, (said, tolerance) in zip(DENSITIES, LOSSES, strict=True)
    ],
    Known(
        "greatest belief with which one stays out, if nothing can be learnt, R = L",
        CLOSED + ": L/(R+L)",
        0.5,
        lambda: threshold(1, 1),
        1e-12,
    ),
    Known(
        "greatest belief with which one stays out, if nothing can be learnt, R = 1, L = 3",
        CLOSED + ": L/(R+L)",
        0.75,
        lambda: threshold(1, 3),
        1e-12,
    ),
    Known(
        "critical cost of a silly event, one observation, Beta(1, 3), d = ½",
        CLOSED + ": m = 2/5 or 1/5 after it, both below ½, so that nothing is worth learning",
        0.0,
        lambda: float(critical_cost(0.5, (1, 3), observations=1)),
    ),
    Known(
        "critical cost of a silly event, one observation, Beta(1, 1), R = 1, L = 3/2, displacing, d = g = ½",
        CLOSED + ": c = w/4, where w = [½ (2/3 − ½) − c/2]/½ is what staying is worth after a punishment",
        1 / 30,
        lambda: float(critical_cost(0.5, (1, 1), loss=1.5, discount=0.5, observations=1, variant="displacing")),
        1e-12,
    ),
    Known(
        "density of a table of acts: 9 of dress, 1 theft, 20 greetings",
        "closed form: 9/(9 + 1)",
        0.9,
        lambda: density({"theft": Act(1, True, -1), "dress": Act(9, True, 0), "greeting": Act(20, False, 0.1)}),
        1e-15,
    ),
    Known(
        "members left of a group without silly rules, after a shock below L/(R+L)",
        CLOSED + ": beliefs are frozen, with probability 1",
        0.0,
        lambda: float(np.ptp(law(policy(0, 0, (2, 8)), fixed(0.8), 200, 0).size)),
    ),
]
