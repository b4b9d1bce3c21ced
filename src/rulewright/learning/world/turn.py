"""What one step brings: the next state, what each player got and from where, what happened, and whether it is over.

Three accounts, never mixed: `base` is what the world pays, `transfer` what rules move (positive: received), `care` what players
feel beyond money (only the word `care` writes there). A learner learns from their sum; people's welfare is read in `base`.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from .events import Events
from .pytree import pytree, static


@pytree
class Entry:
    """The accounts as they stood after one link of a chain of rules, in one step (see `learning/ledger.py`)."""

    transfer: jax.Array
    """float32 [player]; moved by this link and those before it."""
    care: jax.Array
    """float32 [player]."""
    fund: jax.Array
    """float32 []."""
    cost: jax.Array
    """float32 []."""
    rule: str = static()


@pytree
class Turn:
    """One step of a world."""

    state: Any
    base: jax.Array
    """float32 [player]; what the world itself pays."""
    transfer: jax.Array
    """float32 [player]; money moved by rules."""
    care: jax.Array
    """float32 [player]; preferences put there by the word `care`."""
    fund: jax.Array
    """float32 []; what the rule-maker's fund received: fines less subsidies. transfer.sum() + fund = 0, always."""
    terminated: jax.Array
    """bool []; the world has come to an end by its own rules."""
    truncated: jax.Array
    """bool []; time is up."""
    events: Events
    cost: Any = np.float32(0)
    """float32 []; what enforcing the rules used up, in units of base reward: real, and nobody receives it."""
    books: tuple[Entry, ...] = ()
    """Of each link of a chain whose books are kept; empty unless a ledger asks."""

    @property
    def reward(self) -> jax.Array:
        """float32 [player]; what each player gets."""
        return self.base + self.transfer + self.care

    @property
    def done(self) -> jax.Array:
        return self.terminated | self.truncated
