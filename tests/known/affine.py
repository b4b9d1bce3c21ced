"""Affine maximisers and fees: revenue that is known in closed form."""

from functools import cache
from math import sqrt

import numpy as np

from rulewright.mechanisms import auction, estimate
from rulewright.mechanisms.affine import AffineMaximiser, SizeBoosted, deterministic
from rulewright.mechanisms.fees import Constant, EntryFees
from rulewright.mechanisms.itemwise import Itemwise

from .answer import Known

MYERSON = "closed form: E max(2θ − 1, 0) of the best of n, = (n − 1 + 2⁻ⁿ)/(n + 1); the optimum after Myerson 1981"
BOTH = "closed form: two items to one bidder, p(1 − p²/2) at p = √(2/3)"
MANELLI = "closed form: (12 + 2√2)/27; the optimum after Manelli & Vincent 2006"
VICKREY = "closed form: the second best of n, (n − 1)/(n + 1)"


@cache
def boosted(bidders, reserve):
    """One item."""
    there = auction(bidders, 1)
    return estimate(SizeBoosted(there, np.array([0.0, -reserve])), profiles=1 << 18, seed=1).mean


def itemwise(bidders, items):
    return estimate(SizeBoosted(auction(bidders, items), -0.5 * np.arange(items + 1)), profiles=1 << 17, seed=2).mean


def listed():
    there = auction(2, 2)
    menu = deterministic(there)
    return estimate(AffineMaximiser(there, menu, -0.5 * menu.sum(axis=(1, 2))), profiles=1 << 18, seed=3).mean


def bundle():
    sale = EntryFees(Itemwise(auction(1, 2), (0.0, 0.0)), Constant(sqrt(2 / 3)))
    return estimate(sale, profiles=1 << 18, seed=4).mean


def pair():
    """Each item at 2/3, both at (4 − √2)/3: an affine maximiser for one bidder is its price list."""
    sale = SizeBoosted(auction(1, 2), np.array([0.0, -2 / 3, -(4 - sqrt(2)) / 3]))
    return estimate(sale, profiles=1 << 18, seed=5).mean


def most(bidders):
    return (bidders - 1 + 0.5**bidders) / (bidders + 1)


KNOWN = [
    *[
        Known(
            f"revenue of one item, {n} bidders uniform on [0, 1]",
            MYERSON,
            most(n),
            lambda n=n: boosted(n, 0.5),
            0.002 * most(n),
        )
        for n in range(1, 11)
    ],
    Known("the same without a reserve, 3 bidders", VICKREY, 0.5, lambda: boosted(3, 0.0), 0.001),
    *[
        Known(f"item by item, {n}×{m}", MYERSON, m * most(n), lambda n=n, m=m: itemwise(n, m), 0.002 * m * most(n))
        for n, m in ((2, 2), (2, 5), (3, 3))
    ],
    Known("item by item 2×2, as a list of nine allocations", MYERSON, 5 / 6, listed, 0.002),
    Known("one bidder, two items: the best there is, as boosts", MANELLI, (12 + 2 * sqrt(2)) / 27, pair, 0.002),
    Known("one bidder, two items, a fee and no prices", BOTH, (2 / 3) ** 1.5, bundle, 0.002),
]
