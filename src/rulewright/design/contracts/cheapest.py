"""The cheapest contract for one action, and the proof where there is none. Rows are added as they are broken.

Grossman & Hart 1983 (Econometrica 51), first step. If action a cannot be brought about, some mixture of other actions has the
same law of outcomes (or one that no allowed contract punishes enough) at a lower cost: the multipliers of the programme are it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...errors import Unsolved
from ...numerics import rational
from ...numerics.exact import LARGEST_SYSTEM, ONE, ZERO, Exact, dot, inner
from ...numerics.linear import unique_solution
from ...numerics.linprog import INFINITY, Programme, Solution
from ...numerics.rational import Array
from .setting import Setting

BROKEN = 1e-9  # an incentive is broken by more than this, in units of the costs
AT_ONCE = 8  # broken incentives added in a round
FACTORS = (1, 10, 10**3, 10**5, 10**7)  # by which a proof that there is no contract is scaled into a bound on its price


@dataclass(frozen=True, eq=False)
class Tried:
    """The cheapest contract for one action, as far as it was looked for."""

    action: int
    status: str
    """"optimal", "dear" (cannot beat what was found before) or "impossible"."""
    paid: float
    """Least expected payment; a lower bound of it where "dear"."""
    x: Array | None = field(repr=False)
    against: tuple[int, ...] = field(repr=False)
    """Actions whose incentive rows were needed."""
    prices: Array = field(repr=False)
    """[row]; multipliers of `Setting.rows(action, against)`."""

    @property
    def binding(self) -> list[int]:
        """Actions whose incentives have a price."""
        return [
            b for b, y in zip(self.against, self.prices[len(self.prices) - len(self.against) :], strict=True) if y > 0
        ]

    def point(self) -> Array:
        """`x`, or Unsolved where there is none."""
        if self.x is None:
            raise Unsolved(where="contract", needed="a contract for the action", found=f"one that is {self.status}")
        return self.x


def cheapest(asked: Setting, a: int, *, too_dear: float = INFINITY, like: Tried | None = None) -> Tried:
    """The cheapest contract that brings action a about; given up once it is known to cost `too_dear` or more.

    The rows that mattered for another action, `like`, are there from the start.
    """
    cost = asked.floating[1]
    unit = float(np.ptp(cost)) or float(np.abs(cost).max()) or 1.0
    start = int(np.argmin(cost))
    known = [] if like is None else [like.action, *like.binding]
    against = [b for b in dict.fromkeys([start, *known]) if b != a]
    if start != a and too_dear < INFINITY:
        paid, price = _one_row(asked, a, start)
        if paid >= too_dear:
            return Tried(a, "dear", paid, None, (start,), np.array([price]))
    while True:
        rows, sides = asked.rows(a, against, exact=False)
        low, high = asked.limits(a, exact=False)
        found = _solve(asked.objective(a, False), rows, sides / unit, low / unit, high / unit)
        if found.x is None:
            proof = _solve(None, rows, sides / unit, low / unit, high / unit)
            return Tried(a, "impossible", INFINITY, None, tuple(against), _prices(proof, len(sides)))
        x, paid = found.x * unit, found.value * unit
        if paid >= too_dear:
            return Tried(a, "dear", paid, None, tuple(against), _prices(found, len(sides)))
        slack = asked.slacks(a, x)
        slack[against] = 0
        broken = np.flatnonzero(slack < -BROKEN * unit)
        if not len(broken):
            return Tried(a, "optimal", paid, x, tuple(against), _prices(found, len(sides)))
        against = [*against, *(int(b) for b in broken[np.argsort(slack[broken])[:AT_ONCE]])]


def _one_row(asked: Setting, a: int, b: int) -> tuple[float, float]:
    """(least payment, multiplier) where b is the only other action: all is paid where it is least likely under b, against a."""
    if asked.kind != "free" or asked.variation or asked.outside is not None or any(asked.low):
        return -INFINITY, 0.0
    G, cost, _ = asked.floating
    likely = G[a] > 0
    edge = 1 - float((G[b, likely] / G[a, likely]).min())
    price = 1 / edge if edge > 1e-9 else 0.0
    return price * max(float(cost[a] - cost[b] + float(asked.slack)), 0.0), price


def _solve(cost: Array | None, rows: Array, sides: Array, low: Array, high: Array) -> Solution:
    """The programme in the solver's units; without a cost, the least by which all rows have to give."""
    programme = Programme()
    columns = programme.add_columns(len(low), lower=low, upper=high, cost=0.0 if cost is None else cost)
    at = programme.add_rows(len(sides), lower=sides)
    programme.put(at[:, None], columns, rows)
    if cost is None:
        programme.put(at, programme.add_columns(1, cost=1.0), 1.0)
    return programme.solve()


