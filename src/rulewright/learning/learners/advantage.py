"""How much better an action was than expected: generalised advantage estimation (Schulman et al. 2016, ICLR).

    δ_t = r_t + γ·V_{t+1}·(1 − done_t) − V_t        A_t = δ_t + γ·λ·(1 − done_t)·A_{t+1}        target_t = A_t + V_t

`reward` already holds γ·V of the state in which time ran out (see collect.py), so that `done` may cut the sum at both ends.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp


def advantages(
    reward: jax.Array, value: jax.Array, done: jax.Array, last: jax.Array, gamma: jax.Array, lam: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """(A, target), float32 [T, B, player]; reward and value [T, B, player], done bool [T, B], last = V after the end."""
    going = (1.0 - done)[..., None]
    following = jnp.concatenate([value[1:], last[None]])
    delta = reward + gamma * following * going - value

    def back(later: jax.Array, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        delta, going = now
        here = delta + gamma * lam * going * later
        return here, here

    _, found = jax.lax.scan(back, jnp.zeros_like(last), (delta, going), reverse=True)
    return found, found + value
