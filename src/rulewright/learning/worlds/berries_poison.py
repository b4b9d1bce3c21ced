"""A poison that works late, and marks that show at once: what berries do to who eats them.

After Köster et al. (2022, PNAS, "Spurious normativity enhances learning of compliance and enforcement behavior in artificial
agents"). Poison eaten in step t weakens its eater in the steps t + delay + 1 … t + delay + duration: berries then bring a share
only. Poison eaten while an earlier one has not begun to work adds nothing; one eaten later begins anew. A mark lasts `mark` steps.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..world import pytree


@pytree
class Health:
    """All int32 [player]."""

    due: jax.Array
    """Steps until poison begins to work; 0 for none."""
    ill: jax.Array
    """Steps for which the player is weakened yet."""
    mark: jax.Array
    """Steps for which the player is marked yet."""


def well(players: int) -> Health:
    nothing = jnp.zeros(players, jnp.int32)
    return Health(nothing, nothing, nothing)


def after(
    health: Health,
    poison: jax.Array,
    taboo: jax.Array,
    absolved: jax.Array,
    delay: jax.Array | int,
    duration: jax.Array | int,
    mark: jax.Array | int,
) -> Health:
    """Health after a step. All bool [player]: who ate poison, who a berry that marks, whose mark was punished and goes."""
    begins = health.due == 1
    waits = jnp.maximum(health.due - 1, 0)
    return Health(
        due=jnp.where(poison & (health.due == 0), delay, waits),
        ill=jnp.where(begins, duration, jnp.maximum(health.ill - 1, 0)),
        mark=jnp.where(taboo, mark, jnp.where(absolved, 0, jnp.maximum(health.mark - 1, 0))),
    )
