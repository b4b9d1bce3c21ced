"""Auctions of identical items to bidders with unit demand, and posted prices.

    Vickrey      the k highest bids win, each pays the highest losing one           Vickrey 1961, J. Finance 16
    first price  the highest bid wins and pays itself                               ibid., for contrast
    Myerson      highest non-negative ironed virtual value wins, pays the least
                 type with which it would still win                                 Myerson 1981, Math. Oper. Res. 6
    posted price first come, first served at a price

Virtual value of type k of a finite law with values v_1 < … < v_K, probabilities f_k and F_k = f_1 + … + f_k:

    φ_k = v_k − (v_{k+1} − v_k)·(1 − F_k)/f_k          φ_K = v_K

which is the slope of revenue R(q) = v·q against the chance q of selling; *ironed*: the slope of its concave hull.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.play import marginal
from ...numerics import rational
from ...numerics.rational import Array
from .direct import Direct, certain, profiles, report_shape, valuations


def unit_demand(game: Game) -> tuple[tuple[Array, ...], Array]:
    """(per bidder value[type], wins[decision, bidder]) of a game in which a bidder gets its value or nothing.

    Raises InputError where some decision gives a bidder anything else.
    """
    found, wins = [], []
    for k, table in enumerate(valuations(game)):
        gets = (table != 0).any(axis=0)
        value = table.max(axis=1) if gets.any() else table[:, 0]
        if (table[:, gets] != value[:, None]).any() or (value < 0).any():
            raise InputError(
                where=f"payoff of {game.players[1 + k]}",
                needed="its value of at least 0 where it wins, and 0 elsewhere",
                found="something else",
                remedy="Use a game such as settings.item gives, or VCG, which serves any outcomes.",
            )
        found.append(value)
        wins.append(gets)
    return tuple(found), np.stack(wins, axis=1)


class Auction(Direct):
    """Winners and prices, profile by profile."""

    @abstractmethod
    def winners(self, game: Game, bids: list[Any], at: tuple[int, ...], units: int) -> list[tuple[int, Any]]:
        """[(bidder, price)] when bidder i reports type at[i], of value bids[i]."""

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values, wins = unit_demand(game)
        where = {tuple(int(i) for i in np.flatnonzero(row)): d for d, row in enumerate(wins)}
        units = int(wins.sum(axis=1).max())
        shape = report_shape(game)
        choice = np.zeros(shape, int)
        amounts = rational.zeros((len(shape), *shape), game.payoff)
        for at in profiles(game):
            sold = self.winners(game, [v[k] for v, k in zip(values, at, strict=True)], at, units)
            won = tuple(sorted(i for i, _ in sold))
            if won not in where:
                raise InputError(
                    where=self.describe(),
                    needed="a decision for every set of winners",
                    found=f"none in which just {', '.join(game.players[1 + i] for i in won) or 'nobody'} wins",
                )
            choice[at] = where[won]
            for i, price in sold:
                amounts[(i, *at)] = -price
        return certain(choice, len(wins), game.payoff), amounts


def _ranked(bids: list[Any], least: Any) -> list[int]:
    """Bidders with a bid of at least `least`, highest first; ties to the earlier one."""
    return sorted((i for i, b in enumerate(bids) if b >= least), key=lambda i: (-bids[i], i))


@dataclass(frozen=True)
class Vickrey(Auction):
    """The highest bids at or above the reserve win the units, and pay the highest losing bid or the reserve."""

    reserve: Any = 0

    def describe(self) -> str:
        return "Vickrey auction" + (f" with reserve {rational.decimal(self.reserve)}" if self.reserve else "")

    def winners(self, game: Game, bids: list[Any], at: tuple[int, ...], units: int) -> list[tuple[int, Any]]:
        least = rational.like(self.reserve, game.payoff)[()]
        order = _ranked(bids, least)
        price = bids[order[units]] if len(order) > units else least
        return [(i, price) for i in order[:units]]


@dataclass(frozen=True)
class FirstPrice(Auction):
    """The highest bids at or above the reserve win and are paid."""

    reserve: Any = 0

    def describe(self) -> str:
        return "first-price auction" + (f" with reserve {rational.decimal(self.reserve)}" if self.reserve else "")

    def winners(self, game: Game, bids: list[Any], at: tuple[int, ...], units: int) -> list[tuple[int, Any]]:
        order = _ranked(bids, rational.like(self.reserve, game.payoff)[()])
        return [(i, bids[i]) for i in order[:units]]


@dataclass(frozen=True)
class PostedPrice(Auction):
    """Bidders in turn may have a unit at the price; whoever says that it is worth the price to it takes it."""

    price: Any

    def describe(self) -> str:
        return f"posted price {rational.decimal(self.price)}"

    def winners(self, game: Game, bids: list[Any], at: tuple[int, ...], units: int) -> list[tuple[int, Any]]:
        price = rational.like(self.price, game.payoff)[()]
        return [(i, price) for i, b in enumerate(bids) if b >= price][:units]


@dataclass(frozen=True)
class TradeAt(Direct):
    """Trade at a posted price when both sides agree: the seller says a cost of at most it, the buyer a value of at least it.

    For games of one seller and one buyer with the decisions "no trade" (worth 0 to both) and "trade". What the buyer pays the
    seller gets (Hagerty & Rogerson 1987, J. Econ. Theory 42).
    """

    price: Any

    def describe(self) -> str:
        return f"trade at the posted price {rational.decimal(self.price)}"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values = valuations(game)
        if len(values) != 2 or values[0].shape[1] != 2 or any((v[:, 0] != 0).any() for v in values):
            raise InputError(where=self.describe(), needed="a game such as settings.trade gives", found=repr(game))
        price = rational.like(self.price, game.payoff)[()]
        agreed = (-values[0][:, 1] <= price)[:, None] & (values[1][:, 1] >= price)[None, :]
        amounts = rational.zeros((2, *agreed.shape), game.payoff)
        amounts[0][agreed], amounts[1][agreed] = price, -price
        return certain(agreed.astype(int), 2, game.payoff), amounts


# ── Myerson ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def virtual_values(values: Any, law: Any, *, ironed: bool = True) -> Array:
    """φ[type] of a finite law with increasing values; in the field (exact or floating) of `values`.

    Raises InputError unless values increase and probabilities are positive.
    """
    v = rational.numbers(values)
    f = rational.like(law, v)
    if v.ndim != 1 or v.shape != f.shape or not v.size or (v[1:] <= v[:-1]).any() or (f <= 0).any():
        raise InputError(
            where="virtual values", needed="increasing values, each with a probability above 0", found=f"{v}, {f}"
        )
    tail = np.cumsum(f[::-1])[::-1]  # chance of a value of at least v_k
    beyond = np.append(tail[1:], tail[:1] * 0)
    gap = np.append(v[1:] - v[:-1], v[:1] * 0)
    plain = v - gap * beyond / f
    return _ironed(plain, f) if ironed else plain


def _ironed(slopes: Array, weights: Array) -> Array:
    """The nearest non-decreasing sequence with equal weighted block sums: slopes of the concave hull (pool adjacent violators)."""
    blocks: list[tuple[Any, Any, int]] = []  # (weighted sum, weight, length)
    for s, w in zip(slopes, weights, strict=True):
        blocks.append((s * w, w, 1))
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            late, early = blocks.pop(), blocks.pop()
            blocks.append((early[0] + late[0], early[1] + late[1], early[2] + late[2]))
    flat = [total / weight for total, weight, length in blocks for _ in range(length)]
    return rational.filled((len(flat),), flat) if rational.is_exact(slopes) else np.array(flat)


def myerson_revenue(values: Any, law: Any, bidders: int = 1) -> Any:
    """Revenue of the optimal auction of one item to bidders with values drawn independently: E max(0, max_i φ̄_i).

    In the field of `values`; time linear in the grid.
    """
    phi = virtual_values(values, law)
    below = np.cumsum(rational.like(law, phi)) ** bidders  # chance that the highest type is at most k
    chance = np.diff(below, prepend=below[:1] * 0)
    return (np.where(phi > 0, phi, phi * 0) * chance).sum()


@dataclass(frozen=True)
class Myerson(Direct):
    """The revenue-optimal auction for independent values; the laws are the marginals of the game's prior."""

    def describe(self) -> str:
        return "Myerson auction"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values, _ = unit_demand(game)
        phi = [virtual_values(v, p) for v, p in zip(values, independent(game), strict=True)]
        return _ByScore(self.describe(), tuple(map(tuple, phi)), tuple(map(tuple, values))).rule(game)


