"""Teams: several agents, one result; the cheapest payments on it that make a wanted profile an equilibrium.

Agent i = 1 … n does a_i at cost c_i[a_i]; together they give outcome y with law F[a_1, …, a_n, y], worth r(y). Given the
others' part of the profile a*, agent i faces the law F[·, a*_-i, y] of its own deviations: payments split into one
hidden-action contract per agent. Exchangeable agents need the law by number of workers only. What balanced shares can and
cannot do is in `sharing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...game.game import SINGLE, Game, Signal, check_law
from ...institution.institution import Institution, Moves
from ...institution.moves import Pay
from ...numerics import rational
from ...numerics.exact import ZERO, dot, inner
from ...numerics.given import law, named, numbers
from ...numerics.rational import Array
from .certify import Certified
from .hidden_action import HiddenAction, hidden_action


@dataclass(frozen=True, eq=False)
class Team:
    """n agents with actions, and the law of their joint outcome. Checked once; exact."""

    F: Array = field(repr=False)
    """[*actions, outcome]."""
    cost: tuple[Array, ...]
    """Per agent [action]."""
    reward: Array
    """[outcome]."""
    agents: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    outcomes: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.cost)

    def alone(self, i: int, profile: tuple[int, ...]) -> Array:
        """[action, outcome]; the law when i does each of its actions and the others their part of the profile."""
        index: tuple[Any, ...] = (*profile[:i], slice(None), *profile[i + 1 :])
        return self.F[index]

    @cached_property
    def welfare(self) -> Array:
        """[*actions]; expected reward less all costs."""
        total = dot(self.F, self.reward)
        for i, cost in enumerate(self.cost):
            total = total - cost.reshape([-1 if j == i else 1 for j in range(self.n)])
        return total

    @property
    def efficient(self) -> tuple[int, ...]:
        """A profile of the largest welfare."""
        return tuple(map(int, np.unravel_index(np.argmax(self.welfare), self.welfare.shape)))

    @cached_property
    def game(self) -> Game:
        """A principal, whose goal is the reward, and the agents; the signal is "result"."""
        shape = (1,) * (self.n + 2) + self.F.shape[:-1]  # types of all, the principal's one action, actions
        zero = np.full(self.F.shape[:-1], ZERO, dtype=object)
        pay = [zero - c.reshape([-1 if j == i else 1 for j in range(self.n)]) for i, c in enumerate(self.cost)]
        payoff = np.stack([dot(self.F, self.reward), *pay]).reshape(self.n + 1, *shape)
        return Game.bayesian(
            payoff,
            rational.exact(np.ones((1,) * (self.n + 1), dtype=int)),
            players=("principal", *self.agents),
            types=(SINGLE,) * (self.n + 1),
            actions=(SINGLE, *self.actions),
            signals=(Signal("result", self.outcomes, self.F.reshape(*shape, -1)),),
            designer=True,
        )


def team(
    F: Any, cost: Sequence[Any], reward: Any, *, agents: Any = None, actions: Any = None, outcomes: Any = None
) -> Team:
    """A team from law F[*actions, outcome], one cost[action] per agent, and reward[outcome]. Raises InputError."""
    n = len(cost)
    table = numbers(F, f"law F (an axis for each of {n} agents, then the outcome)", (None,) * (n + 1))
    check_law(table, "law F")
    costs = tuple(rational.exact(numbers(c, f"cost of agent {i + 1}", (table.shape[i],))) for i, c in enumerate(cost))
    rewards = rational.exact(numbers(reward, "reward", (table.shape[-1],)))
    names = named(agents, "agent ", n, "agents")
    acts = tuple(
        named(None if actions is None else actions[i], "a", k, f"actions of {names[i]}")
        for i, k in enumerate(table.shape[:-1])
    )
    return Team(law(table), costs, rewards, names, acts, named(outcomes, "y", len(rewards), "outcomes"))


def symmetric_team(output: Any, cost: Any, reward: Any, *, outcomes: Any = None) -> Team:
    """n exchangeable agents who work (cost) or rest, from output[workers, outcome], workers = 0 … n.

    The full table F has 2^n laws; `symmetric_contract` does without it.
    """
    by_workers = numbers(output, "output", (None, None))
    n = len(by_workers) - 1
    workers = np.indices((2,) * n).sum(axis=0)
    acts = [("rest", "work")] * n
    return team(by_workers[workers], [[0, cost]] * n, reward, actions=acts, outcomes=outcomes)


def profile_of(asked: Team, profile: Sequence[int] | None) -> tuple[int, ...]:
    wanted = asked.efficient if profile is None else tuple(map(int, profile))
    if len(wanted) != asked.n or any(not 0 <= a < len(c) for a, c in zip(wanted, asked.cost, strict=True)):
        raise InputError(where="profile", needed=f"one action of each of {asked.n} agents", found=str(profile))
    return wanted


@dataclass(frozen=True, eq=False)
class TeamContract(Certified):
    """The cheapest payments on the joint outcome that make a profile an equilibrium: one contract per agent."""

    team: Team = field(repr=False)
    profile: tuple[int, ...]
    contracts: tuple[HiddenAction, ...] = field(repr=False)

    @property
    def paid(self) -> float:
        return sum(c.paid for c in self.contracts)

    @property
    def value(self) -> float:
        """The principal's: expected reward less all payments."""
        return float(inner(self.team.F[self.profile], self.team.reward)) - self.paid

    @property
    def amounts(self) -> Array:
        """[agent, outcome]; exact."""
        return np.stack([c.exact.amounts for c in self.contracts])

    @property
    def base(self) -> Game:
        return self.team.game

    @cached_property
    def institution(self) -> Institution:
        paid = zip(self.team.agents, self.amounts, strict=True)
        return Moves.of("team contract", [Pay(agent, ("result",), t) for agent, t in paid if t.any()])

    @property
    def wanted(self) -> dict[str, str]:
        acts = zip(self.team.agents, self.team.actions, self.profile, strict=True)
        return {agent: names[a] for agent, names, a in acts}


