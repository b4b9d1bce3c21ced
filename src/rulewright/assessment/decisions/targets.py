"""Every agent against three kinds of target, with intervals; and what the targets themselves can bear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...behaviour.estimation.confidence import BOUNDED, Interval, binomial, mean
from ...numerics.rational import Array
from ...report.findings.report import Cell, Check, Figure, Mark, Section, Series, Table
from ...report.words import number, percent
from ...welfare.compatibility.ceilings import Consistency, redecision, resampled, self_consistency
from ...welfare.compatibility.discriminating import FEW, OnD, discriminating, on_discriminating
from ...welfare.compatibility.measure import Against, Individual, against, individual
from .case import Case, Scored

DEAR = 5  # times fewer draws for a rule that takes long
MOST_NAMES = 6


@dataclass(frozen=True, eq=False)
class Row:
    """One agent against every target."""

    agent: Scored
    individual: Individual
    social: tuple[Against, ...]
    """For each aggregator."""
    institution: Against | None
    on_d: OnD | None


def rows(found: Case) -> list[Row]:
    """All agents, on the cases that may be scored."""
    made = []
    for one in found.agents:
        pi = np.where(found.scored, one.decision, np.nan)
        judgements = found.judged.judgements.on(found.scored)
        d = found.binding if found.institution is not None else None
        made.append(
            Row(
                one,
                individual(pi, judgements, found.loss, least=found.scenario.file.decisions.least),
                tuple(against(pi, a, found.loss) for a in found.aggregates),
                against(pi, d, found.loss) if d is not None else None,
                on_discriminating(pi, found.people, d) if d is not None else None,
            )
        )
    return made


def interval(found: Against, counted: bool) -> Interval | None:
    """Of the mean loss over cases: exact where losses are 0 or 1."""
    if not found.n:
        return None
    return binomial(round(found.total), found.n) if counted else mean(found.losses[found.said])


def told(value: float, ends: Interval | None) -> str:
    """ "0.12 (0.08 to 0.17)"."""
    if ends is None or not np.isfinite(value):
        return "–"
    if not np.isfinite(ends.low + ends.high):
        return number(value, 3)
    return f"{number(value, 3)} ({number(ends.low, 3)} to {number(ends.high, 3)})"


def section(found: Case, all_rows: list[Row]) -> Section:
    """The losses by target, as a figure and a table, and one check per agent: does it follow the institution where that shows?"""
    if not all_rows:
        return Section(
            "Three targets", "No agent is named: what follows is about the people and the institution alone."
        )
    counted = found.scenario.file.decisions.loss == "0/1"
    names = ["persons, on average", *(rule.name for rule in found.rules)]
    if found.institution is not None:
        names += [found.institution.name, f"{found.institution.name}, on D"]
    lead = (
        f"Loss ({found.scenario.file.decisions.loss}) against persons, against what an aggregate of them decides, and against "
        "what the institution decided. D: where the people's decision and the institution's differ; agreeing elsewhere "
        "tells nothing."
    )
    figure = Figure(
        "losses",
        "Losses by target",
        "loss, with its 95 % interval",
        "target",
        [_series(row, counted) for row in all_rows],
        [Mark(float(k), name) for k, name in enumerate(names)],
        "Intervals: Clopper–Pearson over cases for the 0/1 loss, Student otherwise and over persons. They hold the people fixed.",
        "intervals",
    )
    return Section(
        "Three targets",
        lead,
        figures=[figure],
        tables=[_table(found, all_rows, names, counted)],
        checks=[_check(found, row) for row in all_rows if row.on_d is not None],
    )


def _estimates(row: Row, counted: bool) -> list[tuple[float, Interval | None, int]]:
    """(loss, interval, n) of each target in the order of the names."""
    persons = row.individual
    each = persons.losses[persons.counted]
    found = [(persons.mean, mean(each) if len(each) else None, len(each))]
    for one in (*row.social, *([row.institution] if row.institution is not None else [])):
        found.append((one.mean, interval(one, counted), one.n))
    if row.on_d is not None:
        n = row.on_d.n
        value = row.on_d.misses / n if n else float("nan")
        found.append((value, binomial(row.on_d.misses, n) if n else None, n))
    return found


def _series(row: Row, counted: bool) -> Series:
    kept = [
        (float(k), value, ends)
        for k, (value, ends, _) in enumerate(_estimates(row, counted))
        if ends is not None and np.isfinite([value, ends.low, ends.high]).all()
    ]
    return Series(
        row.agent.name,
        [k for k, _, _ in kept],
        [v for _, v, _ in kept],
        [e.low for _, _, e in kept],
        [e.high for _, _, e in kept],
    )


def _table(found: Case, all_rows: list[Row], names: list[str], counted: bool) -> Table:
    estimates = [_estimates(row, counted) for row in all_rows]
    lines: list[list[Cell]] = [
        [name, *(told(each[k][0], each[k][1]) for each in estimates)] for k, name in enumerate(names)
    ]
    persons = [row.individual for row in all_rows]
    best = [f"{number(p.least, 3)} ({p.best_served})" if len(p.counted) else "–" for p in persons]
    worst = [number(p.most, 3) if len(p.counted) else "–" for p in persons]
    lines[:0] = [["the person served best", *best], ["the person served worst", *worst]]
    if found.institution is not None:
        lines.append(["cases of D", *(str(row.on_d.n) if row.on_d is not None else "–" for row in all_rows)])
    least = found.scenario.file.decisions.least
    title = f"Losses, with 95 % intervals; persons with at least {least} judgements in common with the agent"
    return Table(title, ["target", *(row.agent.name for row in all_rows)], lines)


def _check(found: Case, row: Row) -> Check:
    assert row.on_d is not None and found.institution is not None
    seen, cases = row.on_d, found.judged.judgements.cases
    name = f"{row.agent.name}: decides with {found.institution.name}"
    if seen.n == 0:
        says = (
            "the people's decision and the institution's differ on no case that it decided: nothing can tell them apart"
        )
        return Check(name, "cannot tell", says)
    ends = binomial(seen.misses, seen.n)
    says = f"on D it decides otherwise on {seen.misses} of {seen.n} cases: {told(seen.misses / seen.n, ends)}"
    if seen.few:
        return Check(name, "cannot tell", f"{says}; D has fewer than {FEW} cases, too few to tell")
    if ends.high < 0.5:
        return Check(name, "pass", f"{says}; less than half, surely", _cases(cases, seen, False), BOUNDED)
    if ends.low > 0.5:
        return Check(
            name, "fail", f"{says}; more than half: it follows the people there", _cases(cases, seen, False), BOUNDED
        )
    return Check(name, "cannot tell", f"{says}; the interval holds one half", _cases(cases, seen, False))


def _cases(cases: tuple[str, ...], seen: OnD, agrees: bool) -> str:
    at = seen.cases[seen.agrees == agrees]
    listed = ", ".join(cases[int(x)] for x in at[:MOST_NAMES])
    more = f" and {len(at) - MOST_NAMES} more" if len(at) > MOST_NAMES else ""
    return f"decided otherwise: {listed}{more}" if len(at) else ""


def ceilings(found: Case) -> Section:
    """How far each target agrees with itself."""
    lines: list[list[Cell]] = []
    persons = self_consistency(found.judged.judgements)
    lines.append(_consistency("persons", "said the same when they judged a case again", persons))
    said = found.scenario.file.decisions
    agents = np.stack([np.where(found.scored, a.decision, np.nan) for a in found.agents]) if found.agents else None
    against_draws: list[list[Cell]] = []
    for rule in found.rules:
        draws = max(20, said.resamples // DEAR) if rule.dear else said.resamples
        drawn = resampled(rule, found.judged.judgements.on(found.scored), agents, draws=draws, seed=said.seed)
        flips = drawn.flips[~np.isnan(drawn.flips)]
        if len(flips):
            low, high = np.quantile(flips, [0.025, 0.975])
            text = f"{percent(1 - float(flips.mean()))} ({percent(1 - float(high))} to {percent(1 - float(low))})"
            lines.append([rule.name, "decides the same when people are drawn again", text, f"{draws} draws of people"])
        if len(drawn.agents):
            against_draws.append([rule.name, *(_spread(row) for row in drawn.agents)])
    if found.institution is not None:
        i = found.institution
        again = redecision(i.all_cases, i.all_decisions, _era(found, i.all_dates))
        lines.append(_consistency(i.name, "decided the same when it decided a case again", again))
    tables = [Table("How far targets agree with themselves", ["target", "what was looked at", "share", "from"], lines)]
    if against_draws:
        heads = ["aggregator", *(one.name for one in found.agents)]
        tables.append(Table("0/1 loss against the aggregate, with people drawn again", heads, against_draws))
    lead = "Where a target does not agree with itself, no agent can be blamed for disagreeing with it."
    return Section("Ceilings", lead, tables=tables)


def _spread(losses: Array) -> str | None:
    kept = losses[~np.isnan(losses)]
    if not len(kept):
        return None
    low, high = np.quantile(kept, [0.025, 0.975])
    return f"{number(float(kept.mean()), 3)} ({number(low, 3)} to {number(high, 3)})"


def _era(found: Case, dates: Array) -> Array | None:
    return None if found.changed is None else (dates >= found.changed).astype(int)


def _consistency(who: str, what: str, seen: Consistency) -> list[Cell]:
    if not seen.n:
        return [who, what, None, "no case twice"]
    ends = binomial(seen.same, seen.n)
    share = f"{percent(seen.share)} ({percent(ends.low)} to {percent(ends.high)})"
    return [who, what, share, f"{seen.n} pairs"]


def size_of_d(found: Case) -> int:
    """|D| on the cases that may be scored."""
    if found.institution is None:
        return 0
    return int((discriminating(found.people, found.binding) & found.scored).sum())
