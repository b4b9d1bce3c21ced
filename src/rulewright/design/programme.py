"""One programme designs them all: the generalised principal–agent problem (Myerson 1982, J. Math. Econ. 10).

The designer, player 0, knows ω and decides d; players know θ_i, may be asked for a report r_i, and do a_i. A rule draws a
decision and recommendations from μ(d, a | ω, θ) and pays t_i(ω, θ, d, a, y) on a signal y. In z_i = μ·t_i all is linear:

    maximise   Σ p(ω,θ) [ Σ μ·goal − κ Σ_i Σ_y P(y | ω,θ,d,a) z_i ]
    obedience  v_i(θ_i,r_i,a_i) ≥ Σ p·( μ(ω,r_i,θ_-i,d,a)·u_i(ω,θ,d,a_i′,a_-i) + Σ_y P(y | ω,θ,d,a_i′,a_-i) z_i )   for all a_i′
    honesty    Σ_{a_i} v_i(θ_i,θ_i,a_i) ≥ Σ_{a_i} v_i(θ_i,r_i,a_i) + slack·p(θ_i)                            for all r_i
    liability  low·μ ≤ z_i ≤ high·μ        taking part, budget: linear rows

with equality in obedience on the truthful, obedient path. Dominant incentives: the same rows for every θ_-i separately.
Arrays: μ is [*types, *actions] of the game with its designer, z_i has the signal's axis behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod

import numpy as np

from ..errors import Impossible, InputError
from ..game.game import Game
from ..game.play import weighted
from ..institution.moves import joint_law
from ..numerics.linprog import INFINITY, Programme, Solution
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .rules import Payment, Rules

TIE_BREAK = 1e-9  # relative: how much of the optimum the tie-break may give up
SMALL, LARGE = 1e-2, 1e4  # ranges of payoffs that need no scaling
EXPOSURE = 1e-3  # weight, in the tie-break, of the largest payment against the expected one
NEGLIGIBLE = 1e-7  # probabilities below this are taken as zero when payments are read off


@dataclass(frozen=True, eq=False)
class Outcome:
    """The optimal rule: (decision, recommendation) law and payments."""

    law: Array = field(repr=False)
    """μ[*types, *actions]; sums to one over actions, at every type profile."""
    payments: tuple[tuple[Payment, Array], ...] = field(repr=False)
    """Per allowed payment t[*types, *actions, outcome]; zero where the rule never gets."""
    value: float
    """Goal minus κ times what is paid."""
    goal: float
    paid: float


class _Builder:
    """The programme's columns and rows, one method per kind of row."""

    def __init__(self, game: Game, rules: Rules, only: tuple[int, ...] | None) -> None:
        self.game, self.rules = game, rules
        self.n = game.n
        self.programme = Programme()
        self.shape = game.payoff.shape[1:]
        self.chance = np.broadcast_to(game.prior.reshape(game.prior.shape + (1,) * self.n), self.shape)
        upper = np.ones(self.shape)
        if only is not None:
            upper = np.zeros(self.shape)
            upper[(slice(None),) * self.n + (slice(None), *[slice(a, a + 1) for a in only])] = 1.0
        self.mu = self.programme.add_columns(self.shape, upper=upper, cost=self.chance * game.goal)
        sums = self.programme.add_rows(game.type_counts, lower=1.0, upper=1.0)
        self.programme.put(sums.reshape(game.type_counts + (1,) * self.n), self.mu, 1.0)
        self.payments = [self._payment(p) for p in rules.payments]
        self.soft: list[tuple[str, Array]] = []  # rows that say what is asked of a rule, by name, for diagnosis

    def _payment(self, payment: Payment) -> tuple[Payment, int, Array, Array]:
        """Columns z [*types, *actions, outcome] of one payment, within its liability, and the signal's law."""
        i = self.game.index(payment.to)
        law = joint_law(self.game, payment.on)
        reserve((3, *law.shape), f"payments to {payment.to} on {', '.join(payment.on)}")
        low, high = float(payment.low), float(payment.high)
        cost = -float(self.rules.money_weight) * self.chance[..., None] * law
        z = self.programme.add_columns(law.shape, lower=min(low, 0.0), upper=max(high, 0.0), cost=cost)
        mu = self.mu[..., None]
        for bound, below in ((low, True), (high, False)):
            if bound == 0:
                continue  # the column's own bound says it
            rows = self.programme.add_rows(law.shape, lower=0.0)
            self.programme.put(rows, z, 1.0 if below else -1.0)
            self.programme.put(rows, mu, -bound if below else bound)
        return payment, i, z, law

    def incentives(self, i: int) -> None:
        """Obedience, honesty and taking part of player i."""
        game, n, dominant = self.game, self.n, self.rules.incentives == "dominant"
        types, actions = game.type_counts[i], game.action_counts[i]
        known = [j for j in range(1, n) if j != i] if dominant else []  # others whose types index rows
        summed = [j for j in range(n) if j != i and j not in known]
        order = [*known, i, n + i, *summed, *(n + j for j in range(n) if j != i)]
        k = len(known)
        known_shape = tuple(game.type_counts[j] for j in known)

        def arranged(array: Array, extra: int = 0) -> Array:
            """[*known, own type, own action, everything summed over in one axis (, outcome)]."""
            moved = np.transpose(array, [*order, *range(2 * n, 2 * n + extra)])
            return moved.reshape(*moved.shape[: k + 2], -1, *moved.shape[moved.ndim - extra :])

        v = self.programme.add_columns((*known_shape, types, types, actions), lower=-INFINITY)  # [θ_i, r_i, a_i]
        rows = self.programme.add_rows((*known_shape, types, types, actions, actions), lower=0.0)
        self.programme.put(rows, v[..., None], 1.0)
        worth, mu = arranged(weighted(game, i)), arranged(self.mu)
        lead = (slice(None),) * k
        by_true = (*lead, slice(None), None, None, slice(None), slice(None))  # value at θ_i, a_i′
        by_said = (*lead, None, slice(None), slice(None), None, slice(None))  # column at r_i, a_i
        self.programme.put(rows[..., None], mu[by_said], -worth[by_true])
        for _, to, z, law in self.payments:
            if to == i:
                money = arranged(self.chance[..., None] * law, 1)
                self.programme.put(rows[..., None, None], arranged(z, 1)[by_said], -money[by_true])
        self._on_path(rows, mu, arranged(self.chance), types, actions, k)
        self._honesty(i, v, known, known_shape)
        self._taking_part(i, v, mu, arranged(self.chance), known_shape)

    def _on_path(self, rows: Array, mu: Array, chance: Array, types: int, actions: int, k: int) -> None:
        """Truthful rows: equality where a_i′ = a_i, and the slack asked for where it is not."""
        slack = float(self.rules.slack)
        for t in range(types):
            for a in range(actions):
                at = (slice(None),) * k + (t, t, a)
                self.programme.tighten(rows[(*at, a)], upper=0.0)
                others = [b for b in range(actions) if b != a]
                if slack and others:
                    here = (slice(None),) * k + (t, a)
                    self.programme.put(
                        rows[at][..., others][..., None], mu[here][..., None, :], -slack * chance[here][..., None, :]
                    )

    def _honesty(self, i: int, v: Array, known: list[int], known_shape: tuple[int, ...]) -> None:
        game, types = self.game, self.game.type_counts[i]
        inert = tuple(j for j in range(game.n) if j != i and j not in known)
        chance = game.prior.sum(axis=inert) if inert else game.prior
        left = [j for j in range(game.n) if j not in inert]
        chance = np.transpose(chance, [left.index(j) for j in (*known, i)])  # [*known, own type]
        if types > 1:
            off = ~np.eye(types, dtype=bool)
            slack = float(self.rules.slack) * np.broadcast_to(chance[..., None], (*known_shape, types, types))
            rows = self.programme.add_rows((*known_shape, types, types), lower=np.where(off, slack, -INFINITY))
            truth = np.einsum("...ttk->...tk", v)
            self.programme.put(rows[..., None], truth[..., :, None, :], off[..., None] * 1.0)
            self.programme.put(rows[..., None], v, -(off[..., None] * 1.0))
            self.soft.append((f"truth must be best for {game.players[i]}", rows[..., off].ravel()))

    def _taking_part(self, i: int, v: Array, mu: Array, chance: Array, known_shape: tuple[int, ...]) -> None:
        """Each type gets at least its outside option: once it has reported or, where nobody does, once it is told."""
        player, types, actions = self.game.players[i], self.game.type_counts[i], self.game.action_counts[i]
        if player not in self.rules.outside:
            return
        outside = float(self.rules.outside[player])
        truth = np.einsum("...ttk->...tk", v)  # [*known, own type, recommendation]
        reporting = any(self.game.type_counts[j] > 1 for j in range(1, self.n))
        shape = (*known_shape, types) if reporting else (*known_shape, types, actions)
        rows = self.programme.add_rows(shape, lower=0.0)
        spread = rows[..., None] if reporting else rows
        self.programme.put(spread, truth, 1.0)
        self.programme.put(spread[..., None], mu, -outside * chance)
        self.soft.append((f"{player} must want to take part", rows.ravel()))

    def budget(self) -> None:
        if self.rules.budget is None or not self.payments:
            return
        row = self.programme.add_rows(1, upper=float(self.rules.budget))
        for _, _, z, law in self.payments:
            self.programme.put(row, z, self.chance[..., None] * law)
        self.soft.append(("the budget", row))

    def build(self) -> _Builder:
        for i in range(1, self.n):
            if self.game.type_counts[i] * self.game.action_counts[i] > 1 or self.game.players[i] in self.rules.outside:
                self.incentives(i)
        self.budget()
        return self

    def least_exposure(self, optimum: Solution) -> Solution:
        """Among the optimal rules one that pays little, and then one whose largest payments and fines are smallest."""
        if not self.payments:
            return optimum
        cost = self.programme.cost()
        scale = max(1.0, abs(optimum.value))
        row = self.programme.add_rows(1, lower=optimum.value - TIE_BREAK * scale)
        columns = np.flatnonzero(cost)
        self.programme.put(row, columns, cost[columns])
        edges = []
        for _, _, z, _ in self.payments:
            for sign in (1.0, -1.0):  # the largest payment, the largest fine
                edge = self.programme.add_columns(self.shape)
                self.programme.put(rows := self.programme.add_rows(z.shape, lower=0.0), edge[..., None], 1.0)
                self.programme.put(rows, z, -sign)
                edges.append(edge)
        objective = np.zeros(self.programme.columns)
        for edge in edges:
            objective[edge] = EXPOSURE * np.maximum(self.chance, 1e-6)  # impossible types too, or they would float
        for payment, _, z, law in self.payments:
            if payment.low >= 0:
                objective[z] += self.chance[..., None] * law
        simple = self.programme.solve(objective)
        return simple if simple.x is not None else optimum

    def outcome(self, solution: Solution, value: float) -> Outcome:
        x = solution.point()
        law = np.maximum(x[self.mu], 0)
        law[law < NEGLIGIBLE] = 0
        law = law / law.sum(axis=tuple(range(self.n, 2 * self.n)), keepdims=True)
        paid, payments = 0.0, []
        for payment, _, z, chance in self.payments:
            amount = np.divide(x[z], law[..., None], out=np.zeros(z.shape), where=law[..., None] > 0)
            amount = np.clip(amount, float(payment.low), float(payment.high)) * (law[..., None] > 0)
            payments.append((payment, amount))
            paid += float((self.chance[..., None] * chance * law[..., None] * amount).sum())
        return Outcome(law, tuple(payments), value, float((self.chance * law * self.game.goal).sum()), paid)


