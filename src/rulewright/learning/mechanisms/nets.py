"""Networks that are direct mechanisms: reports in, an allowed decision and payments out; individually rational by construction.

    x = head(alloc(z)),  f = σ(pay(z))         z: reports, moved and scaled to about [−1, 1]
    payments "fraction"   t_i = f_i · s_i                      s_i = v_i(r_i, x) − outside: what truth would gain before paying
                                                               (where s_i < 0, t_i = s_i: the agent is made whole)
    payments "rent"       t_i = s_i − softplus(pay(z)_i)       procurement: values below 0, so that agents are paid
    payments "none"       t_i = 0

"mlp" is RegretNet's (Dütting et al. 2024): two plain networks. Several periods (periods.py): a pair of plain networks, unrolled,
that sees the period's reports, the state and the date. "equivariant" (after Rahme, Jelassi, Bruna & Weinberg, AAAI 2021; the layers
after Hartford et al. 2018) does not care which bidder is called 1 and which item is called A, so that it has few numbers to learn;
one network gives both parts. It needs an Allocation and the same law for all bidders and items. Parameters are a dictionary of
arrays, named as in the file that `LearnedMechanism.save` writes (learned.py says how to read it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...mechanisms.decisions import Allocation
from ...mechanisms.environment import Environment
from ...mechanisms.laws import Triangle
from .heads import head_of, share_of
from .periods import Periods

Parameters = dict[str, jax.Array]
ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "silu": jax.nn.silu,
}
KINDS = ("mlp", "equivariant")
PAYMENTS = ("fraction", "rent", "none")


@dataclass(frozen=True)
class Net:
    """Settings of a network; part of the compiled shape."""

    kind: str = "mlp"
    """"mlp" or "equivariant"."""
    hidden: tuple[int, ...] = (64, 64)
    """Widths of hidden layers (mlp), or channels (equivariant), of each of the two networks."""
    activation: str = "tanh"
    share: str = "softmax"
    """"softmax" or "sparsemax"."""
    payments: str = "fraction"
    """"fraction", "rent" or "none"; without transfers always "none"."""

    def __post_init__(self) -> None:
        share_of(self.share)
        for value, known, what in (
            (self.kind, KINDS, "kind"),
            (self.activation, tuple(ACTIVATIONS), "activation"),
            (self.payments, PAYMENTS, "payments"),
        ):
            if value not in known:
                raise InputError(where=f"net, {what}", needed=f"one of {', '.join(known)}", found=repr(value))
        if not self.hidden or min(self.hidden) < 1:
            raise InputError(where="net, hidden", needed="widths of at least 1", found=str(self.hidden))


def scaling(environment: Environment) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """(shift, scale), both float32 [agent, dimension]: z = (reports − shift)/scale is within [−1, 1] where types are bounded."""
    low, high = environment.low, environment.high
    types = environment.types(np.broadcast_to(np.array([0.05, 0.5, 0.95])[:, None, None], (3, *low.shape)))
    bounded = np.isfinite(low) & np.isfinite(high)
    shift = np.where(bounded, (np.where(bounded, low, 0) + np.where(bounded, high, 0)) / 2, types[1])
    scale = np.where(bounded, (np.where(bounded, high, 1) - np.where(bounded, low, 0)) / 2, (types[2] - types[0]) / 2)
    return shift.astype(np.float32), np.maximum(scale, 1e-6).astype(np.float32)


def symmetric(environment: Environment) -> bool:
    """Whether agents and items may change names: one law for all bidders, the same for all items, an Allocation."""
    law, space = environment.laws[0], environment.decisions
    if not isinstance(space, Allocation) or any(other != law for other in environment.laws):
        return False
    if space.shape != (environment.agents, environment.dimensions):
        return False
    same = np.asarray(law.at(np.full((9, law.dimensions), np.arange(0.1, 1.0, 0.1)[:, None])))
    return isinstance(law, Triangle) or bool(np.allclose(same, same[:, :1]))


def init(net: Net, environment: Environment, seed: int = 0) -> Parameters:
    """Parameters before anything is learned. Raises InputError where the network does not fit the environment."""
    n, d = environment.agents, environment.dimensions
    head = head_of(environment.each if isinstance(environment, Periods) else environment.decisions)
    made: Parameters = {}
    draw = np.random.default_rng(seed)
    pays = environment.transfers and net.payments != "none"
    if net.kind == "equivariant":
        if not symmetric(environment):
            remedy = 'Use Net(kind="mlp").'
            needed = "an allocation among bidders of one law, with one law for all items"
            raise InputError(
                where="net, equivariant", needed=needed, found=environment.name or "another", remedy=remedy
            )
        unit = environment.decisions.demand == "unit"  # type: ignore[attr-defined]
        sizes = {"alloc": (1, (4 if unit else 2) + pays)}
    else:
        sees = n * d
        if isinstance(environment, Periods):
            sees = n * environment.today(environment.low, 0).shape[-1] + len(environment.start) + 1
        sizes = {"alloc": (sees, head.size), "pay": (sees, n)}
    for part, (inputs, outputs) in sizes.items():
        if part == "pay" and not pays:
            continue
        widths = (inputs, *net.hidden, outputs)
        for k, (a, b) in enumerate(pairwise(widths)):
            ways = (4,) if net.kind == "equivariant" else ()
            deviation = (2.0 if k < len(net.hidden) else 1.0) / (a + b) ** 0.5
            made[f"{part}_W{k}"] = jnp.asarray(deviation * draw.standard_normal((*ways, a, b)), jnp.float32)
            made[f"{part}_b{k}"] = jnp.zeros(b, jnp.float32)
    return made


def _plain(net: Net, parameters: Parameters, part: str, x: jax.Array) -> jax.Array:
    for k in range(len(net.hidden) + 1):
        x = x @ parameters[f"{part}_W{k}"] + parameters[f"{part}_b{k}"]
        x = ACTIVATIONS[net.activation](x) if k < len(net.hidden) else x
    return x


def _exchangeable(net: Net, parameters: Parameters, part: str, x: jax.Array) -> jax.Array:
    """[..., agent, item, channel]: each layer sees a cell, the mean of its item, of its agent, and of all."""
    for k in range(len(net.hidden) + 1):
        w = parameters[f"{part}_W{k}"]
        item, agent = x.mean(axis=-3, keepdims=True), x.mean(axis=-2, keepdims=True)
        every = agent.mean(axis=-3, keepdims=True)
        x = x @ w[0] + item @ w[1] + agent @ w[2] + every @ w[3] + parameters[f"{part}_b{k}"]
        x = ACTIVATIONS[net.activation](x) if k < len(net.hidden) else x
    return x


def raw(net: Net, environment: Environment, parameters: Parameters, reports: jax.Array) -> tuple[jax.Array, jax.Array]:
    """(numbers for the head [..., size], numbers for payments [..., agent]) of reports [..., agent, dimension]."""
    shift, scale = scaling(environment)
    z = (reports - shift) / scale
    nothing = jnp.zeros(z.shape[:-1], z.dtype)
    if net.kind == "mlp":
        flat = z.reshape(*z.shape[:-2], -1)
        paid = _plain(net, parameters, "pay", flat) if "pay_W0" in parameters else nothing
        return _plain(net, parameters, "alloc", flat), paid
    out = _exchangeable(net, parameters, "alloc", z[..., None])
    to = jnp.concatenate([out[..., 0], out[..., 1].mean(axis=-2, keepdims=True)], axis=-2)  # nobody's number is pooled
    numbers = to.reshape(*z.shape[:-2], -1)
    if out.shape[-1] >= 4:
        of = jnp.concatenate([out[..., 2], out[..., 3].mean(axis=-1, keepdims=True)], axis=-1)
        numbers = jnp.concatenate([numbers, of.reshape(*z.shape[:-2], -1)], axis=-1)
    return numbers, out[..., -1].mean(axis=-1) if out.shape[-1] % 2 else nothing


def outcome(
    net: Net, environment: Environment, parameters: Parameters, reports: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """(decision [..., *shape], what payments are made of [..., agent]: fractions within [0, 1], or rents ≥ 0).

    Of several periods: [..., period, agent].
    """
    share = share_of(net.share)
    if not isinstance(environment, Periods):
        numbers, paid = raw(net, environment, parameters, reports)
        return head_of(environment.decisions)(numbers, share), _made_of(net, environment, paid)
    head = head_of(environment.each)
    z = (reports - scaling(environment)[0]) / scaling(environment)[1]
    state = environment.first(reports.shape[:-2], jnp)
    decisions, made_of = [], []
    for t in range(environment.count):
        flat = environment.today(z, t).reshape(*z.shape[:-2], -1)
        date = jnp.full((*z.shape[:-2], 1), t / environment.count, z.dtype)
        seen = jnp.concatenate([flat, state, date], axis=-1)
        x = head(_plain(net, parameters, "alloc", seen), share)
        pays = "pay_W0" in parameters
        paid = _plain(net, parameters, "pay", seen) if pays else jnp.zeros(z.shape[:-1], z.dtype)
        decisions.append(x)
        made_of.append(_made_of(net, environment, paid))
        state = environment.next(state, x)
    return jnp.stack(decisions, axis=-1 - len(environment.each.shape)), jnp.stack(made_of, axis=-2)


def _made_of(net: Net, environment: Environment, paid: jax.Array) -> jax.Array:
    if not environment.transfers or net.payments == "none":
        return jnp.zeros_like(paid)
    return jax.nn.softplus(paid) if net.payments == "rent" else jax.nn.sigmoid(paid)


def payments(net: Net, environment: Environment, made_of: Any, reports: Any, decision: Any, xp: Any = jnp) -> Any:
    """[..., agent], from fractions or rents and what the decision is worth to those who report so.

    Never above reported value − outside, in floats too: f ≤ 1 and rounding is monotone. NumPy or jax.numpy.
    """
    if isinstance(environment, Periods):
        reported = environment.stages(reports, decision, xp)
    else:
        reported = environment.values(reports, decision)
    if not environment.transfers or net.payments == "none":
        paid = xp.zeros_like(reported)
    else:
        gain = reported - environment.outside
        taken = gain - made_of if net.payments == "rent" else xp.where(gain > 0, made_of * gain, gain)
        paid = xp.minimum(taken, environment.budget)
    return paid.sum(axis=-2) if isinstance(environment, Periods) else paid
