"""A reward model from pairwise comparisons: Bradley & Terry (1952, Biometrika 39) by penalised maximum likelihood.

    ℓ(r) = Σ_pairs [ k log σ(r_x − r_y) + (n − k) log σ(r_y − r_x) ] − ½ Σ r² / spread²

per situation, one number r for each act. Without the penalty this is the logit model of `behaviour.estimation`; with it, acts that
were never preferred keep a finite reward. Newton's method; the system of a few unknowns is eliminated in place, so that thousands
of models are fitted in one call. Rewards are told up to a constant per situation only: the best act of each is put at 0, and
the whole is scaled to standard deviation one, as is usual before reinforcement learning (Christiano et al. 2017, NeurIPS 30).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from .labellers import pairs

STEPS = 25


def fit(wins: jax.Array, each: int, acts: int, spread: float = 3.0) -> jax.Array:
    """float32 [..., act]: r of highest ℓ, from wins [..., pair] out of `each` comparisons per pair.

    Sums to zero over the acts. `spread`: standard deviation of r beforehand.
    """
    both = pairs(acts)
    sign = jax.nn.one_hot(both[:, 0], acts) - jax.nn.one_hot(both[:, 1], acts)  # [pair, act]
    # ones along the constant, which nothing tells: gradients have no part in it, and the system can be solved in single precision
    fixed = jnp.eye(acts) / spread**2 + 1.0

    def step(r: jax.Array, _: None) -> tuple[jax.Array, None]:
        chance = jax.nn.sigmoid(r @ sign.T)
        gradient = (wins - each * chance) @ sign - r / spread**2
        weight = each * chance * (1 - chance)
        hessian = jnp.einsum("...p,pi,pj->...ij", weight, sign, sign) + fixed
        change = eliminate(hessian, gradient)
        size = jnp.abs(change).max(axis=-1, keepdims=True)
        return r + change * jnp.minimum(1.0, 2.0 / jnp.maximum(size, 1e-9)), None

    start = jnp.zeros((*wins.shape[:-1], acts), jnp.float32)
    found, _ = jax.lax.scan(step, start, None, length=STEPS)
    return found


def eliminate(system: jax.Array, right: jax.Array) -> jax.Array:
    """x with system·x = right, [..., k, k] and [..., k], positive definite: Gauss without pivoting, over any batch."""
    k = right.shape[-1]
    table = jnp.concatenate([system, right[..., None]], axis=-1)
    for i in range(k):
        row = table[..., i, :] / table[..., i, i, None]
        taken = table - table[..., :, i, None] * row[..., None, :]
        table = taken.at[..., i, :].set(row)
    return table[..., -1]


def rewards(wins: jax.Array, each: int, acts: int) -> jax.Array:
    """float32 [situation, act]: the reward that learners are trained on; best act of each situation 0, standard deviation 1."""
    found = fit(wins, each, acts)
    scaled = found / jnp.maximum(found.std(), 1e-3)
    return scaled - scaled.max(axis=-1, keepdims=True)
