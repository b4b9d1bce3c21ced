"""Many sites, many kinds of attacker, few audits: commitment in compact form (security games; Kiekintveld et al. 2009, AAMAS 8).

Site s is covered with probability c_s, Σ_s cost_s·c_s ≤ budget. An attacker of type k (chance p_k) gets u_ks at an uncovered
site and u_ks − d_ks, d ≥ 0, at a covered one; people get v_ks and v_ks + e_ks. Each type goes where it gets most, ties broken for
people. With z_ks = 1 if type k goes to s, y_ks = c_s·z_ks and r_k the level that type k reaches:

    maximise  Σ_k p_k Σ_s ( v_ks z_ks + e_ks y_ks )
    r_k ≥ u_ks − d_ks c_s  for every s         r_k = Σ_s ( u_ks z_ks − d_ks y_ks )         Σ_s z_ks = 1
    y_ks ≤ c_s         y_ks ≤ z_ks · max c_s         y_ks ≥ c_s − (1 − z_ks) · max c_s

There is no large constant: products are replaced by their convex hulls. What makes it fast at size: the lowest level that the
whole budget can push type k to (ORIGAMI's question, ibid.) rules out every site worth less; a point found on few
sites is a bound, and the linear relaxation's prices then rule out the pairs that cannot beat it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.linprog import INFINITY, Programme, Solution
from ...numerics.rational import Array
from .deterrence import needed_rate

FIRST = 5  # sites for each type in the small programme that looks for a good point
FIRST_SECONDS = 5.0
ROUNDS = 6
ATTEMPTS = 20  # programmes in a row, each for the replies to the last one's coverage
WORTH = 0.1  # of the widths of the levels, or of the pairs: another round must rule out more
CLOSE = 1e-7
TIE = 1e-7  # relative to the range of gains: attackers count as indifferent
SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Sites:
    """Where attackers may strike, and what that is worth to them and to people, with and without coverage. Floats."""

    gain: Array = field(repr=False)
    """u [type, site]; to the attacker, uncovered."""
    bite: Array = field(repr=False)
    """d [type, site] ≥ 0; what coverage takes from the attacker."""
    worth: Array = field(repr=False)
    """v [type, site]; to people, uncovered."""
    relief: Array = field(repr=False)
    """e [type, site]; what coverage gives back to people."""
    chances: Array = field(repr=False)
    """p [type]."""
    budget: float
    cost: Array = field(repr=False)
    """[site]; of full coverage."""
    most: Array = field(repr=False)
    """[site]; the largest coverage, at most 1."""

    @staticmethod
    def of(
        uncovered: Any,
        covered: Any,
        people_uncovered: Any,
        people_covered: Any,
        *,
        budget: float,
        chances: Any = None,
        cost: Any = 1.0,
        stay_away: Any = None,
    ) -> Sites:
        """From payoffs [type, site] (or [site]); `stay_away` [type] is what an attacker gets by leaving all sites alone.

        Raises InputError for shapes that differ, negative bites or a negative budget.
        """
        tables = [np.atleast_2d(rational.floats(x)) for x in (uncovered, covered, people_uncovered, people_covered)]
        u, c, v, w = tables
        types, sites = u.shape
        p = np.full(types, 1 / types) if chances is None else rational.floats(chances)
        if any(x.shape != u.shape for x in tables) or p.shape != (types,) or abs(p.sum() - 1) > 1e-9:
            shapes = ", ".join(str(x.shape) for x in (*tables, p))
            raise InputError(
                where="sites", needed="four tables of one shape [type, site], and chances that sum to 1", found=shapes
            )
        if (c > u).any() or not budget >= 0:
            raise InputError(where="sites", needed="coverage that never helps an attacker, and a budget of at least 0")
        price, most = np.broadcast_to(rational.floats(cost), sites).copy(), np.ones(sites)
        if stay_away is not None:  # one more place to go, which cannot be covered and harms nobody
            away = np.broadcast_to(rational.floats(stay_away), types)[:, None]
            u, c = (np.concatenate([x, away], axis=1) for x in (u, c))
            v, w = (np.concatenate([x, np.zeros((types, 1))], axis=1) for x in (v, w))
            price, most = np.append(price, 0.0), np.append(most, 0.0)
        return Sites(u, u - c, v, w - v, p, float(budget), price, most)

    def levels(self, coverage: Array) -> Array:
        """[type]: what each attacker can get at most under coverage [site]."""
        return np.asarray((self.gain - self.bite * coverage).max(axis=1))

    def replies(self, coverage: Array) -> Array:
        """[type]: where each attacker goes under coverage [site]; among what is best for it, what is best for people."""
        attacker = self.gain - self.bite * coverage
        tied = attacker >= attacker.max(axis=1, keepdims=True) - TIE * max(float(np.ptp(self.gain)), 1.0)
        return np.asarray(np.where(tied, self.worth + self.relief * coverage, -np.inf).argmax(axis=1))

    def value(self, coverage: Array) -> float:
        """What people expect under coverage [site], by the definition."""
        k, s = np.arange(len(self.chances)), self.replies(coverage)
        return float(self.chances @ (self.worth[k, s] + self.relief[k, s] * coverage[s]))


@dataclass(frozen=True, eq=False)
class Coverage:
    """The best coverage found, and a bound on any other."""

    coverage: Array = field(repr=False)
    """c [site]."""
    replies: Array = field(repr=False)
    """[type]: the site that each type goes to."""
    value: float
    """What people expect, evaluated by the definition."""
    bound: float
    """No coverage within the budget is worth more than this, up to the solver's tolerance."""
    how: str

    @property
    def gap(self) -> float:
        return max(self.bound - self.value, 0.0)

    @property
    def optimal(self) -> bool:
        return self.gap <= 1e-6 * max(1.0, abs(self.value))

    def describe(self) -> str:
        used = int((self.coverage > 1e-9).sum())
        sure = "the optimum" if self.optimal else f"and no coverage is worth more than {rational.decimal(self.bound)}"
        return f"Coverage of {used} sites is worth {rational.decimal(self.value)} to people, {sure}; {self.how}."


