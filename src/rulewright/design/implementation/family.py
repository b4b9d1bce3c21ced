"""The payments that are allowed in one game, as one vector of coefficients c that all players' payments are linear in.

    t_i(a)  =  Σ_k amount_i[a, k] · c[which_i[a, k]]            low ≤ c ≤ high

A coefficient is an amount per outcome of a payment's signals (form "free") or a rate (form "linear"); contracts of one
group share theirs. Only the few coefficients that matter at a profile are kept with it: one, where signals are certain.

Before any programme is solved, bounds say what cannot be. With t_i(a) − t_i(b, a_-i) at most the span of what is
allowed, `reach` tells where a_i can be made better than everything else against a_-i, by slack; a profile that no order
of players settles even so is hopeless. And at a profile that is to be an equilibrium, i must be paid at least

    max_b [ u_i(b, a_-i) − u_i(a) + slack + the least that (b, a_-i) pays ].
"""

from __future__ import annotations

import itertools
import math
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...institution.institution import Moves
from ...institution.moves import Pay
from ...numerics import rational
from ...numerics.linprog import INFINITY, Programme
from ...numerics.memory import FRACTION_BYTES, reserve
from ...numerics.rational import Array
from ..rates import numbers_of
from ..rules import Payment, Rules

CLOSE = 1e-9  # how far the rational of an amount may be from the solver's number
MOST_DENSE = 5_000_000  # numbers in a table of all differences of payments; beyond that their span is not bounded
TOLERANCE = 1e-9  # of bounds, relative to the size of payoffs: nothing is ruled out by rounding


