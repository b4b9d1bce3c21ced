"""Hidden type and hidden action: a menu of contracts, each a lottery over recommended actions with payments on the outcome.

An agent of type k (chance p_k) who does a at cost c[k, a] gives outcome y with chance F[k, a, y], worth reward[y]. It reports r, is
told a, drawn from μ(a | r), and is paid t(r, a, y); z = μ·t makes it linear (Myerson 1982, J. Math. Econ. 10, for one agent):

    maximise    Σ p_k ( Σ_a R[k, a]·μ(a | k) − Σ_{a,y} F[k, a, y]·z(k, a, y) )
    obedience   U(k, a) := Σ_y F[k, a, y]·z(k, a, y) − c[k, a]·μ(a | k)
                        ≥  Σ_y F[k, a′, y]·z(k, a, y) − (c[k, a′] − slack)·μ(a | k)                 for all a′ ≠ a
    lying       v(k, r, a)  ≥  Σ_y F[k, a′, y]·z(r, a, y) − c[k, a′]·μ(a | r)       for all a′: lie, then do the best
    honesty     Σ_a U(k, a)  ≥  Σ_a v(k, r, a) + slack        voluntary   Σ_a U(k, a) ≥ outside_k
    liability   low·μ ≤ z ≤ high·μ

It is `design.solve` on `ContractMenu.game` (a designer, an agent with types, the signal "result", payments between the bounds),
written for this shape alone: of the K²·A² rows for a lie and what follows it few matter, and they are added as they are broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...game.game import SINGLE, Game, Signal, check_law
from ...game.play import Play, interim, marginal
from ...institution.institution import Institution
from ...numerics import rational
from ...numerics.exact import dot
from ...numerics.given import bounds, law, named, number, numbers
from ...numerics.linprog import INFINITY, Programme, Solution
from ...numerics.rational import Array
from ..compiled import Compiled, compiled
from ..programme import Outcome
from ..rules import Payment
from .certify import Certified

BROKEN = 1e-8  # in units of the costs
NEGLIGIBLE = 1e-7  # chances of a recommendation below this are taken as zero
CUSHIONS = (0.0, 1e-7, 1e-6)  # asked for on top of the margin, until no incentive breaks when decimals become rationals
CLOSENESS = (1e-6, 1e-8)  # of these rationals


@dataclass(frozen=True, eq=False)
class TypedSetting:
    """Types with actions, costs and laws of outcomes. Checked once; in the field that was given."""

    F: Array = field(repr=False)
    """[type, action, outcome]."""
    cost: Array = field(repr=False)
    """[type, action]."""
    reward: Array = field(repr=False)
    """[outcome]."""
    prior: Array = field(repr=False)
    """[type]."""
    low: Fraction
    high: Fraction
    slack: Fraction
    outside: Array | None
    """[type], or None if the agent must take part."""
    types: tuple[str, ...]
    actions: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ContractMenu(Certified):
    """The optimal menu of contracts. Money is in payoff units."""

    setting: TypedSetting = field(repr=False)
    law: Array
    """[type, action]; μ, chances of recommendations."""
    payments: Array = field(repr=False)
    """[type, action, outcome]; t, zero where the action is never recommended."""
    utility: Array
    """[type]; the agent's, expected."""
    value: float
    """Expected reward less what is paid."""
    paid: float
    rows: int
    """Rows of double deviations that were needed, of K²·A²."""

    @cached_property
    def game(self) -> Game:
        """A principal whose goal is the reward, an agent with types, the signal "result"; exact."""
        s = self.setting
        K, A, Y = s.F.shape
        F, shape = law(s.F), (1, K, 1, A)
        payoff = np.stack([dot(F, rational.exact(s.reward)), -rational.exact(s.cost)]).reshape(2, *shape)
        return Game.bayesian(
            payoff,
            law(s.prior).reshape(1, K),
            players=("principal", "agent"),
            types=(SINGLE, s.types),
            actions=(SINGLE, s.actions),
            signals=(Signal("result", s.outcomes, F.reshape(*shape, Y)),),
            designer=True,
        )

    @property
    def outcome(self) -> Outcome:
        """The same in the shape in which `design.solve` answers."""
        s = self.setting
        K, A, Y = s.F.shape
        payment = Payment("agent", ("result",), s.low, s.high)
        return Outcome(
            law=self.law.reshape(1, K, 1, A),
            payments=((payment, self.payments.reshape(1, K, 1, A, Y)),),
            value=self.value,
            goal=self.value + self.paid,
            paid=self.paid,
        )

    @cached_property
    def compiled(self) -> Compiled:
        """The menu in the house's words: reports, recommendations, payments. Raises TooLarge for many actions, because the agent
        then has a plan for every recommendation."""
        for cushion in CUSHIONS:
            menu = _best(self.setting, cushion) if cushion else self
            if menu is None:
                break
            for close in CLOSENESS:
                said = compiled(self.game, menu.outcome, "menu of contracts", close=close)
                if self._flawless(said):
                    return said
        raise Impossible(
            where="menu of contracts", needed="rationals that break no incentive", found="none near the optimum"
        )

    def _flawless(self, said: Compiled) -> bool:
        """Whether, in rationals, nobody gains by deviating and every type still wants to take part."""
        if said.play.regret != 0:
            return False
        if self.setting.outside is None:
            return True
        strategies, limits = said.play.strategies or (), rational.exact(self.setting.outside)
        gets = (interim(said.induced, strategies, 1) * strategies[1]).sum(axis=1)
        return bool((gets >= limits * marginal(said.induced, 1)).all())

    @property
    def base(self) -> Game:
        return self.compiled.base

    @property
    def institution(self) -> Institution:
        return self.compiled.institution

    @property
    def induced(self) -> Game:
        return self.compiled.induced

    @property
    def play(self) -> Play:
        return self.compiled.play

    @property
    def wanted(self) -> Mapping[str, Any]:
        """{player: positions of what each type does}."""
        strategies = self.play.strategies or ()
        return {p: [int(row.argmax()) for row in s] for p, s in zip(self.induced.players, strategies, strict=True)}

    @property
    def outside(self) -> dict[str, list[Any]]:
        return {} if self.setting.outside is None else {"agent": list(rational.exact(self.setting.outside))}

    def describe(self) -> str:
        s, said = self.setting, []
        for k, kind in enumerate(s.types):
            for a in np.flatnonzero(self.law[k] > NEGLIGIBLE):
                chance = "" if self.law[k, a] > 1 - NEGLIGIBLE else f" (with chance {rational.decimal(self.law[k, a])})"
                money = [
                    f"{rational.decimal(t)} if {y}" for y, t in zip(s.outcomes, self.payments[k, a], strict=True) if t
                ]
                said.append(f"{kind} does {s.actions[a]}{chance} for {', '.join(money) or 'nothing'}")
        return "; ".join(said)


