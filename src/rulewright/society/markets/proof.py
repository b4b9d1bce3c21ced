"""What floats found, in rationals that a checker accepts: floats find, rationals check (docs/economy_certificate.md).

Prices become p = q^m with rational q, so that demand is rational where σ·m is whole: everybody's bundle is then exactly affordable
and exactly the best at p, and only clearing is within ε; ε = 0 where prices are simple rationals, as with Cobb–Douglas tastes.
Firms that run must break even exactly: the prices of what they make follow from the others'.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import Impossible
from ...numerics import rational
from ...numerics.linear import unique_solution
from ...verify import economy_certificate as written
from ...verify import economy_checker as checker
from .economy import Economy
from .solve import FREE, Equilibrium, cobb_douglas

PARTS = 10**12  # of a price, when it is rounded
SIMPLE = 1e-10
RUNS = 1e-7  # level at which an activity runs, as a part of the largest endowment
ZERO = Fraction(0)


@dataclass(frozen=True)
class Exact:
    """An equilibrium in rationals."""

    root: int
    roots: list[Fraction]
    """q[k]; prices are q^m."""
    bundles: list[list[Fraction]]
    levels: list[Fraction]
    clearing: Fraction
    """ε: largest part of what is used of a good by which it does not clear."""
    missing: list[Fraction]

    @property
    def prices(self) -> list[Fraction]:
        return [q**self.root for q in self.roots]


def root(economy: Economy) -> int | None:
    """m: the least number that makes every σ·m whole; None where there is none that the checker reads, or tastes are linear."""
    if not np.isfinite(rational.floats(economy.elasticity)).all():
        return None
    sigmas = [rational.fraction(s) for s in economy.elasticity]
    if max(max(s.numerator, s.denominator) for s in sigmas) > checker.MOST_POWER:
        return None
    found = math.lcm(*(s.denominator for s in sigmas))
    return found if found <= checker.MOST_ROOT else None


def exactly(
    economy: Economy, found: Equilibrium, *, untraded: Sequence[int] = (), powers: Sequence[tuple[int, int]] = ()
) -> Exact | None:
    """The equilibrium in rationals; None where the form of certificates does not hold it.

    `untraded`: goods without a market; `powers`: (activity, owner) of those who set their price.
    """
    m = root(economy)
    if m is None:
        return None
    whole = economy.having(
        endowment=rational.exact(economy.endowment),
        shares=rational.exact(economy.shares),
        activities=rational.exact(economy.activities),
    )
    candidates = _candidates(whole, found, m, untraded, {a for a, _ in powers})
    made = [e for e in (_at(whole, found, m, q, untraded, powers) for q in candidates) if e is not None]
    return min(made, key=lambda e: e.clearing) if made else None


def _candidates(
    economy: Economy, found: Equilibrium, m: int, untraded: Sequence[int], powers: set[int]
) -> list[list[Fraction]]:
    if not len(economy.activities) and not untraded and all(s == 1 for s in economy.elasticity):
        try:
            return [cobb_douglas(economy)]
        except Impossible:
            return []
    p = found.prices / found.prices.max()
    floats = np.where(p > FREE, p, 0.0) ** (1 / m)
    rough = [rational.simplest(floats, SIMPLE), [Fraction(round(q * PARTS), PARTS) for q in floats]]
    runs = [
        a
        for a in range(len(economy.activities))
        if a not in powers and found.levels[a] > RUNS * rational.floats(economy.endowment).max()
    ]
    return [q for q in (_breaking_even(economy, q, m, runs) for q in rough) if q is not None]


def _breaking_even(economy: Economy, q: list[Fraction], m: int, runs: Sequence[int]) -> list[Fraction] | None:
    """Roots near q at which the activities that run make no profit: one price for each follows from the others."""
    if not runs:
        return q
    p = [x**m for x in q]
    rows = [list(economy.activities[a]) for a in runs]
    if all(sum(a * b for a, b in zip(row, p, strict=True)) == 0 for row in rows):
        return q
    pivots: list[int] = []
    for row in rows:  # what it makes most of, by value
        free = [j for j in range(len(p)) if j not in pivots and row[j] > 0 and p[j] > 0]
        if not free:
            return None
        pivots.append(max(free, key=lambda j: row[j] * p[j]))
    rest = [j for j in range(len(p)) if j not in pivots]
    solved = unique_solution(
        [[row[j] for j in pivots] for row in rows], [-sum((row[j] * p[j] for j in rest), ZERO) for row in rows]
    )
    if solved is None or min(solved) < 0 or m > 1:
        return None
    for j, value in zip(pivots, solved, strict=True):
        p[j] = value
    return p


def demanded(economy: Economy, i: int, q: Sequence[Fraction], m: int, income: Fraction) -> list[Fraction] | None:
    """Exact demand of consumer i on goods with a price; wanted goods without one as Leontief tastes have them, else None."""
    sigma, shares = rational.fraction(economy.elasticity[i]), economy.shares[i]
    power = int(sigma * m)
    if any(a > 0 and x == 0 for a, x in zip(shares, q, strict=True)) and power:
        return None
    each = [a / x**power if a else ZERO for a, x in zip(shares, q, strict=True)]
    cost = sum((a * x**m for a, x in zip(each, q, strict=True)), ZERO)
    return [a * income / cost for a in each] if cost else None


def _at(
    economy: Economy,
    found: Equilibrium,
    m: int,
    q: list[Fraction],
    untraded: Sequence[int],
    powers: Sequence[tuple[int, int]],
) -> Exact | None:
    q = [ZERO if j in untraded else x for j, x in enumerate(q)]
    p = [x**m for x in q]
    levels = [
        Fraction(round(b * PARTS), PARTS) if b > RUNS * float(max(economy.endowment.ravel())) else ZERO
        for b in found.levels
    ]
    profit = [sum((a * x for a, x in zip(row, p, strict=True)), ZERO) for row in economy.activities]
    inside = _traded(economy, untraded)
    bundles = []
    for i in range(economy.consumers):
        own = sum((w * x for w, x in zip(economy.endowment[i], p, strict=True)), ZERO)
        own += sum((levels[a] * profit[a] for a, owner in powers if owner == i), ZERO)
        x = demanded(inside, i, [v or Fraction(1) if j in untraded else v for j, v in enumerate(q)], m, own)
        if x is None:
            return None
        bundles.append(x)
    made = [sum((b * row[j] for b, row in zip(levels, economy.activities, strict=True)), ZERO) for j in range(len(p))]
    for j in untraded:
        for i in range(economy.consumers):
            own, all_ = economy.endowment[i, j], economy.total[j]
            bundles[i][j] = own + made[j] * own / all_ if all_ else ZERO
    missing = [sum((x[j] for x in bundles), ZERO) - economy.total[j] - made[j] for j in range(len(p))]
    worst = ZERO
    for j, lack in enumerate(missing):
        used = sum((x[j] for x in bundles), ZERO) + sum(
            (b * max(-row[j], ZERO) for b, row in zip(levels, economy.activities, strict=True)), ZERO
        )
        over = lack if not p[j] and j not in untraded else abs(lack)
        if over > 0:
            if not used:
                return None
            worst = max(worst, over / used)
    return Exact(m, q, bundles, levels, rounded_up(worst), missing)


def _traded(economy: Economy, untraded: Sequence[int]) -> Economy:
    """The same with no wish for what is not traded."""
    if not untraded:
        return economy
    shares = economy.shares.copy()
    shares[:, list(untraded)] = ZERO
    return economy.having(shares=shares)


def rounded_up(x: Fraction) -> Fraction:
    """The next power of ten; 0 for 0."""
    if x <= 0:
        return ZERO
    digits = len(str(x.numerator)) - len(str(x.denominator))  # 10^(digits − 1) < x < 10^(digits + 1)
    return next(ten for ten in (Fraction(10) ** (digits + k) for k in range(-1, 2)) if ten >= x)


def claimed(exact: Exact, *, untraded: Sequence[int] = (), powers: Sequence[int] = ()) -> dict[str, Any]:
    """The claim "equilibrium"."""
    return written.claim(
        "equilibrium",
        root=exact.root,
        prices=exact.roots,
        bundles=exact.bundles,
        levels=exact.levels,
        untraded=list(untraded),
        powers=list(powers),
        clearing=exact.clearing,
    )


def efficient(economy: Economy, exact: Exact) -> dict[str, Any] | None:
    """The claim "efficient" of the bundles, made feasible where they are within ε; None where that is not reached."""
    bundles, levels = exact.bundles, exact.levels
    if any(lack > 0 for lack in exact.missing):
        fits = _feasible(economy, bundles, [b * (1 + 4 * exact.clearing) for b in levels])
        if fits is None:
            return None
        bundles, levels = fits
    p = exact.prices
    spent = sum((a * b for x in bundles for a, b in zip(x, p, strict=True)), ZERO)
    worth = sum((rational.fraction(a) * b for a, b in zip(economy.total, p, strict=True)), ZERO)
    within = rounded_up(worth / spent - 1)
    return written.claim(
        "efficient", root=exact.root, prices=exact.roots, bundles=bundles, levels=levels, within=within
    )


def _feasible(
    economy: Economy, bundles: list[list[Fraction]], levels: list[Fraction]
) -> tuple[list[list[Fraction]], list[Fraction]] | None:
    """Bundles and levels in the same proportions that are feasible; None where what is not owned is missing."""
    total, activities = rational.exact(economy.total), rational.exact(economy.activities)
    scale = Fraction(1)
    for j in range(economy.goods):
        net = sum((x[j] for x in bundles), ZERO) - sum(
            (b * row[j] for b, row in zip(levels, activities, strict=True)), ZERO
        )
        if net > total[j]:
            if not total[j]:
                return None
            scale = min(scale, total[j] / net)
    return [[v * scale for v in x] for x in bundles], [b * scale for b in levels]


def better(economy: Economy, found: Equilibrium, multiple: float, than: int) -> dict[str, Any] | None:
    """The claim "better": an allocation between, in which all have more than in claim `than`; found has `multiple` times that."""
    if not multiple > 1 + 1e-6:
        return None
    keep = 1 / math.sqrt(multiple)
    more = 1 + (1 - keep) / 4
    bundles = [[Fraction(math.floor(v * keep * PARTS), PARTS) for v in x] for x in found.bundles]
    levels = [Fraction(math.ceil(b * keep * more * PARTS), PARTS) if b > 0 else ZERO for b in found.levels]
    fits = _feasible(economy, bundles, levels)
    return None if fits is None else written.claim("better", than=than, bundles=fits[0], levels=fits[1])


def supported(economy: Economy, weights: Sequence[Fraction]) -> dict[str, Any] | None:
    """The claim "supported" (second theorem) for the allocation with these parts of all income; Cobb–Douglas tastes, nothing made.

    p_j Ω_j = Σ_i α_ij B_i: its prices and transfers are rational. None for other economies.
    """
    if len(economy.activities) or any(s != 1 for s in economy.elasticity):
        return None
    total, shares, owns = (rational.exact(v) for v in (economy.total, economy.shares, economy.endowment))
    whole = sum(weights, ZERO)
    part = [rational.fraction(w) / whole for w in weights]
    p = [sum((a * b for a, b in zip(shares[:, j], part, strict=True)), ZERO) / total[j] for j in range(economy.goods)]
    if min(p) <= 0:
        return None
    bundles = [[shares[i, j] * part[i] / p[j] for j in range(economy.goods)] for i in range(economy.consumers)]
    transfers = [part[i] - sum((a * b for a, b in zip(owns[i], p, strict=True)), ZERO) for i in range(len(part))]
    return written.claim("supported", root=1, prices=p, bundles=bundles, levels=[], transfers=transfers)


def held(about: dict[str, Any], claims: Sequence[dict[str, Any] | None], title: str) -> dict[str, Any] | None:
    """A certificate of those claims that the checker accepts, in order; None where it accepts none."""
    kept: list[dict[str, Any]] = []
    for one in claims:
        if one is not None:
            try:
                verdict = checker.check(written.certificate(about, [*kept, one], title))[-1]
            except checker.NotACertificate:  # numbers longer than it reads
                continue
            kept += [one] * verdict.holds
    return written.certificate(about, kept, title) if kept else None
