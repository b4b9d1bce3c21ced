"""A principal and an agent in a Markov decision process: a contract in every state, by backward induction, exact on finite trees.

In state s the principal posts b_s(y) ≥ 0; the agent does a, hidden, at cost c(s, a); outcome y ~ F(s, a), worth r(s, y) to the
principal, leads to state s′ ~ T(s, y), which both see; what T leaves over of 1 ends the play. With continuation values A and P,

    agent       U(s, a) = Σ_y F(y | s, a)·(b_s(y) + δ Σ_s′ T(s′ | s, y)·A(s′)) − c(s, a)
    principal   the b_s of largest  Σ_y F(y | s, a)·(r(s, y) − b_s(y) + δ Σ_s′ T(s′ | s, y)·P(s′)),   a best for the agent

which is a problem of hidden action for each state: costs c(s, a) − δ F·T·A, rewards r + δ T·P
(`design.contracts.hidden_action`). From the leaves up this is the subgame-perfect equilibrium, in rationals. After Ivanov,
Dütting, Talgam-Cohen, Wang & Parkes 2024 (arXiv 2407.18074), whose *alternation* is `alternate`: the agent's best reply to
all contracts, then new contracts in every state for the values that it gave, and again; on a tree it is done after as many
rounds as the tree is deep. With cycles the induction is value iteration in floats, and says its residual.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...design.contracts import HiddenAction, hidden_action
from ...errors import InputError, Unsolved
from ...game.game import check_law
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics import rational
from ...numerics.given import law, number, numbers, one_of, real, whole
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .settings import drawn, rest_last

CLOSE, SWEEPS, TIED = 1e-10, 5000, 1e-9


@dataclass(frozen=True, eq=False)
class Delegation:
    """The world; checked once. Exact or floating throughout. Make one with `delegation`."""

    F: Array = field(repr=False)
    """[state, act, outcome]"""
    cost: Array = field(repr=False)
    """[state, act]"""
    reward: Array = field(repr=False)
    """[state, outcome]"""
    go: Array = field(repr=False)
    """[state, outcome, next state]; rows sum to at most 1, the rest ends the play."""
    discount: Any
    cap: Any
    start: int = 0

    @property
    def sizes(self) -> tuple[int, int, int]:
        """States, acts, outcomes."""
        return self.F.shape

    @cached_property
    def floats(self) -> Delegation:
        """The same, in floats."""
        F, cost, reward, go = (rational.floats(x) for x in (self.F, self.cost, self.reward, self.go))
        return Delegation(F, cost, reward, go, float(self.discount), float(self.cap), self.start)

    @cached_property
    def exact(self) -> Delegation:
        """The same, in rationals; laws sum to exactly one."""
        cost, reward, go = (rational.exact(x) for x in (self.cost, self.reward, self.go))
        return Delegation(
            law(self.F), cost, reward, go, rational.fraction(self.discount), rational.fraction(self.cap), self.start
        )

    @cached_property
    def depth(self) -> int | None:
        """States on the longest way, None where there are cycles."""
        ways = np.asarray(self.go.sum(axis=1) > 0, bool)
        long = np.ones(len(ways), int)
        for _ in range(len(ways) + 1):
            new = np.where(ways.any(axis=1), 1 + np.where(ways, long[None, :], 0).max(axis=1), 1)
            if (new == long).all():
                return int(long.max())
            long = new
        return None


def delegation(
    F: Any, cost: Any, reward: Any, go: Any, *, discount: Any = 1, cap: Any = 100, start: int = 0
) -> Delegation:
    """F[state, act, outcome], cost[state, act], reward[state, outcome], go[state, outcome, next state]. Raises InputError."""
    law_ = numbers(F, "law F", (None, None, None))
    S, A, Y = law_.shape
    check_law(law_, "law F")
    ways = numbers(go, "transitions", (S, Y, S))
    if (ways < 0).any() or (rational.floats(ways).sum(axis=2) > 1 + 1e-9).any():
        raise InputError(where="transitions", needed="chances that sum to at most 1", found="others")
    found = Delegation(
        law_, numbers(cost, "cost", (S, A)), numbers(reward, "reward", (S, Y)), ways,
        number(discount, "discount", least=0), number(cap, "cap", least=0), start,
    )  # fmt: skip
    if found.discount > 1 or (found.discount == 1 and found.depth is None):
        raise InputError(
            where="discount", needed="at most 1, and below 1 where the play may go on for ever", found=str(discount)
        )
    one_of(start, "start", S)
    return found


@dataclass(frozen=True, eq=False)
class Judged:
    """What contracts come to at the agent's exact best reply, which looks ahead."""

    agent: Array
    """[state]; A."""
    principal: Array
    """[state]; P, ties broken for the principal."""
    worst: Array = field(repr=False)
    """[state]; the same, ties broken against it."""
    act: Array
    """[state]; of ties the one that the principal likes best."""
    residual: float
    """0 on a tree."""