def hidden_type_and_action(
    F: Any,
    cost: Any,
    reward: Any,
    prior: Any,
    *,
    low: Any = 0,
    high: Any,
    margin: Any = 0,
    payoff_error: Any = 0,
    outside: Any = None,
    types: Any = None,
    actions: Any = None,
    outcomes: Any = None,
) -> ContractMenu:
    """The best menu for law F[type, action, outcome], cost[type, action], reward[outcome] and prior[type].

    Every payment lies between `low` and `high` (both needed: with lotteries and no cap the best need not exist). `outside` is a
    number or [type]; without it the agent must take part. `margin` is the slack of every incentive, `payoff_error` adds twice.
    Raises InputError; Impossible where no menu does what is asked.
    """
    law_ = numbers(F, "law F", (None, None, None))
    K, A, Y = law_.shape
    check_law(law_, "law F")
    chances = numbers(prior, "prior", (K,))
    check_law(chances, "prior")
    least, most = number(low, "low"), _finite(high)
    slack = number(margin, "margin", least=0) + 2 * number(payoff_error, "payoff_error", least=0)
    if least > most:
        raise InputError(where="menu of contracts", needed="low ≤ high", found=f"{least} and {most}")
    stay = None
    if outside is not None:
        stay = bounds(outside, "outside", K)
    asked = TypedSetting(
        law_,
        numbers(cost, "cost", (K, A)),
        numbers(reward, "reward", (Y,)),
        chances,
        least,
        most,
        slack,
        stay,
        named(types, "t", K, "types"),
        named(actions, "a", A, "actions"),
        named(outcomes, "y", Y, "outcomes"),
    )
    menu = _best(asked, 0.0)
    if menu is None:
        raise Impossible(
            where="menu of contracts",
            needed="a menu that does what is asked",
            found="none",
            remedy="Widen the bounds on payments, or lower margins or outside options.",
        )
    return menu


def _finite(high: Any) -> Fraction:
    try:
        return rational.fraction(high)
    except ValueError:
        raise InputError(where="high", needed="a finite largest payment", found=str(high)) from None


