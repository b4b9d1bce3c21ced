"""Generative AI and a commons of answers: contributions fall as synthetic supply rises (a tutorial's story; the model is ours).

People ask. An assistant is at hand with chance σ and then has the answer with chance B; who is not answered asks the commons
(a site of questions and answers, an encyclopaedia), whose stock K of contributions answers with chance Q. Who finds an answer
there gives back.

    Q = K²/(1 + K²)                 K = 1 answers half: an answer takes two contributions that meet, a question and its answer
    B = 1 − τ + τ Q                 τ: share of what is asked that is new: assistants must have learnt it from today's commons
    σ = s (1 − w)                   s: supply of synthetic answers; w: share that is labelled and withheld, for people to look

    dK/dt = r + c Q (1 − (1 − α) σ B) + φ σ B − d K

r: what people give unasked; c: what who finds an answer gives; d: decay; α: share of assistants' answers that lead their
reader to the commons (attribution); φ: contributions paid for out of an assistant's answer. Known to people: σ B + (1 − σ B)
Q.

A rest of dK/dt is a root of a polynomial of degree 5 with rational coefficients, counted exactly (`numerics/real_roots.py`);
solved for σ it is explicit, σ(K) = [r + cQ − dK] / [B (c(1 − α)Q − φ)], so that folds, where a stable and an unstable rest
meet, are roots of its derivative. For τ = α = φ = 0, with ρ = r/d:

    K³ − K + 2ρ = 0        K = (2/√3) cos(θ/3 ∓ …), cos θ = −3√3 ρ        s = 1 − (d/c) (K − ρ)(1 + K⁻²)

two folds if ρ < 1/(3√3) = .19245, none above: who gives unasked enough never tips. The smaller supply is where a lost commons
comes back by itself, the larger one where a living one collapses; between them it is a matter of history (hysteresis,
docs/theory/tipping.md).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

import numpy as np

from ..behaviour.tipping import Loop, loop
from ..errors import InputError
from ..numerics import counter, rational
from ..numerics.real_roots import Polynomial, brackets, derivative, plus, refined, scaled, times, trimmed, value
from ..report.findings.report import Figure, Mark, Section, Series, Table
from ..report.report import ClaimRow
from .model import Course, Model, Outcome, Plan

ASKED, GIVEN = 0, 1  # streams of draws
GRID = 121
NEAR = 1e-6  # of a fold, on either side of which rests are counted
K2: Polynomial = (Fraction(0), Fraction(0), Fraction(1))
ONE_K2: Polynomial = (Fraction(1), Fraction(0), Fraction(1))


@dataclass(frozen=True)
class Rest:
    """A stock at which the commons stays."""

    stock: float
    stable: bool
    """Whether K rises below it and falls above it, by exact signs."""


@dataclass(frozen=True)
class Fold:
    """Where a stable and an unstable rest meet."""

    supply: float
    """σ."""
    stock: float


@dataclass(frozen=True)
class KnowledgeCommons(Model):
    """Rates are chances of a person in a step, who asks once in it. Raises InputError for settings without a meaning."""

    supply: float = 0.7
    """s, chance that an assistant is at hand."""
    fresh: float = 0.5
    """τ, share of what is asked that only today's commons can have taught it."""
    gives: float = 0.16
    """c, chance that who finds an answer in the commons contributes."""
    unasked: float = 0.005
    """r, contributions that nothing moves."""
    decay: float = 0.05
    """d, share of the stock that is out of date after a step."""
    attribution: float = 0.0
    """α, share of assistants' answers whose reader goes on to the commons."""
    withheld: float = 0.0
    """w, share of synthetic answers that are not given."""
    paid: float = 0.0
    """φ, contributions paid for by an assistant's answer."""
    start: float = -1.0
    """Stock at first, of a simulation; below 0: where the commons was without assistants."""

    MEASURES: ClassVar = {
        "knowledge": "share of what is asked that is answered, by whomever",
        "stock": "K, contributions that are up to date, a person; 1 answers half of what is asked",
        "answers": "Q, share of what is asked that the commons can answer",
        "synthetic": "share of what is asked that an assistant answers",
        "visits": "share of people who look at the commons",
    }
    GOAL: ClassVar = "knowledge"

    def __post_init__(self) -> None:
        self._within(0, 1, "supply", "fresh", "gives", "unasked", "decay", "attribution", "withheld", "paid")
        if self.decay == 0:
            raise InputError(where="decay", needed="a number above 0", found="0")
        if self.unasked + self.gives + self.paid > 1:
            raise InputError(
                where="gives",
                needed="unasked + gives + paid at most 1, being chances of one step",
                found=f"{self.gives}",
            )
        if not math.isfinite(self.start):
            raise InputError(where="start", needed="a stock, or a number below 0", found=f"{self.start}")

    @property
    def at_hand(self) -> float:
        """σ = s (1 − w)."""
        return self.supply * (1 - self.withheld)

    def shares(self, stock: float) -> tuple[float, float]:
        """(Q, σB)."""
        q = stock * stock / (1 + stock * stock)
        return q, self.at_hand * (1 - self.fresh + self.fresh * q)

    def growth(self, stock: float) -> float:
        """dK/dt."""
        q, synthetic = self.shares(stock)
        visits = 1 - (1 - self.attribution) * synthetic
        return self.unasked + self.gives * q * visits + self.paid * synthetic - self.decay * stock

    def measures(self, stock: float) -> dict[str, float]:
        q, synthetic = self.shares(stock)
        return {
            "knowledge": synthetic + (1 - synthetic) * q,
            "stock": stock,
            "answers": q,
            "synthetic": synthetic,
            "visits": 1 - (1 - self.attribution) * synthetic,
        }

    @cached_property
    def _exact(self) -> dict[str, Fraction]:
        names = ("supply", "fresh", "gives", "unasked", "decay", "attribution", "withheld", "paid")
        return {name: rational.fraction(getattr(self, name)) for name in names}

    @cached_property
    def polynomial(self) -> Polynomial:
        """dK/dt · (1 + K²)², exactly."""
        s = self._exact
        at_hand = s["supply"] * (1 - s["withheld"])
        return plus(self._without, scaled(self._with, -at_hand))

    @cached_property
    def _without(self) -> Polynomial:
        """[r + cQ − dK] (1 + K²)²."""
        s = self._exact
        return times(ONE_K2, plus(times((s["unasked"], -s["decay"]), ONE_K2), scaled(K2, s["gives"])))

    @cached_property
    def _with(self) -> Polynomial:
        """B [c(1 − α)Q − φ] (1 + K²)²: what σ takes away."""
        s = self._exact
        b = plus((1 - s["fresh"],), K2)
        return times(b, plus(scaled(K2, s["gives"] * (1 - s["attribution"])), scaled(ONE_K2, -s["paid"])))

    @property
    def most(self) -> Fraction:
        """More than any stock that stays."""
        s = self._exact
        return (s["unasked"] + s["gives"] + s["paid"]) / s["decay"] + 1

    @cached_property
    def rests(self) -> list[Rest]:
        """All of them, rising; how many there are, and which are stable, is exact."""
        p = self.polynomial
        empty = next(i for i, c in enumerate(p) if c != 0)  # a root at 0 of this order
        p = p[empty:]
        around = brackets(p, Fraction(0), self.most) if len(p) > 1 else []
        between = [Fraction(0), *((a[1] + b[0]) / 2 for a, b in itertools.pairwise(around)), self.most]
        rises = [value(p, k) > 0 for k in between]
        found = [Rest(0.0, not rises[0])] if empty else []
        for k, bracket in enumerate(around):
            found.append(Rest(refined(p, bracket), rises[k] and not rises[k + 1]))
        return found

    @cached_property
    def folds(self) -> list[Fold]:
        """Where rests meet as σ moves, by falling stock; those at a supply within [0, 1]."""
        above, below = self._without, self._with
        slope = plus(times(derivative(above), below), scaled(times(above, derivative(below)), Fraction(-1)))
        start = next((i for i, c in enumerate(slope) if c != 0), 0)
        slope = trimmed(slope[start:])
        if len(slope) < 2:
            return []
        found = []
        for bracket in brackets(slope, Fraction(0), self.most):
            stock = refined(slope, bracket)
            under = _float(below, stock)
            supply = _float(above, stock) / under if abs(under) > 1e-15 else math.inf
            if 0 <= supply <= 1:
                found.append(Fold(supply, stock))
        return found[::-1]

    @property
    def critical(self) -> tuple[float | None, float | None]:
        """(s at which a living commons collapses, s below which a lost one comes back); None: nowhere within [0, 1].

        Followed from where the commons is without assistants.
        """
        if self.withheld == 1:
            return None, None
        whole = replace(self, supply=0.0).rests[-1].stock
        on = [f for f in self.folds if f.stock < whole]
        if not on:
            return None, None
        lost = on[0].supply / (1 - self.withheld)
        back = on[1].supply / (1 - self.withheld) if len(on) > 1 else None
        return (lost if lost <= 1 else None), (back if back is not None and back <= 1 else None)

    def settle(self, supply: float, stock: float) -> float:
        """Where K goes from there at that supply: the next rest up or down (one dimension: a flow cannot pass one)."""
        there = replace(self, supply=float(supply))
        rests = [r.stock for r in there.rests if r.stable]
        speed = there.growth(stock)
        if abs(speed) < 1e-15:
            return stock
        ahead = [k for k in rests if (k > stock) == (speed > 0)]
        return (min(ahead) if speed > 0 else max(ahead)) if ahead else stock

    def loop(self, points: int = GRID) -> Loop:
        """Supply raised from 0 to 1 and lowered again, slowly; what is seen is K."""
        whole = replace(self, supply=0.0).rests[-1].stock
        return loop(self.settle, np.linspace(0, 1, points).tolist(), whole, lambda k: k)

    def outcomes(self) -> list[Outcome]:
        rests = self.rests
        many = sum(r.stable for r in rests)
        found = []
        for i, r in enumerate(rests):
            below = self.shares(rests[i - 1].stock)[0] if i else 0.0
            above = self.shares(rests[i + 1].stock)[0] if i + 1 < len(rests) else 1.0
            alive = r.stock >= (self.folds[0].stock if self.folds else 0.0)
            name = "a watershed" if not r.stable else "a living commons" if alive else "a lost commons"
            how = f"root K = {r.stock:.6g} of a quintic; {many} stable of {len(rests)}, counted exactly (Sturm)"
            found.append(Outcome(name, self.measures(r.stock), r.stable, above - below if r.stable else 0.0, how))
        return found[::-1]

    def simulate(self, plan: Plan) -> Course:
        """Every person asks once a step, and may contribute; the share of stock that is out of date is known."""
        first = self.start if self.start >= 0 else replace(self, supply=0.0).rests[-1].stock
        names = tuple(self.MEASURES)
        rows = np.empty((len(names), len(plan.seeds), plan.steps))
        for k, seed in enumerate(plan.seeds):
            stock = first
            for t in range(plan.steps):
                after, seen = self.step(stock, plan.agents, seed, t)
                rows[:, k, t] = [seen[name] for name in names]
                stock = after
        measures = dict(zip(names, rows, strict=True))
        return Course(np.arange(plan.steps, dtype=float), measures, plan.agents, "steps")

    def step(self, stock: float, agents: int, seed: int, t: int) -> tuple[float, dict[str, float]]:
        """(stock after one step, what was seen in it). Its expectation is K + dK/dt."""
        q, synthetic = self.shares(stock)
        asked = counter.draws(seed, ASKED, t, agents)
        give = counter.draws(seed, GIVEN, t, agents)
        by = counter.happens(asked, synthetic)
        # whom no assistant answers, and whose answer leads on, looks at the commons: one draw, cut in parts
        looks = ~by | counter.happens(asked, synthetic * self.attribution)
        finds = looks & self._finds(asked, q, synthetic)
        chance = self.unasked + self.gives * finds + self.paid * by
        gave = int(np.count_nonzero(counter.happens(give, chance)))
        answered = int(np.count_nonzero(by | finds))
        seen = {
            "knowledge": answered / agents,
            "stock": stock,
            "answers": q,
            "synthetic": int(np.count_nonzero(by)) / agents,
            "visits": int(np.count_nonzero(looks)) / agents,
        }
        return stock * (1 - self.decay) + gave / agents, seen

    def _finds(self, asked: np.ndarray, q: float, synthetic: float) -> np.ndarray:
        """Whether the commons has the answer: a share Q of each part of the same draw."""
        led = synthetic * self.attribution
        return counter.happens(asked, led * q) | (
            counter.happens(asked, synthetic + (1 - synthetic) * q) & ~counter.happens(asked, synthetic)
        )

    def claims(self) -> list[ClaimRow]:
        rests = self.rests
        stable = [r for r in rests if r.stable]
        count = {1: "one stable rest", 2: "two stable rests"}.get(len(stable), f"{len(stable)} stable rests")
        said = "; ".join(f"K = {r.stock:.6g} {'stable' if r.stable else 'not stable'}" for r in rests)
        found = [
            ClaimRow(f"the commons has {count} at this supply", True, "proved", f"{said}; counted by Sturm's theorem")
        ]
        for at, what in zip(self.critical, ("a living commons collapses", "a lost one has come back"), strict=True):
            if at is not None and NEAR < at < 1 - NEAR:
                sides = [len(replace(self, supply=at + by).rests) for by in (-NEAR, NEAR)]
                says = f"{sides[0]} rests at {NEAR:g} less supply, {sides[1]} at {NEAR:g} more, counted exactly"
                found.append(ClaimRow(f"{what} at a supply of {at:.6g}", sides[0] != sides[1], "proved", says))
        return found

    def sections(self) -> list[Section]:
        lost, back = self.critical
        marks = [Mark(v, n) for v, n in ((lost, "collapse"), (back, "return")) if v is not None]
        seen = self.loop()
        x = seen.values.tolist()
        known = [
            [replace(self, supply=s).measures(k)["knowledge"] for s, k in zip(x, ks.tolist(), strict=True)]
            for ks in (seen.there, seen.back)
        ]
        stock = Figure(
            "hysteresis",
            "The commons, as supply rises and falls again",
            "supply of synthetic answers",
            "stock K",
            [Series("rising", x, seen.there.tolist()), Series("falling", x, seen.back.tolist())],
            marks,
            "Each point is where the commons comes to rest from the one before.",
        )
        people = Figure(
            "known",
            "What people know, on the same way",
            "supply of synthetic answers",
            "share of questions answered",
            [Series("rising", x, known[0]), Series("falling", x, known[1])],
            marks,
        )
        rows: list[list[str | float | bool | None]] = [
            ["supply at which a living commons collapses", lost],
            ["supply below which a lost one comes back", back],
            [
                "robustness margin: how much more supply it bears",
                lost - self.supply if lost and lost > self.supply else None,
            ],
            [
                "recovery cost: how much supply must fall for it to come back for sure",
                self.supply - back if back is not None and self.supply > back else None,
            ],
        ]
        table = Table("Critical supplies", ["", "at"], rows)
        lead = "Whom an assistant answers does not look at the commons, and who does not look gives nothing back."
        return [Section("Supply and the commons", lead, figures=[stock, people], tables=[table])]

    def describe(self) -> str:
        rules = [
            f"{v:.0%} {what}"
            for v, what in ((self.attribution, "of answers lead on"), (self.withheld, "of answers are withheld"))
            if v
        ]
        if self.paid:
            rules.append(f"an answer pays for {self.paid:g} contributions")
        return "; ".join([f"an assistant is at hand with chance {self.supply:g}", *rules])


def _float(p: Polynomial, k: float) -> float:
    total = 0.0
    for c in reversed(p):
        total = total * k + float(c)
    return total


def closed_folds(unasked: float, gives: float, decay: float) -> tuple[Fold, Fold] | None:
    """(collapse, return) for τ = α = φ = 0, by the cosines of the cubic K³ − K + 2ρ; None where ρ ≥ 1/(3√3)."""
    rho = unasked / decay
    if 3 * math.sqrt(3) * rho >= 1:
        return None
    angle = math.acos(-3 * math.sqrt(3) * rho) / 3
    stocks = 2 / math.sqrt(3) * math.cos(angle), 2 / math.sqrt(3) * math.cos(angle - 2 * math.pi / 3)
    high, low = (Fold(1 - decay / gives * (k - rho) * (1 + k**-2), k) for k in stocks)
    return high, low
