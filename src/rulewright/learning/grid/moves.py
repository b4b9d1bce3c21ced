"""Who gets where: players move one after the other in a fresh random order, and a move into an occupied cell fails.

So one may follow another only if the leader happened to move first, swaps fail, and of two who want a cell the earlier has it.
With p the cells before, t the cells wanted and E_i those who act before i,

    ok_i  =  ∀ j ≠ i :  t_i ≠ t_j  if j ∈ E_i and ok_j,   t_i ≠ p_j  otherwise

is what the sequence does; it is solved by n rounds on sets written as bits, each of which settles one player more.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from .bodies import Bodies, direction, moves
from .map import Map, steps

UNROLLED = 8
"""Up to so many players the rounds are written out."""


def before(bits: jax.Array) -> jax.Array:
    """uint32 [n]: bit j of the i-th is set where j acts before i; `bits` are n random words, drawn afresh for each phase."""
    n = bits.shape[0]
    number = jnp.arange(n)
    first = (bits[None, :] < bits[:, None]) | ((bits[None, :] == bits[:, None]) & (number[None, :] < number[:, None]))
    return packed(first)


def packed(flags: jax.Array) -> jax.Array:
    """uint32 [...]: flags bool [..., n] with n ≤ 32 as the bits of a word."""
    return (flags.astype(jnp.uint32) << jnp.arange(flags.shape[-1], dtype=jnp.uint32)).sum(axis=-1, dtype=jnp.uint32)


def settled(cell: jax.Array, wanted: jax.Array, earlier: jax.Array, nowhere: int) -> jax.Array:
    """int32 [n]: the cells after all have tried to go where they want, in the order `earlier` (see `before`).

    Who stays wants its own cell. Those nowhere are in nobody's way.
    """
    n = cell.shape[0]
    own = jnp.uint32(1) << jnp.arange(n, dtype=jnp.uint32)
    held = packed((wanted[:, None] == cell[None, :]) & (cell[None, :] != nowhere)) & ~own
    rival = packed((wanted[:, None] == wanted[None, :]) & (wanted[None, :] != nowhere)) & ~own
    goes = jnp.uint32((1 << n) - 1)
    if n <= UNROLLED:  # one straight line of scalars; a round on an array would be a call of its own
        rivals, holders, firsts = ([x[i] for i in range(n)] for x in (rival, held, earlier))
        for _ in range(n):
            ok_ = [
                ((r & e & goes) == 0) & ((h & ~(e & goes)) == 0)
                for r, h, e in zip(rivals, holders, firsts, strict=True)
            ]
            goes = sum((k.astype(jnp.uint32) << i for i, k in enumerate(ok_)), jnp.uint32(0))
        ok = (goes >> jnp.arange(n, dtype=jnp.uint32)) & 1 == 1
        return jnp.where(ok, wanted, cell)
    for _ in range(n):
        gone = earlier & goes  # those before me who have left their cell for the one they wanted
        ok = ((rival & gone) == 0) & ((held & ~gone) == 0)
        goes = (ok.astype(jnp.uint32) * own).sum(dtype=jnp.uint32)
    return jnp.where(ok, wanted, cell)


def moved(world: Map, bodies: Bodies, actions: jax.Array, bits: jax.Array) -> jax.Array:
    """int32 [n]: the cells after everybody's move, headings as in `bodies`; `bits` are n random words."""
    table = jnp.asarray(steps(world)).reshape(-1)
    there = table[direction(bodies.heading, actions) * (world.size + 1) + bodies.cell]
    wanted = jnp.where(moves(actions), there, bodies.cell)
    return settled(bodies.cell, wanted, before(bits), world.nowhere)
