"""Law as a model of a society: relationships of two buyers and a seller, where law holds or nobody boycotts.

After Hadfield & Weingast 2012: the inequality is published, the stage, sellers who err, and relationships that are renewed are
ours (`stage`, `triples`). Nobody boycotting is always an equilibrium. What people can count on depends on where they begin: with
R in force (`in_force`) they keep it if the condition holds, and fall to the other outcome if it does not.

In the long run, sellers erring with chance ε, relationships renewed with chance ν, e = 1 − (1 − ε)², s = 1 − ρ, τ = s_i s_j:

    R alive       g = ν / (1 − (1 − ν)(1 − e (1 − τ)))                                  1 where nothing breaks it
    while alive   wrongs ε     boycotts e (s_i + s_j)/2     welfare 2 (1 − ε)(V − κ) − c e (s_i + s_j) − h e τ
    afterwards    wrongs 1     none                         0                               (κ > 0; κ = 0: wrongs ε, no boycotts)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

import numpy as np

from ...errors import InputError
from ...report.findings.report import Cell, Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from ..model import Course, Model, Outcome, Plan
from .boycott import Boycott, number
from .deviation import Repeated, costs
from .explicit import Explicit
from .profile import INTACT, STATES, nobody, playing_r
from .stage import Stage
from .triples import MEASURES, simulate

CONDITIONS = ("published", "explicit")


@dataclass(frozen=True)
class Law(Model):
    """Money in units of the price."""

    discount: Fraction = Fraction(4, 5)
    """d, weight of the next period, turnover counted."""
    price: Fraction = Fraction(1)
    """P."""
    value: Fraction = Fraction(2)
    """V, of a delivery that is honoured; above the price."""
    cost: Fraction = Fraction(2, 5)
    """c, of a boycott, to who takes part."""
    rho_i: Fraction = Fraction(1, 10)
    """ρ_i, chance that R does not serve buyer i in a period."""
    rho_j: Fraction = Fraction(1, 10)
    honour: Fraction = Fraction(1, 10)
    """κ, what honouring one delivery costs the seller."""
    harm: Fraction = Fraction(2)
    """h, what a boycott by both takes from the seller."""
    error: Fraction = Fraction(1, 100)
    """ε, chance that a seller wrongs whom it meant to honour."""
    turnover: Fraction = Fraction(1, 20)
    """ν, chance that a relationship is replaced by a new one after a period."""
    in_force: bool = False
    """Whether all begin by playing R: only what society may come to from there is an outcome."""
    logic: bool = True
    """Whether there is a common logic at all."""
    condition: str = "published"
    """Which condition says that law is stable: "published" (the inequality) or "explicit" (no deviation gains in our stage)."""

    MEASURES: ClassVar = {
        "welfare": "sum of the payoffs of a relationship, per period; money",
        "wrongful": "share of deliveries that wrong their buyer",
        "boycotts": "share of buyers who boycott, per period",
        "alive": "share of relationships in which both buyers have always played R",
    }
    GOAL: ClassVar = "welfare"

    def __post_init__(self) -> None:
        if self.condition not in CONDITIONS:
            raise InputError(where="condition", needed=f"one of {', '.join(CONDITIONS)}", found=repr(self.condition))
        for name in ("turnover", "error"):
            number(getattr(self, name), name, 0, 1)
        _ = self.inequality, self.explicit

    @cached_property
    def inequality(self) -> Boycott:
        """The published condition."""
        return Boycott(self.discount, self.cost, self.price, self.rho_i, self.rho_j)

    @cached_property
    def explicit(self) -> Explicit:
        """Ours."""
        return Explicit(self.discount, self.price, self.value, self.rho_i, self.rho_j, self.honour, self.harm)

    def stage(self, cost: Fraction | None = None) -> Stage:
        """The explicit stage; with another cost of boycotts where one is given."""
        return Stage.after(
            price=self.price,
            value=self.value,
            cost=self.cost if cost is None else cost,
            rho_i=self.rho_i,
            rho_j=self.rho_j,
            honour=self.honour,
            harm=self.harm,
        )

    @cached_property
    def lawful(self) -> Repeated:
        """Everybody playing R, nobody erring."""
        stage = self.stage()
        return Repeated(stage, playing_r(stage), self.discount)

    @cached_property
    def lawless(self) -> Repeated:
        """Nobody boycotting."""
        stage = self.stage()
        return Repeated(stage, nobody(stage), self.discount)

    @property
    def living(self) -> Repeated:
        """Everybody playing R, sellers erring."""
        stage = self.stage()
        return Repeated(stage, playing_r(stage).trembling(self.error, stage), self.discount)

    def frequencies(self, lawful: bool = True) -> dict[str, float]:
        """{measure: in the long run}, in closed form: all playing R, or nobody boycotting."""
        served = (1 - self.rho_i, 1 - self.rho_j)
        e = 1 - (1 - self.error) ** 2
        breaks = e * (1 - served[0] * served[1])
        leaves = 1 - (1 - self.turnover) * (1 - breaks)
        ours = (self.turnover / leaves if leaves else Fraction(1)) if lawful else Fraction(0)
        wronged = self.error if self.honour == 0 else Fraction(1)  # without law
        wrongful = ours * self.error + (1 - ours) * wronged
        boycotts = ours * e * sum(served) / 2
        welfare = 2 * (1 - wrongful) * (self.value - self.honour) - 2 * self.cost * boycotts
        welfare -= ours * self.harm * e * served[0] * served[1]
        return dict(zip(MEASURES, map(float, (ours, wrongful, boycotts, welfare)), strict=True))

    @property
    def holds(self) -> bool:
        """Whether law is stable, by the condition that was chosen."""
        return self.inequality.holds if self.condition == "published" else self.lawful.perfect

    def outcomes(self) -> list[Outcome]:
        bound = float(self.inequality.threshold)
        sign = "<" if self.inequality.holds else "≥"
        how = f"c = {float(self.cost):.6g} {sign} Q/(1 + Q)·P = {bound:.6g} (Hadfield & Weingast 2012)"
        if self.condition == "explicit":
            how = f"largest gain of a deviation in our stage: {float(self.lawful.worst.gain):.4g}"
        law = Outcome("law holds", self.frequencies(), self.holds, None, how)
        alone = f"boycotting alone costs {float(self.cost):.4g} and changes nothing"
        none = Outcome("nobody boycotts", self.frequencies(False), True, None, alone)
        if not self.logic:
            return [none]
        if not self.in_force:
            return [law, none]
        return [law] if self.holds else [law, none]

    def simulate(self, plan: Plan) -> Course:
        law = self.logic and (self.holds or not self.in_force)
        stage = self.stage()
        one = self.living if law else Repeated(stage, nobody(stage).trembling(self.error, stage), self.discount)
        triples = max(1, plan.agents // 3)
        turnover = float(self.turnover) if law else 0.0
        runs = [simulate(one, triples, plan.steps, seed, turnover).table for seed in plan.seeds]
        table = np.array(runs)
        if not law:
            table[:, MEASURES.index("alive")] = 0
        return Course(
            np.arange(plan.steps, dtype=float),
            {name: table[:, m] for m, name in enumerate(MEASURES)},
            plan.agents,
            "periods",
        )

    def claims(self) -> list[ClaimRow]:
        explicit, low_high = self.explicit, costs(self.stage, self.lawful.profile, self.discount)
        worst = self.lawful.worst
        bound = "at no cost" if low_high == (None, None) else f"for c up to {float(low_high[1] or 0):.6g}"
        buyers = "V ≥ 2P" if self.value >= 2 * self.price else "V < 2P"
        return [
            *self.inequality.claims(),
            ClaimRow(
                "R is an equilibrium of our stage (ours, after Hadfield & Weingast 2012)",
                worst.gain <= 0,
                "proved",
                f"of all one-shot deviations the best: {worst.describe()}; none gains more. It is one {bound}",
                float(-worst.gain),
            ),
            ClaimRow(
                "in our stage buyers bear at least what the published condition allows",
                explicit.gap >= 0,
                "proved",
                f"{buyers}: {float(explicit.threshold):.6g} against {float(explicit.published):.6g}; "
                "enough is V (1 + Q) ≥ 2P (1 − d)(1 − min ρ)",
                float(explicit.gap),
            ),
            ClaimRow(
                "nobody boycotting is an equilibrium too",
                self.lawless.perfect,
                "proved",
                f"best deviation: {self.lawless.worst.describe()}",
                float(-self.lawless.worst.gain),
            ),
        ]

    def sections(self) -> list[Section]:
        d = [Fraction(k, 50) for k in range(50)]
        pairs = sorted({(Fraction(0), Fraction(0)), (self.rho_i, self.rho_j), (Fraction(3, 10), Fraction(3, 10))})
        curves = [
            Series(
                f"ρ = {float(i):g}, {float(j):g}",
                [float(x) for x in d],
                [float(Boycott(x, 0, self.price, i, j).threshold) for x in d],
            )
            for i, j in pairs
        ]
        bound = Figure(
            "law-threshold",
            "What a boycott may cost",
            "d, weight of the next period",
            "c, at most",
            curves,
            [Mark(float(self.discount), "d here")],
            "Q/(1 + Q) · P; the published condition, sufficient.",
        )
        return [
            Section("Where law holds by boycott alone", "Below a curve it does.", figures=[bound]),
            Section(
                "The published bound and our stage",
                "One-shot deviations of an explicit game after the paper; its details are ours. It counts all later periods.",
                tables=[self._gaps(), self._deviations()],
            ),
        ]

    def _gaps(self) -> Table:
        rows: list[list[Cell]] = []
        for d in ("0.5", "0.8", "0.95"):
            for rho in ("0", "0.1", "0.3"):
                one = Explicit(d, self.price, self.value, rho, rho, self.honour, self.harm)
                cells = (one.published, one.threshold, one.gap, one.both_served)
                needs = None if one.both_needed is None else float(one.both_needed)
                rows.append([float(d), float(rho), *map(float, cells), needs, one.deters])
        heads = ["d", "ρ of both", "published", "our stage", "gap", "both served", "seller needs", "seller deterred"]
        return Table("Most that a boycott may cost", heads, rows)

    def _deviations(self) -> Table:
        rows: list[list[Cell]] = [
            [one.player, one.signal, one.delivery, one.act, float(one.gain)]
            for one in self.lawful.deviations()
            if one.state == STATES[INTACT]
        ]
        return Table(
            "Deviating once while both have always played R",
            ["who", "knowing", "delivered", "does", "gains"],
            rows,
        )

    def describe(self) -> str:
        if not self.logic:
            return "everybody judges for herself, and nobody can count on the other"
        return (
            f"a boycott costs {float(self.cost):g} of a price of {float(self.price):g}, tomorrow counts {float(self.discount):g}, "
            f"and the common logic fails buyers with chances {float(self.rho_i):g} and {float(self.rho_j):g}"
            + (", all beginning with it in force" if self.in_force else "")
        )
