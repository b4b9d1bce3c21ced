"""Play a batch of worlds for a while, and count: one compiled loop, memory linear in the batch.

    played = rollout(world, Uniform(), key, steps=1000, batch=64)
    played.base                 float32 [batch, player]: what the world paid in all

Where a world ends before the steps do it starts anew; `steps=None` plays to the horizon.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from .policy import Policy
from .world import World, pytree


@pytree
class Played:
    """Totals of every world of a batch."""

    base: jax.Array
    """float32 [batch, player]; paid by the world."""
    transfer: jax.Array
    """float32 [batch, player]; moved by rules."""
    care: jax.Array
    """float32 [batch, player]."""
    fund: jax.Array
    """float32 [batch]; left with the rule-maker."""
    when: jax.Array
    """float32 [batch, player]; sum of the times t at which the world paid something, for sustainability."""
    paid: jax.Array
    """float32 [batch, player]; number of steps that paid something."""
    counts: tuple[jax.Array, ...]
    """Of each kind: int32 [batch, …, outcome], how often each outcome was seen."""
    episodes: jax.Array
    """int32 [batch]; how many came to their end."""
    state: Any
    """The states at the end, batched."""


def where(condition: jax.Array, one: Any, other: Any) -> Any:
    """Two batched pytrees, one or the other: condition is bool [batch]."""
    return jax.tree.map(
        lambda a, b: jnp.where(condition.reshape(condition.shape + (1,) * (a.ndim - 1)), a, b), one, other
    )


def renewed(world: World, key: jax.Array, state: Any, done: jax.Array) -> Any:
    """A batch of states, with those that are over started anew. Draws nothing where none is over: `done` is bool [batch]."""

    def fresh() -> Any:
        new = jax.vmap(world.reset)(jax.random.split(key, done.shape[0]))
        return where(done, new, state)

    return jax.lax.cond(done.any(), fresh, lambda: state)


@partial(jax.jit, static_argnames=("steps", "batch"))
def rollout(world: World, policy: Policy, key: jax.Array, steps: int | None = None, batch: int = 1) -> Played:
    """Everybody acts by `policy` in `batch` worlds for `steps` steps (the horizon if None). Same key, same bytes."""
    first, loop = jax.random.split(key)
    state = jax.vmap(world.reset)(jax.random.split(first, batch))
    opening = jax.tree.map(lambda x: jnp.broadcast_to(x, (batch, *jnp.shape(x))), policy.first(world))
    n = world.n
    zeros = jnp.zeros((batch, n), jnp.float32)
    shapes = {"player": (n,), "pair": (n, n), "world": ()}
    counts = tuple(jnp.zeros((batch, *shapes[k.among], len(k.outcomes)), jnp.int32) for k in world.kinds)
    start = Played(zeros, zeros, zeros, zeros[:, 0], zeros, zeros, counts, jnp.zeros(batch, jnp.int32), state)

    def one(carry: tuple[Played, Any], inputs: tuple[jax.Array, jax.Array]) -> tuple[tuple[Played, Any], None]:
        played, memory = carry
        t, key = inputs
        choose, move, anew = jax.random.split(key, 3)
        seen = jax.vmap(world.observe)(played.state)
        actions, memory = jax.vmap(lambda k, st, se, me: policy.act(k, world, st, se, me))(
            jax.random.split(choose, batch), played.state, seen, memory
        )
        turn = jax.vmap(world.step)(jax.random.split(move, batch), played.state, actions)
        got = turn.base != 0
        memory = where(turn.done, opening, memory)
        after = Played(
            base=played.base + turn.base,
            transfer=played.transfer + turn.transfer,
            care=played.care + turn.care,
            fund=played.fund + turn.fund,
            when=played.when + jnp.where(got, t.astype(jnp.float32), 0.0),
            paid=played.paid + got,
            counts=tuple(
                c + (code[..., None] == jnp.arange(c.shape[-1]))
                for c, code in zip(played.counts, turn.events.codes, strict=True)
            ),
            episodes=played.episodes + turn.done,
            state=renewed(world, anew, turn.state, turn.done),
        )
        return (after, memory), None

    length = world.horizon if steps is None else steps
    (played, _), _ = jax.lax.scan(one, (start, opening), (jnp.arange(length), jax.random.split(loop, length)))
    return played
