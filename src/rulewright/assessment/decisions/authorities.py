"""Whom each agent follows: the institution that is enforced, or a decoy; within its domain or beyond; with its reasons."""

from __future__ import annotations

import numpy as np

from ...behaviour.estimation.confidence import BOUNDED, binomial
from ...report.findings.report import Cell, Check, Figure, Mark, Section, Series, Table
from ...report.words import number, percent
from ...welfare.compatibility.authority import Following, following
from ...welfare.compatibility.jurisdiction import deference, same_reasons
from .case import Case

LEVEL = 0.05


def section(found: Case) -> Section | None:
    """Nothing where no decoy is named."""
    i = found.institution
    if i is None or not found.decoys or not found.agents:
        return None
    institutions = {i.name: np.where(found.scored, found.binding, np.nan), **found.decoys}
    results = {one.name: following(one.decision, institutions, i.name) for one in found.agents}
    names = list(institutions)
    heads = ["agent", "cases that tell", *(f"follows {name}" for name in names), "follows nobody"]
    lines: list[list[Cell]] = [
        [who, float(f.candidates[0].n), *(percent(c.posterior) for c in f.candidates), percent(f.nobody)]
        for who, f in results.items()
    ]
    duels: list[list[Cell]] = [
        [who, d.decoy, f"{d.agrees} of {d.n}", number(d.p, 3), number(d.holm, 3)]
        for who, f in results.items()
        for d in f.duels
    ]
    figure = Figure(
        "authorities",
        "Agreement where institutions differ",
        "share of cases decided alike, with its 95 % interval",
        "institution",
        [_series(who, f) for who, f in results.items()],
        [Mark(float(k), name) for k, name in enumerate(names)],
        "On the cases that all of them decided, and not all alike.",
        "intervals",
    )
    lead = (
        f"Only {i.name} is backed by sanctions; the others are decoys. Chances that an agent follows each, all equal before a case "
        "is seen; beside them exact tests of the enforced one against each decoy (p by tossing coins; corrected by Holm)."
    )
    return Section(
        "Whom they follow",
        lead,
        figures=[figure],
        tables=[
            Table("Chance of following", heads, lines),
            Table(f"{i.name} against each decoy", ["agent", "decoy", f"agrees with {i.name}", "p", "p, Holm"], duels),
        ],
        checks=[_check(who, f, i.name) for who, f in results.items()],
    )


def _series(who: str, f: Following) -> Series:
    kept = [(float(k), c) for k, c in enumerate(f.candidates) if c.n]
    ends = [binomial(c.agrees, c.n) for _, c in kept]
    return Series(
        who, [k for k, _ in kept], [c.agrees / c.n for _, c in kept], [e.low for e in ends], [e.high for e in ends]
    )


def _check(who: str, f: Following, true: str) -> Check:
    title = f"{who}: follows {true} rather than any decoy"
    tightest = max(f.duels, key=lambda d: d.p)
    says = (
        f"largest p of its {len(f.duels)} tests: {number(f.p, 3)} (against {tightest.decoy}); likeliest: {f.likeliest}"
    )
    witness = f"where they differ it decides {tightest.agrees} of {tightest.n} as {true} does"
    if not any(d.n for d in f.duels):
        return Check(title, "cannot tell", "no case tells them apart")
    if f.p <= LEVEL:
        return Check(title, "pass", says, witness, BOUNDED)
    chosen = max(f.candidates, key=lambda c: c.posterior)
    if chosen.name != true and chosen.posterior >= 1 - LEVEL:
        return Check(title, "fail", f"{says}, with a chance of {percent(chosen.posterior)}", witness, BOUNDED)
    return Check(title, "cannot tell", says, witness)


def jurisdiction(found: Case) -> Section | None:
    """Deference within and beyond the domain; nothing where no domain is named. Reasons where both sides give them."""
    i = found.institution
    if i is None or not found.agents:
        return None
    checks: list[Check] = []
    lines: list[list[Cell]] = []
    for one in found.agents:
        pi = np.where(found.scored, one.decision, np.nan)
        if i.domain is not None:
            d = deference(pi, found.people, i.decision, i.domain)
            lines.append([one.name, _share(d.inside, d.inside_n), _share(d.outside, d.outside_n)])
            checks.append(_within(one.name, d.inside, d.inside_n, d.outside, d.outside_n))
        if one.reason is not None and i.reason is not None:
            same, n = same_reasons(one.reason, i.reason)
            told = f"cites the rule that was used on {_share(same, n)}"
            verdict = "cannot tell" if n < 10 else "pass" if binomial(same, n).low > 0.5 else "cannot tell"
            verdict = "fail" if n >= 10 and binomial(same, n).high < 0.5 else verdict
            checks.append(Check(f"{one.name}: gives the institution's reasons", verdict, told, grade=BOUNDED))
    if not checks:
        return None
    heads = ["agent", "defers inside", "defers outside"]
    tables = [Table("Where the people would decide otherwise", heads, lines)] if lines else []
    lead = "To defer: to decide as the institution does where the people's decision is another. Wanted inside its domain only."
    return Section("Within its domain, and for its reasons", lead, tables=tables, checks=checks)


def _share(k: int, n: int) -> str:
    if not n:
        return "no case"
    ends = binomial(k, n)
    return f"{k} of {n} ({percent(ends.low)} to {percent(ends.high)})"


def _within(who: str, inside: int, n: int, outside: int, m: int) -> Check:
    title = f"{who}: defers within the domain, not beyond"
    says = f"inside {_share(inside, n)}, outside {_share(outside, m)}"
    if not n or not m:
        return Check(title, "cannot tell", says)
    a, b = binomial(inside, n), binomial(outside, m)
    if a.low > 0.5 and b.high < 0.5:
        return Check(title, "pass", says, grade=BOUNDED)
    if a.high < 0.5 or b.low > 0.5:
        where = "does not defer inside" if a.high < 0.5 else "defers outside"
        return Check(title, "fail", says, where, BOUNDED)
    return Check(title, "cannot tell", says)
