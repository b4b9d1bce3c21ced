"""Several offences: penalties that rise with harm (marginal deterrence: Stigler 1970, J. Polit. Econ. 78).

Acts a = 0 (honest), 1, …; an agent of kind k (chance π_k) gains g_ka. All acts are audited with one probability q; an audit shows
flag y with probability D_ay (or nothing) and the flag costs s_y ≤ L_y. In expected penalties x_y = q·s_y all is linear:

    U_ka = g_ka·(1 − φ·q·Σ_y D_ay) − Σ_y D_ay x_y          0 ≤ x_y ≤ q·L_y
    minimise   c·q  +  w·Σ_y D_0y x_y  +  Σ_k π_k Σ_a z_ka·harm_a
    U_ka ≥ U_kb + margin  wherever  z_ka = 1,   Σ_a z_ka = 1,   z_ka ∈ {0, 1}

Where the worst offences cannot be priced out altogether, the programme leaves room between penalties, so that an agent that
offends has a reason not to go for the worst.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .deterrence import number, share

CLOSE = 1e-9
MILDNESS = 1e-6  # weight of penalties in the objective: among the cheapest schedules, the mildest


@dataclass(frozen=True, eq=False)
class Offences:
    """What agents may do, what audits show of it, and what it costs. Exact. Make one with `Offences.of`."""

    gains: Array = field(repr=False)
    """g [kind, act]; payoff units, act 0 is honest."""
    detection: Array = field(repr=False)
    """D [act, flag]; chance that an audit of the act raises the flag; row 0 are false flags."""
    liability: Array = field(repr=False)
    """L [flag]; the largest penalty on it, payoff units."""
    harm: Array = field(repr=False)
    """[act]; to people, goal units."""
    chances: Array = field(repr=False)
    """π [kind]."""
    audit_cost: Fraction
    wrongful_weight: Fraction
    forfeit: Fraction

    @staticmethod
    def of(
        gains: Any,
        detection: Any,
        liability: Any,
        harm: Any,
        *,
        chances: Any = None,
        audit_cost: Any = 1,
        wrongful_weight: Any = 0,
        forfeit: Any = 0,
    ) -> Offences:
        """`gains` [kind, act] or [act], `detection` [act, flag], `liability` a number or [flag], `harm` [act].

        Raises InputError for shapes or ranges that are wrong.
        """
        g, d = np.atleast_2d(rational.exact(gains)), rational.exact(detection)
        if d.ndim != 2 or len(d) != g.shape[1] or (d < 0).any() or (d.sum(axis=1) > 1).any():
            raise InputError(
                where="detection",
                needed=f"a table [act, flag] with {g.shape[1]} rows of probabilities that sum to at most 1",
                found=f"shape {d.shape}",
            )
        limits = np.broadcast_to(rational.exact(liability), d.shape[1])
        hurts = rational.exact(harm)
        law = rational.exact([Fraction(1, len(g))] * len(g) if chances is None else chances)
        if hurts.shape != (g.shape[1],) or law.shape != (len(g),) or law.sum() != 1 or (limits < 0).any():
            raise InputError(
                where="offences",
                needed="one harm for each act, one chance for each kind that sum to 1, liabilities of at least 0",
                found=f"{hurts.size} harms, chances {[str(p) for p in law]}",
            )
        money = number(audit_cost, "audit cost"), number(wrongful_weight, "wrongful weight")
        return Offences(g, d, limits, hurts, law, *money, share(forfeit, "forfeit"))

    def payoffs(self, rate: Any, penalties: Any) -> Array:
        """U [kind, act] under audits at `rate` with penalties [flag]."""
        s = rational.exact(penalties)
        kept = 1 - self.forfeit * rational.fraction(rate) * self.detection.sum(axis=1)
        return np.asarray(self.gains * kept - rational.fraction(rate) * (self.detection @ s))

    def replies(self, rate: Any, penalties: Any) -> tuple[int, ...]:
        """[kind]: the act that each kind takes; among equally good ones the least harmful."""
        worth = self.payoffs(rate, penalties)
        return tuple(int(min(np.flatnonzero(row == row.max()), key=lambda a: (self.harm[a], a))) for row in worth)

    def cost(self, rate: Any, penalties: Any, acts: tuple[int, ...]) -> Fraction:
        """Audits, weighted wrongful penalties and harm, goal units."""
        q, s = rational.fraction(rate), rational.exact(penalties)
        wrongful = q * (self.detection[0] @ s)
        return Fraction(self.audit_cost * q + self.wrongful_weight * wrongful + self.chances @ self.harm[list(acts)])

    def schedule(self, *, most: Any = 1, margin: Any = 0) -> Schedule:
        """The cheapest audits (at most `most` per act) and penalties; among equally cheap ones the mildest penalties."""
        cap, slack = share(most, "most"), number(margin, "margin")
        programme, (_, _, z) = self._programme(cap, slack, None)
        taken = programme.solve().point()[z].argmax(axis=1)
        programme, (q, x, _) = self._programme(cap, slack, taken)  # a linear programme, whose corners are clean numbers
        cost = programme.cost()
        cost[x] += MILDNESS * max(1.0, float(np.abs(cost).max()))
        return self._schedule(programme.solve(cost).point(), (q, x), taken, slack)

    def _programme(self, cap: Fraction, slack: Fraction, taken: Array | None) -> tuple[Programme, tuple[Array, ...]]:
        """Columns q, x, z; with `taken` [kind] the acts are given and nothing is integer."""
        programme = Programme()
        kinds, acts = self.gains.shape
        g, d, limits = (rational.floats(x) for x in (self.gains, self.detection, self.liability))
        q = programme.add_columns(1, upper=float(cap), cost=float(self.audit_cost))
        x = programme.add_columns(len(limits), upper=limits * float(cap), cost=float(self.wrongful_weight) * d[0])
        harm = rational.floats(self.chances)[:, None] * rational.floats(self.harm)
        given = np.zeros((kinds, acts)) if taken is None else np.eye(acts)[taken]
        free = taken is None
        z = programme.add_columns((kinds, acts), lower=given, upper=1.0 if free else given, cost=harm, integer=free)
        rows = programme.add_rows(len(limits), upper=0.0)
        programme.put(rows, x, 1.0)
        programme.put(rows, q, -limits)
        programme.put(programme.add_rows(kinds, lower=1.0, upper=1.0)[:, None], z, 1.0)
        large = float(np.ptp(g)) + float(limits.max(initial=0)) + float(slack)
        this, other = np.nonzero(~np.eye(acts, dtype=bool))
        rows = programme.add_rows((kinds, len(this)), lower=g[:, other] - g[:, this] + float(slack) - large)
        programme.put(rows, z[:, this], -large)
        bite = float(self.forfeit) * g * d.sum(axis=1)
        programme.put(rows, q, bite[:, other] - bite[:, this])
        programme.put(rows[..., None], x, (d[other] - d[this])[None])
        return programme, (q, x, z)

    def _schedule(self, point: Array, columns: tuple[Array, Array], taken: Array, slack: Fraction) -> Schedule:
        q, x = columns
        rate = rational.simplest(point[q], CLOSE)[0]
        expected = rational.simplest(point[x], CLOSE)
        each = [min(e / rate, most) if rate else Fraction(0) for e, most in zip(expected, self.liability, strict=True)]
        penalties = rational.filled((len(x),), each)
        acts = tuple(map(int, taken))
        worth = self.payoffs(rate, penalties)
        flaw = max((np.delete(row, a).max() + slack - row[a] for row, a in zip(worth, acts, strict=True)), default=0)
        return Schedule(self, rate, penalties, acts, self.cost(rate, penalties, acts), max(Fraction(flaw), Fraction(0)))


@dataclass(frozen=True, eq=False)
class Schedule:
    """Audits and a penalty for each flag, and what each kind of agent then does. Exact."""

    offences: Offences = field(repr=False)
    rate: Fraction
    """q, per act."""
    penalties: Array
    """s [flag], payoff units."""
    acts: tuple[int, ...]
    """[kind]: the act that it is left with."""
    cost: Fraction
    """Audits, weighted wrongful penalties and harm, goal units."""
    flaw: Fraction
    """By how much rounding to rationals breaks an incentive; 0 where it breaks none."""

    @property
    def deters_all(self) -> bool:
        return not any(self.acts)

    @property
    def wrongful(self) -> Fraction:
        """Expected penalty of an honest act."""
        return Fraction(self.rate * (self.offences.detection[0] @ self.penalties))

    def describe(self) -> str:
        shown = rational.decimal
        marks = ", ".join(shown(s) for s in self.penalties)
        left = "no kind offends" if self.deters_all else f"the kinds take acts {', '.join(map(str, self.acts))}"
        return (
            f"Audit with probability {shown(self.rate)}, penalties {marks}: {left}; {shown(self.cost)} per act in all."
        )
