"""Common reward: everybody learns from what the group gets. A wrapper that writes into `care`, as a preference does.

care_i += w·(Σ_j base_j − base_i)               w = 1: the group's reward; 0: one's own; between: some of each
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp

from ..world import Turn, World, Wrapper, pytree, static


@pytree
class Common(Wrapper):
    """A world whose players care for the sum, or the mean, of what all of them get from the world."""

    inner: World
    weight: jax.Array
    """float32 []; a leaf, so that worlds that differ in it share one compiled program."""
    mean: bool = static(default=False)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        group = turn.base.mean() if self.mean else turn.base.sum()
        return replace(turn, care=turn.care + self.weight * (group - turn.base))


def common(world: World, mean: bool = False, weight: float = 1.0) -> World:
    """`world` with common reward: the sum of all players' base rewards, or their mean; `weight` 0 to 1 is how far it is so."""
    return Common(world, jnp.float32(weight), mean)
