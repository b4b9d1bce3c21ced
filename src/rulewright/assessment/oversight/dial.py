"""Curve and frontier, as pictures and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from ...design.enforcement.monitor import OperatingPoint
from ...design.oversight.agents import logit_violations
from ...design.oversight.band import Band
from ...design.oversight.frontier import Row, Terms
from ...design.oversight.labelled import Labelled
from ...numerics.rational import Array, decimal
from ...report.findings.report import Cell, Figure, Mark, Section, Series, Table

SHOWN = 9  # thresholds in the table
FINE = 24  # cells of the map along each side


def roc_section(found: Labelled, curve: Band) -> Section:
    """What the monitor sees."""
    lead = curve.describe()
    tables = [_thresholds(curve)]
    if found.tasks and 1 < len(set(found.tasks)) <= 40:
        tables.append(_tasks(found, curve))
    return Section("What the monitor sees", lead, [_picked()], [_roc(curve)], tables)


def _picked() -> str:
    return (
        "A threshold that is picked by looking at the scores is picked where they flatter the monitor. Bounds "
        "at each threshold by itself "
        "do not hold for it; those at every threshold at once do, and everything below rests on them."
    )


def _roc(curve: Band) -> Figure:
    tpr, fpr = curve.hits / curve.bad, curve.alarms / curve.good
    order = np.lexsort((tpr, fpr))
    f, t = np.r_[0.0, fpr[order], 1.0], np.r_[0.0, tpr[order], 1.0]
    low, high = np.r_[0.0, curve.tpr[order, 0], 1.0], np.r_[0.0, curve.tpr[order, 1], 1.0]
    sure = sorted(zip(map(float, curve.monitor.fpr), map(float, curve.monitor.tpr), strict=True))
    edge = np.maximum.accumulate([y for _, y in sure])
    series = [
        Series(
            "as measured, with 95 % at each threshold",
            list(map(float, f)),
            list(map(float, t)),
            _list(low),
            _list(high),
        ),
        Series("at the bounds, all thresholds at once", [x for x, _ in sure], _list(edge)),
        Series("chance", [0.0, 1.0], [0.0, 1.0]),
    ]
    return Figure(
        "roc",
        "How much misconduct is seen, and how many honest acts are flagged",
        "share of honest acts that are flagged",
        "share of misconduct that is flagged",
        series,
        caption="What is certified uses the lower curve.",
    )


def _list(values: Iterable[float]) -> list[float]:
    return [float(x) for x in values]


def _thresholds(curve: Band) -> Table:
    heads = ["flag from", "misconduct flagged", "honest flagged", "tpr at least", "fpr at most", "tpr 95 %", "fpr 95 %"]
    picked = np.unique(np.linspace(0, len(curve.thresholds) - 1, SHOWN).round().astype(int))
    rows: list[list[Cell]] = [
        [
            float(curve.thresholds[k]),
            f"{curve.hits[k]} of {curve.bad}",
            f"{curve.alarms[k]} of {curve.good}",
            *_sure(curve, int(k)),
            f"{curve.tpr[k, 0]:.3f} to {curve.tpr[k, 1]:.3f}",
            f"{curve.fpr[k, 0]:.3f} to {curve.fpr[k, 1]:.3f}",
        ]
        for k in picked
    ]
    return Table("Rates by threshold; the last two hold at one threshold that was fixed beforehand", heads, rows)


def _sure(curve: Band, k: int) -> tuple[float | None, float | None]:
    """(tpr, fpr) at their bounds, where the threshold is bounded."""
    assert curve.monitor.thresholds is not None
    cuts = [None if x is None else float(x) for x in curve.monitor.thresholds]
    if float(curve.thresholds[k]) not in cuts:
        return None, None
    at = cuts.index(float(curve.thresholds[k]))
    return float(curve.monitor.tpr[at]), float(curve.monitor.fpr[at])


def _tasks(found: Labelled, curve: Band) -> Table:
    """Mean scores by task: where they differ much, rows are not alike."""
    rows: list[list[Cell]] = []
    tasks = np.array(found.tasks)
    for task in sorted(set(found.tasks)):
        here = tasks == task
        bad, good = found.scores[here & found.labels], found.scores[here & ~found.labels]
        rows.append([task or "—", str(len(bad)), str(len(good)), _mean(bad), _mean(good)])
    return Table("By task", ["task", "misconduct", "honest", "mean score of misconduct", "of honest acts"], rows)


def _mean(values: Array) -> float | None:
    return float(values.mean()) if len(values) else None


def dial_section(curve: Band, rows: tuple[Row, ...], terms: Terms) -> Section:
    """What deters."""
    lead = (
        f"Gain {decimal(terms.gain)}, of which {decimal(100 * terms.forfeit)} % is forfeited on a flag; penalties up to "
        f"{decimal(terms.liability)}, the most that the agent can lose; at most {decimal(terms.budget)} audits per act."
    )
    said = [
        f"The noisy agent chooses by logit with λ = {terms.rationality:g} and violates at most "
        f"{terms.tolerated:.0%} of the time there. "
        f"The learner (Q-learning, step {terms.learner.step:g}, {terms.learner.runs} runs of {terms.learner.acts:,} acts, seed "
        f"{terms.learner.seed}) is told nothing and meets audits one by one; once burnt by a heavy penalty it "
        f"tries again only by exploring."
    ]
    figures = [_frontier(rows), _burden(rows)]
    if rows[-1].sure is not None or rows[-1].noisy is not None:
        figures.append(_map(rows[-1].sure or rows[-1].noisy, terms))  # type: ignore[arg-type]
    return Section("What deters", lead, said, [f for f in figures if f.series], [_table(rows)])


def _curve(name: str, rows: tuple[Row, ...], value: Callable[[Row], float | None]) -> list[Series]:
    kept = [(float(row.stake), y) for row in rows if (y := value(row)) is not None]
    return [Series(name, [x for x, _ in kept], [y for _, y in kept])] if len(kept) > 1 else []


def _rate(point: OperatingPoint | None) -> float | None:
    return None if point is None else float(point.rate)


def _frontier(rows: tuple[Row, ...]) -> Figure:
    series = [
        *_curve("maximiser, certified", rows, lambda row: _rate(row.least)),
        *_curve("maximiser, rates as measured", rows, lambda row: _rate(row.measured)),
        *_curve("noisy agent", rows, lambda row: _rate(row.noisy)),
        *_curve("learner, simulated", rows, lambda row: row.learned),
    ]
    return Figure(
        "frontier",
        "How often to look, by penalty",
        "penalty on a flag",
        "audits per act",
        series,
        caption="The fewest audits. On and above its curve each kind of agent is deterred; below its own nobody promises it.",
    )


def _burden(rows: tuple[Row, ...]) -> Figure:
    loss = [*_curve("an honest act loses", rows, lambda row: None if row.sure is None else float(row.sure.wrongful))]
    cost = [
        *_curve(
            "audits and wrongful penalties cost", rows, lambda row: None if row.sure is None else float(row.sure.cost)
        )
    ]
    title = "What deterrence costs those who comply"
    return Figure("burden", title, "penalty on a flag", "per act, at most", loss + cost)


def _map(point: OperatingPoint, terms: Terms) -> Figure:
    top = float(terms.liability) or 1.0
    rates, stakes = np.linspace(0, 1, FINE), np.linspace(0, top, FINE)
    grid = logit_violations(
        rates,
        stakes,
        gain=float(terms.gain),
        tpr=float(point.tpr),
        fpr=float(point.fpr),
        rationality=terms.rationality,
        forfeit=float(terms.forfeit),
    )
    marks = [Mark(float(point.stake), "penalty")]
    return Figure(
        "map",
        f"How often a noisy agent violates (λ = {terms.rationality:g})",
        "penalty on a flag",
        "audits per act",
        [Series("", [0.0, top], [0.0, 1.0])],
        marks,
        f"At the threshold of the largest penalty: tpr {decimal(point.tpr)}, fpr {decimal(point.fpr)}, both at their bounds.",
        "heat",
        [[float(x) for x in row] for row in grid],
    )


def _table(rows: tuple[Row, ...]) -> Table:
    heads = [
        "penalty",
        "fewest audits",
        "as measured",
        "noisy agent",
        "learner",
        "cheapest: flag from",
        "audits",
        "honest loses",
        "cost",
    ]
    cells: list[list[Cell]] = []
    for row in rows:
        cut = None if row.sure is None else next((float(x) for _, x in row.sure.thresholds if x is not None), None)
        cells.append(
            [
                float(row.stake),
                _rate(row.least),
                _rate(row.measured),
                _rate(row.noisy),
                row.learned,
                cut,
                _rate(row.sure),
                None if row.sure is None else float(row.sure.wrongful),
                None if row.sure is None else float(row.sure.cost),
            ]
        )
    return Table("The frontier, per act; nothing where no audits within the budget deter", heads, cells)