def lowest_levels(sites: Sites) -> Array:
    """[type]: the level that the whole budget, spent against one type alone, can push it to (bisection on what it costs)."""
    floor = (sites.gain - sites.bite * sites.most).max(axis=1)  # full coverage everywhere
    low, high = floor.copy(), sites.gain.max(axis=1)
    bite = np.where(sites.bite > 0, sites.bite, 1.0)
    for _ in range(60):
        level = (low + high) / 2
        needs = np.clip((sites.gain - level[:, None]) / bite, 0, None)
        enough = (needs * sites.cost).sum(axis=1) <= sites.budget
        low, high = np.where(enough, low, level), np.where(enough, level, high)
    cheap = ((np.clip((sites.gain - floor[:, None]) / bite, 0, None)) * sites.cost).sum(axis=1) <= sites.budget
    return np.asarray(np.where(cheap, floor, low))


@dataclass(frozen=True, eq=False)
class _Left:
    """What is left of the problem: levels that an optimum may have, and pairs that it may use."""

    low: Array
    """[type]."""
    high: Array
    """[type]."""
    types: Array
    """[pair]."""
    places: Array
    """[pair]; sites."""

    def only(self, keep: Array) -> _Left:
        return replace(self, types=self.types[keep], places=self.places[keep])


class _Compact:
    """The programme over what is left."""

    def __init__(self, sites: Sites, left: _Left, *, integer: bool = False, at_least: float | None = None) -> None:
        u, d = sites.gain, sites.bite
        types, count = u.shape
        k, s = left.types, left.places
        p, most, here, bite = sites.chances[k], sites.most[s], u[k, s], d[k, s]
        safe = np.where(bite > 0, bite, 1.0)
        # Where type k goes, its level lies within bounds, and coverage with it.
        top = np.where(bite > 0, np.clip((here - left.low[k]) / safe, 0, most), most)
        bottom = np.where(bite > 0, np.clip((here - left.high[k]) / safe, 0, top), 0)
        programme = self.programme = Programme()
        self.c = programme.add_columns(count, upper=sites.most)
        self.r = programme.add_columns(types, lower=left.low, upper=left.high)
        self.z = programme.add_columns(len(k), upper=1.0, cost=p * sites.worth[k, s], integer=integer)
        self.y = programme.add_columns(len(k), upper=most, cost=p * sites.relief[k, s])
        programme.put(programme.add_rows(1, upper=sites.budget), self.c, sites.cost)
        tempted = np.nonzero(u > left.low[:, None] + SLACK)  # elsewhere r_k ≥ u_ks anyway
        rows = programme.add_rows(len(tempted[0]), lower=u[tempted])
        programme.put(rows, self.r[tempted[0]], 1.0)
        programme.put(rows, self.c[tempted[1]], d[tempted])
        one, level = programme.add_rows(types, lower=1.0, upper=1.0), programme.add_rows(types, lower=0.0, upper=0.0)
        programme.put(one[k], self.z, 1.0)
        programme.put(level, self.r, -1.0)
        programme.put(level[k], self.z, here)
        programme.put(level[k], self.y, -bite)
        zero = np.zeros(len(k))
        rows = programme.add_rows((4, len(k)), upper=np.stack([zero, zero, most, zero]))
        programme.put(rows[:2], self.y, 1.0)
        programme.put(rows[0], self.z, -top)
        programme.put(rows[1], self.c[s], -1.0)
        programme.put(rows[2], self.c[s], 1.0)
        programme.put(rows[2], self.z, most)
        programme.put(rows[2], self.y, -1.0)
        programme.put(rows[3], self.z, bottom)
        programme.put(rows[3], self.y, -1.0)
        if at_least is not None:
            cost = programme.cost()
            programme.put(programme.add_rows(1, lower=at_least), np.arange(len(cost)), cost)

    def solve(self, seconds: float, gap: float = 0.0, start: Array | None = None) -> Solution:
        return self.programme.solve(maximise=True, seconds=max(seconds, 1.0), gap=gap, start=start, partial=True)

    def point(self, sites: Sites, left: _Left, coverage: Array) -> Array:
        """[column]: a coverage, and what attackers do under it."""
        x = np.zeros(self.programme.columns)
        x[self.c], x[self.r] = coverage, sites.levels(coverage)
        goes = left.places == sites.replies(coverage)[left.types]
        x[self.z[goes]], x[self.y[goes]] = 1.0, coverage[left.places[goes]]
        return x

    def extremes(self, seconds: float) -> tuple[Array, Array]:
        """([type], [type]): the smallest and the largest level of each; NaN where time has run out."""
        costs = np.zeros((len(self.r), self.programme.columns))
        costs[np.arange(len(self.r)), self.r] = 1.0
        low = self.programme.sweep(costs, seconds=max(seconds / 2, 1.0))
        return low, self.programme.sweep(costs, maximise=True, seconds=max(seconds / 2, 1.0))


