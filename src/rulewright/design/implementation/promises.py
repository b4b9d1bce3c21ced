"""Implementation by promises: the cheapest payments that make a wanted profile the only thing to do.

The programme of `programme.py` finds *an* equilibrium; the others remain. Here a profile a* is made dominant, or
iteratedly dominant (player after player, each given that those before it play their part), with slack:

    u_i(a*_i, a_-i) + t_i(a*_i, a_-i) ≥ u_i(a_i, a_-i) + t_i(a_i, a_-i) + slack     for all a_i ≠ a*_i and a_-i still possible

so that it is the only rationalisable play and the only correlated equilibrium. Payments are linear in what is designed
(an amount per outcome, or a rate), so that each order is a linear programme. Promises off the path are free
(k-implementation: Monderer & Tennenholtz 2004, J. Artif. Intell. Res. 21).

Where players share nothing, the programme falls apart into one for each player and each set of players settled before it,
and `orders.py` finds the cheapest order among all. Equal contracts and the gains of groups (`coalitions.py`) bind
players together: then up to `MOST_ORDERS` of the orders that a closure does not rule out are solved, one by one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...errors import Impossible
from ...game.game import Game
from ...institution.institution import Moves
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from ..rules import Payment, Rules
from .coalitions import Groups, Guard
from .family import Family
from .orders import INFINITY, TIE, cheapest

MOST_ORDERS = 24


@dataclass(frozen=True, eq=False)
class Promise:
    """Payments that make `wanted` the only thing to do."""

    wanted: tuple[int, ...]
    """Positions of the actions, one per player of the game."""
    order: tuple[int, ...]
    """Players whose action is made dominant, each given those before it; all at once if `dominant`."""
    dominant: bool
    amounts: tuple[tuple[Payment, Array], ...] = field(repr=False)
    """Per allowed payment: [outcome] amounts, or [1] the rate."""
    paid: Fraction
    """Expected payments at the wanted profile, fines counted against them."""
    spent: Fraction
    """The same with fines left out: what promises cost, and what is made as small as possible."""
    institution: Moves


class _Case:
    """One wanted profile under one family of payments."""

    def __init__(self, family: Family, wanted: tuple[int, ...], groups: Groups) -> None:
        self.family, self.wanted, self.game, self.rules = family, wanted, family.game, family.rules
        self.groups, self.guard = groups, Guard(family, wanted, groups)
        self.path = family.on_path(wanted)
        self._least: dict[tuple[int, frozenset[int]], float] = {}

    @property
    def coupled(self) -> bool:
        return self.family.coupled or self.groups.size > 1

    def least(self, i: int, settled: frozenset[int]) -> float:
        """g_i(S): the least that i can be paid at a*, whatever others are paid; infinite if a*_i cannot be dominant."""
        if (i, settled) not in self._least:
            self._least[i, settled] = self._least_paid(i, tuple(settled))
        return self._least[i, settled]

    def _least_paid(self, i: int, settled: tuple[int, ...]) -> float:
        plain = self._one_by_one(i, settled)
        if plain is not None:
            return plain
        programme = Programme()
        columns = self.family.columns(programme)
        self.family.best_reply(programme, columns, i, self.wanted, settled)
        found = programme.solve(self.path[i])
        return INFINITY if found.x is None else found.value

    def _one_by_one(self, i: int, settled: tuple[int, ...]) -> float | None:
        """The same without a programme, where each row sets one coefficient of a*_i against one of another action.

        None where it does not: signals are noisy, or both may move the same coefficient.
        """
        family = self.family
        here, there = family.alternatives(i, self.wanted, settled)
        payoff, which, amount = family.payoff[i].ravel(), family.which[i], family.amount[i]
        need = family.slack - (payoff[here] - payoff[there])  # [other, rest]
        if which.shape[1] == 0:
            return 0.0 if (need <= TIE * family.size).all() else INFINITY
        if which.shape[1] > 1 or not (amount == 1).all():
            return None
        mine, theirs = np.broadcast_to(which[here][..., 0], need.shape), which[there][..., 0]
        same = mine == theirs
        if (need[same] > TIE * family.size).any():
            return INFINITY
        if np.intersect1d(mine, theirs[~same]).size:
            return None
        least = family.low.copy()
        np.maximum.at(least, mine[~same], (need + family.low[theirs])[~same])
        if (least > family.high + TIE * family.size).any():
            return INFINITY
        return float(least[which[family.cells[self.wanted], 0]])

    def orders(self, *, budget: bool) -> Iterator[tuple[tuple[int, ...], bool]]:
        """(order, all at once?): what is worth solving. Dominance of everybody comes first, where it is possible."""
        active = self.game.active
        limit = INFINITY if self.rules.budget is None or not budget else float(self.rules.budget)
        best = cheapest(active, self.least, limit)
        if best is None:
            return
        at_once = [self.least(i, frozenset()) for i in active]
        fits = sum(at_once) <= limit + TIE * self.family.size
        if self.coupled:
            yield from [(active, True)] if fits else []
            yield from ((order, False) for order in self._possible(active))
        elif fits and sum(max(0.0, x) for x in at_once) <= best.spent + TIE * self.family.size:
            yield active, True
        else:
            yield best.players, False

    def _possible(self, active: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        possible = (
            order
            for order in itertools.permutations(active)
            if all(self.least(i, frozenset(order[:k])) < INFINITY for k, i in enumerate(order))
        )
        return itertools.islice(possible, MOST_ORDERS if len(active) > 1 else 0)

    def build(
        self, order: tuple[int, ...], *, dominant: bool, stretch: bool = False, budget: bool = True
    ) -> tuple[Programme, Array, Array | None]:
        """(programme, columns of the coefficients, column by which bounds are widened)."""
        programme = Programme()
        wider = programme.add_columns(1) if stretch else None
        columns = self.family.columns(programme, wider)
        for place, i in enumerate(order):
            self.family.best_reply(programme, columns, i, self.wanted, () if dominant else order[:place])
        if budget and self.rules.budget is not None and len(columns):
            programme.put(programme.add_rows(1, upper=float(self.rules.budget)), columns, self.path.sum(axis=0))
        return programme, columns, wider

    def solve(self, order: tuple[int, ...], *, dominant: bool, budget: bool = True) -> Promise | None:
        """The cheapest promises for one order; among those, the smallest promises off the path."""
        programme, columns, _ = self.build(order, dominant=dominant, budget=budget)
        if not len(columns):
            idle = not programme.needs_columns() and not list(self.guard.upsets(np.zeros(0)))
            return self._promise(order, dominant, np.zeros(0)) if idle else None
        spent = spending(programme, self.path, columns)
        first = self.guard.solve(programme, columns, costing(programme, spent))
        if first.x is None:
            return None
        row = programme.add_rows(1, upper=first.value + 1e-10 * max(1.0, abs(first.value)))
        programme.put(row, spent, 1.0)
        second = self.guard.solve(programme, columns, costing(programme, sizes(programme, columns)))
        x = (second if second.x is not None else first).point()
        return self._promise(order, dominant, x[columns])

    def _promise(self, order: tuple[int, ...], dominant: bool, c: Array) -> Promise:
        exact = self.family.rational(c)
        per_player = self.family.exact_on_path(self.wanted, exact)
        spent = sum((max(Fraction(0), x) for x in per_player), Fraction(0))
        amounts, institution = self.family.said(exact)
        return Promise(self.wanted, order, dominant, amounts, sum(per_player, Fraction(0)), spent, institution)

    def least_budget(self) -> float:
        """The least that has to be paid out on the path, fines counted, over the orders that are worth solving."""
        found = []
        for order, dominant in self.orders(budget=False):
            programme, columns, _ = self.build(order, dominant=dominant, budget=False)
            cost = np.zeros(programme.columns)
            cost[columns] = self.path.sum(axis=0)
            solution = self.guard.solve(programme, columns, cost)
            found += [solution.value] if solution.x is not None else []
        return min(found)

    def widening(self) -> float | None:
        """By how much all bounds on payments would have to be widened, on both sides, for dominance; None: no way."""
        if not len(self.family.low):
            return None
        programme, _, wider = self.build(self.game.active, dominant=True, stretch=True, budget=False)
        cost = np.zeros(programme.columns)
        cost[wider] = 1.0
        solution = programme.solve(cost)
        return None if solution.x is None else solution.value


def spending(programme: Programme, path: Array, columns: Array) -> Array:
    """[player]: columns for what each is paid at the wanted profile, no less than 0: fines are not there to be made."""
    spent = programme.add_columns(len(path))
    rows = programme.add_rows(len(path), lower=0.0)
    programme.put(rows, spent, 1.0)
    programme.put(rows[:, None], columns, -path)
    return spent


def sizes(programme: Programme, columns: Array) -> Array:
    """[coefficient]: columns that are at least the coefficients' absolute values."""
    size = programme.add_columns(len(columns))
    for sign in (1.0, -1.0):
        rows = programme.add_rows(len(columns), lower=0.0)
        programme.put(rows, size, 1.0)
        programme.put(rows, columns, sign)
    return size


