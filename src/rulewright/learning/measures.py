"""What papers on commons measure of a population: efficiency, equality, sustainability, peace.

After Perolat et al. 2017 (NeurIPS) for N players with returns R_i over T steps:

    efficiency      U = Σ_i R_i / T                        what the world pays all of them per step
    equality        E = 1 − Σ_i Σ_j |R_i − R_j| / (2 N Σ_i R_i)      1 less the Gini coefficient
    sustainability  S = mean over players of the mean time at which they were paid
    peace           P = N − mean number of players in time-out

All are read in what the world pays (`base`), before transfers; `equality` takes any returns.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..errors import InputError
from .rollout import Played
from .world import World, pytree
from .world.events import position


@pytree
class Measures:
    """One number per world of the batch, float32 [batch]."""

    efficiency: jax.Array
    equality: jax.Array
    sustainability: jax.Array
    """Steps; players who were never paid are left out; 0 where nobody was."""


def equality(returns: jax.Array) -> jax.Array:
    """float32 [...]: 1 less the Gini coefficient of returns float [..., player]; 1 where all are 0, NaN where one is below 0."""
    total = returns.sum(axis=-1)
    apart = jnp.abs(returns[..., :, None] - returns[..., None, :]).sum(axis=(-2, -1))
    even = jnp.where(total == 0, 1.0, 1 - apart / (2 * returns.shape[-1] * jnp.where(total == 0, 1.0, total)))
    return jnp.where((returns < 0).any(axis=-1), jnp.nan, even)


def measures(played: Played, steps: int) -> Measures:
    """Efficiency, equality and sustainability of what was played for so many steps."""
    if steps < 1:
        raise InputError(where="measures", needed="at least one step", found=str(steps))
    some = played.paid > 0
    mean = played.when / jnp.maximum(played.paid, 1)
    sustained = jnp.where(some, mean, 0).sum(axis=-1) / jnp.maximum(some.sum(axis=-1), 1)
    return Measures(played.base.sum(axis=-1) / steps, equality(played.base), sustained)


def peace(world: World, played: Played, steps: int) -> jax.Array:
    """float32 [batch]: players less the mean number of them in time-out. Raises InputError for a world without the event "out"."""
    out = played.counts[position("out", world.kinds)][..., 1]
    return world.n - out.sum(axis=-1) / steps
