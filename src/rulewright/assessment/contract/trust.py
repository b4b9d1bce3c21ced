"""What self-enforcement needs: for each act the least discount factor at which a promise of it is kept, exactly.

A promise of spread b is kept iff δ ≥ b/(b + s), s the surplus of its act; so what people get by the best promise that is kept is a
step function of δ, with jumps at these numbers.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from ...design.contracts import Relational
from ...mechanisms.contracts.agency import Agency
from ...mechanisms.contracts.offer import Posed, unit
from ...mechanisms.contracts.ways import MARGIN, no_contract, sustained
from ...report.findings.report import FAIL, PASS, Cell, Check, Figure, Mark, Section, Series, Table, Threshold
from .agency import money
from .sections import Judged

NAME = "the best promise that is kept"


def _acts(asked: Agency) -> list[Relational]:
    return [r for r in sustained(asked, MARGIN * unit(asked)) if max(r.bonus) <= asked.cap]


def _steps(asked: Agency) -> list[tuple[Fraction, Fraction]]:
    """(least δ, what people get from there on), rising in both; first what they get at 0."""
    there = sorted((r.patience, r.surplus) for r in _acts(asked) if r.patience is not None)
    found = [(Fraction(0), no_contract(Posed(asked)).value)]
    for patience, surplus in there:
        if surplus > found[-1][1]:
            found = found[:-1] if patience == found[-1][0] else found
            found.append((patience, surplus))
    return found


def thresholds(asked: Agency) -> list[Threshold]:
    """Where what people get jumps as the discount factor rises."""
    steps = _steps(asked)
    return [
        Threshold(NAME, "discount factor", float(at), float(before), float(after), "proved")
        for (_, before), (at, after) in pairwise(steps)
    ]


def promised(asked: Agency, judged: list[Judged]) -> list[Section]:
    """The acts that promises sustain, and what became of each promise."""
    if not judged:
        return []
    rows: list[list[Cell]] = [
        [
            asked.acts[r.action], float(r.surplus), float(r.spread),
            None if r.patience is None else float(r.patience), None if r.patience is None else float(1 / (1 - r.patience)),
        ]
        for r in _acts(asked)
    ]  # fmt: skip
    heads = [
        "act",
        "worth to both, a period",
        "smallest bonus that brings it about",
        "least discount factor",
        "work must last, on average",
    ]
    steps = _steps(asked)
    x, y = [0.0], [float(steps[0][1])]
    for at, value in steps[1:]:
        x, y = [*x, float(at), float(at)], [*y, y[-1], float(value)]
    marks = [Mark(float(at), money(at) if k == 0 else "") for k, (at, _) in enumerate(steps[1:])]
    curve = Figure(
        "patience", "What people get by promises that are kept", "discount factor", "people get",
        [Series(NAME, [*x, 1.0], [*y, y[-1]])], marks,
        "Below the first line nobody believes a bonus.",
    )  # fmt: skip
    lead = (
        "No court enforces the bonus: breaking it saves the bonus once, and costs the relation. The discount factor is how much "
        "the next period counts, or the chance that there is one."
    )
    return [
        Section(
            "What self-enforcement needs", lead, figures=[curve], tables=[Table("Acts that a promise brings about", heads, rows)],
            checks=[_check(one) for one in judged],
        )
    ]  # fmt: skip


def _check(one: Judged) -> Check:
    made = one.offer.promise
    assert made is not None
    future = made.discount / (1 - made.discount) * made.surplus
    told = f"saves {money(made.spread)} once, and loses {money(future)} of later periods"
    if made.kept:
        return Check(f"{one.way.name}: the promise is kept", PASS, f"breaking it {told}", one.offer.how)
    least = (
        "no patience is enough" if made.patience is None else f"it takes a discount factor of {money(made.patience)}"
    )
    return Check(f"{one.way.name}: the promise is kept", FAIL, f"breaking it {told}", least)
