"""A few sellers who know what buyers want: too little is sold, too dear (Cournot 1838).

Buyers have money m_i and tastes of money and a service (CES: share α of the service, elasticity σ > 1); a unit of service costs c.
At price p they spend the part s(p) = α p^(1−σ) / (α p^(1−σ) + 1 − α) on it, q = s M/p in all, with elasticity

    e(p) = σ − (σ − 1) s(p)           k sellers, alike (Cournot):   (p − c)/p = 1/(k e(p));   for σ = 2 and k = 1:
                                      p = c + √(c² + c α/(1 − α))

With k → ∞, or a cap at c, p = c: the competitive price, which is efficient. At any p > c a further unit is worth more to a buyer
than it costs: an allocation in which buyers and sellers are all better off is in the certificate. Sellers want money only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...report.findings.report import Figure, Mark, Section, Series
from ...report.report import ClaimRow
from ...report.words import number
from ...verify import economy_certificate as written
from ..model import Model, Outcome
from . import proof, shown, worth
from .economy import Economy, utility

PRICES = 81
HALVINGS = 200


@dataclass(frozen=True)
class Power(Model):
    """In units of money."""

    buyers: tuple[Fraction, ...] = (Fraction(12), Fraction(6))
    """m: money of each buyer."""
    share: Fraction = Fraction(3, 4)
    """α of the service, between 0 and 1."""
    elasticity: Fraction = Fraction(2)
    """σ > 1: below it a single seller would ask any price."""
    cost: Fraction = Fraction(1)
    """c of a unit."""
    sellers: Fraction = Fraction(1)
    """k ≥ 1; 0: price takers, who sell at cost. Of parts of a seller only the formula knows."""
    cap: Fraction = Fraction(0)
    """The highest price that is allowed, at least c; 0: none."""

    MEASURES: ClassVar = {
        **worth.MEASURES,
        "buyers": "mean utility of buyers",
        "price": "of a unit of service",
        "sold": "units of service",
        "profit": "of all sellers together",
    }
    GOAL: ClassVar = "buyers"

    def __post_init__(self) -> None:
        if not self.buyers or min(self.buyers) <= 0:
            raise InputError(where="buyers", needed="money above 0 for each", found=str([str(b) for b in self.buyers]))
        for name, good, needed in (
            ("share", 0 < self.share < 1, "a number between 0 and 1"),
            ("elasticity", self.elasticity > 1, "more than 1"),
            ("cost", self.cost > 0, "more than 0"),
            ("sellers", self.sellers == 0 or self.sellers >= 1, "0, or at least 1"),
            ("cap", self.cap == 0 or self.cap >= self.cost, f"0, or at least the cost {self.cost}"),
        ):
            if not good:
                raise InputError(where=name, needed=needed, found=str(getattr(self, name)))

    @cached_property
    def economy(self) -> Economy:
        """Goods: money, service; consumers: buyers, then all sellers as one, who want money."""
        n = len(self.buyers)
        owned, shares = np.full((n + 1, 2), Fraction(0)), np.full((n + 1, 2), Fraction(0))
        owned[:n, 0] = self.buyers
        shares[:n, 0], shares[:n, 1], shares[n, 0] = 1 - self.share, self.share, Fraction(1)
        make = np.array([[-self.cost, Fraction(1)]], dtype=object)
        return Economy(owned, shares, np.array([self.elasticity] * (n + 1), dtype=object), make)

    def spent(self, p: float) -> float:
        """s(p): part of a buyer's money that goes to the service."""
        weight = float(self.share) * p ** (1 - float(self.elasticity))
        return weight / (weight + 1 - float(self.share))

    def profit(self, p: float) -> float:
        """Of all sellers together at price p."""
        return (p - float(self.cost)) * self.spent(p) * float(sum(self.buyers)) / p

    @cached_property
    def price(self) -> Fraction:
        """What they come to; exactly where that is a simple rational, else within 1e-12."""
        if not self.sellers:
            return self.cost
        c, sigma = float(self.cost), float(self.elasticity)

        def short(p: float) -> bool:
            """Whether (p − c)/p is still below 1/(k e)."""
            return (p - c) * float(self.sellers) * (sigma - (sigma - 1) * self.spent(p)) < p

        low, high = c, 2 * c
        while short(high):
            high *= 2
            if not math.isfinite(high):
                raise InputError(where="elasticity", needed="enough for a finite price", found=str(self.elasticity))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if short(middle) else (low, middle)
        found = rational.simplest([low], 1e-12)[0]
        return min(found, self.cap) if self.cap else found

    def at(self, p: Fraction) -> proof.Exact | None:
        """What all have at price p, in rationals; None where p^σ is none."""
        m = proof.root(self.economy)
        if m is None:
            return None
        q = p if m == 1 else Fraction(round(float(p) ** (1 / m) * proof.PARTS), proof.PARTS)
        if q**m < self.cost:
            q = p if m == 1 else q + Fraction(1, proof.PARTS)
        roots = [Fraction(1), q]
        bundles = [proof.demanded(self.economy, i, roots, m, b) or [] for i, b in enumerate(self.buyers)]
        sold = sum((x[1] for x in bundles), Fraction(0))
        bundles.append([(q**m - self.cost) * sold, Fraction(0)])
        return proof.Exact(m, roots, bundles, [sold], Fraction(0), [Fraction(0)] * 2)

    def _utility(self, p: float) -> Any:
        e = self.economy.floats
        s = self.spent(p)
        x = np.array([[(1 - s) * b, s * b / p] for b in map(float, self.buyers)] + [[self.profit(p), 0.0]])
        return utility(e, x)

    @cached_property
    def ends(self) -> tuple[float, float]:
        return worth.best(self.economy)

    def outcomes(self) -> list[Outcome]:
        p = float(self.price)
        u = self._utility(p)
        measures = {
            **worth.measured(self.economy, u, self.ends),
            "buyers": float(u[:-1].mean()),
            "price": p,
            "sold": self.spent(p) * float(sum(self.buyers)) / p,
            "profit": self.profit(p),
        }
        how = f"(p − c)/p = 1/(k e(p)), solved by bisection: p = {p:.9g}" if self.sellers else "price takers: p = c"
        grade = "searched only" if self.sellers else "proved"  # a root that floats found
        return [Outcome("what sellers come to", measures, None, None, how, grade)]

    def certificate(self) -> dict[str, Any] | None:
        """The sellers' price; an allocation that all prefer; the competitive price; its efficiency; who gains by the former."""
        now, cost = self.at(self.price), self.at(self.cost)
        claims: list[dict[str, Any] | None] = []
        if now is not None and self.price > self.cost:
            u = self._utility(float(self.price))
            t, how = worth.most(self.economy, u)
            claims = [proof.claimed(now, powers=[0]), proof.better(self.economy, how, t, 0) if how else None]
        if cost is not None and cost.prices[1] == self.cost:
            claims += [proof.claimed(cost), proof.efficient(self.economy, cost)]
            if now is not None and self.price > self.cost and claims[1] is not None:
                claims.append(written.claim("gains", **{"from": 2, "to": 0, "who": len(self.buyers)}))
        e = self.economy
        names = [*(f"buyer {i + 1}" for i in range(len(self.buyers))), "sellers"]
        about = written.about(
            ["money", "service"],
            names,
            e.endowment,
            e.shares,
            list(e.elasticity),
            [("service", e.activities[0], len(self.buyers))],
        )
        return proof.held(
            about, claims, "A price that sellers set, an allocation that all prefer, and the competitive price"
        )

    def claims(self) -> list[ClaimRow]:
        return shown.claims(self.certificate())

    def sections(self) -> list[Section]:
        c = float(self.cost)
        at = np.linspace(c, max(2.5 * float(self.price), 2 * c), PRICES)
        u = np.array([self._utility(float(p)) for p in at])
        series = [
            Series("buyers together", at.tolist(), u[:, :-1].sum(axis=1).tolist()),
            Series("sellers' profit", at.tolist(), u[:, -1].tolist()),
        ]
        marks = [Mark(c, "cost"), *([Mark(float(self.price), "price")] if self.price > self.cost else [])]
        figure = Figure("prices", "What both sides have at a price", "price of the service", "utility", series, marks)
        now, cost = self._utility(float(self.price)), self._utility(float(self.cost))
        gained, lost = float(now[-1] - cost[-1]), float((cost[:-1] - now[:-1]).sum())
        said = f"Beside the competitive price sellers gain {number(gained)}, buyers lose {number(lost)} in all."
        return [Section("Who pays for the price", said, figures=[figure])]

    def describe(self) -> str:
        cap = f", no price above {float(self.cap):g}" if self.cap else ""
        return (
            f"{self.sellers} seller{'s' * (self.sellers != 1)} who set prices" if self.sellers else "price takers"
        ) + cap
