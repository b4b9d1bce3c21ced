"""Sanctions graduated by the offence count, and reduced ones for those who report themselves.

**Graduated.** Access is worth v per period, periods are discounted by δ. A violation gains g (the share φ forfeited if it is
seen) and is seen with probability d; an honest act is flagged with probability f. Flag number n costs s_n ≤ L_n; after the last one
the agent is excluded for good, or the last penalty is repeated. With W_n the worth of complying for ever after n flags,

    E_n = s_n + δ·(W_n − W_{n+1})              what a flag costs in effect
    W_n = ( v − f·E_n ) / (1 − δ)
    complying is best   ⟺   E_n ≥ K  for every n,     K = g·(1 − φ·d) / (d − f)

by the one-step deviation principle. So a mild first sanction is as good as a harsh one if what stands behind it is harsh
enough, and an honest agent loses f·E_0/(1 − δ) ≥ f·K/(1 − δ) in all, however the penalties are graduated. Exclusion after the
first flag, with f = 0 and no fine, is worth E = δv/(1 − δ).

**Self-reporting** (Kaplow & Shavell 1994, J. Polit. Econ. 102). An offender that reports itself pays r = q·tpr·(φ·g + S), what
it would expect to pay if it did not: it offends neither more nor less, and those who report need no audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...numerics import rational
from .deterrence import number, share


@dataclass(frozen=True)
class Graduated:
    """Penalties by the number of the flag, mildest first. Exact."""

    penalties: tuple[Fraction, ...]
    """s_n, payoff units, for the first flag, the second, …"""
    excludes: bool
    """Whether the flag after which no penalty is listed has ended in exclusion; else the last penalty is repeated."""
    effective: tuple[Fraction, ...]
    """E_n: what the flag costs, lost future included."""
    needed: Fraction
    """K: what each flag has to cost."""
    honest_loss: Fraction
    """Discounted penalties of an agent that never violates, f·E_0/(1 − δ)."""
    warnings: int
    """How many first flags cost nothing at once."""

    def describe(self) -> str:
        said = ", ".join(rational.decimal(s) for s in self.penalties)
        end = "then exclusion" if self.excludes else "the last one repeated"
        return (
            f"Penalties {said} for one flag after another, {end}: each flag costs at least {rational.decimal(self.needed)} "
            f"in effect, so complying is best at every count; an honest agent loses {rational.decimal(self.honest_loss)} in all."
        )


def worth_of_penalties(
    penalties: Sequence[Any], *, false: Any, discount: Any, access: Any = 0, excludes: bool = True
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """(E_n, W_n) of given penalties, by backward recursion. Exact."""
    f, delta, v = share(false, "false"), _discount(discount), number(access, "access")
    effective: list[Fraction] = []
    worth: list[Fraction] = []
    for place, s in enumerate(reversed([rational.fraction(x) for x in penalties])):
        if place == 0 and not excludes:
            e = s  # the same state again
        else:
            after = worth[-1] if worth else Fraction(0)
            e = (s + delta * (v / (1 - delta) - after)) / (1 + delta * f / (1 - delta))
        effective.append(e)
        worth.append((v - f * e) / (1 - delta))
    return tuple(reversed(effective)), tuple(reversed(worth))


def _discount(value: Any) -> Fraction:
    delta = share(value, "discount")
    if delta == 1:
        raise InputError(where="discount", needed="a number from 0 to below 1", found="1")
    return delta


def graduated(
    gain: Any,
    limits: Sequence[Any],
    *,
    seen: Any,
    false: Any,
    discount: Any,
    access: Any = 0,
    forfeit: Any = 0,
    excludes: bool = True,
) -> Graduated:
    """The mildest penalties, the first flag's before the second's and so on, at which complying is best at every count.

    `limits` L_n bounds each penalty; `seen` d and `false` f are chances per period (audit rate times tpr and fpr); `access` v per
    period. Raises Impossible where even the limits do not deter, InputError for numbers out of range.
    """
    g, d, f = number(gain, "gain"), share(seen, "seen"), share(false, "false")
    delta, v, phi = _discount(discount), number(access, "access"), share(forfeit, "forfeit")
    most = [number(x, "limits") for x in limits]
    needed = g * (1 - phi * d) / (d - f) if d > f else None
    reach, _ = worth_of_penalties(most, false=f, discount=delta, access=v, excludes=excludes)
    if not most or needed is None or min(reach) < needed:
        raise Impossible(
            where="graduated sanctions",
            needed=f"flags that cost at least {rational.decimal(needed)} each"
            if needed is not None
            else "seen above false",
            found=f"at most {', '.join(rational.decimal(e) for e in reach)}" if most else "no penalty allowed",
            remedy="Raise the limits, the audit rate, or what access is worth.",
        )
    found: list[Fraction] = []
    while len(found) < len(most):  # the mildest here, given the milder ones before and the limits after
        found.append(_least(found, most, needed, (f, delta, v), excludes))
    effective, _ = worth_of_penalties(found, false=f, discount=delta, access=v, excludes=excludes)
    warnings = next((n for n, s in enumerate(found) if s > 0), len(found))
    return Graduated(tuple(found), excludes, effective, needed, f * effective[0] / (1 - delta), warnings)


def _least(
    before: list[Fraction], most: list[Fraction], needed: Fraction, law: tuple[Fraction, ...], excludes: bool
) -> Fraction:
    """The least penalty at this count with the limits behind it: every E_m up to here is affine and rising in it."""
    f, delta, v = law
    n = len(before)
    at_zero, at_most = (
        worth_of_penalties([*before, s, *most[n + 1 :]], false=f, discount=delta, access=v, excludes=excludes)[0]
        for s in (Fraction(0), most[n])
    )
    least = Fraction(0)
    for low, high in zip(at_zero[: n + 1], at_most[: n + 1], strict=True):
        if low < needed:
            least = max(least, most[n] * (needed - low) / (high - low))
    return least


@dataclass(frozen=True)
class SelfReporting:
    """A reduced sanction for those who report themselves. Exact; per act of a population of agents with different gains."""

    sanction: tuple[Fraction, ...]
    """[kind]: r, what the kind pays if it offends and reports; payoff units, the gain given back included."""
    offends: tuple[bool, ...]
    """[kind]: whether audits at the rate leave it offending, with or without reports."""
    audits: Fraction
    """Audits per act when nobody can report."""
    audits_with_reports: Fraction
    """Audits per act when offenders report."""
    saved: Fraction
    """Goal units per act: audits saved, and harm undone where reports allow that."""

    def describe(self) -> str:
        shown = rational.decimal
        paid = ", ".join(sorted({shown(r) for r, bad in zip(self.sanction, self.offends, strict=True) if bad}))
        if not paid:
            return f"All are deterred by {shown(self.audits)} audits per act; self-reporting saves nothing."
        return (
            f"Offenders that report themselves pay {paid}: as many offend as before, audits fall from {shown(self.audits)} to "
            f"{shown(self.audits_with_reports)} per act, and {shown(self.saved)} per act is saved."
        )


def self_reporting(
    gains: Sequence[Any],
    chances: Sequence[Any],
    rate: Any,
    stake: Any,
    tpr: Any,
    fpr: Any = 0,
    *,
    forfeit: Any = 1,
    audit_cost: Any = 1,
    undone: Any = 0,
) -> SelfReporting:
    """Reports at the sanction that leaves every kind's incentive as it is; `undone` is the harm that a report undoes.

    `gains` and `chances` are per kind of agent. Whoever is indifferent reports. Raises InputError for numbers out of range.
    """
    q, s, t, f, phi = (
        share(rate, "rate"),
        number(stake, "stake"),
        share(tpr, "tpr"),
        share(fpr, "fpr"),
        share(forfeit, "forfeit"),
    )
    g, p = [number(x, "gains") for x in gains], rational.exact(list(chances))
    if len(g) != len(p) or p.sum() != 1 or (p < 0).any():
        raise InputError(
            where="self-reporting", needed="one chance for each gain, summing to 1", found=f"{len(g)} and {p}"
        )
    sanction = tuple(q * t * (phi * x + s) for x in g)
    offends = tuple(bool(x - r > -q * f * s) for x, r in zip(g, sanction, strict=True))
    reporting = Fraction(p[np.array(offends)].sum()) if any(offends) else Fraction(0)
    saved = number(audit_cost, "audit cost") * q * reporting + number(undone, "undone") * reporting
    return SelfReporting(sanction, offends, q, q * (1 - reporting), saved)
