"""`pay` on a world: transfers on its events, settled at every step, booked apart from what the world itself pays.

    m_j = Σ_r T[r, y_r, j]        row r reads the kinds of the table at some players, y_r what it reads, j who is paid

Payments that follow one another and read the same kinds are rows of one table, whoever they read and whoever they pay: a tax
on n players split evenly among the others is n² moves and one look-up. What is not consecutive is not merged.
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
from ..world import Turn, World, Wrapper, pytree, static
from .lift import lift
from .rows import Row, fitted, kinds_of, look_up, outcome_counts, read, row_of


@pytree
class Paid(Wrapper):
    """A world with transfers on its events; table k reads the kinds `kinds_read[k]` at each of `rows[k]`."""

    inner: World
    amounts: tuple[Any, ...]
    """Of each table: float32 [row, *outcome of each kind, player]; money, in reward units per step."""
    kinds_read: tuple[tuple[str, ...], ...] = static()
    rows: tuple[tuple[Row, ...], ...] = static()

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        money = jnp.zeros(self.n, jnp.float32)
        for table, kinds, rows in zip(self.amounts, self.kinds_read, self.rows, strict=True):
            money = money + look_up(table, turn.events, kinds, rows).sum(axis=0)
        return replace(turn, transfer=turn.transfer + money, fund=turn.fund - money.sum())

    def plus(self, kinds: tuple[str, ...], row: Row, table: Any) -> Paid:
        """With one payment more: `table`[*outcomes, player]."""
        tables, kinds_read, rows = list(self.amounts), list(self.kinds_read), list(self.rows)
        if kinds not in kinds_read:
            tables.append(table[None])
            kinds_read.append(kinds)
            rows.append((row,))
        else:
            k = kinds_read.index(kinds)
            if row in rows[k]:
                r = rows[k].index(row)
                sums = isinstance(tables[k], np.ndarray) and isinstance(table, np.ndarray)
                tables[k] = _added(tables[k], r, table) if sums else jnp.asarray(tables[k]).at[r].add(table)
            else:
                together = np if isinstance(tables[k], np.ndarray) and isinstance(table, np.ndarray) else jnp
                tables[k] = together.concatenate([tables[k], table[None]])  # type: ignore[attr-defined]
                rows[k] = (*rows[k], row)
        return replace(self, amounts=tuple(tables), kinds_read=tuple(kinds_read), rows=tuple(rows))


def _added(tables: np.ndarray, r: int, table: np.ndarray) -> np.ndarray:
    total = tables.copy()
    total[r] += table
    return total


@lift.register
def _(move: Pay, world: World) -> World:
    i, where = world.index(move.to), f"pay to {move.to}"
    on = read(world, move.on, where)
    wanted = tuple(len(reading.outcomes) for reading in on)
    if np.shape(move.amounts) != wanted:
        raise InputError(
            where=where,
            needed=f"amounts of shape {wanted}, one axis per signal",
            found=f"shape {np.shape(move.amounts)}",
        )
    paid = world if isinstance(world, Paid) else Paid(world, (), (), ())
    kinds, to = kinds_of(on), np.eye(world.n, dtype=np.float32)[i]
    if isinstance(move.amounts, jax.Array):  # a rule that is searched over with gradients: its amounts may be traced
        counts = outcome_counts(world, kinds)
        extra = [(0, count - have) for count, have in zip(counts, wanted, strict=True)]
        return paid.plus(kinds, row_of(on), jnp.pad(move.amounts, extra)[..., None].astype(jnp.float32) * to)
    with np.errstate(over="ignore"):
        money = np.asarray(rational.floats(move.amounts), np.float32)
    if not np.isfinite(money).all():
        raise InputError(where=where, needed="finite amounts, below 3·10³⁸", found="NaN or infinity")
    return paid.plus(kinds, row_of(on), fitted(money[..., None] * to, outcome_counts(world, kinds)))
