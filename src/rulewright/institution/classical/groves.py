"""Mechanisms that choose the best decision and pay each for what it does to the others.

    d*(r) = argmax_d Σ_i v_i(r_i, d)
    Groves   t_i = Σ_{j≠i} v_j(r_j, d*(r)) − h_i(r_{−i})                            Groves 1973, Econometrica 41
    VCG      h_i = max_d Σ_{j≠i} v_j(r_j, d), the Clarke pivot                       Clarke 1971, Public Choice 11
             or h_i = Σ_{j≠i} v_j(r_j, d°) where without i nothing but d° can be done
    AGV      t_i = ξ_i(r_i) − Σ_{j≠i} ξ_j(r_j)/(n−1),  ξ_i(r_i) = E Σ_{j≠i} v_j(θ_j, d*(r_i, θ_{−i}))
             the expected externality       Arrow 1979; d'Aspremont & Gérard-Varet 1979, J. Public Econ. 11

The second half is VCG on arrays for outcome sets too large to list, by integer programmes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics import rational
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .auctions import independent
from .direct import Direct, along, certain, taken, valuations, welfare


@dataclass(frozen=True)
class VCG(Direct):
    """The decision with the largest sum of reported values; everybody pays the loss that it causes to the others.

    `without`: the decision d° that is taken if a player stays away, where nothing else can be done without it (no trade
    without the seller); left out, the others may still choose any decision.
    """

    without: str | None = None

    def describe(self) -> str:
        return "VCG with Clarke pivot" if self.without is None else f"VCG, {self.without} without a player"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values = valuations(game)
        choice = welfare(values).argmax(axis=-1)
        amounts = []
        for i in range(len(values)):
            others = welfare(values, but=i)
            amounts.append(taken(others, choice) - self._pivot(game, others))
        return certain(choice, values[0].shape[1], game.payoff), np.stack(amounts)

    def _pivot(self, game: Game, others: Array) -> Array:
        """[*reports]: what the others get without the player."""
        if self.without is None:
            return others.max(axis=-1)
        if self.without not in game.actions[0]:
            raise InputError(
                where="VCG", needed=f"a decision among {', '.join(game.actions[0])}", found=repr(self.without)
            )
        return others[..., game.actions[0].index(self.without)]


@dataclass(frozen=True)
class Groves(Direct):
    """As VCG with h = 0: everybody is paid what the others get. Voluntary, and dear."""

    def describe(self) -> str:
        return "Groves mechanism without a charge"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values = valuations(game)
        choice = welfare(values).argmax(axis=-1)
        amounts = [taken(welfare(values, but=i), choice) for i in range(len(values))]
        return certain(choice, values[0].shape[1], game.payoff), np.stack(amounts)


@dataclass(frozen=True)
class AGV(Direct):
    """The efficient decision, payments that sum to zero, truth an equilibrium where types are independent.

    Raises InputError for correlated types or a single player.
    """

    def describe(self) -> str:
        return "expected externality (AGV)"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values, laws = valuations(game), independent(game)
        n = len(values)
        if n < 2:
            raise InputError(where="expected externality", needed="at least two players", found=f"{n}")
        choice = welfare(values).argmax(axis=-1)
        xi = []
        for i in range(n):
            got = taken(welfare(values, but=i), choice)
            for j in reversed([j for j in range(n) if j != i]):
                got = np.tensordot(got, laws[j], axes=(j, 0))
            xi.append(along(got, i, n))
        total = sum(xi)
        amounts = [np.broadcast_to(xi[i] - (total - xi[i]) / (n - 1), choice.shape) for i in range(n)]
        return certain(choice, values[0].shape[1], game.payoff), np.stack(amounts)


# ── VCG on arrays ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Settled:
    """What a VCG auction comes to."""

    won: Array = field(repr=False)
    """[bid], true for the bids accepted."""
    payments: Array = field(repr=False)
    """[bidder], at least 0; what each pays."""
    welfare: float
    """Sum of the accepted bids."""


def vcg_combinatorial(bidder: Any, bundle: Any, price: Any, *, seconds: float = float("inf")) -> Settled:
    """VCG for bundle bids: bid b, by bidder[b], offers price[b] for the items that bundle[b, item] marks.

    An item goes to one bid, a bidder wins one bid (XOR bids); items may stay unsold. Winner determination is an integer
    programme, once in all and once without each winner. Raises InputError for wrong shapes and negative or infinite prices,
    Unsolved if the time runs out. Bidding languages: Nisan 2000, Proc. EC.
    """
    who, wants, offers = np.asarray(bidder), np.asarray(bundle, bool), rational.floats(price)
    if who.ndim != 1 or wants.ndim != 2 or not len(who) == len(wants) == len(offers) or not len(who):
        raise InputError(
            where="bids",
            needed="bidder[bid], bundle[bid, item] and price[bid] with one entry for each bid, at least one",
            found=f"shapes {who.shape}, {wants.shape}, {offers.shape}",
        )
    if who.dtype.kind not in "iu" or who.min() < 0 or not np.isfinite(offers).all() or offers.min() < 0:
        raise InputError(
            where="bids", needed="bidders counted from 0, and finite prices of at least 0", found="something else"
        )
    programme = Programme()
    x = programme.add_columns(len(who), upper=1, cost=offers, integer=True)
    one = programme.add_rows(int(who.max()) + 1, upper=1)
    programme.put(one[who], x, 1.0)
    items = programme.add_rows(wants.shape[1], upper=1)
    programme.put(items[None, :], x[:, None], wants)
    return _settled(programme, who, offers, seconds)


def _settled(programme: Programme, who: Array, offers: Array, seconds: float) -> Settled:
    def best(costs: Array) -> tuple[float, Array]:
        found = programme.solve(costs, maximise=True, seconds=seconds)
        return found.value, found.point() > 0.5

    total, won = best(offers)
    payments = np.zeros(int(who.max()) + 1)
    for i in np.unique(who[won]):
        own = offers[won & (who == i)].sum()
        without, _ = best(np.where(who == i, 0.0, offers))  # a bid that is worth nothing is as good as none
        payments[i] = max(0.0, without - (total - own))
    return Settled(won, payments, float(offers[won].sum()))


def vcg_assignment(values: Any) -> tuple[Array, Array]:
    """(item of each bidder or −1, price paid by each) for bidders who want one item each; values[bidder, item] ≥ 0.

    The least competitive prices (Leonard 1983, J. Polit. Econ. 91), as one linear programme for the assignment and its least dual.
    """
    table = rational.floats(values)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all() or table.min() < 0:
        raise InputError(
            where="assignment", needed="values[bidder, item], finite and at least 0", found=str(table.shape)
        )
    n, m = table.shape
    primal = Programme()
    x = primal.add_columns((n, m), upper=1, cost=table)
    primal.put(primal.add_rows(n, upper=1)[:, None], x, 1.0)
    primal.put(primal.add_rows(m, upper=1)[None, :], x, 1.0)
    found = primal.solve(maximise=True)
    chosen = found.point().reshape(n, m) > 0.5
    gets = np.where(chosen.any(axis=1), chosen.argmax(axis=1), -1)
    dual = Programme()  # least item prices p with u_i + p_k ≥ v_ik and Σu + Σp = optimum
    u, p = dual.add_columns(n), dual.add_columns(m, cost=1.0)
    rows = dual.add_rows((n, m), lower=table)
    dual.put(rows, u[:, None], 1.0)
    dual.put(rows, p[None, :], 1.0)
    slack = 1e-9 * max(1.0, abs(found.value))
    tight = dual.add_rows(1, upper=found.value + slack)
    dual.put(tight, np.concatenate([u, p]), 1.0)
    prices = dual.solve().point()[n:]
    return gets, np.where(gets >= 0, prices[gets], 0.0)
