"""Limits on how much may be taken in a step: an action that takes more is not there, and one chosen all the same is cut down.

How much an action takes is its number ("0" … "20" tons); what everybody may take is worked out from what stands before they act.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import Events, Turn, World, Wrapper, pytree, static
from ..world.events import position


def takes_of(world: World, where: str) -> jax.Array:
    """float32 [player, action]: what each action takes; infinite where a player has fewer actions."""
    table = np.full((world.n, max(world.action_counts)), np.inf, np.float32)
    for i, labels in enumerate(world.actions):
        try:
            table[i, : len(labels)] = [float(label) for label in labels]
        except ValueError:
            raise InputError(
                where=where,
                needed="actions that are amounts",
                found=", ".join(labels[:6]),
                remedy="Limit first, and add gifts, claims or offers afterwards; or sanction the event instead of the action.",
            ) from None
    return jnp.asarray(table)


def level_of(world: World, name: str, where: str) -> jax.Array:
    """float32 [outcome]: the numbers that the outcomes of a kind of the world are, of a kind that stands before anybody acts."""
    kind = world.kinds[position(name, world.kinds)]
    standing = {k.name for k in jax.eval_shape(lambda: world.standing(world.reset(jax.random.key(0)))).kinds}
    if kind.among != "world" or name not in standing:
        raise InputError(
            where=where,
            needed="an event of the world that stands before players act",
            found=f"“{name}”; standing here: {', '.join(sorted(standing)) or 'nothing'}",
        )
    try:
        return jnp.asarray(np.array([float(y) for y in kind.outcomes], np.float32))
    except ValueError:
        raise InputError(where=where, needed="numbers as outcomes", found=", ".join(kind.outcomes[:6])) from None


class Limited(Wrapper):
    """Subclasses are pytrees with `takes` [player, action], and say the most that everybody may take."""

    takes: jax.Array

    @abstractmethod
    def most(self, state: Any) -> jax.Array:
        """float32 [player]: what each may take in this state; actions with the least take are always there."""

    def available(self, state: Any) -> jax.Array:
        there = self.inner.available(self.inner_state(state))
        least = jnp.where(there, self.takes, jnp.inf).min(axis=-1, keepdims=True)
        return there & (self.takes <= jnp.maximum(self.most(state)[:, None], least))

    def cut(self, state: Any, actions: jax.Array) -> jax.Array:
        """The actions, each brought down to the largest that is available and takes no more."""
        return cut(self.takes, self.available(state), actions)

    def said(self, key: jax.Array, state: Any, actions: jax.Array) -> Events:
        return self.inner.said(key, self.inner_state(state), self.cut(state, actions))

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        return self.inner.step(key, self.inner_state(state), self.cut(state, actions))


def cut(takes: jax.Array, available: jax.Array, actions: jax.Array) -> jax.Array:
    """int32 [player]: the wanted action where it is available, else the largest available take that is no larger."""
    wanted = jnp.take_along_axis(takes, actions[:, None], axis=-1)
    best = jnp.where(available & (takes <= wanted), takes, -jnp.inf).argmax(axis=-1)
    fine = jnp.take_along_axis(available, actions[:, None], axis=-1)[:, 0]
    return jnp.where(fine, actions, best).astype(jnp.int32)


@pytree
class StandingLimit(Limited):
    """The most that a player may take is looked up by a record of it: repute, offences."""

    inner: World
    takes: jax.Array
    table: jax.Array
    """float32 [outcome]; may take up to it."""
    by: str = static()

    def most(self, state: Any) -> jax.Array:
        return self.table[self.inner.standing(self.inner_state(state)).code(self.by)]


@pytree
class LimitBy:
    """The move: limit takes by a record."""

    table: jax.Array
    by: str = static()

    def wrap(self, world: World) -> World:
        return StandingLimit(world, takes_of(world, f"limit by {self.by}"), self.table, self.by)
