"""An estimate as tables of text, for terminals: what stands in each cell is rounded, and infinite is said in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...numerics.rational import decimal
from .confidence import GIVEN, Interval
from .estimate import Estimate
from .logit import Precision


@dataclass(frozen=True)
class Table:
    """A title, heads of columns, rows, and remarks below."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()


def said(value: float) -> str:
    """A number in four digits; "any" for one that nothing tells."""
    if math.isnan(value):
        return "untold"
    return (
        ("∞" if value > 0 else "−∞") if math.isinf(value) else decimal(value, 3) if abs(value) < 1e5 else f"{value:.3g}"
    )


def between(interval: Interval) -> str:
    if interval.empty:
        return "none"
    if math.isinf(interval.low) and math.isinf(interval.high):
        return "any"
    return f"{said(interval.low)} … {said(interval.high)}"


def tables(found: Estimate) -> list[Table]:
    """All of it, in the order in which it is asked for."""
    return [_comparison(found), _logit(found), *_weights(found), *_regret(found), _levels(found)]


def _comparison(found: Estimate) -> Table:
    rows = tuple(
        (r.name, r.parameters, str(r.free), f"{r.likelihood:.2f}", f"{r.bic:.2f}", _score(r.score, r.spread))
        for r in found.comparison.rows
    )
    best = found.comparison.best
    remarks = [f"Best out of sample: {best.name}" + (f" ({best.parameters})." if best.parameters else ".")]
    remarks.append(
        f"Score: mean log probability of a choice held back, {found.comparison.folds} folds, seed {found.seed}."
    )
    return Table(
        f"which behaviour explains {found.comparison.n} choices best",
        ("behaviour", "fitted", "free", "log-likelihood", "BIC", "score"),
        rows,
        tuple(remarks),
    )


def _score(score: float, spread: float) -> str:
    if not math.isfinite(score):
        return said(score)
    return f"{score:.4f}" + (f" ± {spread:.4f}" if math.isfinite(spread) else "")


def _logit(found: Estimate) -> Table:
    forms: list[tuple[str, Precision]] = [("reply", p) for p in found.replies]
    forms += [("reply", found.common)] if found.common is not None else []
    forms += [("equilibrium", found.equilibrium)] if found.equilibrium is not None else []
    rows = tuple((p.who, form, said(p.value), between(p.interval), between(p.safe)) for form, p in forms)
    remarks = tuple(f"{p.who}, {form}: {p.note}." for form, p in forms if p.note)
    if any(p.safe.grade == GIVEN for p in found.replies):
        remarks += ("Replies are to what the others were seen doing; intervals allow for no noise in that.",)
    return Table(
        "how rational: λ per unit of payoff",
        ("player", "form", "λ", f"{found.level:.0%} profile", f"{found.level:.0%} for every n"),
        rows,
        remarks,
    )


def _weights(found: Estimate) -> list[Table]:
    rows, remarks = [], []
    for w in found.weights:
        ends = zip(w.names, w.value, w.intervals, w.safe, strict=True)
        rows += [(w.family.player, name, said(v), between(one), between(safe)) for name, v, one, safe in ends]
        remarks += [f"{w.family.player}: {note}." for note in w.notes]
    if not rows:
        return []
    heads = ("player", "weight of", "estimate", f"{found.level:.0%} profile", f"{found.level:.0%} for every n")
    return [Table("what they weigh, beside 1 on the own payoff", heads, tuple(rows), tuple(remarks))]


def _regret(found: Estimate) -> list[Table]:
    rows, remarks = [], []
    for r in found.revealed:
        low, high = r.box()
        ranges = ", ".join(
            f"{name} {said(a) if a == b or abs(b - a) < 1e-6 else f'{said(a)} … {said(b)}'}"
            for name, a, b in zip(r.family.unknown, low, high, strict=True)
        )
        rows.append((r.family.player, said(r.least_epsilon(np.zeros(len(low)))), said(r.critical), ranges))
        if r.witness:
            better = ", ".join(dict.fromkeys(f"“{reason.instead}”" for reason in r.witness[:3]))
            remarks.append(f"{r.family.player}: whatever the weights, one of {better} would have done better.")
    if not rows:
        return []
    heads = ("player", "as the game says", "at the least", "with weights")
    return [Table("regret per choice, in payoff units", heads, tuple(rows), tuple(remarks))]


def _levels(found: Estimate) -> Table:
    rows = [
        (f"level {k}", said(float(share)), between(interval))
        for k, (share, interval) in enumerate(zip(found.levels.shares, found.levels.intervals, strict=True))
    ]
    rows.append(("hierarchy τ", said(found.hierarchy.tau), between(found.hierarchy.interval)))
    heads = ("", "estimate", f"{found.level:.0%} profile")
    return Table("how many steps ahead", heads, tuple(rows), (f"{found.levels.note}.",) if found.levels.note else ())