def costing(programme: Programme, columns: Array) -> Array:
    """[column]: a cost of one for these, of nothing for all others."""
    cost = np.zeros(programme.columns)
    cost[columns] = 1.0
    return cost


def implement(
    game: Game | Family, wanted: tuple[int, ...], rules: Rules | None = None, *, groups: Groups | None = None
) -> Promise:
    """The cheapest promises of the family that make `wanted` (positions, all players) the only thing to do.

    A `Family` in place of game and rules saves work where many profiles are tried. `groups` of players must not gain
    by upsetting it together. Raises Impossible with the smallest relaxation of the budget, or widening of the payment
    bounds, that would do.
    """
    family = game if isinstance(game, Family) else Family(game, rules or Rules())
    case = _Case(family, wanted, groups or Groups())
    found = _every_order(case, budget=True)
    if not found:
        raise Impossible(**_why(case))
    return _cheapest(found)


def _every_order(case: _Case, *, budget: bool) -> list[Promise]:
    promises = [case.solve(order, dominant=dominant, budget=budget) for order, dominant in case.orders(budget=budget)]
    return [promise for promise in promises if promise]


def _cheapest(promises: list[Promise]) -> Promise:
    return min(promises, key=lambda promise: (promise.spent, promise.paid, not promise.dominant))


