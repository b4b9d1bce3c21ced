"""Play a batch of worlds for a while, and count: one compiled loop, memory linear in the batch.

    played = rollout(world, Uniform(), key, steps=1000, batch=64)
    played.base                 float32 [batch, player]: what the world paid in all

Where a world ends before the steps do it starts anew; `steps=None` plays to the horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from .policy import Policy
from .world import Turn, World, draws, pytree


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
    cost: jax.Array
    """float32 [batch]; used up by enforcing rules."""
    when: jax.Array
    """float32 [batch, player]; sum of the times t at which the world paid something, for sustainability."""
    paid: jax.Array
    """float32 [batch, player]; number of steps that paid something."""
    counts: tuple[jax.Array, ...]
    """Of each kind: int32 [batch, …, outcome], how often each outcome was seen."""
    episodes: jax.Array
    """int32 [batch]; how many came to their end."""
    length: jax.Array
    """int32 [batch]; steps that were counted."""
    state: Any
    """The states at the end, batched."""


def where(condition: jax.Array, one: Any, other: Any) -> Any:
    """Two batched pytrees, one or the other: condition is bool [batch]."""
    return jax.tree.map(
        lambda a, b: jnp.where(condition.reshape(condition.shape + (1,) * (a.ndim - 1)), a, b), one, other
    )


Each = Callable[..., Any]
"""each(f, *arrays): f(world, policy, *one of each) of every world of a batch."""


def renewed(world: World, key: jax.Array, state: Any, done: jax.Array) -> Any:
    """A batch of states, with those that are over started anew. Draws nothing where none is over: `done` is bool [batch]."""
    return _renewed(lambda: jax.vmap(world.reset)(draws.split(key, done.shape[0])), state, done)


def _renewed(reset: Callable[[], Any], state: Any, done: jax.Array) -> Any:
    return jax.lax.cond(done.any(), lambda: where(done, reset(), state), lambda: state)


def rollout(
    world: World, policy: Policy, key: jax.Array, steps: int | None = None, batch: int = 1, *, once: bool = False
) -> Played:
    """Everybody acts by `policy` in `batch` worlds for `steps` steps (the horizon if None). Same key, same bytes.

    once: a world that ends is not started anew, and nothing that comes after is counted: one episode each.
    Raises InputError where the policy does not fit the world.
    """
    policy.check(world)
    return _rollout(world, policy, key, steps, batch, once)


@partial(jax.jit, static_argnames=("steps", "batch", "once"))
def _rollout(world: World, policy: Policy, key: jax.Array, steps: int | None, batch: int, once: bool) -> Played:
    return played(alike(world, policy), world, lambda key: draws.split(key, batch), key, steps, batch, once)[0]


def alike(world: World, policy: Policy) -> Each:
    """A batch of the same world, under the same policy."""
    return lambda function, *arrays: jax.vmap(lambda *one: function(world, policy, *one))(*arrays)


def no_tally(so_far: Any, t: jax.Array, turn: Turn) -> Any:
    """Nothing beside the totals."""
    del t, turn
    return so_far


def played(
    each: Each,
    world: World,
    spread: Callable[[jax.Array], jax.Array],
    key: jax.Array,
    steps: int | None,
    batch: int,
    once: bool = False,
    tally: tuple[Any, Callable[[Any, jax.Array, Turn], Any]] = ((), no_tally),
) -> tuple[Played, Any]:
    """The loop itself, for a caller that compiles it. `world` is read for names and shapes; `spread(key)` gives keys [batch].

    `tally` is (start, after): `after(so_far, t, turn)` sees every batch of turns, those after an end as well, and what it
    has come to comes second.
    """
    first, loop = draws.split(key)
    opening = each(lambda w, p, _: p.first(w), jnp.arange(batch))
    start = nothing_yet(world, each(lambda w, _, k: w.reset(k), spread(first)), batch)

    def one(
        carry: tuple[Played, Any, Any], inputs: tuple[jax.Array, jax.Array]
    ) -> tuple[tuple[Played, Any, Any], None]:
        so_far, memory, kept = carry
        t, key = inputs
        choose, move, anew = draws.split(key, 3)
        seen = each(lambda w, _, st: w.observe(st), so_far.state)
        actions, memory = each(
            lambda w, p, k, st, se, me: p.act(k, w, st, se, me), spread(choose), so_far.state, seen, memory
        )
        turn = each(lambda w, _, k, st, a: w.step(k, st, a), spread(move), so_far.state, actions)
        memory, kept = where(turn.done, opening, memory), tally[1](kept, t, turn)
        before = replace(so_far, state=())
        after = jax.tree.map(jnp.add, before, step_of(before, t, turn, batch))
        if once:
            return (replace(where(so_far.episodes == 0, after, before), state=turn.state), memory, kept), None
        state = _renewed(lambda: each(lambda w, _, k: w.reset(k), spread(anew)), turn.state, turn.done)
        return (replace(after, state=state), memory, kept), None

    length = world.horizon if steps is None else steps
    inputs = (jnp.arange(length), draws.split(loop, length))
    (total, _, kept), _ = jax.lax.scan(one, (start, opening, tally[0]), inputs)
    return total, kept


def nothing_yet(world: World, state: Any, batch: int) -> Played:
    """Totals before the first step."""
    n = world.n
    zeros = jnp.zeros((batch, n), jnp.float32)
    none = zeros[:, 0]
    shapes = {"player": (n,), "pair": (n, n), "world": ()}
    counts = tuple(jnp.zeros((batch, *shapes[k.among], len(k.outcomes)), jnp.int32) for k in world.kinds)
    return Played(zeros, zeros, zeros, none, none, zeros, zeros, counts, *(jnp.zeros(batch, jnp.int32),) * 2, state)


def step_of(so_far: Played, t: jax.Array, turn: Turn, batch: int) -> Played:
    """What a batch of turns adds to the totals, which it has the shapes of."""
    got = turn.base != 0
    return Played(
        base=turn.base,
        transfer=turn.transfer,
        care=turn.care,
        fund=turn.fund,
        cost=jnp.broadcast_to(turn.cost, (batch,)).astype(jnp.float32),
        when=jnp.where(got, t.astype(jnp.float32), 0.0),
        paid=got.astype(jnp.float32),
        counts=tuple(
            (code[..., None] == jnp.arange(c.shape[-1])).astype(jnp.int32)
            for c, code in zip(so_far.counts, turn.events.codes, strict=True)
        ),
        episodes=turn.done.astype(jnp.int32),
        length=jnp.ones(batch, jnp.int32),
        state=(),
    )
