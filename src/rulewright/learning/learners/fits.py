"""Refuse a batch that does not fit before anything of it is allocated, and say what would.

    bytes ≈ state + path·(1 + 1 shuffled) + activations of a minibatch           shapes from `jax.eval_shape`, nothing computed

An estimate: the compiler shares and fuses, so it leans to the large side; half the memory is left to others.
"""

from __future__ import annotations

from typing import Any

import jax

from ...errors import TooLarge
from ...numerics.memory import available_bytes, shown
from .learner import Learner, size

SHARE = 0.5


def memory() -> int:
    """Bytes of the device that JAX computes on."""
    stats = jax.devices()[0].memory_stats() if jax.default_backend() != "cpu" else None
    return int(stats["bytes_limit"]) if stats and "bytes_limit" in stats else available_bytes()


def fits(learner: Learner, state: Any, seeds: int = 1, limit: int | None = None) -> int:
    """Bytes that training takes. Raises TooLarge where that is over `limit` (half of the memory if None).

    `state`: as `learner.init` gives it, shapes suffice, of one seed.
    """
    limit = int(SHARE * memory()) if limit is None else limit
    needed = seeds * (size(state) + learner.working_bytes(state))
    if needed > limit:
        least = max(1, learner.steps_per_update * limit // needed)
        raise TooLarge(
            where=f"{learner.name} with {seeds} seed{'s' * (seeds != 1)}",
            needed=f"{shown(needed)} for {learner.steps_per_update:,} steps an update",
            found=f"{shown(limit)} that may be used here",
            remedy=f"About {least:,} steps an update (worlds × steps) would fit"
            + (", or fewer seeds." if seeds > 1 else "."),
        )
    return needed
