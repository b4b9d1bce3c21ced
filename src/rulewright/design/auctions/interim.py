"""The best auction for n alike bidders in reduced form: what one bidder of type θ expects, Q_j(θ) and U(θ).

    maximise   n Σ p(θ) [ Σ_j w_j(θ) Q_j(θ) + κ (Σ_j θ_j Q_j(θ) − U(θ)) ],    U ≥ 0, incentives as in `incentives`
    Border     n Σ_{θ∈S} p(θ) Q_j(θ) ≤ 1 − (1 − p(S))^n        for every item j and every set S of types

These inequalities say exactly which Q can be carried out (Border 1991, Econometrica 59), and among the 2^types of them the
sets {Q_j ≥ λ} are broken first. So: solve, sort Q_j, and add the sets of one order that are broken, all at once. One order's
sets are nested, and cost no more than one row of the matrix together: with z_k = z_{k−1} + Σ p Q over the k-th step of the
order, the inequality is a bound on z_k.

Points from the interior of the optimal face make deep cuts, and no basis is worth keeping: every round is solved afresh by
the interior point method without crossover, with sets that have become slack left out. The first order comes from coarser
grids. What the last round leaves broken is repaired by scaling (Q, U) down, which keeps incentives: `value` is attained,
`bound` is the programme's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics.incremental import Growing
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .incentives import Incentives
from .optimal import TOLERANCE, most_utility, regrets, weights
from .setting import Setting, is_grid, product, setting
from .symmetry import numbered, orbits, symmetries

ROUNDS = 200
COARSEST, FINER = 10, 1.5  # points on the longest axis of the first grid, and how the grids grow
COARSE = 1e-4  # break of a Border row at which a coarse grid has said enough
SLACK = 1e-5  # sets that are slack by more are left out of the next round, while the bound still falls
FALLS = 1e-9
TIE = 1e-7  # values of Q closer than this are one level


@dataclass(frozen=True, eq=False)
class Interim:
    """An optimal auction in reduced form, and how far each kind of row is missed, all rows looked at."""

    setting: Setting = field(repr=False)
    """Of one bidder."""
    bidders: int
    allocation: Array = field(repr=False)
    """Q[item, type]; the probability with which a bidder of this type expects to get the item."""
    payments: Array = field(repr=False)
    """t[type]; money that a bidder of this type expects to pay."""
    value: float
    """The goal, all bidders together, attained after scaling."""
    bound: float
    """The programme's optimum: no auction on this grid does better, up to the solver's tolerance."""
    revenue: float
    lie: float
    """The most that any type gains by any lie. Money."""
    stay_away: float
    oversold: float
    """The most by which an inequality of Border is broken; all sets {Q_j ≥ λ} looked at."""
    rows_used: int
    """Incentive rows that the programme held in the end."""
    rows_possible: int
    sets_used: int
    """Border's inequalities in the last round."""
    rounds: int
    seconds: float
    """CPU-seconds, coarse grids included."""


def interim(
    values: Any,
    prior: Any = None,
    *,
    bidders: int,
    goal: str | float | Array = "revenue",
    demand: str = "additive",
    tolerance: float = TOLERANCE,
) -> Interim:
    """The best Bayesian auction for `bidders` alike, by what each expects: for grids of up to some thousand types.

    `values`, `prior`, `goal`, `tolerance` as in `optimal`, but one table, and a goal that is an array is [1, item, type]. Unit
    demand is served for one bidder: for several, items are tied together in a way that Border's inequalities do not say.
    A coarse grid overstates the continuum by O(1/g). Raises InputError, TooLarge, Unsolved.
    """
    start = time.process_time()
    if demand == "unit" and bidders > 1:
        raise InputError(
            where="interim auction",
            needed="additive demand, or one bidder",
            found=f"unit demand of {bidders} bidders",
            remedy="Use `optimal` with Bayesian incentives.",
        )
    if isinstance(values, tuple) or isinstance(prior, tuple):
        raise InputError(where="interim auction", needed="one table for bidders that are alike", found="several")
    if bidders < 1:
        raise InputError(where="interim auction", needed="at least one bidder", found=str(bidders))
    about = setting(values, prior, 1, demand)
    guess = _guess(about, bidders, goal) if bidders > 1 and not isinstance(goal, np.ndarray) else None
    model = _Reduced(about, bidders, goal, guess)
    model.solve(tolerance, tolerance)
    return model.result(start)


def capacity(chance: Array, bidders: int) -> Array:
    """(1 − (1 − p(S))^n)/n: the most that Σ_S p·Q can be."""
    return (1 - (1 - np.minimum(chance, 1)) ** bidders) / bidders


