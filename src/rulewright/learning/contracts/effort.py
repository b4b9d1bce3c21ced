"""Continuous effort: the agent climbs to its best effort, and the gradient of the principal's value goes through where it stops.

Effort e in the unit box costs type θ c(θ, e), brings the principal v(θ, e), and gives node n of the signal with chance f(θ,
e)_n (two outcomes, or many nodes that stand for a continuum). Under a contract g(n) = cap·σ(net(features of n)), type θ does

    e*(θ) = argmax over e of   U(θ, e) = f(θ, e)·g − c(θ, e)

found from the best point of a grid by a few safeguarded Newton steps. With φ the parameters of g, at an inside optimum ∂U/∂e
= 0 and so de*/dφ = −U_ee⁻¹ U_eφ (implicit function theorem): one Newton step from e*, differentiated with e* held fixed, has
that derivative. Efforts at their bounds do not move. The grid is the whole of the box, so that U need not be concave; but a
jump from one peak to another has no derivative. So the *reported* value is another one: restarts, shifts and scales as in
incentive.py, judged at exact replies on a finer grid of efforts (`judged_on` says how fine), which is a finite agency of its
own, with its certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...errors import InputError, TooLarge
from ...mechanisms.contracts import Agency, agency
from ...mechanisms.contracts.settings import seeded
from ...numerics.given import real, whole
from ...numerics.rational import Array
from .driver import drive
from .incentive import LearnedContract, Net, _best, _forward, _start, adjusted, reply

MOST_POINTS = 100_000
NEWTON, FLAT = 4, 1e-3


@dataclass(frozen=True, eq=False)
class Effort:
    """An agent with continuous effort; its functions take and give JAX arrays. `effort` makes named ones."""

    types: Array
    """[type]; a number that tells them apart."""
    prior: Array
    """[type]"""
    law: Callable[[Any, Any], Any] = field(repr=False)
    """f: (type, effort [dimension]) → chances [node], smooth in effort"""
    cost: Callable[[Any, Any], Any] = field(repr=False)
    """c: (type, effort [dimension]) → number"""
    worth: Callable[[Any, Any], Any] = field(repr=False)
    """v: (type, effort [dimension]) → number"""
    features: Array = field(repr=False)
    """[node, feature]"""
    cap: float = 1.0
    weight: float = 1.0
    dimensions: int = 1

    def grid(self, points: int) -> Array:
        """[effort, dimension]: `points` per dimension, ends included. Raises TooLarge."""
        if points**self.dimensions > MOST_POINTS:
            raise TooLarge(where="effort", needed=f"at most {MOST_POINTS} efforts", found=str(points**self.dimensions))
        one = np.linspace(0, 1, whole(points, "points", least=2))
        return np.stack(np.meshgrid(*[one] * self.dimensions, indexing="ij"), axis=-1).reshape(-1, self.dimensions)

    def agency(self, points: int = 201) -> Agency:
        """The same with a grid of efforts for acts: finite, to be judged by exact replies."""
        efforts = jnp.asarray(self.grid(points), jnp.float32)
        F, cost, worth = (
            np.asarray(jax.vmap(lambda t, f=f: jax.vmap(lambda e: f(t, e))(efforts))(jnp.asarray(self.types)), float)
            for f in (self.law, self.cost, self.worth)
        )
        F = np.maximum(F, 0).round(6)
        F /= F.sum(axis=2, keepdims=True)
        return agency(
            F,
            cost.round(6),
            worth=worth.round(6),
            prior=self.prior,
            features=self.features,
            cap=self.cap,
            weight=self.weight,
        )


def effort(
    kind: str = "success",
    *,
    types: tuple[float, ...] = (1.0,),
    value: float = 1.0,
    cap: float = 1.0,
    noise: float = 0.3,
    weight: float = 1.0,
) -> Effort:
    """Named agents of one effort e in [0, 1], which costs e²/(2θ) and is worth `value`·e.

    success    the signal is success, with chance e, or failure. Closed form for one type and weight 1: value/2 for success (where
               θ·value ≤ 2), which leaves the principal θ·value²/4
    output     the signal is e + noise·ω, ω normal: 81 nodes

    Raises InputError.
    """
    if kind not in KINDS:
        raise InputError(where="effort", needed=f"one of {', '.join(KINDS)}", found=repr(kind))
    if not types:
        raise InputError(where="types", needed="at least one", found="none")
    for number in types:
        real(number, "types", above=0)
    for number, what in ((value, "value"), (cap, "cap"), (noise, "noise")):
        real(number, what, above=0)
    features, law = KINDS[kind](noise)
    return Effort(
        np.asarray(types, float), np.full(len(types), 1 / len(types)), law, lambda t, e: e[0] ** 2 / (2 * t),
        lambda t, e: value * e[0], features, cap, real(weight, "weight"),
    )  # fmt: skip


def _success(_: float) -> tuple[Array, Callable[[Any, Any], Any]]:
    return np.eye(2), lambda t, e: jnp.stack([e[0], 1 - e[0]])


def _output(noise: float) -> tuple[Array, Callable[[Any, Any], Any]]:
    y = np.linspace(-3 * noise, 1 + 3 * noise, 81)

    def law(t: Any, e: Any) -> Any:
        return jax.nn.softmax(-(((jnp.asarray(y) - e[0]) / noise) ** 2) / 2)

    return y[:, None], law


KINDS: dict[str, Callable[[float], tuple[Array, Callable[[Any, Any], Any]]]] = {"success": _success, "output": _output}


def best_effort(asked: Effort, g: jax.Array, efforts: jax.Array) -> jax.Array:
    """[type, dimension]: e*, of payments g[node], with the derivative of the implicit function theorem; efforts: a grid."""

    def one(t: jax.Array) -> jax.Array:
        def utility(e: jax.Array, g: jax.Array) -> jax.Array:
            return asked.law(t, e) @ g - asked.cost(t, e)

        slope, bend = jax.grad(utility), jax.hessian(utility)

        def step(e: jax.Array, g: jax.Array) -> jax.Array:
            """A Newton step uphill; coordinates that press against a bound stay."""
            s = slope(e, g)
            free = ~(((e <= 0) & (s < 0)) | ((e >= 1) & (s > 0)))
            both = free[:, None] & free[None, :]
            eye = jnp.eye(len(e))
            H = jax.lax.stop_gradient(jnp.where(both, bend(e, g), -eye))
            top = (jnp.diag(H) + (jnp.abs(H) * (1 - eye)).sum(axis=1)).max()  # no eigenvalue is larger (Gershgorin)
            H = H - jnp.maximum(top + FLAT, 0) * eye  # downward curved, so that the step is uphill
            push = jnp.where(free, s, 0.0)
            move = -push / H[0] if len(e) == 1 else -jnp.linalg.solve(H, push)
            return jnp.where(free, move, 0.0)

        fixed = jax.lax.stop_gradient(g)
        e = efforts[jnp.argmax(jax.vmap(lambda e: utility(e, fixed))(efforts))]
        reach = efforts.max() / len(efforts) ** (1 / efforts.shape[1])  # no further than to the next points of the grid
        climb = lambda _, e: jnp.clip(e + jnp.clip(step(e, fixed), -reach, reach), 0.0, 1.0)  # noqa: E731
        e = jax.lax.stop_gradient(jax.lax.fori_loop(0, NEWTON, climb, e))
        return jnp.clip(e + step(e, g) - jax.lax.stop_gradient(step(e, g)), 0.0, 1.0)

    return jax.vmap(one)(jnp.asarray(asked.types, jnp.float32))


def learn_effort(
    asked: Effort,
    *,
    hidden: tuple[int, ...] = (),
    steps: int = 300,
    restarts: int = 4,
    rate: float = 0.05,
    points: int = 21,
    judged_on: int = 201,
    seed: int = 0,
) -> LearnedContract:
    """Learn a contract for an agent of continuous effort: a table of its nodes, or a network of their features.

    points: of the grid that ascent starts from, per dimension; judged_on: of the finer one that the result is judged on.
    Raises InputError, TooLarge; Unsolved where a number is no more finite.
    """
    for value, what in ((steps, "steps"), (restarts, "restarts"), (points, "points"), *((h, "hidden") for h in hidden)):
        whole(value, what)
    real(rate, "rate", above=0)
    fine, efforts = asked.agency(judged_on), jnp.asarray(asked.grid(points), jnp.float32)
    features = jnp.asarray(asked.features if hidden else np.eye(len(asked.features)), jnp.float32)
    nets = _start(jax.random.key(seeded(seed)), features.shape[1], hidden, 1, restarts)
    adam = optax.adam(optax.cosine_decay_schedule(rate, steps, 0.05))
    run = jax.jit(partial(_advance, adam.update, asked, features, efforts))
    (nets, _), curve = drive(run, (nets, jax.vmap(adam.init)(nets)), steps, {}, "value")
    z = np.asarray(jax.vmap(_forward, in_axes=(0, None))(nets, features), float)
    best, trim, scale = _best([(fine, z)])
    pay = adjusted(asked.cap / (1 + np.exp(-z[best])), trim, scale, asked.cap)
    how = f"{steps} steps, {restarts} restarts, seed {seed}; judged on {judged_on} efforts per dimension"
    return LearnedContract(fine, pay, reply(fine, pay), jax.tree.map(lambda x: x[best], nets), trim, scale, curve, how)


def _advance(
    update: Any, asked: Effort, features: jax.Array, efforts: jax.Array, state: Any, count: jax.Array
) -> tuple[Any, jax.Array]:
    types, prior = jnp.asarray(asked.types, jnp.float32), jnp.asarray(asked.prior, jnp.float32)

    def loss(net: Net) -> jax.Array:
        g = asked.cap * jax.nn.sigmoid(_forward(net, features))[0]
        done = best_effort(asked, g, efforts)
        worth = jax.vmap(lambda t, e: asked.worth(t, e) - asked.weight * asked.law(t, e) @ g)(types, done)
        return -(prior @ worth)

    def one(_: Any, carry: Any) -> Any:
        nets, moments, _ = carry
        lost, slope = jax.vmap(jax.value_and_grad(loss))(nets)
        move, moments = jax.vmap(update)(slope, moments, nets)
        return optax.apply_updates(nets, move), moments, -lost.min()

    nets, moments, value = jax.lax.fori_loop(0, count, one, (*state, jnp.float32(0)))
    return (nets, moments), value
