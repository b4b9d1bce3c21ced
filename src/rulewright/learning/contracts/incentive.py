"""An incentive function as a network with limited liability, trained through an agent that replies ever more exactly.

    g(y) = cap·σ(net(features of y))            one output per entry of the menu; a table of numbers where there is no hidden layer

The agent's choice among (entry, act) is smoothed in training: chances ∝ exp(U/h), where the heat h falls geometrically; the
gradient of the principal's value goes through them. Many restarts are one vmapped program; all but the first also wish for
one of the acts, each for another, so that acts far from the start are tried: with one type throughout (each then finds about
the cheapest contract for its act, as Grossman & Hart do), with several types in the first half of the training. What is
*reported* is never the smoothed value: every restart's contract is judged at the exact best reply
(`mechanisms.contracts.reply`), after a last shift and scale,

    g′ = min(cap, s·max(g − t, 0)),            (t, s) from a small grid, the best at exact replies

which takes off what a sigmoid cannot: it never is 0. Where several agencies are given (`also`: other nodes of the same signals) the
grid maximises the worst of them, so that no incentive hangs on one set of nodes.

After eq. 13–18 of the ICSAP proposal in the repaired form of `mechanisms/contracts/agency.py`; deep contract design after Wang et
al. 2023 (arXiv 2307.02318) and deep auctions learn in this manner, too.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...errors import InputError
from ...mechanisms.contracts import Agency, CertifiedContract, Reply, certified, reply
from ...numerics.given import real, whole
from ...numerics.rational import Array
from ..learners.describe import describe
from .driver import Curve, drive

TRIMS = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)  # t, as a share of the cap
SCALES = tuple(np.concatenate([np.linspace(0.5, 1.5, 51), [1.6, 1.8, 2.0]]).tolist())  # s
ADAM = optax.scale_by_adam()
Net = list[tuple[jax.Array, jax.Array]]
"""Per layer (weights, biases); of one layer, without weights, where g is a table."""


@dataclass(frozen=True, eq=False)
class LearnedContract:
    """A contract, or a menu of them, and what it comes to."""

    agency: Agency = field(repr=False)
    pay: Array
    """[entry, outcome]; 0 ≤ · ≤ cap."""
    reply: Reply = field(repr=False)
    """The exact best reply to it."""
    net: Net = field(repr=False)
    trim: float
    scale: float
    curve: tuple[Curve, ...] = field(repr=False)
    """Of the training: smoothed values, never the result."""
    how: str

    @property
    def value(self) -> float:
        """The principal's, E[v] − κ·E[g], at the exact best reply, ties broken for it."""
        return float(self.reply.value)

    @property
    def worst(self) -> float:
        """The same, ties broken against it."""
        return float(self.reply.worst)

    def pays(self, features: Any) -> Array:
        """[entry, outcome]: what outcomes of these features [outcome, feature] are paid."""
        width = self.net[0][0].shape[0]
        seen = np.shape(features)
        if len(seen) != 2 or seen[1] != width:
            raise InputError(where="features", needed=f"[outcome, feature] of {width} features", found=f"shape {seen}")
        cap = float(self.agency.cap)
        z = np.asarray(_forward(self.net, jnp.asarray(features, jnp.float32)), float)
        return adjusted(cap / (1 + np.exp(-z)), self.trim, self.scale, cap)

    def judged(self, other: Agency) -> Reply:
        """The exact best reply where outcomes are others, of the same features."""
        return reply(other, self.pays(other.features))

    def certified(self, digits: int = 4) -> CertifiedContract:
        """The contract in rationals, with what is proved of it."""
        return certified(self.agency, self.pay, digits=digits)


def adjusted(g: Array, trim: float, scale: float, cap: float) -> Array:
    """min(cap, s·max(g − t·cap, 0))."""
    return np.minimum(cap, scale * np.maximum(g - trim * cap, 0))


