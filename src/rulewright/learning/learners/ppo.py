"""IPPO: every player learns by proximal policy optimisation, as if the others were part of the world.

    L = −E min(ρ·A, clip(ρ, 1−ε, 1+ε)·A) + c_v·½E max((V−R)², (V_clipped−R)²) − c_e·E entropy        ρ = π(a)/π_old(a)

Schulman et al. 2017 (arXiv 1707.06347); independent learners with it: de Witt et al. 2020 (arXiv 2011.09533). Advantages are
normalised in each minibatch, of each network. A minibatch is a slice of a permutation of steps (of whole paths with a memory).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import optax

from ...errors import InputError
from ..policy import Policy
from ..world import World, pytree, static
from .advantage import advantages
from .collect import NOBODY, Field, Path, Tally, collect, opened
from .learner import Learner, Metrics, at_least_one, left, pays
from .networks import Network, masked, merged, seen_by
from .population import Population, Trained, learning

NAMES = ("policy_loss", "value_loss", "entropy", "kl", "clipped", "learning_rate")


@pytree
class PPOState:
    world: World
    population: Population
    optimiser: Any
    field: Field
    key: jax.Array
    updates: jax.Array
    """int32 []; done so far."""
    plan: jax.Array
    """int32 []; updates in all, 0 where the rate stays."""


@pytree
class Lot:
    """What a minibatch is taken from: [step, world, player, …] flattened as the network wants it."""

    view: jax.Array
    numbers: jax.Array
    available: jax.Array
    action: jax.Array
    log: jax.Array
    """log π_old(a)."""
    value: jax.Array
    advantage: jax.Array
    target: jax.Array


@pytree
class IPPO(Learner):
    """Independent PPO. `steps` × `worlds` environment steps per update."""

    rate: float = 5e-4
    """Learning rate of Adam."""
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    """ε."""
    entropy: float = 0.01
    """c_e."""
    value: float = 0.5
    """c_v."""
    most_gradient: float = 0.5
    """The gradient's norm is cut there."""
    scale: float = 1.0
    """Rewards are multiplied by it: of order one is good."""
    others: Policy = NOBODY
    """Whom players follow who do not learn."""
    worlds: int = static(default=16)
    steps: int = static(default=128)
    epochs: int = static(default=2)
    minibatches: int = static(default=4)
    network: Network = static(default=Network())  # noqa: RUF009 — frozen
    shared: bool = static(default=True)
    """Whether all players have one network."""
    players: tuple[int, ...] | None = static(default=None)
    """Who learns; None: all who have a choice."""
    reward: str = static(default="all")
    """"all": base, transfers and care; "base": what the world pays."""
    anneal: bool = static(default=True)
    """Whether the rate falls to zero over the updates that were planned."""
    endless: bool = static(default=True)
    """Whether time that runs out is no end: what would have come counts. False where the end is part of the world."""
    name = "ippo"

    @property
    def steps_per_update(self) -> int:
        return self.worlds * self.steps

    def init(self, key: jax.Array, world: World) -> PPOState:
        at_least_one(self.name, worlds=self.worlds, steps=self.steps, epochs=self.epochs, minibatches=self.minibatches)
        cut = self.worlds if self.network.memory else self.worlds * self.steps
        if cut % self.minibatches:
            what = "worlds" if self.network.memory else "worlds × steps"
            needed = f"a number of minibatches that divides {what} = {cut}"
            raise InputError(where=self.name, needed=needed, found=str(self.minibatches))
        pays(self.reward, jnp.float32(1))
        players = learning(world, self.players)
        one, two, rest = jax.random.split(key, 3)
        population = Population.make(one, world, self.network, players, self.shared)
        field = opened(world, two, self.worlds, population.first(), self.others)
        optimiser = self._each(self._adam().init)(population.net)
        return PPOState(world, population, optimiser, field, rest, jnp.int32(0), jnp.int32(0))

    def planned(self, state: PPOState, updates: int) -> PPOState:
        plan = jnp.full_like(state.plan, updates if self.anneal else 0)
        return replace(state, plan=plan)

    def policy(self, state: PPOState) -> Trained:
        return Trained(state.population, self.others)

    def working_bytes(self, state: PPOState) -> int:
        """The path, shuffled copies of a minibatch, and activations forth and back."""
        seen = seen_by(state.world)
        looks = self.worlds * self.steps * len(state.population.players)
        view, numbers = math.prod(seen.view.shape[1:]), seen.numbers.shape[-1] + len(state.population.players)
        most = max(state.world.action_counts)
        row = view + 4 * numbers + most + 4 * 6
        encoder = state.population.net.encoder
        wide = (encoder.width + len(encoder.cells) * len(encoder.cells[0])) if encoder else 0
        wide += numbers + sum(self.network.hidden) + 6 * self.network.memory + 3 * most
        return looks * row + looks // self.minibatches * (row + 3 * 4 * wide)

    def update(self, state: PPOState) -> tuple[PPOState, Metrics]:
        world, people = state.world, state.population
        key, k_play, k_learn = jax.random.split(state.key, 3)
        memory = state.field.memory
        field, path, tally, last = self.play(world, people, state.field, k_play)
        log, value = path.notes
        gamma, lam = jnp.float32(self.gamma), jnp.float32(self.lam)
        advantage, target = advantages(path.reward, value, path.done, last, gamma, lam)
        lot = Lot(path.view, path.numbers, path.available, path.action, log, value, advantage, target)
        rate = self.rate * left(state.updates, state.plan)
        people, optimiser, numbers = self.learn(people, state.optimiser, lot, memory, path.fresh, k_learn, rate)
        after = PPOState(world, people, optimiser, field, key, state.updates + 1, state.plan)
        return after, Metrics(tally, (*numbers, rate), NAMES)

    # ── playing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def play(
        self, world: World, people: Population, field: Field, key: jax.Array
    ) -> tuple[Field, Path, Tally, jax.Array]:
        """T steps in every world by the present policies; notes are (log π(a), V)."""

        def choose(k: jax.Array, view: jax.Array, numbers: jax.Array, memory: jax.Array, available: jax.Array) -> Any:
            logits, value, memory = people(view, numbers, memory)
            law = masked(logits, available)
            action = jax.random.categorical(k, law).astype(jnp.int32)
            return action, (taken(law, action), value), memory

        def expect(view: jax.Array, numbers: jax.Array, memory: jax.Array) -> jax.Array:
            return people(view, numbers, memory)[1]

        return collect(
            world,
            field,
            key,
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

    # ── learning ────────────────────────────────────────────────────────────────────────────────────────────────

    def _adam(self) -> optax.GradientTransformation:
        return optax.chain(optax.clip_by_global_norm(self.most_gradient), optax.scale_by_adam(eps=1e-5))

    def _each(self, function: Any) -> Any:
        """Once for the network of all, or for each player's."""
        return function if self.shared else jax.vmap(function)

    def outlook(self, people: Population, lot: Lot, memory: jax.Array, fresh: jax.Array) -> tuple[jax.Array, jax.Array]:
        """(logits, value) of a lot by the present networks."""
        if people.net.core is not None:
            return people.along(lot.view, lot.numbers, memory, fresh)
        logits, value, _ = people(lot.view, lot.numbers, jnp.zeros((*lot.action.shape, 0)))
        return logits, value

    def axes(self, people: Population, lot: Lot) -> tuple[int, ...]:
        """Those over which one network's mean goes: the players' is among them where they share it."""
        return tuple(range(lot.action.ndim - (0 if people.shared else 1)))

    def loss(
        self, people: Population, lot: Lot, memory: jax.Array, fresh: jax.Array
    ) -> tuple[jax.Array, tuple[jax.Array, ...]]:
        """(loss summed over networks, (policy loss, value loss, entropy, kl, share clipped)).

        Without a memory the lot's axes are [S, player, …], else [T, S, player, …].
        """
        logits, value = self.outlook(people, lot, memory, fresh)
        law = masked(logits, lot.available)
        axes = self.axes(people, lot)
        log = taken(law, lot.action)
        ratio = jnp.exp(log - lot.log)
        gain = lot.advantage - lot.advantage.mean(axes, keepdims=True)
        gain = gain / (lot.advantage.std(axes, keepdims=True) + 1e-8)
        held = jnp.clip(ratio, 1 - self.clip, 1 + self.clip)
        policy = -jnp.minimum(ratio * gain, held * gain).mean(axes)
        near = lot.value + jnp.clip(value - lot.value, -self.clip, self.clip)
        worth = 0.5 * jnp.maximum((value - lot.target) ** 2, (near - lot.target) ** 2).mean(axes)
        spread = -(jnp.exp(law) * jnp.where(lot.available, law, 0.0)).sum(-1).mean(axes)
        total = policy + self.value * worth - self.entropy * spread
        kl = ((ratio - 1) - (log - lot.log)).mean()
        clipped = (jnp.abs(ratio - 1) > self.clip).mean()
        return total.sum(), (policy.mean(), worth.mean(), spread.mean(), kl, clipped)

    def learn(
        self,
        people: Population,
        optimiser: Any,
        lot: Lot,
        memory: jax.Array,
        fresh: jax.Array,
        key: jax.Array,
        rate: jax.Array,
    ) -> tuple[Population, Any, tuple[jax.Array, ...]]:
        """Epochs of minibatches. Returns the population, the optimiser and the means of what `loss` tells."""
        recurrent = people.net.core is not None
        if not recurrent:  # steps are all alike
            lot = jax.tree.map(merged, lot)
        axis = 1 if recurrent else 0
        count = lot.action.shape[axis]
        adam = self._adam()

        def improve(carry: tuple[Any, Any], rows: jax.Array) -> tuple[tuple[Any, Any], tuple[jax.Array, ...]]:
            net, optimiser = carry
            some = jax.tree.map(lambda x: x.take(rows, axis=axis), lot)
            mine, wiped = (memory[rows], fresh[:, rows]) if recurrent else (memory, fresh)

            def of(net: Any) -> tuple[jax.Array, tuple[jax.Array, ...]]:
                return self.loss(people.with_net(net), some, mine, wiped)

            slope, told = jax.grad(of, has_aux=True)(net)
            move, optimiser = self._each(adam.update)(slope, optimiser)
            return (jax.tree.map(lambda w, m: w - rate * m, net, move), optimiser), told

        orders = jax.vmap(lambda k: jax.random.permutation(k, count))(jax.random.split(key, self.epochs))
        rows = orders.reshape(self.epochs * self.minibatches, -1)
        (net, optimiser), told = jax.lax.scan(improve, (people.net, optimiser), rows)
        return people.with_net(net), optimiser, tuple(x.mean() for x in told)


def taken(law: jax.Array, action: jax.Array) -> jax.Array:
    """log π(a) of the actions taken."""
    return jnp.take_along_axis(law, action[..., None], axis=-1)[..., 0]
