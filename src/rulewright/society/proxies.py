"""Two ways to see over-optimisation: a proxy that is climbed step by step, and the best of many samples by a proxy score.

The arithmetic is in welfare/proxies; here are the models that scenario files name, with remedies as rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from ..errors import InputError
from ..report.findings.report import Figure, Mark, Section, Series, Table
from ..report.report import ClaimRow
from ..welfare.proxies import Course, Curve, Wants, ascent, best_of_n, limit, optimum
from ..welfare.proxies.ascent import REMEDIES, Remedy
from ..welfare.proxies.best_of_n import FEW
from .model import Model, Outcome

SHOWN = 400  # points of a curve in a report
DRAWS = 200  # of the bootstrap
SETTLED = 0.5  # of an interactive course, that is averaged


@dataclass(frozen=True)
class Proxy(Model):
    """An incomplete proxy, climbed. Utilities Σ a_k u(s_k), one resource Σ c_k s_k ≤ budget."""

    start: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    mentioned: tuple[int, ...] = (1, 2)
    """Attributes that the proxy counts, from 1 on; with an interactive remedy only how many."""
    budget: float = 8.0
    weights: tuple[float, ...] = ()
    """a; all 1 if left out."""
    prices: tuple[float, ...] = ()
    """c; all 1 if left out."""
    floor: float = 0.0
    """No attribute falls below."""
    utility: str = "log"
    """"log", "root", "saturating" or "linear"."""
    remedy: str = "none"
    """"none", "impact" (what is not mentioned stays) or "interactive" (a new proxy every so many steps)."""
    every: int = 1
    """Steps between two proxies."""
    size: float = 0.002
    """Length of a step."""
    steps: int = 8000

    MEASURES: ClassVar = {
        "utility": "what people have, U",
        "proxy": "what is optimised",
        "gap": "U at the optimum less what it is",
    }
    GOAL: ClassVar = "utility"

    def __post_init__(self) -> None:
        for name in ("weights", "prices"):
            if getattr(self, name) and len(getattr(self, name)) != len(self.start):
                raise InputError(where=name, needed=f"{len(self.start)} numbers", found=str(len(getattr(self, name))))
        if self.remedy not in REMEDIES:
            raise InputError(where="remedy", needed=f"one of {', '.join(REMEDIES)}", found=repr(self.remedy))
        self.wants.of(self._mentioned)

    @property
    def _remedy(self) -> Remedy:
        return next(r for r in REMEDIES if r == self.remedy)

    @property
    def _mentioned(self) -> tuple[int, ...]:
        return tuple(k - 1 for k in self.mentioned)

    @property
    def wants(self) -> Wants:
        ones = np.ones(len(self.start))
        weights, prices = (np.array(x) if x else ones for x in (self.weights, self.prices))
        return Wants(weights, prices, self.budget, np.array(self.start), self.floor, self.utility)

    @cached_property
    def course(self) -> Course:
        return ascent(
            self.wants, self._mentioned, steps=self.steps, size=self.size, remedy=self._remedy, every=self.every
        )

    def outcomes(self) -> list[Outcome]:
        best = optimum(self.wants)
        if self.remedy == "interactive":
            late = self.course.utility[int(SETTLED * self.steps) + 1 :]
            measured = {"utility": float(late.mean()), "proxy": float(self.course.proxy[-1])}
            how = f"mean of the last {len(late):,} steps of {self.size:g}, a new proxy every {self.every:,}"
            name, grade = "the proxy is written anew", "searched only"
        else:
            end = limit(self.wants, self._mentioned, self._remedy)
            measured = {"utility": end.utility, "proxy": end.proxy}
            how = f"the optimum of the proxy, first-order conditions; the budget is missed by {end.residual:.1e}"
            # −∞ follows from what is left out alone; else a number that floats found
            name, grade = "the proxy is climbed for ever", "proved" if end.utility == -np.inf else "searched only"
        return [Outcome(name, {**measured, "gap": best.utility - measured["utility"]}, True, None, how, grade)]

    def claims(self) -> list[ClaimRow]:
        lowest = float(self.course.utility.min())
        start = float(self.course.utility[0])
        return [
            ClaimRow(
                "people never have less than at the start",
                lowest >= start - 1e-9,
                "searched only",
                f"lowest on the way: {lowest:.4g}; at the start: {start:.4g}",
                lowest - start,
            )
        ]

    def sections(self) -> list[Section]:
        course, step = self.course, max(1, self.steps // SHOWN)
        kept = np.arange(0, self.steps + 1, step)
        kept = kept[np.isfinite(course.utility[kept]) & np.isfinite(course.proxy[kept])]
        x = kept.astype(float).tolist()
        marks = [Mark(float(course.peak), "highest")]
        if course.bound is not None:
            marks.append(Mark(float(course.bound), "the resource binds"))
        figure = Figure(
            "phases",
            "What people have, while the proxy is climbed",
            f"steps of {self.size:g}",
            "utility",
            [
                Series("what people have", x, course.utility[kept].tolist()),
                Series("proxy", x, course.proxy[kept].tolist()),
            ],
            marks,
            "Both rise while there is slack; then what nobody mentioned pays.",
        )
        end = limit(self.wants, self._mentioned, self._remedy)
        best = optimum(self.wants)
        rows: list[list[str | float | bool | None]] = [
            [f"{k + 1}{' (mentioned)' if k in self._mentioned else ''}", *map(float, parts)]
            for k, parts in enumerate(zip(self.start, best.state, end.state, strict=True))
        ]
        table = Table("Attributes", ["attribute", "at the start", "at the optimum", "proxy climbed for ever"], rows)
        return [Section("Two phases", figures=[figure], tables=[table])]

    def describe(self) -> str:
        said = "" if self.remedy == "none" else f"; remedy: {self.remedy}"
        said += f", every {self.every:,} steps" if self.remedy == "interactive" else ""
        return f"{len(self.mentioned)} of {len(self.start)} attributes are mentioned{said}"


@dataclass(frozen=True)
class BestOfN(Model):
    """The best of n by a proxy score: scores that are given, or drawn as true + noise."""

    proxy: tuple[float, ...] = ()
    true: tuple[float, ...] = ()
    samples: int = 10_000
    """Drawn where none are given: true is standard normal."""
    noise: float = 1.0
    """Spread of the proxy's error."""
    tail: float = 0.0
    """Degrees of freedom of Student's law that the error has; 0 for a normal one. The fewer, the heavier."""
    harm: float = 0.0
    """What a unit of error above 0 takes from the true score: what looks good by error is worse for it."""
    most: int = 1000
    """Highest n; never more than a tenth of the samples."""
    seed: int = 0

    MEASURES: ClassVar = {
        "true": "expected true score of the best",
        "proxy": "expected proxy score of the best",
        "peak": "n at which the true score is highest",
        "drop": "true score at its peak less at the end",
    }
    GOAL: ClassVar = "true"

    def __post_init__(self) -> None:
        if bool(self.proxy) != bool(self.true):
            raise InputError(where="best of n", needed="both lists of scores, or none", found="one of them")
        numbers = (self.noise, self.tail, self.harm)
        if not np.isfinite(numbers).all() or min(numbers) < 0 or not 20 <= self.samples <= 1_000_000:
            raise InputError(
                where="best of n", needed="20 to 1,000,000 samples, numbers of at least 0", found=str(numbers)
            )

    @cached_property
    def curve(self) -> Curve:
        if self.proxy:
            top = min(self.most, max(2, len(self.proxy) // FEW))
            return best_of_n(self.proxy, self.true, top, seed=self.seed, draws=DRAWS)
        rng = np.random.default_rng(self.seed)
        true = rng.standard_normal(self.samples)
        error = rng.standard_t(self.tail, self.samples) if self.tail else rng.standard_normal(self.samples)
        error = error * self.noise
        worth = true - self.harm * np.maximum(error, 0)
        return best_of_n(true + error, worth, min(self.most, self.samples // FEW), seed=self.seed, draws=DRAWS)

    def outcomes(self) -> list[Outcome]:
        found = self.curve
        measured = {
            "true": float(found.true[-1]),
            "proxy": float(found.proxy[-1]),
            "peak": float(found.peak),
            "drop": found.drop,
        }
        how = (
            f"95 % interval {found.low[-1]:.4g} to {found.high[-1]:.4g}: {found.samples:,} samples, {found.draws} draws"
        )
        return [Outcome(f"best of {found.n[-1]:,}", measured, None, None, how, "bounded with confidence")]

    def claims(self) -> list[ClaimRow]:
        found = self.curve
        said = f"highest at n = {found.peak:,}; at n = {found.n[-1]:,} it is {found.drop:.4g} lower"
        said += f" (at least {found.drop_low:.4g}, one-sided 95 %, bootstrap of {found.draws} over {found.samples:,} samples)"
        return [ClaimRow("the proxy is not over-optimised", not found.over_optimised, "bounded with confidence", said)]

    def sections(self) -> list[Section]:
        found = self.curve
        x = np.log2(found.n).tolist()
        series = [
            Series("true score", x, found.true.tolist(), found.low.tolist(), found.high.tolist()),
            Series("proxy score", x, found.proxy.tolist()),
        ]
        figure = Figure(
            "best-of-n",
            "The best of n by the proxy",
            "doublings of n",
            "expected score",
            series,
            [Mark(float(np.log2(found.peak)), "highest")],
            "Band: 95 % bootstrap interval over samples.",
        )
        shown = sorted({0, int(np.argmax(found.true)), len(found.n) - 1})
        rows: list[list[str | float | bool | None]] = [
            [
                f"{found.n[k]:,}",
                *(float(x[k]) for x in (found.true, found.low, found.high, found.proxy, found.divergence)),
            ]
            for k in shown
        ]
        table = Table("One, the best, the last", ["n", "true", "from", "to", "proxy", "KL, nats"], rows)
        return [Section("Best of n", figures=[figure], tables=[table])]

    def describe(self) -> str:
        if self.proxy:
            return f"{len(self.proxy):,} scored samples"
        law = f"Student's with {self.tail:g} degrees of freedom" if self.tail else "normal"
        return f"error {law}, spread {self.noise:g}, harm {self.harm:g}"