def learn_contract(
    asked: Agency,
    *,
    entries: int = 1,
    hidden: tuple[int, ...] = (),
    steps: int = 1500,
    restarts: int = 8,
    rate: float = 0.05,
    heat: float = 0.5,
    cold: float = 0.01,
    seed: int = 0,
    also: Sequence[Agency] = (),
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    tell: Callable[[str], None] | None = None,
) -> LearnedContract:
    """Learn a menu of `entries` contracts, each a table (no hidden layers) or a network of the outcomes' features.

    heat, cold: of the agent's smoothed choice at the start and the end, in units of the costs. also: agencies of the same features
    at which the contract must do well, too. out, resume: a folder of checkpoints, and to go on from it to the same bits.
    Raises InputError; Unsolved where a number is no more finite.
    """
    for value, what in (
        (entries, "entries"),
        (steps, "steps"),
        (restarts, "restarts"),
        *((h, "hidden") for h in hidden),
    ):
        whole(value, what)
    for number, what in ((rate, "rate"), (heat, "heat"), (cold, "cold")):
        real(number, what, above=0)
    if cold > heat:
        raise InputError(where="cold", needed=f"at most the heat of the start, {heat:g}", found=f"{cold:g}")
    if also and not hidden:
        found = "a table"
        raise InputError(where="also", needed="a network of features, which other nodes have too", found=found)
    problem = _problem(asked)
    # a table reads outcome n's own feature, whatever the features are: so its nodes cannot be others
    features = jnp.asarray(asked.features if hidden else np.eye(asked.sizes[2]), jnp.float32)
    nets = _start(jax.random.key(seed), features.shape[1], hidden, entries, restarts)
    state = (nets, jax.vmap(ADAM.init)(nets), jnp.int32(0))
    wishes = np.zeros((restarts, asked.sizes[1]))
    wishes[np.arange(1, restarts), np.arange(restarts - 1) % asked.sizes[1]] = float(np.ptp(asked.floating[2]))
    plan = heat * asked.unit, cold * asked.unit, float(asked.sizes[0] > 1), float(steps), rate
    run = partial(_advance, problem, features, jnp.asarray(wishes, jnp.float32), jnp.asarray(plan, jnp.float32))
    said = {
        "entries": entries,
        "hidden": list(hidden),
        "steps": steps,
        "restarts": restarts,
        "rate": rate,
        "heat": heat,
        "cold": cold,
    }
    header = {"agency": describe(asked.floating), "contract": said | {"cap": float(asked.cap), "seed": seed}}
    state, curve = drive(run, state, steps, header, "value", out=out, resume=resume, tell=tell)
    nets = state[0]
    seen = [features, *(jnp.asarray(one.features, jnp.float32) for one in also)]
    outputs = [np.asarray(jax.vmap(_forward, in_axes=(0, None))(nets, x), float) for x in seen]
    judges = list(zip((asked, *also), outputs, strict=True))
    best, trim, scale = _best(judges)
    net = jax.tree.map(lambda x: x[best], nets)
    pay = adjusted(float(asked.cap) / (1 + np.exp(-judges[0][1][best])), trim, scale, float(asked.cap))
    kind = f"network {list(hidden)} of {features.shape[1]} features" if hidden else "table"
    how = f"{kind}, {entries} entries, {steps} steps, {restarts} restarts, seed {seed}"
    return LearnedContract(asked, pay, reply(asked, pay), net, trim, scale, curve, how)


def _problem(asked: Agency) -> dict[str, jax.Array]:
    F, cost, worth, prior = asked.floating
    single = {"F": F, "cost": cost, "worth": worth, "prior": prior}
    numbers = {"cap": float(asked.cap), "weight": float(asked.weight)}
    away = -1e9 if asked.outside is None else float(asked.outside)
    return {k: jnp.asarray(v, jnp.float32) for k, v in {**single, **numbers, "away": away}.items()}


def _start(key: jax.Array, width: int, hidden: tuple[int, ...], entries: int, restarts: int) -> Net:
    """Restarts side by side: [restart, …]. Small payments at first, some larger than others."""
    sizes, net = [width, *hidden, entries], []
    for k, (n, m) in enumerate(itertools.pairwise(sizes)):
        last = k == len(sizes) - 2
        scale = 1.0 if not hidden else np.sqrt((1 if last else 2) / n)
        weights = scale * jax.random.normal(jax.random.fold_in(key, k), (restarts, n, m))
        net.append((weights, jnp.full((restarts, m), -2.0 if last else 0.0)))
    return net