class _Reduced:
    """The programme of one grid. `orders`: per family (item, order of types, sizes k of the sets in it)."""

    def __init__(self, about: Setting, n: int, goal: str | float | Array, guess: Array | None) -> None:
        self.about, self.n = about, n
        self.table, self.chance = about.types[0], about.prior[0]
        types = len(self.table)
        reserve((4, types, types), f"the incentive rows of {types} types")
        earned, self.money = weights(about, goal)
        self.earned = earned[0]
        swaps = symmetries(about, earned)
        labels = orbits((1, about.items, types), swaps)[0]
        self.first, self.number = numbered(labels)
        self.kinds = np.unique(orbits((1, about.items, 1), swaps))
        self.first_utility, kind = numbered(orbits((1, 1, types), swaps)[0, 0])
        self.utility_number = kind
        self.utility = kind + len(self.first)
        pairs = orbits((types, types), [swap.own_types(0) for swap in swaps])
        self.incentives = Incentives(self.table, self.utility[:, None], self.number[:, :, None], pairs[:, :, None])
        self.incentives.used = self.incentives.local()
        self.orders: list[tuple[int, Array, Array]] = []
        if guess is not None:
            for j in self.kinds:
                self.orders.append((int(j), np.argsort(-guess[j], kind="stable"), np.arange(types)))
        self.rounds = 0

    def solve(self, border: float, incentive: float) -> None:
        """Rounds until no inequality of Border is broken by more than `border`, and no incentive by more than `incentive`."""
        best, size = np.inf, float(np.ptp(self.table)) or 1.0
        for self.rounds in range(1, ROUNDS + 1):
            programme, sets = self._programme()
            found = programme.solve(maximise=True, method="interior")
            x = found.point()
            self.bound, self.sets = found.value, sum(map(len, sets))
            self.q, self.u = np.clip(x[self.number], 0, 1), np.maximum(x[self.utility], 0)
            if self.bound < best - FALLS * size:
                self._leave_out_slack()
            best = min(best, self.bound)
            broken = self._add_sets(border)
            gains = self.incentives.gains(self.u[:, None], self.q[:, :, None])
            codes = self.incentives.broken(gains, incentive * size)
            self.incentives.used = np.concatenate([self.incentives.used, codes])
            if not broken and not len(codes):
                return
        raise Unsolved(where="interim auction", needed="no broken row", found=f"some after {ROUNDS} rounds")

    def _programme(self) -> tuple[Growing, list[Array]]:
        n, programme = self.n, Growing()
        cost = self.chance * (self.earned + self.money * self.table.T)
        allocation = np.bincount(self.number.ravel(), weights=n * cost.ravel())
        programme.add_columns(len(self.first), upper=1.0, cost=allocation)
        utility = np.bincount(self.utility_number, weights=self.chance)
        most = most_utility(self.table, self.money)
        programme.add_columns(len(self.first_utility), upper=most, cost=-n * self.money * utility)
        if self.about.demand == "unit":
            rows = programme.add_rows(len(self.first_utility), upper=1.0)
            programme.put(rows[:, None], self.number[:, self.first_utility].T, 1.0)
        self.incentives.write(programme, self.incentives.used)
        return programme, [self._nested(programme, *order) for order in self.orders]

    def _nested(self, programme: Growing, item: int, order: Array, sizes: Array) -> Array:
        """Columns z_k = Σ p·Q over the first `sizes`[k] + 1 types of the order, bounded by what Border allows."""
        level = np.searchsorted(sizes, np.arange(len(order)))  # which step of the chain a position belongs to
        inside = level < len(sizes)
        z = programme.add_columns(len(sizes), upper=capacity(np.cumsum(self.chance[order])[sizes], self.n))
        rows = programme.add_rows(len(sizes), upper=0.0)
        programme.put(rows, z, -1.0)
        programme.put(rows[1:], z[:-1], 1.0)
        members = order[inside]
        programme.put(rows[level[inside]], self.number[item, members], self.chance[members])
        return z

    def _excess(self, item: int, order: Array) -> Array:
        """[k]: by how much the first k + 1 types of the order expect more than Border allows."""
        expected = np.cumsum((self.chance * self.q[item])[order])
        return expected - capacity(np.cumsum(self.chance[order]), self.n)

    def _leave_out_slack(self) -> None:
        kept = []
        for item, order, sizes in self.orders:
            tight = sizes[self._excess(item, order)[sizes] > -SLACK]
            if len(tight):
                kept.append((item, order, tight))
        self.orders = kept

    def _add_sets(self, tolerance: float) -> int:
        """Add the broken sets {Q_j ≥ λ}; returns how many are broken by more than the tolerance."""
        count = 0
        for item in self.kinds if self.n > 1 else ():
            order = np.argsort(-self.q[item], kind="stable")
            levels = np.append(-np.diff(self.q[item][order]) > TIE, True)
            excess = self._excess(int(item), order)
            broken = np.flatnonzero(levels & (excess > tolerance / 10))
            if len(broken):
                self.orders.append((int(item), order, broken))
            count += int((excess[broken] > tolerance).sum())
        return count

    def result(self, start: float) -> Interim:
        items, chance = self.about.items, self.chance
        share = 1.0
        for j in range(items):
            order = np.argsort(-self.q[j], kind="stable")
            expected = np.cumsum((chance * self.q[j])[order])
            allowed = capacity(np.cumsum(chance[order]), self.n)
            share = min(share, float((allowed / np.maximum(expected, allowed)).min()))
        self.q, self.u = share * self.q, share * self.u
        payments = (self.table.T * self.q).sum(axis=0) - self.u
        revenue = self.n * float(chance @ payments)
        lie, stay = regrets(self.about, self.q[None], payments[None], True)
        orders = [np.argsort(-self.q[j], kind="stable") for j in range(items)]
        return Interim(
            self.about,
            self.n,
            self.q,
            payments,
            value=self.n * float((chance * self.earned * self.q).sum()) + self.money * revenue,
            bound=self.bound,
            revenue=revenue,
            lie=lie,
            stay_away=stay,
            oversold=max(0.0, *(float(self._excess(j, order).max()) for j, order in enumerate(orders))),
            rows_used=len(self.incentives.used),
            rows_possible=self.incentives.possible,
            sets_used=self.sets,
            rounds=self.rounds,
            seconds=time.process_time() - start,
        )


