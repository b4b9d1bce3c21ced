"""A dilemma of many as a society: two curves, and players who change their minds one at a time (welfare/schelling.py).

In a group of n, one player drawn at random looks at what the others do, and moves if that gains; at ties it stays. From m
cooperators the next number is m − 1, m or m + 1, so where it ends is one of the rests.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError
from ...numerics import counter
from ...numerics.formula import Formula
from ...numerics.rational import Array
from ...report.findings.report import Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from ...welfare.schelling import Rest, Schelling
from ..finite.backends import State, draws, run
from ..model import Course, Model, Outcome, Plan

STARTS, LOOKS = 0, 1  # streams of draws
MEASURES = {
    "welfare": "payoff per player, money that rules move apart",
    "cooperation": "share of players who cooperate",
    "gap": "welfare at the best number of cooperators less what it is",
    "paid": "money that the rule-maker pays from outside, per player",
}


class Counted(Model):
    """A society in which the number of cooperators says everything. `played` is what moves players, `base` what people have."""

    MEASURES: ClassVar = MEASURES
    GOAL: ClassVar = "welfare"

    @property
    @abstractmethod
    def base(self) -> Schelling:
        """The curves of the game itself."""

    @property
    def played(self) -> Schelling:
        """The curves under the rule."""
        return self.base

    def _measured(self, m: int) -> dict[str, float]:
        base, n = self.base, self.base.n
        here = base.total(m) / n
        return {
            "welfare": float(here),
            "cooperation": m / n,
            "gap": float(base.total(base.optimum) / n - here),
            "paid": float(self.played.total(m) / n - here),
        }

    def outcomes(self) -> list[Outcome]:
        n = self.played.n
        return [
            Outcome(
                _called(r.cooperators, n),
                self._measured(r.cooperators),
                _lasting(r, self.played),
                r.starts / (n + 1),
                "every number of cooperators compared with its neighbours, in exact fractions",
            )
            for r in self.played.rests()
        ]

    def simulate(self, plan: Plan) -> Course:
        n, groups = self.played.n, max(1, plan.agents // self.played.n)
        pull = np.array([float(self.played.pull(m)) for m in range(n)])
        counts = np.array([_walk(pull, groups, plan.steps, seed, plan.backend) for seed in plan.seeds])
        table = [self._measured(m) for m in range(n + 1)]
        found = {name: (counts @ np.array([row[name] for row in table])) / groups for name in self.MEASURES}
        return Course(np.arange(plan.steps + 1.0), found, groups * n, "changes of mind per group")

    def claims(self) -> list[ClaimRow]:
        base = self.base
        best, rests = base.optimum, self.played.rests()
        lasts = any(r.cooperators == best for r in rests)
        said = f"best for all is {best} of {base.n}; lasting: {', '.join(str(r.cooperators) for r in rests) or 'none'}"
        only = lasts and len(rests) == 1
        return [
            ClaimRow("what is best for all lasts", lasts, "proved", said),
            ClaimRow("nothing else lasts", only, "proved", said),
        ]

    def sections(self) -> list[Section]:
        base, played = self.base, self.played
        others = [float(m) for m in range(base.n)]
        series = [
            Series("cooperate", others, [float(x) for x in base.cooperate]),
            Series("defect", others, [float(x) for x in base.defect]),
        ]
        if played != base:
            series += [
                Series("cooperate, under the rule", others, [float(x) for x in played.cooperate]),
                Series("defect, under the rule", others, [float(x) for x in played.defect]),
            ]
        figure = Figure(
            "schelling",
            "What each choice pays",
            "others who cooperate",
            "payoff",
            series,
            [Mark(float(max(0, r.cooperators - 1)), "lasts") for r in played.rests()],
            "A Schelling diagram: where the upper curve is that of cooperating, others join.",
        )
        k = base.coalition
        table = Table(
            "What kind of dilemma it is",
            ["kind", "dilemma", "greed", "fear", "best number", "least coalition"],
            [
                [
                    base.kind,
                    base.is_dilemma,
                    float(base.greed),
                    float(base.fear),
                    str(base.optimum),
                    "–" if k is None else str(k),
                ]
            ],
        )
        return [Section("Schelling diagram", figures=[figure], tables=[table])]


def _called(m: int, n: int) -> str:
    return "all cooperate" if m == n else "nobody cooperates" if m == 0 else f"{m} of {n} cooperate"


def _lasting(rest: Rest, played: Schelling) -> bool:
    """A rest that a tie holds is left by drift, however many ties it has to cross, unless nothing beyond draws further away."""
    if rest.strict:
        return True
    up = next((v for v in map(played.pull, range(rest.cooperators, played.n)) if v), 0)
    down = next((v for v in map(played.pull, range(rest.cooperators - 1, -1, -1)) if v), 0)
    return not (up > 0 or down < 0)


def _walk(pull: Array, groups: int, steps: int, seed: int, backend: str = "auto") -> Array:
    """int [step + 1, cooperators]: how many groups have so many; one player of every group looks, each step."""
    n = len(pull)
    joins = np.append(pull > 0, False).astype(np.int32)
    leaves = np.append(False, pull < 0).astype(np.int32)

    def step(xp: Any, state: State, t: Any) -> tuple[State, State]:
        (m,) = state
        drawn = (draws(xp, seed, LOOKS, t, groups) % xp.uint32(n)).astype(xp.int32)
        # the player drawn is one of the m who cooperate, or one of the others
        m = m + xp.where(drawn < m, -xp.asarray(leaves)[m], xp.asarray(joins)[m])
        return (m,), (xp.bincount(m, length=n + 1) if xp is not np else np.bincount(m, minlength=n + 1),)

    first = (counter.draws(seed, STARTS, 0, groups) % np.uint32(n + 1)).astype(np.int32)
    _, (seen,) = run(step, (first,), steps, backend, groups * steps)
    return np.concatenate([np.bincount(first, minlength=n + 1)[None], seen]).astype(np.int64)


@dataclass(frozen=True)
class Dilemma(Counted):
    """Two curves, as formulas of m, the number of others who cooperate, and n; or as lists of n numbers."""

    players: int = 10
    cooperate: str = "3 * m / (n - 1) - 1"
    """Payoff of who cooperates."""
    defect: str = "3 * m / (n - 1)"
    reward: Fraction = Fraction(0)
    """Given by the rule to each who cooperates, borne by all alike."""

    def __post_init__(self) -> None:
        if not 2 <= self.players <= 10_000:
            raise InputError(where="players", needed="2 to 10,000", found=str(self.players))
        _ = self.base

    def _curve(self, text: str, name: str) -> list[Fraction]:
        others = np.array([Fraction(m) for m in range(self.players)], dtype=object)
        try:
            found = Formula(text, name).value({"m": others, "n": np.array(Fraction(self.players), dtype=object)})
        except InputError as error:
            raise error.at(name) from None
        return list(np.broadcast_to(found, (self.players,)))

    @property
    def base(self) -> Schelling:
        return Schelling.by(self._curve(self.cooperate, "cooperate"), self._curve(self.defect, "defect"))

    @property
    def played(self) -> Schelling:
        """A reward r to cooperators, borne by all n: r (1 − (m + 1)/n) to who is one of m + 1, −r m/n to who is not."""
        base, n = self.base, self.players
        return Schelling(
            tuple(x + self.reward * (1 - Fraction(m + 1, n)) for m, x in enumerate(base.cooperate)),
            tuple(x - self.reward * Fraction(m, n) for m, x in enumerate(base.defect)),
        )

    def describe(self) -> str:
        said = f", who cooperates is given {float(self.reward):g}" if self.reward else ""
        return f"{self.players} players{said}"
