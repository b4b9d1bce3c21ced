"""The aggregators beside each other: what each decides, where it parts from the institution, which laws it keeps.

And the quota that the institution's own decisions imply.
"""

from __future__ import annotations

import numpy as np

from ...behaviour.estimation.confidence import BOUNDED, binomial
from ...report.findings.report import Cell, Check, Section, Table
from ...report.words import number, percent
from ...welfare.aggregation.aggregator import decided
from ...welfare.aggregation.laws import LAWS, laws
from ...welfare.compatibility.losses import zero_one
from ...welfare.compatibility.quota import implied_quota, majority_errors, resampled_quota
from .case import Case

VOTERS = 5
MOST_NAMES = 8
CASES_BOOTSTRAP = 200


def section(found: Case) -> Section:
    """A row for each aggregator."""
    heads = ["aggregator", "cases it decides", "of them yes", "differs from the first"]
    heads += ["differs from the institution"] if found.institution is not None else []
    heads += [f"{law}" for law in LAWS]
    lines: list[list[Cell]] = []
    notes: list[str] = []
    for rule, a in zip(found.rules, found.aggregates, strict=True):
        said = ~np.isnan(decided(a)) & found.scored
        row: list[Cell] = [rule.name, float(said.sum()), percent(float((a[said] > 0.5).mean())) if said.any() else None]
        row.append(_differs(a, found.people, found.scored))
        if found.institution is not None:
            row.append(_differs(a, found.binding, found.scored))
        if rule.dear:
            row += [None] * len(LAWS)
        else:
            asked = laws(rule, VOTERS)
            row += [law.holds for law in asked]
            notes += [f"{rule.name}, {law.name}: {law.witness}." for law in asked if not law.holds]
        lines.append(row)
    table = Table(f"Aggregators; laws on all {3**VOTERS} profiles of {VOTERS} people in one group", heads, lines)
    lead = "Aggregators of the same judgements; the first one is called the people's decision here."
    return Section("What the people decide", lead, _groups(found) + notes, tables=[table])


def _differs(a: object, b: object, scored: object) -> str:
    losses = zero_one(a, b)
    use = ~np.isnan(losses) & np.asarray(scored, bool)
    return f"{int(losses[use].sum())} of {int(use.sum())}"


def _groups(found: Case) -> list[str]:
    j = found.judged.judgements
    if j.group is None:
        return []
    sizes = np.bincount(j.group[j.group >= 0], minlength=len(j.groups))
    told = ", ".join(f"{name} ({size})" for name, size in zip(j.groups, sizes, strict=True))
    o = found.judged.opinions
    by = f", found by k-means with a silhouette of {number(o.silhouette, 2)}" if o is not None else ""
    return [f"Groups of people{by}: {told}."]


def quota(found: Case) -> Section | None:
    """The implied quota, where there is an institution and there are votes."""
    i = found.institution
    if i is None:
        return None
    yes, no, _ = found.judged.judgements.once.counts()
    eras = [("all cases", np.ones(len(yes), bool))]
    if found.changed is not None:
        at = found.changed
        eras += [("before the change", i.dates < at), ("from the change on", i.dates >= at)]
    if i.domain is not None:
        eras = [(f"{name}, within its domain", use & i.domain) for name, use in eras]
    lines: list[list[Cell]] = []
    checks = []
    for name, use in eras:
        d = np.where(use, i.decision, np.nan)
        if not (use & ~np.isnan(d) & (yes + no > 0)).any():
            continue
        one = implied_quota(yes, no, d)
        ends = resampled_quota(yes, no, d, draws=CASES_BOOTSTRAP, seed=found.scenario.file.decisions.seed)
        low, high = np.quantile(ends.mean(axis=1), [0.025, 0.975])
        wrong = binomial(one.errors, one.n)
        lines.append(
            [
                name,
                f"({number(float(one.low), 3)}, {number(float(one.high), 3)}]",
                f"{number(low, 3)} to {number(high, 3)}",
                f"{one.errors} of {one.n} ({percent(wrong.low)} to {percent(wrong.high)})",
                _listed(found, one.granted_below),
                _listed(found, one.refused_above),
            ]
        )
        if (yes + no)[use].max(initial=0) > 0:
            half = majority_errors(yes, no, d)
            lowest, highest = np.quantile(ends[:, 0], 0.025), np.quantile(ends[:, 1], 0.975)
            near = bool(lowest <= 0.5 <= highest)
            says = (
                f"the quotas that explain most decisions lie in ({one.low}, {one.high}], with {one.errors} exceptions of {one.n}; "
                f"a majority has {half}"
            )
            drawn = "among" if near else "not among"
            says += f"; with cases drawn again one half is {drawn} the quotas that explain most (95 %)"
            checks.append(
                Check(
                    f"{i.name} decides otherwise than a majority, {name}",
                    "cannot tell" if near or half == one.errors else "pass",
                    says,
                    f"other intervals with as few exceptions: {one.ties}",
                    BOUNDED,
                )
            )
    heads = ["cases", "quotas with fewest exceptions", "middle, 95 %", "exceptions", "granted below", "refused above"]
    lead = (
        "Yes if and only if at least such a share was for: every quota was tried, exactly. Its middle with cases drawn again; "
        "exceptions with their Clopper–Pearson interval. That a quota explains the decisions does not mean that it is the rule."
    )
    return Section(
        f"The quota that {i.name} seems to use", lead, tables=[Table("Implied quota", heads, lines)], checks=checks
    )


def _listed(found: Case, at: tuple[int, ...]) -> str:
    names = [found.judged.judgements.cases[x] for x in at[:MOST_NAMES]]
    return (", ".join(names) + (f" and {len(at) - MOST_NAMES} more" if len(at) > MOST_NAMES else "")) or "none"
