"""Menus for hidden types (screening): each type takes the item that is meant for it, by its own choice.

A buyer of type k (share p_k) gets v[k, q] from quality (or quantity) q, which costs the seller c[q]. A menu is, per type, a law
x[k, q] of qualities and a price t_k. With u_k = Σ_q v[k, q]·x[k, q] − t_k:

    maximise   Σ_k p_k (t_k − Σ_q c[q]·x[k, q])
    honesty    u_k ≥ u_j + Σ_q (v[k, q] − v[j, q])·x[j, q] + margin      for all k ≠ j
    voluntary  u_k ≥ outside_k

Types are ordered if v[k, q] − v[k − 1, q] rises with q (single crossing). Then neighbours are what matters: the programme starts
with their rows; every other row is checked, and added if it is broken. Closed forms: Mussa & Rosen 1978 (J. Econ. Theory 18),
v = θq and c = q²/2; Maskin & Riley 1984 (RAND J. Econ. 15), v = θ·V(q) and a constant unit cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...game.game import SINGLE, Game, check_law
from ...institution.institution import Institution, Moves
from ...institution.moves import Commit, Pay, Speak
from ...numerics import rational
from ...numerics.exact import ONE, ZERO, Exact, Linear, inner
from ...numerics.given import bounds, law, named, number, numbers
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from .certify import Certified

AT_ONCE = 50  # broken rows added in a round


@dataclass(frozen=True, eq=False)
class Menu(Certified):
    """An optimal menu; exact. Money is in the unit of v."""

    value_of: Array = field(repr=False)
    """[type, quality]; v."""
    cost: Array = field(repr=False)
    """[quality]."""
    share: Array = field(repr=False)
    """[type]."""
    types: tuple[str, ...]
    qualities: tuple[str, ...]
    law: Array
    """[type, quality]; x."""
    price: Array
    """[type]; t, paid by the buyer."""
    utility: Array
    """[type]; u, the buyer's."""
    value: Fraction
    """The seller's expected profit."""
    bound: Fraction
    """No menu has a larger one; proved by multipliers."""
    ordered: bool
    """Whether single crossing holds in the order of types given."""
    limits: Array = field(repr=False)
    """[type]; outside options."""
    margin: Fraction

    @cached_property
    def slacks(self) -> Array:
        """[type k, type j]; by how much k prefers its own item to that of j, beyond the margin; 0 where k = j."""
        other = self.value_of.dot(self.law.T) - self.price
        slack = self.utility[:, None] - other - self.margin
        np.fill_diagonal(slack, ZERO)
        return slack

    @property
    def tight(self) -> tuple[tuple[int, int], ...]:
        """(k, j): type k is indifferent to the item of type j."""
        return tuple((int(k), int(j)) for k, j in np.argwhere(self.slacks == 0) if k != j)

    @cached_property
    def base(self) -> Game:
        """A seller who decides the quality, and a buyer with types; people's goal is minus the cost."""
        K, Q = self.value_of.shape
        payoff = np.stack([np.broadcast_to(-self.cost, (K, Q)), self.value_of]).reshape(2, 1, K, Q, 1)
        return Game.bayesian(
            payoff,
            self.share.reshape(1, K),
            players=("seller", "buyer"),
            types=(SINGLE, self.types),
            actions=(self.qualities, SINGLE),
            designer=True,
        )

    @cached_property
    def institution(self) -> Institution:
        heard = ("message of buyer",)
        says = [Speak("buyer", self.types)] if len(self.types) > 1 else []
        if not says:
            heard = ("type of buyer",)
        pays = [Pay("buyer", heard, -self.price)]
        commits = [Commit("seller", heard, self.law[None])] if len(self.qualities) > 1 else []
        return Moves.of("menu", [*says, *pays, *commits])

    @property
    def wanted(self) -> dict[str, Any]:
        said = [f"say {t}" for t in self.types] if len(self.types) > 1 else [SINGLE[0]]
        return {"buyer": said}

    @property
    def outside(self) -> dict[str, list[Any]]:
        return {"buyer": list(self.limits)}

    def describe(self) -> str:
        said = []
        for k, kind in enumerate(self.types):
            mix = " or ".join(
                self.qualities[q] if p == 1 else f"{self.qualities[q]} ({rational.decimal(p)})"
                for q, p in enumerate(self.law[k])
                if p
            )
            said.append(f"{kind} takes {mix} for {rational.decimal(self.price[k])}")
        return "; ".join(said)


