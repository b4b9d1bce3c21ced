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
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.linprog import INFINITY, Programme, Solution
from ...numerics.rational import Array
from .deterrence import needed_rate

FIRST = 6  # sites for each type in the small programme that finds a first point
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


class _Compact:
    """The programme over the pairs (type, site) that are left."""

    def __init__(self, sites: Sites, least: Array, pairs: Array, *, integer: bool) -> None:
        self.sites, self.pairs = sites, pairs
        u, d = sites.gain, sites.bite
        types, count = u.shape
        k, s = pairs
        p, most = sites.chances[k], sites.most[s]
        programme = self.programme = Programme()
        self.c = programme.add_columns(count, upper=sites.most)
        self.r = programme.add_columns(types, lower=least, upper=u.max(axis=1))
        self.z = programme.add_columns(len(k), upper=1.0, cost=p * sites.worth[k, s], integer=integer)
        self.y = programme.add_columns(len(k), upper=most, cost=p * sites.relief[k, s])
        programme.put(programme.add_rows(1, upper=sites.budget), self.c, sites.cost)
        tempted = np.nonzero(u >= least[:, None] - SLACK)  # elsewhere r_k ≥ u_ks anyway
        rows = programme.add_rows(len(tempted[0]), lower=u[tempted])
        programme.put(rows, self.r[tempted[0]], 1.0)
        programme.put(rows, self.c[tempted[1]], d[tempted])
        one, level = programme.add_rows(types, lower=1.0, upper=1.0), programme.add_rows(types, lower=0.0, upper=0.0)
        programme.put(one[k], self.z, 1.0)
        programme.put(level, self.r, -1.0)
        programme.put(level[k], self.z, u[k, s])
        programme.put(level[k], self.y, -d[k, s])
        top = most.copy()  # where k goes, coverage leaves it at least its lowest level
        top[d[k, s] > 0] = np.minimum(most, (u[k, s] - least[k]) / np.where(d[k, s] > 0, d[k, s], 1))[d[k, s] > 0]
        rows = programme.add_rows((3, len(k)), upper=np.stack([np.zeros(len(k)), np.zeros(len(k)), most]))
        programme.put(rows[:2], self.y, 1.0)
        programme.put(rows[0], self.z, -np.maximum(top, 0))
        programme.put(rows[1], self.c[s], -1.0)
        programme.put(rows[2], self.c[s], 1.0)
        programme.put(rows[2], self.z, most)
        programme.put(rows[2], self.y, -1.0)

    def solve(self, seconds: float, gap: float = 0.0) -> Solution:
        return self.programme.solve(maximise=True, seconds=max(seconds, 1.0), gap=gap, partial=True)


def cover(sites: Sites, *, seconds: float = INFINITY, gap: float = 0.0) -> Coverage:
    """The best coverage, with a bound; exact unless `seconds` run out or an absolute `gap` (goal units) is accepted.

    Raises Unsolved if not even a first point is found in time.
    """
    start = time.monotonic()

    def left() -> float:
        return seconds - (time.monotonic() - start)

    least = lowest_levels(sites)
    reach = sites.gain >= least[:, None] - TIE
    pairs = np.stack(np.nonzero(reach))
    relaxed = _Compact(sites, least, pairs, integer=False)
    root = relaxed.solve(left())
    best = _improved(sites, np.zeros(sites.gain.shape[1]), least, pairs)
    if root.x is None or root.reduced is None:
        if seconds == INFINITY:
            raise Unsolved(where="coverage", needed="an optimum of the relaxation", found=root.status)
        return _coverage(sites, best, float("inf"), "the time was too short for a bound")
    best = max(best, _improved(sites, root.x[relaxed.c], least, pairs), key=sites.value)
    promise = np.where(root.x[relaxed.z] > SLACK, np.inf, root.reduced[relaxed.z])
    small = _Compact(sites, least, pairs[:, _foremost(pairs[0], promise)], integer=True)
    first = small.solve(min(left() / 4, 30.0), gap)
    if first.x is not None:
        best = max(best, np.clip(first.x[small.c], 0, sites.most), key=sites.value)
    # A pair whose price says that using it brings the relaxation below what is in hand cannot be used by anything better.
    hopeful = (root.value + np.minimum(root.reduced[relaxed.z], 0) > sites.value(best) - SLACK) | np.isinf(promise)
    final = _Compact(sites, least, pairs[:, hopeful], integer=True)
    found = final.solve(left(), gap)
    if found.x is not None:
        best = max(best, np.clip(found.x[final.c], 0, sites.most), key=sites.value)
    bound = sites.value(best) if found.status == "infeasible" else min(root.value, found.bound)
    how = f"{int(hopeful.sum()):,} of {sites.gain.size:,} pairs of type and site were left to choose from"
    return _coverage(sites, best, max(bound, sites.value(best)), how)


def _foremost(types: Array, promise: Array) -> Array:
    """Positions of the pairs of each type with the largest promise."""
    order = np.lexsort((-promise, types))
    rank = np.arange(len(order)) - np.searchsorted(types[order], types[order])
    return np.asarray(order[rank < FIRST])


def _improved(sites: Sites, coverage: Array, least: Array, pairs: Array) -> Array:
    """The best coverage that keeps every attacker where this one sends it: a linear programme in c and r alone."""
    wanted = sites.replies(np.clip(coverage, 0, sites.most))
    k, s = pairs
    chosen = _Compact(sites, least, pairs[:, s == wanted[k]], integer=False)
    found = chosen.solve(INFINITY)
    return coverage if found.x is None else np.clip(found.x[chosen.c], 0, sites.most)


def _coverage(sites: Sites, coverage: Array, bound: float, how: str) -> Coverage:
    return Coverage(rational.frozen(coverage), sites.replies(coverage), sites.value(coverage), bound, how)


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
