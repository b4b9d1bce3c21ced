"""Punishment in groups, as a model that a scenario may name: our version, after Boyd & Richerson 1992 (payoffs in `stage.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import ClassVar

import numpy as np

from ...behaviour.dynamics.finite import compositions
from ...errors import InputError
from ...numerics.rational import Array, decimal
from ...report.findings.report import Section
from ...report.report import ClaimRow
from ..finite.crowd import Crowd
from ..finite.game import GroupGame
from ..model import Course, Model, Outcome, Plan
from .rests import Edge, edge, gains, invasion
from .several import State, states
from .shown import shown
from .stage import EVERYBODY, PUNISHES, TYPES, M, P, R, Stage

PLURAL = ("punishers", "reluctant", "moralists", "easygoing", "defectors")
NAMED = {"isolated": "{}", "neutral": "any mix, here {}", "found": "{}", "moving": "on the move, here {}"}
HOW = {
    "isolated": "rest of one or two types, isolated exactly; stability against the others in floats, starts searched",
    "neutral": "two types that earn alike in every group: nothing moves their shares; which starts lead there was searched",
    "found": "flows ended here; stable by the eigenvalues in floats",
    "moving": "flows that had come to no rest; the mean of where they were",
}
MOST_GROUPS = 200_000  # compositions of a group that a simulation tabulates


@dataclass(frozen=True)
class Punishment(Model):
    """Units of payoff, over all periods that a group lasts."""

    group: int = 16
    """n"""
    benefit: float = 3.0
    """b, that each cooperator brings all others and itself together; below 0 what is done harms."""
    cost: float = 1.0
    """c, of cooperating."""
    punishing: float = 0.2
    """k, for each whom one punishes."""
    punished: float = 0.5
    """p, by each who punishes."""
    periods: float = 10.0
    """W, expected after the first."""
    errors: float = 0.0
    """e: chance that who means to cooperate defects."""
    types: tuple[str, ...] = ("punisher", "reluctant")
    """Who there is: punisher, reluctant, moralist, easygoing, defector."""
    start: tuple[float, ...] = ()
    """Shares of `types` with which a simulation starts; if nothing is said, alike many."""
    mutation: float = 0.0
    """Of a simulation: chance that a newborn is of any type."""

    MEASURES: ClassVar[Mapping[str, str]] = {
        "payoff": "mean of what a member earns in all periods of its group",
        "punishers": "share of those who punish",
        "cooperation": "share of acts that cooperate",
    }
    GOAL: ClassVar[str] = "payoff"

    def __post_init__(self) -> None:
        _ = self.stage, self.present
        if not 0 <= self.mutation <= 1:
            raise InputError(where="mutation", needed="a chance", found=str(self.mutation))
        if self.start and (
            len(self.start) != len(self.types) or min(self.start) < 0 or abs(sum(self.start) - 1) > 1e-9
        ):
            raise InputError(
                where="start", needed="one share for each type, one in all", found=", ".join(map(str, self.start))
            )

    @cached_property
    def stage(self) -> Stage:
        numbers = (self.benefit, self.cost, self.punishing, self.punished, self.periods, self.errors)
        return Stage.of(self.group, *numbers)

    @cached_property
    def present(self) -> tuple[int, ...]:
        """Places of `types` in TYPES."""
        for name in self.types:
            if name not in TYPES:
                raise InputError(where="types", needed=f"names among {', '.join(TYPES)}", found=repr(name))
        if len(self.types) < 2 or len(set(self.types)) < len(self.types):
            raise InputError(where="types", needed="two types or more, each once", found=", ".join(self.types))
        return tuple(TYPES.index(name) for name in self.types)

    @cached_property
    def edge(self) -> Edge:
        """All rests of the first two types."""
        return edge(self.stage, *self.present[:2])

    @cached_property
    def states(self) -> list[State]:
        return states(self.stage, self.present)

    def outcomes(self) -> list[Outcome]:
        return self._pair() if len(self.present) == 2 else self._several()

    def _pair(self) -> list[Outcome]:
        a, b = self.present
        found = []
        for rest in self.edge.rests:
            x = np.zeros(len(EVERYBODY))
            x[a], x[b] = rest.x, 1 - rest.x
            width = float(rest.high - rest.low)
            how = "an end: everybody of one type" if width == 0 else f"root between rationals {width:.0e} apart"
            counted = "all roots of the payoff difference in Bernstein form" if self.edge.complete else "some roots"
            found.append(
                Outcome(
                    _named(x),
                    self.measured(x),
                    rest.stable,
                    rest.basin,
                    f"{how}; {counted}",
                    "proved" if self.edge.complete else "searched only",
                )
            )
        return found

    def _several(self) -> list[Outcome]:
        return [
            Outcome(
                NAMED[s.kind].format(_named(s.shares)),
                self.measured(s.shares),
                s.stable,
                s.reached,
                HOW[s.kind],
                "proved" if s.kind in ("isolated", "neutral") else "searched only",
            )
            for s in self.states
        ]

    def measured(self, shares: Array) -> dict[str, float]:
        """{measure: value} at float shares[type] of all five types, in a population without end."""
        return {
            "payoff": float(shares @ self.stage.expected(shares)),
            "punishers": float(shares[list(PUNISHES)].sum()),
            "cooperation": float(shares @ self.stage.following(shares)),
        }

    @cached_property
    def game(self) -> GroupGame:
        """The same as a game of groups of the types that there are. Raises TooLarge where its compositions are too many."""
        counts = self._counts
        return GroupGame(self.group, self.types, self.stage.members(counts, exact=False)[:, list(self.present)])

    @cached_property
    def _counts(self) -> Array:
        small = compositions(self.group, len(self.present))
        if len(small) > MOST_GROUPS:
            raise InputError(
                where="punishment",
                needed=f"at most {MOST_GROUPS:,} ways in which a group may be made up, to simulate it",
                found=f"{len(small):,}",
                remedy="Simulate fewer types, or smaller groups.",
            )
        counts = np.zeros((len(small), len(EVERYBODY)), np.int64)
        counts[:, list(self.present)] = small
        return counts

    @cached_property
    def crowd(self) -> Crowd:
        """The society agent by agent."""
        acts = self.stage.follows(self._counts, exact=False)[:, list(self.present)]
        return Crowd(self.game, mutation=self.mutation, others={"cooperation": acts})

    def simulate(self, plan: Plan) -> Course:
        start = self.start or (1 / len(self.types),) * len(self.types)
        strict = [k for k, t in enumerate(self.present) if t in PUNISHES]
        seen: dict[str, list[Array]] = {name: [] for name in self.MEASURES}
        whole = max(plan.agents // self.group, 1) * self.group
        for seed in plan.seeds:
            plan.tell(f"seed {seed}")
            found = self.crowd.run(self.crowd.start(start, whole, seed), plan.steps, seed, backend=plan.backend)
            seen["payoff"].append(found.sums[:, 0])
            seen["cooperation"].append(found.sums[:, 1])
            seen["punishers"].append(found.shares[:, strict].sum(axis=1))
        courses = {name: np.array(runs) for name, runs in seen.items()}
        return Course(np.arange(plan.steps, dtype=float), courses, whole, "generations")

    def claims(self) -> list[ClaimRow]:
        return [*self._first_claims(), *self._resisting()]

    def _first_claims(self) -> list[ClaimRow]:
        if {P, R} != set(self.present):
            return []
        d = gains(self.stage, P, R)
        return [
            ClaimRow(
                "a few punishers spread among the reluctant",
                bool(d[0] > 0),
                "proved",
                f"alone in its group a punisher earns {_more(d[0])} than the reluctant elsewhere",
            ),
            ClaimRow(
                "punishers resist the reluctant",
                bool(d[-1] > 0),
                "proved",
                f"one reluctant among punishers only earns {_more(-d[-1])} than they",
            ),
        ]

    def _resisting(self) -> list[ClaimRow]:
        if M not in self.present:
            return []
        rows = []
        for t in self.present:
            if t != M:
                sign = invasion(self.stage, M, t)
                d = gains(self.stage, t, M)
                said = f"one such among moralists only earns {_more(d[0])} than they"
                said += ", and so on with more of them: nobody can tell" if sign == 0 else ""
                rows.append(ClaimRow(f"moralists resist {PLURAL[t]}", sign < 0, "proved", said))
        return rows

    def sections(self) -> list[Section]:
        pairs = [(a, b, invasion(self.stage, a, b)) for a, b in combinations(self.present, 2)]
        pairs += [(b, a, invasion(self.stage, b, a)) for a, b in combinations(self.present, 2)]
        return shown(self.stage, self.present, self.edge, pairs, PLURAL)

    def describe(self) -> str:
        does = "harms all" if self.benefit < 0 else "helps all"
        return (
            f"groups of {self.group}; the act {does} by {abs(self.benefit):g} and costs {self.cost:g}; punishing costs "
            f"{self.punishing:g}, being punished {self.punished:g}"
        )


def _named(shares: Array) -> str:
    there: Sequence[int] = [t for t in np.argsort(-shares, kind="stable") if shares[t] > 5e-4]
    if len(there) == 1:
        return f"all {PLURAL[there[0]]}"
    return ", ".join(f"{100 * shares[t]:.3g} % {PLURAL[t]}" for t in there)


def _more(gain: Fraction) -> str:
    return f"{decimal(abs(gain))} {'less' if gain < 0 else 'more'}"
