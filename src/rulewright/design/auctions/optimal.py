"""The best auction with all profiles written out: q_ij(θ), the chance that bidder i gets item j, and utilities U_i.

    maximise   Σ p(θ) [ Σ_ij w_ij(θ) q_ij(θ) + κ Σ_i t_i(θ) ],    t_i = Σ_j θ_ij q_ij − U_i
    supply     Σ_i q_ij(θ) ≤ 1              unit demand    Σ_j q_ij(θ) ≤ 1              voluntary    U_i ≥ 0
    dominant   U_i(θ) ≥ U_i(r,θ_-i) + Σ_j (θ_ij − r_j) q_ij(r,θ_-i)               Bayesian: the same for averages over θ_-i

Revenue is w = 0, κ = 1; welfare is w_ij(θ) = θ_ij, κ = 0. With additive values an allocation matters to a bidder only item
by item, so that q need not range over joint allocations: any q with these rows is a lottery over them, items drawn
independently (with unit demand: Birkhoff 1946). Mechanism design as a linear programme: Conitzer & Sandholm 2002, UAI 18.

What makes it small: one variable per orbit of the symmetries between bidders and between items (`symmetry`), and incentive
rows that are added when they are broken (`incentives`). All rows, of all bidders, are checked in the end. A grid overstates
the continuum by O(1/g): a midpoint grid's optimum is no bound for continuous values.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics.incremental import Growing
from ...numerics.linprog import INFINITY
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .incentives import Incentives
from .setting import Setting, setting
from .symmetry import numbered, orbits, symmetries

INCENTIVES = ("dominant", "bayesian")
TOLERANCE = 1e-8  # gain of a lie, in units of the largest value, that counts as none
ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Auction:
    """An optimal direct auction on a grid, and how far each kind of row is missed, all rows looked at."""

    setting: Setting = field(repr=False)
    incentives: str
    """"dominant" or "bayesian"."""
    allocation: Array = field(repr=False)
    """q[bidder, item, *types]; probability that the bidder gets the item."""
    payments: Array = field(repr=False)
    """t[bidder, *types]; money from the bidder to the seller. Bayesian: depends on the bidder's own type only."""
    value: float
    """The goal that was maximised."""
    revenue: float
    welfare: float
    lie: float
    """The most that any type gains by any lie; incentive rows hold up to this. Money."""
    stay_away: float
    """The most that any type gains by staying away."""
    oversold: float
    """The most by which the probabilities of one item, or of one bidder with unit demand, exceed one."""
    rows_used: int
    """Incentive rows that the programme held in the end."""
    rows_possible: int
    """Incentive rows that there are, one of each orbit."""
    rounds: int
    symmetries: int
    """Exchanges of two bidders or two items that the programme was reduced by."""
    seconds: float
    """CPU-seconds."""


def optimal(
    values: Any,
    prior: Any = None,
    *,
    bidders: int = 1,
    incentives: str = "dominant",
    goal: str | float | Array = "revenue",
    demand: str = "additive",
    tolerance: float = TOLERANCE,
    method: str = "simplex",
) -> Auction:
    """The auction that maximises a linear goal, every profile written out: for few bidders and small grids.

    `values`: types V[type, item] (`product`, `midpoints` make grids), or a tuple of such tables for bidders that differ.
    `prior`: p[type], or a tuple; None for equal chances. `goal`: "revenue", "welfare", a number λ for
    λ·revenue + (1 − λ)·welfare, or what people get when bidder i has item j, [bidder, item, *types] (broadcast). `demand`:
    "additive" or "unit". Incentives and participation are "dominant" (ex post) or "bayesian" (interim). `tolerance` is
    relative to the largest value. `method`: as in `Growing.solve`; warm simplex won at every size tried.

    Raises InputError, TooLarge for grids that do not fit, Unsolved where the solver gives up.
    """
    start = time.process_time()
    if incentives not in INCENTIVES:
        raise InputError(where="auction", needed=f"incentives {' or '.join(INCENTIVES)}", found=repr(incentives))
    model = _Model(setting(values, prior, bidders, demand), incentives == "dominant", goal)
    rounds = model.solve(tolerance, method)
    return model.auction(rounds, incentives, start)