def _why(case: _Case) -> dict[str, str]:
    profile = case.game.cell((0,) * case.game.n + case.wanted)
    needed = f"promises that make ({profile}) the only thing to do, with slack {float(case.rules.slack):g}"
    if case.coupled and math.factorial(len(case.game.active)) > MOST_ORDERS:
        needed += f", in one of {MOST_ORDERS} orders of elimination"
    if case.groups.size > 1:
        alone = _Case(case.family, case.wanted, Groups())
        if _every_order(alone, budget=True):
            return {
                "where": "design",
                "needed": f"{needed}, so that no group of up to {case.groups.size} gains by upsetting it",
                "found": "none, though single players can be kept from it",
                "remedy": "Ask for smaller groups, or allow wider payments on what all players do.",
            }
        case = alone
    if case.rules.budget is not None and _every_order(case, budget=False):
        return {
            "where": "design",
            "needed": f"{needed}, within the budget of {float(case.rules.budget):g}",
            "found": "none",
            "remedy": f"The smallest budget that would do is {case.least_budget():.6g}.",
        }
    wider = case.widening()
    if wider is None:
        return {
            "where": "design",
            "needed": needed,
            "found": "none, however large the payments: those of the allowed form do not reach the temptation",
            "remedy": 'Allow payments on what the tempted players do (on = "own action" or "actions"), with form = "free", '
            "or name another play under [people] wanted.",
        }
    return {
        "where": "design",
        "needed": needed,
        "found": "none within the bounds on payments",
        "remedy": f"The smallest widening that would do, for dominance: {wider:.6g} more on both sides of every bound.",
    }
