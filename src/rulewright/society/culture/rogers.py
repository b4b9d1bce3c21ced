"""Why culture need not help: learners and imitators in a world that changes (Boyd & Richerson 1995, Ethology & Sociobiology 16).

Two states of the world, which switches with chance g each generation. Who does what the state asks has fitness W₀ + D, else
W₀ − D. Learners pay C and are always right. An imitator sees n models of the last generation: if one of them learnt, it is
right; else it copies one at random. q: share of imitators; x = qⁿ; P: chance that an imitator is right, in the long run.

    A2.3   P′ = 1 − x + x [(1 − 2g) P + g]
    A2.4   P  = (1 − x + x g) / (1 − x (1 − 2g))
           W_L = W₀ + D − C        W_I = W₀ + D (2P − 1)        W_I − W_L = C − 2D x g / (1 − x (1 − 2g))
    A2.5   x* = q*ⁿ = (C/D) / (2g (1 − C/D) + C/D)                                  where W_I = W_L

x* is rational where C/D and g are, so that what is claimed is checked in fractions. At q* imitators do no better than
learners, so that imitating adds nothing to what all have (Rogers 1988, American Anthropologist 90). The slides that the
project starts from print W_I with a minus sign before D; with it A2.5 does not follow.

Ours: a subsidy s paid to who learns, levied on all alike. It moves q* to where it would be at a cost of C − s, and all then
have q* s more than a society of learners: Rogers' paradox is a commons (of knowing), and a payment cures it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from ...report.findings.report import Cell, Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from ..model import Course, Model, Outcome, Plan
from .places import SIZE, Look, Way, run, whole

LEARNT, RIGHT = 2, 1  # bits of an agent's state
HALVINGS = 80


def right(x: Any, g: Any) -> Any:
    """P (A2.4) at x = qⁿ: numbers or fractions, where x < 1 or g > 0."""
    return (1 - x + x * g) / (1 - x * (1 - 2 * g))


def rest(c: Any, g: Any) -> Any:
    """x* = q*ⁿ (A2.5) for c = C/D within (0, 1): a number or a fraction."""
    return c / (2 * g * (1 - c) + c)


def slope(x: Any, g: Any) -> Any:
    """d(W_I − W_L)/dx in units of D: negative wherever the world changes."""
    return -2 * g / (1 - x * (1 - 2 * g)) ** 2


@dataclass(frozen=True)
class Culture(Model):
    """Fitness units. Raises InputError for settings without a meaning."""

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
    subsidy: float = 0.0
    """s, paid to each who learns, levied on all alike."""
    imitating: float | None = None
    """Share of imitators, where it is held; else it goes where that pays."""

    MEASURES: ClassVar = {
        "fitness": "mean fitness of all",
        "imitators": "q, share of those who imitate",
        "right": "P, chance that an imitator does what the world asks",
    }
    GOAL: ClassVar = "fitness"

    def __post_init__(self) -> None:
        self._within(0, np.inf, "cost", "benefit", "subsidy")
        self._within(0, 0.5, "change")
        self._within(0, 1, "imitating")
        self._within(-np.inf, np.inf, "base")
        if not 1 <= self.models <= SIZE:
            raise InputError(where="models", needed=f"from 1 to {SIZE}", found=str(self.models))

    def right(self, q: Any) -> Any:
        """P for shares q of imitators (A2.4): array of any shape. At q = 1 without change nobody ever finds out: 1/2."""
        x = np.asarray(q, float) ** self.models
        below = 1 - x * (1 - 2 * self.change)
        return np.where(below > 0, (1 - x + x * self.change) / np.where(below > 0, below, 1), 0.5)

    def fitness(self, q: Any) -> tuple[Any, Any]:
        """(W_L, W_I) at shares q of imitators, without the subsidy and its levy."""
        imitating = self.base + self.benefit * (2 * self.right(q) - 1)
        return np.full_like(imitating, self.base + self.benefit - self.cost), imitating

    def mean(self, q: Any) -> Any:
        """Mean fitness at shares q of imitators; a subsidy changes hands only."""
        learning, imitating = self.fitness(q)
        return (1 - np.asarray(q)) * learning + q * imitating

    @property
    def exact(self) -> tuple[Fraction, Fraction, Fraction]:
        """(what learning costs who learns, D, g) as the decimals that were written."""
        cost, benefit, change, subsidy = (
            rational.fraction(v) for v in (self.cost, self.benefit, self.change, self.subsidy)
        )
        return cost - subsidy, benefit, change

    @property
    def share(self) -> float:
        """q* (A2.5), where both do equally well; 1 where learning never pays, 0 where it costs nothing."""
        if self.imitating is not None:
            return self.imitating
        cost, benefit, change = self.exact
        if cost <= 0:
            return 0.0
        return 1.0 if cost >= benefit else float(rest(cost / benefit, change)) ** (1 / self.models)

    @property
    def best(self) -> tuple[float, float]:
        """(share of imitators at which all have most on average, subsidy that leads there); both 0 where nobody should imitate.

        q (C − 2D h(q)) with h = x g/(1 − x (1 − 2g)) is concave, since h is convex, increasing and not negative.
        """
        low, high = 0.0, 1.0
        if self.cost == 0:
            return 0.0, 0.0
        if self.change == 0:  # one learner, once, would do: the more imitate, the better
            return 1.0, 0.0
        for _ in range(HALVINGS):
            q = (low + high) / 2
            x = q**self.models
            below = (1 - x) + 2 * x * self.change
            h, steep = x * self.change / below, self.models * (self.change / below) * (x / below)  # steep: q h′(q)
            low, high = (q, high) if self.cost - 2 * self.benefit * (h + steep) > 0 else (low, q)
        q = (low + high) / 2
        return q, max(0.0, self.cost - 2 * self.benefit * (1 - float(self.right(q))))

    def outcomes(self) -> list[Outcome]:
        cost, benefit, change = self.exact
        if self.imitating is not None:
            return [self._at(self.imitating, "the share of imitators is held", "A2.4 at that share", None, None)]
        if change == 0 and cost > 0:
            return self._unchanging()
        q = self.share
        if q == 0:
            return [self._at(q, "everybody learns", "learning costs nothing: W_I ≤ W_L at every share of imitators")]
        if q == 1:
            return [self._at(q, "nobody learns", "C − s ≥ D: W_I ≥ W_L at every share of imitators")]
        x = rest(cost / benefit, change)
        how = f"A2.5: q*ⁿ = {x} = {float(x):.6g}, q* = {q:.6g}; W_I = W_L there exactly, and W_I − W_L falls in q"
        return [self._at(q, "learners and imitators do equally well", how, p=float(right(x, change)))]

    def _at(
        self,
        q: float,
        name: str,
        how: str,
        stable: bool | None = True,
        basin: float | None = 1.0,
        p: float | None = None,
    ) -> Outcome:
        p = float(self.right(q)) if p is None else p
        fitness = q * (self.base + self.benefit * (2 * p - 1)) + (1 - q) * (self.base + self.benefit - self.cost)
        return Outcome(name, {"fitness": fitness, "imitators": q, "right": p}, stable, basin, how)

    def _unchanging(self) -> list[Outcome]:
        """A world that never changes: all imitate, and any P at which no learner would gain stays."""
        cost, benefit, _ = self.exact
        least = max(Fraction(0), 1 - cost / (2 * benefit)) if benefit else Fraction(1, 2)
        why = f"g = 0: who copies an imitator stays as right as that one was; learners gain while P < 1 − (C − s)/(2D) = {least}"
        return [
            self._at(1.0, "all imitate, as few right as can last", why, True, None, float(least)),
            self._at(1.0, "all imitate, all right", why, True, None, 1.0),
        ]

    def simulate(self, plan: Plan) -> Course:
        """Agents in places, `places.py`; what earns more moves the share of imitators, unless it is held."""
        way = self._way()
        runs = [run(way, plan.agents, plan.steps, seed) for seed in plan.seeds]
        q = np.array([shares for shares, _ in runs])
        p = np.array([means for _, means in runs])
        learning = self.base + self.benefit - self.cost
        fitness = (1 - q) * learning + q * np.where(np.isnan(p), learning, self.base + self.benefit * (2 * p - 1))
        measures = {"fitness": fitness, "imitators": q, "right": p}
        return Course(np.arange(plan.steps, dtype=float), measures, whole(plan.agents), "generations")

    def _way(self) -> Way:
        scale = self.benefit or self.cost or 1.0
        pays = self.benefit - self.cost + self.subsidy

        def start(drawn: Array) -> Array:
            return (drawn & np.uint32(RIGHT)).astype(np.uint8)

        def copied(last: Array, look: Look, switched: Array) -> Array:
            first = last[look.model(0)]
            told = first
            for k in range(1, self.models):
                told = told | last[look.model(k)]
            return ((first & RIGHT) ^ switched) | (told >> 1)

        def advantage(p: float) -> float:
            return (self.benefit * (2 * p - 1) - pays) / scale

        return Way(self.change, LEARNT | RIGHT, start, copied, advantage, self.imitating)

    def claims(self) -> list[ClaimRow]:
        """Exact, in fractions of the decimals that were written."""
        cost, benefit, change = self.exact
        if self.imitating is not None or change == 0:
            return []
        if not 0 < cost < benefit:
            end = cost - benefit if cost > 0 else cost
            what, holds = ("nobody learns", end >= 0) if cost > 0 else ("everybody learns", end <= 0)
            says = f"W_I − W_L falls in q from {cost} at none to {cost - benefit} where all imitate, exactly: one sign"
            return [ClaimRow(f"{what}, from every start", bool(holds), "proved", says)]
        x = rest(cost / benefit, change)
        apart = benefit * (2 * right(x, change) - 1) - (benefit - cost)
        falls = benefit * slope(x, change)
        found = [
            ClaimRow(
                "learners and imitators do equally well at q* (A2.5)",
                apart == 0,
                "proved",
                f"W_I − W_L = {apart} exactly, where q*ⁿ = {x}",
            ),
            ClaimRow(
                "nowhere else do both last, and q* comes back after every push",
                0 < x < 1 and falls < 0 < cost and cost < benefit,
                "proved",
                f"W_I − W_L falls in qⁿ from {cost} to {cost - benefit}, at q* by {falls} in fractions: "
                "its slope −2Dg/(1 − qⁿ(1 − 2g))² is negative everywhere",
            ),
        ]
        if self.subsidy == 0:
            says = f"mean fitness at q* is W₀ + D − C + q*·({apart}), that of a society of learners only"
            return [*found, ClaimRow("imitation adds nothing to what all have (Rogers)", apart == 0, "proved", says)]
        says = f"mean fitness is W₀ + D − C + q* s, {self.share * self.subsidy:.6g} above a society of learners only"
        return [*found, ClaimRow("with the subsidy imitation adds to what all have", self.share > 0, "proved", says)]

    def sections(self) -> list[Section]:
        q = np.linspace(0, 1, 101)
        learning, imitating = self.fitness(q)
        best, subsidy = self.best
        figure = Figure(
            "fitness",
            "What learners and imitators have",
            "share of imitators",
            "fitness",
            [
                Series("learners", q.tolist(), learning.tolist()),
                Series("imitators", q.tolist(), imitating.tolist()),
                Series("all, on average", q.tolist(), np.asarray(self.mean(q)).tolist()),
            ],
            [Mark(self.share, "it ends"), Mark(best, "best for all")] if self.change else [],
            "Closed form (A2.4), without subsidy and levy. Imitators spread until they have no more than learners.",
        )
        rows: list[list[Cell]] = [
            [name, at, float(self.right(at)), float(self.mean(at)), paid]
            for name, at, paid in (("it ends", self.share, self.subsidy), ("all would have most", best, subsidy))
        ]
        table = Table(
            "Where it ends, and where all would have most",
            ["", "share of imitators", "chance that an imitator is right", "mean fitness", "subsidy that leads there"],
            rows if self.change else rows[:0],
        )
        lead = "Imitating is good while it is rare: the more imitate, the fewer have looked for themselves."
        return [Section("Learners and imitators", lead, figures=[figure], tables=[table] if self.change else [])]

    def describe(self) -> str:
        paid = f", {self.subsidy:g} of it paid by all" if self.subsidy else ""
        held = f"; {self.imitating:g} imitate" if self.imitating is not None else ""
        return (
            f"learning costs {self.cost:g}{paid}, the world changes with chance {self.change:g}, "
            f"imitators see {self.models}{held}"
        )
