"""Drift: do agents still behave as those for whom the charter was certified?

Certified is: in share p ∈ [p₀ − r, p₀ + r] of its acts an agent does a. After n acts with k of them a, the evidence against
"p is no more than b" (b = p₀ + r) is the mixture of likelihood ratios

    E = mean over q of (q/b)^k ((1 − q)/(1 − b))^(n − k),   q on a grid above b

whose expectation is at most 1 at every such p, and which is a supermartingale: by Ville's inequality it ever reaches 2/α with
probability at most α/2 (after Ville 1939; Howard et al. 2021, Ann. Statist. 49). The same below, so the alarm is false with
probability at most α **however long it is watched**, provided that the acts are draws with one share, or with shares in the
range given the past.

With a logit choice of rationality λ between a and the rest a share is a payoff gap: g = ln(p/(1 − p))/λ. So a radius ρ in
payoffs is a range of shares, and what was seen is an estimate of the gap; the redesign that is suggested moves the price of a
by the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import exp, inf, log

from ..errors import InputError
from .charter import Drift

GRID = 24
EDGE = 1e-9


@dataclass(frozen=True)
class Seen:
    """What was counted, and what it says."""

    acts: int
    hits: int
    evidence: float
    """The larger of both e-values."""
    limit: float
    """2/α: at or above it, the alarm goes."""

    @property
    def alarm(self) -> bool:
        return self.evidence >= self.limit


def seen(drift: Drift, acts: int, hits: int) -> Seen:
    """The evidence after so many acts."""
    above = _evidence(float(drift.share + drift.radius), acts, hits)
    below = _evidence(float(1 - drift.share + drift.radius), acts, acts - hits)
    return Seen(acts, hits, max(above, below), 2 / float(drift.alarm))


def _evidence(bound: float, n: int, k: int) -> float:
    if bound >= 1:
        return 0.0
    if bound <= 0:  # it was certified that this never happens
        return inf if k else 0.0
    logs = []
    for j in range(1, GRID + 1):
        q = bound + (1 - bound) * (j / (GRID + 1)) ** 2  # finer near the bound
        logs.append(k * log(q / bound) + (n - k) * log((1 - q) / (1 - bound)))
    top = max(logs)
    return inf if top > 700 else exp(top) * sum(exp(x - top) for x in logs) / GRID


def of_gap(
    agent: str, act: str, gap: float, radius: float, rationality: float, alarm: Fraction = Fraction(1, 100)
) -> Drift:
    """The clause for payoffs: `gap` is what the act gives more than the rest, certified within `radius`, at rationality λ.

    Raises InputError for numbers without meaning.
    """
    if not (radius >= 0 and rationality > 0 and abs(gap) < inf and radius < inf and rationality < inf):
        raise InputError(
            where=f"drift of {agent}", needed="a finite gap, radius ≥ 0, λ > 0", found=f"{gap}, {radius}, {rationality}"
        )
    low, high = (1 / (1 + exp(-rationality * (gap + s * radius))) for s in (-1, 1))
    middle = Fraction((low + high) / 2).limit_denominator(10**9)
    half = Fraction((high - low) / 2).limit_denominator(10**9)
    return Drift(agent, act, middle, half, alarm, Fraction(rationality).limit_denominator(10**9))


def gap(drift: Drift, acts: int, hits: int) -> float:
    """The estimated payoff gap of the act, by maximum likelihood with half a count of either kind (Haldane 1956)."""
    assert drift.rationality is not None
    return log((hits + 0.5) / (acts - hits + 0.5)) / float(drift.rationality)


def suggestion(drift: Drift, found: Seen) -> str:
    """What to do, in a sentence."""
    share = found.hits / found.acts
    if drift.rationality is None:
        way = "more" if share > drift.share else "less"
        return (
            f"{drift.agent} does {drift.act} {way} than the charter was certified for: estimate its payoffs anew from "
            "this ledger, and design again"
        )
    certified = _logit(float(drift.share)) / float(drift.rationality)
    shift = certified - gap(drift, found.acts, found.hits)
    verb = "pay" if shift > 0 else "charge"
    return (
        f"{drift.act} is worth {-shift:+.3g} to {drift.agent} beside what was certified: {verb} {abs(shift):.3g} more for "
        "it until the charter is designed anew"
    )


def _logit(p: float) -> float:
    p = min(max(p, EDGE), 1 - EDGE)
    return log(p / (1 - p))