class Family:
    """One game, the payments allowed in it, and what can and cannot be done with them.

    Raises InputError for private types, or for contracts that cannot be equal or linear.
    """

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
        self.shape = game.action_counts
        self.payoff = rational.floats(game.payoff.reshape(game.n, *self.shape))
        self.goal = rational.floats(game.payoff[0].reshape(self.shape))
        self.slack, self.kappa = float(rules.slack), float(rules.money_weight)
        self._place()

    def _place(self) -> None:
        """Coefficients get their places in c; payments to one player are put side by side."""
        low: list[float] = []
        high: list[float] = []
        groups: dict[str, slice] = {}
        self.places: list[slice] = []
        parts: list[list[tuple[Array, Array]]] = [[] for _ in range(self.game.n)]
        for payment in self.rules.payments:
            outcome, worth, count = _units_paid(self.game, payment)
            place = groups.get(payment.group)
            if place is None:
                place = slice(len(low), len(low) + count)
                least, most = payment.bounds(count)
                low += rational.floats(least).tolist()
                high += rational.floats(most).tolist()
                if payment.group:
                    groups[payment.group] = place
            elif place.stop - place.start != count:
                raise InputError(
                    where=f"payment to {payment.to}",
                    needed=f"as many outcomes as the contract it shares, {place.stop - place.start}",
                    found=str(count),
                    remedy="Leave out `equal` where players' signals differ.",
                )
            self.places.append(place)
            parts[self.game.index(payment.to)].append((outcome + place.start, worth))
        none = np.zeros((*self.shape, 0), int), np.zeros((*self.shape, 0), dtype=object)
        joined = [[np.concatenate(x, axis=-1) for x in zip(none, *own, strict=True)] for own in parts]
        self.which = [which.reshape(math.prod(self.shape), -1) for which, _ in joined]  # [cell, k]
        self.exact = [worth.reshape(math.prod(self.shape), -1) for _, worth in joined]  # [cell, k]
        self.amount = [rational.floats(worth) for worth in self.exact]
        self.low, self.high = np.array(low), np.array(high)
        self.cells = np.arange(math.prod(self.shape)).reshape(self.shape)

    @property
    def coupled(self) -> bool:
        """Whether players share coefficients, so that what one is promised binds another."""
        return any(payment.group for payment in self.rules.payments)

    @cached_property
    def size(self) -> float:
        """What payoffs are measured in: their range, or 1."""
        return max([float(np.ptp(self.payoff[i])) for i in self.game.active] + [0.0]) or 1.0

    # ── programmes ──────────────────────────────────────────────────────────────────────────────────────────────

    def columns(self, programme: Programme, stretch: Array | None = None) -> Array:
        """[coefficient]: columns for c; with `stretch`, a column by which all bounds may be widened."""
        if stretch is None:
            return programme.add_columns(len(self.low), lower=self.low, upper=self.high)
        columns = programme.add_columns(len(self.low), lower=-INFINITY)
        for bound, sign in ((self.low, 1.0), (self.high, -1.0)):
            rows = programme.add_rows(len(columns), lower=sign * bound)
            programme.put(rows, columns, sign)
            programme.put(rows, stretch, 1.0)
        return columns

    def alternatives(self, i: int, star: tuple[int, ...], settled: tuple[int, ...]) -> tuple[Array, Array]:
        """(cells at a*_i [1, rest], cells at other actions [other, rest]): a_-i still possible once `settled` obey."""
        index = [slice(star[j], star[j] + 1) if j in settled else slice(None) for j in range(self.game.n)]
        index[i] = slice(None)
        moved = np.moveaxis(self.cells[tuple(index)], i, 0).reshape(self.shape[i], -1)
        return moved[[star[i]]], np.delete(moved, star[i], axis=0)

    def best_reply(
        self, programme: Programme, columns: Array, i: int, star: tuple[int, ...], settled: tuple[int, ...]
    ) -> None:
        """Rows: a*_i better than every other action, by slack, against all a_-i still possible."""
        here, there = self.alternatives(i, star, settled)
        payoff = self.payoff[i].ravel()
        rows = programme.add_rows(there.shape, lower=self.slack - (payoff[here] - payoff[there]))
        for cells, sign in ((here, 1.0), (there, -1.0)):
            self.put_payment(programme, rows, columns, i, cells, sign)

    def put_payment(
        self, programme: Programme, rows: Array, columns: Array, i: int, cells: Array, weight: Array | float
    ) -> None:
        """Add weight · t_i(cells) to rows; rows, cells and weight are broadcast against each other."""
        if self.which[i].shape[1]:
            weight = np.asarray(weight)[..., None] * self.amount[i][cells]
            programme.put(rows[..., None], columns[self.which[i][cells]], weight)

    def on_path(self, star: tuple[int, ...]) -> Array:
        """[player, coefficient]: what a unit of each pays whom at `star`."""
        paid = np.zeros((self.game.n, len(self.low)))
        at = self.cells[star]
        for i in range(self.game.n):
            np.add.at(paid[i], self.which[i][at], self.amount[i][at])
        return paid

    def transfer(self, c: Array) -> Array:
        """[player, *actions]: the payments at coefficients c."""
        return np.stack(
            [(a * c[w]).sum(axis=1).reshape(self.shape) for w, a in zip(self.which, self.amount, strict=True)]
        )

    # ── bounds, before any programme ────────────────────────────────────────────────────────────────────────────

    def _edge(self, i: int, pick: Array, other: Array) -> Array:
        """[*actions]: t_i with each coefficient at `pick` where it counts for i and at `other` where against."""
        amount, which = self.amount[i], self.which[i]
        return (np.maximum(amount, 0) * pick[which] + np.minimum(amount, 0) * other[which]).sum(1).reshape(self.shape)

    @cached_property
    def least_paid(self) -> Array:
        """[player, *actions]: no less can be paid at a profile that is an equilibrium by slack."""
        found = []
        for i in range(self.game.n):
            floor = self._edge(i, self.low, self.high)
            if self.shape[i] > 1:
                tempting = self.payoff[i] + floor + self.slack
                order = np.sort(tempting, axis=i)
                best, second = np.take(order, [-1], axis=i), np.take(order, [-2], axis=i)
                rival = np.where((tempting == best) & (best > second), second, best)  # the best of the others
                floor = np.maximum(floor, rival - self.payoff[i])
            found.append(floor)
        return np.stack(found)

    @cached_property
    def reach(self) -> list[Array]:
        """Per player [*actions]: whether a_i can be made better by slack than any other one action against a_-i."""
        return [self._reach(i) for i in range(self.game.n)]

    def _reach(self, i: int) -> Array:
        count = self.shape[i]
        cells = np.moveaxis(self.cells, i, 0).reshape(count, -1)
        payoff, which, amount = self.payoff[i].ravel()[cells], self.which[i], self.amount[i]
        dense = self._dense(i)
        reach = np.ones(cells.shape, bool)
        for a in range(count):
            if which.shape[1] == 0:
                span = np.zeros(cells.shape)
            elif which.shape[1] == 1:
                here, there = which[cells[a], 0], which[cells, 0]
                more, less = amount[cells[a], 0], amount[cells, 0]
                top = np.maximum(more * self.high[here], more * self.low[here])
                span = top - np.minimum(less * self.high[there], less * self.low[there])
                change = more - less
                both = np.maximum(change * self.high[here], change * self.low[here])
                span = np.where(here == there, both, span)
            elif dense is not None:
                change = dense[cells[a]] - dense[cells]
                span = (np.maximum(change, 0) * self.high + np.minimum(change, 0) * self.low).sum(axis=-1)
            else:
                return np.ones(self.shape, bool)
            enough = payoff[a] - payoff + span >= self.slack - TOLERANCE * self.size
            enough[a] = True
            reach[a] = enough.all(axis=0)
        moved = reach.reshape(count, *np.delete(self.shape, i))
        return np.moveaxis(moved, 0, i)

    def _dense(self, i: int) -> Array | None:
        """[cell, coefficient], where all differences between actions fit."""
        if self.cells.size * self.shape[i] * len(self.low) > MOST_DENSE:
            return None
        table = np.zeros((self.cells.size, len(self.low)))
        np.add.at(table, (np.arange(self.cells.size)[:, None], self.which[i]), self.amount[i])
        return table

    @cached_property
    def may_hold(self) -> Array:
        """[*actions]: profiles that may be made an equilibrium, by slack and within the budget."""
        may = np.logical_and.reduce([np.broadcast_to(r, self.shape) for r in self.reach])
        if self.rules.budget is not None:
            may &= self.least_paid.sum(axis=0) <= float(self.rules.budget) + TOLERANCE * self.size
        return may

    @cached_property
    def most(self) -> Array:
        """[*actions]: people are left with no more than this at a profile that is an equilibrium by slack."""
        return self.goal - self.kappa * self.least_paid.sum(axis=0)

    def hopeless(self, star: tuple[int, ...]) -> bool:
        """Whether bounds alone show that no order of players makes `star` the only thing to do."""
        if not self.may_hold[star]:
            return True
        left, settled = list(self.game.active), list[int]()
        while left:
            free = [i for i in left if self.reach[i][self._open(star, i, settled)].all()]
            if not free:
                return True
            settled += free
            left = [i for i in left if i not in free]
        return False

    def _open(self, star: tuple[int, ...], i: int, settled: list[int]) -> tuple[int | slice, ...]:
        return tuple(star[j] if j == i or j in settled else slice(None) for j in range(self.game.n))

    # ── from numbers to words ───────────────────────────────────────────────────────────────────────────────────

    def rational(self, c: Array) -> Array:
        """[coefficient]: the simplest rationals near the solver's numbers, within the bounds."""
        exact = np.array([*rational.simplest(c, CLOSE)], dtype=object)
        for payment, place in zip(self.rules.payments, self.places, strict=True):
            exact[place] = np.minimum(
                np.maximum(exact[place], payment.bounds(place.stop - place.start)[0]),
                payment.bounds(place.stop - place.start)[1],
            )
        return exact

    def exact_on_path(self, star: tuple[int, ...], c: Array) -> list[Any]:
        """Per player what exact coefficients pay at `star`."""
        at = self.cells[star]
        return [(self.exact[i][at] * c[self.which[i][at]]).sum() for i in range(self.game.n)]

    def said(self, c: Array) -> tuple[tuple[tuple[Payment, Array], ...], Moves]:
        """((payment, its amounts), …) and the institution that makes them, from exact coefficients."""
        amounts, moves = [], []
        for payment, place in zip(self.rules.payments, self.places, strict=True):
            own = c[place]
            amounts.append((payment, own))
            table = own * numbers_of(self.game, payment) if payment.form == "linear" else own
            if (table != 0).any():
                shape = [len(self.game.signal(name).outcomes) for name in payment.on]
                moves.append(Pay(payment.to, payment.on, table.reshape(shape)))
        words = describe(self.game, amounts) or "no payments are needed"
        return tuple(amounts), Moves.of(words, moves)


def _units_paid(game: Game, payment: Payment) -> tuple[Array, Array, int]:
    """(which coefficient [*actions, k], what a unit of it pays in expectation [*actions, k], number of coefficients)."""
    shape = game.action_counts
    outcome, chance, count = np.zeros((*shape, 1), int), np.full((*shape, 1), rational.fraction(1)), 1
    for name in payment.on:
        law = game.signal(name).law.reshape(*shape, -1)
        possible = law != 0
        k = int(possible.sum(axis=-1).max())
        first = np.argsort(~possible, axis=-1, kind="stable")[..., :k]  # the possible outcomes in front
        reserve((*shape, outcome.shape[-1], k), f"payments to {payment.to}", item_bytes=FRACTION_BYTES)
        likely = np.take_along_axis(law, first, axis=-1)
        outcome = (outcome[..., :, None] * law.shape[-1] + first[..., None, :]).reshape(*shape, -1)
        chance = (chance[..., :, None] * likely[..., None, :]).reshape(*shape, -1)
        count *= law.shape[-1]
    if payment.form == "linear":
        return np.zeros((*shape, 1), int), (chance * numbers_of(game, payment)[outcome]).sum(axis=-1, keepdims=True), 1
    return outcome, chance, count


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
