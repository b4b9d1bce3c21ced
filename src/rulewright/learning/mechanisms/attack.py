"""An attacker that a training never sees: many random reports, shades and corners, the best refined by ascent. What it finds is a
lower bound on regret: searched only. Slower and stronger than what a training step does; the progress line shows what it finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...mechanisms.environment import Environment
from ...numerics.rational import Array
from . import misreports
from .nets import Net, Parameters

CORNERS = 64
AT_ONCE = 256  # profiles


@dataclass(frozen=True)
class Attacker:
    """How hard it tries, for each profile and agent."""

    random: int = 200
    """Reports drawn from the agent's law."""
    shades: int = 11
    """Reports that understate every number by the same share."""
    best: int = 4
    """That are refined."""
    steps: int = 100
    """Of ascent."""
    rate: float = 0.03
    """Of ascent, in parts of the width of types; a tenth of it in the end."""

    def __post_init__(self) -> None:
        if min(self.random, self.best) < 1 or min(self.shades, self.steps) < 0 or not self.rate > 0:
            raise InputError(where="attacker", needed="sizes of at least 1 and a rate above 0", found=str(self))


@dataclass(frozen=True, eq=False)
class Attack:
    """What was found: lower bounds."""

    gains: Array
    """[profile, agent]: what the best misreport found gains, at least 0, in money."""
    misreports: Array
    """[profile, agent, dimension]"""

    @property
    def regret_found(self) -> float:
        """Mean over profiles and agents."""
        return float(self.gains.mean())


@partial(jax.jit, static_argnames=("net", "environment", "how"))
def _tried(
    net: Net, environment: Environment, how: Attacker, parameters: Parameters, types: jax.Array, key: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """(gains [profile, agent], misreports [profile, agent, dimension])."""
    count, n, d = types.shape
    agents = jnp.arange(n)
    low, high = (jnp.asarray(v, jnp.float32) for v in (environment.low, environment.high))
    u = jax.random.uniform(key, (count, how.random, n, d), minval=1e-6, maxval=1 - 1e-6)
    lies = [environment.types(u, jnp).astype(jnp.float32), types[:, None]]
    part = jnp.linspace(0, 1, how.shades, endpoint=False)[:, None, None]
    lies.append(low + part * (types[:, None] - low))
    if np.isfinite(environment.high).all():
        corners = np.array([*product((0.0, 1.0), repeat=d)][:CORNERS], np.float32)
        box = low + corners[:, None] * (high - low)
        lies.append(jnp.broadcast_to(box, (count, *box.shape)))
    lies_ = jnp.concatenate(lies, axis=1)  # [profile, lie, agent, dimension]
    own = (agents[:, None] == agents)[..., None]

    def said(lie: jax.Array) -> jax.Array:
        """[profile, liar, agent, dimension]: profiles of reports; lie [profile, liar, dimension]."""
        return jnp.where(own, lie[:, :, None], types[:, None])

    def gain(lie: jax.Array) -> jax.Array:
        reports = said(lie)
        return misreports.gain(net, environment, parameters, jnp.broadcast_to(types[:, None], reports.shape), reports,
                               jnp.broadcast_to(agents, (count, n)))  # fmt: skip

    got = jax.lax.map(gain, jnp.swapaxes(lies_, 0, 1))  # [lie, profile, agent]
    kept = min(how.best, got.shape[0])
    _, which = jax.lax.top_k(jnp.moveaxis(got, 0, -1), kept)  # [profile, agent, best]
    lies_ = jnp.moveaxis(lies_, 1, 2)  # [profile, agent, lie, dimension]
    starts = jnp.moveaxis(jnp.take_along_axis(lies_, which[..., None], axis=2), 2, 0)

    def refined(lie: jax.Array) -> jax.Array:
        reports = said(lie)
        true = jnp.broadcast_to(types[:, None], reports.shape)
        agent = jnp.broadcast_to(agents, (count, n))
        reports = misreports.ascend(net, environment, parameters, true, reports, agent, how.steps, how.rate)
        return jnp.where(own, reports, 0).sum(axis=2)

    ends = jax.lax.map(refined, starts)
    every = jnp.concatenate([ends, starts], axis=0)
    values = jax.lax.map(gain, every)  # [end, profile, agent]
    best = values.argmax(axis=0)[None]
    found = jnp.take_along_axis(values, best, axis=0)[0] - gain(types)
    return jnp.maximum(found, 0), jnp.take_along_axis(every, best[..., None], axis=0)[0]


def attack(
    net: Net, environment: Environment, parameters: Parameters, *, profiles: int = 1000, seed: int = 0,
    how: Attacker = Attacker(),
) -> Attack:  # fmt: skip
    """Search misreports on the first `profiles` of the sequence of `seed`. Raises InputError for none."""
    if profiles < 1:
        raise InputError(where="profiles", needed="at least 1", found=str(profiles))
    types = environment.profiles(profiles, seed).astype(np.float32)
    size = min(AT_ONCE, profiles)
    parts: list[tuple[Any, ...]] = []
    for k in range(0, profiles, size):
        some = types[k : k + size]
        padded = np.concatenate([some, types[: size - len(some)]])
        key = jax.random.fold_in(jax.random.key(seed), k)
        found = _tried(net, environment, how, parameters, jnp.asarray(padded), key)
        parts.append(tuple(np.asarray(part)[: len(some)] for part in found))
    return Attack(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))
