"""When culture pays: imitators improve what they copy (after Boyd & Richerson 1995; minimal model, and the mixed case, ours).

The world's optimum moves with chance g each generation, by a distance that costs V. Learners pay C_L and are at the optimum.
Imitators pay C_I, copy one of the last generation, whoever it is, and where the optimum did not move they come a fraction a
closer to it. x: gap of an imitator, in units of V; q: share of imitators; δ = (C_L − C_I)/V.

    x′ = 1 with chance g, else (1 − a) × (x of an imitator with chance q, 0 of a learner)
    E[x] = g / (1 − q (1 − g)(1 − a))                     at q = 1:  g / (g + a (1 − g))
    W_L = W₀ + V − C_L        W_I = W₀ + V (1 − E[x]) − C_I        (W_I − W_L)/V = δ − E[x]

    all imitate     is an ESS  ⟺  δ > g / (g + a (1 − g))  ⟺  (δ/(1 − δ)) a > g/(1 − g)
    both last       where E[x] = δ:  q* = (1 − g/δ) / ((1 − g)(1 − a)),  between the two conditions
    all learn       ⟺  δ ≤ g

The condition of the slides, (δ/(1 − δ)) a > g, is the same for small g, and follows from ours. Where both last, Rogers'
paradox holds: all have what learners have. Where all imitate, all have V (δ − E[x]) more: what one generation finds is not
lost to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from ...report.findings.report import Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from ..model import Course, Model, Outcome, Plan
from .places import Look, Way, run, whole


def gap(q: Any, a: Any, g: Any) -> Any:
    """E[x] of imitators at a share q of them: numbers or fractions; g > 0, or q (1 − a) < 1."""
    return g / (1 - q * (1 - g) * (1 - a))


@dataclass(frozen=True)
class CumulativeCulture(Model):
    """Fitness units. Raises InputError for settings without a meaning."""

    learning: float = 0.4
    """C_L."""
    imitation: float = 0.1
    """C_I."""
    value: float = 1.0
    """V, of being at the optimum rather than where it was before it moved."""
    step: float = 0.1
    """a, fraction of the gap that an imitator closes in a generation."""
    change: float = 0.01
    """g, chance that the optimum moves in a generation."""
    base: float = 1.0
    """W₀."""
    imitating: float | None = None
    """Share of imitators, where it is held; else it goes where that pays."""

    MEASURES: ClassVar = {
        "fitness": "mean fitness of all",
        "imitators": "q, share of those who imitate",
        "gap": "mean distance of imitators from the optimum, in units of V",
        "gained": "mean fitness less that of a society of learners only",
    }
    GOAL: ClassVar = "fitness"

    def __post_init__(self) -> None:
        self._within(0, np.inf, "learning", "imitation", "value")
        self._within(0, 1, "step", "change", "imitating")
        self._within(-np.inf, np.inf, "base")
        if self.value == 0:
            raise InputError(where="value", needed="a number above 0", found="0")
        if self.change == 0:
            raise InputError(
                where="change",
                needed="a chance above 0",
                found="0",
                remedy="A world that never moves leaves imitators where they began or at the optimum.",
            )

    @property
    def exact(self) -> tuple[Fraction, Fraction, Fraction]:
        """(δ, a, g) as the decimals that were written."""
        learning, imitation, value, step, change = (
            rational.fraction(v) for v in (self.learning, self.imitation, self.value, self.step, self.change)
        )
        return (learning - imitation) / value, step, change

    @property
    def share(self) -> Fraction:
        """q at rest, exactly."""
        if self.imitating is not None:
            return rational.fraction(self.imitating)
        delta, a, g = self.exact
        if delta <= g:
            return Fraction(0)
        return Fraction(1) if delta >= gap(1, a, g) else (1 - g / delta) / ((1 - g) * (1 - a))

    @property
    def threshold(self) -> Fraction:
        """The step a above which all imitate and culture pays; above 1 where none is large enough."""
        delta, _, g = self.exact
        if delta >= 1 or g == 1:
            return Fraction(0) if delta >= 1 else Fraction(2)
        return g * (1 - delta) / (delta * (1 - g)) if delta > 0 else Fraction(2)

    def outcomes(self) -> list[Outcome]:
        delta, a, g = self.exact
        q = self.share
        if self.imitating is not None:
            return [self._at(q, "the share of imitators is held", "E[x] at that share", None)]
        top = gap(1, a, g)
        if q == 1:
            how = f"ESS: δ = {float(delta):.6g} is at least E[x] = g/(g + a(1 − g)) = {float(top):.6g}"
            return [self._at(q, "all imitate, and improve what they copy", how)]
        if q == 0:
            return [self._at(q, "everybody learns", f"δ = {float(delta):.6g} ≤ g: a first imitator gains nothing")]
        how = f"E[x] = δ exactly, at q* = {q} = {float(q):.6g}; W_I − W_L falls in q"
        return [self._at(q, "learners and imitators do equally well", how)]

    def _at(self, q: Fraction, name: str, how: str, stable: bool | None = True) -> Outcome:
        delta, a, g = self.exact
        x = gap(q, a, g)
        gained = q * rational.fraction(self.value) * (delta - x)
        learners = self.base + self.value - self.learning
        measures = {
            "fitness": learners + float(gained),
            "imitators": float(q),
            "gap": float(x),
            "gained": float(gained),
        }
        return Outcome(name, measures, stable, None if stable is None else 1.0, how)

    def simulate(self, plan: Plan) -> Course:
        """Agents in places, `places.py`."""
        way = self._way()
        runs = [run(way, plan.agents, plan.steps, seed) for seed in plan.seeds]
        q = np.array([shares for shares, _ in runs])
        x = np.array([means for _, means in runs])
        gained = np.where(np.isnan(x), 0.0, q * (self.learning - self.imitation - self.value * np.nan_to_num(x)))
        fitness = self.base + self.value - self.learning + gained
        measures = {"fitness": fitness, "imitators": q, "gap": x, "gained": gained}
        return Course(np.arange(plan.steps, dtype=float), measures, whole(plan.agents), "generations")

    def _way(self) -> Way:
        delta = (self.learning - self.imitation) / self.value
        keeps = np.float32(1 - self.step)

        def start(drawn: Array) -> Array:
            return np.ones(drawn.shape, np.float32)

        def copied(last: Array, look: Look, switched: Array) -> Array:
            return np.where(switched, np.float32(1), last[look.model(0)] * keeps)

        return Way(self.change, 0.0, start, copied, lambda x: delta - x, self.imitating)

    def claims(self) -> list[ClaimRow]:
        """Exact, in fractions of the decimals that were written."""
        if self.imitating is not None:
            return []
        delta, a, g = self.exact
        q, top = self.share, gap(1, a, g)
        if q == 1:
            slides = delta == 1 or delta > 1 or delta / (1 - delta) * a > g
            return [
                ClaimRow(
                    "imitation is an ESS, from every start",
                    delta >= top and delta > g,
                    "proved",
                    f"δ − E[x] falls in q and is {delta - top} = {float(delta - top):.6g} at q = 1",
                    float(delta - top),
                ),
                ClaimRow("the condition of the slides holds too", bool(slides), "proved", "(δ/(1 − δ)) a > g"),
                ClaimRow(
                    "culture raises what all have",
                    delta > top,
                    "proved",
                    f"V (δ − E[x]) = {self.value * float(delta - top):.6g} above a society of learners only",
                    self.value * float(delta - top),
                ),
            ]
        if q == 0:
            return [
                ClaimRow("nobody imitates", delta <= g, "proved", f"δ − E[x] is {delta - g} at q = 0 and falls in q")
            ]
        apart = delta - gap(q, a, g)
        says = f"δ − E[x] = {apart} exactly at q* = {q}: all have what learners have"
        return [ClaimRow("imitation adds nothing to what all have (Rogers)", apart == 0, "proved", says)]

    def sections(self) -> list[Section]:
        delta, _, g = self.exact
        steps = [Fraction(k, 200) for k in range(1, 201)]
        gaps = [float(gap(1, s, g)) for s in steps]
        x = [float(s) for s in steps]
        at = float(self.threshold)
        figure = Figure(
            "gap",
            "How far a society of imitators is from the optimum",
            "fraction of the gap closed in a generation",
            "gap, in units of V",
            [Series("E[gap]", x, gaps), Series("δ, what imitating saves", x, [float(delta)] * len(x))],
            [Mark(at, "all imitate beyond")] if at <= 1 else [],
            "Closed form g/(g + a(1 − g)). Where it is below δ, imitation is an ESS and all are better off than learners.",
        )
        slides = float(g * (1 - delta) / delta) if 0 < delta < 1 else None
        table = Table(
            "The step from which culture pays",
            ["", "fraction closed in a generation"],
            [["exact", at if at <= 1 else None], ["the slides, for small g", slides]],
        )
        return [Section("Improving what is copied", "", figures=[figure], tables=[table])]

    def describe(self) -> str:
        held = f"; {self.imitating:g} imitate" if self.imitating is not None else ""
        return (
            f"imitators close {self.step:g} of the gap in a generation, the optimum moves with chance {self.change:g}, "
            f"imitating saves {self.learning - self.imitation:g}{held}"
        )
