"""How a way to play fares: whole episodes over seeds, of anybody's policy or of what was learned.

    sample = episodes(world, policy, seeds=8, episodes=16)
    sample = learned_episodes(train(world, IPPO(), 200_000, key, seeds=8), episodes=16)

Every seed is a run of its own, training included; intervals are over seeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..numerics.rational import Array
from .learners.learner import Learner
from .learners.train import Training
from .measures import equality
from .policy import Policy
from .rollout import Played, rollout
from .world import World


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
        """[seed, episode]; 1 − Gini of what the world paid; 1 where nothing was paid, NaN where a player lost."""
        return np.asarray(equality(jnp.asarray(self.base)), float)

    @property
    def equality_left(self) -> Array:
        """[seed, episode]; the same of what players are left with after transfers."""
        return np.asarray(equality(jnp.asarray(self.base + self.transfer)), float)


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


def learned_episodes(training: Training, *, episodes: int = 16, seed: int = 0) -> Sample:
    """`episodes` episodes of what was learned, for each seed of the training, with draws that training did not see."""
    state = jax.tree.map(lambda x: x[None], training.state) if training.seeds == 1 else training.state
    draws = jax.vmap(lambda key: jax.random.fold_in(key, 1))(keys(seed, training.seeds))
    played = _learned_episodes(training.learner, training.world, state, draws, episodes)
    return sampled(jax.block_until_ready(played), training.world)


@partial(jax.jit, static_argnames="batch")
def _learned_episodes(learner: Learner, world: World, state: Any, keys: jax.Array, batch: int) -> Played:
    return jax.vmap(lambda s, key: rollout(world, learner.policy(s), key, batch=batch, once=True))(state, keys)
