"""Common reward: everybody learns from what the group gets. A wrapper that writes into `care`, as a preference does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax

from ..world import Turn, World, Wrapper, pytree, static


@pytree
class Common(Wrapper):
    """A world whose players care for the sum, or the mean, of what all of them get from the world."""

    inner: World
    mean: bool = static(default=False)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        group = turn.base.mean() if self.mean else turn.base.sum()
        return replace(turn, care=turn.care + group - turn.base)


def common(world: World, mean: bool = False) -> World:
    """`world` with common reward: the sum of all players' base rewards, or their mean."""
    return Common(world, mean)