class _Search:
    """Bound, improve, rule out, and again; then the integer programme over the rest."""

    def __init__(self, sites: Sites, seconds: float, gap: float) -> None:
        self.sites, self.gap = sites, gap
        self.deadline = time.monotonic() + seconds
        low = lowest_levels(sites)
        k, s = np.nonzero(sites.gain >= low[:, None] - TIE)
        self.left = _Left(low, sites.gain.max(axis=1), k, s)
        self.bound = float("inf")
        self.best = np.zeros(sites.gain.shape[1])
        self.value = sites.value(self.best)

    @property
    def seconds(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def done(self) -> bool:
        return self.bound - self.value <= max(self.gap, CLOSE * max(1.0, abs(self.value)))

    def offer(self, coverage: Array) -> bool:
        """Take `coverage` if it is better, then the best that sends everybody to the same places; whether it was better."""
        better = False
        for attempt in range(ATTEMPTS):
            coverage = np.clip(coverage, 0, self.sites.most)
            coverage = coverage / max(1.0, float(self.sites.cost @ coverage) / max(self.sites.budget, 1e-300))
            value = self.sites.value(coverage)
            if value > self.value:
                worthwhile = value > self.value + CLOSE * max(1.0, abs(value))
                self.best, self.value, better = coverage, value, True
            else:
                worthwhile = False
            if attempt and not worthwhile:
                break
            wanted = self.sites.replies(coverage)
            same = _Compact(self.sites, self.left.only(self.left.places == wanted[self.left.types])).solve(INFINITY)
            if same.x is None or same.value <= self.value:
                break
            coverage = same.x[: len(coverage)]
        return better

    def relax(self) -> bool:
        """The relaxation: a bound, a coverage to improve on, and prices that rule pairs out. Whether it was solved."""
        compact = _Compact(self.sites, self.left)
        root = compact.solve(self.seconds)
        if root.status == "infeasible":  # nothing better is left
            self.bound = self.value
        if root.x is None or root.reduced is None:
            return False
        self.bound = min(self.bound, root.value)
        self.offer(root.x[compact.c])
        price = root.reduced[compact.z]
        order = np.lexsort((-np.where(root.x[compact.z] > SLACK, np.inf, price), self.left.types))
        rank = np.arange(len(order)) - np.searchsorted(self.left.types[order], self.left.types[order])
        few = _Compact(self.sites, self.left.only(np.sort(order[rank < FIRST])), integer=True)
        found = few.solve(min(FIRST_SECONDS, self.seconds / 10), self.gap)
        if found.x is not None:
            self.offer(found.x[few.c])
        self.left = self.left.only(root.value + np.minimum(price, 0) > self.value - SLACK)
        return True

    def narrow(self) -> float:
        """Levels that a better coverage can have (one programme for each end); by how much the ranges have shrunk, in all."""
        compact = _Compact(self.sites, self.left, at_least=self.value - CLOSE)
        least, largest = compact.extremes(self.seconds)
        low = np.fmax(self.left.low, least - SLACK)  # fmax passes over NaN
        high = np.fmin(self.left.high, largest + SLACK)
        before = float((self.left.high - self.left.low).sum())
        u, k, s = self.sites.gain, self.left.types, self.left.places
        reachable = u[k, s] - self.sites.bite[k, s] * self.sites.most[s] <= high[k] + TIE
        high = np.maximum(high, low)
        self.left = replace(self.left, low=low, high=high).only((u[k, s] >= low[k] - TIE) & reachable)
        return before - float((high - low).sum())

    def run(self) -> Coverage:
        for _ in range(ROUNDS):
            pairs = len(self.left.types)
            if not self.relax() or self.done or self.seconds < 0:
                break
            width = float((self.left.high - self.left.low).sum())
            if len(self.left.types) <= 2 * len(self.left.low):
                break
            shrunk = self.narrow()
            if shrunk < WORTH * width and len(self.left.types) > (1 - WORTH) * pairs:
                break
        if not self.done and self.bound < INFINITY:
            final = _Compact(self.sites, self.left, integer=True)
            found = final.solve(self.seconds, self.gap, final.point(self.sites, self.left, self.best))
            if found.x is not None:
                self.offer(found.x[final.c])
            self.bound = self.value if found.status == "infeasible" else min(self.bound, found.bound)
        how = f"{len(self.left.types):,} of {self.sites.gain.size:,} pairs of type and site were left to choose from"
        bound = max(self.bound, self.value)
        return Coverage(rational.frozen(self.best), self.sites.replies(self.best), self.value, bound, how)


def cover(sites: Sites, *, seconds: float = INFINITY, gap: float = 0.0) -> Coverage:
    """The best coverage, with a bound; exact unless `seconds` run out or an absolute `gap` (goal units) is accepted."""
    return _Search(sites, seconds, gap).run()


@dataclass(frozen=True, eq=False)
class DeterringCoverage:
    """The cheapest coverage that leaves no agent with anything to gain, at any site."""

    coverage: Array = field(repr=False)
    """[site]; audit probabilities. Above 1, or infinite, where no audit probability deters."""
    cost: Any
    """Σ cost·coverage; infinite where some site cannot be protected."""

    @property
    def feasible(self) -> bool:
        return bool((self.coverage <= 1).all())

    def describe(self) -> str:
        if not self.feasible:
            exposed = np.flatnonzero(self.coverage > 1) + 1
            return f"No audit probability deters at {len(exposed)} of {len(self.coverage)} sites (the first is {exposed[0]})."
        return f"Coverage that deters at all {len(self.coverage)} sites costs {rational.decimal(self.cost)}."


def deterring_coverage(
    gains: Any, stake: Any, tpr: Any = 1, fpr: Any = 0, *, forfeit: Any = 1, cost: Any = 1, margin: Any = 0
) -> DeterringCoverage:
    """Closed form: at each site the audit probability that the largest gain there needs. Exact if every input is.

    `gains` is G [site] or [type, site]; the other arguments are broadcast over sites. Staying honest is always an option.
    """
    largest = np.atleast_2d(rational.numbers(gains)).max(axis=0)
    rates = needed_rate(largest, stake, tpr, fpr, forfeit, margin)
    hopeless = bool((rates > 1).any())
    return DeterringCoverage(rates, float("inf") if hopeless else (rates * rational.numbers(cost)).sum())
