"""Implementation by promises: the cheapest payments that make a wanted profile the only thing to do.

The programme of `programme.py` finds *an* equilibrium; the others remain. Here a profile a* is made dominant, or
iteratedly dominant (player after player, each given that those before it play their part), with slack:

    u_i(a*_i, a_-i) + t_i(a*_i, a_-i) ≥ u_i(a_i, a_-i) + t_i(a_i, a_-i) + slack     for all a_i ≠ a*_i and a_-i still possible

so that it is the only rationalisable play and the only correlated equilibrium. Payments are linear in what is designed
(an amount per outcome, or a rate), so that each order is a linear programme. Promises off the path are free
(k-implementation: Monderer & Tennenholtz 2004, J. Artif. Intell. Res. 21).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..errors import Impossible, InputError
from ..game.game import Game
from ..institution.institution import Moves
from ..institution.moves import Pay, joint_law
from ..numerics import rational
from ..numerics.linprog import INFINITY, Programme
from ..numerics.rational import Array
from .rules import Payment, Rules

CLOSE = 1e-9  # how far the rational of an amount may be from the solver's number
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


class Family:
    """The payments that are allowed in one game; what a unit of each pays is worked out once."""

    def __init__(self, game: Game, rules: Rules) -> None:
        if max(game.type_counts) > 1:
            raise InputError(
                where="implementation",
                needed="a game without private types",
                found=repr(game),
                remedy='Use aim = "best": the programme handles types.',
            )
        for payment in rules.payments:
            if payment.form not in ("free", "linear"):
                raise InputError(
                    where=f"payment to {payment.to}",
                    needed='form "free" or "linear" for promises',
                    found=payment.form,
                    remedy='Use aim = "best" for payments of another form.',
                )
        self.game, self.rules = game.exact, rules
        self.bases = [(p, game.index(p.to), _basis(self.game, p)) for p in rules.payments]
        self.float_bases = [rational.floats(basis) for _, _, basis in self.bases]
        self.payoff = rational.floats(game.payoff.reshape(game.n, *game.action_counts))


class _Case:
    """One wanted profile under one family of payments."""

    def __init__(self, family: Family, wanted: tuple[int, ...]) -> None:
        self.game, self.wanted, self.rules = family.game, wanted, family.rules
        self.bases, self.family = family.bases, family

    def columns(self, programme: Programme, stretch: Array | None) -> list[Array]:
        """Coefficients of each payment; with `stretch`, a column by which their bounds may be widened."""
        found: list[Array] = []
        shared: dict[str, Array] = {}
        for payment, _, basis in self.bases:
            if payment.group in shared:
                found.append(self._same(shared[payment.group], basis, payment))
                continue
            low, high = (rational.floats(side) for side in payment.bounds(basis.shape[-1]))
            free = stretch is not None
            columns = programme.add_columns(
                basis.shape[-1], lower=-INFINITY if free else low, upper=INFINITY if free else high
            )
            if stretch is not None:
                for bound, sign in ((low, 1.0), (high, -1.0)):
                    rows = programme.add_rows(len(columns), lower=sign * bound)
                    programme.put(rows, columns, sign)
                    programme.put(rows[:, None], stretch[None], 1.0)
            found.append(columns)
            if payment.group:
                shared[payment.group] = columns
        return found

    def _same(self, columns: Array, basis: Array, payment: Payment) -> Array:
        if len(columns) != basis.shape[-1]:
            raise InputError(
                where=f"payment to {payment.to}",
                needed=f"as many outcomes as the contract it shares, {len(columns)}",
                found=str(basis.shape[-1]),
                remedy="Leave out `equal` where players' signals differ.",
            )
        return columns

    def build(self, order: tuple[int, ...], *, dominant: bool, stretch: bool = False, budget: bool = True) -> tuple:
        programme = Programme()
        wider = programme.add_columns(1) if stretch else None
        columns = self.columns(programme, wider)
        for place, i in enumerate(order):
            settled = () if dominant else order[:place]
            self._rows(programme, columns, i, settled)
        path = np.concatenate([basis[self.wanted] for _, _, basis in self.bases]) if self.bases else np.zeros(0)
        every = np.concatenate(columns) if columns else np.zeros(0, int)
        if budget and self.rules.budget is not None and self.bases:
            programme.put(programme.add_rows(1, upper=float(self.rules.budget)), every, rational.floats(path))
        return programme, columns, every, path, wider

    def _rows(self, programme: Programme, columns: list[Array], i: int, settled: tuple[int, ...]) -> None:
        game, star = self.game, self.wanted
        payoff = self.family.payoff[i]
        index = [slice(star[j], star[j] + 1) if j in settled else slice(None) for j in range(game.n)]
        index[i] = slice(None)
        others = [a for a in range(game.action_counts[i]) if a != star[i]]

        def ahead(array: Array) -> Array:
            """[other action, others' profiles (, coefficient)]: wanted minus other."""
            moved = np.moveaxis(array[tuple(index)], i, 0)
            gain = moved[[star[i]]] - moved[others]
            return (
                gain.reshape(len(others), -1)
                if array.ndim == game.n
                else gain.reshape(len(others), -1, array.shape[-1])
            )

        gain = ahead(payoff)
        rows = programme.add_rows(gain.shape, lower=float(self.rules.slack) - gain)
        for (_, to, _), basis, column in zip(self.bases, self.family.float_bases, columns, strict=True):
            if to == i:
                programme.put(rows[..., None], column, ahead(basis))

    def solve(self, order: tuple[int, ...], *, dominant: bool, budget: bool = True) -> Promise | None:
        """The cheapest promises for one order; among those, the smallest promises off the path."""
        programme, columns, every, _path, _ = self.build(order, dominant=dominant, budget=budget)
        if not self.bases:
            return None if programme.needs_columns() else self._promise(order, dominant, [])
        spent = self._spent(programme, columns)
        cost = np.zeros(programme.columns)
        cost[spent] = 1.0
        first = programme.solve(cost)
        if first.x is None:
            return None
        row = programme.add_rows(1, upper=first.value + 1e-10 * max(1.0, abs(first.value)))
        programme.put(row, spent, 1.0)
        size = programme.add_columns(len(every))
        for sign in (1.0, -1.0):
            rows = programme.add_rows(len(every), lower=0.0)
            programme.put(rows, size, 1.0)
            programme.put(rows, every, sign)
        total = np.zeros(programme.columns)
        total[size] = 1.0
        second = programme.solve(total)
        x = (second if second.x is not None else first).point()
        return self._promise(order, dominant, [x[c] for c in columns])

    def _spent(self, programme: Programme, columns: list[Array]) -> Array:
        """What each player is paid at the wanted profile, fines not counted: promises are not there to extract money."""
        spent = programme.add_columns(self.game.n)
        rows = programme.add_rows(self.game.n, lower=0.0)
        programme.put(rows, spent, 1.0)
        for (_, to, basis), column in zip(self.bases, columns, strict=True):
            programme.put(rows[to], column, -rational.floats(basis[self.wanted]))
        return spent

    def _promise(self, order: tuple[int, ...], dominant: bool, found: list[Array]) -> Promise:
        amounts, moves, paid = [], [], Fraction(0)
        for (payment, i, basis), x in zip(self.bases, found, strict=False):
            exact = np.array(rational.simplest(x, CLOSE), dtype=object)
            amounts.append((payment, exact))
            paid += (rational.exact(basis[self.wanted]) * exact).sum()
            table = exact * _units(self.game, payment) if payment.form == "linear" else exact
            if (table != 0).any():
                shape = [len(self.game.signal(name).outcomes) for name in payment.on]
                moves.append(Pay(self.game.players[i], payment.on, table.reshape(shape)))
        said = describe(self.game, amounts) or "no payments are needed"
        per_player: dict[int, Fraction] = {}
        for (_, exact), (_, i, basis) in zip(amounts, self.bases, strict=False):
            per_player[i] = per_player.get(i, Fraction(0)) + (rational.exact(basis[self.wanted]) * exact).sum()
        spent = sum((max(Fraction(0), x) for x in per_player.values()), Fraction(0))
        return Promise(self.wanted, order, dominant, tuple(amounts), paid, spent, Moves.of(said, moves))

    def least_budget(self) -> float:
        """The least that has to be paid out on the path, fines counted, over the orders tried."""
        found = []
        for order, dominant in _orders(self.game.active):
            programme, _, every, path, _ = self.build(order, dominant=dominant, budget=False)
            cost = np.zeros(programme.columns)
            np.add.at(cost, every, rational.floats(path))
            solution = programme.solve(cost)
            found += [solution.value] if solution.x is not None else []
        return min(found)

    def widening(self) -> float | None:
        """By how much all bounds on payments would have to be widened, on both sides, for dominance; None: no way."""
        programme, _, _, _, wider = self.build(self.game.active, dominant=True, stretch=True, budget=False)
        if not self.bases:
            return None
        cost = np.zeros(programme.columns)
        cost[wider] = 1.0
        solution = programme.solve(cost)
        return None if solution.x is None else solution.value


def _units(game: Game, payment: Payment) -> Array:
    """[outcome]: the number that each outcome of the signal stands for, for payments at a rate."""
    if len(payment.on) != 1:
        raise InputError(where=f"payment to {payment.to}", needed="one signal to be linear in", found=str(payment.on))
    outcomes = game.signal(payment.on[0]).outcomes
    try:
        return np.array([rational.fraction(label) for label in outcomes], dtype=object)
    except ValueError:
        raise InputError(
            where=f"payment to {payment.to}",
            needed=f"numbers as outcomes of {payment.on[0]}, to be linear in",
            found=", ".join(outcomes),
            remedy='Use form = "free", or number the actions.',
        ) from None


def _basis(game: Game, payment: Payment) -> Array:
    """[*actions, coefficient]: what a unit of each coefficient pays, in expectation, at every profile."""
    law = joint_law(game, payment.on)
    law = law.reshape(*game.action_counts, law.shape[-1])
    if payment.form == "linear":
        return (law * rational.like(_units(game, payment), law)).sum(axis=-1)[..., None]
    return law


def implement(game: Game | Family, wanted: tuple[int, ...], rules: Rules | None = None) -> Promise:
    """The cheapest promises of the family that make `wanted` (positions, all players) the only thing to do.

    A `Family` in place of game and rules saves work where many profiles are tried. Raises Impossible with the smallest
    relaxation of the budget, or widening of the payment bounds, that would do.
    """
    case = _Case(game if isinstance(game, Family) else Family(game, rules or Rules()), wanted)
    found = _every_order(case, budget=True)
    if not found:
        raise Impossible(**_why(case))
    return _cheapest(found)


def _orders(active: tuple[int, ...]) -> list[tuple[tuple[int, ...], bool]]:
    """(order, all at once?): dominance of everybody, then iterated dominance in up to `MOST_ORDERS` orders."""
    some = itertools.islice(itertools.permutations(active), MOST_ORDERS) if len(active) > 1 else ()
    return [(active, True), *((order, False) for order in some)]


def _every_order(case: _Case, *, budget: bool) -> list[Promise]:
    promises = [case.solve(order, dominant=dominant, budget=budget) for order, dominant in _orders(case.game.active)]
    return [promise for promise in promises if promise]


def _cheapest(promises: list[Promise]) -> Promise:
    return min(promises, key=lambda promise: (promise.spent, promise.paid, not promise.dominant))


def _why(case: _Case) -> dict[str, str]:
    profile = case.game.cell((0,) * case.game.n + case.wanted)
    needed = f"promises that make ({profile}) the only thing to do, with slack {float(case.rules.slack):g}"
    if math.factorial(len(case.game.active)) > MOST_ORDERS:
        needed += f", in one of the {MOST_ORDERS} orders of elimination that are tried"
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


def describe(game: Game, amounts: list[tuple[Payment, Array]]) -> str:
    """The payments in words; equal ones to several players are said once."""
    said: dict[str, list[str]] = {}
    for payment, table in amounts:
        on = " and ".join("its own action" if s == f"action of {payment.to}" else s for s in payment.on)
        if payment.form == "linear":
            if table[0]:
                said.setdefault(f"{rational.decimal(table[0], 6)} × {on}", []).append(payment.to)
            continue
        outcomes = itertools.product(*(game.signal(name).outcomes for name in payment.on))
        paid = [(", ".join(y), t) for y, t in zip(outcomes, table.ravel(), strict=True) if t]
        if paid:
            shown = "; ".join(f"{rational.decimal(t, 6)} for {y}" for y, t in paid[:4]) + (
                "; …" if len(paid) > 4 else ""
            )
            said.setdefault(f"{shown} (on {on})", []).append(payment.to)
    return ", and ".join(f"pay {' and '.join(players)} {what}" for what, players in said.items())
