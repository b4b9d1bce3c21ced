"""Independent deep Q-learning: a network for the table, a memory of past steps to learn from, a slow copy to aim at.

    y = r + γ·Q̄(s′, argmax_b Q(s′, b))        L = E h(Q(s, a) − y)        h of Huber; Q̄ ← (1 − τ)·Q̄ + τ·Q

Mnih et al. 2015 (Nature 518), double Q after van Hasselt, Guez & Silver 2016 (AAAI). The memory is a ring of steps; the state
that follows a step is the next one in the ring, so that every picture is kept once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import optax

from ...errors import InputError
from ..policy import Policy
from ..world import World, pytree, static
from .collect import NOBODY, Field, Path, collect, opened
from .learner import Learner, Metrics, at_least_one, left, pays, size
from .networks import NEVER, Network, seen_by
from .population import Population, Trained, learning
from .tabular import explore

NAMES = ("explored", "loss", "q", "learning_rate")


@pytree
class Ring:
    """Steps of the past: [kept step, world, player, …]."""

    view: jax.Array
    numbers: jax.Array
    available: jax.Array
    action: jax.Array
    reward: jax.Array
    done: jax.Array
    """bool [kept step, world]."""

    def put(self, at: jax.Array, path: Path) -> Ring:
        """With a path written at position `at`."""
        new = Ring(path.view, path.numbers, path.available, path.action, path.reward, path.done)
        return jax.tree.map(lambda old, x: jax.lax.dynamic_update_slice_in_dim(old, x, at, 0), self, new)


@pytree
class DeepQState:
    world: World
    population: Population
    slow: Any
    """The copy that is aimed at."""
    optimiser: Any
    ring: Ring
    field: Field
    key: jax.Array
    updates: jax.Array
    plan: jax.Array


@pytree
class DeepQ(Learner):
    """Independent deep Q: an update plays `steps` × `worlds` and takes `batches` steps of Adam."""

    rate: float = 5e-4
    gamma: float = 0.99
    least: float = 0.05
    """ε at the end."""
    decay: float = 100.0
    """Updates over which ε falls from 1 to there."""
    follow: float = 0.02
    """τ, per batch."""
    most_gradient: float = 10.0
    scale: float = 1.0
    others: Policy = NOBODY
    worlds: int = static(default=16)
    steps: int = static(default=16)
    batches: int = static(default=4)
    batch: int = static(default=64)
    """Steps of one world, all players, in a batch."""
    kept: int = static(default=1024)
    """Steps of each world in the memory; a multiple of `steps`."""
    network: Network = static(default=Network())  # noqa: RUF009 — frozen
    shared: bool = static(default=True)
    players: tuple[int, ...] | None = static(default=None)
    reward: str = static(default="all")
    anneal: bool = static(default=False)
    endless: bool = static(default=True)
    name = "deep-q"

    @property
    def steps_per_update(self) -> int:
        return self.worlds * self.steps

    def init(self, key: jax.Array, world: World) -> DeepQState:
        at_least_one(self.name, worlds=self.worlds, steps=self.steps, batches=self.batches, batch=self.batch)
        if self.network.memory:
            raise InputError(where=self.name, needed="a network without a memory", found=f"{self.network.memory}")
        if self.kept % self.steps or self.kept < 2 * self.steps:
            needed = f"kept a multiple of steps = {self.steps}, at least twice"
            raise InputError(where=self.name, needed=needed, found=str(self.kept))
        pays(self.reward, jnp.float32(1))
        players = learning(world, self.players)
        one, two, rest = jax.random.split(key, 3)
        people = Population.make(one, world, self.network, players, self.shared)
        field = opened(world, two, self.worlds, people.first(), self.others)
        seen, most, many = seen_by(world), max(world.action_counts), (self.kept, self.worlds, len(players))
        extra = len(players) if people.identity else 0
        ring = Ring(
            jnp.zeros((*many, *seen.view.shape[1:]), seen.view.dtype),
            jnp.zeros((*many, seen.numbers.shape[-1] + extra), jnp.float32),
            jnp.ones((*many, most), bool),
            jnp.zeros(many, jnp.int32),
            jnp.zeros(many, jnp.float32),
            jnp.zeros(many[:2], bool),
        )
        optimiser = self._each(self._adam().init)(people.net)
        nothing = jnp.int32(0)
        return DeepQState(world, people, people.net, optimiser, ring, field, rest, nothing, nothing)

    def planned(self, state: DeepQState, updates: int) -> DeepQState:
        plan = jnp.full_like(state.plan, updates if self.anneal else 0)
        return replace(state, plan=plan)

    def policy(self, state: DeepQState) -> Trained:
        return Trained(state.population, self.others, greedy=True)

    def working_bytes(self, state: DeepQState) -> int:
        return 2 * size(state.ring)

    def update(self, state: DeepQState) -> tuple[DeepQState, Metrics]:
        world, people = state.world, state.population
        key, k_play, k_learn = jax.random.split(state.key, 3)
        chance = self.least + (1 - self.least) * left(state.updates, jnp.float32(self.decay))

        def choose(k: jax.Array, view: jax.Array, numbers: jax.Array, memory: jax.Array, available: jax.Array) -> Any:
            worth, _, _ = people(view, numbers, memory)
            action, tried = explore(k, worth, available, chance)
            return action, tried.mean(), memory

        def expect(view: jax.Array, numbers: jax.Array, memory: jax.Array) -> jax.Array:
            counts = jnp.array([world.action_counts[i] for i in people.players])
            worth = people(view, numbers, memory)[0]
            return jnp.where(jnp.arange(worth.shape[-1]) < counts[:, None], worth, NEVER).max(-1)

        field, path, tally, _ = collect(
            world,
            state.field,
            k_play,
            self.steps,
            people.players,
            choose,
            expect,
            people.sees,
            self.others,
            pays(self.reward, jnp.float32(self.scale)),
            people.first(),
            jnp.float32(self.gamma),
            self.endless,
        )
        at = state.updates * self.steps % self.kept
        ring = state.ring.put(at, path)
        rate = self.rate * left(state.updates, state.plan)
        people, slow, optimiser, told = self._learn(state, ring, at, k_learn, rate)
        after = DeepQState(world, people, slow, optimiser, ring, field, key, state.updates + 1, state.plan)
        return after, Metrics(tally, (path.notes.mean(), *told, rate), NAMES)

    # ── learning ────────────────────────────────────────────────────────────────────────────────────────────────

    def _adam(self) -> optax.GradientTransformation:
        return optax.chain(optax.clip_by_global_norm(self.most_gradient), optax.scale_by_adam())

    def _each(self, function: Any) -> Any:
        return function if self.shared else jax.vmap(function)

    def _learn(
        self, state: DeepQState, ring: Ring, at: jax.Array, key: jax.Array, rate: jax.Array
    ) -> tuple[Population, Any, Any, tuple[jax.Array, ...]]:
        people, adam = state.population, self._adam()
        newest = at + self.steps  # one past the last that was written
        filled = jnp.minimum((state.updates + 1) * self.steps, self.kept)

        def one(carry: tuple[Any, Any, Any], k: jax.Array) -> tuple[tuple[Any, Any, Any], tuple[jax.Array, jax.Array]]:
            net, slow, optimiser = carry
            when, where = jax.random.split(k)
            back = jax.random.randint(when, (self.batch,), 2, filled + 1)  # the newest has no next
            t = (newest - back) % self.kept
            b = jax.random.randint(where, (self.batch,), 0, self.worlds)
            now = jax.tree.map(lambda x: x[t, b], ring)
            later = jax.tree.map(lambda x: x[(t + 1) % self.kept, b], ring)
            slope, told = jax.grad(self.loss, has_aux=True)(net, slow, people, now, later)
            move, optimiser = self._each(adam.update)(slope, optimiser)
            net = jax.tree.map(lambda w, m: w - rate * m, net, move)
            slow = jax.tree.map(lambda s, w: s + self.follow * (w - s), slow, net)
            return (net, slow, optimiser), told

        keys = jax.random.split(key, self.batches)
        (net, slow, optimiser), told = jax.lax.scan(one, (people.net, state.slow, state.optimiser), keys)
        return people.with_net(net), slow, optimiser, tuple(x.mean() for x in told)

    def loss(
        self, net: Any, slow: Any, people: Population, now: Ring, later: Ring
    ) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
        """(loss summed over networks, (mean loss, mean Q)) of a batch: [S, player, …] of now and of the step after."""
        nothing = jnp.zeros((*now.action.shape, 0))
        worth = people.with_net(net)(now.view, now.numbers, nothing)[0]
        chosen = jnp.take_along_axis(worth, now.action[..., None], axis=-1)[..., 0]
        best = jnp.where(later.available, people.with_net(net)(later.view, later.numbers, nothing)[0], NEVER).argmax(-1)
        aimed = people.with_net(slow)(later.view, later.numbers, nothing)[0]
        following = jnp.take_along_axis(aimed, best[..., None], axis=-1)[..., 0]
        target = now.reward + self.gamma * jnp.where(now.done[:, None], 0.0, following)
        each = optax.huber_loss(chosen, jax.lax.stop_gradient(target))
        total = each.mean() * (1 if people.shared else len(people.players))
        return total, (each.mean(), chosen.mean())
