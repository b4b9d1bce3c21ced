"""`permit` on a world: which actions a player has, as a mask; for good, or by what stands (a record, the last step).

    Permit("agent 0", ("stay", "forward"))                                   the word of the house: a mask that never changes
    Bar("agent 0", on="quota of agent 0", barred={"used up": ("eat",)})      a mask that depends on what is known before acting

Labels and codes stay as they were, so that a policy fits the world with the rule and without it; on arrays, actions that are
not permitted are struck off instead. Nobody is ever left without an action, and a barred one never reaches the world: whoever
plays it does its `otherwise` instead, or the first that it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.moves import Permit
from ..world import Events, Reading, Turn, World, Wrapper, pytree, static
from .last import remembering
from .lift import lift
from .rows import Row, kinds_of, look_up, outcome_counts, read, row_of


@pytree
class Barred(Wrapper):
    """A world in which some actions are barred, row by row: `who[r]` may do `allowed[r]` of what it could."""

    inner: World
    allowed: Any
    """bool [row, *outcome of each kind read, action]."""
    kinds_read: tuple[str, ...] = static()
    rows: tuple[Row, ...] = static()
    who: tuple[int, ...] = static()
    otherwise: tuple[int, ...] = static()
    """Of each row: the action that is left where nothing else is; −1 for none."""

    def available(self, state: Any) -> jax.Array:
        before = self.inner.available(state)
        who = np.array(self.who)
        could = before[who]
        may = could & look_up(self.allowed, self.inner.standing(state), self.kinds_read, self.rows)
        spare = could & (np.arange(before.shape[1]) == np.array(self.otherwise)[:, None])
        spare = jnp.where(spare.any(axis=1, keepdims=True), spare, could)
        return before.at[who].set(jnp.where(may.any(axis=1, keepdims=True), may, spare))

    def done(self, state: Any, actions: jax.Array) -> jax.Array:
        """The actions that reach the world."""
        who, other = np.array(self.who), np.array(self.otherwise)
        has = self.available(state)[who]
        rows = np.arange(len(who))
        instead = jnp.where((other >= 0) & has[rows, other], other, has.argmax(axis=1))
        given = actions[who]
        return actions.at[who].set(jnp.where(has[rows, given], given, instead).astype(actions.dtype))

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        return self.inner.step(key, state, self.done(state, actions))

    def said(self, key: jax.Array, state: Any, actions: jax.Array) -> Events:
        return self.inner.said(key, state, self.done(state, actions))


@dataclass(frozen=True, eq=False)
class Bar:
    """Bar actions of a player by what is known before it acts; a move, to stand in a sentence beside the seven words.

    Raises InputError, when it is applied, where some outcome would leave the player nothing and no `otherwise` is given.
    """

    player: str
    on: str | tuple[str, ...]
    """Signals: of records and stocks as they stand, of everything else as of the step before."""
    barred: Mapping[str | tuple[str, ...], Sequence[str]] | np.ndarray
    """{outcome, or outcome of each signal: actions}, or bool [*outcomes, action]."""
    otherwise: str | None = None
    """The action left where all others are barred, and done instead of a barred one."""

    def describe(self) -> str:
        on = self.on if isinstance(self.on, str) else " and ".join(self.on)
        return f"bar {self.player} from some actions by {on}"

    def wrap(self, world: World) -> World:
        """The world with the bar in force."""
        i, where = world.index(self.player), f"bar {self.player}"
        names = (self.on,) if isinstance(self.on, str) else tuple(self.on)
        on = read(world, names, where)
        labels = world.actions[i]
        barred = self._table(on, labels, where)
        other = -1
        if self.otherwise is not None:
            other = _position(self.otherwise, labels, where)
            barred[..., other] &= ~barred.all(axis=-1)
        if barred.all(axis=-1).any():
            cell = np.argwhere(barred.all(axis=-1))[0]
            raise InputError(
                where=where,
                needed="an action left in every case, or the action that is done `otherwise`",
                found="none if " + " and ".join(f"{r.name} is {r.outcomes[k]}" for r, k in zip(on, cell, strict=True)),
            )
        return masked(remembering(world, kinds_of(on)), i, on, ~barred, other)

    def _table(self, on: tuple[Reading, ...], labels: tuple[str, ...], where: str) -> np.ndarray:
        shape = (*(len(r.outcomes) for r in on), len(labels))
        if not isinstance(self.barred, Mapping):
            table = np.array(self.barred, bool)
            if table.shape != shape:
                raise InputError(where=where, needed=f"a table of shape {shape}", found=f"shape {table.shape}")
            return table
        table = np.zeros(shape, bool)
        for outcome, actions in self.barred.items():
            cell = (outcome,) if isinstance(outcome, str) else tuple(outcome)
            if len(cell) != len(on):
                raise InputError(where=where, needed=f"an outcome of each of {len(on)} signals", found=str(outcome))
            at = tuple(_position(y, r.outcomes, where) for y, r in zip(cell, on, strict=True))
            for action in actions:
                table[(*at, _position(action, labels, where))] = True
        return table


def _position(label: str, labels: tuple[str, ...], where: str) -> int:
    if label not in labels:
        raise InputError(where=where, needed=f"one of {', '.join(labels)}", found=repr(label))
    return labels.index(label)


def masked(world: World, i: int, on: tuple[Reading, ...], allowed: np.ndarray, otherwise: int) -> World:
    """With one row more: allowed[*outcomes of `on`, action of player i]."""
    kinds = kinds_of(on)
    shape = (*outcome_counts(world, kinds), max(world.action_counts))
    table = np.zeros(shape, bool)
    table[tuple(map(slice, allowed.shape))] = allowed
    same = isinstance(world, Barred) and world.kinds_read == kinds and i not in world.who
    if same and isinstance(world, Barred):
        return replace(
            world,
            allowed=np.concatenate([world.allowed, table[None]]),
            rows=(*world.rows, row_of(on)),
            who=(*world.who, i),
            otherwise=(*world.otherwise, otherwise),
        )
    return Barred(world, table[None], kinds, (row_of(on),), (i,), (otherwise,))


@lift.register
def _(move: Permit, world: World) -> World:
    i = world.index(move.player)
    labels = world.actions[i]
    unknown = [a for a in move.allowed if a not in labels]
    if unknown or not move.allowed:
        raise InputError(
            where=f"permit {move.player}",
            needed=f"at least one of the actions {', '.join(labels)}",
            found=", ".join(unknown) or "none",
        )
    return masked(world, i, (), np.array([label in move.allowed for label in labels]), -1)
