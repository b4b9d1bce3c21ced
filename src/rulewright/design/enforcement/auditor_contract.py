"""What to pay an auditor so that it looks when it is told to, and says what it saw. Moral hazard on the joint event.

Of the acts that it is told to audit a share ρ are violations: real ones, or probes that the principal has planted. Looking costs c.
Payments t are for what becomes known: a violation *caught*, a *false alarm* (flags are verified), a *miss* that comes to
light (with probability m), and *quiet* else.

    look        W = ρ·tpr·t_caught + (1−ρ)·fpr·t_false + ρ(1−tpr)·( m·t_miss + (1−m)·t_quiet ) + (1−ρ)(1−fpr)·t_quiet − c
    say quiet   Q = ρ·( m·t_miss + (1−m)·t_quiet ) + (1−ρ)·t_quiet
    say flag    F = ρ·t_caught + (1−ρ)·t_false
    minimise    W + c     subject to   W ≥ Q + margin,   W ≥ F + margin,   W ≥ outside,   low ≤ t ≤ high

Looking and then saying the opposite is worth Q + F − W − 2c, so no more than W. With ρ = 0 there is no solution: an auditor that
never meets a violation cannot be paid for looking, which is why perfect deterrence undoes itself, and what probes are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...numerics import rational
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .deterrence import number, share

EVENTS = ("caught", "false alarm", "miss", "quiet")
CLOSE = 1e-9


@dataclass(frozen=True)
class AuditorContract:
    """Payments to the auditor for an act that it is told to audit. Exact."""

    payments: tuple[Fraction, Fraction, Fraction, Fraction]
    """For caught, false alarm, miss, quiet; the auditor's payoff units."""
    look: Fraction
    """W: what the auditor expects, its cost taken off."""
    say_quiet: Fraction
    """Q."""
    say_flag: Fraction
    """F."""
    paid: Fraction
    """W + c, per act that is audited."""

    @property
    def advantage(self) -> Fraction:
        """By how much looking beats the better way of not looking."""
        return self.look - max(self.say_quiet, self.say_flag)

    def describe(self) -> str:
        said = ", ".join(f"{rational.decimal(t)} for {y}" for y, t in zip(EVENTS, self.payments, strict=True) if t)
        return (
            f"Pay the auditor {said or 'nothing'}: looking beats not looking by {rational.decimal(self.advantage)}, and costs "
            f"{rational.decimal(self.paid)} per audit."
        )


def reports(tpr: Any, fpr: Any, violations: Any, discovery: Any) -> Array:
    """[look, say quiet, say flag; event]: the law of what becomes known. Exact."""
    t, f = share(tpr, "tpr"), share(fpr, "fpr")
    r, m = share(violations, "violations"), share(discovery, "discovery")
    zero = Fraction(0)
    look = [r * t, (1 - r) * f, r * (1 - t) * m, r * (1 - t) * (1 - m) + (1 - r) * (1 - f)]
    return rational.exact([look, [zero, zero, r * m, r * (1 - m) + 1 - r], [r, 1 - r, zero, zero]])


def auditor_contract(
    audit_cost: Any,
    *,
    tpr: Any,
    fpr: Any = 0,
    violations: Any,
    discovery: Any = 0,
    low: Any = 0,
    high: Any = None,
    outside: Any = 0,
    margin: Any = 0,
) -> AuditorContract:
    """The cheapest payments between `low` and `high` (None: no limit) that make looking and honest reports best.

    `violations` ρ is the share among audited acts, probes included. Raises Impossible where there are none, saying why.
    """
    cost, slack, least = number(audit_cost, "audit cost"), number(margin, "margin"), rational.fraction(outside)
    floor, law = rational.fraction(low), reports(tpr, fpr, violations, discovery)
    roof = float("inf") if high is None else float(rational.fraction(high))
    if roof < floor:
        raise InputError(where="auditor's payments", needed="low ≤ high", found=f"[{low}, {high}]")
    if share(tpr, "tpr") <= share(fpr, "fpr"):
        raise InputError(where="auditor's payments", needed="a monitor with tpr above fpr", found=f"{tpr} and {fpr}")
    shape = rational.floats(law)
    programme = Programme()
    t = programme.add_columns(len(EVENTS), lower=float(floor), upper=roof, cost=shape[0])
    rows = programme.add_rows(2, lower=float(cost + slack))
    programme.put(rows[:, None], t, shape[0] - shape[1:])
    programme.put(programme.add_rows(1, lower=float(least + cost)), t, shape[0])
    found = programme.solve()
    if found.status != "optimal":
        nothing = share(violations, "violations") == 0
        raise Impossible(
            where="auditor's payments",
            needed="payments that make looking best",
            found="none: an auditor that never meets a violation cannot be paid for looking" if nothing else "none",
            remedy="Plant probes among the acts that are audited."
            if nothing
            else "Widen the bounds, or plant more probes.",
        )
    row = programme.add_rows(1, upper=found.value + CLOSE * max(1.0, abs(found.value)))
    programme.put(row, t, shape[0])  # among the cheapest: the smallest promises and fines
    size = programme.add_columns(len(EVENTS))
    for sign in (1.0, -1.0):
        rows = programme.add_rows(len(EVENTS), lower=0.0)
        programme.put(rows, size, 1.0)
        programme.put(rows, t, sign)
    cost_of = np.zeros(programme.columns)
    cost_of[size] = 1.0
    second = programme.solve(cost_of)
    x = (second.x if second.x is not None else found.point())[t]
    payments = rational.filled((len(EVENTS),), rational.simplest(x, CLOSE))
    expected = law @ payments
    look, quiet, flag = expected[0] - cost, expected[1], expected[2]
    return AuditorContract(tuple(payments), look, quiet, flag, expected[0])  # type: ignore[arg-type]
