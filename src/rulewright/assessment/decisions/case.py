"""What a scenario of decisions names, made: everything lined up by the cases that people judged.

Decisions on cases that nobody judged are left out and counted. A case that an institution decided several times keeps its last
decision; the others are for its re-decision consistency.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ...scenario.decisions import Agent, Authority, DecisionsScenario
from ...welfare.aggregation import Aggregator, aggregator
from ...welfare.aggregation.aggregator import decided
from ...welfare.compatibility.losses import LOSSES, Loss
from ...welfare.compatibility.split import later, refuse_early, refuse_trained
from .judged import Judged, judged, worth
from .tables import Table, date, finite, read, truth

Tell = Callable[[str], None]
INSTITUTION = "institution"


@dataclass(frozen=True, eq=False)
class Decided:
    """An institution's decisions."""

    name: str
    decision: Array
    """d[x]: the last one; NaN where it decided nothing."""
    dates: Array
    """[x]: NaN where there is none."""
    all_cases: Array
    """[row]: number of the case of every decision, repeated ones too."""
    all_decisions: Array
    all_dates: Array
    unknown: int
    """Decisions on cases that nobody judged."""
    kind: Array
    """[x]: number of the kind of case."""
    kinds: tuple[str, ...]
    domain: Array | None
    """[x]: whether it is the institution's to decide."""
    reason: list[str] | None
    published: Array | None
    appealed: Array | None
    appeal_days: Array | None


@dataclass(frozen=True, eq=False)
class Scored:
    """An agent's decisions."""

    name: str
    decision: Array
    reason: list[str] | None
    unknown: int


@dataclass(frozen=True, eq=False)
class Case:
    """All that is looked at."""

    scenario: DecisionsScenario
    judged: Judged
    rules: tuple[Aggregator, ...]
    aggregates: tuple[Array, ...]
    """A[x] of each rule."""
    institution: Decided | None
    agents: tuple[Scored, ...]
    decoys: dict[str, Array]
    scored: Array
    """[x]: whether the case may be scored."""
    changed: float | None = None
    """Days of the change of rule; None where there is none."""

    @property
    def loss(self) -> Loss:
        return LOSSES[self.scenario.file.decisions.loss]

    @property
    def people(self) -> Array:
        """A[x] of the first rule: the people's decision."""
        return self.aggregates[0]

    @property
    def binding(self) -> Array:
        """d[x] of the institution within its domain; NaN elsewhere, and everywhere where there is no institution."""
        if self.institution is None:
            return np.full(self.judged.judgements.n, np.nan)
        i = self.institution
        return i.decision if i.domain is None else np.where(i.domain, i.decision, np.nan)


def case(scenario: DecisionsScenario, tell: Tell) -> Case:
    """Read and line up. Raises InputError with the place of what is wrong."""
    tell("reading judgements")
    found = judged(scenario)
    rules = tuple(rule_of(scenario, said, "decisions", "aggregators") for said in scenario.file.decisions.aggregators)
    if not rules:
        with scenario.at("decisions", "aggregators"):
            raise InputError(needed="at least one aggregator", found="none")
    tell("aggregating")
    aggregates = []
    for rule in rules:
        with scenario.at("decisions", "aggregators"):
            aggregates.append(rule.decide(found.judgements.once))
    tell("reading decisions")
    institution = _institution(scenario, found)
    dates = institution.dates if institution is not None else np.full(found.judgements.n, np.nan)
    scored = _scored(scenario, found, institution)
    line = _Line(scenario, found, institution)
    agents = []
    for k, one in enumerate(scenario.file.agents):
        with scenario.at("agents", k, "name"):
            agents.append(line.agent(k, one))
            _allowed(scenario, one, found, dates, scored & ~np.isnan(agents[-1].decision))
    decoys = {}
    for k, other in enumerate(scenario.file.authorities):
        with scenario.at("authorities", k, "name"):
            decoys[other.name] = line.decisions(other)[0]
    if scenario.file.decisions.loss == "log":
        for agent in agents:
            if np.isin(agent.decision, (0.0, 1.0)).any():
                with scenario.at("decisions", "loss"):
                    raise InputError(
                        needed=f"decisions of {agent.name!r} between 0 and 1, as chances, for the log loss",
                        found="certain ones",
                        remedy="Use the 0/1 or the absolute loss.",
                    )
    changed = _changed(scenario, institution)
    return Case(scenario, found, rules, tuple(aggregates), institution, tuple(agents), decoys, scored, changed)


def rule_of(scenario: DecisionsScenario, said: str, *path: str | int) -> Aggregator:
    """The aggregator of this name. Raises InputError with its place in the file."""
    with scenario.at(*path):
        return aggregator(said)


def _scored(scenario: DecisionsScenario, found: Judged, institution: Decided | None) -> Array:
    start = scenario.file.decisions.scored_from
    if not start:
        return np.ones(found.judgements.n, dtype=bool)
    with scenario.at("decisions", "scored_from"):
        if institution is None or np.isnan(institution.dates).all():
            raise InputError(needed="dates of the institution's decisions", found="none")
        scored = later(institution.dates, when(start))
        if not scored.any():
            raise InputError(needed="a date with cases after it", found=start)
        return scored


def when(said: str) -> float:
    """Days of a date in a scenario. Raises InputError."""
    try:
        return date(said)
    except ValueError:
        raise InputError(needed="a date such as 2026-11-21", found=repr(said)) from None