def screening(
    value: Any,
    cost: Any,
    share: Any,
    *,
    outside: Any = 0,
    margin: Any = 0,
    types: Any = None,
    qualities: Any = None,
) -> Menu:
    """The menu of largest profit for v = value[type, quality], cost[quality] and share[type]; lotteries are allowed.

    Not to serve a type is a quality of value 0 and cost 0, if there is to be such. `outside` is one number or [type]; `margin` is
    by how much the own item must be better than any other. Raises InputError; Impossible where a margin cannot be had.
    """
    v = rational.exact(numbers(value, "value", (None, None)))
    K, Q = v.shape
    c = rational.exact(numbers(cost, "cost", (Q,)))
    shares = numbers(share, "share", (K,))
    check_law(shares, "share")
    p = law(shares)
    limits = bounds(outside, "outside", K)
    slack = number(margin, "margin", least=0)
    ordered = bool((np.diff(np.diff(v, axis=0), axis=1) >= 0).all()) if min(K, Q) > 1 else True
    pairs = [(k, j) for k in range(K) for j in (k - 1, k + 1) if 0 <= j < K]
    while True:
        linear = _programme(v, c, p, limits, slack, pairs)
        solution = linear.solve()
        if solution.x is None:
            raise Impossible(
                where="menu", needed=f"a menu with a margin of {slack}", found="none", remedy="Ask for less."
            )
        x, u = solution.point()[: K * Q].reshape(K, Q), solution.point()[K * Q :]
        gain = u[None, :] + rational.floats(limits)[None, :] - (u + rational.floats(limits))[:, None]
        vf = rational.floats(v)
        gain = gain + vf @ x.T - (vf * x).sum(axis=1)[None, :] + float(slack)  # [k, j]: broken if > 0
        np.fill_diagonal(gain, 0)
        for k, j in pairs:
            gain[k, j] = 0
        new = [(int(k), int(j)) for k, j in np.argwhere(gain > 1e-9 * linear.size)]
        if not new:
            break
        pairs += sorted(new, key=lambda at: -gain[at])[:AT_ONCE]
    while True:
        exact = _programme(v, c, p, limits, slack, pairs).exactly()
        menu = _menu(v, c, p, limits, exact, (types, qualities), ordered, slack)
        broken = [(int(k), int(j)) for k, j in np.argwhere(menu.slacks < 0)]
        if not broken:
            return menu
        pairs += broken


def _programme(v: Array, c: Array, p: Array, limits: Array, slack: Fraction, pairs: list[tuple[int, int]]) -> Linear:
    """Columns x[type, quality], then u[type] above the outside option; rows: laws, then honesty of `pairs`."""
    K, Q = v.shape
    rows = np.full((K + len(pairs), K * Q + K), ZERO, dtype=object)
    for k in range(K):
        rows[k, k * Q : (k + 1) * Q] = ONE
    sides = [ONE] * K
    for at, (k, j) in enumerate(pairs, start=K):
        rows[at, K * Q + k] = ONE
        rows[at, K * Q + j] -= ONE
        rows[at, j * Q : (j + 1) * Q] = v[j] - v[k]
        sides.append(slack + limits[j] - limits[k])
    return Linear(
        np.concatenate([((c - v) * p[:, None]).ravel(), p]),
        rows,
        np.array(sides, dtype=object),
        np.full(K * Q + K, ZERO, dtype=object),
        np.array([ONE] * (K * Q) + [INFINITY] * K, dtype=object),
        equal=K,
    )


