"""Who learns, with which network: all alike (one set of weights, told who they are), or each with weights of its own.

Arrays carry the learning players on their last axis but the observation's: [..., player, …]. Others act by a given policy.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..policy import Policy, Uniform
from ..world import Seen, World, pytree, static
from .networks import ActorCritic, Network, masked, merged, seen_by


def learning(world: World, players: tuple[int, ...] | None) -> tuple[int, ...]:
    """The positions of players who learn: those named, or all who have a choice. Raises InputError where there are none."""
    chosen = tuple(i for i in world.strategic if world.action_counts[i] > 1) if players is None else players
    bad = [i for i in chosen if not 0 <= i < world.n or world.action_counts[i] < 2]
    if bad or not chosen or len(set(chosen)) != len(chosen):
        raise InputError(
            where="learning players",
            needed=f"different positions from 0 to {world.n - 1}, of players who have a choice",
            found=", ".join(map(str, chosen)) or "none",
        )
    return chosen


@pytree
class Population:
    """The networks of the players that learn."""

    net: ActorCritic
    """With a leading axis [player] where everybody has weights of its own."""
    players: tuple[int, ...] = static()
    shared: bool = static(default=True)
    identity: bool = static(default=True)

    @staticmethod
    def make(key: jax.Array, world: World, network: Network, players: tuple[int, ...], shared: bool) -> Population:
        seen, most = seen_by(world), max(world.action_counts)
        identity = network.identity and shared and len(players) > 1
        extra = len(players) if identity else 0

        def build(k: jax.Array) -> ActorCritic:
            return network.build(k, world.view_codes, seen, most, extra)

        net = build(key) if shared else jax.vmap(build)(jax.random.split(key, len(players)))
        return Population(net, players, shared, identity)

    def with_net(self, net: ActorCritic) -> Population:
        """The same people with other weights."""
        return Population(net, self.players, self.shared, self.identity)

    def first(self) -> jax.Array:
        """Memory at the start: float32 [player, memory]."""
        return jnp.zeros((len(self.players), self.net.memory), jnp.float32)

    def sees(self, seen: Seen) -> tuple[jax.Array, jax.Array]:
        """(view, numbers) of those who learn, who they are included: [..., player, …] of a `Seen` with axes in front."""
        at = jnp.array(self.players)
        everybody = len(self.players) == seen.view.shape[-3]
        view = seen.view if everybody else seen.view[..., at, :, :]
        numbers = seen.numbers if everybody else seen.numbers[..., at, :]
        if self.identity:
            who = jnp.broadcast_to(jnp.eye(len(self.players)), (*numbers.shape[:-1], len(self.players)))
            numbers = jnp.concatenate([numbers, who], axis=-1)
        return view, numbers

    def __call__(
        self, view: jax.Array, numbers: jax.Array, memory: jax.Array
    ) -> tuple[jax.Array, jax.Array, jax.Array]:
        """(logits, value, memory), all with axes [S, player] in front."""
        if self.shared:
            many = view.shape[:2]
            logits, value, memory = self.net(*(merged(x) for x in (view, numbers, memory)))
            return logits.reshape(*many, -1), value.reshape(many), memory.reshape(*many, memory.shape[-1])
        return jax.vmap(lambda net, *x: net(*x), in_axes=(0, 1, 1, 1), out_axes=1)(self.net, view, numbers, memory)

    def along(
        self, view: jax.Array, numbers: jax.Array, memory: jax.Array, fresh: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """(logits, value) with axes [T, S, player] in front; memory [S, player, …], fresh [T, S]."""
        steps, many, players = view.shape[:3]
        if self.shared:
            wiped = jnp.repeat(fresh, players, axis=1)
            logits, value = self.net.along(merged(view, 1), merged(numbers, 1), merged(memory), wiped)
            return logits.reshape(steps, many, players, -1), value.reshape(steps, many, players)
        return jax.vmap(lambda net, v, x, m: net.along(v, x, m, fresh), in_axes=(0, 2, 2, 1), out_axes=2)(
            self.net, view, numbers, memory
        )


@pytree
class Trained(Policy):
    """What a population has learned; players that did not learn act by `others`."""

    population: Population
    others: Policy = Uniform()
    greedy: bool = static(default=False)
    """Whether the likeliest action is taken instead of a drawn one."""

    def first(self, world: World) -> Any:
        return self.population.first(), self.others.first(world)

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        ours, theirs = jax.random.split(key)
        at = jnp.array(self.population.players)
        mine, rest = memory
        actions, rest = self.others.act(theirs, world, state, seen, rest)
        view, numbers = self.population.sees(seen)
        logits, _, mine = self.population(view[None], numbers[None], mine[None])
        law = masked(logits[0], world.available(state)[at])
        chosen = law.argmax(axis=-1) if self.greedy else jax.random.categorical(ours, law)
        return actions.at[at].set(chosen.astype(jnp.int32)), (mine[0], rest)

    def law(self, world: World, state: Any, memory: Any = None) -> jax.Array:
        """float32 [learning player, action]: probabilities in one state."""
        mine = (self.first(world) if memory is None else memory)[0]
        view, numbers = self.population.sees(world.observe(state))
        logits, _, _ = self.population(view[None], numbers[None], mine[None])
        return jnp.exp(masked(logits[0], world.available(state)[jnp.array(self.population.players)]))