def solve(game: Game, rules: Rules) -> Outcome:
    """The best rule of the family. `game` has its designer as player 0.

    Raises Impossible where no rule meets what is asked, with what would have to give, and by how much.
    """
    if not game.designer:
        raise InputError(where="design", needed="a game with a designer", found=repr(game))
    for payment in rules.payments:
        if payment.form != "free" or payment.group:
            raise InputError(
                where=f"payment to {payment.to}",
                needed="form free, without `equal`",
                found=payment.form + (", equal" if payment.group else ""),
                remedy='Linear payments and equal contracts are designed by promises (aim = "only").',
            )
    if not rules.ask and any(game.type_counts[i] > 1 for i in game.strategic):
        raise InputError(
            where="rules",
            needed="ask = true where players have private types",
            found="ask = false",
            remedy="Leave `ask` out; a rule that gains nothing from asking will ignore the answers.",
        )
    game = game.floats
    size = max([float(np.ptp(game.payoff[i])) for i in game.strategic] + [0.0])
    if size and not SMALL <= size <= LARGE:  # the solver's tolerances are absolute: let payoffs be of order one
        return _scaled(solve(_in_units(game, size), _rules_in_units(rules, size)), size)
    if rules.recommend:
        return _best(game, rules, None)
    profiles = list(np.ndindex(*game.action_counts[1:]))
    found, failure = [], None
    for profile in profiles:
        try:
            found.append(_best(game, rules, profile))
        except Impossible as error:
            failure = error
    if not found:
        raise failure or Impossible(needed="some act that can be brought about", found="none")
    return max(found, key=lambda outcome: outcome.value)


