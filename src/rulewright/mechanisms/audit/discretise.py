"""What a mechanism does on a grid of types, as a certificate that a stranger can check: `rulewright check` reads it.

Types are the points of a grid; the mechanism is asked at every profile of them, and its answers are written as
rationals: chances in multiples of 1/720720, payments as the simplest rationals within 10⁻¹². What is claimed is
claimed of that table, and of no type between the points:

    dominant    truth is best, whatever the others are and say; by a margin, which is the largest that holds
    voluntary   nobody gets less than by staying away, which is worth nothing

A claim that fails is left out of the certificate and given back with its counterexample, beside the largest gain of
any lie on the grid (`slack`). Revenue is an exact sum over the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...design import auctions
from ...design.auctions import midpoints, product
from ...design.auctions.exact import CLOSE, Exact
from ...design.auctions.setting import setting
from ...errors import InputError, TooLarge
from ...numerics import rational
from ...numerics.rational import Array
from ...verify import claims
from ...verify.certificate import sealed, statement
from ...verify.prover import Counterexample, Proved, prove_all
from ..decisions import Allocation
from ..mechanism import Mechanism
from .watched import Watched, reach

SHARES = 720_720
MOST = 4_096  # entries of the game's table for one player


@dataclass(frozen=True, eq=False)
class Discretised:
    """A mechanism on a grid."""

    types: Array = field(repr=False)
    """[type, item]: the same for all bidders."""
    exact: Exact = field(repr=False)
    """The table in Fractions; nothing about it is proved but what `proved` says."""
    proved: tuple[Proved | Counterexample, ...]
    """Truthful (dominant), voluntary."""
    slack: Fraction
    """The most that a type gains by saying another: 0 if truth is dominant on the grid."""
    revenue: Fraction
    """Expected payments, types equally likely."""
    certificate: dict[str, Any] = field(repr=False)
    """What `rulewright check` reads; of the claims those that hold."""


def discretised(mechanism: Mechanism, points: int = 2, *, title: str = "") -> Discretised:
    """The mechanism at all profiles of a midpoint grid of so many values for each item.

    For a few bidders of one law, one or two items and few points. Raises InputError, TooLarge.
    """
    there = mechanism.environment
    if not isinstance(there.decisions, Allocation) or any(law != there.laws[0] for law in there.laws):
        raise InputError(
            where="discretise", needed="an auction of items, bidders of one law", found=str(there.decisions)
        )
    if there.decisions.demand == "unit" and there.agents > 1:
        raise InputError(where="discretise", needed="additive demand, or one bidder", found="unit demand of several")
    n, m = there.agents, there.dimensions
    if points < 1 or points ** (m * n) * (n + 1) ** m > MOST:
        raise TooLarge(
            where="discretise",
            needed=f"points ≥ 1, and types of all times allocations at most {MOST}",
            found=f"{points} points, {points ** (m * n) * (n + 1) ** m}",
            remedy="Take fewer points.",
        )
    low, high = reach(there.laws[0])
    table = product(*(midpoints(points, float(a), float(b)) for a, b in zip(low, high, strict=True)))
    if not np.asarray(there.laws[0].holds(table)).all():
        raise InputError(where="discretise", needed="a law on a box", found=str(there.laws[0]))
    exact = _table(mechanism, table, n)
    game, words = auctions.additive_auction_game(table, bidders=n), auctions.mechanism(exact)
    induced = words(game)
    said = statement(game, words.as_data(game), words.truth(induced), title=title or f"{there.name} on a grid")
    slack = _slack(exact)
    asked = [
        claims.dominant(),
        claims.voluntary({f"bidder {i + 1}": [0] * len(table) for i in range(n)}),
    ]
    proved = prove_all(asked, said)
    kept = [p.claim for p in proved if p.holds]
    return Discretised(table, exact, tuple(proved), slack, exact.revenue, sealed(said, kept))


def _table(mechanism: Mechanism, table: Array, n: int) -> Exact:
    """The answers in Fractions."""
    index = np.indices((len(table),) * n).reshape(n, -1)
    watched = Watched(mechanism)
    found = watched.outcome(np.swapaxes(table[index], 0, 1))
    if watched.unfinite:
        raise InputError(
            where="discretise", needed="finite answers on the grid", found=f"{watched.unfinite} that are not"
        )
    shape = (len(table),) * n
    whole = np.rint(np.moveaxis(found.decision, 0, -1) * SHARES).astype(np.int64)  # [bidder, item, profile]
    if whole.min() < 0:
        raise InputError(where="discretise", needed="chances of at least 0", found=f"{found.decision.min():.3g}")
    over = np.maximum(whole.sum(axis=0) - SHARES, 0)
    if over.max() > n:
        raise InputError(
            where="discretise", needed="items sold at most once", found=f"{1 + over.max() / SHARES:.6g} times"
        )
    most = np.expand_dims(whole.argmax(axis=0), 0)
    np.put_along_axis(whole, most, np.take_along_axis(whole, most, 0) - over, 0)
    shares = rational.filled(whole.shape, [Fraction(int(x), SHARES) for x in whole.flat])
    paid = np.moveaxis(found.payments, 0, -1)
    money = rational.filled(paid.shape, rational.simplest(paid.ravel(), CLOSE))
    about = setting(table, None, n, mechanism.environment.decisions.demand)  # type: ignore[attr-defined]
    types = tuple(rational.filled(t.shape, rational.simplest(t.ravel(), CLOSE)) for t in about.types)
    prior = tuple(rational.exact_law(p) for p in about.prior)
    revenue = money.sum() / Fraction(money.shape[1])
    return Exact(about, types, prior, shares.reshape(n, -1, *shape), money.reshape(n, *shape), revenue, 0.0, 0)


def _slack(exact: Exact) -> Fraction:
    """The most that any type gains by saying another, at any types of the others."""
    most = Fraction(0)
    for i, table in enumerate(exact.types):
        x = np.moveaxis(exact.allocation[i], 1 + i, 1).reshape(table.shape[1], len(table), -1)  # [item, report, others]
        paid = np.moveaxis(exact.payments[i], i, 0).reshape(len(table), -1)
        for t, mine in enumerate(table):
            gets = np.tensordot(mine, x, axes=1) - paid  # [report, others]
            most = max(most, (gets - gets[t]).max())
    return most
