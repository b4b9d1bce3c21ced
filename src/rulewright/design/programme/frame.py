"""The columns of the programme: what is drawn, and what is paid.

    μ(d, a | ω, θ)         one column for each cell [*types, *actions], or for each orbit of cells that are alike
    c_k(ω, θ, d, a)        coefficients of a payment, times μ: amounts t(y) = Σ_k basis[k, y]·c_k / μ

A payment whose signal does not depend on a decision, a recommendation or another's type need not depend on it either
(incentives see expectations only), so those axes have length one, or repeat the same columns: most of the size goes there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...institution.moves import joint_law
from ...numerics import rational
from ...numerics.incremental import Growing
from ...numerics.linprog import INFINITY
from ...numerics.memory import reserve
from ...numerics.rational import Array
from ..rates import numbers_of
from ..rules import Payment, Rules
from .symmetry import NONE, Symmetry, by_name, find, orbits


@dataclass(frozen=True, eq=False)
class Money:
    """One payment: its columns, and what a unit of each is worth in expectation."""

    payment: Payment
    i: int
    """Who is paid."""
    columns: Array = field(repr=False)
    """[*types, *actions, k] column numbers; axes of acts that do not matter have length one."""
    law: Array = field(repr=False)
    """[*types, *actions, k]: expected payment per unit of coefficient k, given types and acts; axes as in `columns`."""
    basis: Array = field(repr=False)
    """[k, outcome]: what a unit of each coefficient pays at each outcome."""
    drawn: Array = field(repr=False)
    """[*types, *actions, m]: the μ-columns whose sum is the chance that this payment is due; axes as in `columns`."""

    @property
    def cells(self) -> tuple[Array, Array]:
        """([cell, k], [cell, m]): the different rows of `columns`, and of `drawn` at them."""
        columns = self.columns.reshape(-1, self.columns.shape[-1])
        first = np.unique(columns[:, 0], return_index=True)[1]
        return columns[first], self.drawn.reshape(-1, self.drawn.shape[-1])[first]


class Frame:
    """Game, rules and columns; rows are put in by the other files of this room."""

    def __init__(self, game: Game, rules: Rules, only: tuple[int, ...] | None = None) -> None:
        self.game, self.rules, self.n = game, rules, game.n
        self.only = only
        self.programme = Growing()
        self.shape = game.payoff.shape[1:]
        self.chance = self.spread(game.prior)
        self.soft: list[tuple[str, Array]] = []  # rows that say what is asked of a rule, by name, for diagnosis
        self.part: dict[int, Array] = {}  # rows of taking part, per player
        self.budget: Array | None = None  # the row of the budget
        self.every_report = False  # whether dominance tells what others are from what they report
        self.alike = find(game, rules) if only is None else NONE
        plain = only is not None and not rules.payments and rules.robust is None
        self.strictness = self.programme.add_columns(1) if plain else None  # slack of all obedience, for the tie-break
        self.treated = self.alike
        if rules.anonymous:
            named = by_name(game)
            if not named.same(self.alike):  # then no player's rows stand for another's
                self.treated, self.alike = named, NONE
        self.mu = self._lawful(self.treated, only)
        self.money = self._payments(self.treated)
        for money in self.money:
            self._liability(money)
            self._shape(money)

    def asked(self, i: int, acts: Array) -> Array:
        """Which of player i's acts are the one that is asked of it, where the same is asked of all types."""
        return np.asarray(acts) == (-1 if self.only is None else self.only[i - 1])

    def spread(self, prior: Array) -> Array:
        """[*types, *actions] from [*types]."""
        return np.broadcast_to(prior.reshape(prior.shape + (1,) * self.n), self.shape)

    # ── what is drawn ───────────────────────────────────────────────────────────────────────────────────────────

    def _lawful(self, treated: Symmetry, only: tuple[int, ...] | None) -> Array:
        """Columns μ[*types, *actions]: probabilities at every profile of types."""
        nodes = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        if treated.exchanges:
            nodes = orbits(nodes.size, [e.of(nodes, self.n).ravel() for e in treated.exchanges]).reshape(self.shape)
        upper = np.ones(int(nodes.max()) + 1)
        if only is not None:
            allowed = np.zeros(self.shape, bool)
            allowed[(slice(None),) * self.n + (slice(None), *[slice(a, a + 1) for a in only])] = True
            upper[nodes[~allowed]] = 0.0
        columns = self.programme.add_columns(len(upper), upper=upper)
        mu = columns[nodes]
        profiles = mu.reshape(int(np.prod(self.shape[: self.n])), -1)
        if treated.exchanges:
            profiles = np.unique(np.sort(profiles, axis=1), axis=0, return_index=True)[0]  # the index spares numpy.ma
        sums = self.programme.add_rows(len(profiles), lower=1.0, upper=1.0)
        self.programme.put(sums[:, None], profiles, 1.0)
        return mu

    # ── what is paid ────────────────────────────────────────────────────────────────────────────────────────────

    def _payments(self, treated: Symmetry) -> list[Money]:
        drafts = [self._draft(p) for p in self.rules.payments]
        nodes, total = [], 0
        groups: dict[str, Array] = {}
        for payment, (shape, *_) in zip(self.rules.payments, drafts, strict=True):
            same = groups.get(payment.group)
            if same is not None and same.shape != shape:
                raise InputError(
                    where=f"payment to {payment.to}",
                    needed=f"as many outcomes as the contract it shares, {same.shape[-1]}",
                    found=str(shape[-1]),
                    remedy="Leave out `equal` where players' signals differ.",
                )
            if same is None:
                unseen = self._unseen_types(payment, shape)
                own = tuple(1 if axis in unseen else size for axis, size in enumerate(shape))
                count = int(np.prod(own))
                same = np.broadcast_to(np.arange(total, total + count).reshape(own), shape)
                total += count
                if payment.group:
                    groups[payment.group] = same
            nodes.append(same)
        label = self._alike(nodes, total, treated)
        low, high = np.full(total, -INFINITY), np.full(total, INFINITY)
        for payment, (_, _, basis, _), node in zip(self.rules.payments, drafts, nodes, strict=True):
            least, most = _column_bounds(payment, basis.shape[1], _due(node.shape, self.n))
            low[node], high[node] = np.maximum(low[node], least), np.minimum(high[node], most)
        first = np.unique(label, return_index=True)[1]
        columns = self.programme.add_columns(len(first), lower=low[first], upper=high[first])
        return [
            Money(payment, self.game.index(payment.to), columns[label[node]], law, basis, drawn)
            for payment, (_, law, basis, drawn), node in zip(self.rules.payments, drafts, nodes, strict=True)
        ]

    def _alike(self, nodes: list[Array], total: int, treated: Symmetry) -> Array:
        """[node]: its orbit."""
        maps = []
        for e in treated.exchanges:
            image = np.arange(total)
            for payment, node in zip(self.rules.payments, nodes, strict=True):
                found = e.partner(payment, self.game, self.rules.payments)
                if found is None:
                    raise InputError(
                        where="anonymity",
                        needed=f"the same payments allowed to {self.game.players[e.i]} and {self.game.players[e.j]}",
                        found=f"none like that to {payment.to} on {', '.join(payment.on)}",
                    )
                other, order = self.rules.payments[found[0]], found[1]
                sizes = [len(self.game.signal(name).outcomes) for name in other.on]
                there = nodes[found[0]]
                if other.form == "free":
                    split, lead = there.reshape(*there.shape[:-1], *sizes), tuple(range(2 * self.n))
                    for axis in e.renamed(other.on, self.game):
                        split = np.take(split, e.decisions, axis=2 * self.n + axis)
                    split = np.transpose(split, (*lead, *(2 * self.n + order.index(m) for m in range(len(order)))))
                    there = split.reshape(there.shape)
                image[node] = e.of(there, self.n)
            maps.append(image)
        return orbits(total, maps) if maps else np.arange(total)

    def _draft(self, payment: Payment) -> tuple[tuple[int, ...], Array, Array, Array]:
        """(shape of the columns, law per coefficient, basis, drawn) of one payment."""
        law = joint_law(self.game, payment.on)
        reserve((3, *law.shape), f"payments to {payment.to} on {', '.join(payment.on)}")
        i = self.game.index(payment.to)
        for axis in self._unseen_acts(payment, law, i):
            law = np.take(law, [0], axis=axis)
        basis = _basis(self.game, payment, law.shape[-1])
        merged = [a for a in range(self.n, 2 * self.n) if law.shape[a] == 1 < self.shape[a]]
        kept = [a for a in range(2 * self.n) if a not in merged]
        drawn = np.transpose(self.mu, [*kept, *merged]).reshape(*law.shape[:-1], -1)
        worth = law if payment.form not in ("linear", "two-part") else law @ basis.T
        return worth.shape, worth, basis, drawn

    def _unseen_acts(self, payment: Payment, law: Array, i: int) -> list[int]:
        """Axes of decisions and of others' acts that neither the signal nor anything asked of the rule can tell apart."""
        rules = self.rules
        if "everywhere" in (rules.balance, rules.budget_when if rules.budget is not None else ""):
            return []
        if (rules.taking_part == "always" and rules.outside) or payment.group or rules.recommend == "public":
            return []
        if rules.robust is not None or self.treated is not self.alike:
            return []
        axes = [a for a in range(self.n, 2 * self.n) if a != self.n + i and self.shape[a] > 1]
        return [a for a in axes if (law == np.take(law, [0], axis=a)).all()]

    def _unseen_types(self, payment: Payment, shape: tuple[int, ...]) -> list[int]:
        """Axes of others' types that a payment need not depend on: it is due anyway, and they tell nothing about its signal."""
        rules, i, prior = self.rules, self.game.index(payment.to), self.game.prior
        if rules.robust is not None or self.treated is not self.alike:
            return []
        interim = rules.incentives == "bayesian" and rules.taking_part == "interim"
        sums = rules.balance in ("", "ex ante") and (rules.budget is None or rules.budget_when == "ex ante")
        if not (interim and sums and _due(shape, self.n)) or payment.group or rules.priors or rules.informed:
            return []
        others = tuple(j for j in range(self.n) if j != i)
        product = prior.sum(axis=others, keepdims=True) * prior.sum(axis=i, keepdims=True)
        if not np.allclose(product, prior, rtol=0, atol=1e-15):
            return []
        law = joint_law(self.game, payment.on)
        return [j for j in others if shape[j] > 1 and (law == np.take(law, [0], axis=j)).all()]

    def _liability(self, money: Money) -> None:
        """low·μ ≤ amounts ≤ high·μ."""
        payment, form = money.payment, money.payment.form
        if _due(money.columns.shape, self.n) and form != "two-part":
            return  # the columns' own bounds say it
        low, high = (rational.floats(side) for side in payment.bounds(money.basis.shape[1]))
        basis = np.ones((1, 1)) if form == "linear" else money.basis
        columns, drawn = money.cells
        for bound, sign in ((low[: basis.shape[1]], 1.0), (high[: basis.shape[1]], -1.0)):
            outcomes = np.arange(len(bound)) if form == "two-part" else np.flatnonzero(bound)
            if not len(outcomes):
                continue
            rows = self.programme.add_rows((len(columns), len(outcomes)), lower=0.0)
            if form == "two-part":
                self.programme.put(rows[..., None], columns[:, None, :], sign * basis.T[outcomes])
            else:
                self.programme.put(rows, columns[:, outcomes], sign)
            self.programme.put(rows[..., None], drawn[:, None, :], -sign * bound[outcomes][:, None])

    def _shape(self, money: Money) -> None:
        """Rising, falling or graduated amounts."""
        form, count = money.payment.form, money.columns.shape[-1]
        if form not in ("monotone", "falling", "graduated") or count == 1:
            return
        columns, _ = money.cells
        rows = self.programme.add_rows((len(columns), count - 1), lower=0.0)
        sign = 1.0 if form == "monotone" else -1.0
        self.programme.put(rows, columns[:, 1:], sign)
        self.programme.put(rows, columns[:, :-1], -sign)
        if form == "graduated" and count > 2:  # steps down grow
            rows = self.programme.add_rows((len(columns), count - 2), lower=0.0)
            for offset, weight in ((0, -1.0), (1, 2.0), (2, -1.0)):
                self.programme.put(rows, columns[:, offset : offset + count - 2], weight)


def _basis(game: Game, payment: Payment, outcomes: int) -> Array:
    if payment.form not in ("linear", "two-part"):
        return np.eye(outcomes)
    units = numbers_of(game, payment)
    rate = rational.floats(units)[None]
    return rate if payment.form == "linear" else np.concatenate([np.ones((1, outcomes)), rate])


def _due(shape: tuple[int, ...], n: int) -> bool:
    """Whether a payment with columns of this shape is due whatever is drawn."""
    return all(size == 1 for size in shape[n : 2 * n])


def _column_bounds(payment: Payment, outcomes: int, due: bool) -> tuple[Array | float, Array | float]:
    """Bounds that hold whatever is drawn."""
    if payment.form == "two-part":
        return -INFINITY, INFINITY
    low, high = (rational.floats(side) for side in payment.bounds(outcomes))
    if payment.form == "linear":
        low, high = low[:1], high[:1]
    return (low, high) if due else (np.minimum(low, 0.0), np.maximum(high, 0.0))
