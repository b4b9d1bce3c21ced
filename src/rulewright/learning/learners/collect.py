"""Play a batch of worlds for T steps and keep what learners need, and what people want to know.

Time that runs out is no end of the world: where a step is truncated, what the learner expected to come is added to its last
reward (Pardo et al. 2018, ICML), computed only when it happens; where time is part of the world it can be an end (`endless`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ..policy import Policy, Uniform
from ..rollout import renewed, where
from ..world import Turn, World, draws, pytree
from .population import Population, Trained, learning

Choose = Callable[[jax.Array, jax.Array, jax.Array, jax.Array, jax.Array], tuple[jax.Array, Any, jax.Array]]
"""(key, view, numbers, memory, available), each [B, player, …] → (actions [B, player], notes, memory)."""
Expect = Callable[[jax.Array, jax.Array, jax.Array], jax.Array]
"""(view, numbers, memory) → what is expected to come [B, player]."""


@pytree
class Field:
    """The worlds that are being played."""

    state: Any
    """Batched."""
    memory: jax.Array
    """float32 [B, player, memory], of those who learn."""
    others: Any
    """Memories of the others."""
    fresh: jax.Array
    """bool [B]; whether an episode begins here."""
    got: jax.Array
    """float32 [B, player of the world]; paid by the world in this episode so far."""


@pytree
class Path:
    """What those who learn saw, did and got: [T, B, …]."""

    view: jax.Array
    numbers: jax.Array
    available: jax.Array
    action: jax.Array
    """int32 [T, B, player]."""
    notes: Any
    reward: jax.Array
    """float32 [T, B, player]; with what was expected to come where time ran out."""
    done: jax.Array
    """bool [T, B]."""
    fresh: jax.Array
    """bool [T, B]; whether an episode began at this step."""


@pytree
class Tally:
    """What happened, summed over worlds and steps; two tallies add."""

    steps: jax.Array
    """float32 []; environment steps: all players acting once is one."""
    base: jax.Array
    """float32 [player]."""
    transfer: jax.Array
    care: jax.Array
    fund: jax.Array
    """float32 []."""
    episodes: jax.Array
    """float32 []; how many ended."""
    returns: jax.Array
    """float32 [player]; paid by the world in those that ended, summed."""
    counts: tuple[jax.Array, ...]
    """Of each kind: int32 [..., outcome]."""

    @staticmethod
    def zero(world: World) -> Tally:
        n, nothing = world.n, jnp.float32(0)
        shapes = {"player": (n,), "pair": (n, n), "world": ()}
        counts = tuple(jnp.zeros((*shapes[k.among], len(k.outcomes)), jnp.int32) for k in world.kinds)
        each = jnp.zeros(n, jnp.float32)
        return Tally(nothing, each, each, each, nothing, nothing, each, counts)

    def plus(self, turn: Turn, got: jax.Array) -> Tally:
        """With one step of a batch of worlds; got: float32 [B, player], paid in the episode up to now."""
        over = turn.done.astype(jnp.float32)
        return Tally(
            self.steps + turn.done.shape[0],
            self.base + turn.base.sum(0),
            self.transfer + turn.transfer.sum(0),
            self.care + turn.care.sum(0),
            self.fund + turn.fund.sum(),
            self.episodes + over.sum(),
            self.returns + over @ got,
            tuple(
                c + (code[..., None] == jnp.arange(c.shape[-1])).sum(0, dtype=jnp.int32)
                for c, code in zip(self.counts, turn.events.codes, strict=True)
            ),
        )


def opened(world: World, key: jax.Array, batch: int, memory: jax.Array, others: Policy) -> Field:
    """`batch` worlds at their start; memory: of one world's learners at the start, [player, memory]."""
    state = jax.vmap(world.reset)(draws.split(key, batch))

    def spread(x: Any) -> Any:
        return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (batch, *jnp.shape(leaf))), x)

    got = jnp.zeros((batch, world.n), jnp.float32)
    return Field(state, spread(memory), spread(others.first(world)), jnp.ones(batch, bool), got)


def collect(
    world: World,
    field: Field,
    key: jax.Array,
    steps: int,
    players: tuple[int, ...],
    choose: Choose,
    expect: Expect,
    sees: Callable[[Any], tuple[jax.Array, jax.Array]],
    others: Policy,
    pays: Callable[[Turn], jax.Array],
    first: jax.Array,
    gamma: jax.Array,
    endless: bool = True,
) -> tuple[Field, Path, Tally, jax.Array]:
    """(worlds after, paths, tally, what is expected after the last step [B, player]).

    `first` is the learners' memory at the start of an episode, `pays(turn)` what they learn from; where the world is `endless`,
    what is expected beyond a cut is added.
    """
    batch, at = field.fresh.shape[0], jnp.array(players)
    scripted = len(players) < world.n
    opening = jax.tree.map(lambda x: jnp.broadcast_to(x, (batch, *jnp.shape(x))), others.first(world))
    start = jnp.broadcast_to(first, field.memory.shape)

    def act(k: jax.Array, seen: Any, mine: jax.Array, now: Field) -> tuple[jax.Array, Any]:
        """Everybody's actions."""
        if not scripted:
            return mine, now.others
        everybody, rest = jax.vmap(lambda k, st, se, me: others.act(k, world, st, se, me))(
            draws.split(k, batch), now.state, seen, now.others
        )
        return everybody.at[:, at].set(mine), rest

    def one(carry: tuple[Field, Tally], key: jax.Array) -> tuple[tuple[Field, Tally], Path]:
        now, tally = carry
        k_choose, k_others, k_step, k_new = draws.split(key, 4)
        seen = jax.vmap(world.observe)(now.state)
        available = jax.vmap(world.available)(now.state)[:, at]
        view, numbers = sees(seen)
        mine, notes, memory = choose(k_choose, view, numbers, now.memory, available)
        actions, rest = act(k_others, seen, mine, now)
        turn = jax.vmap(world.step)(draws.split(k_step, batch), now.state, actions)
        cut = turn.truncated & ~turn.terminated

        def to_come() -> jax.Array:
            expected = expect(*sees(jax.vmap(world.observe)(turn.state)), memory)
            return jnp.where(cut[:, None], gamma * expected, 0.0)

        reward = pays(turn)[:, at]
        if endless:
            reward = reward + jax.lax.cond(cut.any(), to_come, lambda: jnp.zeros_like(reward))
        got = now.got + turn.base
        path = Path(view, numbers, available, mine, notes, reward, turn.done, now.fresh)
        after = Field(
            renewed(world, k_new, turn.state, turn.done),
            jnp.where(turn.done[:, None, None], start, memory),
            where(turn.done, opening, rest),
            turn.done,
            jnp.where(turn.done[:, None], 0.0, got),
        )
        return (after, tally.plus(turn, got)), path

    (field, tally), path = jax.lax.scan(one, (field, Tally.zero(world)), draws.split(key, steps))
    last = expect(*sees(jax.vmap(world.observe)(field.state)), field.memory)
    return field, path, tally, last


NOBODY = Uniform()
"""Whom players follow who do not learn, where nothing else is said; those with one action do it."""

__all__ = ["NOBODY", "Field", "Path", "Population", "Tally", "Trained", "collect", "learning", "opened"]
