"""Parts of the report on contracts: compared, the payments, the trainings, fresh nodes, claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...behaviour.estimation import confidence
from ...mechanisms.contracts.offer import Offer
from ...numerics import rational
from ...numerics.rational import Array
from ...report.findings.report import Cell, Figure, Section, Series, Table
from ...report.report import ClaimRow
from ...scenario.contract import Way
from .agency import Bound, money

MOST_ROWS = 24  # of outcomes in a table
MOST_NAMES = 6  # of outcomes under a picture
MOST_POINTS = 60  # of a picture of a continuum


@dataclass(frozen=True)
class Judged:
    """One way to a contract, what it comes to, and what nothing of its kind exceeds."""

    way: Way
    offer: Offer
    bound: Bound

    @property
    def paying(self) -> bool:
        return self.offer.pay is not None and bool(np.any(self.offer.pay != 0))


def compared(judged: list[Judged], none: Offer) -> Section:
    """What people get, paid, short of the best of its kind."""
    heads = [
        "",
        "what the agent does",
        "people get",
        "if ties break for people",
        "paid",
        "short of the best of its kind",
    ]
    rows: list[list[Cell]] = [
        [
            one.way.name, one.offer.does, float(one.offer.value), float(one.offer.best), float(one.offer.paid),
            max(one.bound.value - float(one.offer.value), 0.0),
        ]
        for one in judged
    ]  # fmt: skip
    lead = f"Without a contract the agent does this: {none.does}. People then get {money(none.value)}."
    return Section("Compared", lead, tables=[Table("At the agent's exact best reply", heads, rows)])


def payments(judged: list[Judged], across: str, places: Array, labels: tuple[str, ...] = ()) -> list[Section]:
    """What is paid for which outcome: a picture, and a table where outcomes are few."""
    paying = [one for one in judged if one.paying]
    if not paying:
        return []
    order = np.argsort(places, kind="stable")
    series = [_line(name, places[order], row[order]) for name, row in _rows(paying)]
    few = len(places) <= MOST_ROWS
    caption = "" if few else f"Means of {MOST_POINTS} groups of outcomes that are alike."
    if 0 < len(labels) <= MOST_NAMES:
        across = f"{across}: {', '.join(f'{float(x):g} {y}' for x, y in zip(places, labels, strict=True))}"
    figure = Figure("payments", "What is paid for which outcome", across, "payment", series, caption=caption)
    asked = paying[0].offer.agency
    tables = [_listed(judged, paying)] if few else []
    lead = f"No payment is below 0 or above {money(asked.cap)}."
    return [Section("The contract", lead, figures=[figure], tables=tables)]


def _rows(paying: list[Judged]) -> list[tuple[str, Array]]:
    found = []
    for one in paying:
        assert one.offer.pay is not None
        many = len(one.offer.pay) > 1
        for e, row in enumerate(one.offer.pay):
            found.append((f"{one.way.name}, contract {e + 1}" if many else one.way.name, rational.floats(row)))
    return found


def _line(name: str, places: Array, pay: Array) -> Series:
    if len(places) > MOST_ROWS:
        groups = np.array_split(np.arange(len(places)), min(MOST_POINTS, len(places)))
        places, pay = (np.array([x[g].mean() for g in groups]) for x in (places, pay))
    return Series(name, [float(x) for x in places], [float(x) for x in pay])


def _listed(judged: list[Judged], paying: list[Judged]) -> Table:
    asked = paying[0].offer.agency
    worth = asked.reward is not None
    rows = _rows(paying)
    heads = ["outcome", *(["worth"] if worth else []), *(name for name, _ in rows)]
    cells: list[list[Cell]] = [
        [y, *([float(asked.reward[k])] if asked.reward is not None else []), *(float(row[k]) for _, row in rows)]
        for k, y in enumerate(asked.outcomes)
    ]
    return Table("What is paid for each outcome", heads, cells)


def fresh(judged: list[Judged]) -> list[Section]:
    """Networks on nodes that they were not trained on."""
    rows: list[list[Cell]] = []
    for one in judged:
        if one.offer.fresh:
            mean = confidence.mean(one.offer.fresh)
            rows.append([one.way.name, float(one.offer.value), float(np.mean(one.offer.fresh)), mean.low, mean.high])
    if not rows:
        return []
    sets = len(next(one.offer.fresh for one in judged if one.offer.fresh))
    lead = (
        "Outcomes stand for a continuum. Elsewhere this report is exact for one set of them; here the network pays on "
        f"{sets} sets of other outcomes, for which the agent replies anew: an estimate, with its 95 % interval."
    )
    heads = ["", "on its own outcomes", "on others, on average", "from", "to"]
    return [Section("On other outcomes", lead, tables=[Table("People get", heads, rows)])]


def courses(judged: list[Judged]) -> list[Section]:
    """How trainings went."""
    series = [
        Series(one.way.name, [float(x) for x, _ in one.offer.curve], [float(y) for _, y in one.offer.curve])
        for one in judged
        if one.offer.curve
    ]
    if not series:
        return []
    best = next(one.bound for one in judged if one.offer.curve)
    ends = [min(s.x[0] for s in series), max(s.x[-1] for s in series)]
    series.append(Series(f"what {best.kind} exceeds", ends, [best.value] * 2))
    lead = (
        "The best of the restarts, with an agent whose choice is smoothed, ever less as the training goes on; a smoothed value may "
        "lie above what is possible. What is said elsewhere is the exact reply's."
    )
    figure = Figure("training", "The training: smoothed value to people", "steps", "smoothed value", series)
    return [Section("How the training went", lead, figures=[figure])]


def claims(judged: list[Judged]) -> Section:
    """What is proved, and what is only searched."""
    rows = [row for one in judged for row in _claims(one)]
    known = {one.bound.kind: one.bound for one in judged}
    for best in known.values():
        rows.append(ClaimRow(f"{best.kind} is worth more than {money(best.value)}", True, best.grade, best.how))
    return Section(
        "What is proved",
        "Payments, chances and costs are rationals; `rulewright check` reads the certificate.",
        claims=rows,
    )


def _claims(one: Judged) -> list[ClaimRow]:
    offer = one.offer
    if offer.promise is not None:
        made = offer.promise
        told = f"the largest gain by breaking it once is {money(made.temptation)}"
        name = f"{one.way.name}: {'' if made.kept else 'not '}kept at a discount factor of {money(made.discount)}"
        return [ClaimRow(name, True, "proved", told)]
    strict = f", by at least {money(offer.margin)}" if offer.margin else "; others are as good"
    lost = f"ties broken against them; paid {money(offer.paid)}"
    return [
        ClaimRow(f"{one.way.name}: what the agent does is its best reply", True, "proved", f"{offer.does}{strict}"),
        ClaimRow(f"{one.way.name}: people get at least {money(offer.value)}", True, "proved", lost),
    ]