# ── a first guess from a coarser grid ───────────────────────────────────────────────────────────────────────────────


def _guess(about: Setting, n: int, goal: str | float) -> Array | None:
    """Q[item, type] interpolated from coarser and coarser grids; None where the types are no grid, or a small one."""
    grids = is_grid(about.types[0])
    longest = max(map(len, grids)) if grids else 0
    if grids is None or longest <= COARSEST:
        return None
    law = about.prior[0].reshape([len(grid) for grid in grids])
    size, guess, before = COARSEST, None, grids
    while size < longest:
        shape = [max(1, min(len(grid), round(len(grid) * size / longest))) for grid in grids]
        coarse, chance = _coarser(grids, law, shape)
        model = _Reduced(
            setting(product(*coarse), chance.ravel(), 1, about.demand), n, goal, _finer(guess, before, coarse)
        )
        model.solve(COARSE, COARSE)
        guess, before = model.q, coarse
        size = max(size + 1, round(size * FINER))
    return _finer(guess, before, grids)


def _coarser(grids: tuple[Array, ...], law: Array, shape: list[int]) -> tuple[tuple[Array, ...], Array]:
    """The grid with fewer points: cells of equal width in the index, with the mean value and the mass of what they cover."""
    means = []
    for axis, (grid, count) in enumerate(zip(grids, shape, strict=True)):
        edges, fine = np.linspace(0, len(grid), count + 1), np.arange(len(grid))
        overlap = np.minimum(edges[1:, None], fine + 1) - np.maximum(edges[:-1, None], fine)
        overlap = np.maximum(overlap, 0)  # [coarse, fine]
        own = law.sum(axis=tuple(k for k in range(law.ndim) if k != axis))
        own = own * overlap if len(own) == len(grid) else overlap
        means.append(own @ grid / own.sum(axis=1))
        law = np.moveaxis(np.tensordot(overlap, law, axes=(1, axis)), 0, axis)
    return tuple(means), law / law.sum()


def _finer(guess: Array | None, grids: tuple[Array, ...], finer: tuple[Array, ...]) -> Array | None:
    """[item, type of the finer grid], interpolated along each axis in the index."""
    if guess is None:
        return None
    array = guess.reshape(len(guess), *map(len, grids))
    for axis, (few, many) in enumerate(zip(grids, finer, strict=True), start=1):
        here, there = ((np.arange(len(grid)) + 0.5) / len(grid) for grid in (few, many))
        right = np.clip(np.searchsorted(here, there), 1, max(len(here) - 1, 1))
        left = right - 1
        right = np.minimum(right, len(here) - 1)
        gap = np.where(right > left, here[right] - here[left], 1)
        weight = np.clip((there - here[left]) / gap, 0, 1).reshape([-1 if k == axis else 1 for k in range(array.ndim)])
        array = np.take(array, left, axis=axis) * (1 - weight) + np.take(array, right, axis=axis) * weight
    return array.reshape(len(guess), -1)
