"""Tradable permits: a cap on what is taken in all, permits handed out, and a market before anybody acts (Dales 1968; Montgomery
1972, J. Econ. Theory 5).

Every period player i gets e_i permits and says what it wants to take, w_i. Who wants more buys w_i − e_i, who wants less sells
e_i − w_i, at a posted price p or by a uniform-price double auction of the bids that come with the actions. Nobody takes more than
it then holds, so that Σ takes ≤ Σ e_i = cap whatever happens; money moves between players only.

    auction: units bid for in falling order b_1 ≥ b_2 …, units offered in rising order s_1 ≤ s_2 …; k trades while b_k ≥ s_k, all at
    (b_k + s_k) / 2
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import Events, Kind, Turn, World, pytree, static
from ..world.events import numerals
from .joint import Joint
from .ledger import MOST, WorldInstitution, a_world, coins, within
from .limits import cut
from .quotas import Licensed, Quota, QuotaState


def clear(
    wanted: jax.Array, permits: jax.Array, bids: jax.Array, priority: jax.Array, most: int
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """(bought [player], sold [player], price): permits traded one for one, in whole units.

    Wanted and permits are whole numbers up to `most` per player; bids are prices per permit, as buyer or as seller. Among
    equal bids those with the lower `priority` come first.
    """
    n = wanted.shape[0]
    unit = jnp.arange(most)
    buys = unit < (wanted - permits)[:, None]
    sells = unit < jnp.minimum(permits - wanted, most)[:, None]
    by_priority = jnp.argsort(priority)

    def ranked(there: jax.Array, sign: float) -> tuple[jax.Array, jax.Array]:
        key = jnp.where(there, sign * bids[:, None], jnp.inf)[by_priority].reshape(-1)
        order = jnp.argsort(key, stable=True)
        return key[order], order

    bid, buyer = ranked(buys, -1.0)
    ask, seller = ranked(sells, 1.0)
    trades = (-bid >= ask) & jnp.isfinite(bid) & jnp.isfinite(ask)
    count = trades.sum()
    last = jnp.maximum(count - 1, 0)
    price = jnp.where(count > 0, coins((ask[last] - bid[last]) / 2), 0.0)
    holder = by_priority[jnp.arange(n * most) // most]

    def per_player(order: jax.Array) -> jax.Array:
        return jnp.zeros(n).at[holder[order]].add(trades)

    return per_player(buyer), per_player(seller), price


@pytree
class Market(Licensed):
    """A world whose quotas may be sold. Actions come with a bid where the price is not posted."""

    inner: World
    takes: jax.Array
    levels: jax.Array
    amount: jax.Array
    fraction: jax.Array
    shares: jax.Array
    posted: jax.Array
    """float32 []; price per permit."""
    stock: str = static()
    rule: str = static()
    licences: int = static()
    period: int = static()
    largest: int = static()
    """The largest take."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        traded = numerals(self.n * self.largest + 1)
        return (*self.inner.kinds, Kind("permits bought", traded), Kind("permits sold", traded))

    def available(self, state: QuotaState) -> jax.Array:
        return self.inner.available(state.inner)

    def said(self, key: jax.Array, state: QuotaState, actions: jax.Array) -> Events:
        return self.inner.said(key, state.inner, self.traded(key, state, actions)[0])

    def bids(self, state: QuotaState, actions: jax.Array) -> tuple[jax.Array, jax.Array]:
        """(what is wanted, as an action of the world; price bid per permit)."""
        del state
        return actions, jnp.broadcast_to(self.posted, (self.n,))

    def traded(self, key: jax.Array, state: QuotaState, actions: jax.Array) -> tuple[jax.Array, ...]:
        """(actions that the permits held allow, bought, sold, price)."""
        actions, bids = self.bids(state, actions)
        wanted = jnp.take_along_axis(self.takes, actions[:, None], axis=-1)[:, 0]
        permits = self.quotas(state)
        priority = jax.random.uniform(self.own(key), (self.n,))
        bought, sold, price = clear(wanted, permits, bids, priority, self.largest)
        held = permits + bought - sold
        allowed = self.inner.available(state.inner) & (self.takes <= held[:, None])
        return cut(self.takes, allowed, actions), bought, sold, price

    def step(self, key: jax.Array, state: QuotaState, actions: jax.Array) -> Turn:
        done, bought, sold, price = self.traded(key, state, actions)
        turn = self.inner.step(key, state.inner, done)
        events = turn.events.plus(self.kinds[-2], bought.astype(jnp.int32))
        events = events.plus(self.kinds[-1], sold.astype(jnp.int32))
        turn = replace(turn, events=events, transfer=turn.transfer + price * (sold - bought))
        return self.on(turn, key, state)


@pytree
class Auction(Market, Joint):
    """A market whose bids come with the actions: "12 at 0.5"."""

    prices: tuple[float, ...] = static(default=())

    @property
    def extras(self) -> tuple[str, ...]:
        return tuple(f" at {price:g}" for price in self.prices)

    def available(self, state: QuotaState) -> jax.Array:
        return jnp.repeat(self.inner.available(state.inner), len(self.prices), axis=-1)

    def bids(self, state: QuotaState, actions: jax.Array) -> tuple[jax.Array, jax.Array]:
        action, extra = self.parts(actions)
        return action, jnp.asarray(self.prices, jnp.float32)[extra]


@pytree
class Trade:
    """The move: quotas that may be sold."""

    quota: Any
    posted: jax.Array
    prices: tuple[float, ...] = static(default=())

    def wrap(self, world: World) -> World:
        made = self.quota.wrap(world)
        largest = int(np.max(np.asarray(made.takes), where=np.isfinite(np.asarray(made.takes)), initial=0))
        same: dict[str, Any] = {f.name: getattr(made, f.name) for f in fields(made)}
        same |= {"posted": self.posted, "largest": largest}
        return Auction(**same, prices=self.prices) if self.prices else Market(**same)


@dataclass(frozen=True)
class Tradable(WorldInstitution):
    """Permits handed out by a quota and traded, at a posted `price` or, with `prices`, by auction among these bids."""

    quota: Quota
    price: Any = None
    prices: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if (self.price is None) == (not self.prices):
            raise InputError(
                where="tradable permits", needed="either a posted price or prices to bid", found="both or neither"
            )
        within("tradable permits", 0, MOST, price=0 if self.price is None else self.price)
        within("tradable permits", 0, MOST, several=True, prices=self.prices or (0,))

    def moves(self, game: Any) -> tuple[Any, ...]:
        (license,) = self.quota.moves(a_world(game, "tradable permits"))
        return (Trade(license, coins(jnp.asarray(self.price or 0.0, jnp.float32)), self.prices),)

    def describe(self) -> str:
        how = f"at {self.price} each" if not self.prices else "by a double auction"
        return f"{self.quota.describe().removesuffix('; no money moves')}; permits may be sold {how}; balanced"
