"""`commit` on a world: a player's strategy is fixed, and it has one action left, "as committed", as on arrays.

    Commit("people", on, table)            a law over actions by signals; drawn anew at every step
    Scripted("agent 3", policy)            anything that a policy can do, with a memory

A strategy may depend on what is known before the world moves: actions and messages of the others in the same step (a mechanism
answers reports), records and stocks as they stand; on everything else as of the step before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...institution.moves import Commit
from ...numerics import rational
from ..policy import Policy
from ..world import Events, Turn, World, Wrapper, pytree, static
from ..world.events import ACTION
from .fit import COMMITTED, drawn, only, with_item
from .last import known, remembering
from .lift import lift
from .rows import Row, kinds_of, look_up, outcome_counts, read, row_of


@pytree
class Committed(Wrapper):
    """A world in which one player acts by a public law."""

    inner: World
    strategy: Any
    """float32 [1, *outcome of each kind read, action]."""
    player: int = static()
    kinds_read: tuple[str, ...] = static()
    row: Row = static()
    draws = True

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return with_item(self.inner.actions, self.player, COMMITTED)

    def available(self, state: Any) -> jax.Array:
        return only(self.inner.available(state), (self.player,), max(self.action_counts))

    def done(self, key: jax.Array, state: Any, actions: jax.Array) -> jax.Array:
        """The actions of the world inside: the committed player's is drawn, among those it has."""
        i = self.player
        others = actions.at[i].set(0)
        events = known(self.inner, key, state, others, self.kinds_read)
        law = look_up(self.strategy, events, self.kinds_read, (self.row,))[0]
        has = self.inner.available(state)[i, : law.shape[0]]
        law = law * has
        law = jnp.where(law.sum() > 0, law, has)
        return others.at[i].set(drawn(self.own(key), law).astype(actions.dtype))

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        return self.inner.step(key, state, self.done(key, state, actions))

    def said(self, key: jax.Array, state: Any, actions: jax.Array) -> Events:
        return self.inner.said(key, state, self.done(key, state, actions))


@lift.register
def _(move: Commit, world: World) -> World:
    i, where = world.index(move.player), f"commit {move.player}"
    on = read(world, move.on, where)
    wanted = (1, *(len(r.outcomes) for r in on), world.action_counts[i])
    if np.shape(move.strategy) != wanted:
        raise InputError(
            where=where,
            needed=f"a strategy of shape {wanted} [type, signals, action]",
            found=f"shape {np.shape(move.strategy)}",
        )
    check_law(move.strategy, where)
    own = [r.name for r in on if r.name == f"message of {move.player}" or (r.kind == ACTION and r.at == (i,))]
    if own:
        raise InputError(
            where=where, needed="signals that do not depend on what it decides", found=f"{own[0]}, which does"
        )
    kinds = kinds_of(on)
    table = np.asarray(rational.floats(move.strategy), np.float32)
    extra = [(0, c - k) for c, k in zip(outcome_counts(world, kinds), table.shape[1:-1], strict=True)]
    table = np.pad(table, [(0, 0), *extra, (0, 0)])
    here = remembering(world, [kind for kind in kinds if kind not in world.says])
    return Committed(here, table, i, kinds, row_of(on))


@pytree
class ScriptedState:
    inner: Any
    memory: Any


@pytree
class ScriptedWorld(Wrapper):
    """A world in which some players act by a policy."""

    inner: World
    policy: Policy
    who: tuple[int, ...] = static()
    draws = True

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return tuple(COMMITTED if i in self.who else labels for i, labels in enumerate(self.inner.actions))

    def inner_state(self, state: ScriptedState) -> Any:
        return state.inner

    def reset(self, key: jax.Array) -> ScriptedState:
        return ScriptedState(self.inner.reset(key), self.policy.first(self.inner))

    def available(self, state: ScriptedState) -> jax.Array:
        return only(self.inner.available(state.inner), self.who, max(self.action_counts))

    def done(self, key: jax.Array, state: ScriptedState, actions: jax.Array) -> tuple[jax.Array, Any]:
        """(actions of the world inside, memory)."""
        seen = self.inner.observe(state.inner)
        theirs, memory = self.policy.act(self.own(key), self.inner, state.inner, seen, state.memory)
        mine = np.isin(np.arange(self.n), self.who)
        return jnp.where(mine, theirs, actions).astype(actions.dtype), memory

    def step(self, key: jax.Array, state: ScriptedState, actions: jax.Array) -> Turn:
        inside, memory = self.done(key, state, actions)
        turn = self.inner.step(key, state.inner, inside)
        return replace(turn, state=ScriptedState(turn.state, memory))

    def said(self, key: jax.Array, state: ScriptedState, actions: jax.Array) -> Events:
        return self.inner.said(key, state.inner, self.done(key, state, actions)[0])


@dataclass(frozen=True, eq=False)
class Scripted:
    """Players act by a policy (which says what everybody would do; only theirs is taken); a move beside the seven words."""

    players: str | tuple[str, ...]
    policy: Policy

    def describe(self) -> str:
        return f"{self._named()} is scripted"

    def _named(self) -> str:
        return self.players if isinstance(self.players, str) else " and ".join(self.players)

    def wrap(self, world: World) -> World:
        """The world with those players scripted. Raises InputError where there is no such player, or the policy does not fit."""
        names = (self.players,) if isinstance(self.players, str) else self.players
        self.policy.check(world)
        return ScriptedWorld(world, self.policy, tuple(sorted({world.index(name) for name in names})))