def _prices(found: Solution, count: int) -> Array:
    return np.zeros(count) if found.duals is None else np.maximum(found.duals, 0)


# ── in rationals ────────────────────────────────────────────────────────────────────────────────────────────────────


def exactly(asked: Setting, found: Tried) -> Exact:
    """The contract in rationals, breaking no incentive of any action; rows that rounding breaks are added."""
    against = list(found.against)
    while True:
        exact = asked.linear(found.action, against).exactly()
        slack = asked.slacks(found.action, exact.x)
        slack[against] = ZERO
        broken = [int(b) for b in np.argsort(slack)[:AT_ONCE] if slack[b] < 0]
        if not broken:
            return exact
        against += broken


def least_price(asked: Setting, found: Tried, enough: Fraction) -> Fraction:
    """What bringing the action about costs at the least, proved by the multipliers; `enough` is all that is asked for."""
    linear = asked.linear(found.action, list(found.against))
    prices = rational.filled(found.prices.shape, rational.simplest(found.prices, 1e-12))
    best = inner(asked.law[found.action], asked.low) if asked.kind != "monotone" else ZERO
    for factor in FACTORS if found.status == "impossible" else (1,):
        bound = linear.least(prices * Fraction(factor))[1]
        if bound is not None:
            best = max(best, bound)
        if best >= enough:
            break
    return best


@dataclass(frozen=True, eq=False)
class NotImplementable:
    """Why no allowed contract brings an action about: a mixture of other actions that the agent likes better under each."""

    setting: Setting = field(repr=False)
    action: int
    mixture: Array
    """[action]; exact chances, summing to one."""
    saving: Fraction
    """Expected cost that the mixture saves (and the slack that was asked for)."""
    punished: Fraction
    """The most by which any allowed contract pays the action better than the mixture; below `saving`."""

    @property
    def proved(self) -> bool:
        return self.punished < self.saving

    def describe(self) -> str:
        names = self.setting.actions
        mix = " + ".join(f"{q} {names[b]}" if q != 1 else names[b] for b, q in enumerate(self.mixture) if q)
        same = not (self.mixture.dot(self.setting.law) - self.setting.law[self.action]).any()
        law = (
            "has the same law of outcomes" if same else f"can be punished by at most {rational.decimal(self.punished)}"
        )
        return f"{names[self.action]} cannot be brought about: {mix} {law} and saves {rational.decimal(self.saving)}."


def why_not(asked: Setting, a: int) -> NotImplementable | None:
    """The reason that action a cannot be brought about by incentives; None where it can, or no exact reason was found."""
    found = cheapest(asked, a)
    if found.status != "impossible" or not found.against:
        return None
    against = list(found.against)
    weights = found.prices[-len(against) :]
    used = [k for k in range(len(against)) if weights[k] > 1e-9]
    candidates = []
    if 0 < len(used) <= LARGEST_SYSTEM:
        chosen = asked.law[[against[k] for k in used]]
        system = [*chosen.T.tolist(), [ONE] * len(used)]
        candidates.append((used, unique_solution(system, [*asked.law[a], ONE])))
        rounded = rational.simplest(weights[used] / weights[used].sum(), 1e-9)
        candidates.append((used, [q / sum(rounded) for q in rounded]))
    for rows, chances in candidates:
        if chances is None or min(chances) < 0:
            continue
        mixture = np.full(len(asked.law), ZERO, dtype=object)
        mixture[[against[k] for k in rows]] = chances
        reason = _reason(asked, a, mixture)
        if reason is not None and reason.proved:
            return reason
    return None


def _reason(asked: Setting, a: int, mixture: Array) -> NotImplementable | None:
    saving = asked.exact_cost[a] - inner(mixture, asked.exact_cost) + asked.slack
    better = asked.G[a] - dot(asked.G.T, mixture)
    low, high = asked.limits(a, exact=True)
    most = ZERO
    for g, least, largest in zip(better, low, high, strict=False):
        if g > 0 and largest == INFINITY:
            return None
        if g:
            most += g * (largest if g > 0 else least)
    return NotImplementable(asked, a, mixture, saving, most)