def judged(world: Delegation, contract: Any) -> Judged:
    """The agent's best reply to contract[state, outcome], in its field (floats with cycles). Raises InputError, Unsolved."""
    b = numbers(contract, "contract", (world.sizes[0], world.sizes[2]))
    if rational.is_exact(b) and world.depth is None:
        b = rational.floats(b)
    exact = rational.is_exact(b)
    w = world.exact if exact else world.floats
    if (b < 0).any() or (b > w.cap).any():
        raise InputError(where="contract", needed=f"payments from 0 to {w.cap}", found=f"{b.min()} to {b.max()}")
    paid = (w.F * b[:, None, :]).sum(axis=2)
    forward = w.discount * (w.F[..., None] * w.go[:, None]).sum(axis=2)  # [state, act, next state]
    brings = (w.F * w.reward[:, None, :]).sum(axis=2) - paid
    agent, one = _swept(world, lambda v: (paid - w.cost + forward.dot(v)).max(axis=1), b)
    utility = paid - w.cost + forward.dot(agent)
    unit = 0 if exact else TIED * max(1.0, float(np.abs(w.cost).max()))
    tied = utility >= utility.max(axis=1)[:, None] - unit
    low = high = sum(abs(x) for x in brings.ravel()) * 10**6 + 1

    def best(v: Array) -> Array:
        return np.where(tied, brings + forward.dot(v), -low)

    def bad(v: Array) -> Array:
        return np.where(tied, brings + forward.dot(v), high)

    principal, two = _swept(world, lambda v: best(v).max(axis=1), b)
    worst, three = _swept(world, lambda v: bad(v).min(axis=1), b)
    return Judged(agent, principal, worst, best(principal).argmax(axis=1), max(one, two, three))


def _swept(world: Delegation, step: Any, like: Array) -> tuple[Array, float]:
    """(fixed point, residual): as many sweeps as the tree is deep, or until nothing moves."""
    values = rational.zeros((world.sizes[0],), like)
    for _ in range(world.depth or SWEEPS):
        new = step(values)
        off = float(np.abs(new - values).max())
        values = new
        if world.depth is None and off < CLOSE * max(1.0, float(np.abs(values).max())):
            return values, off
    if world.depth is None:
        raise Unsolved(
            where="value iteration", needed=f"values that settle in {SWEEPS} sweeps", found=f"a change of {off:.2g}"
        )
    return values, 0.0


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """Contracts, acts and values of a subgame-perfect equilibrium."""

    world: Delegation = field(repr=False)
    contract: Array
    """[state, outcome]; b."""
    act: Array
    """[state]"""
    agent: Array = field(repr=False)
    principal: Array = field(repr=False)
    bound: Array = field(repr=False)
    """[state]; no contract in this state brings the principal more, given what follows; proved by multipliers on a tree."""
    residual: float

    @property
    def value(self) -> Any:
        """The principal's, at the start."""
        return self.principal[self.world.start]

    @property
    def proved(self) -> bool:
        """Whether no state's contract can be bettered, in rationals."""
        return rational.is_exact(self.principal) and bool((self.bound == self.principal).all())

    def regret(self) -> Any:
        """The agent's largest gain by any plan, judged by the house's Markov games; 0 in rationals on trees with δ < 1."""
        return MarkovPlay.pure(induced(self.world, self.contract), [[int(a) for a in self.act] + [0]]).regret


def stage(world: Delegation, s: int, agent: Array, principal: Array, margin: Any = 0) -> HiddenAction:
    """The problem of hidden action of state s, given continuation values; in the field of the world."""
    after = world.go[s].dot(agent) * world.discount
    cost = world.cost[s] - world.F[s].dot(after)
    reward = world.reward[s] + world.discount * world.go[s].dot(principal)
    return hidden_action(world.F[s], cost, reward, high=world.cap, margin=margin)


