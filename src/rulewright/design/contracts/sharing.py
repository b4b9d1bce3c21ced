"""Sharing the result of a team: balance cannot punish a group, a budget-breaker can (Holmström 1982, Bell J. Econ. 13).

Shares s_i(y) with Σ_i s_i(y) = r(y) for every outcome y make a* an equilibrium iff these have a solution:

    Σ_y (F(y | a*) − F(y | b, a*_-i)) s_i(y)  ≥  c_i[a*_i] − c_i[b] + margin          for every i and b ≠ a*_i

If not, there are weights λ_{i,b} ≥ 0 (Farkas): deviations that change the law of the outcome in the same way, whoever deviates,
and that save more than the output that is lost. The shares would have to punish every agent for the same change; balance lets
them punish all together by what is lost, no more (his theorem 1, in a finite model). Somebody who may keep what is not
shared, the budget-breaker, restores a* with a penalty on the whole group (his theorem 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import Impossible
from ...game.game import Game
from ...institution.institution import Institution, Moves
from ...institution.moves import Pay
from ...numerics import rational
from ...numerics.exact import ONE, ZERO, Linear, dot, inner
from ...numerics.given import number
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from .certify import Certified
from .teams import Team, profile_of


@dataclass(frozen=True, eq=False)
class Indistinct:
    """Why no balanced shares do it: deviations with the same trace, which together save more than is lost."""

    team: Team = field(repr=False)
    profile: tuple[int, ...]
    weights: tuple[Array, ...]
    """Per agent [action]; λ, exact."""
    saved: Fraction
    """Σ λ·(cost saved + margin)."""
    lost: Fraction
    """What the common change of the law takes off the expected reward: all that balanced shares can take from all agents."""

    @property
    def proved(self) -> bool:
        """Checked in rationals: the change of law is the same for all agents, and more is saved than lost."""
        changes = [self.change(i) for i in range(self.team.n)]
        return self.lost < self.saved and not any((change != changes[0]).any() for change in changes)

    def change(self, i: int) -> Array:
        """[outcome]; what the deviations of agent i take off the law of the result."""
        laws = self.team.alone(i, self.profile)
        return dot((laws[self.profile[i]] - laws).T, self.weights[i])

    def describe(self) -> str:
        said = []
        for i, weights in enumerate(self.weights):
            acts = [f"{w} × {self.team.actions[i][b]}" for b, w in enumerate(weights) if w]
            said.append(f"{self.team.agents[i]} ({' + '.join(acts)})")
        return (
            f"No balanced shares make the wanted play an equilibrium: deviations of {', '.join(said)} change the law of the result "
            f"in one and the same way; together they save {self.saved}, and the output that shares could take away is {self.lost}."
        )


@dataclass(frozen=True, eq=False)
class Shares(Certified):
    """Shares of the result that make a profile an equilibrium, or the reason that there are none."""

    team: Team = field(repr=False)
    profile: tuple[int, ...]
    amounts: Array | None
    """[agent, outcome]; exact. None where there are none."""
    reason: Indistinct | None = None
    """None too if there are none, but only because of `low`."""

    @property
    def possible(self) -> bool:
        return self.amounts is not None

    @property
    def wasted(self) -> Fraction:
        """Expected reward that nobody in the team gets when all play what is wanted; 0 for balanced shares."""
        if self.amounts is None:
            return ZERO
        return inner(self.team.reward - self.amounts.sum(axis=0), self.team.F[self.profile])

    @property
    def base(self) -> Game:
        return self.team.game

    @cached_property
    def institution(self) -> Institution:
        """What the agents get comes from the principal, who owns the reward; balanced if nothing is left to it."""
        if self.amounts is None:
            raise Impossible(
                where="shares",
                needed="balanced shares",
                found=self.reason.describe() if self.reason else "none within `low`",
            )
        return Moves.of("shares", [Pay(a, ("result",), t) for a, t in zip(self.team.agents, self.amounts, strict=True)])

    @property
    def wanted(self) -> dict[str, str]:
        acts = zip(self.team.agents, self.team.actions, self.profile, strict=True)
        return {agent: names[a] for agent, names, a in acts}


def balanced_shares(
    asked: Team, profile: Sequence[int] | None = None, *, low: Any = -INFINITY, margin: Any = 0
) -> Shares:
    """Shares s_i(y) ≥ low, Σ_i s_i(y) = r(y), under which `profile` (default: the efficient one) is an equilibrium by `margin`.

    Among all of them those that differ least from equal shares.
    """
    wanted, slack = profile_of(asked, profile), number(margin, "margin", least=0)
    n, m = asked.n, len(asked.reward)
    least: Any = low if isinstance(low, float) and low == -INFINITY else number(low, "low")
    equal = np.tile(asked.reward / n, n - 1)
    incentives, sides, of = _incentives(asked, wanted, slack)
    # columns: s_1 … s_{n−1}, less an equal share; what is left is s_n
    rest = -np.concatenate([rational.exact(np.eye(m, dtype=int))] * max(n - 1, 1), axis=1)[:, : (n - 1) * m]
    rows = incentives[:, : (n - 1) * m] + incentives[:, (n - 1) * m :].dot(rest)
    sides = sides - incentives.dot(np.tile(asked.reward / n, n))
    size = rows.shape[1]
    limit = np.full(size, least, dtype=object) if isinstance(least, float) else least - equal
    if not isinstance(least, float):
        rows = np.concatenate([rows, rest])
        sides = np.concatenate([sides, least - asked.reward / n])
    one = np.append(np.full(size, ZERO, dtype=object), ONE)
    free = np.full(size + 1, INFINITY, dtype=object)
    give = Linear(one, _with_last(rows, ONE), sides, np.append(limit, ZERO), free)
    found = give.solve()
    if found.value > 1e-9 * give.size:
        reason = _indistinct(asked, wanted, give.priced(found)[0], of, slack) if isinstance(least, float) else None
        return Shares(asked, wanted, None, reason)
    ranges = np.concatenate([rational.exact(np.eye(size, dtype=int)), rest])
    wide = [_with_last(rows, ZERO), _with_last(ranges, ONE), _with_last(-ranges, ONE)]
    zeros = np.full(2 * len(ranges), ZERO, dtype=object)
    narrow = Linear(one, np.concatenate(wide), np.concatenate([sides, zeros]), np.append(limit, ZERO), free)
    others = narrow.point(narrow.solve())[:size]
    return Shares(asked, wanted, np.append(others, rest.dot(others)).reshape(n, m) + asked.reward / n)


def group_penalty(asked: Team, profile: Sequence[int] | None = None, *, low: Any = 0, margin: Any = 0) -> Shares:
    """Shares s_i(y) ≥ low with Σ_i s_i(y) ≤ r(y) under which `profile` is an equilibrium and least is wasted on average.

    A third party, the budget-breaker, keeps what is not shared. Raises Impossible where even that does not do it.
    """
    wanted = profile_of(asked, profile)
    n, m = asked.n, len(asked.reward)
    incentives, sides, _ = _incentives(asked, wanted, number(margin, "margin", least=0))
    limits = -np.concatenate([rational.exact(np.eye(m, dtype=int))] * n, axis=1)
    linear = Linear(
        -np.tile(asked.F[wanted], n),
        np.concatenate([limits, incentives]),
        np.concatenate([-asked.reward, sides]),
        np.full(n * m, number(low, "low"), dtype=object),
        np.full(n * m, INFINITY, dtype=object),
    )
    found = linear.solve()
    if found.x is None:
        raise Impossible(
            where="team", needed="shares of at most the reward", found="none that make the wanted play an equilibrium"
        )
    return Shares(asked, wanted, linear.point(found).reshape(n, m))


def _incentives(asked: Team, profile: tuple[int, ...], margin: Fraction) -> tuple[Array, Array, list[tuple[int, int]]]:
    """([row, agent × outcome], sides, (agent, action) of each row)."""
    m = len(asked.reward)
    rows, sides, of = [], [], []
    for i in range(asked.n):
        laws = asked.alone(i, profile)
        for b in range(len(laws)):
            if b != profile[i]:
                row = np.full((asked.n, m), ZERO, dtype=object)
                row[i] = laws[profile[i]] - laws[b]
                rows.append(row.ravel())
                sides.append(asked.cost[i][profile[i]] - asked.cost[i][b] + margin)
                of.append((i, b))
    return np.array(rows, dtype=object).reshape(-1, asked.n * m), np.array(sides, dtype=object), of


def _with_last(rows: Array, last: Fraction) -> Array:
    return np.concatenate([rows, np.full((len(rows), 1), last, dtype=object)], axis=1)


def _indistinct(
    asked: Team, profile: tuple[int, ...], prices: Array, of: list[tuple[int, int]], slack: Fraction
) -> Indistinct | None:
    """The multipliers, the largest made one; None if they prove nothing exactly."""
    prices = np.maximum(prices, ZERO) / max([*prices, ZERO]) if max([*prices, ZERO]) else prices
    weights = tuple(np.full(len(c), ZERO, dtype=object) for c in asked.cost)
    saved = ZERO
    for (i, b), weight in zip(of, prices, strict=True):
        weights[i][b] = weight
        saved += weight * (asked.cost[i][profile[i]] - asked.cost[i][b] + slack)
    lost = inner(Indistinct(asked, profile, weights, saved, ZERO).change(0), asked.reward)
    reason = Indistinct(asked, profile, weights, saved, lost)
    return reason if reason.proved else None