def weights(about: Setting, goal: str | float | Array) -> tuple[Array, float]:
    """(w[bidder, item, *types], κ): what each item earns people, and what each unit of money does."""
    shape = (about.bidders, about.items, *about.counts)
    reserve((4, *shape, max(about.counts)), f"the auction's rows with {' × '.join(map(str, about.counts))} types")
    if isinstance(goal, str):
        if goal not in ("revenue", "welfare"):
            raise InputError(
                where="auction goal", needed='"revenue", "welfare", a number or an array', found=repr(goal)
            )
        goal = float(goal == "revenue")
    if np.ndim(goal) == 0:
        share = float(goal)
        if not 0 <= share <= 1:
            raise InputError(where="auction goal", needed="a weight of revenue between 0 and 1", found=str(goal))
        return (1 - share) * about.worth(), share
    try:
        return np.broadcast_to(np.asarray(goal, float), shape), 0.0
    except ValueError:
        raise InputError(
            where="auction goal", needed=f"[bidder, item, *types] = {shape}", found=f"shape {np.shape(goal)}"
        ) from None


class _Model:
    """The programme: one column for each orbit of q and of U, rows for one bidder of each kind."""

    def __init__(self, about: Setting, dominant: bool, goal: str | float | Array) -> None:
        self.about, self.dominant = about, dominant
        earned, self.money = weights(about, goal)
        self.swaps = symmetries(about, earned)
        self.programme = Growing()
        n, items, counts = about.bidders, about.items, about.counts
        chance, self.worth = about.chance(), about.worth()
        self.earned = earned
        labels = orbits((n, items, *counts), self.swaps)
        first, number = numbered(labels)
        cost = np.bincount(number.ravel(), weights=(chance * (earned + self.money * self.worth)).ravel())
        self.allocation = self.programme.add_columns(len(first), upper=1.0, cost=cost)[number]
        self._at_most_one(orbits((1, items, *counts), self.swaps), 0)
        if about.demand == "unit":
            self._at_most_one(orbits((n, 1, *counts), self.swaps), 1)
        kinds = orbits((n, 1, *(1,) * n), self.swaps).ravel()
        self.kinds = [(int(i), int((kinds == i).sum())) for i in np.unique(kinds)]
        if dominant:
            first, number = numbered(orbits((n, 1, *counts), self.swaps))
            weight = np.bincount(number.ravel(), weights=np.broadcast_to(chance, (n, *counts)).ravel())
            most = max(most_utility(table, self.money) for table in about.types)
            self.utility = self.programme.add_columns(len(first), upper=most, cost=-self.money * weight)[number][:, 0]
            self.rows = [self._ex_post(i) for i, _ in self.kinds]
        else:
            self.rows = [self._interim(i, size) for i, size in self.kinds]
        for rows in self.rows:
            rows.add(self.programme, rows.local())

    def _at_most_one(self, labels: Array, axis: int) -> None:
        """Probabilities summed over bidders (axis 0) or items (axis 1) are at most one."""
        if self.allocation.shape[axis] == 1:
            return  # the column's own bound says it
        first, _ = numbered(labels)
        cells = np.moveaxis(self.allocation, axis, -1).reshape(-1, self.allocation.shape[axis])
        rows = self.programme.add_rows(len(first), upper=1.0)
        self.programme.put(rows[:, None], cells[first], 1.0)

    def _ex_post(self, i: int) -> Incentives:
        shape = (*self.about.counts, self.about.counts[i])
        actions = [swap.with_report(i) for swap in self.swaps if swap.maps or i not in swap.pair]
        pairs = np.moveaxis(orbits(shape, actions), [i, -1], [0, 1])
        types = self.about.counts[i]
        allocation, utility = by_own_type(self.allocation[i], i, 1), by_own_type(self.utility[i], i, 0)
        labels = pairs.reshape(types, types, -1)
        _, labels = np.unique(labels, return_inverse=True)  # as positions in [type, report, case]
        return Incentives(self.about.types[i], utility, allocation, _first_cells(labels.reshape(types, types, -1)))

    def _interim(self, i: int, size: int) -> Incentives:
        """New columns for what bidder i expects: Q_ij(θ_i) = Σ p(θ_-i) q_ij(θ), and U_i(θ_i)."""
        about, types = self.about, self.about.counts[i]
        swaps = [swap for swap in self.swaps if swap.maps]
        first, number = numbered(orbits((about.items, types), [s.own_items(i) for s in swaps]))
        expected = self.programme.add_columns(len(first), upper=1.0)
        rows = self.programme.add_rows(len(first), lower=0.0, upper=0.0)
        self.programme.put(rows, expected, -1.0)
        cells = by_own_type(self.allocation[i], i, 1).reshape(about.items * types, -1)[first]
        self.programme.put(rows[:, None], cells, about.others(i).ravel())
        one, kind = numbered(orbits((types,), [s.own_types(i) for s in swaps]))
        weight = np.bincount(kind, weights=about.prior[i])
        most = most_utility(about.types[i], self.money)
        utility = self.programme.add_columns(len(one), upper=most, cost=-self.money * size * weight)[kind]
        pairs = orbits((types, types), [s.own_types(i) for s in swaps])
        return Incentives(about.types[i], utility[:, None], expected[number][:, :, None], pairs[:, :, None])

    def solve(self, tolerance: float, method: str) -> int:
        size = max(float(np.ptp(table)) for table in self.about.types) or 1.0
        for rounds in range(1, ROUNDS + 1):
            self.x = self.programme.solve(maximise=True, method=method).point()
            news = 0
            for rows in self.rows:
                codes = rows.broken(rows.gains(self.x[rows.utility], self.x[rows.allocation]), tolerance * size)
                rows.add(self.programme, codes)
                news += len(codes)
            if not news:
                return rounds
        raise Unsolved(where="auction", needed="no broken incentive row", found=f"{news} after {ROUNDS} rounds")

    def auction(self, rounds: int, incentives: str, start: float) -> Auction:
        about, n = self.about, self.about.bidders
        q, chance = np.clip(self.x[self.allocation], 0, 1), about.chance()
        if self.dominant:
            payments = (self.worth * q).sum(axis=1) - self.x[self.utility]
        else:
            payments = np.empty((n, *about.counts))
            of_kind = orbits((n, 1, *(1,) * n), self.swaps).ravel()
            for rows, (kind, _) in zip(self.rows, self.kinds, strict=True):
                own = np.einsum("tj,jtz->t", rows.table, self.x[rows.allocation]) - self.x[rows.utility][:, 0]
                for i in np.flatnonzero(of_kind == kind):
                    payments[i] = own.reshape([-1 if k == i else 1 for k in range(n)])
        revenue = float((chance * payments).sum())
        lie, stay = regrets(about, q, payments, self.dominant)
        over = [q.sum(axis=0).max() - 1] + ([q.sum(axis=1).max() - 1] if about.demand == "unit" else [])
        return Auction(
            about,
            incentives,
            q,
            payments,
            value=float((chance * self.earned * q).sum()) + self.money * revenue,
            revenue=revenue,
            welfare=float((chance * self.worth * q).sum()),
            lie=lie,
            stay_away=stay,
            oversold=float(max(0.0, *over)),
            rows_used=sum(len(rows.used) for rows in self.rows),
            rows_possible=sum(rows.possible for rows in self.rows),
            rounds=rounds,
            symmetries=len(self.swaps),
            seconds=time.process_time() - start,
        )


