"""A market as a society: where it clears, what people have there, whether anybody could have more without another having less.

The first theorem (Arrow 1951, Debreu 1951): where everything that people want is traded and nobody sets prices, what the market
comes to is efficient. The second: any efficient outcome is what a market comes to after transfers. Both are claims with
certificates. Goods that are not traded (`untraded`) break the first: then a feasible allocation in which everybody is better off is
shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.rational import Array
from ...report.findings.report import Section
from ...report.report import ClaimRow
from ...verify import economy_certificate as written
from ..model import Model, Outcome
from . import linear, proof, shown, worth
from .economy import Economy, utility
from .pair import all_equilibria
from .solve import Equilibrium, equilibrium, newton
from .stability import index, returns

FAMILIES: dict[str, Any] = {"cobb-douglas": Fraction(1), "leontief": Fraction(0), "ces": None, "linear": np.inf}
STARTS, SAME = 6, 1e-4


@dataclass(frozen=True)
class Market(Model):
    """Goods in units; consumers × goods tables."""

    goods: tuple[str, ...]
    consumers: tuple[str, ...]
    endowment: tuple[tuple[Fraction, ...], ...]
    """ω: what each consumer owns of each good."""
    shares: tuple[tuple[Fraction, ...], ...]
    """α: what each wants, in proportions."""
    family: str = "cobb-douglas"
    """"cobb-douglas", "leontief", "linear" or "ces"."""
    elasticity: tuple[Fraction, ...] = ()
    """σ, for "ces": one for all or one for each."""
    activities: tuple[tuple[Fraction, ...], ...] = ()
    """Net outputs of each good at level one; what limits an activity is a good that somebody owns."""
    makers: tuple[str, ...] = ()
    """Names of activities."""
    untraded: tuple[str, ...] = ()
    """Goods without a market."""
    pooled: Fraction = Fraction(0)
    """Part of everybody's endowment that is pooled and handed out equally, before trade."""

    MEASURES: ClassVar = worth.MEASURES
    GOAL: ClassVar = "worst"

    def __post_init__(self) -> None:
        n, k = len(self.consumers), len(self.goods)
        if not n or not k or len({*self.goods}) != k or len({*self.consumers}) != n:
            raise InputError(where="goods, consumers", needed="different names, at least one", found="others")
        for name, table in (("endowment", self.endowment), ("shares", self.shares)):
            if len(table) != n or any(len(row) != k for row in table):
                raise InputError(where=name, needed=f"{n} rows of {k} numbers", found=f"{[len(r) for r in table]}")
        if any(len(row) != k for row in self.activities):
            raise InputError(where="activities", needed=f"rows of {k} net outputs", found="others")
        if self.makers and len(self.makers) != len(self.activities):
            raise InputError(where="makers", needed=f"{len(self.activities)} names", found=str(len(self.makers)))
        if self.family not in FAMILIES:
            raise InputError(where="family", needed=f"one of {', '.join(FAMILIES)}", found=repr(self.family))
        if (self.family == "ces") != bool(self.elasticity) or len(self.elasticity) not in (0, 1, n):
            raise InputError(
                where="elasticity",
                needed=f"one or {n} numbers with the family “ces”, nothing with others",
                found=f"{len(self.elasticity)} with “{self.family}”",
            )
        if unknown := [g for g in self.untraded if g not in self.goods]:
            raise InputError(where="untraded", needed=f"goods among {', '.join(self.goods)}", found=repr(unknown[0]))
        if not 0 <= self.pooled <= 1:
            raise InputError(where="pooled", needed="a number from 0 to 1", found=str(self.pooled))
        _ = self.economy

    @cached_property
    def economy(self) -> Economy:
        """After pooling, in rationals; all goods."""
        n = len(self.consumers)
        sigma = self.elasticity or (FAMILIES[self.family],)
        owned = rational.exact(self.endowment)
        owned = (1 - self.pooled) * owned + self.pooled * owned.sum(axis=0) / n
        made = rational.exact(self.activities) if self.activities else np.zeros((0, len(self.goods)))
        return Economy(owned, rational.exact(self.shares), np.array([*sigma] * (n // len(sigma)), dtype=object), made)

    @property
    def closed(self) -> list[int]:
        """Positions of goods without a market."""
        return [self.goods.index(g) for g in self.untraded]

    @cached_property
    def traded(self) -> Economy:
        """The economy of the goods that have a market."""
        kept = [j for j in range(len(self.goods)) if j not in self.closed]
        e = self.economy
        if not kept or (rational.floats(e.shares[:, kept]).sum(axis=1) == 0).any():
            raise InputError(where="untraded", needed="a traded good that each consumer wants", found="none")
        made = e.activities[:, kept] if len(e.activities) else np.zeros((0, len(kept)))
        return Economy(e.endowment[:, kept], e.shares[:, kept], e.elasticity, made)

    def whole(self, found: Equilibrium) -> Equilibrium:
        """An equilibrium of what is traded, with all goods: prices 0 and own endowments where there is no market."""
        if not self.untraded:
            return found
        e = self.economy.floats
        kept = [j for j in range(e.goods) if j not in self.closed]
        p, x = np.zeros(e.goods), e.endowment.copy()
        p[kept], x[:, kept] = found.prices, found.bundles
        for j in self.closed:
            made = float(found.levels @ e.activities[:, j]) if len(e.activities) else 0.0
            if not made:
                continue
            if e.total[j] + made < 0 or not e.total[j]:
                raise InputError(
                    where=f"untraded, {self.goods[j]}",
                    needed="somebody who owns some, and enough for what activities take, since no price holds them back",
                    found=f"{e.total[j]:g} owned, of which activities take {-made:g}",
                )
            x[:, j] += made * e.endowment[:, j] / e.total[j]
        return Equilibrium(p, x, found.levels, utility(self.economy, x), found.residual, found.steps)

    @cached_property
    def found(self) -> tuple[list[Equilibrium], bool]:
        """(equilibria, whether these are proved to be all)."""
        e = self.traded
        if e.linear:
            exact = linear.exchange(e)
            p, x = rational.floats(np.array(exact.prices)), rational.floats(np.array(exact.bundles, dtype=object))
            return [self.whole(Equilibrium(p, x, np.zeros(0), utility(e, x), 0.0))], False
        if e.goods == 2 and not len(e.activities):
            try:
                roots = [newton(e, start=np.array([r.ratio, 1.0])) for r in all_equilibria(e)]
                if roots and all(r is not None for r in roots):
                    return [self.whole(r) for r in roots if r is not None], True
            except Unsolved:
                pass
        first = equilibrium(e)
        several, unique = [first], e.substitutes and bool((rational.floats(e.shares) > 0).all())
        starts: Any = [] if unique else np.exp(np.random.default_rng(0).normal(size=(STARTS, e.goods)) * 1.5)
        for start in starts:
            other = newton(e, start=start)
            if other is not None and all(np.abs(other.prices - s.prices).max() > SAME for s in several):
                several.append(other)
        return [self.whole(s) for s in several], unique

    @cached_property
    def ends(self) -> tuple[float, float]:
        return worth.best(self.economy)

    def exact(self, found: Equilibrium) -> proof.Exact | None:
        if self.traded.linear:
            return None if self.untraded else linear.exchange(self.economy)
        return proof.exactly(self.economy, found, untraded=self.closed)

    def outcomes(self) -> list[Outcome]:
        several, all_ = self.found
        rows = []
        for k, one in enumerate(several):
            exact = self.exact(one)
            how = (
                "prices in rationals: markets clear "
                + ("exactly" if not exact.clearing else f"within {float(exact.clearing):.0e}")
                if exact
                else f"Newton's method, residual {one.residual:.1e}; not proved in rationals"
            )
            how += "; these are all equilibria" if all_ else "; others were searched for, not excluded"
            smooth = not len(self.traded.activities) and not self.traded.linear
            stable = returns(self.traded, self._traded_prices(one)) if smooth else None
            name = "where markets clear" + (f", {k + 1} of {len(several)}" if len(several) > 1 else "")
            if len(several) > 1 and (sign := index(self.traded, self._traded_prices(one))):
                how += f"; index {sign:+d}".replace("-", "−")
            grade = "proved" if exact and all_ and self._accepted(exact) else "searched only"
            rows.append(Outcome(name, worth.measured(self.economy, one.utility, self.ends), stable, None, how, grade))
        return rows

    def _accepted(self, exact: proof.Exact) -> bool:
        """Whether the checker accepts it as an equilibrium."""
        return proof.held(self.about, [proof.claimed(exact, untraded=self.closed)], "A market") is not None

    def _traded_prices(self, one: Equilibrium) -> Array:
        return one.prices[[j for j in range(len(self.goods)) if j not in self.closed]]

    @cached_property
    def about(self) -> dict[str, Any]:
        e = self.economy
        names = self.makers or tuple(f"activity {a + 1}" for a in range(len(self.activities)))
        firms = [(name, row, 0) for name, row in zip(names, e.activities, strict=True)]
        return written.about(self.goods, self.consumers, e.endowment, e.shares, list(e.elasticity), firms)

    def certificate(self) -> dict[str, Any] | None:
        """Each equilibrium; that it is efficient, or an allocation that is better for everybody; the second theorem."""
        claims: list[dict[str, Any] | None] = []
        for one in self.found[0]:
            exact = self.exact(one)
            if exact is None:
                continue
            than = len([c for c in claims if c])
            claims.append(proof.claimed(exact, untraded=self.closed))
            if not self.untraded:
                claims.append(proof.efficient(self.economy, exact))
            else:
                t, how = worth.most(self.economy, one.utility)
                claims.append(proof.better(self.economy, how, t, than) if how else None)
        if not self.untraded:
            claims.append(proof.supported(self.economy, [Fraction(1)] * len(self.consumers)))
        return proof.held(self.about, claims, "A market")

    def claims(self) -> list[ClaimRow]:
        return shown.claims(self.certificate())

    def sections(self) -> list[Section]:
        several, _ = self.found
        return [
            shown.prices(self.goods, several),
            shown.people(self.economy, self.consumers, self.goods, several[0]),
            *shown.pictures(self.traded, [g for g in self.goods if g not in self.untraded], several, self.consumers),
        ]

    def describe(self) -> str:
        closed = f"; {', '.join(self.untraded)} not traded" if self.untraded else ""
        pooled = f"; {float(self.pooled):.0%} of what is owned is pooled" if self.pooled else ""
        return f"{len(self.consumers)} consumers, {len(self.goods)} goods, {self.family}{closed}{pooled}"
