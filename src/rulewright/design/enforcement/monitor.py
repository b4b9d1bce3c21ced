"""A monitor is its ROC curve: which point of it to work at is a choice of the rule-maker, made by what it costs to deter.

At a point (f, t) = (fpr, tpr), with gain 1 forfeited with share φ and stake L, deterrence needs q = 1/(t·(φ + L) − f·L) audits.
At a price c of an audit and w of a unit of wrongful penalty, an act costs

    q·(c + w·L·f)  =  (c + w·L·f) / ( t·(φ + L) − f·L )

Numerator and denominator are affine in (f, t), so the cost is least at a corner of the convex hull of the curve; a lottery over
two thresholds is needed only where the audit rate is at its cap. With w = 0 the best point has the slope
d tpr/d fpr = L/(φ + L); a price on wrongful penalties moves it to a steeper, more careful one. The area under the
curve plays no part.
Convex hull as randomised thresholds: Provost & Fawcett 2001, Mach. Learn. 42.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...numerics import rational
from ...numerics.rational import Array
from .confidence import RateBound, at_least, at_most
from .deterrence import number, share


@dataclass(frozen=True)
class OperatingPoint:
    """Where to work on the curve, and what deterrence costs there, per act. Exact."""

    fpr: Fraction
    tpr: Fraction
    thresholds: tuple[tuple[Fraction, Fraction | None], ...]
    """(probability, threshold): flag what scores at least the threshold; None is a point given without one."""
    gain: Fraction
    """G, payoff units."""
    stake: Fraction
    """S, payoff units."""
    rate: Fraction
    """q: audits per act."""
    wrongful: Fraction
    """q·fpr·S, payoff units."""
    cost: Fraction
    """q·(audit cost) + weight·wrongful, goal units."""
    bounds: tuple[RateBound, ...] = ()
    """What tpr and fpr rest on, if they are bounds from labelled trials."""
    confidence: Fraction | None = None
    """Of everything said here together; None where the rates are taken as known."""

    @property
    def grade(self) -> str:
        return "proved" if self.confidence is None else "bounded with confidence"

    def describe(self) -> str:
        shown = rational.decimal
        cuts = " or ".join(
            f"{shown(x)} (probability {shown(p)})" if p < 1 else shown(x) for p, x in self.thresholds if x is not None
        )
        said = (
            f"Work at tpr {shown(self.tpr)}, fpr {shown(self.fpr)}"
            + (f", flagging scores of at least {cuts}" if cuts else "")
            + f": audits with probability {shown(self.rate)} deter every gain up to {shown(self.gain)}; an honest act "
            f"loses {shown(self.wrongful)}; {shown(self.cost)} per act in all."
        )
        if self.confidence is not None:
            trials = " and ".join(f"{b.successes}/{b.trials}" for b in self.bounds)
            said += (
                f" Holds with confidence {shown(100 * self.confidence)} % given {trials} flagged in labelled trials."
            )
        return said


@dataclass(frozen=True, eq=False)
class Monitor:
    """Points of a ROC curve in order of fpr, (0, 0) and (1, 1) among them. Exact. Make one with `of` or `from_scores`."""

    fpr: Array = field(repr=False)
    """[point]; shares of honest acts that are flagged."""
    tpr: Array = field(repr=False)
    """[point]; shares of misconduct that is flagged."""
    thresholds: Array | None = field(default=None, repr=False)
    """[point]; an act is flagged when its score is at least this."""
    bounds: tuple[tuple[RateBound, ...], ...] = field(default=(), repr=False)
    """Per point (tpr at least, fpr at most), for a monitor made by `bounded`; none for flagging nothing or everything."""
    confidence: Fraction | None = None
    """That all bounds hold at once."""
    counts: tuple[int, int] | None = None
    """(misconduct, honest acts) that the curve was measured on."""

    @staticmethod
    def of(points: Any) -> Monitor:
        """From (fpr, tpr) pairs in any order; (0, 0) and (1, 1) are added. Raises InputError for a number that is no share."""
        pairs = {(share(f, "fpr"), share(t, "tpr")) for f, t in _pairs(points)}
        ordered = sorted(pairs | {(Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))})
        fpr, tpr = (rational.filled((len(ordered),), [p[k] for p in ordered]) for k in range(2))
        return Monitor(fpr, tpr)

    @staticmethod
    def from_scores(scores: Any, labels: Any) -> Monitor:
        """From suspicion scores [sample] and labels [sample], 1 (or true) for misconduct and 0 for honest acts.

        One point for every distinct score. Raises InputError where lengths differ or a class is missing.
        """
        score, label = np.asarray(scores, float), np.asarray(labels).astype(int)
        if score.ndim != 1 or score.shape != label.shape or not np.isfinite(score).all():
            raise InputError(
                where="labelled scores",
                needed="as many finite scores as labels",
                found=f"shapes {score.shape} and {label.shape}",
            )
        bad, good = int((label == 1).sum()), int((label == 0).sum())
        if not bad or not good or bad + good < len(label):
            raise InputError(
                where="labelled scores",
                needed="labels 0 (honest) and 1 (misconduct), at least one of each",
                found=f"{bad} ones and {good} zeros among {len(label)}",
            )
        cuts, place = np.unique(-score, return_inverse=True)  # from the highest score down
        hits = np.cumsum(np.bincount(place, weights=label, minlength=len(cuts))).astype(int)
        alarms = np.cumsum(np.bincount(place, weights=1 - label, minlength=len(cuts))).astype(int)
        fpr = [Fraction(0), *(Fraction(int(x), good) for x in alarms)]
        tpr = [Fraction(0), *(Fraction(int(x), bad) for x in hits)]
        cut = [None, *(rational.fraction(-x) for x in cuts)]
        arrays = (rational.filled((len(fpr),), fpr), rational.filled((len(tpr),), tpr), np.array(cut, dtype=object))
        return Monitor(*arrays, counts=(bad, good))

    @property
    def auc(self) -> Fraction:
        """The area under the curve, shown and never used: deterrence is not about it."""
        width, height = self.fpr[1:] - self.fpr[:-1], self.tpr[1:] + self.tpr[:-1]
        return Fraction((width * height).sum() / 2)

    def bounded(self, confidence: Any = Fraction(95, 100), *, at: Any = None) -> Monitor:
        """The same thresholds with tpr at its lower and fpr at its upper confidence bound, all of them at once.

        The threshold is chosen after looking at the scores, so the error is shared out over two bounds for every threshold
        (Bonferroni); `at` lists the thresholds that were fixed beforehand instead, which costs far less. Raises
        InputError for a monitor not made from scores.
        """
        if self.counts is None:
            raise InputError(
                where="confidence bounds",
                needed="a monitor made from labelled scores",
                found="rates that were given",
                remedy="Use Monitor.from_scores, or at_least and at_most on the counts.",
            )
        sure = number(confidence, "confidence", most=1)
        bad, good = self.counts
        assert self.thresholds is not None  # counts come with scores
        last = len(self.fpr) - 1
        fixed = (
            range(1, last + 1) if at is None else (int((self.thresholds[1:] >= rational.fraction(x)).sum()) for x in at)
        )
        chosen = sorted({k for k in fixed if 0 < k < last})  # flag none, flag all: known without trials
        each = 1 - (1 - sure) / max(2 * len(chosen), 1)
        bounds = [
            (at_least(int(self.tpr[k] * bad), bad, each), at_most(int(self.fpr[k] * good), good, each)) for k in chosen
        ]
        every = ((), *bounds, ())
        fpr = [Fraction(0), *(low_high[1].bound for low_high in bounds), Fraction(1)]
        tpr = [Fraction(0), *(low_high[0].bound for low_high in bounds), Fraction(1)]
        cuts = np.array([None, *(self.thresholds[k] for k in chosen), None], dtype=object)
        arrays = (rational.filled((len(fpr),), fpr), rational.filled((len(tpr),), tpr))
        return Monitor(*arrays, cuts, bounds=every, confidence=sure, counts=self.counts)

    def hull(self) -> Array:
        """[corner]: positions of the points on the upper convex hull, from (0, 0) to (1, 1): all that lotteries cannot beat."""
        order = sorted(range(len(self.fpr)), key=lambda k: (self.fpr[k], self.tpr[k]))
        kept: list[int] = []
        for k in order:
            while len(kept) >= 2 and self._turn(kept[-2], kept[-1], k) >= 0:
                kept.pop()
            if kept and self.fpr[kept[-1]] == self.fpr[k]:
                kept.pop()  # a vertical step: the upper end dominates
                while len(kept) >= 2 and self._turn(kept[-2], kept[-1], k) >= 0:
                    kept.pop()
            kept.append(k)
        return np.array(kept)

    def _turn(self, a: int, b: int, c: int) -> Fraction:
        """Above zero where the path a, b, c turns upwards, so that b lies below the segment from a to c."""
        f, t = self.fpr, self.tpr
        return (f[b] - f[a]) * (t[c] - t[a]) - (t[b] - t[a]) * (f[c] - f[a])

    def operating_point(
        self,
        gain: Any,
        stake: Any,
        *,
        forfeit: Any = 1,
        audit_cost: Any = 1,
        wrongful_weight: Any = 0,
        most: Any = 1,
        margin: Any = 0,
    ) -> OperatingPoint:
        """The cheapest point that deters every gain up to `gain`, at a rate of at most `most` audits per act.

        `audit_cost` is per audit, `wrongful_weight` per unit of penalty on honest acts, both in goal units. Ties go to the smaller
        fpr. Raises Impossible with the least rate that would do, InputError for numbers out of range.
        """
        g, s, m = number(gain, "gain"), number(stake, "stake"), number(margin, "margin")
        phi, cap = share(forfeit, "forfeit"), share(most, "most")
        c, w = number(audit_cost, "audit cost"), number(wrongful_weight, "wrongful weight")
        corners = self.hull()
        f, t = self.fpr[corners], self.tpr[corners]
        bite = t * (phi * g + s) - f * s
        need = (g + m) / cap if cap > 0 else Fraction(0)
        mixes: list[tuple[tuple[Fraction, int], ...]]
        mixes = [((Fraction(1), int(k)),) for k, b in zip(corners, bite, strict=True) if b >= need and b > 0]
        for k in np.flatnonzero((bite[1:] >= need) != (bite[:-1] >= need)):  # the cap cuts this edge
            lottery = (need - bite[k]) / (bite[k + 1] - bite[k])
            mixes.append(((1 - lottery, int(corners[k])), (lottery, int(corners[k + 1]))))
        if not mixes or not cap:
            best = bite.max()
            raise Impossible(
                where="operating point",
                needed=f"a point that deters a gain of {rational.decimal(g)} with at most {rational.decimal(cap)} audits per act",
                found="none on the curve",
                remedy=f"The least rate that deters is {rational.decimal((g + m) / best)}; or raise the stake."
                if best > 0
                else "Every point flags the innocent as often as the guilty.",
            )
        points = [self._point(mix, (g, s, phi, m), (c, w)) for mix in mixes]
        return min(points, key=lambda p: (p.cost, p.fpr))

    def _point(
        self, mix: tuple[tuple[Fraction, int], ...], agent: tuple[Fraction, ...], prices: tuple[Fraction, Fraction]
    ) -> OperatingPoint:
        (g, s, phi, m), (c, w) = agent, prices
        f = Fraction(sum(p * self.fpr[k] for p, k in mix))
        t = Fraction(sum(p * self.tpr[k] for p, k in mix))
        rate = (g + m) / (t * (phi * g + s) - f * s)
        wrongful = rate * f * s
        cuts = tuple((p, None if self.thresholds is None else self.thresholds[k]) for p, k in mix if p > 0)
        bounds = tuple(b for p, k in mix if p > 0 for b in self.bounds[k]) if self.bounds else ()
        return OperatingPoint(f, t, cuts, g, s, rate, wrongful, rate * c + w * wrongful, bounds, self.confidence)


def _pairs(points: Any) -> list[tuple[Any, Any]]:
    try:
        return [(f, t) for f, t in points]
    except (TypeError, ValueError):
        raise InputError(where="ROC curve", needed="a list of pairs (fpr, tpr)", found=type(points).__name__) from None
