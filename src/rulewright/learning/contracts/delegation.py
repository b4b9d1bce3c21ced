"""Learned contracts in a Markov decision process: Q networks of principal and agent, and a programme of least payment per state.

Nobody knows the world: there are samples (s, a, y, s′) of plays, with what they cost the agent and brought the principal. A
network of the state's features has three heads for every act a,

    Q_A(s, a) ≈ −c(s, a) + δ·A(s′)         the agent's value before it is paid
    Q_P(s, a) ≈ r(s, y) + δ·P(s′)          the principal's before it pays
    F(y | s, a)                            the law of outcomes, to know what a payment is worth

and the contract in s is the cheapest that makes the wanted act better than all others by `nudge`, for the act of largest Q_P
less what is paid. That gives A and P for the next round of fitting: fitted Q iteration after Ivanov et al. 2024 (arXiv
2407.18074). A nudge pays for the networks' errors: without one the agent is left indifferent by a model, and does in truth
what it likes. What is reported is the true world's answer (`mechanisms.contracts.delegation.judged`): the agent's exact best
reply, ahead in time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...design.contracts import hidden_action
from ...errors import Impossible, Unsolved
from ...mechanisms.contracts.delegation import Delegation, Judged, judged
from ...mechanisms.contracts.settings import drawn
from ...numerics.given import numbers, real, whole
from ...numerics.memory import reserve
from ...numerics.rational import Array


@dataclass(frozen=True, eq=False)
class LearnedDelegation:
    """Contracts in every state, learned from samples, and what they come to in the true world."""

    world: Delegation = field(repr=False)
    contract: Array
    """[state, outcome]"""
    wanted: Array
    """[state]; the act that the contract is to bring about."""
    judged: Judged = field(repr=False)
    promised: float
    """What the networks think that the principal gets from the start."""
    samples: int

    @property
    def value(self) -> float:
        """The principal's at the start, at the agent's exact best reply."""
        return float(self.judged.principal[self.world.start])

    @property
    def worst(self) -> float:
        """The same, ties broken against it."""
        return float(self.judged.worst[self.world.start])

    @property
    def obeyed(self) -> float:
        """In how many of the states the agent does what is wanted, as a share."""
        return float((self.judged.act == self.wanted).mean())


def learn_delegation(
    world: Delegation,
    *,
    features: Any = None,
    each: int = 200,
    rounds: int | None = None,
    nudge: float = 0.02,
    hidden: int = 32,
    steps: int = 400,
    rate: float = 0.01,
    seed: int = 0,
) -> LearnedDelegation:
    """Learn from `each` samples of every (state, act); `rounds` of fitting (the tree's depth, or 30 where there are cycles).

    features: [state, feature], one for each state if None. Raises InputError; Unsolved where a fit is not finite.
    """
    w = world.floats
    S, A, Y = w.sizes
    seen = np.eye(S) if features is None else numbers(np.asarray(features, float), "features", (S, None))
    for value, what in ((each, "each"), (hidden, "hidden"), (steps, "steps")):
        whole(value, what)
    real(nudge, "nudge"), real(rate, "rate", above=0)
    count = (world.depth or 30) if rounds is None else whole(rounds, "rounds")
    s, a, y, after, ends = _samples(w, each, seed)
    x = jnp.asarray(seen, jnp.float32)
    net = _start(jax.random.key(seed), x.shape[1], hidden, A * (2 + Y))
    agent, principal = np.zeros(S), np.zeros(S)
    contract, wanted = np.zeros((S, Y)), np.zeros(S, int)
    brought = w.reward[s, y]
    size = max(1.0, float(np.abs(brought).max()), float(np.abs(w.cost).max()))
    for _ in range(count):
        goal = np.stack(
            [-w.cost[s, a] + w.discount * ends * agent[after], brought + w.discount * ends * principal[after]]
        )
        net, lost = _fit(net, x, jnp.asarray(s), jnp.asarray(a), jnp.asarray(y), jnp.asarray(goal / size, jnp.float32),
                         jnp.float32(rate), jnp.int32(steps), Y)  # fmt: skip
        if not np.isfinite(float(lost)):
            raise Unsolved(where="fit of Q", needed="a finite error", found=str(float(lost)), remedy="Lower the rate.")
        q, law = (np.asarray(head, float) for head in _heads(net, x, A, Y))
        law = law / law.sum(axis=2, keepdims=True)
        for k in range(S):
            contract[k], wanted[k], agent[k], principal[k] = _state(q[k] * size, law[k], float(w.cap), nudge)
    return LearnedDelegation(world, contract, wanted, judged(w, contract), float(principal[w.start]), len(s))


def _samples(w: Delegation, each: int, seed: int) -> tuple[Array, ...]:
    """(state, act, outcome, next state, whether there is one), all [sample]."""
    S, A, Y = w.sizes
    reserve((S, A, each, 8 + Y), "samples")
    s, a = (np.repeat(i.ravel(), each) for i in np.indices((S, A)))
    u, v = drawn(seed, 30, (len(s),)), drawn(seed, 31, (len(s),))
    y = np.minimum((u[:, None] > np.cumsum(w.F[s, a], axis=1)).sum(axis=1), Y - 1)
    after = (v[:, None] > np.cumsum(w.go[s, y], axis=1)).sum(axis=1)
    return s, a, y, np.minimum(after, S - 1), after < S


def _state(q: Array, law: Array, cap: float, nudge: float) -> tuple[Array, int, float, float]:
    """(contract, act, agent's value, principal's) for q[2, act] and law[act, outcome]."""
    best: tuple[Array, int, float, float] | None = None
    for a in np.argsort(-(q[0] + q[1]), kind="stable"):
        if best is not None and q[1, a] <= best[3]:
            continue
        try:
            found = hidden_action(law, -q[0], np.zeros(law.shape[1]), action=int(a), high=cap, margin=round(nudge, 6))
        except Impossible:
            continue
        if best is None or q[1, a] - found.paid > best[3]:
            best = np.clip(found.contract, 0, cap), int(a), float(q[0, a] + found.paid), float(q[1, a] - found.paid)
    if best is None:  # by these laws nothing can be brought about: pay nothing, and expect what the agent likes
        a = int(q[0].argmax())
        return np.zeros(law.shape[1]), a, float(q[0, a]), float(q[1, a])
    return best


def _start(key: jax.Array, width: int, hidden: int, out: int) -> dict[str, jax.Array]:
    one, two = jax.random.split(key)
    return {
        "W": jax.random.normal(one, (width, hidden)) * jnp.sqrt(2 / width), "b": jnp.zeros(hidden),
        "V": jax.random.normal(two, (hidden, out)) * 0.1 / jnp.sqrt(hidden), "c": jnp.zeros(out),
    }  # fmt: skip


def _heads(net: dict[str, jax.Array], x: jax.Array, acts: int, outcomes: int) -> tuple[jax.Array, jax.Array]:
    """(q[state, 2, act], law[state, act, outcome])"""
    out = jax.nn.relu(x @ net["W"] + net["b"]) @ net["V"] + net["c"]
    q, logits = out[:, : 2 * acts], out[:, 2 * acts :]
    return q.reshape(-1, 2, acts), jax.nn.softmax(logits.reshape(-1, acts, outcomes), axis=-1)


@partial(jax.jit, static_argnames=("outcomes",))
def _fit(
    net: dict[str, jax.Array], x: jax.Array, s: jax.Array, a: jax.Array, y: jax.Array, goal: jax.Array, rate: jax.Array,
    steps: jax.Array, outcomes: int,
) -> tuple[dict[str, jax.Array], jax.Array]:  # fmt: skip
    adam = optax.scale_by_adam()
    acts = net["c"].shape[0] // (2 + outcomes)

    def loss(p: dict[str, jax.Array]) -> jax.Array:
        q, law = _heads(p, x, acts, outcomes)
        return ((q[s, :, a].T - goal) ** 2).mean() - jnp.log(law[s, a, y] + 1e-9).mean()

    def one(step: jax.Array, carry: Any) -> Any:
        p, moments, _ = carry
        lost, slope = jax.value_and_grad(loss)(p)
        move, moments = adam.update(slope, moments)
        now = rate * 0.5 * (1 + jnp.cos(jnp.pi * step / steps)) + rate * 0.01
        return {k: p[k] - now * move[k] for k in p}, moments, lost

    p, _, lost = jax.lax.fori_loop(0, steps, one, (net, adam.init(net), jnp.float32(0)))
    return p, lost
