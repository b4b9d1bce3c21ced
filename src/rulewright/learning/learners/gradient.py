"""Policy gradient with a baseline: REINFORCE for every player, as if the others were part of the world.

    L = −E A·log π(a) + c_v·½E (V − R)² − c_e·E entropy        one step of Adam per batch of paths

Williams 1992 (Machine Learning 8). The baseline is the critic; λ = 1 weighs an action by all that came after it.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..world import pytree, static
from .networks import masked
from .population import Population
from .ppo import IPPO, Lot, taken


@pytree
class PolicyGradient(IPPO):
    """IPPO's playing and bookkeeping, REINFORCE's loss: one pass, one batch, no clipping."""

    rate: float = 2e-3
    lam: float = 1.0
    epochs: int = static(default=1)
    minibatches: int = static(default=1)
    normalised: bool = static(default=True)
    """Whether advantages are divided by their spread."""
    name = "pg"

    def loss(
        self, people: Population, lot: Lot, memory: jax.Array, fresh: jax.Array
    ) -> tuple[jax.Array, tuple[jax.Array, ...]]:
        logits, value = self.outlook(people, lot, memory, fresh)
        law = masked(logits, lot.available)
        axes = self.axes(people, lot)
        log, gain = taken(law, lot.action), lot.advantage
        if self.normalised:
            gain = gain - gain.mean(axes, keepdims=True)
            gain = gain / (gain.std(axes, keepdims=True) + 1e-8)
        policy = -(gain * log).mean(axes)
        worth = 0.5 * ((value - lot.target) ** 2).mean(axes)
        spread = -(jnp.exp(law) * jnp.where(lot.available, law, 0.0)).sum(-1).mean(axes)
        total = policy + self.value * worth - self.entropy * spread
        nothing = jnp.float32(0)
        return total.sum(), (policy.mean(), worth.mean(), spread.mean(), nothing, nothing)