class _Rows:
    """The programme with the double deviations found so far, in units of the costs."""

    def __init__(self, asked: TypedSetting, cushion: float) -> None:
        cost = rational.floats(asked.cost)
        self.unit = float(np.ptp(cost)) or float(np.abs(cost).max()) or 1.0
        self.F, self.cost, self.p = rational.floats(asked.F), cost / self.unit, rational.floats(asked.prior)
        self.worth = self.F @ rational.floats(asked.reward) / self.unit
        self.slack = float(asked.slack) / self.unit + cushion
        self.low, self.high = float(asked.low) / self.unit, float(asked.high) / self.unit
        self.outside = None if asked.outside is None else rational.floats(asked.outside) / self.unit + cushion
        K, A, _ = self.F.shape
        cheap = self.cost.argmin(axis=1)
        k, r, a = (x.ravel() for x in np.indices((K, K, A)))
        self.rows = np.stack(
            [k, r, a, cheap[k]]
        )  # (type, report, recommended, done): at first the cheapest act of the type

    def solve(self) -> tuple[Solution, Array, Array, Array]:
        """(solution, columns of μ[k, a], z[k, a, y], v[k, r, a])."""
        K, A, Y = self.F.shape
        programme = Programme()
        mu = programme.add_columns((K, A), upper=1.0, cost=self.p[:, None] * self.worth)
        z = programme.add_columns(
            (K, A, Y),
            lower=min(self.low, 0.0),
            upper=max(self.high, 0.0),
            cost=-self.p[:, None, None] * self.F,
        )
        v = programme.add_columns((K, K, A), lower=-INFINITY)
        programme.put(programme.add_rows(K, lower=1.0, upper=1.0)[:, None], mu, 1.0)
        for bound, sign in ((self.low, 1.0), (self.high, -1.0)):
            if bound:
                rows = programme.add_rows((K, A, Y), lower=0.0)
                programme.put(rows, z, sign)
                programme.put(rows, mu[..., None], -sign * bound)
        k = np.arange(K)
        rows = programme.add_rows((K, A), lower=0.0, upper=0.0)  # truthful v is what obedience gives
        programme.put(rows, v[k, k], 1.0)
        programme.put(rows[..., None], z, -self.F)
        programme.put(rows, mu, self.cost)
        self._deviations(programme, mu, z, v)
        off = ~np.eye(K, dtype=bool)
        rows = programme.add_rows((K, K), lower=np.where(off, self.slack, -INFINITY))
        programme.put(rows[..., None], v[k, k][:, None, :], off[..., None] * 1.0)
        programme.put(rows[..., None], v, -1.0 * off[..., None])
        if self.outside is not None and K > 1:
            programme.put(programme.add_rows(K, lower=self.outside)[:, None], v[k, k], 1.0)
        elif self.outside is not None:  # nobody reports: it may still walk away once it is told what to do
            rows = programme.add_rows((K, A), lower=0.0)
            programme.put(rows, v[k, k], 1.0)
            programme.put(rows, mu, -self.outside[:, None])
        return programme.solve(maximise=True), mu, z, v

    def _deviations(self, programme: Programme, mu: Array, z: Array, v: Array) -> None:
        k, r, a, b = self.rows
        rows = programme.add_rows(len(k), lower=0.0)
        programme.put(rows, v[k, r, a], 1.0)
        programme.put(rows[:, None], z[r, a], -self.F[k, b])
        programme.put(rows, mu[r, a], self.cost[k, b] - self.slack * ((k == r) & (a != b)))

    def add_broken(self, mu: Array, z: Array, v: Array) -> bool:
        """Add, for every (type, report, recommendation), the best deviation if it is worth more than v says."""
        gets = np.einsum("kby,ray->krab", self.F, z) - self.cost[:, None, None, :] * mu[None, :, :, None]
        K, A = mu.shape
        k = np.arange(K)
        gets[k, k] += self.slack * mu[:, :, None] * ~np.eye(A, dtype=bool)
        best = gets.argmax(axis=3)
        at = np.argwhere(np.take_along_axis(gets, best[..., None], axis=3)[..., 0] > v + BROKEN).T
        if not at.size:
            return False
        self.rows = np.unique(np.concatenate([self.rows, np.vstack([at, best[tuple(at)]])], axis=1), axis=1)
        return True


def _best(asked: TypedSetting, cushion: float) -> ContractMenu | None:
    rows = _Rows(asked, cushion)
    while True:
        solution, *columns = rows.solve()
        if solution.x is None:
            return None
        mu, z, v = (solution.x[c] for c in columns)
        count = rows.rows.shape[1]
        if not rows.add_broken(mu, z, v) or rows.rows.shape[1] == count:
            break
    chances = np.where(mu > NEGLIGIBLE, mu, 0)
    chances = chances / chances.sum(axis=1, keepdims=True)
    t = np.divide(z, chances[..., None], out=np.zeros_like(z), where=chances[..., None] > 0) * rows.unit
    t = np.where(chances[..., None] > 0, np.clip(t, float(asked.low), float(asked.high)), 0)
    given = (rows.F * t * chances[..., None]).sum(axis=(1, 2))
    utility = given - (rational.floats(asked.cost) * chances).sum(axis=1)
    paid = float(rows.p @ given)
    return ContractMenu(asked, chances, t, utility, solution.value * rows.unit, paid, count)