@dataclass(frozen=True)
class _ByScore(Auction):
    """The highest scores of at least 0 win; a winner pays the least type with which it would still win."""

    name: str
    scores: tuple[tuple[Any, ...], ...]
    values: tuple[tuple[Any, ...], ...]

    def describe(self) -> str:
        return self.name

    def winners(self, game: Game, bids: list[Any], at: tuple[int, ...], units: int) -> list[tuple[int, Any]]:
        here = [row[k] for row, k in zip(self.scores, at, strict=True)]
        sold = []
        for i in _ranked(here, 0)[:units]:
            least = min(
                k for k in range(at[i] + 1) if i in _ranked([*here[:i], self.scores[i][k], *here[i + 1 :]], 0)[:units]
            )
            sold.append((i, self.values[i][least]))
        return sold


def independent(game: Game) -> list[Array]:
    """[type] per player after the designer: marginals of the prior. Raises InputError where types are not independent."""
    laws = [marginal(game, i) for i in game.strategic]
    product = rational.like(np.array(Fraction(1)), game.prior)
    for p in laws:
        product = product[..., None] * p
    if (abs(product.reshape(game.prior.shape) - game.prior) > (0 if game.is_exact else 1e-9)).any():
        raise InputError(where="prior", needed="types drawn independently", found="a prior that correlates them")
    return laws
