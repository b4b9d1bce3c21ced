"""Settings of an institution followed uphill: the gradient of people's goal through a few updates of the learners.

What a rule pays changes what learners learn, and what they learn changes what people get (after Yang et al. 2020, NeurIPS, and
Meta-gradients of Xu et al. 2018, NeurIPS). With φ the numbers of the rule and θ′(φ) the policies after K updates under it,

    ∇_φ E[G] ≈ ∇_φ Σ_t log π_{θ′(φ)}(a_t | s_t) · (G_t − b)        G_t: what the world pays all, from t on

The draws of the updates are held fixed: φ acts through the rewards only. The K updates are plain gradient steps on the learner's
own loss: the square root in Adam has no derivative where a weight has not moved yet. Steps in φ are Adam's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...errors import InputError
from ...numerics.rational import Array
from ..learners.advantage import advantages
from ..learners.collect import Field
from ..learners.networks import merged
from ..learners.population import Population
from ..learners.ppo import IPPO, Lot
from ..world import World

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Ascent:
    """A way uphill."""

    settings: Array
    """[step, setting]; the last row is where it stopped."""
    paid: Array = field(repr=False)
    """[step]; paid by the world to all in an episode that ended, after the updates under these settings."""
    slopes: Array = field(repr=False)
    """[step, setting]."""

    @property
    def best(self) -> Array:
        """[setting]; mean of the last quarter of the way, which a noisy gradient wanders about."""
        return np.asarray(self.settings[-max(1, len(self.settings) // 4) :].mean(axis=0))


def ascend(
    make: Callable[[jax.Array], World],
    start: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    learner: IPPO,
    *,
    unroll: int = 4,
    inner: float = 0.5,
    steps: int = 40,
    rate: float = 0.05,
    runs: int = 8,
    seed: int = 0,
    tell: Tell = lambda _: None,
) -> Ascent:
    """Follow the gradient from `start` within [low, high]. `make(x)` is the world under settings x (a JAX array [setting]).

    learner: IPPO or PolicyGradient. unroll: updates from new policies that the gradient goes through, K, of
    learning rate `inner`. runs: societies averaged
    in each step. rate: of each step, as a share of high − low. Raises InputError: bounds.
    """
    at, down, up = (np.asarray(x, float) for x in (start, low, high))
    if not (at.shape == down.shape == up.shape and (down < up).all() and (down <= at).all() and (at <= up).all()):
        raise InputError(
            where="ascend", needed="low ≤ start ≤ high, one of each per setting", found=f"{low}, {start}, {high}"
        )
    slope_of = jax.jit(partial(_slope, make, learner, unroll, inner, runs))
    adam = optax.adam(rate)
    x = jnp.asarray((at - down) / (up - down), jnp.float32)
    moments = adam.init(x)
    settings, paid, slopes = [at], [], []
    for k in range(steps):
        here = down + np.asarray(x, float) * (up - down)
        got, slope = slope_of(jnp.asarray(here, jnp.float32), jax.random.fold_in(jax.random.key(seed), k))
        move, moments = adam.update(-slope * (up - down), moments)
        x = jnp.clip(x + move, 0.0, 1.0)
        paid.append(float(got))
        slopes.append(np.asarray(slope, float))
        settings.append(down + np.asarray(x, float) * (up - down))
        tell(f"step {k + 1} of {steps}: {paid[-1]:.4g} an episode")
    return Ascent(np.stack(settings), np.array(paid), np.stack(slopes))


def _slope(
    make: Callable[[jax.Array], World],
    learner: IPPO,
    unroll: int,
    inner: float,
    runs: int,
    x: jax.Array,
    key: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    """(what the world pays all in an episode after K updates, its gradient in x), means over runs."""

    def goal(x: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        first, last, *between = jax.random.split(key, 2 + unroll)
        world = make(x)
        state = learner.init(first, world)
        people, field = state.population, state.field
        for k in between:
            people, field = _improved(learner, world, people, field, k, inner)
        _, path, tally, _ = learner.play(world, people, field, last)
        paid = tally.returns.sum() / jnp.maximum(tally.episodes, 1)
        to_come = _to_come(_group(learner, world, people, field, last), path.done)
        advantage = jax.lax.stop_gradient((to_come - to_come.mean()) / (to_come.std() + 1e-6))
        return (path.notes[0] * advantage[..., None]).mean(), paid

    (_, got), slope = jax.vmap(jax.value_and_grad(goal, has_aux=True), in_axes=(None, 0))(
        x, jax.random.split(key, runs)
    )
    return got.mean(), slope.mean(axis=0)


def _improved(
    learner: IPPO, world: World, people: Population, field: Field, key: jax.Array, rate: float
) -> tuple[Population, Field]:
    """One plain gradient step on all that was just played."""
    memory = field.memory
    field, path, _, last = learner.play(world, people, field, key)
    log, value = path.notes
    gain, target = advantages(path.reward, value, path.done, last, jnp.float32(learner.gamma), jnp.float32(learner.lam))
    log, value, target = (jax.lax.stop_gradient(x) for x in (log, value, target))
    lot = Lot(path.view, path.numbers, path.available, path.action, log, value, gain, target)
    if people.net.core is None:
        lot = jax.tree.map(merged, lot)

    def loss(net: Any) -> jax.Array:
        return learner.loss(replace(people, net=net), lot, memory, path.fresh)[0]

    slope = jax.grad(loss)(people.net)
    return replace(people, net=jax.tree.map(lambda w, g: w - rate * g, people.net, slope)), field


def _group(learner: IPPO, world: World, people: Any, field: Any, key: jax.Array) -> jax.Array:
    """float32 [T, B]; what the world pays all at each step of the same play, transfers left out."""
    plain = replace(learner, reward="base", scale=1.0)
    _, path, _, _ = plain.play(world, people, field, key)
    return path.reward.sum(axis=-1)


def _to_come(reward: jax.Array, done: jax.Array) -> jax.Array:
    """float32 [T, B]; the sum of rewards from t to the end of the episode or of the play."""

    def back(later: jax.Array, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        got, over = now
        total = got + jnp.where(over, 0.0, later)
        return total, total

    _, found = jax.lax.scan(back, jnp.zeros(reward.shape[1]), (reward, done), reverse=True)
    return found
