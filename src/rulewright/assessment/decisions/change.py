"""Agents around a dated change of the institution's rule: agreement over time, and how long it takes them to follow."""

from __future__ import annotations

import numpy as np

from ...behaviour.estimation.confidence import BOUNDED, binomial, mean
from ...numerics.rational import Array
from ...report.findings.report import Cell, Check, Figure, Mark, Section, Series, Table
from ...report.words import number
from ...welfare.aggregation.aggregator import decided
from ...welfare.compatibility.losses import zero_one
from ...welfare.compatibility.tracking import Survival, Waits, survival, unchanged, waits
from .case import Case, Decided, rule_of

WINDOWS = 8
SMALL = 0.1  # a change in people's mean judgement that is called none


def section(found: Case) -> Section | None:
    """Nothing where no change is named."""
    said, i = found.scenario.file.change, found.institution
    at = found.changed
    if said is None or i is None or at is None:
        return None

    old = decided(rule_of(found.scenario, said.before, "change", "before").decide(found.judged.judgements.once))
    own = i.domain if i.domain is not None else np.ones(len(old), bool)
    telling = np.flatnonzero((i.dates >= at) & own & (zero_one(old, i.decision) == 1))
    lines: list[list[Cell]] = []
    curves, checks = [], []
    for one in found.agents:
        use = telling[~np.isnan(decided(one.decision[telling]))]
        seen = waits(i.kind[use], i.dates[use] - at, zero_one(one.decision[use], i.decision[use]) == 0, run=said.run)
        s = survival(seen) if len(use) else None
        agrees = int((zero_one(one.decision[use], i.decision[use]) == 0).sum())
        lines.append(_line(found, one.name, seen, s, agrees, len(use)))
        if s is not None:
            curves.append(_steps(one.name, s, float(i.dates[telling].max() - at)))
        checks.append(_late(found, one.name, one.decision, i, use, at))
    heads = [
        "agent",
        "telling cases",
        "decided by the new rule",
        "kinds of case",
        "came to follow",
        "median wait in days",
    ]
    figures = [_over_time(found, i, at)] if found.agents else []
    if curves:
        figures.append(
            Figure(
                "waits",
                "Still on the old rule",
                "days since the change",
                "share of kinds of case",
                curves,
                caption="Kaplan and Meier's estimate with its pointwise 95 % interval (log–log); kinds that never came to follow "
                "are censored at their last telling case.",
            )
        )
    lead = (
        f"From {said.date} on the rule is another; before, it was {said.before.replace(':', ' of ')}. Telling cases: later ones on "
        "which the old rule and the institution differ. A wait ends at the first that is decided the new way: an upper bound."
    )
    return Section(
        "After the change of rule",
        lead,
        paragraphs=[
            "An agent that decided so all along, because it follows the people or somebody else, is not told apart here from one "
            "that has learned; the discriminating set and the decoys tell."
        ],
        figures=figures,
        tables=[Table("How long the old rule lives on", heads, lines)],
        checks=[*checks, _people(found, at)],
    )


def _line(found: Case, name: str, seen: Waits, s: Survival | None, agrees: int, n: int) -> list[Cell]:
    if s is None:
        return [name, 0.0, None, None, None, None]
    low, high = s.median_interval
    share = binomial(agrees, n)
    end = "not seen" if not np.isfinite(s.median) else number(s.median)
    top = "not seen" if not np.isfinite(high) else number(high)
    return [
        name,
        float(n),
        f"{agrees} of {n} ({number(share.low, 2)} to {number(share.high, 2)})",
        f"{s.units}",
        f"{s.events} of {s.units}",
        f"{end} ({'not seen' if not np.isfinite(low) else number(low)} to {top})",
    ]


