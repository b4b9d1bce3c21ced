"""The master programme of max–min: payments under which every bad profile found so far is broken, or not so bad.

    maximise v
    subject to   a* an equilibrium, every other action worse by slack, within the budget at a*
                 v ≤ goal(a*) − κ·t(a*)
                 for each bad profile b:
                     v ≤ goal(b) − κ·t(b) + M_b · Σ_{i,a} y_{b,i,a}           it holds and is not worse than v, or
                     g_{b,i,a} ≥ slack − M_{b,i,a}·(1 − y_{b,i,a})            some i gains by a, by slack

where g = u_i(a, b_-i) + t_i(a, b_-i) − u_i(b) − t_i(b) is linear in the payments and the M are the smallest numbers that
the bounds on payments allow. The y are binary. With all profiles in it, the programme is the max–min over the pure
profiles that are alive; with some of them it is a relaxation, so that its value is an upper bound (cutting planes, added
lazily: the manner of Benders 1962). A bad mixture is broken in the same way, at itself; where its support comes back,
the support: some action in it is made worse than another one against everything in the other's support. That suffices
but need not be necessary, so that programmes with mixtures in them bound nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from ..implementation import Family
from ..implementation.promises import sizes, spending
from .induced import TOLERANCE, Mixture

SIZE = 1e-5  # what a unit of promise off the path counts against a unit paid on it, among rules that guarantee the same
SECONDS = 5.0  # for one master programme


@dataclass(frozen=True)
class Point:
    """Coefficients of payments, and what the master promised of them."""

    c: Array
    value: float


@dataclass(frozen=True)
class _Linear:
    """const + slope·c, for many at once: [row], [row, coefficient]."""

    const: Array
    slope: Array

    def least(self, family: Family) -> Array:
        return self.const + (np.maximum(self.slope, 0) * family.low + np.minimum(self.slope, 0) * family.high).sum(
            axis=-1
        )

    def most(self, family: Family) -> Array:
        return self.const + (np.maximum(self.slope, 0) * family.high + np.minimum(self.slope, 0) * family.low).sum(
            axis=-1
        )


class _Break:
    """Ways to break one bad profile: each a set of rows, all of which must reach the slack."""

    def __init__(self, family: Family, worth: _Linear, ways: list[_Linear]) -> None:
        self.worth = worth
        self.sure = any((way.least(family) >= family.slack).all() for way in ways)  # broken whatever is paid
        self.ways = [way for way in ways if (way.most(family) >= family.slack - TOLERANCE * family.size).all()]

    def put(self, family: Family, programme: Programme, columns: Array, v: Array, top: float) -> Array:
        """Add its rows to a master; returns the binary columns."""
        over = top - float(self.worth.least(family)[0])
        if self.sure or over <= 0:
            return np.zeros(0, int)
        broken = programme.add_columns(len(self.ways), upper=1.0, integer=True)
        row = programme.add_rows(1, upper=self.worth.const)
        programme.put(row, v, 1.0)
        programme.put(row, columns, -self.worth.slope[0])
        if len(broken):
            programme.put(row, broken, -over)
        for way, y in zip(self.ways, broken, strict=True):
            least = way.least(family)
            rows = programme.add_rows(len(least), lower=least - way.const)
            programme.put(rows[:, None], columns[None], way.slope)
            programme.put(rows, y, np.minimum(least - family.slack, 0.0))
        return broken


class Master:
    """The programme for one target profile a*; bad profiles are added to it as they are found."""

    def __init__(self, family: Family, star: tuple[int, ...]) -> None:
        self.family, self.star = family, star
        self.path = family.on_path(star)
        self.breaks: list[_Break] = []
        self.known: set[tuple] = set()
        self.exact = True  # whether its value bounds the max–min: only pure profiles are in it
        self.top = float(family.most[star])

    def add(self, mixtures: Sequence[Mixture]) -> bool:
        """Break profiles, or what comes back of them; False where all that is there already."""
        return sum([self._add(mixture) for mixture in mixtures]) > 0

    def _add(self, mixture: Mixture) -> bool:
        pure = all(len(own) == 1 for own in mixture.support)
        at = (mixture.support, tuple(np.round(np.concatenate(mixture.laws), 6)))
        whole = ("support", mixture.support)
        if pure or not (whole in self.known or any(key[0] == mixture.support for key in self.known)):
            if at in self.known:
                return False
            self.known.add(at)
            self.breaks.append(_Break(self.family, self._worth(mixture), self._deviations(mixture)))
        elif whole not in self.known:
            self.known.add(whole)
            self.breaks.append(_Break(self.family, self._worth(mixture), self._beaten(mixture.support)))
        else:
            return False
        self.exact &= pure
        return True

    def solve(self) -> Point | None:
        """Payments of the highest guarantee so far, and among them small ones; None where nothing makes a* hold.

        Raises Unsolved if the solver runs out of time.
        """
        family = self.family
        programme = Programme()
        columns = family.columns(programme)
        v = programme.add_columns(1, lower=-INFINITY, upper=self.top)
        for i in family.game.active:
            others = tuple(j for j in range(family.game.n) if j != i)
            family.best_reply(programme, columns, i, self.star, others)
        if family.rules.budget is not None and len(columns):
            programme.put(programme.add_rows(1, upper=float(family.rules.budget)), columns, self.path.sum(axis=0))
        row = programme.add_rows(1, upper=float(family.goal[self.star]))
        programme.put(row, v, 1.0)
        programme.put(row, columns, family.kappa * self.path.sum(axis=0))
        choices = [b.put(family, programme, columns, v, self.top) for b in self.breaks]
        cost = np.zeros(programme.columns)
        cost[v] = 1.0
        found = programme.solve(cost, maximise=True, seconds=SECONDS)
        if found.x is None:
            return None
        chosen = np.concatenate([np.zeros(0, int), *choices])
        return Point(self._small(programme.fixed(chosen, np.round(found.x[chosen])), columns, v, found.x), found.value)

    def _small(self, programme: Programme, columns: Array, v: Array, x: Array) -> Array:
        """Among the payments of the same guarantee, by the same breaks, those that pay and promise little."""
        value = float(x[v[0]])
        row = programme.add_rows(1, lower=value - 1e-10 * max(1.0, abs(value)))
        programme.put(row, v, 1.0)
        spent, size = spending(programme, self.path, columns), sizes(programme, columns)
        cost = np.zeros(programme.columns)
        cost[spent], cost[size] = 1.0, SIZE
        found = programme.solve(cost)
        return (x if found.x is None else found.x)[columns]

    # ── what is linear in the payments ──────────────────────────────────────────────────────────────────────────

    def _expected(self, i: int, laws: list[Array]) -> tuple[float, Array]:
        """i's expected payoff under a product law: (without payments, [coefficient])."""
        weight = np.ones(1)
        for law in laws:
            weight = np.multiply.outer(weight, law)
        cells = np.flatnonzero(weight)
        weight = weight.ravel()[cells]
        slope = np.zeros(len(self.family.low))
        np.add.at(slope, self.family.which[i][cells], weight[:, None] * self.family.amount[i][cells])
        return float(self.family.payoff[i].ravel()[cells] @ weight), slope

    def _gains(self, i: int, laws: list[Array], here: Array, there: list[Array]) -> _Linear:
        """What i gains by each law in `there` over `here`, the others as they are."""
        base, slope = self._expected(i, [*laws[:i], here, *laws[i + 1 :]])
        found = [self._expected(i, [*laws[:i], law, *laws[i + 1 :]]) for law in there]
        return _Linear(np.array([x - base for x, _ in found]), np.stack([s - slope for _, s in found]))

    def _worth(self, mixture: Mixture) -> _Linear:
        family, laws = self.family, list(mixture.laws)
        worth = family.goal
        for law in reversed(laws):
            worth = worth @ law
        paid = sum((self._expected(i, laws)[1] for i in family.game.strategic), np.zeros(len(family.low)))
        return _Linear(np.array([float(worth)]), -family.kappa * paid[None])

    def _deviations(self, mixture: Mixture) -> list[_Linear]:
        """One way for each player and action: it gains by it."""
        ways = []
        for i in self.family.game.active:
            unit = np.eye(self.family.shape[i])
            others = [a for a in range(len(unit)) if not mixture.laws[i][a] > 1 - 1e-9]
            gains = self._gains(i, list(mixture.laws), mixture.laws[i], [unit[a] for a in others])
            ways += [_Linear(gains.const[[k]], gains.slope[[k]]) for k in range(len(others))]
        return ways

    def _beaten(self, support: tuple[tuple[int, ...], ...]) -> list[_Linear]:
        """One way for each player, action of its support and other action: the latter beats it, whatever is met there."""
        ways = []
        for i in self.family.game.active:
            unit = [np.eye(count) for count in self.family.shape]
            meets = np.array(np.meshgrid(*[own if j != i else (0,) for j, own in enumerate(support)])).reshape(
                len(support), -1
            )
            for a in support[i]:
                others = [b for b in range(self.family.shape[i]) if b != a]
                per_meet = [
                    self._gains(i, [unit[j][k] for j, k in enumerate(met)], unit[i][a], [unit[i][b] for b in others])
                    for met in meets.T
                ]
                ways += [
                    _Linear(np.array([g.const[k] for g in per_meet]), np.stack([g.slope[k] for g in per_meet]))
                    for k in range(len(others))
                ]
        return ways
