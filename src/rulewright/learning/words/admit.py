"""`admit` on a world: a player enters. As on arrays it comes last; a rule-maker comes first (`with_designer`).

What a newcomer gets, and does to the others, is a table by its own action, or by everybody's where that is small. It sees
nothing until something is revealed to it (`Show`); of the kinds that the world emitted before, it does the first outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.moves import Admit
from ...numerics import rational
from ..world import Events, Kind, Seen, Turn, World, Wrapper, pytree, static
from ..world.events import ACTION
from .lift import lift


@pytree
class Joined(Wrapper):
    """A world that a player has joined, at position `at`."""

    inner: World
    gets: Any
    """float32 [own action] or [*actions of the others, own action]; what it gets."""
    effect: Any
    """float32 [other, …as `gets`]; added to what the others get."""
    newcomer: str = static()
    choices: tuple[str, ...] = static()
    at: int = static()

    def _in(self, items: Sequence[Any], item: Any) -> tuple[Any, ...]:
        return (*items[: self.at], item, *items[self.at :])

    @property
    def players(self) -> tuple[str, ...]:
        return self._in(self.inner.players, self.newcomer)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return self._in(self.inner.actions, self.choices)

    @property
    def acts(self) -> tuple[tuple[str, ...], ...]:
        return self._in(self.inner.acts, self.choices)

    @property
    def designer(self) -> bool:
        return self.at == 0 or self.inner.designer

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(self._kind(kind) for kind in self.inner.kinds)

    def _kind(self, kind: Kind) -> Kind:
        longer = kind.name == ACTION and len(self.choices) > len(kind.outcomes)
        return replace(kind, outcomes=self.choices) if longer else kind

    def _wider(self, array: jax.Array, value: Any = 0, axis: int = 0) -> jax.Array:
        return jnp.insert(array, self.at, value, axis=axis)

    def _events(self, events: Events, action: jax.Array | None) -> Events:
        codes = []
        for kind, code in zip(events.kinds, events.codes, strict=True):
            if kind.among == "pair":
                code = self._wider(self._wider(code), axis=1)
            elif kind.among == "player":
                is_action = kind.name == ACTION and action is not None
                code = self._wider(code, action.astype(code.dtype) if is_action and action is not None else 0)
            codes.append(code)
        return Events(tuple(codes), tuple(self._kind(kind) for kind in events.kinds))

    def _others(self, actions: jax.Array) -> jax.Array:
        return jnp.concatenate([actions[: self.at], actions[self.at + 1 :]])

    def _cell(self, table: Any, actions: jax.Array, lead: int) -> jax.Array:
        table, others = jnp.asarray(table), self._others(actions)
        cell = (actions[self.at],) if table.ndim == lead + 1 else (*others, actions[self.at])
        return table[(slice(None),) * lead + cell]

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, self._others(actions))
        return replace(
            turn,
            base=self._wider(turn.base + self._cell(self.effect, actions, 1), self._cell(self.gets, actions, 0)),
            transfer=self._wider(turn.transfer),
            care=self._wider(turn.care),
            events=self._events(turn.events, actions[self.at]),
            books=tuple(
                replace(entry, transfer=self._wider(entry.transfer), care=self._wider(entry.care))
                for entry in turn.books
            ),
        )

    def said(self, key: jax.Array, state: Any, actions: jax.Array) -> Events:
        return self._events(self.inner.said(key, state, self._others(actions)), actions[self.at])

    def standing(self, state: Any) -> Events:
        return self._events(self.inner.standing(state), None)

    def observe(self, state: Any) -> Seen:
        seen = self.inner.observe(state)
        return Seen(self._wider(seen.view), self._wider(seen.numbers))

    def available(self, state: Any) -> jax.Array:
        before, width = self.inner.available(state), max(self.action_counts)
        wider = jnp.pad(before, ((0, 0), (0, width - before.shape[1])))
        return jnp.insert(wider, self.at, jnp.arange(width) < len(self.choices), axis=0)


def joined(world: World, name: str, choices: Sequence[str], own: Any, effect: Any, at: int) -> Joined:
    """A player more. Raises InputError for a name that is taken, no action, or tables of other shapes."""
    where = f"admit {name}"
    if name in world.players or not choices or len(set(choices)) != len(choices):
        raise InputError(
            where=where,
            needed=f"a name other than {', '.join(world.players)}, and different actions",
            found=f"{name}: {', '.join(choices) or 'no action'}",
        )
    short, long = (len(choices),), (*world.action_counts, len(choices))
    if at != world.n and np.ndim(own) > 1:
        raise InputError(where=where, needed=f"payoffs of shape {short}", found=f"shape {np.shape(own)}")
    own = np.asarray(rational.floats(rational.numbers(own)), np.float32)
    rows = np.zeros((world.n, *short), np.float32) if effect is None else rational.floats(rational.numbers(effect))
    for what, table, lead in (("own", own, ()), ("effect", rows, (world.n,))):
        if table.shape not in ((*lead, *short), (*lead, *long)):
            raise InputError(
                where=f"{where}, {what}",
                needed=f"shape {(*lead, *short)} by its own action, or {(*lead, *long)} by everybody's",
                found=str(table.shape),
            )
    return Joined(world, own, np.asarray(rows, np.float32), name, tuple(choices), at)


@lift.register
def _(move: Admit, world: World) -> World:
    def without_types(table: Any, lead: int) -> Any:
        """Tables of arrays have an axis for each player's one type."""
        full = np.ndim(table) == lead + 2 * world.n + 1 and np.shape(table)[lead : lead + world.n] == world.type_counts
        return np.squeeze(table, tuple(range(lead, lead + world.n))) if full else table

    effect = None if move.effect is None else without_types(move.effect, 1)
    return joined(world, move.player, move.actions, without_types(move.own, 0), effect, world.n)


def with_designer(
    world: World, decisions: Sequence[str] = ("·",), *, name: str = "rule-maker", cost: Any = None
) -> World:
    """`world` with a rule-maker in front, who decides at every step; `cost` of each decision is taken off its base reward.

    A decision does nothing until something depends on it: a monitor, a payment, a message. Raises InputError where there is
    a rule-maker already.
    """
    if world.designer:
        raise InputError(where="with_designer", needed="a world without a rule-maker", found=world.players[0])
    costs = np.zeros(len(decisions)) if cost is None else np.asarray(rational.floats(rational.numbers(cost)), float)
    if costs.shape != (len(decisions),):
        raise InputError(where="with_designer", needed=f"{len(decisions)} costs", found=f"shape {costs.shape}")
    return joined(world, name, decisions, -costs, None, 0)