def regrets(about: Setting, allocation: Array, payments: Array, dominant: bool) -> tuple[float, float]:
    """(most that a lie gains, most that staying away gains) over all bidders, types, reports and, if dominant, others.

    Read off q[bidder, item, *types] and t[bidder, *types] alone.
    """
    lie = stay = 0.0
    for i, table in enumerate(about.types):
        own, price = by_own_type(allocation[i], i, 1), by_own_type(payments[i], i, 0)
        if not dominant:
            others = about.others(i).ravel()
            own, price = (own @ others)[..., None], (price @ others)[..., None]
        for t, mine in enumerate(table):  # one true type at a time: [report, case]
            gain = np.tensordot(mine, own, axes=1) - price
            lie = max(lie, float((gain - gain[t]).max()))
            stay = max(stay, float(-gain[t].min()))
    return lie, stay


def most_utility(table: Array, money: float) -> float:
    """An upper bound for utilities where money has no weight and nothing else would hold them; else infinite.

    Incentives allow U(θ) − U(r) ≤ Σ_j |θ_j − r_j|, so that utilities from zero up to the sum of ranges are enough.
    """
    return INFINITY if money else float(np.ptp(table, axis=0).sum())


def by_own_type(array: Array, i: int, lead: int) -> Array:
    """[lead…, own type, others' types in one axis] from [lead…, *types]."""
    moved = np.moveaxis(array, lead + i, lead)
    return moved.reshape(*moved.shape[: lead + 1], -1)


def _first_cells(number: Array) -> Array:
    """Each orbit labelled by the position, in C order, of its first cell."""
    _, first = np.unique(number, return_index=True)
    return first[number]
