"""People who compare two acts in one situation, and what they see of misconduct: a noisy monitor with blind spots.

Acts have a worth to people, and a seeming worth for those who do not see that they are misconduct. A labeller sees misconduct with
probability tpr, takes an honest act for misconduct with probability fpr, and in a blind spot never sees anything. Of two acts it
prefers the first with the chance of Bradley & Terry (1952, Biometrika 39), at the precision β of its choices (1/β: noise):

    Pr(x ≻ y) = 1 / (1 + exp(−β (v_x − v_y)))                v: what is seen, drawn anew for every comparison
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..world import pytree


@pytree
class Labellers:
    """How well people see and choose; scalars, or batches of them."""

    precision: jax.Array
    """β, per unit of worth; 0 is a coin."""
    tpr: jax.Array
    """Chance of seeing that an act is misconduct."""
    fpr: jax.Array
    """Chance of taking an honest act for misconduct."""
    blind: jax.Array
    """Chance that a situation is a blind spot, drawn once for all comparisons."""


def pairs(acts: int) -> jax.Array:
    """int [pair, 2]: every pair of acts once."""
    first, second = jnp.triu_indices(acts, 1)
    return jnp.stack([first, second], axis=1)


def compare(
    key: jax.Array, labellers: Labellers, worth: jax.Array, seeming: jax.Array, wrong: jax.Array, each: int
) -> jax.Array:
    """float32 [situation, pair]: how often the first act of each pair was preferred, of `each` comparisons.

    worth, seeming, wrong: [situation, act]; worth units. An honest act that is taken for misconduct is seen as worth what the
    worst misconduct of the situation is, or half as much again below 0 where there is none.
    """
    spot, look, choose = jax.random.split(key, 3)
    situations, acts = worth.shape
    both = pairs(acts)
    blind = jax.random.uniform(spot, (situations, 1)) < labellers.blind
    worst = jnp.where(wrong > 0, worth, jnp.inf).min(axis=1, keepdims=True)
    suspected = jnp.where(jnp.isfinite(worst), jnp.minimum(worst, worth), worth)
    u = jax.random.uniform(look, (each, situations, len(both), 2))
    act = wrong[:, both], worth[:, both], seeming[:, both], suspected[:, both]  # [situation, pair, 2]
    seen = jnp.where(blind[:, :, None], 0.0, jnp.where(act[0] > 0, labellers.tpr, labellers.fpr))
    caught = u < seen
    value = jnp.where(act[0] > 0, jnp.where(caught, act[1], act[2]), jnp.where(caught, act[3], act[1]))
    chance = jax.nn.sigmoid(labellers.precision * (value[..., 0] - value[..., 1]))
    return (jax.random.uniform(choose, chance.shape) < chance).astype(jnp.float32).sum(axis=0)