def _menu(
    v: Array, c: Array, p: Array, limits: Array, exact: Exact, names: tuple[Any, Any], ordered: bool, slack: Fraction
) -> Menu:
    K, Q = v.shape
    x, u = exact.x[: K * Q].reshape(K, Q), exact.x[K * Q :] + limits
    types, qualities = named(names[0], "t", K, "types"), named(names[1], "q", Q, "qualities")
    price, given = (v * x).sum(axis=1) - u, inner(p, limits)
    profit = -exact.value - given
    return Menu(v, c, p, types, qualities, x, price, u, profit, -exact.bound - given, ordered, limits, slack)


# ── closed forms ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class ClosedMenu:
    """An optimal menu by formula; exact."""

    virtual: Array
    """[type]; virtual types, ironed where they fall."""
    quality: Array
    """[type]; 0 where the type is not served."""
    price: Array
    utility: Array
    value: Fraction


def mussa_rosen(types: Any, share: Any) -> ClosedMenu:
    """Quality menus where type θ gets θq and quality costs q²/2: q_k is the virtual type, or 0 (Mussa & Rosen 1978).

    types[k] rise; share[k] sums to one. With two types q_H = θ_H and q_L = max(0, θ_L − (p_H/p_L)(θ_H − θ_L)).
    """
    return _closed(types, share, quality=lambda phi: max(phi, ZERO), worth=lambda q: q, cost=lambda q: q * q / 2)


def maskin_riley(types: Any, share: Any, cost: Any) -> ClosedMenu:
    """Quantity menus where type θ gets θ(q − q²/2) and a unit costs `cost`: q_k = max(0, 1 − cost/virtual type).

    After Maskin & Riley 1984, for linear demand: type θ would buy 1 − price/θ. Large buyers pay less per unit.
    """
    c = number(cost, "cost")
    return _closed(
        types,
        share,
        quality=lambda phi: max(1 - c / phi, ZERO) if phi > 0 else ZERO,
        worth=lambda q: q - q * q / 2,
        cost=lambda q: c * q,
    )


def _closed(types: Any, share: Any, *, quality: Callable, worth: Callable, cost: Callable) -> ClosedMenu:
    """v = θ·worth(q). The downward neighbours bind: u_{k+1} = u_k + (θ_{k+1} − θ_k)·worth(q_k), u_1 = 0."""
    theta = rational.exact(numbers(types, "types", (None,)))
    p = law(numbers(share, "share", theta.shape))
    check_law(p, "share")
    if (np.diff(theta) <= 0).any() or (p <= 0).any():
        raise InputError(
            where="types", needed="rising types, each with a positive share", found=str(list(map(str, theta)))
        )
    above = 1 - np.cumsum(p)
    steps = np.append(np.diff(theta), ZERO)
    virtual = _ironed(theta - above / p * steps, p)
    q = np.array([quality(phi) for phi in virtual], dtype=object)
    gets = np.array([worth(x) for x in q], dtype=object)
    utility = np.append(ZERO, np.cumsum(steps[:-1] * gets[:-1]))
    price = theta * gets - utility
    profit = inner(p, price - np.array([cost(x) for x in q], dtype=object))
    return ClosedMenu(virtual, q, price, utility, profit)


def _ironed(values: Array, weights: Array) -> Array:
    """The nearest rising sequence: neighbours that fall are pooled at their weighted mean."""
    pools: list[list[Any]] = []
    for value, weight in zip(values, weights, strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            last, before = pools.pop(), pools.pop()
            total = before[1] + last[1]
            pools.append([(before[0] * before[1] + last[0] * last[1]) / total, total, before[2] + last[2]])
    return np.array([value for value, _, count in pools for _ in range(count)], dtype=object)
