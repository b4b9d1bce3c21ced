"""Enforcers with a quorum as a model of a society: private logics, or a common one. After Hadfield & Weingast 2012; ours
(`quorum`).

A case is wrong or right. Under the common logic enforcers who have adopted it are called by it; under private logics each is
called by her own judgement: with chance p on a wrong. Of those who are called a share x takes part. Others acting with chance
x p, taking part pays where

    g C(n−1, k−1) (x p)^(k−1) (1 − x p)^(n−k) ≥ c

All take part (x = 1) where that holds at p. Where it does not because too many are there already, p above the upper root p₊, some
stay away until x p = p₊, and there it is stable: fewer would make it pay again. Below the lower root nobody is left. Nobody acting
is an outcome of its own for k ≥ 2. Beginning with a logic in force they come to the first of these that there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError
from ...institution.order import Sanctioning
from ...numerics import counter
from ...report.findings.report import Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from ..model import Course, Model, Outcome, Plan
from .quorum import Enforcers, slope, support

MEASURES = ("welfare", "deterred", "struck", "boycotts")
LOGICS = ("private", "common")


@dataclass(frozen=True)
class Quorum(Model):
    """Welfare units per case."""

    n: int = 5
    """Enforcers."""
    k: int = 3
    """How many must act."""
    logic: str = "private"
    """"private" or "common"."""
    accuracy: Fraction = Fraction(7, 10)
    """q, of each one's own logic."""
    adoption: Fraction = Fraction(9, 10)
    """a, chance that one acts by the common logic."""
    error: Fraction = Fraction(0)
    """e, chance that the common logic calls a case other than it is."""
    congruence: Fraction = Fraction(0)
    """ℓ, per case, of following it against one's own."""
    wrong: Fraction = Fraction(1, 2)
    """w, share of cases that are wrong."""
    stake: Fraction = Fraction(1)
    """s, per wrong that is not deterred."""
    harm: Fraction = Fraction(1)
    """f, per false boycott that bites."""
    cost: Fraction = Fraction(1, 50)
    """c, of taking part, to each."""
    gain: Fraction = Fraction(1, 2)
    """g, to each enforcer when a wrong is deterred."""
    in_force: bool = False
    """Whether all begin by acting: only what they may come to from there is an outcome."""

    MEASURES: ClassVar = {
        "welfare": "less what wrongs, false boycotts, taking part and following R cost; per case",
        "deterred": "chance that a wrong meets a quorum",
        "struck": "chance that a right act meets a quorum",
        "boycotts": "enforcers who act, per case",
    }
    GOAL: ClassVar = "welfare"

    def __post_init__(self) -> None:
        if self.logic not in LOGICS:
            raise InputError(where="logic", needed=f"one of {', '.join(LOGICS)}", found=repr(self.logic))
        if min(self.cost, self.gain) < 0:
            raise InputError(where="cost and gain", needed="numbers of at least 0", found=f"{self.cost}, {self.gain}")
        _ = self.enforcers

    @cached_property
    def enforcers(self) -> Enforcers:
        """The binomials."""
        return Enforcers(
            self.n,
            self.k,
            self.accuracy,
            self.adoption,
            self.wrong,
            self.stake,
            self.harm,
            self.error,
            self.congruence,
        )

    @property
    def called(self) -> Fraction:
        """p: chance that an enforcer is called on a wrong that she, or R, calls wrong."""
        return Fraction(self.enforcers.accuracy if self.logic == "private" else self.enforcers.adoption)

    @property
    def deciding(self) -> Fraction:
        """Chance that an enforcer who is called decides, all others who are called taking part."""
        return Fraction(Sanctioning(quorum=self.k, belief=self.called).pivotal(self.n))

    @property
    def holds(self) -> bool:
        """Whether taking part pays when all do."""
        return bool(self.gain * self.deciding >= self.cost)

    @property
    def share(self) -> Fraction:
        """x: share of those who are called that takes part, all having begun by it; 0, 1, or a rational next to a root."""
        if self.holds:
            return Fraction(1)
        found = support(self.n, self.k, self.cost, self.gain)
        if self.k == self.n or not 0 < self.cost < self.gain * found.most:
            return Fraction(0)  # nothing stable above nobody
        upper = found.mixed[-1][0]
        return upper / self.called if self.called > upper else Fraction(0)

    def measures(self, share: Fraction = Fraction(1)) -> dict[str, Fraction]:
        """Where that share of those who are called takes part."""
        one, w = self.enforcers, self.enforcers.wrong
        if self.logic == "private":
            on_wrong, on_right = share * one.accuracy, share * (1 - one.accuracy)
            deterred, struck = one.reaches(on_wrong), one.reaches(on_right)
        else:
            on_wrong, on_right = share * one.adoption * (1 - one.error), share * one.adoption * one.error
            met = one.reaches(share * one.adoption)
            deterred, struck = (1 - one.error) * met, one.error * met
        boycotts = self.n * (w * on_wrong + (1 - w) * on_right)
        return self._welfare(deterred, struck, boycotts, share > 0)

    def _welfare(self, deterred: Any, struck: Any, boycotts: Any, acting: bool) -> dict[str, Any]:
        w = self.enforcers.wrong
        lost = self.enforcers.congruence if acting and self.logic == "common" else 0
        welfare = (
            -w * self.enforcers.stake * (1 - deterred)
            - (1 - w) * self.enforcers.harm * struck
            - self.cost * boycotts
            - lost
        )
        return dict(zip(MEASURES, (welfare, deterred, struck, boycotts), strict=True))

    def outcomes(self) -> list[Outcome]:
        share = self.share
        sign = "≥" if self.holds else "<"
        how = f"g·C(n−1, k−1)p^(k−1)(1−p)^(n−k) = {float(self.gain * self.deciding):.6g} {sign} c = {float(self.cost):.6g}"
        name = "the common logic is enforced" if self.logic == "common" else "each enforces her own logic"
        acting = Outcome(name, _floats(self.measures()), self.holds, None, how)
        alone = support(self.n, self.k, self.cost, self.gain).nobody
        why = (
            "a quorum of two or more: alone nobody decides"
            if self.k > 1
            else f"one decides; c {'≥' if alone else '<'} g"
        )
        none = Outcome("nobody enforces", _floats(self.measures(Fraction(0))), alone, None, why)
        found = [acting]
        if 0 < share < 1:
            said = f"x p = {float(share * self.called):.6g}, upper root of g · chance of deciding = c, signs checked"
            found.append(Outcome("some leave it to the others", _floats(self.measures(share)), True, None, said))
        return found if self.in_force and share > 0 else [*found, none]

    def simulate(self, plan: Plan) -> Course:
        """`agents` are cases in each of `steps` periods, judged by n enforcers each."""
        share = float(self.share if self.in_force else 1)
        runs = np.array([[self._period(plan.agents, t, seed, share) for t in range(plan.steps)] for seed in plan.seeds])
        return Course(
            np.arange(plan.steps, dtype=float),
            {name: runs[:, :, m] for m, name in enumerate(MEASURES)},
            plan.agents,
            "periods",
        )

    def _period(self, cases: int, t: int, seed: int, share: float) -> list[float]:
        wrong = counter.happens(counter.draws(seed, 0, t, cases), float(self.wrong))
        act = np.zeros((self.n, cases), bool)
        if self.logic == "common":
            called = wrong ^ counter.happens(counter.draws(seed, 1, t, cases), float(self.error))
            for i in range(self.n):
                act[i] = called & counter.happens(counter.draws(seed, 2 + i, t, cases), share * float(self.adoption))
        else:
            for i in range(self.n):
                chance = share * np.where(wrong, float(self.accuracy), float(1 - self.accuracy))
                act[i] = counter.happens(counter.draws(seed, 2 + i, t, cases), chance)
        bites = act.sum(axis=0) >= self.k
        deterred = float(bites[wrong].mean()) if wrong.any() else 0.0
        struck = float(bites[~wrong].mean()) if (~wrong).any() else 0.0
        found = self._welfare(deterred, struck, float(act.sum() / cases), share > 0)
        return [float(x) for x in found.values()]

    def claims(self) -> list[ClaimRow]:
        one = self.enforcers
        b, (below, above) = slope(self.n, self.k, one.accuracy), one.threshold or (None, None)
        found = (
            f"between {float(below):.6g} and {float(above):.6g}; at both ends the sign was checked exactly"
            if below is not None and above is not None
            else "at no accuracy do they change places"
        )
        return [
            ClaimRow(
                "the common logic is worth more than private ones",
                one.value > 0,
                "proved",
                f"deters {float(one.common[0]):.6g} against {float(one.private[0]):.6g}, strikes falsely "
                f"{float(one.common[1]):.6g} against {float(one.private[1]):.6g}, less "
                f"{float(one.congruence):g}: {float(one.value):.6g} per case; accuracy from which on it is not: {found}",
                float(one.value),
            ),
            ClaimRow(
                "better judges deter more",
                b >= 0,
                "proved",
                f"∂B/∂q = n C(n−1, k−1) q^(k−1) (1−q)^(n−k) = {float(b):.6g} ≥ 0",
            ),
            ClaimRow(
                "taking part pays for each who is called, if all do",
                self.holds,
                "proved",
                f"g · chance of deciding = {float(self.gain):g} · {float(self.deciding):.6g} against c = {float(self.cost):g}",
                float(self.gain * self.deciding - self.cost),
            ),
        ]

    def sections(self) -> list[Section]:
        q = [Fraction(i, 100) for i in range(101)]
        one, xs = self.enforcers, [float(x) for x in q]
        common = float(one.common[0])
        figure = Figure(
            "quorum-deterrence",
            "How sure a wrong is to meet a quorum",
            "accuracy of each one's own logic",
            "chance",
            [
                Series("own logics, wrongs", xs, [float(one.reaches(x)) for x in q]),
                Series("own logics, right acts", xs, [float(one.reaches(1 - x)) for x in q]),
                Series("common logic, wrongs", xs, [common] * len(xs)),
            ],
            [Mark(float(one.threshold[0]), "q*")] if one.threshold else [],
            "q*: from this accuracy on private logics are better for people.",
        )
        rows: list[list[Any]] = []
        for k in range(1, self.n + 1):
            here = support(self.n, k, self.cost, self.gain)
            mixed = [float(low) for low, _ in here.mixed]
            rows.append(
                [k, here.nobody, here.exactly, float(here.most), ", ".join(f"{p:.4g}" for p in mixed) or "none"]
            )
        heads = ["k", "nobody", "exactly k", "largest chance of deciding", "mixtures, p of each"]
        table = Table("Equilibria of taking part, by quorum", heads, rows)
        return [
            Section("Own logics against a common one", figures=[figure]),
            Section(
                "Which quorum holds up", "A sanction that needs many is everybody's to leave to others.", tables=[table]
            ),
        ]

    def describe(self) -> str:
        judged = (
            f"each judges for herself and is right with chance {float(self.accuracy):g}"
            if self.logic == "private"
            else f"each acts by the common logic with chance {float(self.adoption):g}"
        )
        return f"{self.k} of {self.n} must act; {judged}; taking part costs {float(self.cost):g}"


def _floats(exact: Any) -> dict[str, float]:
    return {name: float(value) for name, value in exact.items()}
