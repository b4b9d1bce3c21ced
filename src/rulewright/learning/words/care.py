"""`care` on a world: the only word that touches what a player wants, and it writes in the account `care` alone.

    r_i ← v(r_i + Σ_j w_j·r_j − d(a_i))        r: everything that players get in the step, as the chain stands so far

As on arrays, a weight is on all that the other gets (base, transfers and its own care so far): say `care` before `pay` to weigh
what the world pays only. A value function (`Prospect`) is applied to the reward of each step, which makes sense where a step
is an outcome, as in a repeated game; where reward is spread thin over many steps it judges every crumb.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...institution.moves import Care
from ...institution.prospect import Prospect
from ...numerics import given, rational
from ..world import Turn, World, Wrapper, pytree, static
from .lift import lift


@pytree
class Feeling:
    """The numbers of a `Prospect`."""

    reference: Any
    loss_aversion: Any
    curvature: Any
    loss_curvature: Any

    @staticmethod
    def of(value: Prospect) -> Feeling:
        parts = (value.reference, value.loss_aversion, value.curvature, value.loss_curvature)
        return Feeling(*(np.float32(float(part)) for part in parts))

    def value(self, reward: jax.Array) -> jax.Array:
        """v of a reward; powers of nothing are kept from having infinite slopes."""
        change = reward - self.reference
        gain, loss = jnp.maximum(change, 0), jnp.maximum(-change, 0)
        gained = jnp.where(gain > 0, jnp.where(gain > 0, gain, 1.0) ** self.curvature, 0.0)
        lost = jnp.where(loss > 0, jnp.where(loss > 0, loss, 1.0) ** self.loss_curvature, 0.0)
        return gained - self.loss_aversion * lost


@pytree
class Cared(Wrapper):
    """A world in which one player cares."""

    inner: World
    weights: Any
    """float32 [player]; on what the others get."""
    dislike: Any
    """float32 [action]; taken off."""
    feeling: Feeling | None
    player: int = static()

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        i, reward = self.player, turn.reward
        more = (jnp.asarray(self.weights) * reward).sum() - jnp.asarray(self.dislike)[actions[i]]
        if self.feeling is not None:
            more = self.feeling.value(reward[i] + more) - reward[i]
        return replace(turn, care=turn.care.at[i].add(more))


@lift.register
def _(move: Care, world: World) -> World:
    i = world.index(move.player)
    weights = np.zeros(world.n, np.float32)
    for other, weight in move.weights.items():
        weights[world.index(other)] += float(given.number(weight, f"care of {move.player}, weight of {other}"))
    count = world.action_counts[i]
    dislike = np.zeros(count, np.float32)
    if move.dislike is not None:
        if np.shape(move.dislike) != (count,):
            raise InputError(
                where=f"care of {move.player}",
                needed=f"one number for each of {count} actions",
                found=f"shape {np.shape(move.dislike)}",
            )
        dislike = np.asarray(rational.floats(move.dislike), np.float32)
    return Cared(world, weights, dislike, None if move.value is None else Feeling.of(move.value), i)
