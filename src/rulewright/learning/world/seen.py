"""What players see: a small picture of codes, and numbers. One shape for all worlds, so that any learner reads any world.

Codes stay int8 until a network needs them; one-hot vectors are made there, not here, where they would cost most of the time.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from .pytree import pytree


@pytree
class Seen:
    """What every player sees after a step."""

    view: jax.Array
    """int8 [player, row, column], codes below the world's `view_codes`; [player, 0, 0] where a world has no picture."""
    numbers: jax.Array
    """float32 [player, number], each of order one; the world's `number_names` says what they are."""

    def plus(self, numbers: jax.Array) -> Seen:
        """With more numbers, last: float [player, …]."""
        return Seen(self.view, jnp.concatenate([self.numbers, numbers.astype(jnp.float32)], axis=-1))


def no_view(players: int) -> jax.Array:
    """The picture of a world that has none."""
    return jnp.zeros((players, 0, 0), jnp.int8)
