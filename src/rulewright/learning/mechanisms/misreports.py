"""What a lie would gain, while training: by a menu of reports, or by ascent from misreports that are kept.

    regret_i(θ) = max_r  v_i(θ, x(r, θ_−i)) − t_i(r, θ_−i)  −  [v_i(θ, x(θ)) − t_i(θ)]      over the report r, the type θ_i is held

(Zhang et al. write the maximum over the type in eq. 12; nobody chooses a type. Here it is over the report.)

menu    By the taxation principle, i faces a menu that depends on θ_−i only. K types of i are drawn for each θ_−i; the K outcomes
        that they lead to are the menu, and each type is tried against all of it: K passes of the network give K × K misreports,
        where ascent (Dütting et al. 2024) takes 2·steps passes for one. Ascent from the best of the menu may follow.
pool    Dütting et al.: a fixed pool of profiles, each with its misreport, kept from visit to visit, `steps` of ascent a visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ...mechanisms.environment import Environment
from . import nets
from .nets import Net, Parameters


@dataclass(frozen=True)
class Misreports:
    """How lies are looked for in a training step."""

    kind: str = "menu"
    """"menu" or "pool"."""
    profiles: int = 16
    """menu: profiles of the others, for each agent. pool: profiles in a step."""
    menu: int = 64
    """Types of the agent for each of them, and so many misreports of each."""
    steps: int = 0
    """Of ascent on the report."""
    rate: float = 0.05
    """Of ascent, in parts of the width of types."""
    pool: int = 8192
    """Profiles that keep their misreports."""

    def __post_init__(self) -> None:
        if self.kind not in ("menu", "pool"):
            raise InputError(where="misreports, kind", needed="menu or pool", found=repr(self.kind))
        if min(self.profiles, self.menu, self.pool) < 1 or self.steps < 0 or not 0 < self.rate < 1e6:
            raise InputError(where="misreports", needed="sizes of at least 1 and a rate above 0", found=str(self))
        if self.kind == "menu" and self.menu < 2:
            raise InputError(where="misreports, menu", needed="at least 2 types", found=str(self.menu))
        if self.kind == "pool" and (self.steps < 1 or self.profiles > self.pool):
            raise InputError(
                where="misreports, pool", needed="ascent, and a pool of a step's profiles", found=str(self)
            )


@dataclass(frozen=True, eq=False)
class Played:
    """What truth and the best lies found lead to, of a batch of profiles."""

    types: jax.Array
    """[profile, agent, dimension]"""
    decision: jax.Array
    """[profile, *shape]: under truth."""
    values: jax.Array
    """[profile, agent]: under truth."""
    payments: jax.Array
    """[profile, agent]: under truth."""
    regret: jax.Array
    """[agent]: mean over its profiles."""


def truth(net: Net, environment: Environment, parameters: Parameters, types: jax.Array) -> Any:
    """(decision, payments, values) where reports [..., agent, dimension] are the types."""
    decision, made_of = nets.outcome(net, environment, parameters, types)
    return decision, nets.payments(net, environment, made_of, types, decision), environment.values(types, decision)


def gain(net: Net, environment: Environment, parameters: Parameters, types: Any, reports: Any, agent: Any) -> jax.Array:
    """[...]: utility of `agent` (an index, or [...] of them) with `types`, if profiles `reports` are reported."""
    decision, paid, _ = truth(net, environment, parameters, reports)
    utility = environment.values(types, decision) - paid
    where = jnp.broadcast_to(jnp.asarray(agent), utility.shape[:-1])
    return jnp.take_along_axis(utility, where[..., None], axis=-1)[..., 0]


def ascend(
    net: Net,
    environment: Environment,
    parameters: Parameters,
    types: jax.Array,
    reports: jax.Array,
    agent: jax.Array,
    steps: int,
    rate: float,
) -> jax.Array:
    """Reports [..., agent, dimension] after `steps` of Adam, ever shorter, on those of `agent` [...], kept within the box."""
    if not steps:
        return reports
    low, high = (jnp.asarray(v, jnp.float32) for v in (environment.low, environment.high))
    _, scale = nets.scaling(environment)
    own = (jnp.arange(environment.agents) == jnp.asarray(agent)[..., None])[..., None]

    def one(k: Any, carry: Any) -> Any:
        now, first, second = carry
        g = jax.grad(lambda r: gain(net, environment, parameters, types, r, agent).sum())(now) * scale
        first, second = 0.9 * first + 0.1 * g, 0.99 * second + 0.01 * g * g
        step = first / (1 - 0.9 ** (k + 1.0)) / (jnp.sqrt(second / (1 - 0.99 ** (k + 1.0))) + 1e-6)
        length = rate * (1 - 0.9 * k / max(steps, 1)) * scale
        return jnp.where(own, jnp.clip(now + length * step, low, high), now), first, second

    nothing = jnp.zeros_like(reports)
    found: jax.Array = jax.lax.fori_loop(0, steps, one, (reports, nothing, nothing))[0]
    return found


def menu_regret(
    net: Net, environment: Environment, how: Misreports, parameters: Parameters, key: jax.Array, agents: tuple[int, ...]
) -> Played:
    """A batch of agents × how.profiles × how.menu profiles, and the regret of `agents` on it (of the others: their mean)."""
    n, d = environment.agents, environment.dimensions
    one, two = jax.random.split(key)
    shape = (len(agents), how.profiles, how.menu, n, d)
    tiny = jnp.finfo(jnp.float32).eps
    own = jax.random.uniform(one, shape, minval=tiny, maxval=1 - tiny)
    shared = jax.random.uniform(two, (*shape[:2], 1, n, d), minval=tiny, maxval=1 - tiny)
    mine = (jnp.arange(n) == jnp.asarray(agents)[:, None])[:, None, None, :, None]
    types = environment.types(jnp.where(mine, own, shared), jnp).astype(jnp.float32)
    decision, paid, values = truth(net, environment, parameters, types)
    stop = jax.lax.stop_gradient
    agent = jnp.broadcast_to(jnp.asarray(agents)[:, None, None], shape[:3])
    pick = lambda x: jnp.take_along_axis(x, agent[..., None], axis=-1)[..., 0]  # noqa: E731
    # utilities [agent, profile, type, report] of the agent's types under each other's outcome
    across = (*shape[:3], how.menu)
    t = jnp.broadcast_to(types[:, :, :, None], (*across, n, d))
    x = jnp.broadcast_to(stop(decision)[:, :, None], (*across, *environment.decisions.shape))
    value = jnp.take_along_axis(environment.values(t, x), jnp.broadcast_to(agent[..., None, None], (*across, 1)), -1)
    best = (value[..., 0] - stop(pick(paid))[:, :, None, :]).argmax(axis=-1)  # [agent, profile, type]
    if how.steps:
        reports = jnp.take_along_axis(types, best[..., None, None], axis=2)
        reports = stop(ascend(net, environment, stop_all(parameters), types, reports, agent, how.steps, how.rate))
        lie = gain(net, environment, parameters, types, reports, agent)
    else:
        rest = (1,) * len(environment.decisions.shape)
        there = jnp.take_along_axis(decision, best.reshape(*best.shape, *rest), axis=2)
        lie = pick(environment.values(types, there)) - jnp.take_along_axis(pick(paid), best, axis=-1)
    found = jnp.maximum(lie - (pick(values) - pick(paid)), 0).mean(axis=(1, 2))
    regret = found if len(agents) == n else jnp.full(n, found.mean())
    flat = lambda x, tail: x.reshape(-1, *x.shape[x.ndim - tail :])  # noqa: E731
    shape_tail = len(environment.decisions.shape)
    return Played(flat(types, 2), flat(decision, shape_tail), flat(values, 1), flat(paid, 1), regret)


def stop_all(parameters: Parameters) -> Parameters:
    """No gradient goes through these."""
    return jax.tree.map(jax.lax.stop_gradient, parameters)


def pool_regret(
    net: Net, environment: Environment, how: Misreports, parameters: Parameters, types: jax.Array, kept: jax.Array
) -> tuple[Played, jax.Array]:
    """The same for profiles [profile, agent, dimension] with misreports `kept` (same shape); and the misreports after ascent."""
    n = environment.agents
    agent = jnp.broadcast_to(jnp.arange(n), (types.shape[0], n))
    own = (jnp.arange(n)[:, None] == jnp.arange(n))[None, :, :, None]  # [1, liar, agent, 1]
    true = jnp.broadcast_to(types[:, None], (types.shape[0], n, *types.shape[1:]))
    reports = jnp.where(own, kept[:, None], true)
    reports = jax.lax.stop_gradient(
        ascend(net, environment, stop_all(parameters), true, reports, agent, how.steps, how.rate)
    )
    decision, paid, values = truth(net, environment, parameters, types)
    lie = gain(net, environment, parameters, true, reports, agent)
    found = jnp.maximum(lie - (values - paid), 0).mean(axis=0)
    lies = jnp.where(own, reports, 0).sum(axis=1)
    return Played(types, decision, values, paid, found), lies
