"""Smoke: who burns fuel harms everybody else, and no market asks them.

Bread and fuel; a unit of bread makes a unit of fuel. Consumer i stands for many alike, owns ω_i of bread and the right to A of
clean air, and burning a unit of fuel takes a unit of everybody's air: air_i = A − S, S all fuel that is burnt.

    u_i ∝ air_i^β_i · (bread_i^(1−φ_i) fuel_i^φ_i)^(1−β_i)

Air has no market, and nobody alone moves S, so that the market comes to fuel_i = φ_i ω_i: too much. Two remedies:

    a tax τ on fuel (Pigou 1920)     fuel_i = φ_i I_i/(1 + τ), I_i = ω_i + ρ_i R, and R = τS is paid out in parts ρ
    a market for air (Arrow 1969)    who burns buys everybody's leave, at prices λ_i; then nothing is missing, and the first
                                     theorem holds: τ* = Σ λ_i, with i paid λ_i S

The economy with air as goods is an ordinary one with one activity, in which all this can be checked: see `certificate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...report.findings.report import Figure, Mark, Section, Series
from ...report.report import ClaimRow
from ...verify import economy_certificate as written
from ..model import Model, Outcome
from . import proof, shown, worth
from .economy import Economy, utility
from .solve import Equilibrium, equilibrium

TAXES = 41
HOW = "who has what: closed form, exact; what is lost (gap, used): Newton's method"


@dataclass(frozen=True)
class Externality(Model):
    """Bread and fuel in units of bread."""

    consumers: tuple[str, ...]
    bread: tuple[Fraction, ...]
    """ω: what each owns."""
    fuel: tuple[Fraction, ...]
    """φ: part of what each spends on fuel."""
    harm: tuple[Fraction, ...]
    """β: weight of clean air; 0 for who does not mind."""
    air: Fraction
    """A: clean air if nobody burns anything; more than all fuel that an untaxed market burns."""
    tax: Fraction = Fraction(0)
    """τ on a unit of fuel; with `compensated`, τ ≥ 0 as well."""
    parts: tuple[Fraction, ...] = ()
    """ρ: parts of the tax that each gets; equal if left out."""
    market_for_air: bool = False
    """Whether everybody's leave must be bought."""

    MEASURES: ClassVar = {
        **worth.MEASURES,
        "smoke": "fuel that is burnt",
        "price": "what a burner pays per unit beside bread",
    }
    GOAL: ClassVar = "mean"

    def __post_init__(self) -> None:
        n = len(self.consumers)
        if not n or len({*self.consumers}) != n:
            raise InputError(where="consumers", needed="different names, at least one", found=str(self.consumers))
        for name, most in (("bread", None), ("fuel", 1), ("harm", 1)):
            row = getattr(self, name)
            if len(row) != n or not all(v >= 0 and (most is None or v < most) for v in row):
                limit = "of at least 0" if most is None else "from 0 to below 1"
                raise InputError(where=name, needed=f"{n} numbers {limit}", found=str([str(v) for v in row]))
        if self.parts and (len(self.parts) != n or min(self.parts) < 0 or sum(self.parts) == 0):
            raise InputError(where="parts", needed=f"{n} numbers of at least 0, not all 0", found=str(self.parts))
        if self.tax < 0:
            raise InputError(where="tax", needed="at least 0", found=str(self.tax))
        if self.market_for_air and (self.tax or self.parts):
            raise InputError(where="tax", needed="no tax where there is a market for air", found=str(self.tax))
        if not any(f > 0 and b > 0 for f, b in zip(self.fuel, self.bread, strict=True)):
            raise InputError(where="fuel", needed="somebody who burns some", found="nobody")
        burnt = sum(f * b for f, b in zip(self.fuel, self.bread, strict=True))
        if self.air <= burnt:
            raise InputError(where="air", needed=f"more than {burnt}, which is burnt untaxed", found=str(self.air))

    @property
    def goods(self) -> list[str]:
        return ["bread", "fuel", *(f"air of {name}" for name in self.consumers)]

    @cached_property
    def economy(self) -> Economy:
        """With air as goods, in rationals."""
        n = len(self.consumers)
        owned, shares = np.full((n, n + 2), Fraction(0)), np.full((n, n + 2), Fraction(0))
        for i in range(n):
            owned[i, 0], owned[i, 2 + i] = self.bread[i], self.air
            shares[i, 0] = (1 - self.harm[i]) * (1 - self.fuel[i])
            shares[i, 1] = (1 - self.harm[i]) * self.fuel[i]
            shares[i, 2 + i] = self.harm[i]
        burn = np.array([[Fraction(-1), Fraction(1), *[Fraction(-1)] * n]], dtype=object)
        return Economy(owned, shares, np.array([Fraction(1)] * n, dtype=object), burn)

    def taxed(self, tax: Fraction, parts: Sequence[Fraction] = ()) -> tuple[list[list[Fraction]], Fraction]:
        """(bundles, S) of the market with a tax, exactly."""
        n = len(self.consumers)
        given = parts or [Fraction(1)] * n
        rho = [r / sum(given) for r in given]
        keen = sum(f * r for f, r in zip(self.fuel, rho, strict=True))
        spent = sum(f * b for f, b in zip(self.fuel, self.bread, strict=True))
        part = tax / (1 + tax)
        revenue = part * spent / (1 - part * keen)
        income = [b + r * revenue for b, r in zip(self.bread, rho, strict=True)]
        fuel = [f * m / (1 + tax) for f, m in zip(self.fuel, income, strict=True)]
        smoke = sum(fuel, Fraction(0))
        bundles = []
        for i in range(n):
            row = [(1 - self.fuel[i]) * income[i], fuel[i], *[Fraction(0)] * n]
            row[2 + i] = self.air - smoke
            bundles.append(row)
        return bundles, smoke

    @cached_property
    def arrow(self) -> Equilibrium:
        """With a market for air."""
        return equilibrium(self.economy)

    @property
    def pigou(self) -> tuple[float, list[float]]:
        """(τ*, parts λ_i/τ*): the tax that the market for air comes to, in bread per unit of fuel, and whom it would be paid to."""
        prices = self.arrow.prices[2:] / self.arrow.prices[0]
        whole = float(prices.sum())
        return whole, [float(v / whole) if whole else 0.0 for v in prices]

    @cached_property
    def ends(self) -> tuple[float, float]:
        return worth.best(self.economy)

    def measured(self, u: Any, smoke: float, price: float) -> dict[str, float]:
        return {**worth.measured(self.economy, u, self.ends), "smoke": smoke, "price": price}

    def outcomes(self) -> list[Outcome]:
        if self.market_for_air:
            found = self.arrow
            exact = proof.exactly(self.economy, found)
            how = f"Newton's method, residual {found.residual:.1e}"
            how += f"; in rationals within {float(exact.clearing):.0e}" if exact else ""
            measures = self.measured(found.utility, float(found.levels[0]), self.pigou[0])
            return [
                Outcome(
                    "everybody's leave is bought", measures, None, None, how, "proved" if exact else "searched only"
                )
            ]
        bundles, smoke = self.taxed(self.tax, self.parts)
        u = utility(self.economy, rational.floats(np.array(bundles, dtype=object)))
        name = "nobody asks the others" if not self.tax else "burners pay the tax"
        return [Outcome(name, self.measured(u, float(smoke), float(self.tax)), None, None, HOW, "proved")]

    def _exact(self) -> proof.Exact:
        """The untaxed market in rationals: bread and fuel cost one, air nothing."""
        bundles, smoke = self.taxed(Fraction(0))
        one, none = Fraction(1), Fraction(0)
        n = len(self.consumers)
        return proof.Exact(1, [one, one, *[none] * n], bundles, [smoke], none, [none] * (n + 2))

    def certificate(self) -> dict[str, Any] | None:
        """The untaxed market, air untraded; an allocation that all prefer; the market for air; its efficiency."""
        untraded = [*range(2, 2 + len(self.consumers))]
        exact = self._exact()
        u = utility(self.economy, rational.floats(np.array(exact.bundles, dtype=object)))
        t, how = worth.most(self.economy, u)
        claims = [
            proof.claimed(exact, untraded=untraded),
            proof.better(self.economy, how, t, 0) if how else None,
        ]
        cleared = proof.exactly(self.economy, self.arrow)
        if cleared is not None:
            claims += [proof.claimed(cleared), proof.efficient(self.economy, cleared)]
        e = self.economy
        about = written.about(
            self.goods, self.consumers, e.endowment, e.shares, list(e.elasticity), [("burning", e.activities[0], 0)]
        )
        return proof.held(
            about, claims, "Smoke: a market without air, an allocation that all prefer, a market with air"
        )

    def claims(self) -> list[ClaimRow]:
        return shown.claims(self.certificate())

    def sections(self) -> list[Section]:
        best, paid = self.pigou
        taxes = [Fraction(k, TAXES - 1) * rational.simplest([max(2 * best, 0.1)], 1e-3)[0] for k in range(TAXES)]
        rows = [
            utility(self.economy, rational.floats(np.array(self.taxed(t, self.parts)[0], dtype=object))) for t in taxes
        ]
        at = [float(t) for t in taxes]
        series = [Series(name, at, [float(r[i]) for r in rows]) for i, name in enumerate(self.consumers)]
        figure = Figure(
            "taxes",
            "What each has under a tax on fuel",
            "tax on a unit of fuel, in bread",
            "utility",
            series,
            [Mark(best, "τ*")],
        )
        whom = ", ".join(f"{name} {part:.0%}" for name, part in zip(self.consumers, paid, strict=True))
        lead = f"A market for air would ask {best:.4g} of bread for burning a unit of fuel, paid to: {whom}."
        return [
            Section("What smoke costs", lead, figures=[figure]),
            shown.people(self.economy, self.consumers, self.goods, self.arrow),
        ]

    def describe(self) -> str:
        if self.market_for_air:
            return "burning needs everybody's leave, which has a price"
        return f"fuel is taxed at {float(self.tax):g}" if self.tax else "no tax, and no market for air"

    def having(self, **settings: Any) -> Externality:
        """The same but for these settings."""
        return replace(self, **settings)
