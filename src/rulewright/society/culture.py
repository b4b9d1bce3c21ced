"""Why culture need not help: learners and imitators in a world that changes (Boyd & Richerson 1995, Ethology & Sociobiology 16).

Two states of the world, which switches with chance g each generation. Who does what the state asks has fitness W₀ + D, else W₀ − D.
Learners pay C and are always right. An imitator sees n models of the last generation: if one of them learnt, it is right; else
it copies one at random. q: share of imitators; P: chance that an imitator is right, in the long run.

    A2.4   P = (1 − qⁿ + qⁿ g) / (1 − qⁿ (1 − 2g))
           W_L = W₀ + D − C        W_I = W₀ + D (2P − 1)
    A2.5   q* = [ (C/D) / (2g (1 − C/D) + C/D) ]^(1/n)          where W_I = W_L

At q* imitators do no better than learners, so that imitating adds nothing to what all have (Rogers 1988, American
Anthropologist 90). The slides that the project starts from print W_I with a minus sign before D; with it A2.5 does not follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..errors import InputError
from ..numerics import counter
from ..report.findings.report import Figure, Mark, Section, Series, Table
from ..report.report import ClaimRow
from .model import Course, Model, Outcome, Plan

SELECTION = 0.5  # step of the replicator dynamic on q, times the difference in fitness


@dataclass(frozen=True)
class Culture(Model):
    """Fitness units."""

    cost: float = 0.2
    """C, of learning."""
    benefit: float = 1.0
    """D, of being right."""
    change: float = 0.1
    """g, chance that the world switches in a generation; up to 1/2."""
    models: int = 3
    """n, whom an imitator sees."""
    base: float = 1.0
    """W₀."""

    MEASURES: ClassVar = {
        "fitness": "mean fitness of all",
        "imitators": "q, share of those who imitate",
        "right": "P, chance that an imitator does what the world asks",
    }
    GOAL: ClassVar = "fitness"

    def __post_init__(self) -> None:
        for name, low, high in (("cost", 0.0, np.inf), ("benefit", 0.0, np.inf), ("change", 0.0, 0.5)):
            if not low <= getattr(self, name) <= high:
                raise InputError(
                    where=name, needed=f"a number from {low:g} to {high:g}", found=f"{getattr(self, name)}"
                )
        if self.models < 1:
            raise InputError(where="models", needed="at least 1", found=str(self.models))

    def right(self, q: Any) -> Any:
        """P for shares q of imitators (A2.4): array of any shape. At q = 1 without change nobody ever finds out: 1/2."""
        seen = np.asarray(q, float) ** self.models
        below = 1 - seen * (1 - 2 * self.change)
        return np.where(below > 0, (1 - seen + seen * self.change) / np.where(below > 0, below, 1), 0.5)

    def fitness(self, q: Any) -> tuple[Any, Any]:
        """(W_L, W_I) at shares q of imitators."""
        imitating = self.base + self.benefit * (2 * self.right(q) - 1)
        return np.full_like(imitating, self.base + self.benefit - self.cost), imitating

    @property
    def share(self) -> float:
        """q* (A2.5), where both do equally well; 1 where learning never pays, 0 where it costs nothing."""
        if self.benefit == 0 or self.cost >= self.benefit:
            return 1.0
        ratio = self.cost / self.benefit
        below = 2 * self.change * (1 - ratio) + ratio
        return float((ratio / below) ** (1 / self.models)) if below > 0 else 1.0

    def outcomes(self) -> list[Outcome]:
        q = self.share
        learning, imitating = (float(w) for w in self.fitness(q))
        mean = q * imitating + (1 - q) * learning
        inside = 0 < q < 1
        name = "learners and imitators do equally well" if inside else "nobody learns" if q else "everybody learns"
        how = f"A2.5: q* = {q:.6g}; W_I − W_L = {imitating - learning:.1e} there"
        return [Outcome(name, {"fitness": mean, "imitators": q, "right": float(self.right(q))}, True, 1.0, how)]

    def simulate(self, plan: Plan) -> Course:
        runs = [self._run(plan.agents, plan.steps, seed) for seed in plan.seeds]
        names = ("fitness", "imitators", "right")
        return Course(
            np.arange(plan.steps, dtype=float),
            {name: np.array([run[k] for run in runs]) for k, name in enumerate(names)},
            plan.agents,
            "generations",
        )

    def _run(self, agents: int, steps: int, seed: int) -> list[list[float]]:
        """Agents who imitate or learn, in proportion to what that earned lately; every model of every imitator is drawn."""
        q, state = 0.5, 0
        does = counter.draws(seed, 0, 0, agents) & 1
        learnt = np.zeros(agents, bool)
        earned = np.zeros(2)
        course: list[list[float]] = [[], [], []]
        for t in range(steps):
            state ^= int(counter.happens(counter.draws(seed, 1, t, 1), self.change)[0])
            imitates = counter.happens(counter.draws(seed, 2, t, agents), q)
            seen = np.empty((self.models, agents), np.int64)
            for k in range(self.models):
                seen[k] = counter.draws(seed, 3 + k, t, agents) % agents
            told = learnt[seen].any(axis=0)
            does = np.where(imitates & ~told, does[seen[0]], state)
            learnt = ~imitates
            hits = float((does[imitates] == state).mean()) if imitates.any() else 1.0
            w = np.array([self.base + self.benefit - self.cost, self.base + self.benefit * (2 * hits - 1)])
            earned += (w - earned) / min(t + 1, max(1.0, 2 / max(self.change, 1e-9)))
            course[0].append(float((1 - q) * w[0] + q * w[1]))
            course[1].append(q)
            course[2].append(hits)
            if self.cost < self.benefit:
                q = float(np.clip(q + SELECTION * q * (1 - q) * (earned[1] - earned[0]), 1 / agents, 1 - 1 / agents))
        return course

    def claims(self) -> list[ClaimRow]:
        learning, imitating = (float(w) for w in self.fitness(self.share))
        gain = self.share * imitating + (1 - self.share) * learning - (self.base + self.benefit - self.cost)
        holds = gain <= 1e-12
        said = f"mean fitness at q* less that of a society of learners only: {gain:.1e} (fitness units)"
        return [ClaimRow("imitation adds nothing to what all have (Rogers)", holds, "proved", said)]

    def sections(self) -> list[Section]:
        q = np.linspace(0, 1, 101)
        learning, imitating = self.fitness(q)
        figure = Figure(
            "fitness",
            "What learners and imitators have",
            "share of imitators",
            "fitness",
            [Series("learners", q.tolist(), learning.tolist()), Series("imitators", q.tolist(), imitating.tolist())],
            [Mark(self.share, "q*")],
        )
        table = Table(
            "Settings of the world",
            ["C/D", "g", "n", "q*", "P"],
            [[self.cost / (self.benefit or 1), self.change, self.models, self.share, float(self.right(self.share))]],
        )
        return [
            Section("Learners and imitators", "Imitating is good while it is rare.", figures=[figure], tables=[table])
        ]

    def describe(self) -> str:
        return (
            f"learning costs {self.cost:g}, the world changes with chance {self.change:g}, imitators see {self.models}"
        )
