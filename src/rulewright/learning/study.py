"""How a way to play fares: episodes over seeds, and learners that are trained over seeds at once.

    sample = episodes(world, policy, seeds=8, episodes=16)               anybody's policy
    trained = learned(world, IPPO(), steps=200_000, seeds=8)             one compiled call per stretch, all seeds in it
    sample = trained.episodes(16)

Every seed is a run of its own, training included; intervals are over seeds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import InputError
from ..numerics.rational import Array
from .learners.learner import Learner, Metrics
from .policy import Policy
from .rollout import Played, rollout
from .world import World

Tell = Callable[[str], None]
STRETCHES = 20  # of a training run, each a compiled call, after which progress is told


@dataclass(frozen=True)
class Sample:
    """Episodes that were played to their end. NumPy, float64."""

    base: Array
    """[seed, episode, player]; paid by the world."""
    transfer: Array
    """[seed, episode, player]; moved by rules."""
    care: Array
    """[seed, episode, player]."""
    fund: Array
    """[seed, episode]; left with the rule-maker."""
    cost: Array
    """[seed, episode]; used up by enforcing rules."""
    length: Array
    """[seed, episode]; steps."""
    sustainability: Array
    """[seed, episode]; mean step at which the world paid, NaN where it never did."""
    events: dict[str, Array]
    """{kind: [seed, episode, outcome]}; how often, all players together."""

    @property
    def total(self) -> Array:
        """[seed, episode]; what the world paid in all."""
        return np.asarray(self.base.sum(axis=-1))

    @property
    def equality(self) -> Array:
        """[seed, episode]; 1 − Gini of what the world paid; 1 where nothing was paid."""
        return equality(self.base)


def equality(paid: Array) -> Array:
    """1 − Gini over the last axis; 1 where nothing was paid, NaN where a player lost."""
    n = paid.shape[-1]
    apart = np.abs(paid[..., :, None] - paid[..., None, :]).sum(axis=(-1, -2))
    total = paid.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        gini = np.where(total == 0, 0.0, apart / (2 * n * total))
    return np.where((paid < 0).any(axis=-1), np.nan, 1 - gini)


def sampled(played: Played, world: World) -> Sample:
    """Totals with axes [seed, episode, …], in the numbers that people read."""

    def numbers(x: Any) -> Array:
        return np.asarray(x, float)

    paid, when = numbers(played.paid).sum(-1), numbers(played.when).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        sustained = when / paid
    events = {
        kind.name: numbers(count).reshape(*count.shape[:2], -1, count.shape[-1]).sum(axis=2)
        for kind, count in zip(world.kinds, played.counts, strict=True)
    }
    return Sample(
        numbers(played.base),
        numbers(played.transfer),
        numbers(played.care),
        numbers(played.fund),
        numbers(played.cost),
        numbers(played.length),
        sustained,
        events,
    )


def keys(seed: int, seeds: int) -> jax.Array:
    """One for each of `seeds` seeds from `seed` on."""
    return jax.vmap(jax.random.key)(jnp.arange(seed, seed + seeds))


def episodes(world: World, policy: Policy, *, seeds: int = 8, episodes: int = 16, seed: int = 0) -> Sample:
    """`episodes` episodes of every seed, each played to its end or the horizon. Same seeds, same bytes."""
    policy.check(world)
    played = _episodes(world, policy, keys(seed, seeds), episodes)
    return sampled(jax.block_until_ready(played), world)


@partial(jax.jit, static_argnames="batch")
def _episodes(world: World, policy: Policy, keys: jax.Array, batch: int) -> Played:
    return jax.vmap(lambda key: rollout(world, policy, key, batch=batch, once=True))(keys)


@dataclass(frozen=True)
class Trained:
    """Learners after training, one population for each seed."""

    world: World
    learner: Learner
    state: Any
    """The learner's state, [seed, …] in front."""
    steps: Array
    """[stretch]; environment steps of one seed by the end of each."""
    base: Array
    """[stretch, seed, player]; paid by the world per episode in that stretch, NaN where none ended."""
    per_second: float
    """Environment steps per second of the processor, all seeds together, compiling left out."""
    seed: int

    @property
    def seeds(self) -> int:
        return int(self.base.shape[1])

    def episodes(self, episodes: int = 16) -> Sample:
        """Episodes of what was learned, with draws that training did not see."""
        draws = jax.vmap(lambda key: jax.random.fold_in(key, 1))(keys(self.seed, self.seeds))
        played = _learned_episodes(self.learner, self.world, self.state, draws, episodes)
        return sampled(jax.block_until_ready(played), self.world)


@partial(jax.jit, static_argnames="batch")
def _learned_episodes(learner: Learner, world: World, state: Any, keys: jax.Array, batch: int) -> Played:
    return jax.vmap(lambda s, key: rollout(world, learner.policy(s), key, batch=batch, once=True))(state, keys)


def learned(
    world: World,
    learner: Learner,
    *,
    steps: int,
    seeds: int = 4,
    seed: int = 0,
    tell: Tell = lambda _: None,
) -> Trained:
    """Train one population for each seed, all in the same compiled calls. Raises InputError for fewer than one update.

    `steps`: environment steps of each seed; rounded up to whole updates.
    """
    if steps < 1 or seeds < 1:
        raise InputError(where="training", needed="at least one step and one seed", found=f"{steps} and {seeds}")
    updates = -(-steps // learner.steps_per_update)
    stretch = -(-updates // STRETCHES)
    stretches = -(-updates // stretch)
    state = _opened(learner, world, keys(seed, seeds), jnp.int32(stretches * stretch))
    at, base, spent, counted = [], [], 0.0, 0
    for k in range(stretches):
        began = time.process_time()
        state, metrics = jax.block_until_ready(_stretch(learner, state, stretch))
        if k:  # the first compiles
            spent, counted = spent + time.process_time() - began, counted + 1
        ended = np.asarray(metrics.tally.episodes, float)[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            base.append(np.where(ended > 0, np.asarray(metrics.tally.returns, float) / ended, np.nan))
        at.append((k + 1) * stretch * learner.steps_per_update)
        tell(f"{at[-1]:,} of {stretches * stretch * learner.steps_per_update:,} steps, {seeds} seeds")
    done = counted * stretch * learner.steps_per_update * seeds
    return Trained(world, learner, state, np.array(at), np.stack(base), done / spent if spent else float("nan"), seed)


@jax.jit
def _opened(learner: Learner, world: World, keys: jax.Array, updates: jax.Array) -> Any:
    return jax.vmap(lambda key: learner.planned(learner.init(key, world), updates))(keys)


@partial(jax.jit, static_argnames="updates")
def _stretch(learner: Learner, state: Any, updates: int) -> tuple[Any, Metrics]:
    """So many updates of every seed; the tally is their sum."""

    def one(state: Any, _: None) -> tuple[Any, Metrics]:
        return jax.vmap(learner.update)(state)

    state, metrics = jax.lax.scan(one, state, None, length=updates)
    return state, jax.tree.map(lambda x: x.sum(axis=0), metrics)