def _in_units(game: Game, size: float) -> Game:
    return replace(game, payoff=game.payoff / size, transfer=game.transfer / size)


def _rules_in_units(rules: Rules, size: float) -> Rules:
    unit = Fraction(size)
    return replace(
        rules,
        payments=tuple(replace(p, low=p.low / unit, high=p.high / unit) for p in rules.payments),
        budget=None if rules.budget is None else rules.budget / unit,
        margin=rules.margin / unit,
        payoff_error=rules.payoff_error / unit,
        outside={player: value / unit for player, value in rules.outside.items()},
    )


def _scaled(outcome: Outcome, size: float) -> Outcome:
    return replace(
        outcome,
        payments=tuple(
            (replace(p, low=p.low * Fraction(size), high=p.high * Fraction(size)), t * size)
            for p, t in outcome.payments
        ),
        value=outcome.value * size,
        goal=outcome.goal * size,
        paid=outcome.paid * size,
    )


def _best(game: Game, rules: Rules, only: tuple[int, ...] | None) -> Outcome:
    cells = prod(game.payoff.shape[1:])
    most = max(t * a for t, a in zip(game.type_counts, game.action_counts, strict=True))
    reserve((4, cells, most), "the incentive rows of the programme")
    builder = _Builder(game, rules, only).build()
    optimum = builder.programme.solve(maximise=True)
    if optimum.status == "infeasible":
        raise Impossible(**_relaxation(_Builder(game, rules, only).build()))
    if optimum.x is None:
        raise InputError(
            where="rules",
            needed="payments with bounds",
            found="a programme without an optimum",
            remedy="Give every payment `between = [low, high]`.",
        )
    return builder.outcome(builder.least_exposure(optimum), optimum.value)


def _relaxation(builder: _Builder) -> dict[str, str]:
    """What would have to give, and by how little: slack on everything asked for, as little in all as possible."""
    programme = builder.programme
    cost = np.zeros(programme.columns)
    slacks = []
    for name, rows in builder.soft:
        gives = programme.add_columns(len(rows), cost=0.0)
        programme.put(rows, gives, -1.0 if name == "the budget" else 1.0)
        slacks.append((name, gives))
        cost = np.append(cost, np.ones(len(rows)))
    solution = programme.solve(cost)
    if solution.x is None:
        return {
            "where": "design",
            "needed": "a rule that agents obey",
            "found": "none, whatever may give",
            "remedy": "Allow more: wider bounds on payments, recommendations, or a smaller margin.",
        }
    needs = [(name, float(solution.x[gives].sum())) for name, gives in slacks]
    short = ", ".join(f"{name} (short by {amount:.6g})" for name, amount in needs if amount > 1e-9)
    return {
        "where": "design",
        "needed": "a rule in the allowed family that does what is asked",
        "found": f"none: it fails on {short}" if short else "none",
        "remedy": "The smallest relaxation that would do gives way by exactly these amounts, weighted by probability;"
        " or allow wider bounds on payments.",
    }