def team_contract(asked: Team, profile: Sequence[int] | None = None, **allowed: Any) -> TeamContract:
    """The cheapest payments that make `profile` (default: the efficient one) an equilibrium; `allowed` as in `hidden_action`.

    Bounds and margins hold for every agent. Raises Impossible where some agent's part cannot be brought about.
    """
    wanted = profile_of(asked, profile)
    found = []
    for i, (agent, cost) in enumerate(zip(asked.agents, asked.cost, strict=True)):
        names = {"actions": asked.actions[i], "outcomes": asked.outcomes}
        try:
            found.append(
                hidden_action(asked.alone(i, wanted), cost, asked.reward, action=wanted[i], **names, **allowed)
            )
        except Impossible as error:
            raise error.at(agent) from None
    return TeamContract(asked, wanted, tuple(found))


# ── exchangeable agents ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class SymmetricContract:
    """What each worker and each other agent is paid per outcome, so that exactly so many work."""

    workers: int
    worker: HiddenAction | None = field(repr=False)
    """The contract of each worker (None if nobody works); actions rest, work."""
    rester: HiddenAction | None = field(repr=False)
    """The contract of each agent who is to rest (None if all work)."""
    paid: float
    value: float


def symmetric_contract(
    output: Any, cost: Any, reward: Any, *, workers: int | None = None, **allowed: Any
) -> SymmetricContract:
    """The cheapest payments on the joint outcome for n exchangeable agents; output[workers, outcome], workers = 0 … n.

    `workers` of them are to work, or as many as is best for the principal. One small programme per number of workers
    instead of 2^n laws. `allowed` as in `hidden_action`. Raises Impossible.
    """
    table = numbers(output, "output", (None, None))
    n = len(table) - 1
    if workers is not None and not 0 <= workers <= n:
        raise InputError(where="workers", needed=f"a number from 0 to {n}", found=str(workers))
    worth = rational.floats(table) @ rational.floats(numbers(reward, "reward", (table.shape[1],)))
    found: list[SymmetricContract] = []
    failure = None
    for k in range(n + 1) if workers is None else [workers]:
        try:
            found.append(_for_workers(table, cost, reward, k, float(worth[k]), allowed))
        except Impossible as error:
            failure = error.at(f"{k} workers")
    if not found:
        raise failure or Impossible(where="team", needed="a number of workers that can be had", found="none")
    return max(found, key=lambda c: (c.value, -c.workers))


def _for_workers(
    table: Array, cost: Any, reward: Any, k: int, worth: float, allowed: dict[str, Any]
) -> SymmetricContract:
    n, names = len(table) - 1, ("rest", "work")
    worker = rester = None
    if k > 0:
        worker = hidden_action(table[k - 1 : k + 1], [0, cost], reward, action=1, actions=names, **allowed)
    if k < n:
        rester = hidden_action(table[k : k + 2], [0, cost], reward, action=0, actions=names, **allowed)
    paid = k * (worker.paid if worker else 0.0) + (n - k) * (rester.paid if rester else 0.0)
    return SymmetricContract(k, worker, rester, paid, worth - paid)
