"""Learned promises: bonuses that nobody enforces, trained so that they are worth keeping, at many discount factors at once.

    maximise   s(b)  −  ρ·max(0, spread(b) − δ/(1−δ)·s(b))  −  ε·spread(b),      spread = max b − min b, s the surplus

by gradients through a smoothed agent that becomes exact (as in incentive.py); ρ is large, ε small. The last word has the
exact judgement: of all restarts at all discount factors, trims and scales, the largest surplus *at the exact reply* among
promises that are kept (so that more patience never hurts); where none is, the promise is to pay nothing.
`mechanisms.contracts.promises` says what kept means; the exact programme (`best_promise`) is what it is measured against.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...mechanisms.contracts import Agency
from ...mechanisms.contracts.promises import Promise, promisable, promise
from ...mechanisms.contracts.settings import seeded
from ...numerics import rational
from ...numerics.given import number, real, whole
from ...numerics.rational import Array
from .driver import drive
from .incentive import ADAM, SCALES, TRIMS, adjusted

RHO, EPSILON = 10.0, 0.02
DIGITS = 4


def learn_promises(
    asked: Agency,
    discounts: Sequence[float],
    *,
    outside: float = 0.0,
    steps: int = 1000,
    restarts: int = 16,
    rate: float = 0.05,
    heat: float = 0.5,
    cold: float = 0.01,
    seed: int = 0,
) -> tuple[Promise, ...]:
    """A promise for each discount factor in [0, 1), in rationals, kept in any case. One type; bonuses up to the cap.

    Raises InputError; Unsolved where a number is no more finite.
    """
    deltas = [real(d, "discount") for d in discounts]
    if not deltas or max(deltas) >= 1:
        raise InputError(where="discounts", needed="numbers from 0 to below 1", found=str(list(discounts)))
    promisable(asked)
    number(outside, "outside"), whole(steps, "steps"), whole(restarts, "restarts")
    for value, what in ((rate, "rate"), (heat, "heat"), (cold, "cold")):
        real(value, what, above=0)
    F, cost, worth, _ = (jnp.asarray(x, jnp.float32) for x in asked.floating)
    weight = jnp.asarray([d / (1 - d) for d in deltas], jnp.float32)
    z = jax.random.normal(jax.random.key(seeded(seed)), (len(deltas), restarts, asked.sizes[2])) * 1.5 - 1.5
    numbers = {"F": F[0], "cost": cost[0], "surplus": worth[0] - cost[0] - outside, "cap": jnp.float32(float(asked.cap)),
               "weight": weight, "hot": jnp.float32(heat * asked.unit), "cold": jnp.float32(cold * asked.unit)}  # fmt: skip
    numbers |= {"steps": jnp.float32(steps), "rate": jnp.float32(rate)}
    (z, _, _), _ = drive(partial(_advance, numbers), (z, ADAM.init(z), jnp.int32(0)), steps, {}, "surplus")
    cap = float(asked.cap)
    g = (cap / (1 + np.exp(-np.asarray(z, float)))).reshape(-1, asked.sizes[2])
    return tuple(_kept(asked, g, delta, outside) for delta in deltas)


def _loss(numbers: dict[str, jax.Array], heat: jax.Array, z: jax.Array) -> jax.Array:
    """[discount, restart]"""
    b = numbers["cap"] * jax.nn.sigmoid(z)
    chances = jax.nn.softmax((b @ numbers["F"].T - numbers["cost"]) / heat, axis=-1)
    surplus = chances @ numbers["surplus"]
    spread = b.max(axis=-1) - b.min(axis=-1)
    over = jax.nn.relu(spread - numbers["weight"][:, None] * surplus)
    return -surplus + RHO * over + EPSILON * spread


@jax.jit
def _advance(numbers: dict[str, jax.Array], state: Any, count: jax.Array) -> tuple[Any, jax.Array]:
    def one(_: Any, carry: Any) -> Any:
        z, moments, step, _ = carry
        done = step / numbers["steps"]
        heat = numbers["hot"] * (numbers["cold"] / numbers["hot"]) ** done
        lost, slope = jax.value_and_grad(lambda x: _loss(numbers, heat, x).sum())(z)
        move, moments = ADAM.update(slope, moments)
        now = numbers["rate"] * (0.05 + 0.475 * (1 + jnp.cos(jnp.pi * done)))
        return z - now * move, moments, step + 1, -lost / z[..., 0].size

    z, moments, step, value = jax.lax.fori_loop(0, count, one, (*state, jnp.float32(0)))
    return (z, moments, step), value


def _kept(asked: Agency, g: Array, delta: float, outside: float) -> Promise:
    """The best of g[restart, outcome], shifted and scaled, that is kept in rationals; else a promise to pay nothing."""
    F, cost, worth, _ = asked.floating
    cap = float(asked.cap)
    tried = np.concatenate([adjusted(g - g.min(axis=1, keepdims=True), t, s, cap) for t in TRIMS for s in SCALES])
    tried = np.round(tried, DIGITS)
    act = (tried @ F[0].T - cost[0]).argmax(axis=1)
    surplus = worth[0][act] - cost[0][act] - outside
    spread = np.ptp(tried, axis=1)
    good = np.flatnonzero((surplus >= 0) & (spread <= delta / (1 - delta) * surplus))
    order = good[np.lexsort((spread[good], -np.round(surplus[good], 9)))]
    for k in order[:20]:
        exact = rational.filled(tried[k].shape, [rational.fraction(round(float(x), DIGITS)) for x in tried[k]])
        found = promise(asked, np.minimum(exact, rational.exact(asked.cap)), delta, outside=outside)
        if found.kept:
            return found
    return promise(asked, [0] * asked.sizes[2], delta, outside=outside)