def _forward(net: Net, features: jax.Array) -> jax.Array:
    """[entry, outcome]; before the sigmoid."""
    x = features
    for weights, bias in net[:-1]:
        x = jax.nn.relu(x @ weights + bias)
    weights, bias = net[-1]
    return (x @ weights + bias).T


def smoothed(problem: dict[str, jax.Array], g: jax.Array, heat: jax.Array, wish: Any = 0.0) -> jax.Array:
    """The principal's value if each type chooses (entry, act), or to stay away, with chances ∝ exp(U/heat); g[entry, outcome].

    wish: [act], added to what acts bring.
    """
    paid = jnp.einsum("kay,ey->kea", problem["F"], g)
    utility = (paid - problem["cost"][:, None, :]).reshape(len(paid), -1)
    value = ((problem["worth"] + wish)[:, None, :] - problem["weight"] * paid).reshape(len(paid), -1)
    utility = jnp.concatenate([utility, jnp.full((len(paid), 1), problem["away"])], axis=1)
    value = jnp.concatenate([value, jnp.zeros((len(paid), 1))], axis=1)
    return problem["prior"] @ (jax.nn.softmax(utility / heat, axis=1) * value).sum(axis=1)


@jax.jit
def _advance(
    problem: dict[str, jax.Array], features: jax.Array, wishes: jax.Array, plan: jax.Array, state: Any, count: jax.Array
) -> tuple[Any, jax.Array]:  # fmt: skip
    """`count` steps of all restarts; the smoothed value of the best of them, without what it wishes for."""
    hot, cold, fades, steps, rate = plan

    def loss(net: Net, heat: jax.Array, wish: jax.Array) -> jax.Array:
        return -smoothed(problem, problem["cap"] * jax.nn.sigmoid(_forward(net, features)), heat, wish)

    def one(_: Any, carry: Any) -> Any:
        nets, moments, step = carry
        heat = hot * (cold / hot) ** (step / steps)
        wish = wishes * jnp.maximum(1 - 2 * fades * step / steps, 0)
        slope = jax.vmap(jax.grad(loss), in_axes=(0, None, 0))(nets, heat, wish)
        move, moments = jax.vmap(ADAM.update)(slope, moments, nets)
        now = rate * (0.05 + 0.475 * (1 + jnp.cos(jnp.pi * step / steps)))
        return jax.tree.map(lambda w, m: w - now * m, nets, move), moments, step + 1

    nets, moments, step = jax.lax.fori_loop(0, count, one, state)
    lost = jax.vmap(loss, in_axes=(0, None, None))(
        nets, hot * (cold / hot) ** (step / steps), jnp.zeros(wishes.shape[1])
    )
    return (nets, moments, step), -lost.min()


def _best(judges: list[tuple[Agency, Array]]) -> tuple[int, float, float]:
    """(restart, trim, scale) with the largest value at exact replies, in the worst of the agencies."""
    worst: list[Array] = []
    for asked, z in judges:
        cap = float(asked.cap)
        g = cap / (1 + np.exp(-z))
        found = [values(asked, np.stack([adjusted(g, t, s, cap) for s in SCALES])) for t in TRIMS]
        worst.append(np.stack(found))  # [trim, scale, restart]
    total = np.min(worst, axis=0)
    trim, scale, restart = np.unravel_index(int(np.argmax(total)), np.shape(total))
    return int(restart), TRIMS[trim], SCALES[scale]


def values(asked: Agency, g: Array) -> Array:
    """[…]: the principal's value at exact best replies to g[…, entry, outcome], ties (to rounding) broken for it."""
    F, cost, worth, prior = asked.floating
    paid = np.einsum("kay,...ey->...kea", F, g, optimize=True)
    utility, value = paid - cost[:, None, :], worth[:, None, :] - float(asked.weight) * paid
    utility, value = (x.reshape(*x.shape[:-2], -1) for x in (utility, value))
    top = utility.max(axis=-1)
    got = np.where(utility >= top[..., None] - 1e-12 * asked.unit, value, -np.inf).max(axis=-1)
    if asked.outside is not None:
        got = np.where(top >= float(asked.outside), got, 0)
    return np.asarray(got @ prior)
