"""The rule of an altared commons: in which zone one may harvest now, how that is drawn, and who has broken it.

After Trivedi, Hadfield-Menell, Hadfield, Leibo et al. (2024, workshop): one zone is appropriate at a time, or none. It is drawn
with chances proportional to what the zones hold,

    P(zone = z) ∝ q_z   over the zones with q_z ≥ enough,      none of them: everything is prohibited

again whenever the zone in force holds fewer than `least`, or, where nothing was allowed, when some zone has enough. The published
thresholds were not found: they are ours, to be set. A new rule starts with a clean slate: meals before it are no offence.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..world import pytree


def redrawn(
    rule: jax.Array, held: jax.Array, least: jax.Array | int, enough: jax.Array | int, u: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """(int32 [], the rule from now on, the number of zones meaning none; bool [], whether it was drawn anew).

    held: int [zone], what there is in each. u: one uniform.
    """
    zones = held.shape[0]
    may = jnp.where(held >= enough, held, 0)
    due = jnp.where(rule < zones, jnp.append(held, 0)[rule] < least, may.any())
    chosen = (u * may.sum() >= jnp.cumsum(may)).sum()
    new = jnp.where(may.any(), jnp.minimum(chosen, zones - 1), zones)
    return jnp.where(due, new, rule).astype(jnp.int32), due


@pytree
class Slate:
    """What everybody ate last, under the rule in force."""

    zone: jax.Array
    """int32 [player]; where, the number of zones for nothing since the rule was drawn."""
    since: jax.Array
    """int32 [player]; steps ago."""

    def guilty(self, rule: jax.Array, zones: int, memory: jax.Array | int) -> jax.Array:
        """bool [player]: whose last meal, at most `memory` steps ago, was not from the zone `rule` (int, [] or [player])."""
        return (self.zone < zones) & (self.zone != rule) & (self.since <= memory)


def clean(players: int, zones: int) -> Slate:
    return Slate(jnp.full(players, zones, jnp.int32), jnp.zeros(players, jnp.int32))


def ate(slate: Slate, zone: jax.Array, zones: int) -> Slate:
    """After a step in which everybody ate from `zone` (int [player], `zones` for nothing)."""
    meal = zone < zones
    return Slate(jnp.where(meal, zone, slate.zone), jnp.where(meal, 0, slate.since + 1))