def subgame_perfect(world: Delegation, margin: Any = 0) -> Equilibrium:
    """Backward induction: in rationals on trees, value iteration in floats otherwise. Raises Unsolved where that does not settle.

    margin: by which the wanted act is to be better than any other, in every state, so that no tie decides what people get.
    """
    if world.depth is None:
        return _iterated(world.floats, margin)
    w = world.exact
    S, _, Y = w.sizes
    agent, principal, bound = (rational.exact(np.zeros(S, int)) for _ in range(3))
    contract, act, done = rational.exact(np.zeros((S, Y), int)), np.zeros(S, int), np.zeros(S, bool)
    ways = np.asarray(w.go.sum(axis=1) > 0, bool)
    while not done.all():
        for s in np.flatnonzero(~done & ~(ways & ~done).any(axis=1)):
            found = stage(w, int(s), agent, principal, margin)
            exact = found.exact
            contract[s], act[s], principal[s], bound[s] = exact.amounts, found.action, exact.value, exact.bound
            after = w.discount * w.go[s].dot(agent)
            agent[s] = (w.F[s, found.action] * (exact.amounts + after)).sum() - w.cost[s, found.action]
            done[s] = True
    return Equilibrium(w, contract, act, agent, principal, bound, 0.0)


def _iterated(w: Delegation, margin: Any) -> Equilibrium:
    S, _, Y = w.sizes
    agent, principal = np.zeros(S), np.zeros(S)
    contract, act, off = np.zeros((S, Y)), np.zeros(S, int), np.inf
    for _ in range(SWEEPS):
        found = [stage(w, s, agent, principal, margin) for s in range(S)]
        contract, act = np.clip(np.stack([f.contract for f in found]), 0, w.cap), np.array([f.action for f in found])
        utility, value = np.array([f.utility for f in found]), np.array([f.value for f in found])
        off = float(max(np.abs(utility - agent).max(), np.abs(value - principal).max()))
        agent, principal = utility, value
        if off < CLOSE**0.5 * max(1.0, float(np.abs(principal).max())):
            return Equilibrium(w, contract, act, agent, principal, principal, off)
    raise Unsolved(
        where="value iteration", needed=f"values that settle in {SWEEPS} sweeps", found=f"a change of {off:.2g}"
    )


def alternate(world: Delegation, rounds: int = 50) -> tuple[Array, tuple[float, ...]]:
    """(contracts, the principal's value at the start after each round): best reply of the agent, then new contracts, and again."""
    w = world.floats
    contract, told = np.zeros((w.sizes[0], w.sizes[2])), []
    for _ in range(whole(rounds, "rounds")):
        here = judged(w, contract)
        told.append(float(here.principal[w.start]))
        new = np.stack([stage(w, s, here.agent, here.principal).contract for s in range(w.sizes[0])])
        new = np.clip(new, 0, w.cap)
        if np.abs(new - contract).max() < 1e-12:
            break
        contract = new
    return contract, tuple(told)


def induced(world: Delegation, contract: Array) -> MarkovGame:
    """The agent's problem under the contracts, as a Markov game of one player, with a last state in which nothing happens."""
    w = world.exact if rational.is_exact(contract) else world.floats
    S, A, _ = w.sizes
    payoff, move = rational.zeros((1, S + 1, A), w.F), rational.zeros((S + 1, A, S + 1), w.F)
    payoff[0, :S] = (w.F * contract[:, None, :]).sum(axis=2) - w.cost
    move[:S, :, :S] = (w.F[..., None] * w.go[:, None]).sum(axis=2)
    move[..., S] = np.maximum(1 - move[..., :S].sum(axis=2), rational.zeros((1,), move)[0])
    return MarkovGame.of(payoff, move, w.discount, start=[int(s == w.start) for s in range(S + 1)], players=("agent",))


def random_tree(
    depth: int = 3, acts: int = 2, outcomes: int = 2, *, cap: float = 50.0, discount: float = 1.0, seed: int = 0
) -> Delegation:
    """A tree: every outcome leads to a subtree of its own. Laws and rewards at random; costs uniform on [0, 1], one of 0."""
    whole(depth, "depth"), whole(acts, "acts"), whole(outcomes, "outcomes", least=2), real(discount, "discount")
    S = (outcomes**depth - 1) // (outcomes - 1)
    reserve((S, outcomes, S + acts), "transitions of the tree")
    F = np.log(drawn(seed, 20, (S, acts, outcomes))) ** 2
    F = (F / F.sum(axis=2, keepdims=True)).round(3)
    F = rest_last(F, 3)
    cost, reward = drawn(seed, 21, (S, acts)).round(3), (4 * drawn(seed, 22, (S, outcomes))).round(3)
    cost[:, 0] = 0
    go = np.zeros((S, outcomes, S))
    child = np.arange(S)[:, None] * outcomes + 1 + np.arange(outcomes)
    s, y = np.nonzero(child < S)
    go[s, y, child[s, y]] = 1
    return delegation(F, cost, reward, go, discount=discount, cap=cap)
