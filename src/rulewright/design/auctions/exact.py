"""From the solver's floats to an auction whose every row holds exactly, dominant incentives.

Given an allocation q in rationals, the utilities that satisfy all incentive rows, and leave the seller most, are the longest paths

    U(θ) = max(0, max over r of U(r) + Σ_j (θ_j − r_j) q_j(r))        for each bidder and each profile of the others,

and they exist exactly when q is cyclically monotone (Rochet 1987, J. Math. Econ. 16). They are found in whole numbers, over a
common denominator, by as many rounds as paths have steps. Where rounding q has closed a cycle that gains, q is mixed with a
share ε, the *cushion*, of the auction that gives item j with probability proportional to θ_j: the gradient of |θ|², so that
every cycle of it loses, by a square of the distance. ε is raised until the paths end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import lcm

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.rational import Array
from .optimal import Auction, by_own_type
from .setting import Setting

CLOSE = 1e-12  # a value is read as the simplest rational this near: 0.08333333333333333 is 1/12
DENOMINATOR = 720_720_000  # of probabilities: divisible by 1 … 16 and by 1000
CUSHIONS = (0.0, *(1e-8 * 4.0**k for k in range(12)))
LARGE = 2**61


@dataclass(frozen=True, eq=False)
class Exact:
    """An auction in Fractions; every incentive, participation and supply row has been checked in whole numbers."""

    setting: Setting = field(repr=False)
    types: tuple[Array, ...] = field(repr=False)
    """Per bidder [type, item], Fractions: the values as read."""
    prior: tuple[Array, ...] = field(repr=False)
    """Per bidder [type], Fractions."""
    allocation: Array = field(repr=False)
    """q[bidder, item, *types], Fractions."""
    payments: Array = field(repr=False)
    """t[bidder, *types], Fractions; from the bidder to the seller."""
    revenue: Fraction
    cushion: float
    """Share of the strictly truthful auction that was mixed in; 0 where none was needed."""
    rows: int
    """Rows that were checked, and hold."""


def exact(auction: Auction) -> Exact:
    """The same auction with rational probabilities and payments that satisfy all rows exactly; revenue maximal for these q.

    Raises InputError unless incentives are dominant, Unsolved where no cushion tried is enough.
    """
    if auction.incentives != "dominant":
        raise InputError(where="exact auction", needed="dominant incentives", found=auction.incentives)
    about = auction.setting
    types = tuple(rational.filled(t.shape, rational.simplest(t.ravel(), CLOSE)) for t in about.types)
    prior = tuple(rational.exact_law(p) for p in about.prior)
    unit = lcm(*(x.denominator for table in types for x in table.flat))
    tables = [np.array([int(x * unit) for x in t.flat], dtype=object).reshape(t.shape) for t in types]
    largest = max(abs(x) for t in tables for x in t.flat) * about.items * DENOMINATOR * 4 * max(about.counts)
    kind = np.int64 if largest < LARGE else object
    tables = [t.astype(kind) for t in tables]
    for cushion in CUSHIONS:
        shares = _shares(about, auction.allocation, cushion).astype(kind)
        utilities = [_longest_paths(table, by_own_type(shares[i], i, 1)) for i, table in enumerate(tables)]
        if all(found is not None for found in utilities):
            break
    else:
        raise Unsolved(where="exact auction", needed="a cushion that is enough", found=f"{cushion:g} is not")
    paid = []
    for i, (table, utility) in enumerate(zip(tables, utilities, strict=True)):
        worth = np.einsum("tj,jtz->tz", table, by_own_type(shares[i], i, 1)) - utility
        others = [count for k, count in enumerate(about.counts) if k != i]
        paid.append(np.moveaxis(worth.reshape(about.counts[i], *others), 0, i))
    rows = _check(about, tables, shares, np.stack(paid))
    payments = _fractions(np.stack(paid), DENOMINATOR * unit)
    chance = reduce(np.multiply.outer, prior)
    revenue = (payments.sum(axis=0) * chance).sum()
    return Exact(about, types, prior, _fractions(shares, DENOMINATOR), payments, revenue, cushion, rows)


def _fractions(whole: Array, denominator: int) -> Array:
    return rational.filled(whole.shape, [Fraction(int(x), denominator) for x in whole.flat])


def _shares(about: Setting, allocation: Array, cushion: float) -> Array:
    """q times the denominator in whole numbers, with the cushion, and nothing sold twice."""
    n, items = about.bidders, about.items
    low = min(float(t.min()) for t in about.types)
    span = max(float(t.max()) for t in about.types) - low or 1.0
    strict = (about.worth() - low) / (span * max(n, items if about.demand == "unit" else 1))
    shares = np.rint(((1 - cushion) * allocation + cushion * strict) * DENOMINATOR).astype(np.int64)
    for axis in (0, 1) if about.demand == "unit" else (0,):
        excess = np.maximum(shares.sum(axis=axis, keepdims=True) - DENOMINATOR, 0)
        largest = np.expand_dims(shares.argmax(axis=axis), axis)
        np.put_along_axis(shares, largest, np.take_along_axis(shares, largest, axis) - excess, axis)
    return shares


def _longest_paths(table: Array, shares: Array) -> Array | None:
    """[type, case]: least utilities that satisfy all incentive rows, or None where a cycle gains."""
    worth = np.einsum("tj,jrz->trz", table, shares)
    gain = worth - np.einsum("rj,jrz->rz", table, shares)  # [true type, report, case]
    utility = np.zeros((len(table), shares.shape[2]), dtype=shares.dtype)
    for _ in range(len(table) + 1):
        longer = np.maximum(utility, (gain + utility).max(axis=1))
        if (longer == utility).all():
            return utility
        utility = longer
    return None


def _check(about: Setting, tables: list[Array], shares: Array, paid: Array) -> int:
    """Number of rows, all of which hold; from the allocation and the payments alone. Raises Unsolved otherwise."""
    held = (shares >= 0).all() and (shares.sum(axis=0) <= DENOMINATOR).all()
    rows = shares[0].size
    if about.demand == "unit":
        held, rows = held and (shares.sum(axis=1) <= DENOMINATOR).all(), rows + shares[:, 0].size
    for i, table in enumerate(tables):
        offered, price = by_own_type(shares[i], i, 1), by_own_type(paid[i], i, 0)
        for t, mine in enumerate(table):
            lie = np.tensordot(mine, offered, axes=1) - price  # [report, case]
            held = held and (lie <= lie[t]).all() and (lie[t] >= 0).all()
            rows += lie.size
    if not held:
        raise Unsolved(where="exact auction", needed="rows that hold exactly", found="one that does not")
    return rows