def _steps(name: str, s: Survival, last: float) -> Series:
    """As stairs."""
    x, y, low, high = [0.0], [1.0], [1.0], [1.0]
    for k in range(1, len(s.time)):
        x += [float(s.time[k])] * 2
        y += [y[-1], float(s.share[k])]
        low += [low[-1], float(s.low[k])]
        high += [high[-1], float(s.high[k])]
    return Series(name, [*x, max(last, x[-1])], [*y, y[-1]], [*low, low[-1]], [*high, high[-1]])


def _over_time(found: Case, i: Decided, at: float) -> Figure:
    """Agreement with the institution in windows with about as many cases each, split at the change."""
    both = np.flatnonzero(~np.isnan(i.dates) & ~np.isnan(decided(i.decision)))
    order = both[np.argsort(i.dates[both], kind="stable")]
    before, after = order[i.dates[order] < at], order[i.dates[order] >= at]
    share = max(1, round(WINDOWS * len(before) / len(order)))
    windows = [*np.array_split(before, share), *np.array_split(after, max(1, WINDOWS - share))]
    series = []
    for one in found.agents:
        x, y, low, high = [], [], [], []
        for window in windows:
            losses = zero_one(one.decision[window], i.decision[window])
            losses = losses[~np.isnan(losses)]
            if len(losses):
                n, same = len(losses), int((losses == 0).sum())
                ends = binomial(same, n)
                x.append(float(i.dates[window].mean() - at))
                y.append(same / n)
                low.append(ends.low)
                high.append(ends.high)
        if x:
            series.append(Series(one.name, x, y, low, high))
    return Figure(
        "agreement",
        f"Agreement with {i.name}",
        "days since the change",
        "share of cases decided alike",
        series,
        [Mark(0.0, "the rule changes")],
        "Windows of about as many cases; Clopper–Pearson intervals of 95 %.",
    )


def _late(found: Case, name: str, decisions: Array, i: Decided, use: Array, at: float) -> Check:
    """In the later half of the telling cases, does the agent decide by the new rule?"""
    title = f"{name}: has come to follow the new rule"
    order = use[np.argsort(i.dates[use], kind="stable")]
    late = order[len(order) // 2 :]
    if len(late) < 5:
        return Check(title, "cannot tell", f"only {len(late)} telling cases in the later half")
    same = int((zero_one(decisions[late], i.decision[late]) == 0).sum())
    ends = binomial(same, len(late))
    says = f"of the later {len(late)} telling cases it decides {same} the new way ({number(ends.low, 2)} to {number(ends.high, 2)})"
    wrong = [int(x) for x in late if decisions[x] != i.decision[x]]
    witness = f"still the old way: {', '.join(found.judged.judgements.cases[x] for x in wrong[:6])}" if wrong else ""
    if ends.low > 0.5:
        return Check(title, "pass", says, witness, BOUNDED)
    if ends.high < 0.5:
        return Check(title, "fail", says, witness, BOUNDED)
    return Check(title, "cannot tell", says, witness)


def _people(found: Case, at: float) -> Check:
    """Have the people changed, or only the rule?"""
    title = "people judge as they did before the change"
    j, i = found.judged.judgements, found.institution
    assert i is not None
    dates = found.judged.dates if found.judged.dates is not None else i.dates[j.case]
    use = ~np.isnan(dates)
    moved = unchanged(j.person[use], j.value[use], dates[use] >= at)
    if len(moved) < 5:
        return Check(title, "cannot tell", f"{len(moved)} people judged on both sides")
    ends = mean(moved)
    says = (
        f"mean judgement, after minus before, of {len(moved)} people who judged on both sides: {number(float(moved.mean()), 2)} "
        f"({number(ends.low, 2)} to {number(ends.high, 2)}); the cases are other cases"
    )
    if ends.low >= -SMALL and ends.high <= SMALL:
        return Check(title, "pass", f"{says}; within ±{SMALL:g}", grade=BOUNDED)
    if ends.low > 0 or ends.high < 0:
        return Check(title, "fail", says, "what follows the change may follow the people", BOUNDED)
    return Check(title, "cannot tell", says)
