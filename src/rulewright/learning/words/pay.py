"""`pay` on a world: transfers on its events, settled at every step, booked apart from what the world itself pays.

Payments on the same signals share one table, so that a tax split evenly among n players costs one look-up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.moves import Pay
from ...numerics import rational
from ..world import Reading, Turn, World, Wrapper, pytree, static
from .lift import lift


@pytree
class Paid(Wrapper):
    """A world with transfers on the readings `on`."""

    inner: World
    amounts: jax.Array
    """float32 [*outcome of each reading, player]; money, in reward units per step."""
    on: tuple[Reading, ...] = static()

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        money = self.amounts[tuple(reading.code(turn.events) for reading in self.on)]
        return replace(turn, transfer=turn.transfer + money, fund=turn.fund - money.sum())


@lift.register
def _(move: Pay, world: World) -> World:
    i = world.index(move.to)
    on = tuple(world.signal(name) for name in move.on)
    wanted = tuple(len(reading.outcomes) for reading in on)
    if np.shape(move.amounts) != wanted:
        raise InputError(
            where=f"pay to {move.to}",
            needed=f"amounts of shape {wanted}, one axis per signal",
            found=f"shape {np.shape(move.amounts)}",
        )
    money = np.asarray(rational.floats(move.amounts), np.float32)
    if not np.isfinite(money).all():
        raise InputError(where=f"pay to {move.to}", needed="finite amounts", found="NaN or infinity")
    table = jnp.asarray(money[..., None] * np.eye(world.n, dtype=np.float32)[i])
    if isinstance(world, Paid) and world.on == on:
        return replace(world, amounts=world.amounts + table)
    return Paid(world, table, on)