def _changed(scenario: DecisionsScenario, institution: Decided | None) -> float | None:
    said = scenario.file.change
    if said is None or institution is None:
        return None
    with scenario.at("change", "date"):
        at, dates = when(said.date), institution.dates
        if np.isnan(dates).all():
            raise InputError(needed="dates of the institution's decisions", found="none")
        if not ((dates >= at).any() and (dates < at).any()):
            raise InputError(needed="a date between the first and the last decision", found=said.date)
        return at


def _allowed(scenario: DecisionsScenario, one: Agent, found: Judged, dates: Array, scored: Array) -> None:
    cases = found.judgements.cases
    if one.trained_until:
        refuse_early(dates, scored, cases, when(one.trained_until), f"agent {one.name!r}")
    if one.trained_on:
        table = read(scenario.table(one.trained_on))
        refuse_trained(scored, cases, table.labels(one.case), f"agent {one.name!r}")


@dataclass(frozen=True, eq=False)
class _Line:
    """Decisions by path or by rule, lined up with the cases."""

    scenario: DecisionsScenario
    judged: Judged
    institution: Decided | None

    def agent(self, k: int, one: Agent) -> Scored:
        decision, table, at = self.decisions(one)
        reason = None
        if one.reason and table is not None:
            reason = _lined(at, table.column(one.reason), self.judged.judgements.n)
        return Scored(one.name, decision, reason, int((at < 0).sum()))

    def decisions(self, one: Agent | Authority) -> tuple[Array, Table | None, Array]:
        """(decision[x], table, number of the case of each row)."""
        if one.follows == INSTITUTION:
            if self.institution is None:
                raise InputError(needed="a table [institution] to follow", found="none")
            return self.institution.decision, None, np.zeros(0, int)
        if one.follows:
            return decided(aggregator(one.follows).decide(self.judged.judgements.once)), None, np.zeros(0, int)
        table = read(self.scenario.table(one.decisions))
        at = matched(table, one.case, self.judged.judgements.cases)
        value, _ = worth(table, one.decision, self.judged.scale)
        return _last(at, value, self.judged.judgements.n), table, at


def matched(table: Table, column: str, cases: Sequence[str]) -> Array:
    """[row]: number of the case, -1 for one that nobody judged. Raises InputError where no row is on a known case."""
    place = {name: k for k, name in enumerate(cases)}
    labels = table.labels(column)
    at = np.fromiter((place.get(label, -1) for label in labels), dtype=np.int64, count=len(labels))
    if (at < 0).all():
        raise InputError(
            where=f"{table.origin}, column {column!r}",
            needed=f"cases that people judged, such as {cases[0]!r}",
            found=f"none, but {labels[0]!r}",
        )
    return at


def _last(at: Array, value: Array, n: int) -> Array:
    """[x]: the last value that is said of each case."""
    found = np.full(n, np.nan)
    use = (at >= 0) & ~np.isnan(value)
    found[at[use]] = value[use]  # of several, NumPy keeps the last
    return found


def _lined(at: Array, cells: list[str], n: int) -> list[str]:
    found = [""] * n
    for x, cell in zip(at.tolist(), cells, strict=True):
        if x >= 0:
            found[x] = cell
    return found


def _institution(scenario: DecisionsScenario, found: Judged) -> Decided | None:
    said = scenario.file.institution
    n = found.judgements.n
    none = np.full(n, np.nan)
    if said is None:
        return None
    with scenario.at("institution", "decisions"):
        if not said.decisions and found.elections is None:
            raise InputError(needed="the path of a table", found="nothing")
        if not said.decisions and found.elections is not None:
            e = found.elections
            alone = (np.arange(n), e.outcome, e.closed, 0, np.zeros(n, int), ("",))
            return Decided(said.name, e.outcome, e.closed, *alone, None, None, None, None, None)
        table = read(scenario.table(said.decisions))
        at = matched(table, said.case, found.judgements.cases)
        value, _ = worth(table, said.decision, found.scale)
        days = table.read(said.date, date, "a date such as 2026-11-21") if said.date else np.full(table.rows, np.nan)
        order = np.argsort(days, kind="stable")  # the last decision is the latest
        at, value, days = at[order], value[order], days[order]

        def column(name: str, meaning: Callable[[str], float], needed: str) -> Array | None:
            return _last(at, table.read(name, meaning, needed, empty=True)[order], n) if name else None

        kind: Array = np.zeros(n, int)
        kinds: tuple[str, ...] = ("",)
        if said.kind:
            labels = table.labels(said.kind)
            kinds = tuple(sorted(set(labels)))
            numbers = np.array([kinds.index(c) for c in labels])[order]
            kind = np.nan_to_num(_last(at, numbers.astype(float), n)).astype(int)
        domain = column(said.domain, truth, "yes or no")
        known = (at >= 0) & ~np.isnan(value)
        return Decided(
            said.name,
            _last(at, value, n),
            _last(at, days, n) if said.date else none,
            at[known],
            value[known],
            days[known],
            int((at < 0).sum()),
            kind,
            kinds,
            domain == 1 if domain is not None else None,
            _lined(at, [table.column(said.reason)[r] for r in order], n) if said.reason else None,
            column(said.published, truth, "yes or no"),
            column(said.appealed, truth, "yes or no"),
            column(said.appeal_days, finite, "a number of days"),
        )
